//! The lab as it is: states and numbers, and names by their aliases.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::redactor::{Redacted, Redactor};
use crate::model::{LoadBalancer, Scheme};
use crate::report::status::{EventRow, LabState, NodeRow, PodRow, ProfileRow, StatusReport};

/// A lab.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lab {
    /// How it is, in one word.
    state: LabState,
    /// Why it is not ready, if so.
    reason: Option<Redacted>,
    /// What works, but not as it should.
    degraded: Vec<Redacted>,
    /// What could not be read, with the reason.
    unknown: Vec<Redacted>,
    /// The Fargate profile, if it is there.
    profile: Option<Profile>,
    /// The Deployment, if it is there.
    deployment: Option<Pods>,
    /// Pods of the lab.
    pods: Vec<Pod>,
    /// Nodes of the cluster.
    nodes: Vec<Node>,
    /// The Ingress, if it is there.
    ingress: Option<Ingress>,
    /// The load balancer, if it is there.
    balancer: Option<Balancer>,
    /// The newest warnings, newest first.
    warnings: Vec<Warning>,
}

/// The Fargate profile.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Profile {
    /// How it is.
    status: Redacted,
    /// How many selectors it has.
    selectors: usize,
    /// Its subnets.
    subnets: Vec<Subnet>,
    /// Problems that EKS reports.
    health: Vec<Redacted>,
}

/// A subnet of the profile.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Subnet {
    /// Its alias.
    id: Redacted,
    /// Its zone, if read.
    zone: Option<Redacted>,
    /// Whether it is private, if known.
    private: Option<bool>,
}

/// The Deployment: how many pods there are.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Pods {
    /// Pods wanted.
    wanted: i64,
    /// Pods there are, old ones included.
    total: i64,
    /// Pods of the newest template.
    updated: i64,
    /// Pods available.
    available: i64,
    /// Whether the controller has seen the newest wishes.
    observed: bool,
    /// Image.
    image: Option<Redacted>,
}

/// A pod.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Pod {
    /// Its alias.
    name: Redacted,
    /// Alias of its node, once it has one.
    node: Option<Redacted>,
    /// Ready containers of all: `1/1`.
    ready: Redacted,
    /// Phase, or the reason for which a container waits.
    status: Redacted,
    /// Restarts of all containers.
    restarts: i64,
    /// When it was made.
    created_at: Option<Timestamp>,
}

/// A node.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Node {
    /// Its alias.
    name: Redacted,
    /// Whether Fargate runs it.
    fargate: bool,
    /// `Ready` or `NotReady`.
    status: Redacted,
    /// Version of the kubelet.
    version: Redacted,
    /// When it joined.
    created_at: Option<Timestamp>,
}

/// The Ingress.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Ingress {
    /// Its class.
    class: Option<Redacted>,
    /// Whether the controller has written a name into it.
    has_hostname: bool,
}

/// The load balancer.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Balancer {
    /// How it is.
    state: Redacted,
    /// Why, if AWS says so.
    reason: Option<Redacted>,
    /// Whether it is for the internet.
    scheme: Scheme,
    /// When it was made.
    created_at: Option<Timestamp>,
    /// The ports that it listens on.
    listeners: Vec<u16>,
    /// How many targets are in each state.
    targets: BTreeMap<Redacted, usize>,
    /// Why some are not healthy.
    target_reasons: Vec<Redacted>,
}

/// A warning.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Warning {
    /// Reason.
    reason: Redacted,
    /// What the cluster says.
    message: Redacted,
    /// How often.
    count: u64,
}

