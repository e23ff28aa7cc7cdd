//! The judgement on an object of any kind.

use super::budget::budget;
use super::conditions::{being_deleted, finalizers, still_there};
use super::deployment::{deployment, deployment_gone};
use super::ingress::{ingress, ingress_gone};
use super::namespace::{namespace, namespace_gone};
use super::past::Past;
use super::service::service;
use super::verdict::Verdict;
use crate::lang::text;
use crate::model::Object;

/// Whether the object is present and works, whatever its kind. A kind without a judgement of its own is ready once it
/// exists. `pods` and `events` are those of the object's namespace; both may be empty where they could not be read. What is of
/// the `past` of a wait is no failure of it.
pub fn present(object: &Object, pods: &[Object], events: &[Object], past: &Past) -> Verdict {
    match object.kind() {
        "Deployment" => deployment(object, pods, events, past),
        "Ingress" => ingress(object, events, past),
        "Service" => service(object),
        "Namespace" => namespace(object),
        "PodDisruptionBudget" => budget(object),
        _ if object.is_deleting() => being_deleted(object),
        _ => Verdict::ready(text!("is-present")),
    }
}

/// Whether the object is absent, with everything that hangs on it. `wanted` says what it was, `live` is what is left of
/// it, `pods` are those of its namespace; `controller_ready` says whether the load balancer controller has a ready pod,
/// where that is known.
pub fn gone(wanted: &Object, live: Option<&Object>, pods: &[Object], controller_ready: Option<bool>) -> Verdict {
    match (wanted.kind(), live) {
        ("Deployment", live) => deployment_gone(wanted, live, pods),
        (_, None) => Verdict::absent(text!("is-gone")),
        ("Ingress", Some(object)) => ingress_gone(object, controller_ready),
        ("Namespace", Some(object)) => namespace_gone(object, controller_ready),
        (_, Some(object)) => still_there(object, finalizers(object)),
    }
}
