//! A watch as a body that goes on: asked for news whenever the world changes, and when it has something to do by itself.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream;
use http::{HeaderValue, Response, header};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use tokio::sync::Notify;

use crate::body::Body;
use crate::core::Sandbox;
use crate::k8s::Watch;
use crate::world::World;

struct Watching {
    sandbox: Sandbox,
    /// While somebody has it, the world goes on by itself.
    _going_on: tokio::sync::watch::Receiver<()>,
    changed: Arc<Notify>,
    watch: Watch,
}

/// The answer to a watch.
pub(super) fn stream(sandbox: Sandbox, watch: Watch) -> Response<Body> {
    let watching = Watching {
        _going_on: sandbox.changes(),
        changed: sandbox.changes_of(watch.topic().clone()),
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
            // What changes after this line is told of.
            let changed = self.changed.notified();
            let (watch, sandbox) = (&mut self.watch, &self.sandbox);
            let turn = sandbox.turn().await;
            let topic = watch.topic().clone();
            let look = |world: &mut World| (watch.news(world), watch.is_over(world.now()));
            // A cluster that is not there any more has no news.
            let (text, over) = turn.with(|world| topic.within(world, look).unwrap_or((String::new(), true)));
            drop(turn);
            if !text.is_empty() {
                return Some(text);
            }
            if over {
                return None;
            }
            tokio::select! {
                () = changed => {}
                () = sandbox.sleep_until(watch.due()) => {}
            }
        }
    }
}
