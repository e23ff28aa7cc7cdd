//! Listeners and rules of a load balancer.

use std::collections::BTreeMap;

use super::naming::{arn, tags};
use crate::sim::lbc::model::Model;
use crate::sim::lbc::rules::PortRules;
use crate::sim::lbc::stack::Stack;
use crate::state::{Listener, Rule, RuleAction};
use crate::world::World;

/// Brings listeners and rules in line; what has not changed keeps its ARN.
pub(super) fn bring(
    world: &mut World,
    stack: &Stack,
    model: &Model,
    balancer: &str,
    groups: &BTreeMap<String, String>,
) {
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
                arn: format!(
                    "{}/{}",
                    arn(world, &format!("listener/{path}")),
                    world.draw_hex(&format!("listener {path} {port}"), 16)
                ),
                port: *port,
                protocol: protocol.to_owned(),
                certificates: Vec::new(),
                rules: Vec::new(),
                default: RuleAction::not_found(),
                tags: tags(world, stack, model, &port.to_string()),
            },
        };
        if *secure {
            listener.certificates.clone_from(&model.certificates);
        }
        if let Some(wanted) = model.rules.get(port) {
            listener.default = resolved(&wanted.default, groups);
            rules(world, (stack, model), &mut listener, wanted, groups);
        }
        new.push(listener);
    }
    let actions = new.iter().flat_map(Listener::actions);
    let used: Vec<String> = actions.flat_map(RuleAction::target_groups).map(str::to_owned).collect();
    let groups = world.aws.target_groups.values();
    let turned =
        groups.filter(|group| used.contains(&group.arn) != group.load_balancers.iter().any(|user| user == balancer));
    let turned: Vec<String> = turned.map(|group| group.arn.clone()).collect();
    for arn in turned {
        let Some(group) = world.aws.target_groups.get_mut(&arn) else {
            continue;
        };
        if used.contains(&arn) {
            group.load_balancers.push(balancer.to_owned());
        } else {
            group.load_balancers.retain(|user| user != balancer);
        }
    }
    if let Some(balancer) = world.aws.load_balancers.get_mut(balancer) {
        balancer.listeners = new;
    }
}

/// An action with the ARNs of the stack's target groups in place of their names.
fn resolved(action: &RuleAction, groups: &BTreeMap<String, String>) -> RuleAction {
    match action {
        RuleAction::Forward(wanted) => {
            let arn = |name: &String| groups.get(name).unwrap_or(name).clone();
            RuleAction::Forward(wanted.iter().map(|(name, weight)| (arn(name), *weight)).collect())
        }
        other => other.clone(),
    }
}

fn rules(
    world: &mut World,
    (stack, model): (&Stack, &Model),
    listener: &mut Listener,
    wanted: &PortRules,
    groups: &BTreeMap<String, String>,
) {
    let old = std::mem::take(&mut listener.rules);
    let base = listener.arn.replacen(":listener/", ":listener-rule/", 1);
    for (wanted, priority) in wanted.rules.iter().zip(1_u32..) {
        let action = resolved(&wanted.action, groups);
        let known = old
            .iter()
            .find(|rule| rule.conditions == wanted.conditions && rule.action == action);
        let arn = match known {
            Some(rule) => rule.arn.clone(),
            None => format!("{base}/{}", world.draw_hex(&format!("rule {base} {priority}"), 16)),
        };
        listener.rules.push(Rule {
            arn,
            priority,
            conditions: wanted.conditions.clone(),
            action,
            tags: tags(world, stack, model, &format!("{}:{priority}", listener.port)),
        });
    }
}
