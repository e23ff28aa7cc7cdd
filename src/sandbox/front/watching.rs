//! A watch as a body that goes on: asked for news whenever the world changes, and when it has something to do by itself.

use std::convert::Infallible;

use bytes::Bytes;
use futures::stream;
use http::{HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};

use crate::body::Body;
use crate::core::Sandbox;
use crate::k8s::Watch;

struct Watching {
    sandbox: Sandbox,
    changed: tokio::sync::watch::Receiver<()>,
    watch: Watch,
}

/// The answer to a watch.
pub(super) fn stream(sandbox: Sandbox, watch: Watch) -> Response<Body> {
    let watching = Watching {
        changed: sandbox.changes(),
        sandbox,
        watch,
    };
    let frames = stream::unfold(watching, |mut watching| async {
        let text = watching.next().await?;
        Some((Ok::<_, Infallible>(Frame::data(Bytes::from(text))), watching))
    });
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

impl Watching {
    /// The next lines, or `None` when the watch is over.
    async fn next(&mut self) -> Option<String> {
        loop {
            self.changed.borrow_and_update();
            let (watch, sandbox) = (&mut self.watch, &self.sandbox);
            let turn = sandbox.turn().await;
            let (text, over) = turn.with(|world| (watch.news(world), watch.is_over(world.now())));
            drop(turn);
            if !text.is_empty() {
                return Some(text);
            }
            if over {
                return None;
            }
            tokio::select! {
                gone = self.changed.changed() => if gone.is_err() { return None; },
                () = sandbox.sleep_until(watch.due()) => {}
            }
        }
    }
}
