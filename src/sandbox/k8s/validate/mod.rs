//! The rules for objects, per kind, with the server's messages.

use serde_json::Value;

use super::resources::Kind;
use super::status::FieldError;

/// What is wrong with a new object.
pub(crate) fn create(_kind: &Kind, _object: &Value) -> Vec<FieldError> {
    Vec::new()
}

/// What is wrong with a change.
pub(crate) fn update(_kind: &Kind, _subresource: &str, _live: &Value, _new: &Value) -> Vec<FieldError> {
    Vec::new()
}
