//! Field ownership: `managedFields` after applies and updates, and conflicts between managers.

use jiff::Timestamp;
use serde_json::Value;

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

/// Records in `new`'s `managedFields` that `writer` changed it from `live` by an update, patch or create.
pub fn after_update(_live: Option<&Value>, _new: &mut Value, _writer: Writer<'_>) {}

/// Server-side apply: what `live` becomes when `writer` applies `applied`, managed fields included.
pub fn apply(
    _live: Option<&Value>,
    applied: &Value,
    _writer: Writer<'_>,
    _force: bool,
) -> Result<Value, Vec<Conflict>> {
    Ok(applied.clone())
}
