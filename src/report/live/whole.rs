//! The line for the whole run: how many of its steps are done, since when it goes, and how long it may still take.

use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::bar::bar;
use crate::event::Usual;
use crate::lang::{Language, Text, text};
use crate::report::style::cut;
use crate::report::times;

/// Columns of the bar.
const BAR: usize = 28;
/// Columns of the bar at least, where there is one.
const SHORT: usize = 12;

/// How much time has passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// Since the run began, which a reader sees.
    pub(super) run: Duration,
    /// Since its first step began, which is what can be expected of.
    pub(super) steps: Duration,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Whole {
    /// Steps that are done.
    pub(super) done: u64,
    /// Steps that the plan has; none while there is no plan.
    pub(super) planned: u64,
}

impl Whole {
    /// Its line, narrower than a terminal of so many columns; `None` where there is nothing to count. Of `expected`, counted from the first
    /// step, what is left is shown.
    pub(super) fn line(
        self,
        passed: Passed,
        expected: Option<Usual>,
        columns: usize,
        language: Language,
    ) -> Option<String> {
        let Self { planned, .. } = self;
        if planned == 0 {
            return None;
        }
        let done = self.done.min(planned);
        let steps = text!("live-steps", done = done, planned = planned).said(language);
        let time = times::elapsed(passed.run);
        let plain = format!("{steps} {time:>7}");
        let left = expected
            .map(|expected| left(passed.steps, expected))
            .unwrap_or_default();
        let whole = left.into_iter().map(|left| format!("{plain}  {}", left.said(language)));
        let fits = |text: &String| text.width() + SHORT + 4 <= columns;
        let text = whole.chain([plain.clone()]).find(fits).unwrap_or(plain.clone());
        let room = columns.saturating_sub(text.width() + 4);
        let line = match columns {
            0..28 => format!("  {steps}"),
            28..54 => format!("  {plain}"),
            _ => format!("  {} {text}", self.bar(passed.steps, expected, room.clamp(SHORT, BAR))),
        };
        Some(cut(line.trim_end(), columns.saturating_sub(1)))
    }

    /// By time where that is expected, else by steps.
    fn bar(self, elapsed: Duration, expected: Option<Usual>, columns: usize) -> String {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        match expected.filter(|expected| expected.p50_ms > 0) {
            Some(expected) => bar(millis(elapsed).min(expected.p50_ms), expected.p50_ms, columns),
            None => bar(self.done.min(self.planned), self.planned, columns),
        }
    }
}

/// How long it may still take: in full, and in fewer words.
fn left(elapsed: Duration, expected: Usual) -> Vec<Text> {
    /// Less is not worth a number.
    const SOON: Duration = Duration::from_secs(5);
    if expected.p90_ms == 0 {
        return Vec::new();
    }
    let rest = |ms: u64| Duration::from_millis(ms).saturating_sub(elapsed);
    let (middle, late) = (rest(expected.p50_ms), rest(expected.p90_ms));
    if middle < SOON {
        return vec![text!("live-done-soon")];
    }
    let time = times::duration(rounded(middle));
    let mut texts = vec![text!("live-left", time = &time)];
    if late > middle.mul_f64(1.2) {
        let late = times::duration(rounded(late));
        texts.insert(0, text!("live-left-late", time = time, late = late));
    }
    texts
}

/// To ten seconds above a minute, to five below: what is guessed is not told to the second.
fn rounded(duration: Duration) -> Duration {
    let step = if duration >= Duration::from_secs(60) { 10 } else { 5 };
    Duration::from_secs((duration.as_secs() + step / 2) / step * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSED: Passed = Passed {
        run: Duration::from_secs(83),
        steps: Duration::from_secs(83),
    };

    fn line(done: u64, planned: u64, columns: usize) -> Option<String> {
        Whole { done, planned }.line(PASSED, None, columns, Language::English)
    }

    #[test]
    fn it_counts_and_draws() {
        let lines = [(0, 9, 90), (4, 9, 90), (9, 9, 80), (12, 30, 49), (4, 9, 20), (4, 9, 10)];
        let lines = lines.map(|(done, planned, columns)| line(done, planned, columns).unwrap());
        assert_eq!(
            lines,
            [
                "  ──────────────────────────── 0 of 9 steps   1m23s",
                "  ━━━━━━━━━━━━━─────────────── 4 of 9 steps   1m23s",
                "  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 9 of 9 steps   1m23s",
                "  12 of 30 steps   1m23s",
                "  4 of 9 steps",
                "  4 of 9…",
            ]
        );
    }

    #[test]
    fn what_is_left_is_told_roughly_and_in_the_readers_language() {
        let line = |p50: u64, p90: u64, language| {
            let expected = Usual {
                p50_ms: p50 * 1000,
                p90_ms: p90 * 1000,
            };
            let whole = Whole { done: 4, planned: 9 };
            whole.line(PASSED, Some(expected), 80, language).unwrap()
        };
        assert_eq!(
            [
                line(263, 366, Language::English),
                line(120, 124, Language::English),
                line(84, 85, Language::English),
                line(263, 366, Language::Korean),
            ],
            [
                "  ━━━━━━━━━─────────────────── 4 of 9 steps   1m23s  about 3m left, up to 4m40s",
                "  ━━━━━━━━━━━━━━━━━━━━──────── 4 of 9 steps   1m23s  about 35s left",
                "  ━━━━━━━━━━━━━━━━━━━━━━━━━━━━ 4 of 9 steps   1m23s  done any moment",
                "  ━━━━━━━━───────────────── 전체 9단계 중 4단계   1m23s  약 3m 남음, 길면 4m40s",
            ]
        );
    }

    #[test]
    fn a_plan_without_steps_has_none() {
        assert_eq!(line(0, 0, 80), None);
    }
}
