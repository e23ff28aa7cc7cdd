//! A bad network between the program and its world: by seed, request by request, what services and networks do to calls.
//!
//! Whether something befalls a request follows from the seed, what the request is and the how manieth of its sort it is, so
//! that a schedule that has found something finds it again.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use jiff::Timestamp;
use lab2048::app::Between;
use lab2048::ports::{BoxBody, Transport, TransportError};
use lab2048_sandbox::Sandbox;
use tokio::sync::watch;

use crate::answers::{self, Service};

/// What can befall a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The service asks to slow down.
    Throttled,
    /// The same, and says for how many seconds.
    ThrottledFor(u16),
    /// The service answers with a status of the 500s.
    Unwell(u16),
    /// The connection is lost before the request has arrived.
    LostBefore,
    /// The connection is lost when the request has taken effect.
    LostAfter,
    /// No answer ever comes; nothing has arrived.
    Silent,
    /// The answer comes after so many seconds.
    Slow(u16),
    /// The answer breaks off in the middle.
    Truncated,
    /// The answer is no text of the service's.
    Garbled,
    /// A page for people comes in place of the answer.
    Page,
    /// The service does not know the caller any more.
    Expired,
    /// The caller may not do that.
    Denied,
    /// The request arrives twice; the second answer comes back.
    Twice,
    /// A watch ends after its first event; any other request is not touched.
    WatchCut,
    /// A watch stays open and says nothing; any other request is not touched.
    WatchSilent,
}

impl Fault {
    /// Everything that passes by itself.
    pub const PASSING: [Self; 17] = [
        Self::Throttled,
        Self::ThrottledFor(1),
        Self::ThrottledFor(9),
        Self::Unwell(500),
        Self::Unwell(502),
        Self::Unwell(503),
        Self::Unwell(504),
        Self::LostBefore,
        Self::LostAfter,
        Self::Silent,
        Self::Slow(7),
        Self::Truncated,
        Self::Garbled,
        Self::Page,
        Self::Expired,
        Self::WatchCut,
        Self::WatchSilent,
    ];
}

/// When and to which requests something happens.
#[derive(Debug, Clone, Default)]
pub struct Schedule {
    /// What the draw follows from.
    pub seed: u64,
    /// How likely something befalls a request, from 0 to 1.
    pub rate: f64,
    /// What.
    pub faults: Vec<Fault>,
    /// Only requests whose label has this in it; empty takes all.
    pub only: String,
    /// No more than so many in all.
    pub most: Option<usize>,
    /// From when after the call's begin.
    pub from: Duration,
    /// For how long from then on.
    pub lasts: Option<Duration>,
}

/// Something that befell a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Befell {
    /// What.
    pub fault: Fault,
    /// The request: `eks POST /clusters/eksworkshop/fargate-profiles`.
    pub label: String,
}

/// A network that is as bad as its schedules say.
#[derive(Clone)]
pub struct BadNetwork(Arc<Inner>);

struct Inner {
    world: Sandbox,
    state: Mutex<State>,
    killed: watch::Sender<bool>,
}

#[derive(Default)]
struct State {
    schedules: Vec<Schedule>,
    begun: Option<Timestamp>,
    seen: BTreeMap<String, u64>,
    befell: Vec<Befell>,
    /// When each request was sent, and to which service.
    sent: Vec<(Timestamp, Service)>,
    kill_at: Option<usize>,
}

impl BadNetwork {
    /// A good network before this world.
    pub fn before(world: &Sandbox) -> Self {
        Self(Arc::new(Inner {
            world: world.clone(),
            state: Mutex::default(),
            killed: watch::Sender::new(false),
        }))
    }

    /// From now on these schedules count.
    pub fn set(&self, schedules: Vec<Schedule>) {
        let mut state = self.0.state.lock().unwrap();
        *state = State {
            schedules,
            begun: Some(self.0.world.now()),
            ..State::default()
        };
        self.0.killed.send_replace(false);
    }

    /// From now on it is a good network, on which the process is killed when its request number `number` (from 0) has
    /// arrived.
    pub fn kill_at(&self, number: usize) {
        self.set(Vec::new());
        self.0.state.lock().unwrap().kill_at = Some(number);
    }

