//! Nodes, namespaces, events and other things of the cluster as a whole.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{AGE, Column, NAME, age, items, joined, name, since, text_or};

pub(super) const NODE: &[Column] = &[
    NAME,
    ("Status", "string", 0),
    ("Roles", "string", 0),
    AGE,
    ("Version", "string", 0),
    ("Internal-IP", "string", 1),
    ("External-IP", "string", 1),
    ("OS-Image", "string", 1),
    ("Kernel-Version", "string", 1),
    ("Container-Runtime", "string", 1),
];

pub(super) const NAMESPACE: &[Column] = &[NAME, ("Status", "string", 0), AGE];

pub(super) const EVENT: &[Column] = &[
    ("Last Seen", "string", 0),
    ("Type", "string", 0),
    ("Reason", "string", 0),
    ("Object", "string", 0),
    ("Subobject", "string", 1),
    ("Source", "string", 1),
    ("Message", "string", 0),
    ("First Seen", "string", 1),
    ("Count", "string", 1),
    ("Name", "string", 1),
];

pub(super) const CONFIG_MAP: &[Column] = &[NAME, ("Data", "string", 0), AGE];

pub(super) const LEASE: &[Column] = &[NAME, ("Holder", "string", 0), AGE];

pub(super) const WEBHOOKS: &[Column] = &[NAME, ("Webhooks", "integer", 0), AGE];

pub(super) fn node(object: &Value, now: Timestamp) -> Vec<Value> {
    let info = &object["status"]["nodeInfo"];
    let address = |kind: &str| {
        items(&object["status"]["addresses"])
            .find(|address| address["type"] == kind)
            .map_or("<none>", |address| text_or(&address["address"], "<none>"))
            .to_owned()
    };
    vec![
        name(object),
        node_status(object).into(),
        roles(object).into(),
        age(object, now),
        text_or(&info["kubeletVersion"], "").into(),
        address("InternalIP").into(),
        address("ExternalIP").into(),
        text_or(&info["osImage"], "<unknown>").into(),
        text_or(&info["kernelVersion"], "<unknown>").into(),
        text_or(&info["containerRuntimeVersion"], "<unknown>").into(),
    ]
}

fn node_status(object: &Value) -> String {
    let ready = items(&object["status"]["conditions"]).find(|condition| condition["type"] == "Ready");
    let word = match ready.and_then(|condition| condition["status"].as_str()) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    };
    let cordoned = object["spec"]["unschedulable"] == true;
    format!("{word}{}", if cordoned { ",SchedulingDisabled" } else { "" })
}

fn roles(object: &Value) -> String {
    let labels = object["metadata"]["labels"].as_object();
    let mut roles: Vec<&str> = labels
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
            Some(role) if !role.is_empty() => Some(role),
            _ if key == "kubernetes.io/role" => value.as_str().filter(|role| !role.is_empty()),
            _ => None,
        })
        .collect();
    roles.sort_unstable();
    joined(roles.into_iter())
}

pub(super) fn namespace(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![name(object), object["status"]["phase"].clone(), age(object, now)]
}

pub(super) fn event(object: &Value, now: Timestamp) -> Vec<Value> {
    let first = match &object["firstTimestamp"] {
        Value::Null => since(&object["eventTime"], now),
        time => since(time, now),
    };
    let last = match &object["lastTimestamp"] {
        Value::Null => first.clone(),
        time => since(time, now),
    };
    let involved = &object["involvedObject"];
    let target = format!(
        "{}/{}",
        text_or(&involved["kind"], "").to_lowercase(),
        text_or(&involved["name"], "")
    );
    let component = text_or(
        &object["source"]["component"],
        text_or(&object["reportingComponent"], ""),
    );
    let source = match object["source"]["host"].as_str().filter(|host| !host.is_empty()) {
        Some(host) => format!("{component}, {host}"),
        None => component.to_owned(),
    };
    vec![
        last.into(),
        object["type"].clone(),
        object["reason"].clone(),
        target.trim_end_matches('/').into(),
        text_or(&involved["fieldPath"], "").into(),
        source.into(),
        text_or(&object["message"], "").trim().into(),
        first.into(),
        object["count"].as_i64().filter(|&count| count > 0).unwrap_or(1).into(),
        name(object),
    ]
}

pub(super) fn config_map(object: &Value, now: Timestamp) -> Vec<Value> {
    let size = |field: &str| object[field].as_object().map_or(0, serde_json::Map::len);
    vec![name(object), json!(size("data") + size("binaryData")), age(object, now)]
}

pub(super) fn lease(object: &Value, now: Timestamp) -> Vec<Value> {
    let holder = text_or(&object["spec"]["holderIdentity"], "");
    vec![name(object), holder.into(), age(object, now)]
}

pub(super) fn webhooks(object: &Value, now: Timestamp) -> Vec<Value> {
    vec![
        name(object),
        json!(items(&object["webhooks"]).count()),
        age(object, now),
    ]
}
