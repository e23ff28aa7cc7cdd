//! Pods: which belong to a Deployment, how far one is, and which can never start.

use jiff::Timestamp;
use serde_json::Value;

use super::conditions::{condition, holds};
use crate::lang::{Text, text};
use crate::model::{Object, ObjectKey, PROFILE_LABEL, Pin, PodPhase, PodStage, PodState, WaitingReason};

/// Pods of one template of a Deployment have the same value of this label.
pub(super) const TEMPLATE_LABEL: &str = "pod-template-hash";
/// The scheduler that EKS gives to pods that a profile takes.
pub const FARGATE_SCHEDULER: &str = "fargate-scheduler";
/// What names of Fargate nodes begin with: `fargate-ip-10-11-64-72.ap-northeast-2.compute.internal`.
pub const FARGATE_NODE: &str = "fargate-";

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

pub(super) fn is_scheduled(pod: &Object) -> bool {
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
        !pod.is_deleting() && reasons.any(|reason| WaitingReason::from(reason).is_pull_failure())
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
pub(super) fn containers(pod: &Object) -> impl Iterator<Item = &Value> {
    let first = pod.items("/status/initContainerStatuses");
    first.chain(pod.items("/status/containerStatuses"))
}

/// How far a pod is.
fn stage_of(pod: &Object) -> PodStage {
    if pod.is_deleting() {
        return PodStage::Stops;
    }
    if is_pod_ready(pod) {
        return PodStage::Ready;
    }
    // One that has run has its image.
    let has_run = |status: &Value| {
        let ended = ["/state/running", "/state/terminated", "/lastState/terminated"];
        ended.iter().any(|state| status.pointer(state).is_some())
    };
    match (is_scheduled(pod), containers(pod).any(has_run)) {
        (false, _) => PodStage::WaitsForNode,
        (true, false) => PodStage::PullsImage,
        (true, true) => PodStage::Starts,
    }
}

/// The unfinished pods of a Deployment, each with how far it is, by name.
pub fn pod_states(deployment: &Object, pods: &[Object]) -> Vec<PodState> {
    let text = |pod: &Object, path: &str| pod.text(path).filter(|text| !text.is_empty()).map(str::to_owned);
    let states = pods_of(deployment, pods).into_iter().map(|pod| PodState {
        name: pod.name().to_owned(),
        stage: stage_of(pod),
        node: text(pod, "/spec/nodeName"),
        address: text(pod, "/status/podIP"),
    });
    let mut states: Vec<PodState> = states.collect();
    states.sort_by(|one, other| one.name.cmp(&other.name));
    states
}

/// What pods wait for with which nothing is wrong: "3 wait for their Fargate node (about a minute), 2 pull the image".
pub(super) fn waiting_for(pods: &[&Object]) -> Text {
    let count = |stage: PodStage| pods.iter().filter(|pod| stage_of(pod) == stage).count();
    let nodeless = count(PodStage::WaitsForNode);
    let (pulling, starting) = (count(PodStage::PullsImage), count(PodStage::Starts));
    let parts = [
        (nodeless, text!("cause-pods-wait-for-node", count = nodeless)),
        (pulling, text!("cause-pods-pull", count = pulling)),
        (starting, text!("cause-pods-start", count = starting)),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    Text::list(parts.map(|(_, text)| text), ", ")
}
