//! The three classic patch types: merge, strategic merge and JSON patch.

use serde_json::Value;

use super::schema::Schema;

/// Why a patch could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatchError(pub String);

/// JSON merge patch (RFC 7386).
pub fn merge(target: &mut Value, patch: &Value) {
    json_patch::merge(target, patch);
}

/// JSON patch (RFC 6902).
pub fn json(_target: &mut Value, _patch: &Value) -> Result<(), PatchError> {
    Ok(())
}

/// Kubernetes' strategic merge patch, with its directives and its lists merged by key.
pub fn strategic(_target: &mut Value, _patch: &Value, _schema: Schema) -> Result<(), PatchError> {
    Ok(())
}
