//! The kubelets: they pull images, run containers, probe them and stop them.

mod addresses;
mod containers;
mod pull;
mod running;

pub(super) use addresses::release as release_addresses;
pub(super) use pull::{back_off, pull, pulled};
pub(super) use running::probed;
pub(in crate::sim) use running::{is_available, listens_on};

use std::time::Duration;

use serde_json::{Value, json};

use super::next::plan;
use crate::sim::api::{self, KUBELET_STATUS, int, text};
use crate::sim::durations;
use crate::state::{Key, PodStep};
use crate::world::World;
use containers::{containers, emit, show};

/// A pod has got a node: its kubelet takes it on and begins to pull the image.
pub(super) fn take(world: &mut World, key: &Key, pod: &Value) {
    let Some(address) = addresses::of_pod(world, key, pod) else {
        return;
    };
    let host = addresses::of_node(world, pod);
    let now = world.now();
    api::update(world, key, KUBELET_STATUS, |pod| {
        let status = &mut pod["status"];
        status["phase"] = "Pending".into();
        status["startTime"] = api::time(now).into();
        status["hostIP"] = host.as_str().into();
        status["hostIPs"] = json!([{"ip": host}]);
        status["podIP"] = address.as_str().into();
        status["podIPs"] = json!([{"ip": address}]);
        show(pod, now, &json!({"waiting": {"reason": "ContainerCreating"}}), false);
    });
    pull(world, key, pod);
}

/// A pod is to go: its containers are asked to stop.
pub(super) fn stop(world: &mut World, key: &Key, pod: &Value) {
    let grace = int(pod, "/metadata/deletionGracePeriodSeconds").unwrap_or_default();
    if pod["status"]["phase"] == "Running" {
        for container in containers(pod) {
            let message = format!("Stopping container {}", text(container, "/name"));
            emit(world, key, false, "Killing", &message);
        }
    }
    let grace = Duration::from_secs(u64::try_from(grace).unwrap_or_default());
    let wait = durations::CONTAINER_STOP
        .draw(world, &format!("stop {}/{}", key.namespace, key.name))
        .min(grace);
    plan(world, pod, wait, PodStep::Stopped);
}
