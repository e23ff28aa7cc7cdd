//! Pods and what makes them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{AGE, Column, NAME, age, containers, items, labels, name, number, since, text_or};
use crate::k8s::meta;
use crate::k8s::selector::format_object;

const WIDE_CONTAINERS: Column = ("Containers", "string", 1);
const WIDE_IMAGES: Column = ("Images", "string", 1);
const WIDE_SELECTOR: Column = ("Selector", "string", 1);

pub(super) const POD: &[Column] = &[
    NAME,
    ("Ready", "string", 0),
    ("Status", "string", 0),
    ("Restarts", "string", 0),
    AGE,
    ("IP", "string", 1),
    ("Node", "string", 1),
    ("Nominated Node", "string", 1),
    ("Readiness Gates", "string", 1),
];

pub(super) const DEPLOYMENT: &[Column] = &[
    NAME,
    ("Ready", "string", 0),
    ("Up-to-date", "string", 0),
    ("Available", "string", 0),
    AGE,
    WIDE_CONTAINERS,
    WIDE_IMAGES,
    WIDE_SELECTOR,
];

pub(super) const REPLICA_SET: &[Column] = &[
    NAME,
    ("Desired", "integer", 0),
    ("Current", "integer", 0),
    ("Ready", "integer", 0),
    AGE,
    WIDE_CONTAINERS,
    WIDE_IMAGES,
    WIDE_SELECTOR,
];

pub(super) const STATEFUL_SET: &[Column] = &[
    NAME,
    ("Ready", "string", 0),
    AGE,
    ("Containers", "string", 1),
    ("Images", "string", 1),
];

pub(super) const DAEMON_SET: &[Column] = &[
    NAME,
    ("Desired", "integer", 0),
    ("Current", "integer", 0),
    ("Ready", "integer", 0),
    ("Up-to-date", "integer", 0),
    ("Available", "integer", 0),
    ("Node Selector", "string", 0),
    AGE,
    WIDE_CONTAINERS,
    WIDE_IMAGES,
    WIDE_SELECTOR,
];

pub(super) const AUTOSCALER: &[Column] = &[
    NAME,
    ("Reference", "string", 0),
    ("Targets", "string", 0),
    ("MinPods", "string", 0),
    ("MaxPods", "string", 0),
    ("Replicas", "string", 0),
    AGE,
];

pub(super) const BUDGET: &[Column] = &[
    NAME,
    ("Min Available", "string", 0),
    ("Max Unavailable", "string", 0),
    ("Allowed Disruptions", "integer", 0),
    AGE,
];

pub(super) fn pod(pod: &Value, now: Timestamp) -> Vec<Value> {
    let statuses = || items(&pod["status"]["containerStatuses"]);
    let ready = statuses()
        .filter(|status| status["ready"] == true && status["state"]["running"].is_object())
        .count();
    let wanted = items(&pod["spec"]["containers"]).count();
    vec![
        name(pod),
        format!("{ready}/{wanted}").into(),
        pod_status(pod).into(),
        restarts(pod, now).into(),
        age(pod, now),
        text_or(&pod["status"]["podIP"], "<none>").into(),
        text_or(&pod["spec"]["nodeName"], "<none>").into(),
        text_or(&pod["status"]["nominatedNodeName"], "<none>").into(),
        readiness_gates(pod).into(),
    ]
}

/// The one word for a pod: why a container waits or ended, else its phase.
fn pod_status(pod: &Value) -> String {
    let status = &pod["status"];
    let gated = items(&status["conditions"])
        .any(|condition| condition["type"] == "PodScheduled" && condition["reason"] == "SchedulingGated");
    let mut word = text_or(&status["reason"], text_or(&status["phase"], "Unknown")).to_owned();
    if gated {
        "SchedulingGated".clone_into(&mut word);
    }
    if let Some(starting) = initialising(pod) {
        word = starting;
    } else {
        for container in items(&status["containerStatuses"])
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            word = container_word(&container["state"]).unwrap_or(word);
        }
    }
    if meta::is_deleting(pod) {
        return if status["reason"] == "NodeLost" {
            "Unknown"
        } else {
            "Terminating"
        }
        .to_owned();
    }
    word
}

/// Why a container does not run; `None` if it does.
fn container_word(state: &Value) -> Option<String> {
    if let Some(reason) = state["waiting"]["reason"].as_str().filter(|reason| !reason.is_empty()) {
        return Some(reason.to_owned());
    }
    let terminated = state.get("terminated").filter(|state| state.is_object())?;
    Some(match terminated["reason"].as_str() {
        Some(reason) if !reason.is_empty() => reason.to_owned(),
        _ => format!("ExitCode:{}", terminated["exitCode"].as_i64().unwrap_or_default()),
    })
}

fn initialising(pod: &Value) -> Option<String> {
    let total = items(&pod["spec"]["initContainers"]).count();
    for (at, container) in items(&pod["status"]["initContainerStatuses"]).enumerate() {
        let state = &container["state"];
        if state["terminated"].is_object() && state["terminated"]["exitCode"] == 0 {
            continue;
        }
        return Some(match container_word(state) {
            Some(word) if word != "PodInitializing" => format!("Init:{word}"),
            _ => format!("Init:{at}/{total}"),
        });
    }
    None
}

