//! The three classic patch types: merge, strategic merge and JSON patch.

mod json;
mod list;
mod strategic;

pub(super) use json::json;
pub(super) use strategic::strategic;

use serde_json::{Value, json};

/// Why a patch could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum PatchError {
    /// It is no patch of its type (400).
    #[error("{0}")]
    BadRequest(String),
    /// It does not fit the object (422).
    #[error("{0}")]
    Unprocessable(String),
    /// It breaks a rule of strategic merge patch that the server answers with 500.
    #[error("{0}")]
    Internal(String),
}

impl PatchError {
    /// The HTTP status of the answer.
    pub(super) fn code(&self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::Unprocessable(_) => 422,
            Self::Internal(_) => 500,
        }
    }

    /// The `Status` the server answers with. It does not say what a JSON patch failed on; [`PatchError`]'s text does.
    pub(super) fn status(&self) -> Value {
        let message = match self {
            Self::Unprocessable(_) => "the server rejected our request due to an error in our request".to_owned(),
            Self::BadRequest(why) | Self::Internal(why) => why.clone(),
        };
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": message,
            "code": self.code(),
        });
        match self {
            Self::BadRequest(_) => status["reason"] = json!("BadRequest"),
            Self::Unprocessable(_) => {
                status["reason"] = json!("Invalid");
                status["details"] = json!({});
            }
            Self::Internal(_) => {}
        }
        status
    }

    /// A body of the wrong JSON type; `wanted` is the Go type the server names.
    fn undecodable(prefix: &str, body: &Value, wanted: &str) -> Self {
        let found = match body {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        Self::BadRequest(format!(
            "{prefix}json: cannot unmarshal {found} into Go value of type {wanted}"
        ))
    }
}

/// JSON merge patch (RFC 7386).
pub(super) fn merge(target: &mut Value, patch: &Value) -> Result<(), PatchError> {
    if !patch.is_object() {
        return Err(PatchError::undecodable(
            "error decoding patch: ",
            patch,
            "map[string]interface {}",
        ));
    }
    json_patch::merge(target, patch);
    Ok(())
}

#[cfg(test)]
mod tests;
