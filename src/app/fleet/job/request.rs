//! What is asked of a class's Job.

use std::path::PathBuf;

use crate::app::options::Carrying;
use crate::fleet::job::Account;

/// What to do with a class's Job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobVerb {
    /// Print what it is made of.
    Render(Box<JobOrder>),
    /// Make it.
    Apply(Box<JobOrder>),
    /// Show how far it is.
    Status(JobPlace),
    /// Remove it; the labs stay.
    Delete {
        /// Which.
        place: JobPlace,
        /// Do not ask.
        yes: bool,
    },
    /// Carry out one of its indexes.
    Work(Box<Work>),
}

impl JobVerb {
    /// The words it is called by.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Render(_) => "fleet job render",
            Self::Apply(_) => "fleet job apply",
            Self::Status(_) => "fleet job status",
            Self::Delete { .. } => "fleet job delete",
            Self::Work(_) => "fleet job work",
        }
    }
}

/// Which Job, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPlace {
    /// The roster's file.
    pub roster: String,
    /// The Job's name; nothing stands for that of the roster.
    pub name: Option<String>,
    /// Its namespace.
    pub namespace: String,
    /// Context of the kubeconfig that leads to its cluster; nothing stands for the current one.
    pub context: Option<String>,
}

/// A Job to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobOrder {
    /// Which, and where.
    pub place: JobPlace,
    /// How its pods carry the class out.
    pub carrying: Carrying,
    /// Whether the labs are removed, and not made.
    pub destroy: bool,
    /// Image of this program.
    pub image: String,
    /// How many indexes the labs are divided among.
    pub indexes: Option<usize>,
    /// How many indexes at once; all, if nobody says.
    pub parallelism: Option<usize>,
    /// Who its pods are.
    pub account: Account,
    /// The queue of Kueue that it waits in.
    pub queue: Option<String>,
}

/// One index of a Job, to be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Which Job.
    pub place: JobPlace,
    /// How its labs are carried out.
    pub carrying: Carrying,
    /// Whether they are removed, and not made.
    pub destroy: bool,
    /// Which index.
    pub index: usize,
    /// The Job's UID, with which the results go.
    pub job_uid: Option<String>,
    /// Where the pod's last words go.
    pub termination_log: PathBuf,
}
