//! Deployments, replica sets, daemon sets, stateful sets.

use serde_json::Value;

use super::super::selector;
use super::super::status::{FieldError, Problem};
use super::errors::Errors;
use super::numbers::{amount, percent};
use super::{meta_rules, pods};

/// What is wrong with a Deployment's spec.
pub(super) fn deployment(spec: &Value, errors: &mut Errors) {
    errors.not_negative("spec.replicas", &spec["replicas"]);
    selector_and_template(spec, "deployment", errors);
    let strategy = &spec["strategy"];
    match strategy["type"].as_str() {
        Some("Recreate") if strategy["rollingUpdate"].is_object() => {
            let why = "may not be specified when strategy `type` is 'Recreate'";
            errors.forbidden("spec.strategy.rollingUpdate", why);
        }
        Some("Recreate") => {}
        Some("RollingUpdate") => rolling(&strategy["rollingUpdate"], errors),
        _ => {
            // The server shows its own form of the strategy here, fields in the order of its type.
            errors.found.push(FieldError {
                field: "spec.strategy".to_owned(),
                problem: Problem::NotSupported {
                    value: format!("{{\"Type\":{},\"RollingUpdate\":null}}", strategy["type"]),
                    supported: vec!["Recreate".to_owned(), "RollingUpdate".to_owned()],
                },
            });
        }
    }
    errors.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
    errors.not_negative("spec.revisionHistoryLimit", &spec["revisionHistoryLimit"]);
    let deadline = &spec["progressDeadlineSeconds"];
    errors.not_negative("spec.progressDeadlineSeconds", deadline);
    if deadline
        .as_i64()
        .is_some_and(|limit| limit <= spec["minReadySeconds"].as_i64().unwrap_or_default())
    {
        errors.invalid(
            "spec.progressDeadlineSeconds",
            deadline,
            "must be greater than minReadySeconds",
        );
    }
}

/// What is wrong with a change of a Deployment's status.
pub(super) fn deployment_status(live: &Value, new: &Value) -> Vec<FieldError> {
    let count = |object: &Value| object["status"]["collisionCount"].as_i64();
    let (was, is) = (count(live), count(new).unwrap_or_default());
    if was.is_none_or(|was| is >= was) {
        return Vec::new();
    }
    vec![FieldError::invalid(
        "status.collisionCount",
        &is.into(),
        "cannot be decremented",
    )]
}

/// What is wrong with a `ReplicaSet`'s spec.
pub(super) fn replica_set(spec: &Value, errors: &mut Errors) {
    errors.not_negative("spec.replicas", &spec["replicas"]);
    errors.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
    selector_and_template(spec, "replicaset", errors);
}

/// What is wrong with a `DaemonSet`'s spec.
pub(super) fn daemon_set(spec: &Value, errors: &mut Errors) {
    selector_and_template(spec, "daemonset", errors);
    errors.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
    errors.one_of(
        "spec.updateStrategy",
        &spec["updateStrategy"]["type"],
        &["RollingUpdate", "OnDelete"],
    );
}

/// What is wrong with a `StatefulSet`'s spec.
pub(super) fn stateful_set(spec: &Value, errors: &mut Errors) {
    errors.one_of(
        "spec.podManagementPolicy",
        &spec["podManagementPolicy"],
        &["OrderedReady", "Parallel"],
    );
    errors.one_of(
        "spec.updateStrategy",
        &spec["updateStrategy"]["type"],
        &["RollingUpdate", "OnDelete"],
    );
    errors.not_negative("spec.replicas", &spec["replicas"]);
    errors.not_negative("spec.minReadySeconds", &spec["minReadySeconds"]);
    selector_and_template(spec, "statefulset", errors);
}

/// What may never change: the selector.
pub(super) fn immutable(live: &Value, new: &Value) -> Vec<FieldError> {
    if live["spec"]["selector"] == new["spec"]["selector"] {
        return Vec::new();
    }
    vec![FieldError::invalid(
        "spec.selector",
        &new["spec"]["selector"],
        "field is immutable",
    )]
}

fn selector_and_template(spec: &Value, kind: &str, errors: &mut Errors) {
    let selector = &spec["selector"];
    let labels = &spec["template"]["metadata"]["labels"];
    let empty = selector.as_object().is_some_and(|selector| {
        selector.values().all(|part| {
            part.as_object().is_none_or(serde_json::Map::is_empty) && part.as_array().is_none_or(Vec::is_empty)
        })
    });
    if selector.is_null() {
        errors.required("spec.selector", "");
    } else if empty {
        let why = format!("empty selector is invalid for {kind}");
        errors.invalid("spec.selector", selector, why);
    }
    meta_rules::labels(&selector["matchLabels"], "spec.selector.matchLabels", errors);
    if selector.is_null() || (!empty && !selector::matches_object(selector, labels)) {
        let why = "`selector` does not match template `labels`";
        errors.invalid("spec.template.metadata.labels", labels, why);
    }
    meta_rules::labels(labels, "spec.template.metadata.labels", errors);
    pods::spec(&spec["template"]["spec"], "spec.template.spec", &["Always"], errors);
}

fn rolling(rolling: &Value, errors: &mut Errors) {
    for field in ["maxUnavailable", "maxSurge"] {
        let path = format!("spec.strategy.rollingUpdate.{field}");
        amount(&path, &rolling[field], errors);
    }
    let unavailable = &rolling["maxUnavailable"];
    let path = "spec.strategy.rollingUpdate.maxUnavailable";
    if percent(unavailable).is_some_and(|percent| percent > 100) {
        errors.invalid(path, unavailable, "must not be greater than 100%");
    }
    let none = |value: &Value| value == 0 || percent(value) == Some(0);
    if none(unavailable) && none(&rolling["maxSurge"]) {
        errors.invalid(path, unavailable, "may not be 0 when `maxSurge` is 0");
    }
}
