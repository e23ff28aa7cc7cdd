//! What the user types: clap types and their conversion to requests of the app.

mod args;
mod command;
mod completion;
mod request;
mod usage;
mod values;

pub use command::{Cli, Command, EnvCommand, SandboxCommand};
pub use completion::{completions, manual};
pub use request::Parsed;
pub use usage::usage_document;
