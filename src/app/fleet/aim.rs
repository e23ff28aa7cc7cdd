//! Where a class is taken.

use crate::event::RunVerb;
use crate::model::Goal;

/// Where a class is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// All labs are there and answer.
    Up,
    /// Nothing of them is.
    Gone,
}

impl Aim {
    /// What is carried out for each lab.
    pub(super) fn verb(self) -> RunVerb {
        match self {
            Self::Up => RunVerb::Apply,
            Self::Gone => RunVerb::Destroy,
        }
    }

    /// The same as a goal.
    pub(super) fn goal(self) -> Goal {
        match self {
            Self::Up => Goal::Ready,
            Self::Gone => Goal::Gone,
        }
    }
}
