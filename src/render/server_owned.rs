//! What only a server may write into an object, and what an exported manifest is full of.

use serde_json::{Map, Value};

use super::error::RenderError;
use super::templates::Template;
use crate::model::Object;

/// Fields of `metadata` that the API server writes, or that name one object of one cluster. (Kubernetes API conventions,
/// "Metadata")
const METADATA: [&str; 9] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Annotations with which kubectl and the Deployment controller keep their own accounts.
const ANNOTATIONS: [&str; 2] = [
    "deployment.kubernetes.io/revision",
    "kubectl.kubernetes.io/last-applied-configuration",
];

/// Refuses what only the server may set. Where nothing is in it (`creationTimestamp: null`, `status: {}`), as in what
/// `kubectl create --dry-run=client -o yaml` prints, it is left out.
pub(super) fn check(template: &Template, object: &mut Object) -> Result<(), RenderError> {
    let mut found = Vec::new();
    if let Some(map) = object.0.as_object_mut() {
        take(map, "status", "status", &mut found);
    }
    if let Some(metadata) = object.0.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in METADATA {
            take(metadata, field, &format!("metadata.{field}"), &mut found);
        }
        if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
            for key in ANNOTATIONS {
                take(annotations, key, &format!("annotation {key}"), &mut found);
            }
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    Err(template.refusal(format!(
        "{} has what only the cluster may set: {}; remove it from the template (an exported manifest has it)",
        object.key(),
        found.join(", ")
    )))
}

/// Takes a field out of the map; its name is kept if something is in it.
fn take(map: &mut Map<String, Value>, field: &str, name: &str, found: &mut Vec<String>) {
    if map.remove(field).is_some_and(|value| !is_empty(&value)) {
        found.push(name.to_owned());
    }
}

/// Whether there is no scalar anywhere in it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.iter().all(is_empty),
        Value::Object(map) => map.values().all(is_empty),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
