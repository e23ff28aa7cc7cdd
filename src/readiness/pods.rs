//! Pods: what is wrong with one, what a group of them has in common, and which can never start.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::conditions::{condition, field, holds, status};
use super::events;
use super::past::Past;
use crate::model::{ConditionStatus, Object, ObjectKey, Pin, PodPhase, WaitingReason};

/// EKS puts this label on a pod at admission, when a Fargate profile takes it; a pod without it never runs on Fargate.
pub const PROFILE_LABEL: &str = "eks.amazonaws.com/fargate-profile";
/// Pods of one template of a Deployment have the same value of this label.
pub(super) const TEMPLATE_LABEL: &str = "pod-template-hash";
/// The scheduler that EKS gives to pods that a profile takes.
const FARGATE_SCHEDULER: &str = "fargate-scheduler";
/// After so many restarts for want of memory another one changes nothing.
const HOPELESS_RESTARTS: i64 = 3;

/// What is wrong with a pod.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodProblem {
    /// Whether it stays so until somebody does something.
    pub fatal: bool,
    /// What it is, in plain words.
    pub text: String,
}

impl PodProblem {
    fn passing(text: impl Into<String>) -> Self {
        Self {
            fatal: false,
            text: text.into(),
        }
    }

    fn fatal(text: impl Into<String>) -> Self {
        Self {
            fatal: true,
            text: text.into(),
        }
    }
}

/// The unfinished pods that a Deployment's selector matches.
pub fn pods_of<'a>(deployment: &Object, pods: &'a [Object]) -> Vec<&'a Object> {
    let wanted = deployment.text_map("/spec/selector/matchLabels");
    pods.iter()
        .filter(|pod| !wanted.is_empty() && wanted.iter().all(|(key, value)| pod.label(key) == Some(value)))
        .filter(|pod| !is_over(pod))
        .collect()
}

/// Whether the pod has ended for good.
pub fn is_over(pod: &Object) -> bool {
    phase(pod).is_over()
}

fn phase(pod: &Object) -> PodPhase {
    pod.text("/status/phase").unwrap_or_default().into()
}

/// Whether the pod's `Ready` condition is true.
pub fn is_pod_ready(pod: &Object) -> bool {
    condition(pod, "Ready").is_some_and(holds)
}

/// Whether a Fargate profile has taken the pod.
pub fn is_on_fargate(pod: &Object) -> bool {
    pod.label(PROFILE_LABEL).is_some() || pod.text("/spec/schedulerName") == Some(FARGATE_SCHEDULER)
}

fn is_scheduled(pod: &Object) -> bool {
    pod.text("/spec/nodeName").is_some_and(|node| !node.is_empty())
}

/// Whether the pod waits for a node it will never get: it was made before a profile could take it, or for an earlier
/// profile. Profiles choose pods once, at admission, so only a new pod helps.
///
/// `profile_since` is when the present profile was made, if there is one.
pub fn is_stuck(pod: &Object, profile_since: Option<Timestamp>) -> bool {
    if pod.is_deleting() || is_scheduled(pod) || phase(pod) != PodPhase::Pending {
        return false;
    }
    let made: Option<Timestamp> = pod.text("/metadata/creationTimestamp").and_then(|t| t.parse().ok());
    let outlived = matches!((made, profile_since), (Some(made), Some(since)) if made < since);
    !is_on_fargate(pod) || outlived
}

/// The pods to delete so that their controller makes new ones that the profile takes, with what identifies them.
/// See [`is_stuck`].
pub fn stuck_pods(pods: &[Object], profile_since: Option<Timestamp>) -> Vec<(ObjectKey, Pin)> {
    let stuck = pods.iter().filter(|pod| is_stuck(pod, profile_since));
    stuck.filter_map(pinned).collect()
}

