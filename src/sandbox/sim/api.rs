//! How the controllers read and write the cluster's objects.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::k8s::objects;
use crate::state::Key;
use crate::world::World;

pub(super) use crate::k8s::conditions::find as condition;
use crate::k8s::kept::{CRON_JOB, JOB, LIMIT_RANGE, QUOTA, ROLE, ROLE_BINDING, SECRET, STATEFUL_SET};
pub(super) use crate::k8s::resources::{
    AUTOSCALER, BINDING, CLASS_PARAMS, CONFIG_MAP, DAEMON_SET, DEPLOYMENT, DISRUPTION_BUDGET, ENDPOINT_SLICE, EVENT,
    INGRESS, INGRESS_CLASS, Kind, LEASE, MUTATING_WEBHOOKS, NAMESPACE, NODE, POD, REPLICA_SET, SERVICE,
    SERVICE_ACCOUNT, VALIDATING_WEBHOOKS,
};

/// Everything that lives in a namespace, in the order in which a namespace is emptied: pods first.
pub(super) const NAMESPACED: [&Kind; 22] = [
    POD,
    DEPLOYMENT,
    REPLICA_SET,
    DAEMON_SET,
    STATEFUL_SET,
    SERVICE,
    ENDPOINT_SLICE,
    INGRESS,
    BINDING,
    DISRUPTION_BUDGET,
    AUTOSCALER,
    CRON_JOB,
    JOB,
    LEASE,
    CONFIG_MAP,
    SECRET,
    ROLE_BINDING,
    ROLE,
    QUOTA,
    LIMIT_RANGE,
    SERVICE_ACCOUNT,
    EVENT,
];

/// Who writes: a field manager, and a subresource (empty for the object itself).
#[derive(Debug, Clone, Copy)]
pub(super) struct By(pub(super) &'static str, pub(super) &'static str);

pub(super) const CONTROLLER_MANAGER: By = By("kube-controller-manager", "");
pub(super) const CONTROLLER_MANAGER_STATUS: By = By("kube-controller-manager", "status");
pub(super) const KUBELET_STATUS: By = By("kubelet", "status");

/// What is at a JSON pointer without escapes. `Value::pointer` copies each of its parts, and nothing is called more than this.
pub(super) fn at<'a>(object: &'a Value, pointer: &str) -> Option<&'a Value> {
    let mut parts = pointer.split('/').skip(1);
    parts.try_fold(object, |value, part| match value {
        Value::Object(map) => map.get(part),
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A text in an object, empty when it is not there.
pub(super) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    at(object, pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A number in an object.
pub(super) fn int(object: &Value, pointer: &str) -> Option<i64> {
    at(object, pointer).and_then(Value::as_i64)
}

/// A list in an object, empty when it is not there.
pub(super) fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    at(object, pointer)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

pub(super) fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

pub(super) fn namespace(object: &Value) -> &str {
    text(object, "/metadata/namespace")
}

pub(super) fn uid(object: &Value) -> &str {
    text(object, "/metadata/uid")
}

/// Whether the object is being deleted.
pub(super) fn deleting(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

/// A label's value.
pub(super) fn label<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["labels"][key].as_str()
}

/// An annotation's value.
pub(super) fn annotation<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object["metadata"]["annotations"][key].as_str()
}

/// UID of the object's controller.
pub(super) fn controller_uid(object: &Value) -> Option<&str> {
    list(object, "/metadata/ownerReferences")
        .iter()
        .find(|owner| owner["controller"] == true)
        .and_then(|owner| owner["uid"].as_str())
}

/// Whether `labels` has all pairs of `selector`; an empty selector selects nothing.
pub(super) fn selects(selector: &Value, object: &Value) -> bool {
    let labels = &object["metadata"]["labels"];
    selector
        .as_object()
        .is_some_and(|wanted| !wanted.is_empty() && wanted.iter().all(|(key, value)| labels.get(key) == Some(value)))
}

/// Whether the condition of a type is true.
pub(super) fn is_true(object: &Value, kind: &str) -> bool {
    condition(object, kind).is_some_and(|c| c["status"] == "True")
}

/// A time as the API writes it.
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An owner reference to a controller.
pub(super) fn controlled_by(kind: &Kind, owner: &Value) -> Value {
    json!({
        "apiVersion": kind.api_version(),
        "blockOwnerDeletion": true,
        "controller": true,
        "kind": kind.kind,
        "name": name(owner),
        "uid": uid(owner),
    })
}

/// Creates an object; `None` where the API server refuses: it exists, its namespace is being deleted, a webhook is down.
pub(super) fn create(world: &mut World, kind: &Kind, mut object: Value, by: By) -> Option<Key> {
    object["apiVersion"] = kind.api_version().into();
    object["kind"] = kind.kind.into();
    let made = objects::create(world, by.0, object).ok()?;
    objects::key_of(&made)
}

/// Changes an object, if the change changes anything; `Err` with the API server's message where it refuses.
pub(super) fn try_update(world: &mut World, key: &Key, by: By, change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let Some(before) = world.kube.get(key) else {
        return Ok(());
    };
    let mut after = before.clone();
    change(&mut after);
    // Most passes of most controllers change nothing; they do not even ask the API server.
    if after == *before {
        return Ok(());
    }
    let written = if by.1.is_empty() {
        objects::update(world, by.0, key, |live| *live = after)
    } else {
        objects::update_status(world, by.0, key, |live| *live = after)
    };
    written.map(|_| ()).map_err(|status| status.message)
}

/// Changes an object, if the change changes anything. A refused change is lost; controllers try again with the next change.
pub(super) fn update(world: &mut World, key: &Key, by: By, change: impl FnOnce(&mut Value)) {
    let _ = try_update(world, key, by, change);
}

/// Deletes an object: at once, or marks it when finalizers or a running kubelet keep it.
pub(super) fn delete(world: &mut World, key: &Key) {
    if world.kube.get(key).is_some_and(|object| !deleting(object)) {
        // Refused only for what nobody may delete.
        let _ = objects::delete(world, key, None);
    }
}

/// Removes an object for good, as the kubelet does with a pod whose containers have stopped.
pub(super) fn remove(world: &mut World, key: &Key) {
    let kept = |object: &Value| !list(object, "/metadata/finalizers").is_empty();
    if !world.kube.get(key).is_some_and(kept) {
        objects::remove(world, key);
    }
}

/// The content of an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note<'a> {
    /// The component that reports it.
    pub(super) from: &'static str,
    /// Whether it is a warning.
    pub(super) warning: bool,
    /// Reason, one word.
    pub(super) reason: &'static str,
    /// Message.
    pub(super) message: &'a str,
}

/// Writes an event about an object; a repetition only raises the count of the first.
pub(super) fn emit(world: &mut World, about: &Key, note: Note<'_>) {
    let Some(object) = world.kube.get(about).cloned() else {
        return;
    };
    let kind = if note.warning { "Warning" } else { "Normal" };
    objects::emit_event(world, note.from, &object, kind, note.reason, note.message);
}

/// A time with microseconds, as leases have it.
pub(super) fn micro_time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}