    /// Completes when the process has been killed.
    pub async fn killed(&self) {
        let mut killed = self.0.killed.subscribe();
        if killed.wait_for(|killed| *killed).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// What has befallen requests since the schedules were set.
    pub fn befell(&self) -> Vec<Befell> {
        self.0.state.lock().unwrap().befell.clone()
    }

    /// The most requests that one service was sent within any `window`.
    pub fn busiest(&self, window: Duration) -> usize {
        let state = self.0.state.lock().unwrap();
        let mut most = 0;
        for (first, (begin, service)) in state.sent.iter().enumerate() {
            let within = |(at, to): &&(Timestamp, Service)| {
                to == service && Duration::try_from(at.duration_since(*begin)).unwrap_or_default() <= window
            };
            most = most.max(state.sent[first..].iter().filter(within).count());
        }
        most
    }

    /// Puts it between a program and its world.
    pub fn between(&self) -> Between {
        let network = self.clone();
        Arc::new(move |inner| {
            Arc::new(Line {
                inner,
                network: network.clone(),
            })
        })
    }

    /// What befalls this request, and whether the process is killed with it.
    fn draw(&self, service: Service, label: &str, is_watch: bool) -> (Option<Fault>, bool) {
        let mut state = self.0.state.lock().unwrap();
        let now = self.0.world.now();
        state.sent.push((now, service));
        let is_last = state.kill_at.is_some_and(|number| state.sent.len() == number + 1);
        let count = state.seen.entry(label.to_owned()).or_default();
        *count += 1;
        let count = *count;
        let since = state
            .begun
            .map(|begun| Duration::try_from(now.duration_since(begun)).unwrap_or_default());
        let since = since.unwrap_or_default();
        let fault = state
            .schedules
            .iter()
            .enumerate()
            .find_map(|(number, schedule)| schedule.draw(&(number, label, count), since, state.befell.len()));
        let fault = fault.filter(|fault| is_watch || !matches!(fault, Fault::WatchCut | Fault::WatchSilent));
        if let Some(fault) = fault {
            state.befell.push(Befell {
                fault,
                label: label.to_owned(),
            });
        }
        (fault, is_last)
    }
}

impl Schedule {
    /// One fault for every request for a while: an outage of the services whose labels have `only` in them.
    pub fn outage(only: &str, fault: Fault, from: Duration, lasts: Duration) -> Self {
        Self {
            rate: 1.0,
            faults: vec![fault],
            only: only.to_owned(),
            from,
            lasts: Some(lasts),
            ..Self::default()
        }
    }

    fn draw(&self, request: &(usize, &str, u64), since: Duration, so_far: usize) -> Option<Fault> {
        let is_now = since >= self.from && self.lasts.is_none_or(|lasts| since < self.from + lasts);
        if !is_now || !request.1.contains(&self.only) || self.most.is_some_and(|most| so_far >= most) {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (self.seed, request).hash(&mut hasher);
        let drawn = hasher.finish();
        #[expect(clippy::cast_precision_loss, reason = "a chance need not be exact")]
        let chance = (drawn >> 32) as f64 / f64::from(u32::MAX);
        if chance >= self.rate || self.faults.is_empty() {
            return None;
        }
        let index = usize::try_from(drawn & 0xffff_ffff).unwrap() % self.faults.len();
        Some(self.faults[index])
    }
}

/// The network as the program has it.
struct Line {
    inner: Arc<dyn Transport>,
    network: BadNetwork,
}

impl Transport for Line {
    fn call(&self, request: Request<Bytes>) -> BoxFuture<'static, Result<Response<BoxBody>, TransportError>> {
        let (service, label) = answers::label(&request);
        let is_watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
        let (fault, is_last) = self.network.draw(service, &label, is_watch);
        let network = self.network.clone();
        let inner = Arc::clone(&self.inner);
        async move {
            let answer = befallen(&network.0.world, inner, request, service, fault).await;
            if is_last {
                network.0.killed.send_replace(true);
                std::future::pending::<()>().await;
            }
            answer
        }
        .boxed()
    }
}

/// The request under the fault.
async fn befallen(
    world: &Sandbox,
    inner: Arc<dyn Transport>,
    request: Request<Bytes>,
    service: Service,
    fault: Option<Fault>,
) -> Result<Response<BoxBody>, TransportError> {
    let lost = || TransportError::new(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
    match fault {
        None => inner.call(request).await,
        Some(Fault::LostBefore) => Err(lost()),
        Some(Fault::LostAfter) => {
            inner.call(request).await?;
            Err(lost())
        }
        Some(Fault::Silent) => std::future::pending().await,
        Some(Fault::Slow(seconds)) => {
            world.sleep(Duration::from_secs(seconds.into())).await;
            inner.call(request).await
        }
        Some(Fault::Twice) => {
            inner.call(request.clone()).await?;
            inner.call(request).await
        }
        Some(Fault::Throttled) => Ok(answers::throttled(service, None)),
        Some(Fault::ThrottledFor(seconds)) => Ok(answers::throttled(service, Some(seconds))),
        Some(Fault::Unwell(status)) => Ok(answers::unwell(service, status)),
        Some(Fault::Expired) => Ok(answers::expired(service)),
        Some(Fault::Denied) => Ok(answers::denied(service)),
        Some(Fault::Page) => Ok(answers::page()),
        Some(Fault::Garbled) => {
            let answer = inner.call(request).await?;
            Ok(answer.map(|_| answers::body(Bytes::from_static(b"{\"kind\": [7, <<<"))))
        }
        Some(Fault::Truncated) => {
            let (parts, body) = inner.call(request).await?.into_parts();
            let whole = body.collect().await?.to_bytes();
            Ok(Response::from_parts(
                parts,
                cut_off(whole.slice(..whole.len() / 2), lost()),
            ))
        }
        Some(Fault::WatchCut) => {
            let answer = inner.call(request).await?;
            let first = |body: BoxBody| body.into_data_stream().take(1).map(|bytes| bytes.map(Frame::data));
            Ok(answer.map(|body| StreamBody::new(first(body)).boxed_unsync()))
        }
        Some(Fault::WatchSilent) => {
            let answer = inner.call(request).await?;
            let silence = futures::stream::pending();
            Ok(answer.map(|_| StreamBody::new(silence).boxed_unsync()))
        }
    }
}

/// A body that ends before its end.
fn cut_off(begin: Bytes, lost: TransportError) -> BoxBody {
    let frames = [Ok(Frame::data(begin)), Err(lost)];
    StreamBody::new(futures::stream::iter(frames)).boxed_unsync()
}
