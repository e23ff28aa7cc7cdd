//! Why the plan of a class in a file cannot be used.

use std::io;
use std::path::PathBuf;

use crate::app::exit::Exit;
use crate::plan::file::ReadError;

/// Why a file is not the plan, or not the roster, that it is taken for.
#[derive(Debug, thiserror::Error)]
pub enum ClassPlanError {
    /// It cannot be read.
    #[error("cannot read the plan in {}", path.display())]
    Unread {
        /// Which file.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// It is no plan of a class, or not as it was written.
    #[error("cannot use the plan in {}", path.display())]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// What to do instead.
        help: String,
        /// Why not.
        #[source]
        source: ReadError,
    },
    /// It is a plan where a roster is asked for.
    #[error("{} is the plan of {of}, not a roster", path.display())]
    NoRoster {
        /// Which file.
        path: PathBuf,
        /// A class or one lab.
        of: &'static str,
        /// What to do instead.
        help: String,
    },
    /// A lab was named that the plan does not have.
    #[error("the plan in {} has no lab {lab}", path.display())]
    NoLab {
        /// Which file.
        path: PathBuf,
        /// The lab.
        lab: String,
    },
    /// The roster does not have a lab any more.
    #[error("the plan in {} is of other labs than roster {roster} has: {lab} is not one of them", path.display())]
    OtherRoster {
        /// Which file.
        path: PathBuf,
        /// The roster.
        roster: String,
        /// The first lab of the plan that it does not have.
        lab: String,
        /// What to do about it.
        help: String,
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

    /// What to do about it.
    pub(in crate::app) fn help(&self) -> Option<String> {
        match self {
            Self::Unread { .. } => None,
            Self::Unusable { help, .. } | Self::NoRoster { help, .. } | Self::OtherRoster { help, .. } => {
                Some(help.clone())
            }
            Self::NoLab { .. } => Some("the plan was made with --only: make one with that lab".to_owned()),
        }
    }
}
