//! The built binary: what a shell, a script and a terminal see of it.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod class;
mod exits;
mod help;
mod hostile;
mod killed;
mod locked;
mod logins;
mod report;
mod shell;
mod spans;
mod state;
mod streams;
mod templates;
mod terminal;
mod usage;
