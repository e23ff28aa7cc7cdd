//! Why the plan of a class in a file cannot be used.

use std::io;
use std::path::{Path, PathBuf};

use crate::app::exit::Exit;
use crate::lang::{Text, text};
use crate::plan::file::ReadError;

/// Why a file is not the plan, or not the roster, that it is taken for.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub enum ClassPlanError {
    /// It cannot be read.
    Unread {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It is no plan of a class, or not as it was written.
    Unusable {
        /// Which file.
        path: PathBuf,
        /// What to do instead.
        help: Text,
        /// Why not.
        #[source]
        source: ReadError,
    },
    /// It is a plan where a roster is asked for.
    NoRoster {
        /// Which file.
        path: PathBuf,
        /// Whether it is the plan of a class, and not of one lab.
        is_class: bool,
        /// What to do instead.
        help: Text,
    },
    /// A lab was named that the plan does not have.
    NoLab {
        /// Which file.
        path: PathBuf,
        /// The lab.
        lab: String,
    },
    /// The roster does not have a lab any more.
    OtherRoster {
        /// Which file.
        path: PathBuf,
        /// The roster.
        roster: String,
        /// The first lab of the plan that it does not have.
        lab: String,
        /// The command that makes a new plan.
        command: String,
    },
}

impl ClassPlanError {
    /// The exit this error leads to.
    pub(in crate::app) fn exit(&self) -> Exit {
        match self {
            Self::Unread { .. } | Self::NoRoster { .. } | Self::NoLab { .. } => Exit::Usage,
            Self::Unusable { source, .. } => Exit::of_plan_file(source),
            Self::OtherRoster { .. } => Exit::Conflict,
        }
    }

    /// Its class in documents.
    pub(in crate::app) fn class(&self) -> &'static str {
        match self {
            Self::Unread { .. } | Self::Unusable { .. } => "plan-file",
            Self::NoRoster { .. } | Self::NoLab { .. } => "usage",
            Self::OtherRoster { .. } => "stale",
        }
    }

    /// What is wrong.
    pub(in crate::app) fn text(&self) -> Text {
        let text = match self {
            Self::Unread { .. } => text!("error-no-plan-file"),
            Self::Unusable { .. } => text!("error-plan-file"),
            Self::NoRoster { is_class: true, .. } => text!("error-roster-class-plan"),
            Self::NoRoster { is_class: false, .. } => text!("error-roster-lab-plan"),
            Self::NoLab { lab, .. } => text!("error-plan-without-lab", lab = lab),
            Self::OtherRoster { roster, lab, .. } => text!("error-plan-other-roster", roster = roster, lab = lab),
        };
        text.with("path", self.path().display().to_string())
    }

    fn path(&self) -> &Path {
        match self {
            Self::Unread { path, .. }
            | Self::Unusable { path, .. }
            | Self::NoRoster { path, .. }
            | Self::NoLab { path, .. }
            | Self::OtherRoster { path, .. } => path,
        }
    }

    /// What to do about it.
    pub(in crate::app) fn help(&self) -> Option<Text> {
        match self {
            Self::Unread { .. } => None,
            Self::Unusable { help, .. } | Self::NoRoster { help, .. } => Some(help.clone()),
            Self::OtherRoster { command, .. } => Some(text!("help-new-plan-by-quoted", command = command)),
            Self::NoLab { .. } => Some(text!("help-plan-with-lab")),
        }
    }
}
