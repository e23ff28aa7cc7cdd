//! The terminal behind standard error, as the live view uses it: its size, its echo, and putting both back however the
//! process ends.
//!
//! What has been changed in it is the process's own and not a view's: a signal, a panic and the third Ctrl-C end the process
//! where no view can be asked.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use rustix::process::{Signal, getpgrp, getpid, kill_process};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcgetwinsize, tcsetattr};

use crate::report::{Screen, ScreenSize};

/// Clears what is drawn: the view's cursor rests at its beginning.
const CLEAR: &str = "\r\u{1b}[J";

/// What has been done to the terminal.
struct Touched {
    /// The modes to put back, while keys are held.
    modes: Option<Termios>,
    /// Whether something is drawn below the cursor.
    is_drawn: bool,
    /// Whether nothing may be drawn any more: the process ends.
    is_closed: bool,
}

static TOUCHED: Mutex<Touched> = Mutex::new(Touched {
    modes: None,
    is_drawn: false,
    is_closed: false,
});

fn touched() -> MutexGuard<'static, Touched> {
    TOUCHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The terminal behind standard error.
pub(super) struct StderrTerminal;

impl Screen for StderrTerminal {
    fn size(&self) -> Option<ScreenSize> {
        size()
    }

    fn hold_keys(&mut self) {
        let mut touched = touched();
        if touched.is_closed || !is_foreground() {
            return;
        }
        let Ok(mut modes) = tcgetattr(io::stderr()) else { return };
        if modes.local_modes.contains(LocalModes::ECHO) {
            touched.modes = Some(modes.clone());
            modes.local_modes.remove(LocalModes::ECHO);
            // Ctrl-C would throw away what is on its way to a slow terminal, and with that half of a sequence.
            modes.local_modes.insert(LocalModes::NOFLSH);
            // A terminal that does not let itself be changed shows what is typed.
            let _ = tcsetattr(io::stderr(), OptionalActions::Now, &modes);
        }
    }

    fn release_keys(&mut self) {
        touched().put_back();
    }

    fn write(&mut self, text: &str) -> io::Result<()> {
        let mut touched = touched();
        if touched.is_closed {
            return Ok(());
        }
        touched.is_drawn = true;
        let mut stderr = io::stderr().lock();
        stderr.write_all(text.as_bytes())?;
        stderr.flush()
    }
}

impl Touched {
    /// Shows keys again, without those typed meanwhile.
    fn put_back(&mut self) {
        self.is_drawn = false;
        if let Some(modes) = self.modes.take()
            && is_foreground()
        {
            let _ = tcsetattr(io::stderr(), OptionalActions::Flush, &modes);
        }
    }

    fn clear(&self) {
        if self.is_drawn {
            let _ = io::stderr().write_all(CLEAR.as_bytes());
        }
    }
}

/// Columns and lines of the terminal behind standard error; `None` where there is none, or it does not say.
pub(super) fn size() -> Option<ScreenSize> {
    let size = tcgetwinsize(io::stderr()).ok()?;
    let size = ScreenSize {
        columns: usize::from(size.ws_col),
        lines: usize::from(size.ws_row),
    };
    (size.columns > 0 && size.lines > 0).then_some(size)
}

/// Whether the terminal is this process's to change; one in the background would be stopped for it.
fn is_foreground() -> bool {
    tcgetpgrp(io::stderr()).is_ok_and(|group| group == getpgrp())
}

/// Puts the terminal back for good, from wherever the process ends.
pub fn restore_terminal() {
    let mut touched = match TOUCHED.try_lock() {
        Ok(touched) => touched,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        // Whoever has it is the one that panics.
        Err(TryLockError::WouldBlock) => return,
    };
    touched.is_closed = true;
    touched.clear();
    touched.put_back();
}

/// Stops the process as Ctrl-Z does, with the terminal as it was meanwhile.
pub(super) fn stop_process() {
    let mut touched = touched();
    touched.clear();
    touched.put_back();
    // It returns when the process goes on. Nothing is drawn before that, as drawing needs what is locked here.
    let _ = kill_process(getpid(), Signal::STOP);
}

/// Has a panic put the terminal back before it is reported.
pub fn restore_terminal_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        restore_terminal();
        report(info);
    }));
}
