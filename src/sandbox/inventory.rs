//! What there is in the world, in short: for `sandbox show`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::sim;
use crate::state::{AccessEntry, Breakage, Entries, LoadBalancer, Profile, SecurityGroup, Store, TargetGroup};
use crate::world::World;

/// Namespaces of the cluster itself.
const SYSTEM: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Kinds that would only fill the page.
const NOISE: [&str; 2] = ["events", "endpointslices"];

/// What the cluster puts into every namespace: resource and name.
const EVERYWHERE: [(&str, &str); 2] = [("configmaps", "kube-root-ca.crt"), ("serviceaccounts", "default")];

/// The tag by which the load balancer controller knows what it made.
const MADE_BY_CONTROLLER: &str = "elbv2.k8s.aws/cluster";

/// A summary of the world.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    /// Virtual time.
    pub now: Timestamp,
    /// Virtual seconds per second.
    pub speed: f64,
    /// Seed of all chances.
    pub seed: u64,
    /// Account number.
    pub account: String,
    /// Region.
    pub region: String,
    /// Name of the cluster.
    pub cluster: String,
    /// What is broken on purpose, by name.
    pub broken: Vec<&'static str>,
    /// Requests to AWS so far, by operation.
    pub requests: BTreeMap<String, u64>,
    /// Requests that AWS refused because there were too many, by the bucket that was empty.
    pub throttled: BTreeMap<String, u64>,
    /// Fargate profiles.
    pub profiles: Vec<ProfileLine>,
    /// IAM roles by name, with the policies attached.
    pub roles: BTreeMap<String, Vec<String>>,
    /// Access entries: principal and type.
    pub access_entries: BTreeMap<String, String>,
    /// Load balancers.
    pub load_balancers: Vec<BalancerLine>,
    /// Target groups.
    pub target_groups: Vec<TargetGroupLine>,
    /// Security groups that the load balancer controller made.
    pub security_groups: Vec<GroupLine>,
    /// Names of the nodes.
    pub nodes: Vec<String>,
    /// Objects by namespace, as `deployments/deployment-2048`; the cluster's own namespaces are left out.
    pub objects: BTreeMap<String, Vec<ObjectLine>>,
    /// What is in the account's other clusters, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_clusters: Vec<ClusterLine>,
}

/// A cluster beside the first one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterLine {
    /// Name.
    pub name: String,
    /// Fargate profiles.
    pub profiles: Vec<ProfileLine>,
    /// Access entries: principal and type.
    pub access_entries: BTreeMap<String, String>,
    /// Names of the nodes.
    pub nodes: Vec<String>,
    /// Objects by namespace.
    pub objects: BTreeMap<String, Vec<ObjectLine>>,
}

/// A Fargate profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileLine {
    /// Name.
    pub name: String,
    /// Status.
    pub status: String,
    /// Pod execution role (ARN).
    pub role: String,
    /// Namespaces of its selectors.
    pub namespaces: Vec<String>,
    /// Problems: code and text.
    pub issues: Vec<String>,
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BalancerLine {
    /// Name.
    pub name: String,
    /// State.
    pub state: String,
    /// Scheme.
    pub scheme: String,
    /// DNS name.
    pub dns_name: String,
}

/// A target group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetGroupLine {
    /// Name.
    pub name: String,
    /// Number of targets by state.
    pub targets: BTreeMap<String, usize>,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
}

/// An object of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectLine {
    /// Resource and name: `pods/deployment-2048-5d9c-x7k2p`.
    pub name: String,
    /// Phase, or `Terminating`; absent where the kind has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<String>,
}

impl Inventory {
    /// Sums the world up.
    pub(crate) fn of(world: &World) -> Self {
        let aws = &world.aws;
        let groups = aws.security_groups.values();
        let roles = aws.roles.values();
        let first = contents(&world.facts.cluster, &aws.profiles, &aws.access_entries, &world.kube);
        Self {
            now: world.now(),
            speed: world.clock.speed,
            seed: world.seed(),
            account: world.facts.account.clone(),
            region: world.facts.region.clone(),
            cluster: world.facts.cluster.clone(),
            broken: sim::broken(world).into_iter().map(Breakage::name).collect(),
            requests: world.rates.asked().clone(),
            throttled: world.rates.refused().clone(),
            profiles: first.profiles,
            roles: roles.map(|role| (role.name.clone(), role.attached.clone())).collect(),
            access_entries: first.access_entries,
            load_balancers: aws.load_balancers.values().map(balancer).collect(),
            target_groups: aws.target_groups.values().map(target_group).collect(),
            security_groups: groups
                .filter(|group| group.tags.contains_key(MADE_BY_CONTROLLER))
                .map(security_group)
                .collect(),
            nodes: first.nodes,
            objects: first.objects,
            other_clusters: world
                .others()
                .map(|other| contents(&other.name, &other.profiles, &other.access_entries, &other.kube))
                .collect(),
        }
    }
}

