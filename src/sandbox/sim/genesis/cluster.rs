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
    for node in NODES {
        add_node(world, node);
    }
}

/// Labels of the node group, as eksctl and EKS set them.
const NODE_GROUP: [(&str, &str); 6] = [
    ("alpha.eksctl.io/cluster-name", "eksworkshop"),
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
    let spec = NodeSpec {
        name: host.clone(),
        host,
        address,
        public: Some(public),
        zone: format!("{}{letter}", world.facts.region),
        machine: instance,
        labels: &NODE_GROUP,
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