/// The pods to delete because they could not pull an image: kubelet tries again after up to five minutes, a new pod does at
/// once, and what is said of the old one is of its last attempt.
pub fn unpulled_pods(pods: &[Object]) -> Vec<(ObjectKey, Pin)> {
    let unpulled = pods.iter().filter(|pod| {
        let mut reasons = containers(pod).filter_map(|status| status.pointer("/state/waiting/reason")?.as_str());
        !pod.is_deleting() && reasons.any(is_pull_failure)
    });
    unpulled.filter_map(pinned).collect()
}

/// The pod, with what identifies it.
fn pinned(pod: &Object) -> Option<(ObjectKey, Pin)> {
    let key = ObjectKey {
        api_version: "v1".to_owned(),
        kind: "Pod".to_owned(),
        namespace: pod.namespace().map(str::to_owned),
        name: pod.name().to_owned(),
    };
    let pin = Pin {
        identity: pod.uid()?.to_owned(),
        version: pod.resource_version().unwrap_or_default().to_owned(),
    };
    Some((key, pin))
}

/// The states of its containers, of those that run first at first.
fn containers(pod: &Object) -> impl Iterator<Item = &Value> {
    let first = pod.items("/status/initContainerStatuses");
    first.chain(pod.items("/status/containerStatuses"))
}

fn is_pull_failure(reason: &str) -> bool {
    let reason = WaitingReason::from(reason);
    matches!(reason, WaitingReason::ErrImagePull | WaitingReason::ImagePullBackOff)
}

/// What keeps the pod from being ready, if anything worth telling does: states of containers first, then scheduling,
/// then the newest warning about it. `events` are those of its namespace; one of the `past` of a wait is nothing final.
pub fn pod_problem(pod: &Object, events: &[Object], past: &Past) -> Option<PodProblem> {
    if pod.is_deleting() || is_pod_ready(pod) {
        return None;
    }
    containers(pod)
        .filter_map(container_problem)
        .max()
        .or_else(|| scheduling_problem(pod, events, past))
        .or_else(|| event_problem(pod, events))
}

/// What most of the unready pods have in common, with their number in front: "5 pods: …". A fatal problem goes first.
/// See [`pod_problem`].
pub fn shared_problem(pods: &[&Object], events: &[Object], past: &Past) -> Option<PodProblem> {
    let mut counts: BTreeMap<PodProblem, usize> = BTreeMap::new();
    for problem in pods.iter().filter_map(|pod| pod_problem(pod, events, past)) {
        *counts.entry(problem).or_default() += 1;
    }
    let (problem, count) = counts
        .into_iter()
        .max_by_key(|(problem, count)| (problem.fatal, *count))?;
    let noun = if count == 1 { "pod" } else { "pods" };
    Some(PodProblem {
        fatal: problem.fatal,
        text: format!("{count} {noun}: {}", problem.text),
    })
}

fn container_problem(status: &Value) -> Option<PodProblem> {
    let image = field(status, "image");
    let waiting = status.pointer("/state/waiting")?;
    let message = field(waiting, "message");
    Some(match WaitingReason::from(field(waiting, "reason")) {
        WaitingReason::ContainerCreating | WaitingReason::PodInitializing => return None,
        WaitingReason::Other(reason) if reason.is_empty() => return None,
        WaitingReason::InvalidImageName => {
            PodProblem::fatal(format!("`{image}` is not a valid image name: correct app.image"))
        }
        WaitingReason::ErrImagePull | WaitingReason::ImagePullBackOff => pull_problem(image, message),
        WaitingReason::CrashLoopBackOff => crash_problem(status),
        WaitingReason::Other(reason) => PodProblem::passing(shorten(&format!("{reason}: {message}"))),
    })
}

