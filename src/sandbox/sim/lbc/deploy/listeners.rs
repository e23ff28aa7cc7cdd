//! Listeners and rules of a load balancer.

use std::collections::BTreeMap;

use super::naming::{arn, tags};
use crate::sim::lbc::model::{Model, RuleModel};
use crate::sim::lbc::stack::Stack;
use crate::state::{Listener, Rule};
use crate::world::World;

/// Brings listeners and rules in line; what has not changed keeps its ARN.
pub(super) fn bring(
    world: &mut World,
    stack: &Stack,
    model: &Model,
    balancer: &str,
    groups: &BTreeMap<String, String>,
) -> Result<(), String> {
    if model.ports.iter().any(|(_, secure)| *secure) && model.certificates.is_empty() {
        let request = world.draw_uuid();
        return Err(format!(
            "operation error Elastic Load Balancing v2: CreateListener, https response error StatusCode: 400, RequestID: {request}, api error ValidationError: A certificate must be specified for HTTPS listeners"
        ));
    }
    let old = world.aws.load_balancers.get(balancer);
    let old = old.map(|balancer| balancer.listeners.clone()).unwrap_or_default();
    let path = balancer.split_once("loadbalancer/").map_or("", |(_, path)| path);
    let mut new = Vec::new();
    for (port, secure) in &model.ports {
        let protocol = if *secure { "HTTPS" } else { "HTTP" };
        let known = |listener: &&Listener| listener.port == *port && listener.protocol == protocol;
        let mut listener = match old.iter().find(known) {
            Some(listener) => listener.clone(),
            None => Listener {
                arn: format!("{}/{}", arn(world, &format!("listener/{path}")), world.draw_hex(16)),
                port: *port,
                protocol: protocol.to_owned(),
                rules: Vec::new(),
                tags: tags(world, stack, model, &port.to_string()),
            },
        };
        rules(world, stack, model, &mut listener, groups);
        new.push(listener);
    }
    let rules = new.iter().flat_map(|listener| &listener.rules);
    let used: Vec<String> = rules.filter_map(|rule| rule.target_group.clone()).collect();
    for group in world.aws.target_groups.values_mut() {
        group.load_balancers.retain(|user| user != balancer);
        if used.contains(&group.arn) {
            group.load_balancers.push(balancer.to_owned());
        }
    }
    if let Some(balancer) = world.aws.load_balancers.get_mut(balancer) {
        balancer.listeners = new;
    }
    Ok(())
}

fn rules(world: &mut World, stack: &Stack, model: &Model, listener: &mut Listener, groups: &BTreeMap<String, String>) {
    let old = std::mem::take(&mut listener.rules);
    let same = |rule: &Rule, wanted: &RuleModel, group: &Option<String>| {
        rule.hosts == wanted.hosts && rule.paths == wanted.paths && rule.target_group == *group
    };
    let base = listener.arn.replacen(":listener/", ":listener-rule/", 1);
    let wanted = model.rules.iter().filter(|rule| rule.ports.contains(&listener.port));
    for (wanted, priority) in wanted.zip(1_u32..) {
        let target_group = wanted.target_group.as_ref().and_then(|name| groups.get(name)).cloned();
        let known = old.iter().find(|rule| same(rule, wanted, &target_group));
        let arn = match known {
            Some(rule) => rule.arn.clone(),
            None => format!("{base}/{}", world.draw_hex(16)),
        };
        listener.rules.push(Rule {
            arn,
            priority,
            hosts: wanted.hosts.clone(),
            paths: wanted.paths.clone(),
            target_group,
            tags: tags(world, stack, model, &format!("{}:{priority}", listener.port)),
        });
    }
}
