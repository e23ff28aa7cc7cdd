//! What objects of all kinds have in common: generations, conditions, and what holds them when they are deleted.

use serde_json::Value;

use super::verdict::Verdict;
use crate::lang::{Text, text};
use crate::model::{ConditionStatus, Object};

/// The verdict on an object that is being deleted, whoever asked for that.
pub(super) fn being_deleted(object: &Object) -> Verdict {
    Verdict::deleting(text!("is-being-deleted"), finalizers(object))
}

/// The verdict on an object that is to go and is still there.
pub(super) fn still_there(object: &Object, why: impl Into<Text>) -> Verdict {
    if object.is_deleting() {
        Verdict::deleting(text!("is-being-deleted"), why)
    } else {
        Verdict::pending(text!("is-still-there"), why)
    }
}

/// Which finalizers hold the object, in words.
pub(super) fn finalizers(object: &Object) -> Text {
    let held: Vec<&str> = object
        .items("/metadata/finalizers")
        .filter_map(|f| f.as_str())
        .collect();
    if held.is_empty() {
        text!("is-deletion-without-effect")
    } else {
        text!("is-held-by-finalizers", names = held.join(", "))
    }
}

/// Whether the controller of this kind has seen the newest version of the spec.
pub(super) fn is_observed(object: &Object) -> bool {
    object.number("/status/observedGeneration") >= object.number("/metadata/generation")
}

/// A condition of `status.conditions` by its type.
pub(super) fn condition<'a>(object: &'a Object, kind: &str) -> Option<&'a Value> {
    object
        .items("/status/conditions")
        .find(|condition| condition.get("type").and_then(|t| t.as_str()) == Some(kind))
}

/// Whether the condition holds.
pub(super) fn holds(condition: &Value) -> bool {
    status(condition) == ConditionStatus::True
}

/// The status of a condition.
pub(super) fn status(condition: &Value) -> ConditionStatus {
    field(condition, "status").into()
}

/// A text field of a JSON map, empty where it is absent.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(|v| v.as_str()).unwrap_or_default()
}
