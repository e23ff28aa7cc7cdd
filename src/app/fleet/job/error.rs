//! Why there is no Job, or no index of one.

use crate::app::exit::Exit;
use crate::fleet::job::ROOM_OF_CONFIG_MAP;
use crate::lang::{Text, text};

/// Why a Job cannot be made or found, or one of its indexes not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub enum JobError {
    /// Its name is none.
    Name(String),
    /// Its pods have no kubeconfig.
    Kubeconfig(String),
    /// Its pods are in another region than this machine's configuration may say.
    Region(String),
    /// What its pods read does not fit.
    TooLarge {
        /// How much they take.
        size: usize,
    },
    /// What has a name of the Job's is not the Job's.
    Foreign(Vec<String>),
    /// It is under way, and another one is asked for.
    UnderWay(String),
    /// There is none.
    Missing {
        /// Its name.
        name: String,
        /// Where it was looked for.
        namespace: String,
    },
    /// It cannot be told which labs its indexes have.
    NoAssignment(String),
    /// It has no such index.
    NoIndex {
        /// The index.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// The roster has changed since the labs were assigned.
    OtherRoster {
        /// The lab.
        lab: String,
        /// Its place, from 0.
        place: usize,
    },
}

impl JobError {
    /// The exit this error leads to.
    pub(in crate::app) fn exit(&self) -> Exit {
        match self {
            Self::Name(_)
            | Self::Kubeconfig(_)
            | Self::Region(_)
            | Self::TooLarge { .. }
            | Self::NoIndex { .. }
            | Self::OtherRoster { .. } => Exit::Usage,
            Self::Foreign(_) => Exit::Refused,
            Self::UnderWay(_) => Exit::Conflict,
            Self::Missing { .. } | Self::NoAssignment(_) => Exit::Failed,
        }
    }

    /// Its class in documents.
    pub(in crate::app) fn class(&self) -> &'static str {
        match self {
            Self::Name(_) | Self::NoIndex { .. } | Self::OtherRoster { .. } | Self::TooLarge { .. } => "usage",
            Self::Kubeconfig(_) | Self::Region(_) => "environment",
            Self::Foreign(_) => "refused",
            Self::UnderWay(_) => "conflict",
            Self::Missing { .. } => "missing",
            Self::NoAssignment(_) => "other",
        }
    }

    /// What is wrong.
    pub(in crate::app) fn text(&self) -> Text {
        match self {
            Self::Name(name) => text!("error-job-name", name = format!("{name:?}")),
            Self::Kubeconfig(lab) => text!("error-job-kubeconfig", lab = lab),
            Self::Region(lab) => text!("error-job-region", lab = lab),
            Self::TooLarge { size } => text!("error-job-too-large", size = *size, room = ROOM_OF_CONFIG_MAP),
            Self::Foreign(names) => text!("error-job-foreign", names = names.join(", ")),
            Self::UnderWay(name) => text!("error-job-under-way", name = name),
            Self::Missing { name, namespace } => text!("error-job-missing", name = name, namespace = namespace),
            Self::NoAssignment(name) => text!("error-job-no-assignment", name = name),
            Self::NoIndex { index, count } => text!("error-job-no-index", index = *index, count = *count),
            Self::OtherRoster { lab, place } => text!("error-job-other-roster", lab = lab, place = *place + 1),
        }
    }

    /// What to do about it.
    pub(in crate::app) fn help(&self) -> Text {
        match self {
            Self::Name(_) => text!("help-job-name"),
            Self::Kubeconfig(_) => text!("help-job-kubeconfig"),
            Self::Region(_) => text!("help-job-region"),
            Self::TooLarge { .. } => text!("help-job-too-large"),
            Self::Foreign(_) => text!("help-job-foreign"),
            Self::UnderWay(_) => text!("help-job-under-way"),
            Self::Missing { .. } => text!("help-job-missing"),
            Self::NoAssignment(_) | Self::NoIndex { .. } | Self::OtherRoster { .. } => text!("help-job-again"),
        }
    }
}