fn restarts(pod: &Value, now: Timestamp) -> String {
    let statuses = || items(&pod["status"]["containerStatuses"]);
    let count: i64 = statuses().filter_map(|status| status["restartCount"].as_i64()).sum();
    let last = statuses()
        .filter_map(|status| status["lastState"]["terminated"]["finishedAt"].as_str())
        .max();
    match last {
        Some(last) if count > 0 => format!("{count} ({} ago)", since(&last.into(), now)),
        _ => count.to_string(),
    }
}

fn readiness_gates(pod: &Value) -> String {
    let gates: Vec<&Value> = items(&pod["spec"]["readinessGates"]).collect();
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let met = |gate: &&&Value| {
        items(&pod["status"]["conditions"])
            .any(|condition| condition["type"] == gate["conditionType"] && condition["status"] == "True")
    };
    format!("{}/{}", gates.iter().filter(met).count(), gates.len())
}

pub(super) fn deployment(object: &Value, now: Timestamp) -> Vec<Value> {
    let status = &object["status"];
    let ready = format!(
        "{}/{}",
        number(&status["readyReplicas"]),
        number(&object["spec"]["replicas"])
    );
    let [names, images] = containers(&object["spec"]["template"]);
    vec![
        name(object),
        ready.into(),
        number(&status["updatedReplicas"]),
        number(&status["availableReplicas"]),
        age(object, now),
        names,
        images,
        format_object(&object["spec"]["selector"]).into(),
    ]
}

pub(super) fn replica_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let [names, images] = containers(&object["spec"]["template"]);
    vec![
        name(object),
        number(&object["spec"]["replicas"]),
        number(&object["status"]["replicas"]),
        number(&object["status"]["readyReplicas"]),
        age(object, now),
        names,
        images,
        format_object(&object["spec"]["selector"]).into(),
    ]
}

pub(super) fn stateful_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let ready = format!(
        "{}/{}",
        number(&object["status"]["readyReplicas"]),
        number(&object["spec"]["replicas"])
    );
    let [names, images] = containers(&object["spec"]["template"]);
    vec![name(object), ready.into(), age(object, now), names, images]
}

pub(super) fn daemon_set(object: &Value, now: Timestamp) -> Vec<Value> {
    let status = &object["status"];
    let [names, images] = containers(&object["spec"]["template"]);
    vec![
        name(object),
        number(&status["desiredNumberScheduled"]),
        number(&status["currentNumberScheduled"]),
        number(&status["numberReady"]),
        number(&status["updatedNumberScheduled"]),
        number(&status["numberAvailable"]),
        labels(&object["spec"]["template"]["spec"]["nodeSelector"]).into(),
        age(object, now),
        names,
        images,
        format_object(&object["spec"]["selector"]).into(),
    ]
}

pub(super) fn autoscaler(object: &Value, now: Timestamp) -> Vec<Value> {
    let spec = &object["spec"];
    let reference = format!(
        "{}/{}",
        text_or(&spec["scaleTargetRef"]["kind"], ""),
        text_or(&spec["scaleTargetRef"]["name"], "")
    );
    vec![
        name(object),
        reference.into(),
        targets(object).into(),
        spec["minReplicas"]
            .as_i64()
            .map_or_else(|| "<unset>".into(), |min| json!(min.to_string())),
        number(&spec["maxReplicas"]),
        number(&object["status"]["currentReplicas"]),
        age(object, now),
    ]
}

fn targets(object: &Value) -> String {
    let metric = |metric: &Value| {
        let resource = &metric["resource"];
        let target = resource["target"]["averageUtilization"]
            .as_i64()
            .map_or_else(|| "<auto>".to_owned(), |percent| format!("{percent}%"));
        let current = items(&object["status"]["currentMetrics"])
            .find(|current| current["resource"]["name"] == resource["name"])
            .and_then(|current| current["resource"]["current"]["averageUtilization"].as_i64())
            .map_or_else(|| "<unknown>".to_owned(), |percent| format!("{percent}%"));
        format!("{}: {current}/{target}", text_or(&resource["name"], "<unknown>"))
    };
    let all: Vec<String> = items(&object["spec"]["metrics"]).map(metric).collect();
    if all.is_empty() {
        return "<none>".to_owned();
    }
    all.join(", ")
}

pub(super) fn budget(object: &Value, now: Timestamp) -> Vec<Value> {
    let limit = |value: &Value| match value {
        Value::Null => Value::from("N/A"),
        Value::String(text) => Value::from(text.as_str()),
        other => Value::from(other.to_string()),
    };
    vec![
        name(object),
        limit(&object["spec"]["minAvailable"]),
        limit(&object["spec"]["maxUnavailable"]),
        number(&object["status"]["disruptionsAllowed"]),
        age(object, now),
    ]
}
