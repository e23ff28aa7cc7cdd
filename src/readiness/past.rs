//! What a wait knows beside what is there now: what was on record when it began, and what it has met since.
//!
//! A failure of that time may have been mended since, and the record lags behind: a Deployment's deadline stays exceeded
//! until one of its pods comes up, the scheduler and the load balancer controller report at their next attempt. So a wait is
//! failed by what is recorded while it lasts. Records are compared with each other and not with a clock: no two machines
//! have the same one.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::conditions::{condition, field};
use super::events;
use super::pull::PullMemory;
use crate::model::Object;

/// How late the deployment controller may record that a deadline has run out.
const LATENESS: SignedDuration = SignedDuration::from_secs(10);

/// What a wait has found and met; nothing for whoever asks how things are now.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// How the rollout stood, by the condition `Progressing`.
    progressing: Option<Value>,
    /// When each event was last seen, by its UID.
    events: BTreeMap<String, Option<Timestamp>>,
    /// Why images could not be pulled.
    pub(super) pulls: PullMemory,
}

impl Past {
    /// Of a wait that begins with this object and the events of its namespace.
    pub fn of(object: &Object, events: &[Object]) -> Self {
        let seen = |event: &Object| Some((event.uid()?.to_owned(), events::last_seen(event)));
        Self {
            progressing: condition(object, "Progressing").cloned(),
            events: events.iter().filter_map(seen).collect(),
            pulls: PullMemory::default(),
        }
    }

    /// Keeps what the pods of the wait show now and may not show at the next look.
    pub fn remember(&mut self, pods: &[Object]) {
        self.pulls.remember(pods);
    }

    /// Whether a rollout that is stalled now, by its condition `Progressing`, has made no progress since: the deadline had
    /// run out by then, or was running.
    pub(super) fn has_stall(&self, stalled: &Value, deadline: SignedDuration) -> bool {
        let Some(then) = &self.progressing else {
            return false;
        };
        let span = updated(then)
            .zip(updated(stalled))
            .map(|(then, now)| now.duration_since(then));
        then == stalled || span.is_some_and(|span| span <= deadline + LATENESS)
    }

    /// Whether the event had been seen then and has not been since.
    pub(super) fn has_event(&self, event: &Object) -> bool {
        event.uid().and_then(|uid| self.events.get(uid)) == Some(&events::last_seen(event))
    }
}

fn updated(condition: &Value) -> Option<Timestamp> {
    field(condition, "lastUpdateTime").parse().ok()
}
