//! Pods: admission to Fargate, the two schedulers, and the kubelets that run them.

mod capacity;
mod fargate;
mod kubelet;
mod next;
mod scheduler;

pub(super) use fargate::{admit, cluster_group, is_fargate_node};
pub(super) use kubelet::{is_available, listens_on};

use serde_json::Value;

use crate::state::Key;
use crate::world::World;

use super::api::{self, By, POD, condition, deleting, text, uid};
use super::controllers::News;
use super::durations;
use crate::state::PodStep;
use fargate::FARGATE;
use next::plan;

/// One pass over all pods: whatever state a pod is in, something is under way for it.
pub(super) fn run(world: &mut World) {
    for key in News::of_pods(world).keys(world, POD) {
        let Some(pod) = world.kube.get(&key) else { continue };
        let planned = world.agenda.has_pod(uid(pod));
        if deleting(pod) {
            if !world.agenda.stops_pod(uid(pod)) {
                let pod = pod.clone();
                kubelet::stop(world, &key, &pod);
            }
        } else if !text(pod, "/spec/nodeName").is_empty() {
            if !planned && pod["status"].get("containerStatuses").is_none() {
                let pod = pod.clone();
                kubelet::take(world, &key, &pod);
            }
        } else if !planned && condition(pod, "PodScheduled").is_none() {
            place(world, &key);
        }
    }
    if !News::of_places(world).is_none() {
        fargate::collect(world);
        kubelet::release_addresses(world);
    }
}

/// A pod that nobody has looked at yet: Fargate takes it, or the scheduler that it names.
fn place(world: &mut World, key: &Key) {
    let Some(mut pod) = world.kube.get(key).cloned() else {
        return;
    };
    if text(&pod, "/spec/schedulerName") == "default-scheduler" && admit(world, &mut pod) {
        api::update(world, key, By("eks", ""), |live| *live = pod.clone());
    }
    match text(&pod, "/spec/schedulerName") {
        FARGATE => {
            let wait = durations::FARGATE_LAUNCH.draw(world, &format!("launch {}/{}", key.namespace, key.name));
            plan(world, &pod, wait, PodStep::Launch);
        }
        "default-scheduler" => scheduler::schedule(world, key),
        _ => {}
    }
}

/// Something planned for a pod happens, if the pod is still the same one.
pub(super) fn step(world: &mut World, key: &Key, planned_for: &str, step: PodStep) {
    let Some(pod) = world.kube.get(key).filter(|pod| uid(pod) == planned_for).cloned() else {
        return;
    };
    if step == PodStep::Stopped {
        api::remove(world, key);
        return;
    }
    if deleting(&pod) {
        return;
    }
    match step {
        PodStep::Schedule => scheduler::schedule(world, key),
        PodStep::Launch => fargate::launch(world, key, &pod),
        PodStep::Pulled => kubelet::pulled(world, key, &pod),
        PodStep::BackOff => kubelet::back_off(world, key, &pod),
        PodStep::PullAgain => kubelet::pull(world, key, &pod),
        PodStep::Probed => kubelet::probed(world, key, &pod),
        PodStep::Stopped => {}
    }
}

/// Creates a pod: EKS's admission webhook looks at it once, now.
pub(super) fn create(world: &mut World, mut pod: Value, by: By) -> Option<Key> {
    if pod["spec"].get("schedulerName").is_none() {
        pod["spec"]["schedulerName"] = "default-scheduler".into();
    }
    admit(world, &mut pod);
    api::create(world, POD, pod, by)
}
