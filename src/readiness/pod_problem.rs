//! What keeps pods from being ready: states of containers, the scheduler's words, events; and what a group has in common.

use std::collections::BTreeMap;

use serde_json::Value;

use super::conditions::{condition, field, status};
use super::events;
use super::one_line::one_line;
use super::past::Past;
use super::pods::{containers, is_on_fargate, is_pod_ready, is_scheduled};
use super::problem::{Outlook, PodProblem};
use super::pull::Pulls;
use crate::lang::text;
use crate::model::{ConditionStatus, Object, WaitingReason};

/// After so many restarts for want of memory another one changes nothing.
const HOPELESS_RESTARTS: i64 = 3;
/// A remark that Fargate makes as a warning about every pod of a cluster without the `ConfigMap` `aws-logging`; it keeps no pod
/// from starting. <https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html>
pub(super) const NO_LOGGING: &str = "LoggingDisabled";

/// What most of the unready pods have in common; what is worst goes first. `events` are those of their namespace; one of the
/// `past` of a wait is nothing final.
pub fn shared_problem(pods: &[&Object], events: &[Object], past: &Past) -> Option<PodProblem> {
    let unready: Vec<&Object> = pods
        .iter()
        .copied()
        .filter(|pod| !pod.is_deleting() && !is_pod_ready(pod))
        .collect();
    let pulls = Pulls::of(&unready, events, &past.pulls, |event| past.has_event(event));
    let mut counts: BTreeMap<PodProblem, usize> = BTreeMap::new();
    for problem in unready.iter().filter_map(|pod| pod_problem(pod, events, &pulls, past)) {
        *counts.entry(problem).or_default() += 1;
    }
    let worst = counts
        .into_iter()
        .max_by_key(|(problem, count)| (problem.outlook, *count));
    worst.map(|(problem, _)| problem)
}

/// What keeps one pod from being ready: states of containers first, then scheduling, then the newest warning about it.
fn pod_problem(pod: &Object, events: &[Object], pulls: &Pulls, past: &Past) -> Option<PodProblem> {
    containers(pod)
        .filter_map(|container| pulls.problem(container).or_else(|| container_problem(pod, container)))
        .max()
        .or_else(|| scheduling_problem(pod, events, past))
        .or_else(|| event_problem(pod, events))
}

/// The newest event about the pod, if that is a warning that means something.
fn warning<'a>(pod: &Object, events: &'a [Object]) -> Option<&'a Object> {
    let newest = events::newest_warning(events, pod.uid()?)?;
    (newest.text("/reason") != Some(NO_LOGGING)).then_some(newest)
}

fn container_problem(pod: &Object, status: &Value) -> Option<PodProblem> {
    let waiting = status.pointer("/state/waiting")?;
    let message = field(waiting, "message");
    match WaitingReason::from(field(waiting, "reason")) {
        WaitingReason::CrashLoopBackOff => Some(crash_problem(pod, status)),
        WaitingReason::Other(reason) if !reason.is_empty() => {
            if message.contains("exec format error") {
                return Some(wrong_processor(status));
            }
            let text = one_line(&format!("{reason}: {message}"));
            Some(PodProblem::mendable(text, describe(pod)))
        }
        _ => None,
    }
}

fn describe(pod: &Object) -> String {
    format!(
        "`kubectl -n {} describe pod {}`",
        pod.namespace().unwrap_or("default"),
        pod.name()
    )
}

fn wrong_processor(status: &Value) -> PodProblem {
    PodProblem::hopeless(
        text!("cause-image-wrong-processor", image = field(status, "image")),
        text!("cause-image-wrong-platform.remedy"),
    )
}

fn crash_problem(pod: &Object, status: &Value) -> PodProblem {
    let last = status.pointer("/lastState/terminated");
    let said = |name: &str| last.map(|last| field(last, name)).unwrap_or_default();
    let code = last.and_then(|l| l.get("exitCode")?.as_i64()).unwrap_or_default();
    let restarts = status.get("restartCount").and_then(Value::as_i64).unwrap_or_default();
    let name = field(status, "name");
    if said("message").contains("exec format error") {
        return wrong_processor(status);
    }
    if said("reason") == "OOMKilled" {
        let text = text!("cause-pod-out-of-memory", container = name);
        let remedy = text!("cause-pod-out-of-memory.remedy");
        return if restarts >= HOPELESS_RESTARTS {
            PodProblem::hopeless(text, remedy)
        } else {
            PodProblem::mendable(text, remedy)
        };
    }
    PodProblem::mendable(
        text!("cause-pod-crashes", container = name, code = code.to_string()),
        format!(
            "`kubectl -n {} logs {} -c {name} --previous`",
            pod.namespace().unwrap_or("default"),
            pod.name()
        ),
    )
}

fn scheduling_problem(pod: &Object, events: &[Object], past: &Past) -> Option<PodProblem> {
    if is_scheduled(pod) {
        return None;
    }
    let unschedulable = condition(pod, "PodScheduled").filter(|condition| {
        status(condition) == ConditionStatus::False && field(condition, "reason") == "Unschedulable"
    });
    let warning = warning(pod, events);
    let message = warning
        .map(events::message)
        .or_else(|| unschedulable.map(|condition| field(condition, "message")))?;
    if message.contains("Misconfigured Fargate Profile") {
        let is_old = warning.is_some_and(|event| past.has_event(event));
        return Some(PodProblem {
            outlook: if is_old { Outlook::Passes } else { Outlook::Hopeless },
            text: text!("cause-fargate-refuses", said = one_line(message)),
            remedy: text!("cause-fargate-refuses.remedy"),
        });
    }
    if message.contains("reached the limit on the number of Fargate pods") {
        return Some(PodProblem::mendable(
            text!("cause-fargate-quota"),
            text!("cause-fargate-quota.remedy"),
        ));
    }
    if message.contains("Pod not supported on Fargate") {
        return Some(PodProblem::hopeless(
            text!("cause-fargate-waits", said = one_line(message)),
            text!("cause-fargate-waits.unsupported"),
        ));
    }
    if is_on_fargate(pod) {
        return Some(PodProblem::mendable(
            text!("cause-fargate-waits", said = one_line(message)),
            text!("cause-fargate-waits.remedy"),
        ));
    }
    unschedulable.map(|_| PodProblem::hopeless(text!("cause-pod-too-early"), text!("cause-pod-too-early.remedy")))
}

fn event_problem(pod: &Object, events: &[Object]) -> Option<PodProblem> {
    let warning = warning(pod, events)?;
    let reason = warning.text("/reason").unwrap_or_default();
    let text = format!("{reason}: {}", events::message(warning));
    Some(PodProblem::mendable(one_line(&text), describe(pod)))
}
