//! Annotations: those that the controller ignores without a word, and what the sandbox does not rehearse.

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict};
use crate::lang::{Text, text};
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
        let key = Annotation::GROUP_ORDER.key();
        let (least, most) = (ORDERS.start().to_string(), ORDERS.end().to_string());
        return Outcome::error(text!("check-no-place-in-group"))
            .seeing(text!("check-group-order", key = &key, order = order))
            .remedy(text!("check-group-order-remedy", key = key, least = least, most = most))
            .about(facts.ingress_node());
    }
    let unknown: Vec<Text> = annotated()
        .flat_map(unknown_annotations)
        .map(|found| words(&found))
        .collect();
    if unknown.is_empty() {
        return Outcome::ok(text!("check-annotations-known"));
    }
    Outcome::warning(text!("check-annotations-unknown"))
        .seeing(Text::list(unknown, "; "))
        .remedy(text!("check-annotations-unknown-remedy"))
        .about(facts.ingress_node())
}

fn words(found: &UnknownAnnotation) -> Text {
    match &found.near {
        Some(near) => text!("check-annotation-near", key = &found.key, near = near),
        None => Text::from(&found.key),
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
        return Ok(Outcome::ok(text!("check-all-rehearsed")));
    }
    let askers: Vec<&str> = unrehearsed.iter().map(|found| found.asked_by.as_str()).collect();
    Ok(Outcome::warning(text!("check-not-rehearsed", what = whats.join("; ")))
        .seeing(askers.join("; "))
        .remedy(text!("check-not-rehearsed-remedy")))
}
