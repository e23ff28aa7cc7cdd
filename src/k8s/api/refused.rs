//! A write that the API server did not accept.

use crate::model::FieldConflict;
use crate::ports::CallError;

/// A write that was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct Refused {
    /// What it means.
    pub error: CallError,
    /// What stood in its way, where that is known.
    pub obstacle: Option<Box<Obstacle>>,
}

/// What stands in the way of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Other managers own these fields.
    Fields(Vec<FieldConflict>),
    /// The admission webhook of this name could not be called.
    Webhook(String),
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        Self { error, obstacle: None }
    }
}

impl From<Refused> for CallError {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}
