//! What pieces of text mean, and the colours of that.

use anstyle::{AnsiColor, Color, Style as Ansi};

/// What a piece of text means; the style turns that into a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something is made, or well.
    Good,
    /// Something changes, or deserves a look.
    Care,
    /// Something goes away, or is wrong.
    Bad,
    /// Of little weight.
    Faint,
    /// A heading or the thing it is about.
    Strong,
}

impl Tone {
    /// Every tone.
    pub(super) const ALL: [Self; 5] = [Self::Good, Self::Care, Self::Bad, Self::Faint, Self::Strong];

    /// As a terminal is told.
    pub(super) fn ansi(self) -> Ansi {
        let colored = |color| Ansi::new().fg_color(Some(Color::Ansi(color)));
        match self {
            Self::Good => colored(AnsiColor::Green),
            Self::Care => colored(AnsiColor::Yellow),
            Self::Bad => colored(AnsiColor::Red),
            Self::Faint => Ansi::new().dimmed(),
            Self::Strong => Ansi::new().bold(),
        }
    }
}
