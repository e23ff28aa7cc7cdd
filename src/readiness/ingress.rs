//! Ingresses of the AWS Load Balancer Controller: taken up (finalizer), then given a host name.
//!
//! A host name means that the ALB, its listeners and rules were made; it does not mean that it is active or has healthy
//! targets. That is followed in AWS.

use jiff::Timestamp;

use super::conditions::{finalizers, still_there};
use super::events;
use super::one_line::one_line;
use super::past::Past;
use super::verdict::Verdict;
use crate::lang::{Text, text};
use crate::lbc::{Decoded, decode_event, has_finalizer};
use crate::model::{MANAGER, Object};

/// The host name of the load balancer, once the controller has written it.
pub fn hostname(object: &Object) -> Option<&str> {
    object
        .text("/status/loadBalancer/ingress/0/hostname")
        .filter(|name| !name.is_empty())
}

/// Whether the controller has made a load balancer of the Ingress as it is written now. A cause that stays fails a wait when
/// the controller has met it again since the wait began, which `past` tells.
pub fn ingress(object: &Object, events: &[Object], past: &Past) -> Verdict {
    if object.is_deleting() {
        return ingress_gone(object, None);
    }
    let stage = match (hostname(object), has_finalizer(object)) {
        (Some(_), _) => text!("is-balancer-has-host"),
        (None, true) => text!("is-controller-at-work"),
        (None, false) => text!("is-awaiting-controller"),
    };
    if let [newest, ..] = current_warnings(object, events)[..] {
        return match decoded(newest) {
            Some(cause) => troubled(stage, &cause, || {
                cause.is_permanent(times(&cause, object, events)) && !past.has_event(newest)
            }),
            None => undecoded(stage, object, newest),
        };
    }
    match (hostname(object), has_finalizer(object)) {
        (Some(name), _) => Verdict::ready(text!("is-host-name", name = name)),
        (None, true) => Verdict::pending(stage, text!("is-controller-makes")),
        (None, false) => Verdict::pending(stage, text!("is-not-taken-up")),
    }
}

/// The verdict by a cause that the controller has met, and that has come to stay or not.
fn troubled(stage: Text, cause: &Decoded, has_come_to_stay: impl Fn() -> bool) -> Verdict {
    let why = &cause.cause;
    let verdict = if has_come_to_stay() {
        Verdict::failed(stage, why)
    } else if cause.passes {
        Verdict::pending(stage, why)
    } else {
        Verdict::blocked(stage, why)
    };
    verdict.remedied(&cause.remedy)
}

/// The verdict by a warning of the controller that this program does not know.
fn undecoded(stage: Text, object: &Object, warning: &Object) -> Verdict {
    let reason = warning.text("/reason").unwrap_or_default();
    let (namespace, name) = (object.namespace().unwrap_or("default"), object.name());
    Verdict::blocked(stage, one_line(&format!("{reason}: {}", events::message(warning))))
        .remedied(format!("`kubectl -n {namespace} describe ingress {name}`"))
}

/// What keeps the Ingress from going. `controller_ready` says whether the load balancer controller has a ready pod.
///
/// The controller writes no event about an Ingress being deleted, so its progress shows in AWS only.
pub fn ingress_gone(object: &Object, controller_ready: Option<bool>) -> Verdict {
    if !has_finalizer(object) {
        return still_there(object, finalizers(object));
    }
    match controller_ready {
        Some(false) => {
            still_there(object, text!("is-ingress-needs-controller")).remedied(text!("is-restore-or-do-without"))
        }
        _ => still_there(object, text!("is-controller-removes")),
    }
}

/// The warnings about the Ingress since the last success and since our last change of it, the newest first.
fn current_warnings<'a>(object: &Object, events: &'a [Object]) -> Vec<&'a Object> {
    let written = last_written(object);
    let about = object.uid().map(|uid| events::about(events, uid)).unwrap_or_default();
    let newest_first = about.into_iter().rev();
    newest_first
        .take_while(|event| event.text("/type") == Some("Warning"))
        .take_while(|event| match (written, events::last_seen(event)) {
            (Some(written), Some(seen)) => seen >= written,
            _ => true,
        })
        .collect()
}

/// What the newest warning of the controller about the Ingress as it is written now means, if it is known.
pub(super) fn decoded_warning(object: &Object, events: &[Object]) -> Option<Decoded> {
    decoded(current_warnings(object, events).first()?)
}

fn decoded(warning: &Object) -> Option<Decoded> {
    decode_event(warning.text("/reason").unwrap_or_default(), events::message(warning))
}

/// How often the controller has met this cause. An error of AWS names its request, so that each time is an event of its own
/// whose count stays at one.
fn times(cause: &Decoded, object: &Object, events: &[Object]) -> u64 {
    let warnings = current_warnings(object, events).into_iter();
    warnings
        .filter(|warning| decoded(warning).as_ref() == Some(cause))
        .map(events::times)
        .sum()
}

/// When we last changed a field of the object, by the server's own record.
fn last_written(object: &Object) -> Option<Timestamp> {
    object
        .items("/metadata/managedFields")
        .filter(|entry| entry.get("manager").and_then(|m| m.as_str()) == Some(MANAGER))
        .filter(|entry| entry.get("subresource").is_none())
        .filter_map(|entry| entry.get("time")?.as_str()?.parse().ok())
        .max()
}
