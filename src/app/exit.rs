//! The one table of exit codes.

use crate::event::FailureClass;
use crate::plan::file::ReadError;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exit {
    /// Everything that was asked for came about.
    Done,
    /// Something failed.
    Failed,
    /// With `--detailed-exitcode`: `plan` has something to change, or `status` a lab that is not as wanted. A sweep finds something. A class's
    /// Job is under way.
    Changes,
    /// A check found something that makes the lab impossible.
    Check,
    /// Not confirmed, not ours, or needs a flag.
    Refused,
    /// A wait reached its limit.
    TimedOut,
    /// The lock is held, the plan is stale, or a field belongs to somebody else.
    Conflict,
    /// Of the labs of a class some have come about and some have not.
    Partly,
    /// Wrong usage or a wrong environment.
    Usage,
    /// Ctrl-C.
    Interrupted,
}

impl Exit {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 10] = [
        Self::Done,
        Self::Failed,
        Self::Changes,
        Self::Check,
        Self::Refused,
        Self::TimedOut,
        Self::Conflict,
        Self::Partly,
        Self::Usage,
        Self::Interrupted,
    ];

    /// The exit of a call for a plan in a file that cannot be used.
    pub(super) fn of_plan_file(error: &ReadError) -> Self {
        match error {
            // It was a plan.
            ReadError::Edited | ReadError::Format(_) | ReadError::ClassFormat(_) => Self::Conflict,
            ReadError::Other(_)
            | ReadError::Document
            | ReadError::OfClass
            | ReadError::OfLab
            | ReadError::Line { .. }
            | ReadError::Lines
            | ReadError::OtherLab { .. } => Self::Usage,
        }
    }

    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Changes => 2,
            Self::Check => 3,
            Self::Refused => 4,
            Self::TimedOut => 5,
            Self::Conflict => 6,
            Self::Partly => 7,
            Self::Usage => 64,
            Self::Interrupted => 130,
        }
    }

    /// The exit with this code.
    pub fn of_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|exit| exit.code() == code)
    }

    /// What it means, as help and README say it.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Changes => {
                "plan has changes, or `status` finds a lab that is not as wanted (only with `--detailed-exitcode`); `fleet sweep` finds something; `fleet job status`: still under way"
            }
            Self::Check => {
                "a check of severity error (or warning, with `--fail-on warning`), or `doctor` finds that the lab does not work; a lesson that is not solved"
            }
            Self::Refused => "refused: not confirmed, not ours, or needs a flag",
            Self::TimedOut => "timed out",
            Self::Conflict => "conflict: lock held, stale plan, or a field owned by another",
            Self::Partly => "of the labs of a class some have come about and some have not (only `fleet`)",
            Self::Usage => "wrong usage or environment",
            Self::Interrupted => "interrupted",
        }
    }

    /// The exit of a run whose steps failed in these ways; the gravest for a reader comes first.
    pub fn of_failures(classes: impl IntoIterator<Item = FailureClass>) -> Self {
        let rank = |class| match class {
            FailureClass::Interrupted => (0, Self::Interrupted),
            FailureClass::Conflict => (1, Self::Conflict),
            FailureClass::Failed => (2, Self::Failed),
            FailureClass::Timeout => (3, Self::TimedOut),
        };
        classes
            .into_iter()
            .map(rank)
            .min_by_key(|(rank, _)| *rank)
            .map_or(Self::Done, |(_, exit)| exit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_in_order() {
        let codes: Vec<_> = Exit::ALL.iter().map(|exit| exit.code()).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
    }

    #[test]
    fn an_interrupted_run_exits_as_interrupted_whatever_else_failed() {
        use FailureClass::{Conflict, Failed, Interrupted, Timeout};
        assert_eq!(Exit::of_failures([Timeout, Failed, Interrupted]), Exit::Interrupted);
        assert_eq!(Exit::of_failures([Timeout, Failed]), Exit::Failed);
        assert_eq!(Exit::of_failures([Timeout, Conflict]), Exit::Conflict);
        assert_eq!(Exit::of_failures([]), Exit::Done);
    }
}
