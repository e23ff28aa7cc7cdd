//! The terminal that a live view is drawn on, as the view sees it.

use std::io;

/// A terminal that a live view is drawn on.
pub trait Screen: Send {
    /// How large it is now; `None` where it does not say.
    fn size(&self) -> Option<ScreenSize>;

    /// From now on keys that are typed leave nothing on it. Asked before each redraw, as a shell may have put that back
    /// while the program was stopped.
    fn hold_keys(&mut self);

    /// Keys are shown again; what was typed meanwhile is forgotten, so that no shell takes it for a command.
    fn release_keys(&mut self);

    /// Writes at once.
    fn write(&mut self, text: &str) -> io::Result<()>;
}

/// How large a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenSize {
    /// Columns.
    pub columns: usize,
    /// Lines.
    pub lines: usize,
}

impl ScreenSize {
    /// What a terminal that does not say is taken for.
    pub const USUAL: Self = Self { columns: 80, lines: 24 };
}
