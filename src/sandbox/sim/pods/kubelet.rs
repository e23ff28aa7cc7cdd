//! The kubelets: they pull images, run containers, probe them and stop them.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::state::Breakage;
use crate::state::Key;
use crate::world::World;

use super::super::api::{self, KUBELET_STATUS, NODE, Note, POD, condition, deleting, int, is_true, list, text, uid};
use super::super::durations::{self, Span};
use super::super::network;
use super::fargate::{cluster_group, is_fargate_node};
use super::{plan, scheduler};
use crate::state::{Action, PodStep};

/// Description of the addresses of pods on EC2 nodes.
const SECONDARY: &str = "aws-K8S secondary address";

/// A pod has got a node: its kubelet takes it on and begins to pull the image.
pub(super) fn take(world: &mut World, key: &Key, pod: &Value) {
    let Some(address) = pod_address(world, key, pod) else {
        return;
    };
    let host = node_address(world, pod);
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

fn node_address(world: &World, pod: &Value) -> String {
    let node = world.kube.get(&NODE.key("", text(pod, "/spec/nodeName")));
    node.map(|node| text(node, "/status/addresses/0/address").to_owned())
        .unwrap_or_default()
}

/// A Fargate pod and a pod on the host's network have the node's address; others one of the node's subnet.
fn pod_address(world: &mut World, key: &Key, pod: &Value) -> Option<String> {
    let node = world.kube.get(&NODE.key("", text(pod, "/spec/nodeName")))?;
    let host = text(node, "/status/addresses/0/address").to_owned();
    if is_fargate_node(node) || pod["spec"]["hostNetwork"] == true {
        return Some(host);
    }
    let subnet = world.aws.interfaces.get(&host)?.subnet.clone();
    let groups: Vec<String> = cluster_group(world).into_iter().collect();
    network::take_address(
        world,
        &subnet,
        &format!("{SECONDARY} {}/{}", key.namespace, key.name),
        &groups,
    )
}

/// Addresses of pods that are gone go back to their subnets.
pub(super) fn release_addresses(world: &mut World) {
    let used: BTreeSet<&str> = POD
        .list(world, None)
        .map(|(_, pod)| text(pod, "/status/podIP"))
        .collect();
    let unused: Vec<String> = world
        .aws
        .interfaces
        .values()
        .filter(|interface| interface.description.starts_with(SECONDARY) && !used.contains(interface.address.as_str()))
        .map(|interface| interface.address.clone())
        .collect();
    for address in unused {
        network::release(world, &address);
    }
}

fn containers(pod: &Value) -> &[Value] {
    list(pod, "/spec/containers")
}

/// Writes the containers' state, and the conditions that follow from it.
fn show(pod: &mut Value, now: Timestamp, state: &Value, ready: bool) {
    let running = state.get("running").is_some();
    let old = pod["status"]["containerStatuses"].clone();
    let statuses: Vec<Value> = containers(pod)
        .iter()
        .enumerate()
        .map(|(at, container)| {
            let image = text(container, "/image");
            json!({
                "containerID": if running { format!("containerd://{}{at}", uid(pod).replace('-', "")) } else { String::new() },
                "image": if running { full_image(image) } else { image.to_owned() },
                "imageID": if running { format!("{}@sha256:{}", full_image(image), digest(image)) } else { String::new() },
                "lastState": {},
                "name": container["name"],
                "ready": ready,
                "restartCount": old[at]["restartCount"].as_i64().unwrap_or_default(),
                "started": running,
                "state": state,
            })
        })
        .collect();
    pod["status"]["containerStatuses"] = statuses.into();
    let names: Vec<&str> = containers(pod)
        .iter()
        .map(|container| text(container, "/name"))
        .collect();
    let unready = format!("containers with unready status: [{}]", names.join(" "));
    let time = api::time(now);
    let since = |kind: &str, status: &str| {
        condition(pod, kind)
            .filter(|old| old["status"] == status)
            .and_then(|old| old["lastTransitionTime"].as_str())
            .unwrap_or(&time)
            .to_owned()
    };
    let plain = |kind: &str, status: &str| json!({"lastProbeTime": null, "lastTransitionTime": since(kind, status), "status": status, "type": kind});
    let depends = |kind: &str| {
        let mut condition = plain(kind, if ready { "True" } else { "False" });
        if !ready {
            condition["message"] = unready.as_str().into();
            condition["reason"] = "ContainersNotReady".into();
        }
        condition
    };
    let conditions = json!([
        plain("PodReadyToStartContainers", "True"),
        plain("Initialized", "True"),
        depends("Ready"),
        depends("ContainersReady"),
        scheduler::scheduled(&since("PodScheduled", "True")),
    ]);
    pod["status"]["conditions"] = conditions;
}

/// An image with its registry and tag.
fn full_image(image: &str) -> String {
    let registry = image
        .split_once('/')
        .is_some_and(|(host, _)| host.contains(['.', ':']) || host == "localhost");
    let named = match (registry, image.contains('/')) {
        (true, _) => image.to_owned(),
        (false, true) => format!("docker.io/{image}"),
        (false, false) => format!("docker.io/library/{image}"),
    };
    let tagged = named.rsplit('/').next().is_some_and(|last| last.contains([':', '@']));
    if tagged { named } else { format!("{named}:latest") }
}

fn digest(image: &str) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(image.as_bytes()))
}

