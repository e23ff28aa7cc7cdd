//! Deployments: as many updated and available pods as wanted, and no others.

use jiff::SignedDuration;

use super::conditions::{being_deleted, condition, field, holds, is_observed, still_there};
use super::one_line::one_line;
use super::past::Past;
use super::pod_problem::shared_problem;
use super::pods::{TEMPLATE_LABEL, pods_of, waiting_for};
use super::problem::Outlook;
use super::verdict::Verdict;
use crate::lang::{Text, text};
use crate::model::Object;

/// Kubernetes' default of `progressDeadlineSeconds`.
const PROGRESS_DEADLINE: i64 = 600;

/// Whether the rollout is complete: updated = available = wanted, and no surplus pod is left.
///
/// `pods` and `events` are those of the namespace; where they could not be read (both empty) the Deployment's own
/// status has to do. A rollout that has made no progress since before a wait began, as `past` tells, does not fail it: what
/// kept it may have been mended.
pub fn deployment(object: &Object, pods: &[Object], events: &[Object], past: &Past) -> Verdict {
    if object.is_deleting() {
        return being_deleted(object);
    }
    let wanted = object.number("/spec/replicas").unwrap_or(1);
    if !is_observed(object) {
        return Verdict::pending(stage(wanted, 0, 0, 0), text!("is-change-unseen"));
    }
    let status = |name: &str| object.number(&format!("/status/{name}")).unwrap_or(0);
    let (updated, available, total) = (
        status("updatedReplicas"),
        status("availableReplicas"),
        status("replicas"),
    );
    let own = pods_of(object, pods);
    let surplus = surplus(object, &own, total.max(updated) - wanted);
    let stage = stage(wanted, updated, available, surplus);
    if updated == wanted && available >= wanted && total == wanted && surplus == 0 {
        return Verdict::ready(stage);
    }
    let stalled = deadline_exceeded(object, past);
    if let Some(problem) = shared_problem(&of_newest_template(&own, updated), events, past) {
        let verdict = match problem.outlook {
            Outlook::Hopeless => Verdict::failed(stage, problem.text),
            _ if stalled.is_some() => Verdict::failed(stage, problem.text),
            Outlook::Mendable => Verdict::blocked(stage, problem.text),
            Outlook::Passes => Verdict::pending(stage, problem.text),
        };
        return verdict.remedied(problem.remedy);
    }
    if let Some(message) = stalled {
        return Verdict::failed(stage, text!("is-rollout-stalled", message = message)).remedied(describe(object));
    }
    if let Some(message) = replica_failure(object) {
        return Verdict::blocked(stage, text!("is-pods-uncreated", message = one_line(message)))
            .remedied(describe(object));
    }
    if updated < wanted {
        let why = text!(
            "is-pods-from-new-template",
            updated = count(updated),
            wanted = count(wanted)
        );
        Verdict::pending(stage, why)
    } else if available < wanted {
        Verdict::pending(stage, waiting_for(&of_newest_template(&own, updated)))
    } else {
        Verdict::pending(stage, text!("is-old-pods-stopping", count = count(surplus)))
    }
}

/// Whether the Deployment is gone and its pods with it: `wanted` has the selector, `live` is what is left of it, `pods`
/// are those of the namespace.
pub fn deployment_gone(wanted: &Object, live: Option<&Object>, pods: &[Object]) -> Verdict {
    let left = pods_of(live.unwrap_or(wanted), pods).len();
    match (live, left) {
        (None, 0) => Verdict::absent(text!("is-gone")),
        (Some(object), 0) => still_there(object, text!("is-pods-gone-itself-not")),
        (_, left) => Verdict::deleting(
            text!("is-pods-left", count = left),
            text!("is-own-pods-stopping", count = left),
        ),
    }
}

fn describe(object: &Object) -> String {
    format!(
        "`kubectl -n {} describe deployment,replicaset`",
        object.namespace().unwrap_or("default")
    )
}

fn stage(wanted: i64, updated: i64, available: i64, surplus: i64) -> Text {
    let (available, wanted) = (count(available.min(updated)), count(wanted));
    match surplus {
        0 => text!("is-pods-available", available = available, wanted = wanted),
        _ => text!(
            "is-pods-available-stopping",
            available = available,
            wanted = wanted,
            stopping = count(surplus)
        ),
    }
}

/// A number of pods as messages have it.
fn count(pods: i64) -> u64 {
    u64::try_from(pods).unwrap_or_default()
}

/// How many pods there are beyond the wanted ones: those being deleted, and old ones not deleted yet.
fn surplus(object: &Object, own: &[&Object], by_status: i64) -> i64 {
    let terminating = object.number("/status/terminatingReplicas").unwrap_or(0);
    let stopping = own.iter().filter(|pod| pod.is_deleting()).count();
    let stopping = i64::try_from(stopping).unwrap_or(i64::MAX);
    by_status.max(0) + stopping.max(if own.is_empty() { terminating } else { 0 })
}

/// The pods of the newest template, of which there are `updated`: those of earlier ones are on their way out, and what is
/// wrong with them may be why the template was changed.
fn of_newest_template<'a>(own: &[&'a Object], updated: i64) -> Vec<&'a Object> {
    let newest = own.iter().max_by_key(|pod| pod.text("/metadata/creationTimestamp"));
    let template = newest.and_then(|pod| pod.label(TEMPLATE_LABEL));
    let of_it = own
        .iter()
        .filter(|pod| updated > 0 && pod.label(TEMPLATE_LABEL) == template);
    of_it.copied().collect()
}

fn deadline_exceeded<'a>(object: &'a Object, past: &Past) -> Option<&'a str> {
    let progressing = condition(object, "Progressing")?;
    let deadline = object
        .number("/spec/progressDeadlineSeconds")
        .unwrap_or(PROGRESS_DEADLINE);
    let exceeded = field(progressing, "reason") == "ProgressDeadlineExceeded"
        && !past.has_stall(progressing, SignedDuration::from_secs(deadline));
    exceeded.then(|| field(progressing, "message"))
}

fn replica_failure(object: &Object) -> Option<&str> {
    let failure = condition(object, "ReplicaFailure")?;
    holds(failure).then(|| field(failure, "message"))
}
