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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::Magnitudes;

    #[test]
    fn the_time_in_which_a_lab_waits_for_its_turn_is_not_that_of_its_profile() {
        let at = |seconds: u64| Some(Timestamp::UNIX_EPOCH + Duration::from_secs(seconds));
        let mut watch = Watch::default();
        // The second begins with the first, and has its cluster's slot after it; the third is on another cluster.
        for (lab, cluster, begun, made) in [(0, "a", 0, 100), (1, "a", 0, 220), (2, "b", 50, 180)] {
            watch.slot_done(lab, cluster.to_owned(), at(begun), at(made).unwrap());
        }
        let ended = |begun: u64, ended: u64| LabRow {
            begun: at(begun),
            ended: at(ended),
            ..LabRow::waiting("lab", "a")
        };
        watch.done(1, &ended(0, 420));
        let expected = watch.measured.expects(Magnitudes::USUAL);
        assert_eq!(
            expected.profile,
            Duration::from_secs(120),
            "of 100, 120 and 130 the middle"
        );
        assert_eq!(expected.lab, Duration::from_secs(200), "since its profile was there");
        let mut shared = Watch::default();
        shared.done(0, &ended(10, 250));
        assert_eq!(shared.measured.expects(Magnitudes::USUAL).lab, Duration::from_secs(240));
    }
}
