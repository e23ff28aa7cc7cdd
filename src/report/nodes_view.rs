//! Pods and nodes as two tables, as `kubectl get pod,node -o wide` has them.

use super::status::{NodeRow, PodRow, Site, StatusReport};
use super::style::{Style, Tone};
use super::table::{Overflow, Table};
use crate::model::{Egress, Observed};

/// Columns from which there is room for the whole names of nodes.
const ROOMY: usize = 160;

/// Both tables; the end of `apply` shows them too. `wide` adds columns; those that do not fit are continued below.
pub fn tables(report: &StatusReport, wide: bool, style: &Style) -> String {
    let mut page = pods(report, wide, style);
    if !report.nodes.is_empty() {
        page.push_str(if page.is_empty() { "" } else { "\n" });
        page.push_str(&nodes(&report.nodes, wide, style));
    }
    page
}

/// The pods alone; nothing where there are none.
pub fn pods(report: &StatusReport, wide: bool, style: &Style) -> String {
    if report.pods.is_empty() {
        return String::new();
    }
    let is_long = wide && style.width >= ROOMY;
    let row = |pod: &PodRow| {
        let site = site_of(pod, &report.surroundings.sites);
        let zone = site.and_then(|site| site.zone.as_ref());
        vec![
            pod.name.clone(),
            pod.ready.clone(),
            pod.status.clone(),
            pod.restarts.to_string(),
            pod.age.clone(),
            or_none(pod.ip.as_ref()),
            pod.node.as_deref().map_or_else(none, |name| node_name(name, is_long)),
            or_none(zone),
            or_none(site.map(|site| &site.id)),
            site.map_or_else(none, route),
        ]
    };
    let head = [
        "POD", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE", "ZONE", "SUBNET", "ROUTE",
    ];
    // Without a subnet that is known there is no zone.
    let columns = match (report.surroundings.sites.is_empty(), wide) {
        (true, _) => 7,
        (false, false) => 8,
        (false, true) => head.len(),
    };
    let table = Table {
        head: head.get(..columns).unwrap_or(&head),
        rows: report.pods.iter().map(row).collect(),
        // A Fargate node goes by its pod's address.
        optional: if wide {
            &[]
        } else {
            &["RESTARTS", "IP", "AGE", "ZONE", "READY"]
        },
        tone: Some(("STATUS", tone)),
        overflow: Overflow::Split,
    };
    table.text(style)
}

/// The subnet that a pod's address is of.
fn site_of<'a>(pod: &PodRow, sites: &'a [Site]) -> Option<&'a Site> {
    let address = pod.ip.as_deref()?;
    sites.iter().find(|site| site.has_pods && site.holds(address))
}

/// The way to the internet, by the id of what leads there.
fn route(site: &Site) -> String {
    match &site.egress {
        Observed::Known(Egress::Nat(id) | Egress::InternetGateway(id) | Egress::Other(id)) => id.clone(),
        Observed::Known(Egress::BrokenNat(id, _) | Egress::UnreadNat(id, _)) => format!("{id}?"),
        Observed::Known(Egress::None) | Observed::Unknown(_) | Observed::NotAsked => none(),
    }
}

fn nodes(nodes: &[NodeRow], wide: bool, style: &Style) -> String {
    let is_long = wide && style.width >= ROOMY;
    let row = |node: &NodeRow| {
        vec![
            node_name(&node.name, is_long),
            if node.fargate { "Fargate" } else { "EC2" }.to_owned(),
            node.status.clone(),
            node.age.clone(),
            or_none(node.internal_ip.as_ref()),
            or_none(node.external_ip.as_ref()),
            node.version.clone(),
            node.os_image.clone(),
            node.runtime.clone(),
        ]
    };
    let head = [
        "NODE",
        "KIND",
        "STATUS",
        "AGE",
        "INTERNAL-IP",
        "EXTERNAL-IP",
        "VERSION",
        "OS-IMAGE",
        "RUNTIME",
    ];
    let table = Table {
        head: if wide { &head } else { head.get(..5).unwrap_or(&head) },
        rows: nodes.iter().map(row).collect(),
        optional: if wide { &[] } else { &["AGE"] },
        tone: Some(("STATUS", tone)),
        overflow: Overflow::Split,
    };
    table.text(style)
}

fn or_none(address: Option<&String>) -> String {
    address.cloned().unwrap_or_else(none)
}

fn none() -> String {
    "<none>".to_owned()
}

/// What is as it should be has no colour.
fn tone(status: &str) -> Option<Tone> {
    match status {
        "Running" | "Ready" | "Succeeded" | "Completed" => None,
        "Pending" | "ContainerCreating" | "Terminating" => Some(Tone::Care),
        _ => Some(Tone::Bad),
    }
}

/// `fargate-ip-10-11-64-72` of `fargate-ip-10-11-64-72.ap-northeast-2.compute.internal`, unless the name is to be long.
fn node_name(name: &str, is_long: bool) -> String {
    if is_long {
        return name.to_owned();
    }
    name.split('.').next().unwrap_or(name).to_owned()
}
