//! How what is asked for is carried out: one lab, or a class of them.

use std::path::PathBuf;
use std::time::Duration;

use crate::fleet::Pick;
use crate::model::Severity;
use crate::plan::Approvals;

/// From which severity on a finding of a check is an obstacle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailOn {
    /// Errors alone.
    #[default]
    Error,
    /// Warnings, too.
    Warning,
}

impl FailOn {
    /// The least severity that counts.
    pub fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
        }
    }
}

/// How a change is executed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunOptions {
    /// Do not ask.
    pub yes: bool,
    /// Limit of every wait, instead of the environment's.
    pub timeout: Option<Duration>,
    /// How long another run's lock is waited for.
    pub wait_lock: Option<Duration>,
    /// File that every event is added to, as a line of JSON.
    pub events: Option<PathBuf>,
}

/// Which labs of which roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetChoice {
    /// The roster's file.
    pub roster: String,
    /// These labs alone; all, if none is named.
    pub only: Vec<String>,
    /// How many at once.
    pub parallel: usize,
}

/// What `fleet plan` is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetPlan {
    /// Which labs.
    pub choice: FleetChoice,
    /// Flags that let it go further than usual.
    pub approvals: Approvals,
    /// Where to write the plan.
    pub out: Option<PathBuf>,
}

/// How a class is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carrying {
    /// Which labs.
    pub choice: FleetChoice,
    /// Flags that let it go further than usual.
    pub approvals: Approvals,
    /// Which findings stop a lab.
    pub fail_on: FailOn,
    /// How each lab is carried out.
    pub options: RunOptions,
    /// With how many failures no further labs begin.
    pub failures: MaxFailures,
    /// Whether the first lab of each cluster goes alone.
    pub canary: bool,
    /// Leave out what is on record as done.
    pub resume: bool,
}

/// What a sweep is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepOrder {
    /// Which labs.
    pub choice: FleetChoice,
    /// What is taken.
    pub pick: Pick,
    /// Whether that is removed, and not only listed.
    pub remove: bool,
    /// How the removal of each lab is carried out.
    pub options: RunOptions,
}

/// How many labs may fail before no further ones begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxFailures {
    /// So many.
    Labs(usize),
    /// So many of a hundred.
    Percent(u8),
}

impl MaxFailures {
    /// How many that is of so many labs.
    pub fn of(self, labs: usize) -> usize {
        match self {
            Self::Labs(most) => most,
            Self::Percent(percent) => labs * usize::from(percent) / 100,
        }
    }
}
