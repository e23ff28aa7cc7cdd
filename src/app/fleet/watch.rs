//! What is measured of a class under way, and what of it has changed since it was shown last.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::fleet::{LabRow, Measured};

/// What was measured of a class under way, and has not been shown yet.
#[derive(Default)]
pub(super) struct Watch {
    pub(super) changed: BTreeSet<usize>,
    /// When a lab was done with its cluster's slot.
    pub(super) has_profile: BTreeMap<usize, Timestamp>,
    /// When a cluster's slot was free last.
    free: BTreeMap<String, Timestamp>,
    pub(super) measured: Measured,
    /// When the end was worked out last, by the reader's clock.
    pub(super) expected: Option<Timestamp>,
}

impl Watch {
    /// Something was told of a lab.
    pub(super) fn changed(&mut self, lab: usize) {
        self.changed.insert(lab);
    }

    /// A lab that began then has done with its cluster's slot.
    pub(super) fn slot_done(&mut self, lab: usize, cluster: String, begun: Option<Timestamp>, at: Timestamp) {
        let free = self.free.insert(cluster, at);
        if let Some(since) = begun.max(free) {
            self.measured.profile(between(since, at));
        }
        self.has_profile.insert(lab, at);
    }

    /// A lab has come about.
    pub(super) fn done(&mut self, lab: usize, row: &LabRow) {
        let since = self.has_profile.get(&lab).copied().or(row.begun);
        if let (Some(since), Some(ended)) = (since, row.ended) {
            self.measured.lab(between(since, ended));
        }
    }
}

/// How long it is from one time to another; nothing if it is the other way round.
pub(super) fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::try_from(to.duration_since(from)).unwrap_or_default()
}
