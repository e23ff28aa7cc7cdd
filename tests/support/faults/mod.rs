//! A bad network between the program and its world: by seed, request by request, what services and networks do to calls.
//!
//! Whether something befalls a request follows from the seed, what the request is and the how manieth of its sort it is, so
//! that a schedule that has found something finds it again.

mod line;
mod schedule;
mod spoil;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use lab2048::app::Between;
use lab2048_sandbox::Sandbox;
use tokio::sync::watch;

pub use self::schedule::{Fault, Schedule};
use crate::answers::{Asked, Service};
use line::{Kept, Line};

/// Something that befell a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Befell {
    /// What.
    pub fault: Fault,
    /// The request: `Eks POST /clusters/eksworkshop/fargate-profiles`.
    pub label: String,
}

/// Somebody else at work: what they do to the world when a request has been sent and before it arrives.
pub type Deed = Box<dyn FnOnce(Sandbox) -> BoxFuture<'static, ()> + Send>;

/// Looks at the world after a request; what it says is wrong with it.
pub type Guard = Arc<dyn Fn(&Sandbox) -> Option<String> + Send + Sync>;

/// A network that does to requests what its schedules say.
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
    /// What others do, at which request.
    deeds: BTreeMap<usize, Deed>,
    guard: Option<Guard>,
    breach: Option<String>,
    /// Earlier answers to the same question, where a schedule has stale ones.
    answers: BTreeMap<u64, VecDeque<Kept>>,
}

/// What is to happen to one request.
#[derive(Debug, Clone, Copy)]
struct Fate {
    fault: Option<Fault>,
    /// What a fault's details follow from.
    drawn: u64,
    /// Whether the process is killed with it.
    is_last: bool,
    /// Whether its answer may be wanted again.
    is_kept: bool,
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
            guard: state.guard.take(),
            ..State::default()
        };
        self.0.killed.send_replace(false);
    }

    /// The process is killed when its request number `number` (from 0) has arrived.
    pub fn kill_at(&self, number: usize) {
        self.0.state.lock().unwrap().kill_at = Some(number);
    }

    /// Somebody else does that when request number `number` (from 0) has been sent.
    pub fn at(&self, number: usize, deed: Deed) {
        self.0.state.lock().unwrap().deeds.insert(number, deed);
    }

    /// From now on the world is looked at after every request to AWS.
    pub fn guard(&self, guard: Guard) {
        self.0.state.lock().unwrap().guard = Some(guard);
    }

    /// The first that the guard found wrong since the schedules were set.
    pub fn breach(&self) -> Option<String> {
        self.0.state.lock().unwrap().breach.clone()
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

    /// How many requests have been sent since then.
    pub fn sent(&self) -> usize {
        self.0.state.lock().unwrap().sent.len()
    }

    /// The most requests that one service was sent within any `window`.
    pub fn busiest(&self, window: Duration) -> usize {
        let state = self.0.state.lock().unwrap();
        let mut open: BTreeMap<Service, VecDeque<Timestamp>> = BTreeMap::new();
        let mut most = 0;
        for (at, service) in &state.sent {
            let within = open.entry(*service).or_default();
            within.push_back(*at);
            while within.front().is_some_and(|first| since(*first, *at) > window) {
                within.pop_front();
            }
            most = most.max(within.len());
        }
        most
    }

    /// Puts it between a program and its world.
    pub fn between(&self) -> Between {
        let network = self.clone();
        Arc::new(move |inner| Arc::new(Line::new(inner, network.clone())))
    }

    /// What is to happen to this request, and what others do before it arrives.
    fn fate(&self, asked: &Asked) -> (Fate, Option<Deed>) {
        let mut state = self.0.state.lock().unwrap();
        let now = self.0.world.now();
        let number = state.sent.len();
        state.sent.push((now, asked.service));
        let count = state.seen.entry(asked.label.clone()).or_default();
        *count += 1;
        let count = *count;
        let since = state.begun.map(|begun| since(begun, now)).unwrap_or_default();
        let so_far = state.befell.len();
        let mut schedules = state.schedules.iter().enumerate();
        let drawn = schedules.find_map(|(nth, schedule)| schedule.draw(nth, asked, count, since, so_far));
        if let Some((fault, _)) = drawn {
            state.befell.push(Befell {
                fault,
                label: asked.label.clone(),
            });
        }
        let deed = state.deeds.remove(&number);
        let fate = Fate {
            fault: drawn.map(|(fault, _)| fault),
            drawn: drawn.map(|(_, drawn)| drawn).unwrap_or_default(),
            is_last: state.kill_at == Some(number),
            is_kept: asked.sort.is_read() && state.schedules.iter().any(Schedule::has_stale),
        };
        (fate, deed)
    }

    /// The request has been answered.
    fn look(&self, asked: &Asked) {
        let guard = self.0.state.lock().unwrap().guard.clone();
        if asked.service.is_of_aws()
            && let Some(breach) = guard.and_then(|guard| guard(&self.0.world))
        {
            let mut state = self.0.state.lock().unwrap();
            state.breach.get_or_insert(format!("after {}: {breach}", asked.label));
        }
    }
}

/// How much time lies between two moments.
fn since(begun: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(begun)).unwrap_or_default()
}
