//! Waiting: one poll after the other, at a fixed cadence with a little jitter.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::aws::clients::Clients;
use crate::lang::Text;
use crate::model::{Goal, Outputs, Progress, Readiness, Task};
use crate::ports::{CallError, Clock, ProgressStream, is_settled, poll};
use crate::readiness::Verdict;

/// What one poll showed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Poll {
    pub(super) progress: Progress,
    /// A stage was passed: the next poll need not wait.
    pub(super) at_once: bool,
    /// How long to rest before the next one, where that is known better than by the cadence.
    rest: Option<Duration>,
}

impl Poll {
    /// Not there yet.
    pub(super) fn pending(stage: impl Into<Text>, cause: impl Into<Text>) -> Self {
        Self::of(stage, Readiness::Pending(cause.into()))
    }

    /// There.
    pub(super) fn ready(stage: impl Into<Text>) -> Self {
        Self::of(stage, Readiness::Ready)
    }

    /// It will never get there by itself.
    pub(super) fn failed(stage: impl Into<Text>, cause: impl Into<Text>) -> Self {
        Self::of(stage, Readiness::Failed(cause.into()))
    }

    /// What the verdict means for somebody who waits for `goal`.
    pub(super) fn judged(verdict: Verdict, goal: Goal) -> Self {
        Self {
            progress: verdict.progress(goal, Outputs::default()),
            at_once: false,
            rest: None,
        }
    }

    fn of(stage: impl Into<Text>, readiness: Readiness) -> Self {
        Self {
            progress: Progress::new(stage, readiness),
            at_once: false,
            rest: None,
        }
    }

    /// With what to do about it.
    pub(super) fn remedied(mut self, remedy: impl Into<Text>) -> Self {
        self.progress.remedy = Some(remedy.into());
        self
    }

    /// With what has become known.
    pub(super) fn with(mut self, outputs: Outputs) -> Self {
        self.progress.outputs = outputs;
        self
    }

    /// With so long a pause before the next poll.
    pub(super) fn resting(mut self, rest: Duration) -> Self {
        self.rest = Some(rest);
        self
    }

    /// With no pause before the next poll.
    pub(super) fn at_once(mut self) -> Self {
        self.at_once = true;
        self
    }
}

/// Something that is polled until a goal is reached.
pub(super) trait Poller: Send {
    /// Polls once.
    fn poll(&mut self) -> BoxFuture<'_, Result<Poll, CallError>>;
}

struct Following<L> {
    poller: L,
    clock: Arc<dyn Clock>,
    cadence: Duration,
    seed: u64,
    taken: u64,
    pause: Option<Duration>,
}

impl<L> Following<L> {
    /// The pause before the next poll, give or take a tenth: so that many labs started together do not ask together.
    fn rest(&self, pause: Duration) -> Duration {
        let mut hasher = DefaultHasher::new();
        (self.seed, self.taken).hash(&mut hasher);
        let chance = f64::from(u8::try_from(hasher.finish() & 0xff).unwrap_or_default()) / 255.0;
        pause.mul_f64(0.9 + 0.2 * chance)
    }
}

impl<L: Poller> Following<L> {
    /// The next report, after a pause where the last one calls for it.
    async fn next(&mut self) -> Result<Progress, CallError> {
        if let Some(pause) = self.pause {
            self.clock.sleep(self.rest(pause)).await;
        }
        loop {
            self.taken += 1;
            let poll = self.poller.poll().await?;
            // A stage that has been passed already is not worth a line, unless something was remarkable about it.
            if !poll.at_once || poll.progress.readiness != Readiness::Pending(Text::default()) {
                self.pause = (!poll.at_once).then(|| poll.rest.unwrap_or(self.cadence));
                return Ok(poll.progress);
            }
        }
    }
}

/// Looks until the goal is reached or cannot be reached any more. The first error ends it.
pub(super) fn poll_until<'a>(clients: &Clients, task: &Task, poller: impl Poller + 'a) -> ProgressStream<'a> {
    let mut hasher = DefaultHasher::new();
    // By its text: the order of kinds in code decides nothing.
    task.node.id.to_string().hash(&mut hasher);
    let following = Following {
        poller,
        clock: clients.clock().clone(),
        cadence: clients.cadence(),
        seed: hasher.finish(),
        taken: 0,
        pause: None,
    };
    poll(following, |following| following.next().boxed(), is_settled)
}
