//! Conditions of a Deployment.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::k8s::conditions;
use crate::sim::api;

/// Condition `Progressing`.
pub(super) struct Progress {
    pub(super) status: &'static str,
    pub(super) reason: &'static str,
    pub(super) message: String,
}

impl Progress {
    /// Writes it.
    pub(super) fn put(&self, deployment: &mut Value, now: Timestamp) {
        put_condition(
            deployment,
            "Progressing",
            (self.status, self.reason, &self.message),
            now,
        );
    }
}

/// Sets a condition; its transition time only moves with its status.
pub(super) fn put_condition(
    object: &mut Value,
    kind: &str,
    (status, reason, message): (&str, &str, &str),
    now: Timestamp,
) {
    let now = api::time(now);
    let since = conditions::since(object, kind, status, &now);
    conditions::put(
        object,
        json!({
            "lastTransitionTime": since,
            "lastUpdateTime": now,
            "message": message,
            "reason": reason,
            "status": status,
            "type": kind,
        }),
    );
}
