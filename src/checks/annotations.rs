//! Annotations: those that the controller ignores without a word, and what the sandbox does not rehearse.

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict};
use crate::lbc::{Annotation, UnknownAnnotation, unknown_annotations};
use crate::model::Object;

/// The lowest and the highest place in a group. (LBC `pkg/ingress/group_loader.go`)
const ORDERS: std::ops::RangeInclusive<i64> = -1_000..=1_000;

/// Whether there are annotations that the controller ignores, or one that stops it without an event.
pub(super) fn understood(facts: &Facts<'_>) -> Outcome {
    let annotated = || {
        facts
            .objects
            .iter()
            .filter(|object| matches!(object.kind(), "Ingress" | "Service"))
    };
    if let Some(order) = annotated().find_map(wrong_order) {
        return Outcome::error(
            "the Ingress has no place in its group, and the controller makes nothing of the whole group",
        )
        .seeing(format!(
            "{}: {order}; no event tells of it",
            Annotation::GROUP_ORDER.key()
        ))
        .remedy(format!(
            "set {} to a number from {} to {}",
            Annotation::GROUP_ORDER.key(),
            ORDERS.start(),
            ORDERS.end()
        ))
        .about(facts.ingress_node());
    }
    let unknown: Vec<String> = annotated()
        .flat_map(unknown_annotations)
        .map(|found| words(&found))
        .collect();
    if unknown.is_empty() {
        return Outcome::ok("the controller knows all annotations that look like its own");
    }
    Outcome::warning("the controller does not know these annotations and ignores them")
        .seeing(unknown.join("; "))
        .remedy("correct their names (ingress.annotations, or the templates), or leave them out")
        .about(facts.ingress_node())
}

fn words(found: &UnknownAnnotation) -> String {
    match &found.near {
        Some(near) => format!("{} (did you mean {near}?)", found.key),
        None => found.key.clone(),
    }
}

/// An Ingress's place in its group, if it is none.
fn wrong_order(object: &Object) -> Option<&str> {
    let order = Annotation::GROUP_ORDER
        .of(object)
        .filter(|_| object.kind() == "Ingress")?;
    let fits = order.parse().is_ok_and(|order: i64| ORDERS.contains(&order));
    (!fits).then_some(order)
}

/// What the lab asks for and the sandbox does not have; nothing is said of it on AWS.
pub(super) fn rehearsed(facts: &Facts<'_>) -> Verdict {
    let Some(unrehearsed) = facts.unrehearsed else {
        return Err(Unseen::NotAsked);
    };
    let mut whats: Vec<&str> = Vec::new();
    for found in unrehearsed {
        if !whats.contains(&found.what.as_str()) {
            whats.push(&found.what);
        }
    }
    if whats.is_empty() {
        return Ok(Outcome::ok("all that the lab asks for has its effect in the sandbox"));
    }
    let askers: Vec<&str> = unrehearsed.iter().map(|found| found.asked_by.as_str()).collect();
    Ok(Outcome::warning(format!("not rehearsed here: {}", whats.join("; ")))
        .seeing(askers.join("; "))
        .remedy("the sandbox shows nothing of it: look at it on AWS"))
}
