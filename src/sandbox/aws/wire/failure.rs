//! An error of a service, before it takes the shape of a protocol.

use serde_json::{Map, Value};

/// An error answer: status, code, message and, for REST-JSON, further members of the body.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::aws) struct Failure {
    pub(in crate::aws) status: u16,
    pub(in crate::aws) code: &'static str,
    pub(in crate::aws) message: String,
    pub(in crate::aws) fields: Map<String, Value>,
}

impl Failure {
    /// An error with status, code and message.
    pub(in crate::aws) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            fields: Map::new(),
        }
    }

    /// An error the caller is to blame for, as most are.
    pub(in crate::aws) fn bad(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(400, code, message)
    }

    /// Adds a member to the body (REST-JSON only).
    pub(in crate::aws) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.insert(name.to_owned(), Value::String(value.to_owned()));
        self
    }

    /// Something that the sandbox does not offer, with a message that says so.
    pub(in crate::aws) fn not_offered(service: &str, operation: &str) -> Self {
        Self::new(
            501,
            "NotImplemented",
            format!(
                "this is the lab2048 sandbox, not AWS: it does not offer {service}:{operation}, only what the workshop needs"
            ),
        )
    }
}
