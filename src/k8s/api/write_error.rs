//! A write that the API server did not accept.

use crate::model::FieldConflict;
use crate::ports::CallError;

/// A write that was not accepted.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{error}")]
pub struct WriteError {
    /// What it means.
    pub error: CallError,
    /// The obstacle, where it is known.
    pub obstacle: Option<Box<Obstacle>>,
}

/// The reason why a write is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Other managers own these fields.
    Fields(Vec<FieldConflict>),
    /// The admission webhook of this name could not be called.
    Webhook(String),
    /// The admission webhook of this name has said no.
    Denial(String),
    /// These fields of the object that is there cannot be changed, and nothing else is wrong.
    Immutable(Vec<String>),
    /// The cluster does not serve objects of this kind.
    Unserved,
}

impl AsRef<CallError> for WriteError {
    fn as_ref(&self) -> &CallError {
        &self.error
    }
}

impl From<CallError> for WriteError {
    fn from(error: CallError) -> Self {
        Self { error, obstacle: None }
    }
}

impl From<WriteError> for CallError {
    fn from(refused: WriteError) -> Self {
        refused.error
    }
}
