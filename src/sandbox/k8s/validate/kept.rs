//! Jobs, roles and bindings.

use serde_json::Value;

use super::super::status::FieldError;
use super::errors::{Errors, text};
use super::pods;

/// What is wrong with a job's spec.
pub(super) fn job(spec: &Value, path: &str, errors: &mut Errors) {
    for field in ["parallelism", "completions", "backoffLimit", "activeDeadlineSeconds"] {
        errors.not_negative(format!("{path}.{field}"), &spec[field]);
    }
    let template = format!("{path}.template.spec");
    pods::spec(&spec["template"]["spec"], &template, &["OnFailure", "Never"], errors);
}

/// What is wrong with the spec of something that makes jobs by the clock.
pub(super) fn cron_job(spec: &Value, errors: &mut Errors) {
    let schedule = text(spec, "schedule");
    let fields: Vec<&str> = schedule.split_whitespace().collect();
    if schedule.is_empty() {
        errors.required("spec.schedule", "");
    } else if fields.len() != 5 && !schedule.starts_with('@') {
        let why = format!(
            "expected exactly 5 fields, found {}: [{}]",
            fields.len(),
            fields.join(" ")
        );
        errors.invalid("spec.schedule", &spec["schedule"], why);
    }
    let policies = ["Allow", "Forbid", "Replace"];
    errors.one_of("spec.concurrencyPolicy", &spec["concurrencyPolicy"], &policies);
    job(&spec["jobTemplate"]["spec"], "spec.jobTemplate.spec", errors);
}

/// What is wrong with a binding of a role.
pub(super) fn role_binding(object: &Value, errors: &mut Errors) {
    let role = &object["roleRef"];
    if text(role, "name").is_empty() {
        errors.required("roleRef.name", "");
    }
    errors.one_of("roleRef.kind", &role["kind"], &["Role", "ClusterRole"]);
}

/// A binding keeps its role.
pub(super) fn role_binding_update(live: &Value, new: &Value) -> Vec<FieldError> {
    if live["roleRef"] == new["roleRef"] {
        return Vec::new();
    }
    vec![FieldError::invalid("roleRef", &new["roleRef"], "cannot change roleRef")]
}
