//! Why an apply is refused, and the server's message.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::entries::ManagerId;
use super::path::{PathStep, display};

/// A field another manager owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Conflict {
    /// The manager that owns it, as the server's message words it: `"kubectl" with subresource "scale" using apps/v1`.
    pub manager: String,
    /// The field's path: `.spec.replicas`.
    pub field: String,
}

impl Conflict {
    pub(super) fn new(manager: &ManagerId, path: &[PathStep]) -> Self {
        Self {
            manager: manager.words(),
            field: display(path),
        }
    }
}

/// Why an apply was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApplyError {
    /// Other managers own fields with other values (409).
    #[error("{}", conflict_message(.0))]
    Conflicts(Vec<Conflict>),
    /// The request is invalid (400), with the server's message.
    #[error("{0}")]
    BadRequest(String),
    /// The configuration does not fit the kind's type (500), in the server's words.
    #[error("{0}")]
    Typed(String),
}

impl ApplyError {
    /// The HTTP status of the answer.
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Conflicts(_) => 409,
            Self::BadRequest(_) => 400,
            Self::Typed(_) => 500,
        }
    }

    /// The `Status` the server answers with.
    pub(crate) fn status(&self) -> Value {
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.to_string(),
            "code": self.code(),
        });
        match self {
            Self::Conflicts(conflicts) => {
                let causes: Vec<Value> = conflicts
                    .iter()
                    .map(|conflict| {
                        json!({
                            "reason": "FieldManagerConflict",
                            "message": format!("conflict with {}", conflict.manager),
                            "field": conflict.field,
                        })
                    })
                    .collect();
                status["reason"] = json!("Conflict");
                status["details"] = json!({"causes": causes});
            }
            Self::BadRequest(_) => status["reason"] = json!("BadRequest"),
            Self::Typed(_) => {}
        }
        status
    }
}

/// One conflict in a line, several by manager.
fn conflict_message(conflicts: &[Conflict]) -> String {
    if let [one] = conflicts {
        return format!(
            "Apply failed with 1 conflict: conflict with {}: {}",
            one.manager, one.field
        );
    }
    let mut by_manager: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for conflict in conflicts {
        by_manager.entry(&conflict.manager).or_default().push(&conflict.field);
    }
    let mut lines = Vec::new();
    for (manager, fields) in by_manager {
        lines.push(format!("conflicts with {manager}:"));
        lines.extend(fields.iter().map(|field| format!("- {field}")));
    }
    format!("Apply failed with {} conflicts: {}", conflicts.len(), lines.join("\n"))
}
