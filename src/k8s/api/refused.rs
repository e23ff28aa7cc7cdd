//! A write that the API server did not accept.

use crate::model::FieldConflict;
use crate::ports::CallError;

/// A write that was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct Refused {
    /// What it means.
    pub error: CallError,
    /// The fields that other managers own, if that is why.
    pub conflicts: Vec<FieldConflict>,
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        Self {
            error,
            conflicts: Vec::new(),
        }
    }
}

impl From<Refused> for CallError {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}
