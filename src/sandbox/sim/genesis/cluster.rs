//! The workshop's cluster: namespaces, the API server's service, four EC2 nodes.

use serde_json::json;

use crate::world::World;

use super::super::api::{self, By, ENDPOINT_SLICE, NAMESPACE, NODE, SERVICE};
use super::super::network::host_name;
use super::super::nodes::NodeSpec;
use super::network::add_node_interface;

/// Address, public address, which subnet, zone: the EC2 nodes of the chapter's table.
const NODES: [(&str, &str, usize, char); 4] = [
    ("10.11.1.156", "3.35.137.161", 0, 'a'),
    ("10.11.11.192", "13.125.150.9", 0, 'a'),
    ("10.11.22.97", "15.164.178.80", 1, 'b'),
    ("10.11.27.37", "15.165.12.198", 1, 'b'),
];

/// Taint of the EC2 nodes: they are for what the cluster itself needs.
pub(super) const DEDICATED: (&str, &str) = ("dedicated", "workshop-system");

const API_SERVER: By = By("kube-apiserver", "");

pub(super) fn build(world: &mut World) {
    for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
        let labels = json!({"kubernetes.io/metadata.name": name});
        api::create(
            world,
            NAMESPACE,
            json!({"metadata": {"name": name, "labels": labels}}),
            API_SERVER,
        );
    }
    let service = json!({
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"component": "apiserver", "provider": "kubernetes"},
        },
        "spec": {
            "clusterIP": "172.20.0.1", "clusterIPs": ["172.20.0.1"], "type": "ClusterIP",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 443}],
        },
    });
    api::create(world, SERVICE, service, API_SERVER);
    let endpoints =
        ["10.11.70.11", "10.11.88.42"].map(|address| json!({"addresses": [address], "conditions": {"ready": true}}));
    let slice = json!({
        "addressType": "IPv4",
        "metadata": {
            "name": "kubernetes", "namespace": "default",
            "labels": {"kubernetes.io/service-name": "kubernetes"},
        },
        "endpoints": endpoints,
        "ports": [{"name": "https", "port": 443, "protocol": "TCP"}],
    });
    api::create(world, ENDPOINT_SLICE, slice, API_SERVER);
    let is_first = !world.aws.interfaces.contains_key(NODES[0].0);
    for (address, public, subnet, letter) in NODES {
        let further = (!is_first).then(|| further_address(world, address));
        let (address, public) = further
            .as_ref()
            .map_or((address, public), |(address, public)| (address, public));
        add_node(world, (address, public, subnet, letter));
    }
}

/// A free address in the subnet of this one for a node of a cluster that is not the first, and a public one that goes with it.
fn further_address(world: &World, like: &str) -> (String, String) {
    let third = like
        .split('.')
        .nth(2)
        .and_then(|third| third.parse::<u8>().ok())
        .unwrap_or_default();
    // The blocks are of 16 times 256 addresses.
    let block = third & 0xf0;
    let all = (block..=block | 0x0f).flat_map(|third| (10..250).map(move |last| (third, last)));
    let mut free = all.filter(|(third, last)| !world.aws.interfaces.contains_key(&format!("10.11.{third}.{last}")));
    let (third, last) = free.next().unwrap_or((block, 0));
    (format!("10.11.{third}.{last}"), format!("13.209.{third}.{last}"))
}

/// Labels of the node group, as eksctl and EKS set them.
const NODE_GROUP: [(&str, &str); 5] = [
    ("alpha.eksctl.io/nodegroup-name", "managed-ng-public-01"),
    ("beta.kubernetes.io/instance-type", "m5.xlarge"),
    ("eks.amazonaws.com/capacityType", "ON_DEMAND"),
    ("eks.amazonaws.com/nodegroup", "managed-ng-public-01"),
    ("node.kubernetes.io/instance-type", "m5.xlarge"),
];

fn add_node(world: &mut World, (address, public, subnet, letter): (&str, &str, usize, char)) {
    let instance = format!("i-0{}", world.draw_hex(&format!("instance {address}"), 16));
    add_node_interface(world, address, subnet, &instance);
    let host = host_name(world, address);
    let uuid = world.draw_uuid(&format!("node {address}"));
    let cluster = world.facts.cluster.clone();
    let labels: Vec<_> = [("alpha.eksctl.io/cluster-name", cluster.as_str())]
        .into_iter()
        .chain(NODE_GROUP)
        .collect();
    let spec = NodeSpec {
        name: host.clone(),
        host,
        address,
        public: Some(public),
        zone: format!("{}{letter}", world.facts.region),
        machine: instance,
        labels: &labels,
        taint: DEDICATED,
        allocatable: json!({"cpu": "3920m", "memory": "15076Mi", "pods": "58"}),
        capacity: json!({"cpu": "4", "memory": "15886Mi", "pods": "58"}),
        boot: uuid.clone(),
        system: uuid,
        build: "3abbec1",
        image: "Amazon Linux 2023.8.20250808",
    };
    let node = spec.node(world);
    api::create(world, NODE, node, By("kubelet", ""));
}
