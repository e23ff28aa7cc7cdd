//! Replays writes that a real kube-apiserver 1.36.3 was asked for, and compares its answers with ours.
//!
//! `recorded.json` has, scenario by scenario, each request and the whole answer. Every step starts from the object that
//! the server answered with before, so that its defaults are there.

use serde::Deserialize;
use serde_json::json;

use super::*;
use crate::k8s::patch;

const NOW: &str = "2999-01-01T00:00:00Z";

#[derive(Deserialize)]
struct Scenario {
    name: String,
    steps: Vec<RecordedWrite>,
}

#[derive(Deserialize)]
struct RecordedWrite {
    op: String,
    manager: String,
    #[serde(default)]
    subresource: String,
    #[serde(default)]
    force: bool,
    body: Value,
    code: u16,
    answer: Value,
}

impl RecordedWrite {
    fn writer<'a>(&'a self, api_version: &'a str) -> Writer<'a> {
        Writer {
            manager: &self.manager,
            subresource: &self.subresource,
            api_version,
            now: NOW.parse().unwrap(),
        }
    }

    /// What differs from the server's answer.
    fn differences(&self, live: Option<&Value>) -> Vec<String> {
        match self.op.as_str() {
            "apply" => self.check_apply(live),
            "create" | "put" => self.check_update(live),
            _ => self.check_patch(live),
        }
    }

    fn check_apply(&self, live: Option<&Value>) -> Vec<String> {
        let api_version = self.body["apiVersion"].as_str().unwrap();
        match apply(live, &self.body, self.writer(api_version), self.force) {
            Ok(object) if self.code < 300 => {
                let mut found = self.check_owners(live, &object);
                found.extend(missing(&self.written_part(&object), &self.answer, ""));
                found
            }
            // Defaults and validation are not ours.
            Ok(_) if self.code == 422 => Vec::new(),
            Ok(object) => vec![format!("wanted {}, got {object}", self.answer)],
            Err(error) => self.check_status(&error.status()),
        }
    }

    /// What the request can have changed: the object but for its status, or the status.
    fn written_part(&self, object: &Value) -> Value {
        let mut part = without_system(object);
        if self.subresource == "status" {
            return json!({"status": part["status"]});
        }
        if let Some(fields) = part.as_object_mut() {
            fields.remove("status");
        }
        part
    }

    fn check_update(&self, live: Option<&Value>) -> Vec<String> {
        if self.code >= 300 {
            return Vec::new();
        }
        let mut new = unallocated(live, &self.answer);
        let brought = self.body.pointer("/metadata/managedFields");
        match brought.or_else(|| live.and_then(|live| live.pointer("/metadata/managedFields"))) {
            Some(entries) => new["metadata"]["managedFields"] = entries.clone(),
            None => entries::clear(&mut new),
        }
        let api_version = self.answer["apiVersion"].as_str().unwrap();
        after_update(live, &mut new, self.writer(api_version));
        self.check_owners(live, &new)
    }

    fn check_patch(&self, live: Option<&Value>) -> Vec<String> {
        if self.subresource == "scale" {
            return self.check_update(live);
        }
        let live_object = live.unwrap();
        let mut patched = live_object.clone();
        let schema = schema_of(live_object);
        let result = match self.op.as_str() {
            "merge" => patch::merge(&mut patched, &self.body),
            "json" => patch::json(&mut patched, &self.body),
            _ => patch::strategic(&mut patched, &self.body, schema),
        };
        match result {
            Err(error) => self.check_status(&error.status()),
            // Decoding and validation are not ours.
            Ok(()) if self.code >= 300 => match self.answer["message"].as_str() {
                Some(text) if text.contains(" is invalid: ") => Vec::new(),
                _ => vec![format!("wanted {}", self.answer)],
            },
            Ok(()) => {
                schema.normalise(&mut patched);
                let mut found = self.check_update(live);
                found.extend(missing(&without_system(&patched), &self.answer, ""));
                found.extend(missing(&kept(live_object, &without_system(&self.answer)), &patched, ""));
                found
            }
        }
    }

    fn check_owners(&self, live: Option<&Value>, ours: &Value) -> Vec<String> {
        let theirs = with_now(live, entries_of(&self.answer));
        let ours = entries_of(ours);
        if ours == theirs {
            return Vec::new();
        }
        vec![format!("owners\n  ours   {ours}\n  theirs {theirs}")]
    }

