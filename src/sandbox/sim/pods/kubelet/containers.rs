//! The containers of a pod, as its status and its events show them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::k8s::conditions;
use crate::sim::api::{self, Note, list, text, uid};
use crate::sim::pods::scheduler;
use crate::state::Key;
use crate::world::World;

/// The containers that the pod is to have.
pub(super) fn containers(pod: &Value) -> &[Value] {
    list(pod, "/spec/containers")
}

/// Writes the containers' state, and the conditions that follow from it.
pub(super) fn show(pod: &mut Value, now: Timestamp, state: &Value, ready: bool) {
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
    let since = |kind: &str, status: &str| conditions::since(pod, kind, status, &time);
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
pub(super) fn full_image(image: &str) -> String {
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

/// The image of the first container.
pub(super) fn image_of(pod: &Value) -> &str {
    containers(pod)
        .first()
        .map(|container| text(container, "/image"))
        .unwrap_or_default()
}

/// Writes an event about a pod.
pub(super) fn emit(world: &mut World, key: &Key, warning: bool, reason: &'static str, message: &str) {
    let note = Note {
        from: "kubelet",
        warning,
        reason,
        message,
    };
    api::emit(world, key, note);
}
