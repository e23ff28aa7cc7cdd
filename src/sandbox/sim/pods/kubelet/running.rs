//! Containers that run: started, probed, listening, ready for long enough.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::containers::{containers, emit, image_of, show};
use crate::sim::api::{self, KUBELET_STATUS, POD, condition, deleting, int, is_true, list, text, uid};
use crate::sim::pods::next::plan;
use crate::state::{Action, Key, PodStep};
use crate::world::World;

/// The image is there: the containers start.
pub(super) fn start(world: &mut World, key: &Key, pod: &Value) {
    let took = 1 + world.draw(&format!("pull {}/{}", key.namespace, key.name)) % 9_000;
    let image = image_of(pod);
    let size = 22_000_000 + u64::from(image.bytes().map(u32::from).sum::<u32>()) * 4_099;
    let seconds = format!("{}.{:03}s", took / 1_000, took % 1_000);
    let message = format!(
        "Successfully pulled image \"{image}\" in {seconds} ({seconds} including waiting). Image size: {size} bytes."
    );
    emit(world, key, false, "Pulled", &message);
    for container in containers(pod) {
        let name = text(container, "/name");
        emit(world, key, false, "Created", &format!("Created container: {name}"));
        emit(world, key, false, "Started", &format!("Started container {name}"));
    }
    let probe = first_probe(pod);
    let now = world.now();
    api::update(world, key, KUBELET_STATUS, |pod| {
        pod["status"]["phase"] = "Running".into();
        show(
            pod,
            now,
            &json!({"running": {"startedAt": api::time(now)}}),
            probe.is_none(),
        );
    });
    if let Some(wait) = probe {
        plan(world, pod, wait, PodStep::Probed);
    }
}

/// When the first readiness probes are through, if there are any.
fn first_probe(pod: &Value) -> Option<Duration> {
    let probes = containers(pod)
        .iter()
        .filter_map(|container| container.get("readinessProbe"));
    probes
        .map(|probe| {
            let delay = int(probe, "/initialDelaySeconds").unwrap_or_default();
            let period = int(probe, "/periodSeconds").unwrap_or(10);
            let passes = int(probe, "/successThreshold").unwrap_or(1);
            Duration::from_secs(u64::try_from(delay + period * (passes - 1)).unwrap_or_default() + 1)
        })
        .max()
}

/// The readiness probes have come to a result: a port that nobody listens on fails.
pub(in super::super) fn probed(world: &mut World, key: &Key, pod: &Value) {
    let address = text(pod, "/status/podIP").to_owned();
    let failing = containers(pod)
        .iter()
        .find_map(|container| probe_port(container).filter(|port| !listens(pod, *port)));
    if let Some(port) = failing {
        let message = format!(
            "Readiness probe failed: Get \"http://{address}:{port}/\": dial tcp {address}:{port}: connect: connection refused"
        );
        emit(world, key, true, "Unhealthy", &message);
        return;
    }
    let now = world.now();
    let state = pod["status"]["containerStatuses"][0]["state"].clone();
    api::update(world, key, KUBELET_STATUS, |pod| show(pod, now, &state, true));
}

fn probe_port(container: &Value) -> Option<i64> {
    let probe = container.get("readinessProbe")?;
    let port = ["httpGet", "tcpSocket"]
        .iter()
        .find_map(|kind| probe[kind].get("port"))?;
    port.as_i64().or_else(|| {
        let named = |declared: &&Value| declared["name"] == *port;
        int(list(container, "/ports").iter().find(named)?, "/containerPort")
    })
}

/// Whether a container of the pod listens on a port: on those it declares, or on 80.
fn listens(pod: &Value, port: i64) -> bool {
    let mut declared = containers(pod)
        .iter()
        .flat_map(|container| list(container, "/ports"))
        .peekable();
    if declared.peek().is_none() {
        return port == 80;
    }
    declared.any(|declared| declared["containerPort"] == port)
}

/// Whether a ready pod has this address and listens on the port.
pub(in crate::sim) fn listens_on(world: &World, address: &str, port: u16) -> bool {
    let mut at_address = POD.briefs(world).filter(|(_, pod)| *pod.address == *address);
    at_address.any(|(key, _)| {
        let pod = world.kube.get(key);
        pod.is_some_and(|pod| is_true(pod, "Ready") && !deleting(pod) && listens(pod, i64::from(port)))
    })
}

/// Whether a ready pod has been ready long enough; if it will be, the controllers are woken then.
pub(in crate::sim) fn is_available(world: &mut World, key: &Key, min_ready: i64) -> bool {
    if min_ready == 0 {
        return true;
    }
    let now = world.now();
    let Some(pod) = world.kube.get(key) else { return false };
    let since = condition(pod, "Ready")
        .map(|c| text(c, "/lastTransitionTime"))
        .unwrap_or_default();
    let Ok(since) = since.parse::<Timestamp>() else {
        return false;
    };
    let from = since.checked_add(SignedDuration::from_secs(min_ready)).unwrap_or(since);
    if now >= from {
        return true;
    }
    let action = Action::Wake {
        of: format!("{}@{from}", uid(pod)),
    };
    if !world.agenda.has(&action) {
        world.agenda.at(from, action);
    }
    false
}
