//! Secrets, jobs, roles, quotas.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{AGE, Column, NAME, age, containers, items, name, since, text_or};
use crate::k8s::selector::format_object;

pub(super) const SECRET: &[Column] = &[NAME, ("Type", "string", 0), ("Data", "string", 0), AGE];

pub(super) const JOB: &[Column] = &[
    NAME,
    ("Status", "string", 0),
    ("Completions", "string", 0),
    ("Duration", "string", 0),
    AGE,
    ("Containers", "string", 1),
    ("Images", "string", 1),
    ("Selector", "string", 1),
];

pub(super) const CRON_JOB: &[Column] = &[
    NAME,
    ("Schedule", "string", 0),
    ("Timezone", "string", 0),
    ("Suspend", "boolean", 0),
    ("Active", "integer", 0),
    ("Last Schedule", "string", 0),
    AGE,
    ("Containers", "string", 1),
    ("Images", "string", 1),
    ("Selector", "string", 1),
];

pub(super) const CREATED: &[Column] = &[NAME, ("Created At", "date", 0)];

pub(super) const ROLE_BINDING: &[Column] = &[
    NAME,
    ("Role", "string", 0),
    AGE,
    ("Users", "string", 1),
    ("Groups", "string", 1),
    ("ServiceAccounts", "string", 1),
];

pub(super) const QUOTA: &[Column] = &[NAME, ("Request", "string", 0), ("Limit", "string", 0), AGE];

pub(super) fn secret(object: &Value, now: Timestamp) -> Vec<Value> {
    let size = object["data"].as_object().map_or(0, serde_json::Map::len);
    vec![name(object), object["type"].clone(), json!(size), age(object, now)]
}

pub(super) fn job(object: &Value, now: Timestamp) -> Vec<Value> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let condition = items(&status["conditions"]).find(|condition| condition["status"] == "True");
    let word = match condition.and_then(|condition| condition["type"].as_str()) {
        Some(word) => word,
        None if spec["suspend"] == true => "Suspended",
        None => "Running",
    };
    let wanted = spec["completions"].as_i64().unwrap_or(1);
    let done = status["succeeded"].as_i64().unwrap_or_default();
    let took = match &status["startTime"] {
        Value::Null => String::new(),
        start => since(start, now),
    };
    let [names, images] = containers(&spec["template"]);
    vec![
        name(object),
        word.into(),
        format!("{done}/{wanted}").into(),
        took.into(),
        age(object, now),
        names,
        images,
        format_object(&spec["selector"]).into(),
    ]
}

pub(super) fn cron_job(object: &Value, now: Timestamp) -> Vec<Value> {
    let (spec, status) = (&object["spec"], &object["status"]);
    let last = match &status["lastScheduleTime"] {
        Value::Null => "<none>".to_owned(),
        last => since(last, now),
    };
    let [names, images] = containers(&spec["jobTemplate"]["spec"]["template"]);
    vec![
        name(object),
        spec["schedule"].clone(),
        text_or(&spec["timeZone"], "<none>").into(),
        (spec["suspend"] == true).to_string().into(),
        json!(items(&status["active"]).count()),
        last.into(),
        age(object, now),
        names,
        images,
        "<none>".into(),
    ]
}

pub(super) fn created(object: &Value) -> Vec<Value> {
    vec![name(object), object["metadata"]["creationTimestamp"].clone()]
}

pub(super) fn role_binding(object: &Value, now: Timestamp) -> Vec<Value> {
    let role = &object["roleRef"];
    let role = format!("{}/{}", text_or(&role["kind"], ""), text_or(&role["name"], ""));
    let subjects = |kind: &str| {
        let found = items(&object["subjects"]).filter(|subject| subject["kind"] == kind);
        let names: Vec<String> = found
            .map(|subject| match subject["namespace"].as_str() {
                Some(namespace) => format!("{namespace}/{}", text_or(&subject["name"], "")),
                None => text_or(&subject["name"], "").to_owned(),
            })
            .collect();
        names.join(", ")
    };
    vec![
        name(object),
        role.into(),
        age(object, now),
        subjects("User").into(),
        subjects("Group").into(),
        subjects("ServiceAccount").into(),
    ]
}

pub(super) fn quota(object: &Value, now: Timestamp) -> Vec<Value> {
    let used = |key: &str| text_or(&object["status"]["used"][key], "0").to_owned();
    let listed = |limits: bool| {
        let hard = object["spec"]["hard"].as_object().into_iter().flatten();
        let own = hard.filter(|(key, _)| key.starts_with("limits.") == limits);
        let texts: Vec<String> = own
            .map(|(key, value)| format!("{key}: {}/{}", used(key), text_or(value, "0")))
            .collect();
        texts.join(", ")
    };
    vec![
        name(object),
        listed(false).into(),
        listed(true).into(),
        age(object, now),
    ]
}
