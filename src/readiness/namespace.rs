//! Namespaces: active, or what keeps them from going.

use super::conditions::{condition, field, holds};
use super::verdict::Verdict;
use crate::model::{NamespacePhase, Object};

/// Conditions of a namespace being deleted that say why it is still there, the most telling first.
const BLOCKERS: &[&str] = &[
    "NamespaceDeletionDiscoveryFailure",
    "NamespaceDeletionGroupVersionParsingFailure",
    "NamespaceDeletionContentFailure",
    "NamespaceFinalizersRemaining",
    "NamespaceContentRemaining",
];

/// Whether objects can be made in the namespace.
pub fn namespace(object: &Object) -> Verdict {
    if object.is_deleting() || phase(object) == NamespacePhase::Terminating {
        return Verdict::deleting("Terminating", blocker(object));
    }
    match phase(object) {
        NamespacePhase::Active => Verdict::ready("Active"),
        _ => Verdict::pending("no phase yet", "the API server has not marked the namespace Active yet"),
    }
}

fn phase(object: &Object) -> NamespacePhase {
    object.text("/status/phase").unwrap_or_default().into()
}

/// What keeps the namespace from going. `controller_ready` says whether the load balancer controller has a ready pod.
pub fn namespace_gone(object: &Object, controller_ready: Option<bool>) -> Verdict {
    let why = blocker(object);
    let needs_controller = why.contains("k8s.aws/") && controller_ready == Some(false);
    let verdict = if object.is_deleting() {
        Verdict::deleting("Terminating", why)
    } else {
        Verdict::pending("still there", why)
    };
    if needs_controller {
        verdict.remedied("the load balancer controller, which removes these, has no ready pod: restore it")
    } else {
        verdict
    }
}

fn blocker(object: &Object) -> String {
    let told = BLOCKERS
        .iter()
        .filter_map(|kind| condition(object, kind))
        .find(|condition| holds(condition))
        .map(|condition| field(condition, "message"));
    told.unwrap_or("its objects are being deleted").to_owned()
}