fn image_of(pod: &Value) -> &str {
    containers(pod)
        .first()
        .map(|container| text(container, "/image"))
        .unwrap_or_default()
}

fn emit(world: &mut World, key: &Key, warning: bool, reason: &'static str, message: &str) {
    let note = Note {
        from: "kubelet",
        warning,
        reason,
        message,
    };
    api::emit(world, key, note);
}

/// Why an image cannot be had.
enum PullFault {
    /// No way to the registry.
    Unreachable,
    /// The registry does not have it.
    Missing,
}

/// Whether the image can be had from where the pod is. Amazon's own registry is reached the same way, but has its images.
fn pull_fault(world: &World, pod: &Value) -> Option<PullFault> {
    let node = world.kube.get(&NODE.key("", text(pod, "/spec/nodeName")))?;
    let host = text(node, "/status/addresses/0/address");
    let subnet = world
        .aws
        .interfaces
        .get(host)
        .map(|interface| interface.subnet.as_str())?;
    if is_fargate_node(node) && !network::has_egress(&world.aws, subnet) {
        return Some(PullFault::Unreachable);
    }
    let hub = full_image(image_of(pod)).starts_with("docker.io/");
    (hub && world.is_broken(Breakage::ImageMissing)).then_some(PullFault::Missing)
}

/// Begins to pull.
pub(super) fn pull(world: &mut World, key: &Key, pod: &Value) {
    let message = format!("Pulling image \"{}\"", image_of(pod));
    emit(world, key, false, "Pulling", &message);
    let on_fargate = world
        .kube
        .get(&NODE.key("", text(pod, "/spec/nodeName")))
        .is_some_and(is_fargate_node);
    let span: Span = match pull_fault(world, pod) {
        Some(PullFault::Unreachable) => durations::PULL_TIMEOUT,
        Some(PullFault::Missing) => durations::PULL_REFUSED,
        None if on_fargate => durations::FARGATE_PULL,
        None => durations::NODE_PULL,
    };
    let wait = span.draw(world);
    plan(world, pod, wait, PodStep::Pulled);
}

/// The image has arrived, or cannot be had.
pub(super) fn pulled(world: &mut World, key: &Key, pod: &Value) {
    match pull_fault(world, pod) {
        None => start(world, key, pod),
        Some(fault) => {
            let why = fault_text(&fault, image_of(pod));
            fail_pull(world, key, pod, &why);
        }
    }
}

