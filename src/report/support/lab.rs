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
    state: LabState,
    reason: Option<Redacted>,
    degraded: Vec<Redacted>,
    unknown: Vec<Redacted>,
    profile: Option<Profile>,
    deployment: Option<Pods>,
    pods: Vec<Pod>,
    nodes: Vec<Node>,
    ingress: Option<Ingress>,
    balancer: Option<Balancer>,
    warnings: Vec<Warning>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Profile {
    status: Redacted,
    selectors: usize,
    subnets: Vec<Subnet>,
    health: Vec<Redacted>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Subnet {
    id: Redacted,
    zone: Option<Redacted>,
    private: Option<bool>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Pods {
    wanted: i64,
    total: i64,
    updated: i64,
    available: i64,
    observed: bool,
    image: Option<Redacted>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Pod {
    name: Redacted,
    node: Option<Redacted>,
    ready: Redacted,
    status: Redacted,
    restarts: i64,
    created_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Node {
    name: Redacted,
    fargate: bool,
    status: Redacted,
    version: Redacted,
    created_at: Option<Timestamp>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Ingress {
    class: Option<Redacted>,
    /// Whether the controller has written a name into it.
    has_hostname: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Balancer {
    state: Redacted,
    reason: Option<Redacted>,
    scheme: Scheme,
    created_at: Option<Timestamp>,
    listeners: Vec<u16>,
    /// How many targets are in each state.
    targets: BTreeMap<Redacted, usize>,
    /// Why some are not healthy.
    target_reasons: Vec<Redacted>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Warning {
    reason: Redacted,
    message: Redacted,
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
