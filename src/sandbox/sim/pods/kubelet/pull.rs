//! Images pulled, or not.

use serde_json::{Value, json};

use super::containers::{emit, full_image, image_of, show};
use super::running::start;
use crate::sim::api::{self, KUBELET_STATUS, NODE, int, text, uid};
use crate::sim::durations::{self, Span};
use crate::sim::network;
use crate::sim::pods::fargate::is_fargate_node;
use crate::sim::pods::next::plan;
use crate::state::{Breakage, Key, PodStep};
use crate::world::World;

/// The game's images: the one of the controller's examples, and that of the workshop's chapter.
const GAME: [&str; 2] = [
    "public.ecr.aws/l6m2t8p7/docker-2048:",
    "docker.io/alexwhen/docker-2048:",
];

/// Why an image cannot be had.
enum PullFault {
    /// No way to the registry.
    Unreachable,
    /// The registry does not have it.
    Missing,
    /// The registry does not have it for these machines.
    OtherMachines,
    /// The registry has had enough of this address.
    Limited,
}

/// Whether the image can be had from where the pod is. Every registry is reached the same way, and has every image.
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
    let image = full_image(image_of(pod));
    let is_game = GAME.iter().any(|game| image.starts_with(game));
    let faults = [
        (Breakage::PullLimit, PullFault::Limited),
        (Breakage::ImageMissing, PullFault::Missing),
        (Breakage::ImageArm, PullFault::OtherMachines),
    ];
    let mut faults = faults.into_iter().filter(|(what, _)| is_game && world.is_broken(*what));
    faults.next().map(|(_, fault)| fault)
}

/// Begins to pull.
pub(in super::super) fn pull(world: &mut World, key: &Key, pod: &Value) {
    let message = format!("Pulling image \"{}\"", image_of(pod));
    emit(world, key, false, "Pulling", &message);
    let on_fargate = world
        .kube
        .get(&NODE.key("", text(pod, "/spec/nodeName")))
        .is_some_and(is_fargate_node);
    let span: Span = match pull_fault(world, pod) {
        Some(PullFault::Unreachable) => durations::PULL_TIMEOUT,
        Some(_) => durations::PULL_REFUSED,
        None if on_fargate => durations::FARGATE_PULL,
        None => durations::NODE_PULL,
    };
    let wait = span.draw(world, &format!("pull {}/{}", key.namespace, key.name));
    plan(world, pod, wait, PodStep::Pulled);
}

/// The image has arrived, or cannot be had.
pub(in super::super) fn pulled(world: &mut World, key: &Key, pod: &Value) {
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
    let (host, rest) = full.split_once('/').unwrap_or(("docker.io", &full));
    let (path, tag) = rest.rsplit_once(':').unwrap_or((rest, "latest"));
    let (server, address) = match host {
        "docker.io" => ("registry-1.docker.io", "44.208.254.194"),
        host => (host, "99.83.145.10"),
    };
    match fault {
        PullFault::Unreachable => format!(
            "failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": failed to do request: Head \"https://{server}/v2/{path}/manifests/{tag}\": dial tcp {address}:443: i/o timeout"
        ),
        PullFault::Missing => format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": {full}: not found"
        ),
        PullFault::OtherMachines => format!(
            "rpc error: code = NotFound desc = failed to pull and unpack image \"{full}\": no match for platform in manifest: not found"
        ),
        PullFault::Limited => format!(
            "failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": unexpected status from HEAD request to https://{server}/v2/{path}/manifests/{tag}: 429 Too Many Requests - Server message: toomanyrequests: Rate exceeded"
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
    let wait = durations::PULL_BACK_OFF_SHOWN.draw(world, &format!("back-off {}/{}", key.namespace, key.name));
    plan(world, pod, wait, PodStep::BackOff);
}

/// The kubelet waits before it pulls again, twice as long as the last time.
pub(in super::super) fn back_off(world: &mut World, key: &Key, pod: &Value) {
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

/// How often the pod's image has been pulled, as its events show.
fn pull_attempts(world: &World, pod: &Value) -> u32 {
    api::EVENT
        .list(world, Some(api::namespace(pod)))
        .filter(|(_, event)| event["reason"] == "Pulling" && event["involvedObject"]["uid"] == *uid(pod))
        .filter_map(|(_, event)| u32::try_from(int(event, "/count")?).ok())
        .max()
        .unwrap_or(1)
}