/// The names in it.
pub(super) fn learn(status: &StatusReport, redactor: &mut Redactor) {
    for pod in &status.pods {
        redactor.name("pod", &pod.name);
    }
    for node in &status.nodes {
        redactor.name("node", &node.name);
    }
    if let Some(profile) = &status.profile {
        redactor.name("profile", &profile.name);
        redactor.name("role", &profile.role_arn);
        for selector in &profile.selectors {
            redactor.name("name", &selector.namespace);
        }
    }
    if let Some(host) = status.ingress.as_ref().and_then(|ingress| ingress.hostname.as_ref()) {
        redactor.name("host", host);
    }
    let objects = status
        .warnings
        .iter()
        .filter_map(|warning| warning.object.split_once('/'));
    let shared = status.shared_with.iter().map(String::as_str);
    for name in objects.map(|(_, name)| name).chain(shared) {
        redactor.name("name", name);
    }
    if let Some(balancer) = &status.balancer {
        redactor.name("balancer", &balancer.name);
        redactor.name("host", &balancer.dns_name);
    }
}

pub(super) fn lab(status: &StatusReport, redactor: &mut Redactor) -> Lab {
    Lab {
        state: status.state,
        reason: status.reason.as_ref().map(|reason| redactor.said(reason)),
        degraded: status.degraded.iter().map(|text| redactor.said(text)).collect(),
        unknown: status.unknown.iter().map(|text| redactor.said(text)).collect(),
        profile: status.profile.as_ref().map(|row| profile(row, redactor)),
        deployment: status.deployment.as_ref().map(|row| Pods {
            wanted: row.wanted,
            total: row.total,
            updated: row.updated,
            available: row.available,
            observed: row.observed,
            image: row.image.as_ref().map(|image| redactor.name("image", image)),
        }),
        pods: status.pods.iter().map(|row| pod(row, redactor)).collect(),
        nodes: status.nodes.iter().map(|row| node(row, redactor)).collect(),
        ingress: status.ingress.as_ref().map(|row| Ingress {
            class: row.class.as_ref().map(|class| redactor.name("name", class)),
            has_hostname: row.hostname.is_some(),
        }),
        balancer: status.balancer.as_ref().map(|found| balancer(found, redactor)),
        warnings: status.warnings.iter().map(|row| warning(row, redactor)).collect(),
    }
}

fn profile(row: &ProfileRow, redactor: &mut Redactor) -> Profile {
    let subnets = row.subnets.iter().map(|subnet| Subnet {
        id: redactor.name("subnet", &subnet.id),
        zone: subnet.zone.as_ref().map(|zone| redactor.words(zone)),
        private: subnet.private,
    });
    Profile {
        subnets: subnets.collect(),
        status: redactor.words(row.status.as_str()),
        selectors: row.selectors.len(),
        health: row.health.iter().map(|words| redactor.words(words)).collect(),
    }
}

fn pod(row: &PodRow, redactor: &mut Redactor) -> Pod {
    Pod {
        name: redactor.name("pod", &row.name),
        node: row.node.as_ref().map(|node| redactor.name("node", node)),
        ready: redactor.words(&row.ready),
        status: redactor.words(&row.status),
        restarts: row.restarts,
        created_at: row.created_at,
    }
}

fn node(row: &NodeRow, redactor: &mut Redactor) -> Node {
    Node {
        name: redactor.name("node", &row.name),
        fargate: row.fargate,
        status: redactor.words(&row.status),
        version: redactor.words(&row.version),
        created_at: row.created_at,
    }
}

fn balancer(found: &LoadBalancer, redactor: &mut Redactor) -> Balancer {
    let mut targets = BTreeMap::new();
    let mut target_reasons = Vec::new();
    for target in found.target_groups.iter().flat_map(|group| &group.targets) {
        *targets.entry(redactor.words(target.state.as_str())).or_default() += 1;
        if let Some(reason) = &target.reason {
            target_reasons.push(redactor.words(reason));
        }
    }
    target_reasons.sort();
    target_reasons.dedup();
    Balancer {
        state: redactor.words(found.state.as_str()),
        reason: found.reason.as_ref().map(|reason| redactor.words(reason)),
        scheme: found.scheme,
        created_at: found.created_at,
        listeners: found.listeners.iter().map(|listener| listener.port).collect(),
        targets,
        target_reasons,
    }
}

fn warning(row: &EventRow, redactor: &mut Redactor) -> Warning {
    Warning {
        reason: redactor.words(&row.reason),
        message: redactor.said(&row.message),
        count: row.count,
    }
}
