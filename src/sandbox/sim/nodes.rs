//! Nodes: the same machine to Kubernetes, whether EC2 or Fargate runs it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::api;
use crate::world::World;

/// What distinguishes one node from another.
pub(super) struct NodeSpec<'a> {
    /// Its name in the cluster.
    pub(super) name: String,
    /// Its name in the VPC's DNS.
    pub(super) host: String,
    /// Private address.
    pub(super) address: &'a str,
    /// Public address.
    pub(super) public: Option<&'a str>,
    /// Availability zone.
    pub(super) zone: String,
    /// The machine, as AWS calls it, after its zone: `i-…`.
    pub(super) machine: String,
    /// Labels that only nodes like this one have.
    pub(super) labels: &'a [(&'a str, &'a str)],
    /// Taint: key and value.
    pub(super) taint: (&'static str, &'static str),
    /// What pods may use of it.
    pub(super) allocatable: Value,
    /// What it has.
    pub(super) capacity: Value,
    /// Boot id.
    pub(super) boot: String,
    /// System UUID.
    pub(super) system: String,
    /// End of the kubelet's version, after the cluster's release.
    pub(super) build: &'static str,
    /// Name of the operating system.
    pub(super) image: &'static str,
}

impl NodeSpec<'_> {
    /// The node that has just joined the cluster.
    pub(super) fn node(&self, world: &World) -> Value {
        let mut addresses = vec![json!({"address": self.address, "type": "InternalIP"})];
        addresses.extend(
            self.public
                .map(|public| json!({"address": public, "type": "ExternalIP"})),
        );
        for kind in ["InternalDNS", "Hostname"] {
            addresses.push(json!({"address": self.host, "type": kind}));
        }
        json!({
            "metadata": {
                "name": self.name,
                "annotations": {"node.alpha.kubernetes.io/ttl": "0"},
                "labels": self.all_labels(&world.facts.region),
            },
            "spec": {
                "providerID": format!("aws:///{}/{}", self.zone, self.machine),
                "taints": [{"effect": "NoSchedule", "key": self.taint.0, "value": self.taint.1}],
            },
            "status": {
                "addresses": addresses,
                "allocatable": self.allocatable,
                "capacity": self.capacity,
                "conditions": conditions(&api::time(world.now())),
                "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
                "nodeInfo": {
                    "architecture": "amd64",
                    "bootID": self.boot,
                    "containerRuntimeVersion": "containerd://1.7.27",
                    "kernelVersion": "6.1.147-172.266.amzn2023.x86_64",
                    "kubeProxyVersion": "",
                    "kubeletVersion": format!("v{}-eks-{}", world.facts.release, self.build),
                    "machineID": self.system.replace('-', ""),
                    "operatingSystem": "linux",
                    "osImage": self.image,
                    "systemUUID": self.system,
                },
            },
        })
    }

    fn all_labels(&self, region: &str) -> BTreeMap<&str, String> {
        let common = [
            ("beta.kubernetes.io/arch", "amd64"),
            ("beta.kubernetes.io/os", "linux"),
            ("failure-domain.beta.kubernetes.io/region", region),
            ("failure-domain.beta.kubernetes.io/zone", &self.zone),
            ("kubernetes.io/arch", "amd64"),
            ("kubernetes.io/hostname", &self.host),
            ("kubernetes.io/os", "linux"),
            ("topology.kubernetes.io/region", region),
            ("topology.kubernetes.io/zone", &self.zone),
        ];
        let own = self.labels.iter().copied();
        common
            .into_iter()
            .chain(own)
            .map(|(key, value)| (key, value.to_owned()))
            .collect()
    }
}

/// The conditions of a node that is well.
fn conditions(now: &str) -> Vec<Value> {
    [
        (
            "MemoryPressure",
            "False",
            "KubeletHasSufficientMemory",
            "kubelet has sufficient memory available",
        ),
        (
            "DiskPressure",
            "False",
            "KubeletHasNoDiskPressure",
            "kubelet has no disk pressure",
        ),
        (
            "PIDPressure",
            "False",
            "KubeletHasSufficientPID",
            "kubelet has sufficient PID available",
        ),
        ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ]
    .into_iter()
    .map(|(kind, status, reason, message)| {
        json!({
            "lastHeartbeatTime": now, "lastTransitionTime": now, "message": message,
            "reason": reason, "status": status, "type": kind,
        })
    })
    .collect()
}
