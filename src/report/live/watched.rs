//! A lab that is looked at again and again: `status` as it is now, in place of how it was.

use super::painter::DrawnLine;
use super::screen::ScreenSize;
use crate::lang::Text;
use crate::report::status::StatusReport;
use crate::report::status_view;
use crate::report::style::{Style, Tone, cut};

/// A lab as it was seen last.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusScene {
    /// What was seen.
    pub report: StatusReport,
    /// What is told below it.
    pub note: Text,
}

impl StatusScene {
    /// What fits into a terminal of this size: where not all does, the end, as the verdict is there, below the lab's name.
    pub(super) fn drawn(&self, size: ScreenSize, style: &Style) -> Vec<DrawnLine> {
        let columns = size.columns.saturating_sub(1);
        let plain = Style {
            color: false,
            width: columns,
            ..*style
        };
        let text = status_view::text(&self.report, false, &plain);
        let mut lines: Vec<&str> = text.lines().collect();
        let room = size.lines.saturating_sub(2).max(1);
        if lines.len() > room {
            let hidden = lines.len() - room + 1;
            lines.splice(1..=hidden, ["…"]);
            lines.truncate(room);
        }
        let line = |text: &str, tone| DrawnLine {
            text: cut(text, columns),
            tone,
        };
        let note = line(&plain.say(&self.note), Some(Tone::Faint));
        let lines = lines.into_iter().map(|text| line(text, None));
        lines.chain([note]).collect()
    }
}
