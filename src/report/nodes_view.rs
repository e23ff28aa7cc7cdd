//! Pods and nodes as two tables, as `kubectl get pod,node -o wide` has them.

use super::status::{NodeRow, PodRow, StatusReport};
use super::style::{Style, Tone};
use super::table::{Overflow, Table};

/// Columns from which there is room for the whole names of nodes.
const ROOMY: usize = 160;

/// Both tables; the end of `apply` shows them too. `wide` adds columns; those that do not fit are continued below.
pub fn tables(report: &StatusReport, wide: bool, style: &Style) -> String {
    let mut page = String::new();
    if !report.pods.is_empty() {
        page.push_str(&pods(&report.pods, wide, style));
    }
    if !report.nodes.is_empty() {
        page.push_str(if page.is_empty() { "" } else { "\n" });
        page.push_str(&nodes(&report.nodes, wide, style));
    }
    page
}

fn pods(pods: &[PodRow], wide: bool, style: &Style) -> String {
    let is_long = wide && style.width >= ROOMY;
    let row = |pod: &PodRow| {
        vec![
            pod.name.clone(),
            pod.ready.clone(),
            pod.status.clone(),
            pod.restarts.to_string(),
            pod.age.clone(),
            or_none(pod.ip.as_ref()),
            pod.node.as_deref().map_or_else(none, |name| node_name(name, is_long)),
        ]
    };
    let table = Table {
        head: &["POD", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"],
        rows: pods.iter().map(row).collect(),
        // A Fargate node goes by its pod's address.
        optional: if wide { &[] } else { &["RESTARTS", "IP", "AGE", "READY"] },
        tone: Some(("STATUS", tone)),
        overflow: Overflow::Split,
    };
    table.text(style)
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
