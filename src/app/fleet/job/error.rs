//! Why there is no Job, or no index of one.

use crate::app::exit::Exit;
use crate::fleet::job::ROOM_OF_CONFIG_MAP;

/// Why a Job cannot be made or found, or one of its indexes not be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// Its name is none.
    #[error("the name {0:?} is none for a Job")]
    Name(String),
    /// Its pods have no kubeconfig.
    #[error("lab {0} reaches its cluster by the kubeconfig, which the pods of a Job do not have")]
    Kubeconfig(String),
    /// Its pods are in another region than this machine's configuration may say.
    #[error("lab {0} has no region, which the pods of a Job cannot take from this machine's configuration")]
    Region(String),
    /// What its pods read does not fit.
    #[error("roster and environment take {size} bytes, and a ConfigMap has room for {ROOM_OF_CONFIG_MAP}")]
    TooLarge {
        /// How much they take.
        size: usize,
    },
    /// What has a name of the Job's is not the Job's.
    #[error("there already, and not of a Job of lab2048 of that name: {}", .0.join(", "))]
    Foreign(Vec<String>),
    /// It is under way, and another one is asked for.
    #[error("Job {0} is under way, for another roster or with other flags")]
    UnderWay(String),
    /// There is none.
    #[error("there is no Job {name} of lab2048 in namespace {namespace}")]
    Missing {
        /// Its name.
        name: String,
        /// Where it was looked for.
        namespace: String,
    },
    /// It cannot be told which labs its indexes have.
    #[error("ConfigMap {0} does not say which labs the indexes have")]
    NoAssignment(String),
    /// It has no such index.
    #[error("there is no index {index}: the assignment has {count}")]
    NoIndex {
        /// The index.
        index: usize,
        /// How many there are.
        count: usize,
    },
    /// The roster has changed since the labs were assigned.
    #[error("lab {lab} is not in its place of the roster, {place}")]
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

    /// What to do about it.
    pub(in crate::app) fn help(&self) -> String {
        match self {
            Self::Name(_) => "choose one with --name: up to 50 lower-case letters, digits and `-`".to_owned(),
            Self::Kubeconfig(_) => {
                "let them ask EKS (--set cluster.access=eks); each cluster needs an access entry for the role of the pods"
                    .to_owned()
            }
            Self::Region(_) => "name it: --region REGION, or a column cluster.region".to_owned(),
            Self::TooLarge { .. } => {
                "make two rosters of it, such as one a region, and a Job for each; or leave out columns of your own"
                    .to_owned()
            }
            Self::Foreign(_) => "choose another name (--name) or another namespace (--namespace)".to_owned(),
            Self::UnderWay(_) => {
                "wait until it has ended (`lab2048 fleet job status`), remove it (`lab2048 fleet job delete`), or choose another \
                 name (--name)"
                    .to_owned()
            }
            Self::Missing { .. } => {
                "`lab2048 fleet job apply` makes it; look in another place with --name, --namespace or --context".to_owned()
            }
            Self::NoAssignment(_) | Self::NoIndex { .. } | Self::OtherRoster { .. } => {
                "remove the Job (`lab2048 fleet job delete`) and make it again".to_owned()
            }
        }
    }
}
