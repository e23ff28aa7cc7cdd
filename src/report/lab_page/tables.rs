//! What the drawing shows, as tables: all of it, and for who sees no drawing.

use serde::Serialize;

use super::Badge;
use super::scene::{Mark, home_of, kind_of, node_mark, pod_mark, route_of, target_of};
use crate::lang::{Language, Text, text};
use crate::model::{Observed, short_node_name};
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

pub(super) fn subnets(status: &StatusReport, language: Language) -> Vec<SubnetLine> {
    let sites = status.surroundings.sites.iter();
    sites
        .map(|site| {
            let uses = [
                (site.has_balancer, Text::verbatim("ALB")),
                (site.has_pods, text!("page-used-by-pods")),
            ];
            let uses = uses.into_iter().filter(|(is, _)| *is).map(|(_, by)| by);
            SubnetLine {
                zone: said_or(site.zone.as_ref(), &text!("page-zone-unread"), language),
                id: site.id.clone(),
                cidr: said_or(site.cidr.as_ref(), &text!("page-not-known"), language),
                kind: kind_of(site).said(language),
                route: route_of(site).said(language),
                used_by: Text::list(uses, ", ").said(language),
            }
        })
        .collect()
}

/// A name, or what is said where there is none.
fn said_or(name: Option<&String>, otherwise: &Text, language: Language) -> String {
    name.cloned().unwrap_or_else(|| otherwise.said(language))
}

pub(super) fn pods(status: &StatusReport, language: Language) -> Vec<PodLine> {
    status.pods.iter().map(|pod| line(pod, status, language)).collect()
}

fn line(pod: &PodRow, status: &StatusReport, language: Language) -> PodLine {
    let home = home_of(pod, &status.surroundings.sites);
    let zone = home.and_then(|site| site.zone.as_ref());
    let node = pod.node.as_deref().map(|node| short_node_name(node).to_owned());
    let (target, target_state) = target_of(pod, status);
    PodLine {
        name: pod.name.clone(),
        state: Badge::of(pod_mark(pod), language),
        ready: pod.ready.clone(),
        restarts: pod.restarts,
        age: pod.age.clone(),
        zone: said_or(zone, &text!("page-not-known"), language),
        node: said_or(node.as_ref(), &text!("page-no-node"), language),
        node_state: Badge::of(node_mark(pod.node.as_deref(), status), language),
        target: target.said(language),
        target_state: Badge::of(target_state, language),
    }
}

pub(super) fn beside(status: &StatusReport, language: Language) -> Beside {
    let none = Vec::new();
    let (nodes, note) = match &status.surroundings.beside {
        Observed::Known(nodes) if nodes.is_empty() => (nodes, Some(text!("page-beside-none"))),
        Observed::Known(nodes) => (nodes, None),
        Observed::Unknown(why) => (&none, Some(text!("page-beside-unread", why = why))),
        Observed::NotAsked => (&none, Some(text!("page-beside-unread", why = text!("page-not-asked")))),
    };
    let more = nodes.len().saturating_sub(LISTED);
    Beside {
        note: note.map(|note| note.said(language)),
        nodes: nodes
            .iter()
            .take(LISTED)
            .map(|node| beside_line(node, language))
            .collect(),
        more: (more > 0).then(|| text!("page-beside-more", count = more).said(language)),
    }
}

fn beside_line(node: &NodeRow, language: Language) -> BesideLine {
    let state = if node.status == "Ready" {
        Mark::good(&node.status)
    } else {
        Mark::bad(&node.status)
    };
    BesideLine {
        name: node.name.clone(),
        state: Badge::of(state, language),
        age: node.age.clone(),
        internal_ip: node.internal_ip.clone().unwrap_or_default(),
        version: node.version.clone(),
    }
}
