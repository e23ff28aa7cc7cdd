//! Namespaces: active, or what keeps them from going.

use super::conditions::{condition, field, holds};
use super::verdict::Verdict;
use crate::lang::{Text, text};
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
        return Verdict::deleting("Terminating", why_there(blocker(object)));
    }
    match phase(object) {
        NamespacePhase::Active => Verdict::ready("Active"),
        _ => Verdict::pending(text!("is-no-phase"), text!("is-not-active")),
    }
}

fn phase(object: &Object) -> NamespacePhase {
    object.text("/status/phase").unwrap_or_default().into()
}

/// What keeps the namespace from going. `controller_ready` says whether the load balancer controller has a ready pod.
pub fn namespace_gone(object: &Object, controller_ready: Option<bool>) -> Verdict {
    let blocker = blocker(object);
    let is_held_by_controller = blocker.is_some_and(|told| told.contains("k8s.aws/"));
    let why = why_there(blocker);
    let verdict = if object.is_deleting() {
        Verdict::deleting("Terminating", why)
    } else {
        Verdict::pending(text!("is-still-there"), why)
    };
    if is_held_by_controller && controller_ready == Some(false) {
        verdict.remedied(text!("is-restore-controller"))
    } else {
        verdict
    }
}

/// What the namespace itself says of what keeps it from going.
fn blocker(object: &Object) -> Option<&str> {
    BLOCKERS
        .iter()
        .filter_map(|kind| condition(object, kind))
        .find(|condition| holds(condition))
        .map(|condition| field(condition, "message"))
}

/// Why it is still there.
fn why_there(blocker: Option<&str>) -> Text {
    blocker.map_or_else(|| text!("is-objects-being-deleted"), |told| told.to_owned().into())
}
