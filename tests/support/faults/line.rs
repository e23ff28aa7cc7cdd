//! The network as the program has it.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use jiff::Timestamp;
use lab2048::ports::{BoxBody, Transport, TransportError};

use super::{BadNetwork, Deed, Fate, Fault, since, spoil};
use crate::answers::{self, Asked, Sort};

/// How old an answer may be that comes again.
const STALE: Duration = Duration::from_secs(30);

/// An answer that may come again.
pub(super) struct Kept {
    at: Timestamp,
    answer: Response<Bytes>,
}

/// A transport with a bad network before it.
pub(super) struct Line {
    inner: Arc<dyn Transport>,
    network: BadNetwork,
}

type Answer = Result<Response<BoxBody>, TransportError>;

impl Line {
    pub(super) fn new(inner: Arc<dyn Transport>, network: BadNetwork) -> Self {
        Self { inner, network }
    }
}

impl Transport for Line {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Answer> {
        let asked = Asked::of(&request);
        let (fate, deed) = self.network.fate(&asked);
        let call = Call {
            network: self.network.clone(),
            inner: Arc::clone(&self.inner),
            asked,
        };
        call.run(request, fate, deed).boxed()
    }
}

/// One request on its way.
struct Call {
    network: BadNetwork,
    inner: Arc<dyn Transport>,
    asked: Asked,
}

impl Call {
    async fn run(self, request: Request<Bytes>, fate: Fate, deed: Option<Deed>) -> Answer {
        if let Some(deed) = deed {
            deed(self.network.0.world.clone()).await;
        }
        let answer = self.befallen(request, fate).await;
        self.network.look(&self.asked);
        if fate.is_last {
            self.network.0.killed.send_replace(true);
            std::future::pending::<()>().await;
        }
        answer
    }

    /// The request under its fault.
    async fn befallen(&self, request: Request<Bytes>, fate: Fate) -> Answer {
        let service = self.asked.service;
        let Some(fault) = fate.fault else {
            return self.asked_well(request, fate).await;
        };
        match fault {
            Fault::LostBefore => Err(lost()),
            Fault::LostAfter => {
                self.inner.call(request).await?;
                Err(lost())
            }
            Fault::Silent => std::future::pending().await,
            Fault::Slow(seconds) => {
                self.network.0.world.sleep(Duration::from_secs(seconds.into())).await;
                self.inner.call(request).await
            }
            Fault::Twice => {
                self.inner.call(request.clone()).await?;
                self.inner.call(request).await
            }
            Fault::Throttled => Ok(answers::throttled(service, None)),
            Fault::ThrottledFor(seconds) => Ok(answers::throttled(service, Some(seconds))),
            Fault::Unwell(status) => Ok(answers::unwell(service, status, None)),
            Fault::UnwellFor(status, seconds) => Ok(answers::unwell(service, status, Some(seconds))),
            Fault::Expired => Ok(answers::expired(service)),
            Fault::Denied => Ok(answers::denied(service)),
            Fault::Conflict => Ok(answers::conflict(service)),
            Fault::Untrusted => Ok(answers::untrusted()),
            Fault::Page(status) => Ok(answers::page(status)),
            Fault::Stale => self.asked_before(request, fate).await,
            Fault::Truncated | Fault::Garbled | Fault::Mistyped | Fault::Dripping(_) | Fault::Endless => {
                self.spoiled(request, fault, fate.drawn).await
            }
            Fault::WatchCut | Fault::WatchSilent | Fault::WatchGone => self.watched(request, fault, fate.drawn).await,
        }
    }

    /// A request that nothing befalls; its answer is kept if it may be wanted again.
    async fn asked_well(&self, request: Request<Bytes>, fate: Fate) -> Answer {
        if !fate.is_kept || self.asked.sort != Sort::Read {
            return self.inner.call(request).await;
        }
        let question = question(&request);
        let (parts, body) = self.inner.call(request).await?.into_parts();
        let whole = body.collect().await?.to_bytes();
        let answer = Response::from_parts(parts.clone(), whole.clone());
        let at = self.network.0.world.now();
        let mut state = self.network.0.state.lock().unwrap();
        let kept = state.answers.entry(question).or_default();
        kept.push_back(Kept { at, answer });
        Ok(Response::from_parts(parts, answers::body(whole)))
    }

    /// The oldest answer to the question that is not too old.
    async fn asked_before(&self, request: Request<Bytes>, fate: Fate) -> Answer {
        let question = question(&request);
        let now = self.network.0.world.now();
        let earlier = {
            let mut state = self.network.0.state.lock().unwrap();
            let kept = state.answers.entry(question).or_default();
            while kept.front().is_some_and(|kept| since(kept.at, now) > STALE) {
                kept.pop_front();
            }
            kept.front().map(|kept| kept.answer.clone())
        };
        match earlier {
            Some(answer) => Ok(answer.map(answers::body)),
            None => self.asked_well(request, fate).await,
        }
    }

    async fn spoiled(&self, request: Request<Bytes>, fault: Fault, drawn: u64) -> Answer {
        let (mut parts, body) = self.inner.call(request).await?.into_parts();
        let whole = body.collect().await?.to_bytes();
        parts.headers.remove(http::header::CONTENT_LENGTH);
        let body = match fault {
            Fault::Truncated => cut_off(whole.slice(..whole.len() / 2)),
            Fault::Mistyped => answers::body(spoil::mistyped(&whole, drawn)),
            Fault::Dripping(seconds) => spoil::dripping(&self.network.0.world, &whole, seconds),
            Fault::Endless => spoil::endless(whole),
            _ => answers::body(Bytes::from_static(b"{\"kind\": [7, <<<")),
        };
        Ok(Response::from_parts(parts, body))
    }

    async fn watched(&self, request: Request<Bytes>, fault: Fault, drawn: u64) -> Answer {
        if fault == Fault::WatchGone && drawn.is_multiple_of(2) {
            return Ok(answers::gone());
        }
        let answer = self.inner.call(request).await?;
        if fault == Fault::WatchSilent {
            return Ok(answer.map(|_| StreamBody::new(futures::stream::pending()).boxed_unsync()));
        }
        let end = (fault == Fault::WatchGone).then(|| Ok(Frame::data(answers::gone_event())));
        let first = |body: BoxBody| body.into_data_stream().take(1).map(|bytes| bytes.map(Frame::data));
        Ok(answer.map(|body| StreamBody::new(first(body).chain(futures::stream::iter(end))).boxed_unsync()))
    }
}

fn lost() -> TransportError {
    TransportError::new(std::io::Error::from(std::io::ErrorKind::ConnectionReset))
}

/// A body that ends before its end.
fn cut_off(begin: Bytes) -> BoxBody {
    let frames = [Ok(Frame::data(begin)), Err(lost())];
    StreamBody::new(futures::stream::iter(frames)).boxed_unsync()
}

/// What tells a question from others.
fn question(request: &Request<Bytes>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (request.uri().to_string(), request.body().as_ref()).hash(&mut hasher);
    hasher.finish()
}
