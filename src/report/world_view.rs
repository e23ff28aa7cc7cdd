//! The embedded world as people read it.

use std::fmt::Write;

use super::style::{Style, Tone};
use crate::sandbox::Inventory;

/// The whole world, without what every cluster has of itself.
pub fn text(world: &Inventory, style: &Style) -> String {
    let mut text = format!(
        "{} in {}, account {}, {}, {} times real speed\n",
        style.paint(Tone::Strong, &world.cluster),
        world.region,
        world.account,
        world.now.strftime("%Y-%m-%d %H:%M:%S UTC"),
        world.speed
    );
    let mut entry = |label: &str, value: String| {
        let _ = writeln!(text, "{label:<10}{value}");
    };
    for breakage in &world.broken {
        entry("broken", style.paint(Tone::Bad, breakage));
    }
    for (role, policies) in &world.roles {
        entry("role", format!("{role} ({} policies)", policies.len()));
    }
    for profile in &world.profiles {
        entry(
            "profile",
            format!(
                "{} {} for {}",
                profile.name,
                profile.status,
                profile.namespaces.join(", ")
            ),
        );
    }
    for (principal, kind) in &world.access_entries {
        entry("access", format!("{principal} {kind}"));
    }
    for balancer in &world.load_balancers {
        entry(
            "balancer",
            format!("{} {}, {}", balancer.name, balancer.state, balancer.scheme),
        );
    }
    for group in &world.target_groups {
        let targets: Vec<_> = group
            .targets
            .iter()
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        let targets = if targets.is_empty() {
            "no targets".to_owned()
        } else {
            targets.join(", ")
        };
        entry("targets", format!("{}: {targets}", group.name));
    }
    for group in &world.security_groups {
        entry("firewall", format!("{} {}", group.id, group.name));
    }
    for (namespace, objects) in &world.objects {
        entry("namespace", namespace.clone());
        for object in objects {
            let phase = object.phase.as_deref().unwrap_or_default();
            entry("", format!("{} {phase}", object.name).trim_end().to_owned());
        }
    }
    let fargate = world.nodes.iter().filter(|name| name.starts_with("fargate-")).count();
    entry(
        "nodes",
        format!("{} of EC2, {fargate} of Fargate", world.nodes.len() - fargate),
    );
    text
}
