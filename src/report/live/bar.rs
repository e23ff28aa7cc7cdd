//! A bar: how much of something is done.
//!
//! indicatif draws it, onto one line that is kept: where that line goes on the terminal is the painter's to say.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};

/// A bar of so many columns of which `done` of `all` is full; empty where there is nothing to count.
pub(super) fn bar(done: u64, all: u64, columns: usize) -> String {
    let kept = Kept {
        columns: u16::try_from(columns).unwrap_or(u16::MAX),
        text: Arc::default(),
    };
    let template = format!("{{bar:{columns}}}");
    let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let target = ProgressDrawTarget::term_like(Box::new(kept.clone()));
    let bar = ProgressBar::with_draw_target(Some(all), target)
        .with_style(style.progress_chars("━━─"))
        .with_position(done.min(all));
    bar.force_draw();
    kept.taken().trim_end().to_owned()
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
