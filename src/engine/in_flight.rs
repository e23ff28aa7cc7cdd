//! A step under way, as the dispatcher sees it.

use std::time::Duration;

use tokio::sync::watch;

use super::step::InQueue;
use crate::event::{Event, RetryReason};
use crate::lang::Text;
use crate::model::{NodeId, Op, PodState, Task, Wait};
use crate::ports::{Clock, HEARTBEAT};

/// A step under way.
pub(super) struct InFlight {
    pub(super) op: Op,
    started: Duration,
    limit: Duration,
    /// When something was last reported of it.
    reported: Duration,
    stage: Text,
    cause: Option<Text>,
    pods: Vec<PodState>,
    moot: watch::Sender<bool>,
    /// Whether it only holds something for others: that is no news, so nothing is reported of it while nobody else has it.
    pub(super) is_held: bool,
    /// Its wait for somebody else, if there is one, and since when.
    queue: Option<(Duration, InQueue)>,
}

impl InFlight {
    /// A step that begins now.
    pub(super) fn new(task: &Task, limit: Duration, now: Duration) -> Self {
        Self {
            op: task.op,
            started: now,
            limit,
            reported: now,
            stage: Text::default(),
            cause: None,
            pods: Vec::new(),
            moot: watch::Sender::new(false),
            is_held: task.wait == Wait::Held,
            queue: None,
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

    /// It waits until somebody else has done. Returns whether that is to be reported at once; what changes later is part of
    /// the next sign of life, but for why its place is not known, which is reported once.
    pub(super) fn queues(&mut self, mut place: InQueue, now: Duration) -> bool {
        let since = self.queue.take().map(|(since, _)| since);
        if since.is_some() {
            place.unordered = None;
        }
        self.queue = Some((since.unwrap_or(now), place));
        since.is_none()
    }

    /// What it holds is taken; returns whether somebody else has had it, which was reported.
    pub(super) fn is_taken(&mut self) -> bool {
        self.queue.take().is_some()
    }

    /// It has its turn. The wait for something that it needs was no time of its own.
    pub(super) fn leaves_queue(&mut self, now: Duration) {
        if let Some((since, _)) = self.queue.take_if(|_| !self.is_held) {
            self.started += now.saturating_sub(since);
        }
    }

    /// Its wait for somebody else, to be reported now.
    pub(super) fn report_queue(&mut self, node: &NodeId, clock: &dyn Clock) -> Option<Event> {
        let (since, place) = self.queue.as_mut()?;
        self.reported = clock.awake();
        Some(Event::Queued {
            node: node.clone(),
            holder: place.holder.clone(),
            position: place.position,
            unordered: place.unordered.take(),
            elapsed_ms: millis(clock.since(*since)),
        })
    }

    /// Records how far it is; returns whether that is new.
    pub(super) fn update(&mut self, stage: &Text, cause: Option<&Text>, now: Duration) -> bool {
        if &self.stage == stage && self.cause.as_ref() == cause {
            return false;
        }
        self.stage = stage.clone();
        self.cause = cause.cloned();
        self.reported = now;
        true
    }

    /// Records how far its pods are; returns whether that is new.
    pub(super) fn pods_are(&mut self, pods: &[PodState]) -> bool {
        let is_new = self.pods != pods;
        pods.clone_into(&mut self.pods);
        is_new
    }

    /// A call has failed and will be tried again. What passes by itself is no cause to be told of later.
    pub(super) fn retries(&mut self, cause: &Text, reason: RetryReason, now: Duration) {
        self.cause = (reason == RetryReason::Other).then(|| cause.clone());
        self.reported = now;
    }

    /// How long it may still be silent.
    pub(super) fn until_heartbeat(&self, clock: &dyn Clock) -> Option<Duration> {
        (!self.is_held || self.queue.is_some()).then(|| HEARTBEAT.saturating_sub(clock.since(self.reported)))
    }

    /// A sign of life, if it has been silent for too long.
    pub(super) fn heartbeat(&mut self, node: &NodeId, clock: &dyn Clock) -> Option<Event> {
        if self.until_heartbeat(clock)? > Duration::ZERO {
            return None;
        }
        if self.queue.is_some() {
            return self.report_queue(node, clock);
        }
        self.reported = clock.awake();
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
