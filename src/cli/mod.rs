//! What the user types: clap types and their conversion to requests of the app.

mod args;
mod command;
mod completion;
mod values;

pub use command::{Cli, Command, EnvCommand, Parsed, SandboxCommand};
pub use completion::{completions, manual};