    fn check_status(&self, ours: &Value) -> Vec<String> {
        if *ours == self.answer {
            return Vec::new();
        }
        vec![format!("status\n  ours   {ours}\n  theirs {}", self.answer)]
    }
}

fn entries_of(object: &Value) -> Value {
    object.pointer("/metadata/managedFields").cloned().unwrap_or(json!([]))
}

/// The server's entries, with the time of this step in place of times that were not there before.
fn with_now(live: Option<&Value>, mut entries: Value) -> Value {
    let before = live.map(entries_of).unwrap_or_default();
    let known = |time: &Value| {
        before
            .as_array()
            .into_iter()
            .flatten()
            .any(|entry| entry["time"] == *time)
    };
    for entry in entries.as_array_mut().into_iter().flatten() {
        if entry.get("time").is_some_and(|time| !known(time)) {
            entry["time"] = json!(NOW);
        }
    }
    entries
}

/// A written object as it was before the server assigned addresses and ports and ran admission: after that, nobody comes
/// to own anything.
fn unallocated(live: Option<&Value>, object: &Value) -> Value {
    let mut object = object.clone();
    let before = live.map(Value::to_string).unwrap_or_default();
    for port in object
        .pointer_mut("/spec/ports")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let known = before.contains(&format!("\"nodePort\":{}", port["nodePort"]));
        if let (false, Some(fields)) = (known, port.as_object_mut()) {
            fields.remove("nodePort");
        }
    }
    if let (None, Some(spec)) = (live, object.get_mut("spec").and_then(Value::as_object_mut)) {
        for name in [
            "clusterIP",
            "clusterIPs",
            "ipFamilies",
            "ipFamilyPolicy",
            "priority",
            "preemptionPolicy",
            "tolerations",
        ] {
            spec.remove(name);
        }
        if object["kind"] == "Namespace" {
            object["spec"] = json!({});
        }
    }
    object
}

/// The part of `after` that was there before.
fn kept(before: &Value, after: &Value) -> Value {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => after
            .iter()
            .filter_map(|(name, after)| Some((name.clone(), kept(before.get(name)?, after))))
            .filter(|(_, value)| !value.is_null())
            .collect(),
        _ if typed::same(before, after) => after.clone(),
        _ => Value::Null,
    }
}

fn without_system(object: &Value) -> Value {
    let mut object = object.clone();
    let metadata = object["metadata"].as_object_mut().unwrap();
    for name in [
        "managedFields",
        "resourceVersion",
        "generation",
        "uid",
        "creationTimestamp",
    ] {
        metadata.remove(name);
    }
    object
}

/// What `part` has and `whole` does not, or not with that value.
fn missing(part: &Value, whole: &Value, path: &str) -> Vec<String> {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .flat_map(|(name, part)| {
                let path = format!("{path}.{name}");
                match whole.get(name) {
                    Some(whole) => missing(part, whole, &path),
                    None => vec![format!("{path} {part} on one side only")],
                }
            })
            .collect(),
        (Value::Array(part), Value::Array(whole)) if part.len() == whole.len() => part
            .iter()
            .zip(whole)
            .enumerate()
            .flat_map(|(i, (part, whole))| missing(part, whole, &format!("{path}[{i}]")))
            .collect(),
        // A quantity given as a number is answered as text.
        (Value::Number(part), Value::String(whole)) if part.to_string() == *whole => Vec::new(),
        (part, whole) if typed::same(part, whole) => Vec::new(),
        (part, whole) => vec![format!("{path} {part} is not {whole}")],
    }
}

#[test]
fn a_real_servers_answers() {
    let scenarios: Vec<Scenario> = serde_json::from_str(include_str!("recorded.json")).unwrap();
    let mut found = Vec::new();
    for scenario in &scenarios {
        let mut live: Option<&Value> = None;
        for (i, step) in scenario.steps.iter().enumerate() {
            for difference in step.differences(live) {
                found.push(format!("{} #{i} {}: {difference}", scenario.name, step.op));
            }
            if step.code < 300 {
                live = Some(&step.answer);
            }
        }
    }
    assert!(found.is_empty(), "{} differences\n{}", found.len(), found.join("\n"));
}
