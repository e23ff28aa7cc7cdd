//! What is going to happen by itself, and when.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::action::{Action, PodStep};
use super::memory::LbcMemory;
use super::schedule::Schedule;

/// What will happen by itself, by due time; things due at the same time happen in the order they were planned.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Agenda {
    due: Schedule,
    planned: u64,
    /// How often something was put on it or taken off.
    #[serde(skip)]
    moves: u64,
    /// The same when it was last kept elsewhere.
    #[serde(skip)]
    kept: u64,
    /// What the controllers have seen.
    #[serde(default)]
    pub(crate) seen: Seen,
    /// What those who watch have been told.
    #[serde(skip)]
    pub(crate) told: Told,
    /// What the load balancer controller remembers.
    pub(crate) lbc: LbcMemory,
}

/// What the controllers have seen; nothing is to be done while it is the same. Whoever takes a large world up need not look at
/// all of it again for that.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Seen {
    /// Versions of objects and of the account when all of them were done.
    #[serde(skip)]
    pub(crate) settled: (u64, u64),
    /// The version of the objects that each controller has seen, if it need not look at everything.
    pub(crate) objects: [Option<u64>; WATCHERS],
    /// How often target groups and load balancers had been touched when targets were last looked at, if nothing else need be.
    #[serde(skip, default = "untouched_targets")]
    pub(crate) targets: Option<(u64, u64)>,
    /// How often target groups had been touched when bindings were last compared with them.
    #[serde(skip, default = "untouched")]
    pub(crate) bound: Option<u64>,
    /// Namespaces in whose pods something has happened that no object shows.
    pub(crate) stirred: BTreeSet<String>,
}

/// Nothing has been touched since the world was taken up.
#[expect(clippy::unnecessary_wraps, reason = "the value of a field")]
fn untouched() -> Option<u64> {
    Some(0)
}

/// The same of target groups and load balancers.
#[expect(clippy::unnecessary_wraps, reason = "the value of a field")]
fn untouched_targets() -> Option<(u64, u64)> {
    Some((0, 0))
}

/// What those who watch have been told of the objects.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Told {
    /// Their version.
    pub(crate) version: u64,
    /// The same when everybody was told.
    pub(crate) everybody: u64,
}

/// How many controllers look only where something has changed.
pub(crate) const WATCHERS: usize = 11;

impl Agenda {
    /// When something is going to happen.
    pub(crate) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.due.times()
    }

    /// How often something was planned.
    pub(crate) fn planned(&self) -> u64 {
        self.planned
    }

    /// Plans an action at a time.
    pub(crate) fn at(&mut self, due: Timestamp, action: Action) {
        self.planned += 1;
        self.moves += 1;
        self.due.insert((due, self.planned), action);
    }

    /// Plans an action after a while.
    pub(crate) fn after(&mut self, now: Timestamp, wait: Duration, action: Action) {
        self.at(now.checked_add(wait).unwrap_or(now), action);
    }

    /// Whether this action is planned.
    pub(crate) fn has(&self, action: &Action) -> bool {
        self.due.about(action.subject()).any(|planned| planned == action)
    }

    /// Whether something is going to happen to a pod.
    pub(crate) fn has_pod(&self, uid: &str) -> bool {
        let mut planned = self.due.about(uid);
        planned.any(|action| matches!(action, Action::Pod { .. }))
    }

    /// Whether a pod is about to have stopped.
    pub(crate) fn stops_pod(&self, uid: &str) -> bool {
        let mut planned = self.due.about(uid);
        planned.any(|action| {
            matches!(
                action,
                Action::Pod {
                    step: PodStep::Stopped,
                    ..
                }
            )
        })
    }

    /// Takes off the agenda what is `unwanted` of what is planned about this subject.
    pub(crate) fn cancel(&mut self, subject: &str, unwanted: impl Fn(&Action) -> bool) {
        self.moves += self.due.remove_about(subject, unwanted);
    }

    /// Takes off the agenda what is `unwanted` of all that is planned.
    pub(crate) fn cancel_everywhere(&mut self, unwanted: impl Fn(&Action) -> bool) {
        self.moves += self.due.remove_all(unwanted);
    }

    /// Takes the next action that is due by `now`, with its time.
    pub(crate) fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Action)> {
        let popped = self.due.pop(now)?;
        self.moves += 1;
        Some(popped)
    }

    /// When the next action is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due.times().next()
    }

    /// Whether something was put on it or taken off since it was last kept elsewhere.
    pub(crate) fn is_unkept(&self) -> bool {
        self.moves != self.kept
    }

    /// It has been kept elsewhere.
    pub(crate) fn note_kept(&mut self) {
        self.kept = self.moves;
    }

    /// Is from now on what `other` is, which was told of by somebody who has let happen more.
    pub(crate) fn follow(&mut self, other: Self) {
        let beat = self.lbc.beat.take();
        self.due = other.due;
        self.planned = other.planned;
        // Whoever has told of it has had its controllers look.
        self.seen.objects = other.seen.objects;
        self.lbc = LbcMemory { beat, ..other.lbc };
        self.note_kept();
    }
}
