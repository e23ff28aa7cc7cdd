//! EKS Fargate: takes pods at their creation, and launches one machine for each.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::state::Key;
use crate::state::Profile;
use crate::world::World;

use super::super::api::{self, By, NODE, Note, POD, label, text};
use super::super::nodes::NodeSpec;
use super::super::profile::{PROFILE_LABEL, takes};
use super::super::{durations, network};
use super::next::plan;
use super::{capacity, scheduler};
use crate::state::{Breakage, PodStep};

/// Field manager of EKS's admission webhook and of its scheduler.
pub(super) const FARGATE: &str = "fargate-scheduler";

/// Label and taint of Fargate's nodes.
const COMPUTE_TYPE: &str = "eks.amazonaws.com/compute-type";

/// Description of the network interface of a Fargate machine.
const INTERFACE: &str = "aws-eks-fargate pod interface";

/// Whether a node is a Fargate machine.
pub(in super::super) fn is_fargate_node(node: &Value) -> bool {
    label(node, COMPUTE_TYPE) == Some("fargate")
}

/// EKS's admission webhook: gives a new pod to Fargate if an ACTIVE profile takes it. It never looks at a pod again.
pub(in super::super) fn admit(world: &World, pod: &mut Value) -> bool {
    if !text(pod, "/spec/nodeName").is_empty() {
        return false;
    }
    let Some(profile) = takes(world, pod).map(str::to_owned) else {
        return false;
    };
    pod["metadata"]["labels"][PROFILE_LABEL] = profile.into();
    pod["metadata"]["annotations"]["Logging"] = "LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND".into();
    pod["spec"]["schedulerName"] = FARGATE.into();
    true
}

/// Fargate has a machine for a pod, or an objection.
pub(super) fn launch(world: &mut World, key: &Key, pod: &Value) {
    let profile = label(pod, PROFILE_LABEL).unwrap_or_default().to_owned();
    let address = match objection(world, key, &profile) {
        Some(why) => Err(why),
        None => address(world, key, &profile),
    };
    match address {
        Ok((address, subnet)) => {
            let node = add_node(world, &address, &subnet);
            let provisioned = capacity::provisioned(&pod["spec"]);
            api::update(world, key, By(FARGATE, ""), |pod| {
                pod["metadata"]["annotations"]["CapacityProvisioned"] = provisioned.into();
            });
            scheduler::bind(world, key, &node, FARGATE);
        }
        Err(why) => {
            let note = Note {
                from: FARGATE,
                warning: true,
                reason: "FailedScheduling",
                message: &why,
            };
            api::emit(world, key, note);
            let wait = durations::FARGATE_RETRY.draw(world, &format!("launch {}/{}", key.namespace, key.name));
            plan(world, pod, wait, PodStep::Launch);
        }
    }
}

/// Why no machine can join the cluster for a pod.
fn objection(world: &World, key: &Key, name: &str) -> Option<String> {
    let active = |profile: &&Profile| profile.status == "ACTIVE";
    let Some(profile) = world.aws.profiles.get(name).filter(active) else {
        return Some(format!(
            "Misconfigured Fargate Profile: fargate profile {name} not found"
        ));
    };
    if world.is_broken(Breakage::PodQuota) {
        return Some(
            "Your AWS account has reached the limit on the number of Fargate pods it can run concurrently".to_owned(),
        );
    }
    if !may_join(world, &profile.role_arn) {
        return Some(format!(
            "Misconfigured Fargate Profile: fargate profile {name} blocked for new launches due to: Pod execution role is not found in auth config or does not have all required permissions for launching fargate pods."
        ));
    }
    if !(world.aws.vpc.dns_support && world.aws.vpc.dns_hostnames) {
        return Some(format!(
            "Pod provisioning timed out (will retry) for pod: {}/{}",
            key.namespace, key.name
        ));
    }
    None
}