fn fault_text(fault: &PullFault, image: &str) -> String {
    let full = full_image(image);
    let path = full
        .trim_start_matches("docker.io/")
        .rsplit_once(':')
        .map_or(full.as_str(), |(path, _)| path);
    match fault {
        PullFault::Unreachable => format!(
            "failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": failed to do request: Head \"https://registry-1.docker.io/v2/{path}/manifests/latest\": dial tcp 44.208.254.194:443: i/o timeout"
        ),
        PullFault::Missing => format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": {full}: not found"
        ),
    }
}

fn fail_pull(world: &mut World, key: &Key, pod: &Value, why: &str) {
    let image = image_of(pod).to_owned();
    emit(
        world,
        key,
        true,
        "Failed",
        &format!("Failed to pull image \"{image}\": {why}"),
    );
    emit(world, key, true, "Failed", "Error: ErrImagePull");
    let now = world.now();
    api::update(world, key, KUBELET_STATUS, |pod| {
        show(
            pod,
            now,
            &json!({"waiting": {"message": why, "reason": "ErrImagePull"}}),
            false,
        );
    });
    let wait = durations::PULL_BACK_OFF_SHOWN.draw(world);
    plan(world, pod, wait, PodStep::BackOff);
}

/// The kubelet waits before it pulls again, twice as long as the last time.
pub(super) fn back_off(world: &mut World, key: &Key, pod: &Value) {
    let image = image_of(pod).to_owned();
    emit(
        world,
        key,
        false,
        "BackOff",
        &format!("Back-off pulling image \"{image}\""),
    );
    emit(world, key, true, "Failed", "Error: ImagePullBackOff");
    let now = world.now();
    let message = format!("Back-off pulling image \"{image}\"");
    api::update(world, key, KUBELET_STATUS, |pod| {
        show(
            pod,
            now,
            &json!({"waiting": {"message": message, "reason": "ImagePullBackOff"}}),
            false,
        );
    });
    let tries = pull_attempts(world, pod).saturating_sub(1).min(6);
    let wait = (durations::PULL_BACK_OFF_FIRST * 2_u32.pow(tries)).min(durations::PULL_BACK_OFF_LONGEST);
    plan(world, pod, wait, PodStep::PullAgain);
}

/// How often the pod's image has been pulled, as its events tell.
fn pull_attempts(world: &World, pod: &Value) -> u32 {
    api::EVENT
        .list(world, Some(api::namespace(pod)))
        .filter(|(_, event)| event["reason"] == "Pulling" && event["involvedObject"]["uid"] == *uid(pod))
        .filter_map(|(_, event)| u32::try_from(int(event, "/count")?).ok())
        .max()
        .unwrap_or(1)
}

fn start(world: &mut World, key: &Key, pod: &Value) {
    let took = 1 + world.draw() % 9_000;
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
pub(super) fn probed(world: &mut World, key: &Key, pod: &Value) {
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
pub(in super::super) fn listens_on(world: &World, address: &str, port: u16) -> bool {
    POD.list(world, None).any(|(_, pod)| {
        text(pod, "/status/podIP") == address
            && is_true(pod, "Ready")
            && !deleting(pod)
            && listens(pod, i64::from(port))
    })
}

/// A pod is to go: its containers are told to stop.
pub(super) fn stop(world: &mut World, key: &Key, pod: &Value) {
    let grace = int(pod, "/metadata/deletionGracePeriodSeconds").unwrap_or_default();
    if pod["status"]["phase"] == "Running" {
        for container in containers(pod) {
            let message = format!("Stopping container {}", text(container, "/name"));
            emit(world, key, false, "Killing", &message);
        }
    }
    let grace = Duration::from_secs(u64::try_from(grace).unwrap_or_default());
    let wait = durations::CONTAINER_STOP.draw(world).min(grace);
    plan(world, pod, wait, PodStep::Stopped);
}

/// Whether a ready pod has been ready long enough; if it will be, the controllers are woken then.
pub(in super::super) fn is_available(world: &mut World, key: &Key, min_ready: i64) -> bool {
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
    if !world.agenda.has(|planned| *planned == action) {
        world.agenda.at(from, action);
    }
    false
}
