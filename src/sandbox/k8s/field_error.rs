//! What is wrong with fields of an object, in the server's words.

use serde_json::Value;

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub(crate) struct FieldError {
    /// Path: `spec.template.spec.containers[0].name`.
    pub field: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a field, in the server's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Problem {
    /// The value breaks a rule.
    #[error("Invalid value: {value}: {why}")]
    Invalid {
        /// The value as JSON.
        value: String,
        /// The rule.
        why: String,
    },
    /// The value is missing.
    #[error("Required value{}", suffix(.0))]
    Required(String),
    /// The value is none of those allowed.
    #[error("Unsupported value: {value}: supported values: {}", quoted(.supported))]
    NotSupported {
        /// The value as JSON.
        value: String,
        /// The allowed ones.
        supported: Vec<String>,
    },
    /// The value is there twice.
    #[error("Duplicate value: {0}")]
    Duplicate(String),
    /// The field may not be set.
    #[error("Forbidden: {0}")]
    Forbidden(String),
    /// The value names something that is not there.
    #[error("Not found: {0}")]
    NotFound(String),
    /// The text has more bytes than it may have.
    #[error("Too long: may not be more than {0} bytes")]
    TooLong(usize),
}

impl Problem {
    /// Machine-readable reason, such as `FieldValueInvalid`.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "FieldValueInvalid",
            Self::Required(_) => "FieldValueRequired",
            Self::NotSupported { .. } => "FieldValueNotSupported",
            Self::Duplicate(_) => "FieldValueDuplicate",
            Self::Forbidden(_) => "FieldValueForbidden",
            Self::NotFound(_) => "FieldValueNotFound",
            Self::TooLong(_) => "FieldValueTooLong",
        }
    }
}

fn suffix(why: &str) -> String {
    if why.is_empty() {
        String::new()
    } else {
        format!(": {why}")
    }
}

fn quoted(values: &[String]) -> String {
    values
        .iter()
        .map(|value| format!("\"{value}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

impl FieldError {
    /// The value breaks a rule.
    pub(crate) fn invalid(field: impl Into<String>, value: &Value, why: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            problem: Problem::Invalid {
                value: value.to_string(),
                why: why.into(),
            },
        }
    }

    /// The value is missing.
    pub(crate) fn required(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            problem: Problem::Required(why.into()),
        }
    }

    /// The value is none of `supported`.
    pub(crate) fn not_supported(field: impl Into<String>, value: &Value, supported: &[&str]) -> Self {
        Self {
            field: field.into(),
            problem: Problem::NotSupported {
                value: value.to_string(),
                supported: supported.iter().map(|&text| text.to_owned()).collect(),
            },
        }
    }

    /// The value is there twice.
    pub(crate) fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        Self {
            field: field.into(),
            problem: Problem::Duplicate(value.to_string()),
        }
    }

    /// The field may not be set or changed.
    pub(crate) fn forbidden(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            problem: Problem::Forbidden(why.into()),
        }
    }
}