fn contents(name: &str, profiles: &Entries<Profile>, entries: &Entries<AccessEntry>, kube: &Store) -> ClusterLine {
    let kinds = entries
        .values()
        .map(|entry| (entry.principal.clone(), entry.kind.clone()));
    ClusterLine {
        name: name.to_owned(),
        profiles: profiles.values().map(profile).collect(),
        access_entries: kinds.collect(),
        nodes: kube.list("", "nodes", None).map(|(key, _)| key.name.clone()).collect(),
        objects: objects(kube),
    }
}

fn profile(profile: &Profile) -> ProfileLine {
    let selectors = profile.selectors.iter();
    let issues = profile.health.iter();
    ProfileLine {
        name: profile.name.clone(),
        status: profile.status.clone(),
        role: profile.role_arn.clone(),
        namespaces: selectors.map(|selector| selector.namespace.clone()).collect(),
        issues: issues.map(|(code, text, _)| format!("{code}: {text}")).collect(),
    }
}

fn balancer(balancer: &LoadBalancer) -> BalancerLine {
    BalancerLine {
        name: balancer.name.clone(),
        state: balancer.state.clone(),
        scheme: balancer.scheme.clone(),
        dns_name: balancer.dns_name.clone(),
    }
}

fn target_group(group: &TargetGroup) -> TargetGroupLine {
    let mut targets = BTreeMap::new();
    for target in &group.targets {
        *targets.entry(target.state.clone()).or_default() += 1;
    }
    TargetGroupLine {
        name: group.name.clone(),
        targets,
    }
}

fn security_group(group: &SecurityGroup) -> GroupLine {
    GroupLine {
        id: group.id.clone(),
        name: group.name.clone(),
    }
}

fn objects(kube: &Store) -> BTreeMap<String, Vec<ObjectLine>> {
    let mut objects: BTreeMap<String, Vec<ObjectLine>> = BTreeMap::new();
    let namespaces = kube.list("", "namespaces", None);
    for (key, object) in namespaces.filter(|(key, _)| !SYSTEM.contains(&key.name.as_str())) {
        let lines = objects.entry(key.name.clone()).or_default();
        if let Some(phase) = phase(object).filter(|phase| phase != "Active") {
            lines.push(ObjectLine {
                name: format!("namespaces/{}", key.name),
                phase: Some(phase),
            });
        }
    }
    for (key, object) in kube.all() {
        let shown = !key.namespace.is_empty() && !SYSTEM.contains(&key.namespace.as_str());
        let given = EVERYWHERE.contains(&(&key.resource, &key.name));
        if shown && !given && !NOISE.contains(&key.resource.as_str()) {
            objects.entry(key.namespace.clone()).or_default().push(ObjectLine {
                name: format!("{}/{}", key.resource, key.name),
                phase: phase(object),
            });
        }
    }
    objects
}

fn phase(object: &Value) -> Option<String> {
    if object["metadata"]["deletionTimestamp"].is_string() {
        return Some("Terminating".to_owned());
    }
    object["status"]["phase"].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::state::Key;
    use crate::{Sandbox, SystemWallClock};

    #[test]
    fn shows_what_a_lab_adds_and_hides_the_clusters_own() {
        let sandbox = Sandbox::in_memory(1, 60.0, Arc::new(SystemWallClock));
        let before = sandbox.inventory();
        sandbox.with(|world| {
            world.set_broken(Breakage::NoNat, true);
            let put = |world: &mut World, resource: &str, namespace: &str, name: &str, body: Value| {
                world.kube.put(Key::new("", resource, namespace, name), body);
            };
            put(world, "namespaces", "", "lab", json!({"status": {"phase": "Active"}}));
            put(world, "pods", "lab", "p", json!({"status": {"phase": "Running"}}));
            put(
                world,
                "services",
                "lab",
                "s",
                json!({"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}),
            );
            put(world, "events", "lab", "e", json!({}));
            put(world, "configmaps", "kube-system", "c", json!({}));
        });
        let after = sandbox.inventory();
        assert_eq!(after.broken, ["no-nat"]);
        assert_eq!(before.objects.get("lab"), None);
        let lines: Vec<String> = after.objects["lab"]
            .iter()
            .map(|line| format!("{} {:?}", line.name, line.phase))
            .collect();
        assert_eq!(
            lines,
            [r#"pods/p Some("Running")"#, r#"services/s Some("Terminating")"#]
        );
        assert!(!after.objects.contains_key("kube-system"));
    }
}
