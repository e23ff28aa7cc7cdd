//! The line for the whole run: how many of its steps are done, and since when it goes.
//!
//! indicatif draws it, onto one line that is kept: where that line goes on the terminal is the painter's to say.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

use crate::report::style::cut;
use crate::report::times;

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
        if self.planned == 0 {
            return None;
        }
        let kept = Kept {
            columns: u16::try_from(columns).unwrap_or(u16::MAX),
            text: Arc::default(),
        };
        let target = ProgressDrawTarget::term_like(Box::new(kept.clone()));
        let bar = ProgressBar::with_draw_target(Some(self.planned), target)
            .with_style(style(columns))
            .with_position(self.done.min(self.planned))
            .with_message(times::elapsed(elapsed));
        bar.force_draw();
        let line = kept.taken();
        Some(cut(line.trim_end(), columns.saturating_sub(1)))
    }
}

/// The bar where there is room for it.
fn style(columns: usize) -> ProgressStyle {
    let template = match columns {
        0..28 => "  {pos} of {len} steps",
        28..54 => "  {pos} of {len} steps {msg:>7}",
        _ => "  {bar:28} {pos:>2} of {len} steps {msg:>7}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    style.progress_chars("━━─")
}

/// A terminal of one line that keeps what is written.
#[derive(Debug, Clone)]
struct Kept {
    columns: u16,
    text: Arc<Mutex<String>>,
}

impl Kept {
    fn taken(&self) -> String {
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl TermLike for Kept {
    fn width(&self) -> u16 {
        self.columns
    }

    fn move_cursor_up(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_down(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_right(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn move_cursor_left(&self, _: usize) -> io::Result<()> {
        Ok(())
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        let text = text.trim_start_matches('\r');
        self.text.lock().unwrap_or_else(PoisonError::into_inner).push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.taken();
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
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
