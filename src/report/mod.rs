//! Everything the user reads: folds of events and views of plans, as pure functions to text.

pub mod change_view;
pub mod class_view;
pub mod cost_view;
mod door;
pub mod end_view;
pub mod error_view;
pub mod explain_view;
pub mod findings_junit;
pub mod findings_sarif;
pub mod findings_view;
pub mod lab_page;
pub mod lesson_view;
pub mod live;
pub mod markdown;
pub mod next_view;
pub mod nodes_view;
pub mod outline_view;
pub mod page;
pub mod plain;
pub mod plan_view;
pub mod removal_view;
pub mod run_report;
pub mod sandbox_help;
pub mod schemas;
pub mod show_view;
pub mod spans;
pub mod status;
pub mod status_view;
pub mod step_view;
pub mod style;
pub mod support;
pub mod table;
pub mod time_view;
pub mod timeline;
pub mod times;
pub mod tone;
pub mod words;
pub mod world_view;

#[cfg(test)]
mod fixtures;
mod reporter;

pub use door::passed;
pub use live::{ClassScene, LiveState, Screen, ScreenSize, StatusScene};
pub use page::Page;
pub use reporter::{Follower, Format, Reporter, ReporterSettings, Streams};
pub use style::{Style, Tone};
