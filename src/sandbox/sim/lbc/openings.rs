//! The one rule by which load balancers reach the pods.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::world::World;

use super::super::api::{BINDING, deleting, int, text};
use super::super::pods;

/// Description of the rules that let load balancers reach the pods.
const RULE: &str = "elbv2.k8s.aws/targetGroupBinding=shared";

/// Lets the load balancers reach the pods: one rule in the cluster's security group for the ports of all bindings.
pub(super) fn open_ports(world: &mut World, binding: &Value) {
    const GROUP: &str = "/spec/networking/ingress/0/from/0/securityGroup/groupID";
    const PORT: &str = "/spec/networking/ingress/0/ports/0/port";
    let source = text(binding, GROUP).to_owned();
    let ports: BTreeSet<u16> = BINDING
        .list(world, None)
        .filter(|(_, binding)| !deleting(binding))
        .filter_map(|(_, binding)| u16::try_from(int(binding, PORT)?).ok())
        .collect();
    let (Some(least), Some(most)) = (ports.first(), ports.last()) else {
        return;
    };
    let rule = ("tcp".to_owned(), *least, *most, source, RULE.to_owned());
    set_rule(world, Some(rule));
}

/// Whether the load balancers reach the pods, or nobody wants them to.
pub(in super::super) fn is_open(world: &World) -> bool {
    let mut bindings = BINDING.list(world, None).filter(|(_, binding)| !deleting(binding));
    if bindings.next().is_none() {
        return true;
    }
    let group = pods::cluster_group(world).and_then(|id| world.aws.security_groups.get(&id));
    group.is_none_or(|group| group.rules.iter().any(|rule| rule.4 == RULE))
}

/// Once no binding is left, nothing has to reach the pods.
pub(super) fn revoke_unused(world: &mut World) {
    if BINDING.list(world, None).next().is_some() {
        return;
    }
    set_rule(world, None);
}

/// Puts the controller's one rule in the cluster's security group, or takes it out.
fn set_rule(world: &mut World, rule: Option<(String, u16, u16, String, String)>) {
    let Some(id) = pods::cluster_group(world) else { return };
    let is_ours = |rule: &(String, u16, u16, String, String)| rule.4 == RULE;
    let known = world.aws.security_groups.get(&id).map(|group| group.rules.iter());
    if known.is_none_or(|mut rules| rules.find(|rule| is_ours(rule)) == rule.as_ref()) {
        return;
    }
    if let Some(group) = world.aws.security_groups.get_mut(&id) {
        group.rules.retain(|rule| !is_ours(rule));
        group.rules.extend(rule);
    }
}

/// Puts the rule in for all bindings, or takes it out.
pub(in super::super) fn set_open(world: &mut World, open: bool) {
    if !open {
        set_rule(world, None);
        return;
    }
    let bindings: Vec<Value> = BINDING.list(world, None).map(|(_, binding)| binding.clone()).collect();
    for binding in bindings.iter().filter(|binding| !deleting(binding)) {
        open_ports(world, binding);
    }
}
