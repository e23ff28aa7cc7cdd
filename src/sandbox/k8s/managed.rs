//! Field ownership: `managedFields` after applies and updates, and conflicts between managers.

use jiff::Timestamp;
use serde_json::{Value, json};

/// Who writes, and how.
#[derive(Debug, Clone, Copy)]
pub struct Writer<'a> {
    /// Field manager.
    pub manager: &'a str,
    /// Subresource written through, empty for the object itself.
    pub subresource: &'a str,
    /// API version of the written object.
    pub api_version: &'a str,
    /// When.
    pub now: Timestamp,
}

/// A field another manager owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The manager that owns it, as the server's message words it: `"kubectl" with subresource "scale" using apps/v1`.
    pub manager: String,
    /// The field's path: `.spec.replicas`.
    pub field: String,
}

/// Why an apply was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// Other managers own fields with other values (409).
    #[error("apply failed with {} conflicts", .0.len())]
    Conflicts(Vec<Conflict>),
    /// The configuration is not one (400), in the server's words.
    #[error("{0}")]
    BadRequest(String),
    /// The configuration does not fit the kind's type (the server answers 500 with these words).
    #[error("{0}")]
    Typed(String),
}

impl ApplyError {
    /// The `Status` the server answers with.
    pub fn status(&self) -> Value {
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": self.to_string()})
    }
}

/// Records in `new`'s `managedFields` that `writer` changed it from `live` by an update, patch or create.
pub fn after_update(_live: Option<&Value>, _new: &mut Value, _writer: Writer<'_>) {}

/// Server-side apply: what `live` becomes when `writer` applies `applied`, managed fields included.
pub fn apply(_live: Option<&Value>, applied: &Value, _writer: Writer<'_>, _force: bool) -> Result<Value, ApplyError> {
    Ok(applied.clone())
}
