//! What the drawing shows, as tables: all of it, and for who sees no drawing.

use crate::model::short_node_name;
use serde::Serialize;

use super::Badge;
use super::scene::{Mark, home_of, kind_of, node_mark, pod_mark, route_of, target_of};
use super::words::{Words, fill};
use crate::model::Observed;
use crate::report::status::{NodeRow, PodRow, StatusReport};

/// A subnet of the lab.
#[derive(Debug, Serialize)]
pub(super) struct SubnetLine {
    zone: String,
    id: String,
    cidr: String,
    kind: String,
    route: String,
    used_by: String,
}

/// A pod with its node and the target that it is.
#[derive(Debug, Serialize)]
pub(super) struct PodLine {
    name: String,
    state: Badge,
    ready: String,
    restarts: i64,
    age: String,
    zone: String,
    node: String,
    node_state: Badge,
    target: String,
    target_state: Badge,
}

/// The nodes beside the lab's own.
#[derive(Debug, Serialize)]
pub(super) struct Beside {
    /// What is said where there are none to list.
    note: Option<String>,
    nodes: Vec<BesideLine>,
    more: Option<String>,
}

#[derive(Debug, Serialize)]
struct BesideLine {
    name: String,
    state: Badge,
    age: String,
    internal_ip: String,
    version: String,
}

/// Nodes beside the lab's own that are listed.
const LISTED: usize = 12;

pub(super) fn subnets(status: &StatusReport, w: &Words) -> Vec<SubnetLine> {
    let sites = status.surroundings.sites.iter();
    sites
        .map(|site| {
            let uses = [(site.has_balancer, w.used_by_alb), (site.has_pods, w.used_by_pods)];
            let uses: Vec<&str> = uses.into_iter().filter(|(is, _)| *is).map(|(_, by)| by).collect();
            SubnetLine {
                zone: site.zone.clone().unwrap_or_else(|| w.zone_unread.to_owned()),
                id: site.id.clone(),
                cidr: site.cidr.clone().unwrap_or_else(|| w.not_known.to_owned()),
                kind: kind_of(site, w),
                route: route_of(site, w),
                used_by: uses.join(", "),
            }
        })
        .collect()
}

pub(super) fn pods(status: &StatusReport, w: &Words) -> Vec<PodLine> {
    status.pods.iter().map(|pod| line(pod, status, w)).collect()
}

fn line(pod: &PodRow, status: &StatusReport, w: &Words) -> PodLine {
    let home = home_of(pod, &status.surroundings.sites);
    let zone = home.and_then(|site| site.zone.clone());
    let (target, target_state) = target_of(pod, status, w);
    PodLine {
        name: pod.name.clone(),
        state: pod_mark(pod).into(),
        ready: pod.ready.clone(),
        restarts: pod.restarts,
        age: pod.age.clone(),
        zone: zone.unwrap_or_else(|| w.not_known.to_owned()),
        node: pod.node.as_deref().map_or(w.no_node, short_node_name).to_owned(),
        node_state: node_mark(pod.node.as_deref(), status, w).into(),
        target,
        target_state: target_state.into(),
    }
}

pub(super) fn beside(status: &StatusReport, w: &Words) -> Beside {
    let none = Vec::new();
    let (nodes, note) = match &status.surroundings.beside {
        Observed::Known(nodes) if nodes.is_empty() => (nodes, Some(w.beside_none.to_owned())),
        Observed::Known(nodes) => (nodes, None),
        unread => {
            let why = unread.why_not().unwrap_or_default();
            (&none, Some(fill(w.beside_unread, &[("why", why)])))
        }
    };
    let more = nodes.len().saturating_sub(LISTED);
    Beside {
        note,
        nodes: nodes.iter().take(LISTED).map(beside_line).collect(),
        more: (more > 0).then(|| fill(w.beside_more, &[("number", &more.to_string())])),
    }
}

fn beside_line(node: &NodeRow) -> BesideLine {
    let state = if node.status == "Ready" {
        Mark::good(&node.status)
    } else {
        Mark::bad(&node.status)
    };
    BesideLine {
        name: node.name.clone(),
        state: state.into(),
        age: node.age.clone(),
        internal_ip: node.internal_ip.clone().unwrap_or_default(),
        version: node.version.clone(),
    }
}
