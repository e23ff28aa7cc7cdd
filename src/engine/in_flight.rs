//! A step under way, as the dispatcher sees it.

use std::time::Duration;

use tokio::sync::watch;

use crate::event::{Event, RetryReason};
use crate::model::{Holder, NodeId, Op, Task, Wait};
use crate::ports::{Clock, HEARTBEAT};

/// A step under way.
pub(super) struct InFlight {
    pub(super) op: Op,
    started: Duration,
    limit: Duration,
    /// When something was last reported of it.
    reported: Duration,
    stage: String,
    cause: Option<String>,
    moot: watch::Sender<bool>,
    /// Whether it only holds something for others: that is no news, so nothing is reported of it while nobody else has it.
    pub(super) is_held: bool,
    /// Who had what it waits for when that was last seen, of what it holds until it is taken.
    held_by: Option<Holder>,
    /// When it was last seen to wait in a queue, if it does.
    queued_at: Option<Duration>,
}

impl InFlight {
    /// A step that begins now.
    pub(super) fn new(task: &Task, limit: Duration, now: Duration) -> Self {
        Self {
            op: task.op,
            started: now,
            limit,
            reported: now,
            stage: String::new(),
            cause: None,
            moot: watch::Sender::new(false),
            is_held: task.wait == Wait::Held,
            held_by: None,
            queued_at: None,
        }
    }

    /// Milliseconds since it began.
    pub(super) fn elapsed_ms(&self, clock: &dyn Clock) -> u64 {
        millis(clock.since(self.started))
    }

    /// Where the worker learns that nothing needs the step any more.
    pub(super) fn moot(&self) -> watch::Receiver<bool> {
        self.moot.subscribe()
    }

    /// Nothing needs the step any more.
    pub(super) fn drop_it(&self) {
        self.moot.send_replace(true);
    }

    /// It waits until `holder` has done. In a queue for something that it needs that is no time of its own.
    pub(super) fn queues(&mut self, holder: &Holder, now: Duration) {
        self.leaves_queue(now);
        if self.is_held {
            self.held_by = Some(holder.clone());
        } else {
            self.queued_at = Some(now);
        }
    }

    /// What it holds is taken; returns whether somebody else has had it, which was reported.
    pub(super) fn is_taken(&mut self) -> bool {
        self.held_by.take().is_some()
    }

    /// It waits in no queue any more.
    pub(super) fn leaves_queue(&mut self, now: Duration) {
        if let Some(since) = self.queued_at.take() {
            self.started += now.saturating_sub(since);
        }
    }

    /// Records how far it is; returns whether that is new.
    pub(super) fn update(&mut self, stage: &str, cause: Option<&str>, now: Duration) -> bool {
        if self.stage == stage && self.cause.as_deref() == cause {
            return false;
        }
        stage.clone_into(&mut self.stage);
        self.cause = cause.map(str::to_owned);
        self.reported = now;
        true
    }

    /// A call has failed and will be tried again. What passes by itself is no cause to be told of later.
    pub(super) fn retries(&mut self, cause: &str, reason: RetryReason, now: Duration) {
        self.cause = (reason == RetryReason::Other).then(|| cause.to_owned());
        self.reported = now;
    }

    /// How long it may still be silent.
    pub(super) fn until_heartbeat(&self, clock: &dyn Clock) -> Option<Duration> {
        (!self.is_held || self.held_by.is_some()).then(|| HEARTBEAT.saturating_sub(clock.since(self.reported)))
    }

    /// A sign of life, if it has been silent for too long.
    pub(super) fn heartbeat(&mut self, node: &NodeId, clock: &dyn Clock) -> Option<Event> {
        if self.until_heartbeat(clock)? > Duration::ZERO {
            return None;
        }
        self.reported = clock.awake();
        if let Some(holder) = &self.held_by {
            return Some(Event::Queued {
                node: node.clone(),
                holder: holder.clone(),
                position: None,
                elapsed_ms: self.elapsed_ms(clock),
            });
        }
        let elapsed = clock.since(self.started);
        Some(Event::Heartbeat {
            node: node.clone(),
            stage: self.stage.clone(),
            elapsed_ms: self.elapsed_ms(clock),
            remaining_ms: millis(self.limit.saturating_sub(elapsed)),
            cause: self.cause.clone(),
        })
    }
}

/// A duration as events have it.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
