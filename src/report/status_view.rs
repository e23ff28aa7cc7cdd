//! The state of a lab as people read it: a tree, pods and nodes as kubectl shows them.

use std::fmt::Write;

use super::plan_view;
use super::status::{LabState, NodeRow, PodRow, ProfileStatus, StatusReport};
use super::style::{Style, Tone, wrap};
use super::table;
use crate::model::Balancer;

/// The whole report; `wide` adds columns and does not keep within the width.
pub fn text(report: &StatusReport, wide: bool, style: &Style) -> String {
    let mut text = head(report, style);
    if report.state == LabState::Absent {
        text.push_str("There is nothing of the lab; `lab2048 apply` makes it.\n");
        unknown(&mut text, report, style);
        return text;
    }
    if let Some(profile) = &report.profile {
        self::profile(&mut text, profile, style);
    }
    objects(&mut text, report);
    if let Some(balancer) = &report.balancer {
        self::balancer(&mut text, balancer);
    }
    text.push_str(&pods_and_nodes(report, wide, style));
    warnings(&mut text, report, style);
    unknown(&mut text, report, style);
    if let Some(cost) = &report.cost {
        for line in wrap(&plan_view::cost(cost), style.width.saturating_sub(10)) {
            entry(&mut text, "cost", &line);
        }
    }
    if let Some(url) = &report.url {
        let _ = writeln!(text, "\n{url}");
    }
    text
}

fn head(report: &StatusReport, style: &Style) -> String {
    let (word, tone) = match report.state {
        LabState::Ready => ("ready", Tone::Good),
        LabState::Progressing => ("not ready", Tone::Care),
        LabState::Absent => ("absent", Tone::Faint),
    };
    let place = &report.place;
    let sandbox = if place.target == "sandbox" { " (sandbox)" } else { "" };
    let mut text = format!(
        "{} on {}, {}{sandbox}: {}",
        style.paint(Tone::Strong, &report.lab),
        place.cluster,
        place.region,
        style.paint(tone, word)
    );
    if let Some(reason) = &report.reason {
        let _ = write!(text, ", {reason}");
    }
    text.push('\n');
    text
}

fn entry(text: &mut String, label: &str, value: &str) {
    let _ = writeln!(text, "{label:<10}{value}");
}

fn profile(text: &mut String, profile: &ProfileStatus, style: &Style) {
    let tone = if profile.status == "ACTIVE" {
        Tone::Good
    } else {
        Tone::Care
    };
    entry(
        text,
        "profile",
        &format!("{} {}", profile.name, style.paint(tone, &profile.status)),
    );
    entry(text, "  arn", &profile.arn);
    entry(text, "  role", &profile.role_arn);
    for selector in &profile.selectors {
        let labels: Vec<_> = selector.labels.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!(" with {}", labels.join(","))
        };
        entry(
            text,
            "  selector",
            &format!(" namespace {}{labels}", selector.namespace),
        );
    }
    for subnet in &profile.subnets {
        let kind = match subnet.private {
            Some(true) => "private",
            Some(false) => "PUBLIC",
            None => "",
        };
        let facts = [
            subnet.cidr.as_deref().unwrap_or_default(),
            subnet.zone.as_deref().unwrap_or_default(),
            kind,
        ];
        entry(text, "  subnet", &format!("{} {}", subnet.id, facts.join(" ")));
    }
    for issue in &profile.health {
        entry(text, "  health", &style.paint(Tone::Bad, issue));
    }
}

fn objects(text: &mut String, report: &StatusReport) {
    if let Some(deployment) = &report.deployment {
        let image = deployment.image.as_deref().unwrap_or_default();
        let counts = format!(
            "{}/{} available, {} up to date",
            deployment.available, deployment.wanted, deployment.updated
        );
        entry(text, "pods", &format!("{}: {counts}, {image}", deployment.name));
    }
    if let Some(service) = &report.service {
        let address = service.cluster_ip.as_deref().unwrap_or("no address");
        entry(
            text,
            "service",
            &format!("{}: {} {address}", service.name, service.kind),
        );
    }
    if let Some(ingress) = &report.ingress {
        let class = ingress.class.as_deref().unwrap_or("no class");
        let host = if ingress.hostname.is_some() {
            "has its host name"
        } else {
            "no host name yet"
        };
        entry(text, "ingress", &format!("{}: {class}, {host}", ingress.name));
    }
}

