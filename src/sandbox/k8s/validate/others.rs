//! Budgets, autoscalers, leases, config maps.

use serde_json::{Value, json};

use super::super::status::{FieldError, Problem};
use super::errors::{Errors, items, text};
use super::names;
use super::numbers::{amount, percent};

/// What is wrong with a disruption budget's spec.
pub(super) fn budget(spec: &Value, errors: &mut Errors) {
    let (least, most) = (&spec["minAvailable"], &spec["maxUnavailable"]);
    if !least.is_null() && !most.is_null() {
        // The server shows its own form of the spec here, fields in the order of its type.
        let shown = format!(
            "{{\"MinAvailable\":{least},\"Selector\":{},\"MaxUnavailable\":{most},\"UnhealthyPodEvictionPolicy\":null}}",
            spec["selector"]
        );
        errors.found.push(FieldError {
            field: "spec".to_owned(),
            problem: Problem::Invalid {
                value: shown,
                why: "minAvailable and maxUnavailable cannot be both set".to_owned(),
            },
        });
    }
    for (path, value) in [("spec.minAvailable", least), ("spec.maxUnavailable", most)] {
        amount(path, value, errors);
        if percent(value).is_some_and(|percent| percent > 100) {
            errors.invalid(path, value, "must not be greater than 100%");
        }
    }
    for (at, expression) in items(&spec["selector"], "matchExpressions") {
        let operator = &expression["operator"];
        if !matches!(operator.as_str(), Some("In" | "NotIn" | "Exists" | "DoesNotExist")) {
            let field = format!("spec.selector.matchExpressions[{at}].operator");
            errors.invalid(field, operator, "not a valid selector operator");
        }
    }
}

/// What is wrong with an autoscaler's spec.
pub(super) fn autoscaler(spec: &Value, errors: &mut Errors) {
    let least = spec["minReplicas"].as_i64().unwrap_or(1);
    let most = spec["maxReplicas"].as_i64().unwrap_or_default();
    if least < 1 {
        errors.invalid(
            "spec.minReplicas",
            &spec["minReplicas"],
            "must be greater than or equal to 1",
        );
    }
    if most < 1 {
        errors.required("spec.maxReplicas", "must be set and greater than 0");
    }
    if most < least {
        errors.invalid(
            "spec.maxReplicas",
            &json!(most),
            "must be greater than or equal to `minReplicas`",
        );
    }
    let target = &spec["scaleTargetRef"];
    for field in ["kind", "name"] {
        if text(target, field).is_empty() {
            errors.required(format!("spec.scaleTargetRef.{field}"), "");
        }
    }
    if !text(target, "apiVersion").contains('/') {
        let given = json!(text(target, "apiVersion"));
        errors.invalid(
            "spec.scaleTargetRef.apiVersion",
            &given,
            "apiVersion must specify API group",
        );
    }
}

/// What is wrong with a node's spec.
pub(super) fn node(spec: &Value, errors: &mut Errors) {
    for (at, taint) in items(spec, "taints") {
        let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        errors.one_of(format!("metadata.taints[{at}].effect"), &taint["effect"], &effects);
    }
}

/// What is wrong with an event: it lives where what it is about lives.
pub(super) fn event(object: &Value, errors: &mut Errors) {
    let about = text(&object["involvedObject"], "namespace");
    let own = text(&object["metadata"], "namespace");
    if !about.is_empty() && about != own {
        let why = "does not match event.namespace";
        errors.invalid("involvedObject.namespace", &about.into(), why);
    }
}

/// What is wrong with a lease's spec.
pub(super) fn lease(spec: &Value, errors: &mut Errors) {
    let seconds = &spec["leaseDurationSeconds"];
    if seconds.as_i64().is_some_and(|seconds| seconds <= 0) {
        errors.invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0");
    }
    errors.not_negative("spec.leaseTransitions", &spec["leaseTransitions"]);
}

/// What is wrong with a config map.
pub(super) fn config_map(object: &Value, errors: &mut Errors) {
    for key in object["data"].as_object().into_iter().flatten().map(|(key, _)| key) {
        if !object["binaryData"][key].is_null() {
            let why = "duplicate of key present in binaryData";
            errors.invalid(format!("data[{key}]"), &key.as_str().into(), why);
        }
    }
    for field in ["data", "binaryData"] {
        for key in object[field].as_object().into_iter().flatten().map(|(key, _)| key) {
            errors.all(&format!("{field}[{key}]"), &key.as_str().into(), names::config_key(key));
        }
    }
}

/// What may not change in a config map: an immutable one's data.
pub(super) fn config_map_update(live: &Value, new: &Value) -> Vec<FieldError> {
    let why = "field is immutable when `immutable` is set";
    let changed = |field: &str| live[field] != new[field];
    let fields = ["immutable", "data", "binaryData"].into_iter();
    fields
        .filter(|field| live["immutable"] == true && changed(field))
        .map(|field| FieldError::forbidden(field, why))
        .collect()
}