/// Whether machines with a role may join: there is an entry, and it is bound to this very role, not to an earlier one.
fn may_join(world: &World, arn: &str) -> bool {
    let role = world.aws.roles.values().find(|role| role.arn == arn);
    let entry = world.aws.access_entries.get(arn);
    matches!((role, entry), (Some(role), Some(entry)) if role.id == entry.role_id)
}

/// An address in one of the profile's subnets: in the one with the fewest Fargate pods that has any left.
fn address(world: &mut World, key: &Key, profile: &str) -> Result<(String, String), String> {
    let subnets = world
        .aws
        .profiles
        .get(profile)
        .map(|profile| profile.subnets.clone())
        .unwrap_or_default();
    let load = |world: &World, subnet: &str| {
        world
            .aws
            .interfaces
            .values()
            .filter(|interface| interface.subnet == subnet && interface.description.starts_with(INTERFACE))
            .count()
    };
    let mut candidates: Vec<(usize, u64, String)> = Vec::new();
    for subnet in subnets {
        let lot = world.draw(&format!("subnet {subnet} {}/{}", key.namespace, key.name));
        candidates.push((load(world, &subnet), lot, subnet));
    }
    candidates.sort();
    let groups: Vec<String> = cluster_group(world).into_iter().collect();
    let description = format!("{INTERFACE} {}/{}", key.namespace, key.name);
    for (_, _, subnet) in candidates {
        if let Some(address) = network::take_address(world, &subnet, &description, &groups) {
            return Ok((address, subnet));
        }
    }
    Err(format!(
        "Pod provisioning failed for pod: {}/{}: InsufficientFreeAddressesInSubnet: none of the subnets of fargate profile {profile} has enough free addresses",
        key.namespace, key.name
    ))
}

/// The cluster's own security group, which Fargate pods get.
pub(in super::super) fn cluster_group(world: &World) -> Option<String> {
    let tag = format!("kubernetes.io/cluster/{}", world.facts.cluster);
    let own = world
        .aws
        .security_groups
        .values()
        .find(|group| group.tags.get(&tag).is_some_and(|value| value == "owned"));
    own.map(|group| group.id.clone())
}

fn add_node(world: &mut World, address: &str, subnet: &str) -> String {
    let host = network::host_name(world, address);
    let name = format!("fargate-{host}");
    let subnet = world.aws.subnets.get(subnet);
    let zone = subnet.map(|subnet| subnet.zone.clone()).unwrap_or_default();
    let id = format!("machine {name}");
    let machine = format!("{}-{}/{name}", world.draw_hex(&id, 10), world.draw_hex(&id, 32));
    let spec = NodeSpec {
        name: name.clone(),
        host,
        address,
        public: None,
        zone,
        machine,
        labels: &[(COMPUTE_TYPE, "fargate")],
        taint: (COMPUTE_TYPE, "fargate"),
        allocatable: json!({"cpu": "2", "ephemeral-storage": "27356Mi", "memory": "3838476Ki", "pods": "1"}),
        capacity: json!({"cpu": "2", "ephemeral-storage": "30787492Ki", "memory": "3940876Ki", "pods": "1"}),
        boot: world.draw_uuid(&id),
        system: world.draw_uuid(&id),
        build: "113cf36",
        image: "Amazon Linux 2023",
    };
    let node = spec.node(world);
    api::create(world, NODE, node, By("eks", ""));
    name
}

/// A machine goes with its pod, and its network interface with it.
pub(super) fn collect(world: &mut World) {
    let busy: BTreeSet<&str> = POD.briefs(world).map(|(_, pod)| &*pod.node).collect();
    let without_pods = NODE.keys(world, None).into_iter();
    let without_pods = without_pods.filter(|key| !busy.contains(key.name.as_str()));
    let idle: Vec<(Key, String)> = without_pods
        .filter_map(|key| {
            let node = world.kube.get(&key).filter(|node| is_fargate_node(node))?;
            let address = text(node, "/status/addresses/0/address").to_owned();
            Some((key, address))
        })
        .collect();
    for (node, address) in idle {
        api::delete(world, &node);
        network::release(world, &address);
    }
}
