//! What the user types: clap types and their conversion to requests of the app.

mod args;
mod candidates;
mod command;
mod completion;
mod dress;
mod fleet;
mod guide;
mod job;
mod job_guide;
mod lesson_guide;
mod manual;
mod mistake;
mod mistake_words;
mod request;
mod sandbox;
mod sandbox_guide;
mod usage;
mod values;

pub use command::{Cli, Command, EnvCommand};
pub use completion::{answer_shell, completions};
pub use dress::command;
pub use manual::{Page, pages, write_pages};
pub use mistake::{Mistake, print_answer};
pub use request::Parsed;
pub use sandbox::SandboxCommand;
pub use usage::usage_document;
