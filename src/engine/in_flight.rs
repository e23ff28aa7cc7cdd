//! A step under way, as the dispatcher sees it.

use std::time::Duration;

use tokio::sync::watch;

use crate::event::{Event, RetryReason};
use crate::model::{NodeId, Op, Task, Wait};
use crate::ports::Clock;

/// How long a step may be silent before a heartbeat is emitted for it.
const HEARTBEAT: Duration = Duration::from_secs(10);

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
    /// Whether it only holds something for others: that is no news, so nothing is reported of it.
    pub(super) is_held: bool,
    /// Whether somebody else has had it, which was reported.
    pub(super) has_queued: bool,
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
            has_queued: false,
            queued_at: None,
        }
    }

    /// Milliseconds since it began.
    pub(super) fn elapsed_ms(&self, clock: &dyn Clock) -> u64 {
        millis(clock.awake().saturating_sub(self.started))
    }

    /// Where the worker learns that nothing needs the step any more.
    pub(super) fn moot(&self) -> watch::Receiver<bool> {
        self.moot.subscribe()
    }

    /// Nothing needs the step any more.
    pub(super) fn drop_it(&self) {
        self.moot.send_replace(true);
    }

    /// It waits in a queue, which is no time of its own.
    pub(super) fn queues(&mut self, now: Duration) {
        self.leaves_queue(now);
        self.queued_at = Some(now);
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
        (!self.is_held).then(|| HEARTBEAT.saturating_sub(clock.awake().saturating_sub(self.reported)))
    }

    /// A sign of life, if it has been silent for too long.
    pub(super) fn heartbeat(&mut self, node: &NodeId, clock: &dyn Clock) -> Option<Event> {
        if self.until_heartbeat(clock)? > Duration::ZERO {
            return None;
        }
        self.reported = clock.awake();
        let elapsed = clock.awake().saturating_sub(self.started);
        Some(Event::Heartbeat {
            node: node.clone(),
            stage: self.stage.clone(),
            elapsed_ms: self.elapsed_ms(clock),
            remaining_ms: millis(self.limit.saturating_sub(elapsed)),
            cause: self.cause.clone(),
        })
    }
}

/// How long until a step that is never silent would be, where none is under way.
pub(super) const LONGEST_SILENCE: Duration = HEARTBEAT;

/// A duration as events have it.
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
