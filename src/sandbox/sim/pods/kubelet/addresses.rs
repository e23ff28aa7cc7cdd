//! The addresses that pods have.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sim::api::{NODE, POD, text};
use crate::sim::network;
use crate::sim::pods::fargate::{cluster_group, is_fargate_node};
use crate::state::Key;
use crate::world::World;

/// Description of the addresses of pods on EC2 nodes.
const SECONDARY: &str = "aws-K8S secondary address";

/// The address of the pod's node.
pub(super) fn of_node(world: &World, pod: &Value) -> String {
    let node = world.kube.get(&NODE.key("", text(pod, "/spec/nodeName")));
    node.map(|node| text(node, "/status/addresses/0/address").to_owned())
        .unwrap_or_default()
}

/// A Fargate pod and a pod on the host's network have the node's address; others one of the node's subnet.
pub(super) fn of_pod(world: &mut World, key: &Key, pod: &Value) -> Option<String> {
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
pub(in super::super) fn release(world: &mut World) {
    let used: BTreeSet<&str> = POD.briefs(world).map(|(_, pod)| &*pod.address).collect();
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