fn balancer(text: &mut String, balancer: &Balancer) {
    entry(
        text,
        "balancer",
        &format!("{}: {}, {}", balancer.name, balancer.state, balancer.scheme.word()),
    );
    for listener in &balancer.listeners {
        let rules = listener.forwarding_rules;
        entry(
            text,
            "  listen",
            &format!("{} {}, {rules} forwarding rule(s)", listener.protocol, listener.port),
        );
    }
    let targets = balancer.targets();
    entry(
        text,
        "  targets",
        &format!("{} of {} healthy", targets.healthy, targets.registered),
    );
    for target in balancer.target_groups.iter().flat_map(|group| &group.targets) {
        if target.state != "healthy" {
            let why = target
                .description
                .as_deref()
                .or(target.reason.as_deref())
                .unwrap_or_default();
            entry(
                text,
                "",
                &format!("{}:{} {} {why}", target.id, target.port, target.state),
            );
        }
    }
}

/// Pods and nodes as two tables; the end of `apply` shows them too.
pub fn pods_and_nodes(report: &StatusReport, wide: bool, style: &Style) -> String {
    let mut text = String::new();
    if !report.pods.is_empty() {
        text.push('\n');
        text.push_str(&pods(&report.pods, wide, style));
    }
    if !report.nodes.is_empty() {
        text.push('\n');
        text.push_str(&nodes(&report.nodes, wide, style));
    }
    text
}

/// Without `wide` a node goes by its address: its name repeats that and does not fit beside the pod's.
fn pods(pods: &[PodRow], wide: bool, style: &Style) -> String {
    let none = || "<none>".to_owned();
    if wide {
        let rows = pods.iter().map(|pod| {
            vec![
                pod.name.clone(),
                pod.ready.clone(),
                pod.status.clone(),
                pod.restarts.to_string(),
                pod.age.clone(),
                pod.ip.clone().unwrap_or_else(none),
                pod.node.clone().unwrap_or_else(none),
            ]
        });
        return table::text(
            &["POD", "READY", "STATUS", "RESTARTS", "AGE", "IP", "NODE"],
            rows,
            style,
        );
    }
    let rows = pods.iter().map(|pod| {
        vec![
            pod.name.clone(),
            pod.ready.clone(),
            pod.status.clone(),
            pod.age.clone(),
            pod.ip.clone().unwrap_or_else(none),
            pod.node.as_deref().map_or_else(none, short_node),
        ]
    });
    table::text(&["POD", "READY", "STATUS", "AGE", "IP", "NODE"], rows, style)
}

/// `fargate-ip-10-11-64-72` of `fargate-ip-10-11-64-72.ap-northeast-2.compute.internal`.
fn short_node(name: &str) -> String {
    name.split('.').next().unwrap_or(name).to_owned()
}

fn nodes(nodes: &[NodeRow], wide: bool, style: &Style) -> String {
    let none = || "<none>".to_owned();
    let kind = |node: &NodeRow| if node.fargate { "Fargate" } else { "EC2" }.to_owned();
    if wide {
        let rows = nodes.iter().map(|node| {
            vec![
                node.name.clone(),
                kind(node),
                node.status.clone(),
                node.age.clone(),
                node.version.clone(),
                node.internal_ip.clone().unwrap_or_else(none),
                node.external_ip.clone().unwrap_or_else(none),
                node.os_image.clone(),
                node.runtime.clone(),
            ]
        });
        let head = [
            "NODE",
            "KIND",
            "STATUS",
            "AGE",
            "VERSION",
            "INTERNAL-IP",
            "EXTERNAL-IP",
            "OS-IMAGE",
            "RUNTIME",
        ];
        return table::text(&head, rows, style);
    }
    let rows = nodes.iter().map(|node| {
        vec![
            short_node(&node.name),
            kind(node),
            node.status.clone(),
            node.age.clone(),
            node.internal_ip.clone().unwrap_or_else(none),
        ]
    });
    table::text(&["NODE", "KIND", "STATUS", "AGE", "IP"], rows, style)
}

fn warnings(text: &mut String, report: &StatusReport, style: &Style) {
    if report.state == LabState::Ready || report.warnings.is_empty() {
        return;
    }
    text.push('\n');
    for event in &report.warnings {
        let line = format!(
            "{} ago, {} {} (x{}): {}",
            event.age, event.object, event.reason, event.count, event.message
        );
        for (i, part) in wrap(&line, style.width.saturating_sub(2)).into_iter().enumerate() {
            let sign = if i == 0 {
                style.paint(Tone::Care, "!")
            } else {
                " ".to_owned()
            };
            let _ = writeln!(text, "{sign} {part}");
        }
    }
}

fn unknown(text: &mut String, report: &StatusReport, style: &Style) {
    for reason in &report.unknown {
        let _ = writeln!(
            text,
            "{}",
            style.paint(Tone::Care, &format!("? could not read {reason}"))
        );
    }
}