/// Why an image cannot be pulled. A registry that answers "no such image" will not change its mind; one that does not
/// answer may, or lacks a way to it (NAT gateway or endpoints).
fn pull_problem(image: &str, message: &str) -> PodProblem {
    const ABSENT: &[&str] = &[
        "not found",
        "manifest unknown",
        "does not exist",
        "repository name not known",
    ];
    const REFUSED: &[&str] = &[
        "unauthorized",
        "authentication required",
        "access denied",
        "403 forbidden",
    ];
    const LIMITED: &[&str] = &["toomanyrequests", "rate limit"];
    const NO_WAY: &[&str] = &[
        "i/o timeout",
        "deadline exceeded",
        "no route to host",
        "connection refused",
        "no such host",
        "request canceled",
    ];
    let lower = message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(ABSENT) {
        PodProblem::fatal(format!(
            "image `{image}` does not exist in its registry: correct app.image"
        ))
    } else if says(LIMITED) {
        PodProblem::passing(format!(
            "the registry limits pulls of `{image}`: wait, or use another registry"
        ))
    } else if says(REFUSED) {
        PodProblem::fatal(format!(
            "the registry refuses image `{image}`: it is private, or the name is wrong"
        ))
    } else if says(NO_WAY) {
        PodProblem::passing(format!(
            "image `{image}` cannot be reached: the private subnets need a NAT gateway (or endpoints of the registry)"
        ))
    } else {
        PodProblem::passing(shorten(&format!("image `{image}` cannot be pulled: {message}")))
    }
}

fn crash_problem(status: &Value) -> PodProblem {
    let last = status.pointer("/lastState/terminated");
    let reason = last.map(|l| field(l, "reason")).unwrap_or_default();
    let code = last.and_then(|l| l.get("exitCode")?.as_i64()).unwrap_or_default();
    let restarts = status.get("restartCount").and_then(Value::as_i64).unwrap_or_default();
    let name = field(status, "name");
    if reason == "OOMKilled" {
        return PodProblem {
            fatal: restarts >= HOPELESS_RESTARTS,
            text: format!("container {name} is killed for want of memory: raise app.resources.memory"),
        };
    }
    PodProblem::passing(format!(
        "container {name} ends again and again (exit code {code}): see `kubectl logs --previous`"
    ))
}

fn scheduling_problem(pod: &Object, events: &[Object], past: &Past) -> Option<PodProblem> {
    if is_scheduled(pod) {
        return None;
    }
    let unschedulable = condition(pod, "PodScheduled").filter(|condition| {
        status(condition) == ConditionStatus::False && field(condition, "reason") == "Unschedulable"
    });
    let warning = pod.uid().and_then(|uid| events::newest_warning(events, uid));
    let message = warning
        .map(events::message)
        .or_else(|| unschedulable.map(|condition| field(condition, "message")))?;
    if message.contains("Misconfigured Fargate Profile") {
        Some(PodProblem {
            fatal: !warning.is_some_and(|event| past.has_event(event)),
            text: shorten(&format!("Fargate refuses to start it: {message}")),
        })
    } else if message.contains("reached the limit on the number of Fargate pods") {
        Some(PodProblem::passing(
            "the account's Fargate quota is used up: raise it (Service Quotas, L-3032A538) or scale down",
        ))
    } else if is_on_fargate(pod) {
        Some(PodProblem::passing(shorten(&format!(
            "Fargate has not started it: {message}"
        ))))
    } else {
        unschedulable.map(|_| {
            PodProblem::fatal(
                "made before the Fargate profile was ACTIVE, so no profile takes it and no node fits: apply again, \
                 which recreates it",
            )
        })
    }
}

fn event_problem(pod: &Object, events: &[Object]) -> Option<PodProblem> {
    let warning = events::newest_warning(events, pod.uid()?)?;
    let reason = warning.text("/reason").unwrap_or_default();
    let text = format!("{reason}: {}", events::message(warning));
    Some(PodProblem::passing(shorten(&text)))
}

/// Keeps a cause on one readable line.
fn shorten(text: &str) -> String {
    const LIMIT: usize = 240;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LIMIT {
        return line;
    }
    let mut cut: String = line.chars().take(LIMIT).collect();
    cut.push('…');
    cut
}
