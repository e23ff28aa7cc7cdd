//! The targets of an ALB: as many healthy ones as pods are wanted.

use std::collections::BTreeMap;

use super::verdict::Verdict;
use crate::lang::{Text, text};
use crate::lbc::Annotation;
use crate::model::{LoadBalancer, Object, Target, TargetState};

/// Why a target is unhealthy that answers, and not with the codes that are wanted.
const WRONG_ANSWER: &str = "Target.ResponseCodeMismatch";

/// Whether the ALB has as many healthy targets as wanted. How they are asked is said by the Ingress, if it is there.
pub fn targets(found: Option<&LoadBalancer>, wanted: u32, ingress: Option<&Object>) -> Verdict {
    let Some(balancer) = found else {
        return Verdict::absent(text!("is-no-alb"));
    };
    let targets: Vec<&Target> = balancer.target_groups.iter().flat_map(|group| &group.targets).collect();
    let verdict = healthy_targets(&targets, wanted);
    let is_answer_wrong = targets
        .iter()
        .any(|target| target.reason.as_deref() == Some(WRONG_ANSWER));
    let asked = ingress.and_then(|ingress| Some((ingress, Annotation::HEALTH_PATH.of(ingress)?)));
    match asked.filter(|_| is_answer_wrong && !verdict.works()) {
        None => verdict,
        Some((ingress, path)) => verdict.remedied(text!(
            "is-health-path",
            path = path,
            namespace = ingress.namespace().unwrap_or("default"),
            name = ingress.name(),
            annotation = Annotation::HEALTH_PATH.key()
        )),
    }
}

/// The same of targets, whichever group they are in.
pub fn healthy_targets(targets: &[&Target], wanted: u32) -> Verdict {
    let healthy = targets.iter().filter(|target| target.state.is_healthy()).count();
    let stage = text!("is-targets-healthy", healthy = healthy, wanted = wanted);
    if u32::try_from(healthy).unwrap_or(u32::MAX) >= wanted {
        return Verdict::ready(stage);
    }
    let why = ailments(targets, wanted);
    let mut unhealthy = targets.iter().filter(|target| target.state == TargetState::Unhealthy);
    match unhealthy.next() {
        Some(target) => Verdict::blocked(stage, why).remedied(remedy(target.reason.as_deref())),
        None => Verdict::pending(stage, why),
    }
}

/// What to do about a target that does not pass its health checks, by the reason that ELB gives.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html>
fn remedy(reason: Option<&str>) -> Text {
    match reason {
        Some("Target.Timeout") => text!("is-let-alb-in"),
        Some(WRONG_ANSWER) => text!("is-answer-with-200"),
        _ => text!("is-look-at-port"),
    }
}

/// Why targets are not healthy, grouped: "2 initial (Elb.RegistrationInProgress), 1 unhealthy (…)".
fn ailments(targets: &[&Target], wanted: u32) -> Text {
    let mut kinds: BTreeMap<(&TargetState, String), usize> = BTreeMap::new();
    for target in targets.iter().filter(|target| !target.state.is_healthy()) {
        let why = match (&target.description, &target.reason) {
            (Some(description), Some(reason)) => format!("{reason}: {description}"),
            (Some(text), None) | (None, Some(text)) => text.clone(),
            (None, None) => String::new(),
        };
        *kinds.entry((&target.state, why)).or_default() += 1;
    }
    let mut texts: Vec<Text> = kinds
        .into_iter()
        .map(|((state, why), count)| match why.as_str() {
            "" => text!("is-target-state", count = count, state = state.to_string()),
            why => text!(
                "is-target-state-why",
                count = count,
                state = state.to_string(),
                why = why
            ),
        })
        .collect();
    let registered = u32::try_from(targets.len()).unwrap_or(u32::MAX);
    if registered < wanted {
        texts.push(text!("is-targets-unregistered", count = wanted - registered));
    }
    Text::list(texts, ", ")
}
