//! Draws lines at the bottom of a terminal, and draws over them.
//!
//! The cursor rests at the beginning of the first line of what was drawn. A terminal keeps it there when it is resized and
//! lays its lines out anew, so that what is below it can be cleared without having been counted. What is drawn takes one row
//! a line even if the terminal has become narrower meanwhile: each character that might not fit is put into its column, and
//! no terminal wraps for that.

use std::fmt::Write;

use unicode_width::UnicodeWidthChar;

use super::screen::{Screen, ScreenSize};
use crate::model::visible::visible_line;
use crate::report::door::passed;
use crate::report::style::{Style, Tone};

/// Clears from the cursor to the end of the screen.
const CLEAR_BELOW: &str = "\u{1b}[J";
/// Clears from the cursor to the end of the line.
const CLEAR_LINE: &str = "\u{1b}[K";
/// Columns that every terminal has.
const SAFE: usize = 20;
/// How often everything is drawn, not only what has changed: others may write to the terminal too.
const WHOLE: usize = 10;

/// A line to be drawn, narrower than the terminal was when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnLine {
    /// The text.
    pub text: String,
    /// How it is dressed.
    pub tone: Option<Tone>,
}

/// What is drawn on a terminal.
pub(super) struct Painter {
    screen: Box<dyn Screen>,
    /// The lines that are drawn, and how large the terminal was then.
    drawn: Option<(ScreenSize, Vec<DrawnLine>)>,
    /// How often only what has changed was drawn.
    partial: usize,
    is_holding: bool,
}

impl Painter {
    /// Nothing is drawn yet.
    pub(super) fn new(screen: Box<dyn Screen>) -> Self {
        Self {
            screen,
            drawn: None,
            partial: 0,
            is_holding: false,
        }
    }

    /// How large the terminal is now.
    pub(super) fn size(&self) -> ScreenSize {
        self.screen.size().unwrap_or(ScreenSize::USUAL)
    }

    /// Draws `lines` in place of what was drawn.
    pub(super) fn draw(&mut self, lines: Vec<DrawnLine>, style: &Style) {
        self.screen.hold_keys();
        self.is_holding = true;
        let Some(up) = lines.len().checked_sub(1) else {
            self.clear();
            return;
        };
        let size = self.size();
        let before = self
            .drawn
            .take()
            .filter(|(before, drawn)| *before == size && drawn.len() == lines.len() && self.partial < WHOLE);
        self.partial = if before.is_some() { self.partial + 1 } else { 0 };
        let mut text = String::new();
        for (i, line) in lines.iter().enumerate() {
            text.push_str(if i == 0 { "\r" } else { "\n" });
            let is_drawn = before.as_ref().is_some_and(|(_, drawn)| drawn.get(i) == Some(line));
            if !is_drawn {
                text.push_str(&placed(line, style));
                text.push_str(CLEAR_LINE);
            }
        }
        if before.is_none() {
            text.push_str(CLEAR_BELOW);
        }
        text.push('\r');
        if up > 0 {
            let _ = write!(text, "\u{1b}[{up}A");
        }
        self.drawn = Some((size, lines));
        self.write(&text);
    }

    /// Writes whole lines that stay, where the drawn ones are; those are gone then.
    pub(super) fn pass(&mut self, lines: &str) {
        self.clear();
        self.write(&passed(lines));
    }

    /// Takes away what is drawn.
    pub(super) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            self.write(&format!("\r{CLEAR_BELOW}"));
        }
    }

    /// Takes away what is drawn and lets keys be shown again.
    pub(super) fn release(&mut self) {
        self.clear();
        if std::mem::take(&mut self.is_holding) {
            self.screen.release_keys();
        }
    }

    fn write(&mut self, text: &str) {
        // A terminal that is gone shows nothing; the run goes on.
        let _ = self.screen.write(text);
    }
}

/// The line, with each character that may not fit put into its column (CHA).
fn placed(line: &DrawnLine, style: &Style) -> String {
    let mut text = String::new();
    let mut column = 0;
    for c in visible_line(&line.text).chars() {
        let columns = c.width().unwrap_or_default();
        if column >= SAFE && columns > 0 {
            let _ = write!(text, "\u{1b}[{}G", column + 1);
        }
        text.push(c);
        column += columns;
    }
    match line.tone.filter(|_| style.color) {
        Some(tone) => format!("{}{text}{}", tone.ansi().render(), tone.ansi().render_reset()),
        None => text,
    }
}
