//! How far each kind of object is: pure judgements on what was read, one file per kind.
//!
//! Every judgement looks at the generation, so that a change made a moment ago is never taken for done, and says why it
//! is not ready in words that lead on: conditions, states of pods and events are decoded here. The driver follows an
//! object with these functions, and `plan` and `status` judge what they have read with the same ones.

mod budget;
mod deployment;
mod events;
mod ingress;
mod namespace;
mod pods;
mod service;

pub use budget::budget;
pub use deployment::{deployment, deployment_gone};
pub use events::{about, last_seen, message, newest_warning, times};
pub use ingress::{hostname, ingress, ingress_gone};
pub use namespace::{namespace, namespace_gone};
pub use pods::{
    PROFILE_LABEL, PodProblem, is_on_fargate, is_over, is_pod_ready, is_stuck, pod_problem, pods_of, shared_problem,
    stuck_pods,
};
pub use service::service;

use crate::model::{ConditionStatus, Object, Readiness};

/// A judgement with the stage it was made in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// How far it is, in a few words: "3/5 pods available". The same while nothing moves.
    pub stage: String,
    /// Where the goal stands, with the cause while it is not reached.
    pub readiness: Readiness,
}

impl Verdict {
    /// Reached.
    pub fn ready(stage: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
            readiness: Readiness::Ready,
        }
    }

    /// Not yet.
    pub fn pending(stage: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
            readiness: Readiness::Pending(why.into()),
        }
    }

    /// Not without somebody doing something.
    pub fn failed(stage: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            stage: stage.into(),
            readiness: Readiness::Failed(why.into()),
        }
    }
}

/// Whether the object is present and works, whatever its kind. A kind without a judgement of its own is ready once it
/// exists. `pods` and `events` are those of the object's namespace; both may be empty where they could not be read.
pub fn present(object: &Object, pods: &[Object], events: &[Object]) -> Verdict {
    match object.kind() {
        "Deployment" => deployment(object, pods, events),
        "Ingress" => ingress(object, events),
        "Service" => service(object),
        "Namespace" => namespace(object),
        "PodDisruptionBudget" => budget(object),
        _ if object.is_deleting() => Verdict::pending("being deleted", "it is being deleted"),
        _ => Verdict::ready("present"),
    }
}

/// Whether the object is absent, with everything that hangs on it. `wanted` says what it was, `live` is what is left of
/// it, `pods` are those of its namespace; `controller_ready` says whether the load balancer controller has a ready pod,
/// where that is known.
pub fn gone(wanted: &Object, live: Option<&Object>, pods: &[Object], controller_ready: Option<bool>) -> Verdict {
    match (wanted.kind(), live) {
        ("Deployment", live) => deployment_gone(wanted, live, pods),
        (_, None) => Verdict::ready("gone"),
        ("Ingress", Some(object)) => ingress_gone(object, controller_ready),
        ("Namespace", Some(object)) => namespace_gone(object, controller_ready),
        (_, Some(object)) => Verdict::pending(deletion_stage(object), finalizers(object)),
    }
}

fn deletion_stage(object: &Object) -> &'static str {
    if object.is_deleting() {
        "being deleted"
    } else {
        "still there"
    }
}

/// Which finalizers hold the object, in words.
fn finalizers(object: &Object) -> String {
    let held: Vec<&str> = object
        .items("/metadata/finalizers")
        .filter_map(|f| f.as_str())
        .collect();
    if held.is_empty() {
        "the deletion has not taken effect yet".to_owned()
    } else {
        format!("held by finalizer {}", held.join(", "))
    }
}

/// Whether the controller of this kind has seen the newest version of the spec.
fn is_observed(object: &Object) -> bool {
    object.number("/status/observedGeneration") >= object.number("/metadata/generation")
}

/// A condition of `status.conditions` by its type.
fn condition<'a>(object: &'a Object, kind: &str) -> Option<&'a serde_json::Value> {
    object
        .items("/status/conditions")
        .find(|condition| condition.get("type").and_then(|t| t.as_str()) == Some(kind))
}

/// Whether the condition holds.
fn holds(condition: &serde_json::Value) -> bool {
    status(condition) == ConditionStatus::True
}

/// The status of a condition.
fn status(condition: &serde_json::Value) -> ConditionStatus {
    field(condition, "status").into()
}

/// A text field of a JSON map, empty where it is absent.
fn field<'a>(value: &'a serde_json::Value, name: &str) -> &'a str {
    value.get(name).and_then(|v| v.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
