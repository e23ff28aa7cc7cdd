//! A class under way as it is shown on a terminal: what has changed, and when all is expected to have come about.

use std::time::Duration;

use jiff::Timestamp;

use super::aim::Aim;
use super::carrying::Carried;
use super::watch::between;
use crate::app::context::Context;
use crate::app::session::Session;
use crate::fleet::{self, Admission, Magnitudes};
use crate::lang::Text;
use crate::report::ClassScene;

/// The end is worked out anew at most so often, by the reader's clock: that is a play of the whole class.
const ANEW: Duration = Duration::from_secs(2);

impl Carried<'_> {
    /// Shows the class from now on, where that can be.
    pub(super) fn begin_to_show(&self, context: &mut Context) {
        let Some(session) = self.job.class.session() else {
            return;
        };
        let now = session.clock.now();
        let rest = self.rest(&self.admission(), session) + self.ground_before();
        let mut scene = ClassScene::new(self.board.clone(), Some(self.job.aim.verb()), now);
        scene.end = now.checked_add(rest).ok();
        context.reporter.show_class(scene, now);
    }

    /// Shows what is going on beside the labs, and all labs as they are.
    pub(super) fn show_all(&self, context: &mut Context, note: Option<Text>) {
        let Some(session) = self.job.class.session() else {
            return;
        };
        let board = &self.board;
        context.reporter.change_class(session.clock.now(), |scene| {
            scene.board.clone_from(board);
            scene.note = note;
        });
    }

    /// Shows what has changed.
    pub(super) fn show(&mut self, context: &mut Context, admission: &Admission) {
        let Some(session) = self.job.class.session() else {
            return;
        };
        let changed = std::mem::take(&mut self.watch.changed);
        if !context.reporter.shows_class() {
            return;
        }
        let (now, wall) = (session.clock.now(), context.host.wall.now());
        let is_due = |at: Timestamp| between(at, wall) >= ANEW;
        let end = if self.watch.expected.is_none_or(is_due) {
            self.watch.expected = Some(wall);
            now.checked_add(self.rest(admission, session)).ok()
        } else {
            None
        };
        if changed.is_empty() && end.is_none() {
            return;
        }
        let rows = &self.board.rows;
        context.reporter.change_class(now, |scene| {
            for place in changed {
                if let (Some(shown), Some(row)) = (scene.board.rows.get_mut(place), rows.get(place)) {
                    shown.clone_from(row);
                }
            }
            scene.end = end.or(scene.end);
        });
    }

    /// How long all labs still take, and what is removed behind them.
    fn rest(&self, admission: &Admission, session: &Session) -> Duration {
        let now = session.clock.now();
        let ran = |lab: usize| {
            let begun = self.board.rows.get(lab).and_then(|row| row.begun);
            let since = self.watch.has_profile.get(&lab).copied().or(begun);
            since.map_or(Duration::ZERO, |since| between(since, now))
        };
        let usual = self.watch.measured.expects(self.usual());
        let behind = match self.job.aim {
            Aim::Gone if self.has_grounds() => usual.profile,
            Aim::Gone | Aim::Up => Duration::ZERO,
        };
        fleet::rest(admission, session.clock.awake(), ran, usual) + behind
    }

    fn ground_before(&self) -> Duration {
        match self.job.aim {
            Aim::Up if self.has_grounds() => self.usual().profile,
            Aim::Gone | Aim::Up => Duration::ZERO,
        }
    }

    fn has_grounds(&self) -> bool {
        !self.job.class.grounds.is_empty()
    }

    fn usual(&self) -> Magnitudes {
        match self.job.aim {
            Aim::Up => Magnitudes::USUAL,
            Aim::Gone => Magnitudes::REMOVAL,
        }
    }
}
