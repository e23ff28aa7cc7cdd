//! The line for the whole run: how many of its steps are done, and since when it goes.

use std::time::Duration;

use super::bar::bar;
use crate::report::style::cut;
use crate::report::times;

/// Columns of the bar.
const BAR: usize = 28;

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Whole {
    /// Steps that are done.
    pub(super) done: u64,
    /// Steps that the plan has; none while there is no plan.
    pub(super) planned: u64,
}

impl Whole {
    /// Its line, narrower than a terminal of so many columns; `None` where there is nothing to count.
    pub(super) fn line(self, elapsed: Duration, columns: usize) -> Option<String> {
        let Self { planned, .. } = self;
        if planned == 0 {
            return None;
        }
        let done = self.done.min(planned);
        let elapsed = times::elapsed(elapsed);
        let line = match columns {
            0..28 => format!("  {done} of {planned} steps"),
            28..54 => format!("  {done} of {planned} steps {elapsed:>7}"),
            _ => format!(
                "  {} {done:>2} of {planned} steps {elapsed:>7}",
                bar(done, planned, BAR)
            ),
        };
        Some(cut(&line, columns.saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(done: u64, planned: u64, columns: usize) -> Option<String> {
        Whole { done, planned }.line(Duration::from_secs(83), columns)
    }

    #[test]
    fn it_counts_and_draws() {
        let lines = [(0, 9, 80), (4, 9, 80), (9, 9, 80), (12, 30, 49), (4, 9, 20), (4, 9, 10)];
        let lines = lines.map(|(done, planned, columns)| line(done, planned, columns).unwrap());
        assert_eq!(
            lines,
            [
                "  ────────────────────────────  0 of 9 steps   1m23s",
                "  ━━━━━━━━━━━━━───────────────  4 of 9 steps   1m23s",
                "  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━  9 of 9 steps   1m23s",
                "  12 of 30 steps   1m23s",
                "  4 of 9 steps",
                "  4 of 9…",
            ]
        );
    }

    #[test]
    fn a_plan_without_steps_has_none() {
        assert_eq!(line(0, 0, 80), None);
    }
}
