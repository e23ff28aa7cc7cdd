//! Reading and writing the metadata that all objects have.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// A time as the API writes it: whole seconds, UTC.
pub(crate) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A text field of the metadata, empty when it is missing.
pub(crate) fn text<'a>(object: &'a Value, field: &str) -> &'a str {
    object["metadata"][field].as_str().unwrap_or_default()
}

/// The object's name.
pub(crate) fn name(object: &Value) -> &str {
    text(object, "name")
}

/// The object's namespace, empty for cluster-scoped ones.
pub(crate) fn namespace(object: &Value) -> &str {
    text(object, "namespace")
}

/// The labels or annotations.
pub(crate) fn map<'a>(object: &'a Value, field: &str) -> Option<&'a Map<String, Value>> {
    object["metadata"][field].as_object()
}

/// Whether the object waits for its finalizers or its grace period.
pub(crate) fn is_deleting(object: &Value) -> bool {
    object["metadata"]["deletionTimestamp"].is_string()
}

/// Whether something still has to happen before the object may go.
pub(crate) fn has_finalizers(object: &Value) -> bool {
    let listed = |list: &Value| list.as_array().is_some_and(|list| !list.is_empty());
    listed(&object["metadata"]["finalizers"])
        || (object["kind"] == "Namespace" && listed(&object["spec"]["finalizers"]))
}

/// Adds a finalizer unless it is there.
pub(crate) fn add_finalizer(object: &mut Value, finalizer: &str) {
    let list = &mut object["metadata"]["finalizers"];
    match list.as_array_mut() {
        Some(list) if list.iter().any(|item| item == finalizer) => {}
        Some(list) => list.push(finalizer.into()),
        None => *list = json!([finalizer]),
    }
}

/// The generation, 0 for kinds without one.
pub(crate) fn generation(object: &Value) -> i64 {
    object["metadata"]["generation"].as_i64().unwrap_or_default()
}

/// Removes a field of the metadata.
pub(crate) fn remove(object: &mut Value, field: &str) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove(field);
    }
}

/// Sets a field of the metadata to what it is in `live`, which may be nothing.
pub(crate) fn keep(object: &mut Value, live: &Value, field: &str) {
    match live["metadata"].get(field) {
        Some(value) => object["metadata"][field] = value.clone(),
        None => remove(object, field),
    }
}
