//! Listeners and rules.

use super::super::wire::{Failure, Params, Xml, branch, leaf, list, strings};
use super::{balancer_not_found, listener_not_found, paged, rule_not_found};
use crate::state::{Listener, Rule};
use crate::world::World;
use crate::world::mix;

/// All listeners with the ARN of their load balancer.
fn all(world: &World) -> impl Iterator<Item = (&str, &Listener)> {
    world.aws.load_balancers.values().flat_map(|balancer| {
        balancer
            .listeners
            .iter()
            .map(|listener| (balancer.arn.as_str(), listener))
    })
}

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arns = params.list("ListenerArns");
    let balancer = params.get("LoadBalancerArn");
    if balancer.is_some_and(|arn| !world.aws.load_balancers.contains_key(arn)) {
        return Err(balancer_not_found());
    }
    if arns
        .iter()
        .any(|arn| !all(world).any(|(_, listener)| listener.arn == *arn))
    {
        return Err(listener_not_found());
    }
    if arns.is_empty() && balancer.is_none() {
        return Err(Failure::bad(
            "ValidationError",
            "You must specify either listener ARNs or a load balancer ARN",
        ));
    }
    let found = all(world)
        .filter(|(owner, _)| balancer.is_none_or(|arn| arn == *owner))
        .filter(|(_, listener)| arns.is_empty() || arns.contains(&listener.arn.as_str()))
        .map(|(owner, listener)| {
            vec![
                leaf("ListenerArn", &listener.arn),
                leaf("LoadBalancerArn", owner),
                leaf("Port", listener.port),
                leaf("Protocol", &listener.protocol),
                list("DefaultActions", "member", [fixed(404, "")]),
            ]
        });
    paged("Listeners", found.collect(), params)
}

pub(super) fn rules(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arns = params.list("RuleArns");
    let listener = params.get("ListenerArn");
    if listener.is_some_and(|arn| !all(world).any(|(_, listener)| listener.arn == arn)) {
        return Err(listener_not_found());
    }
    let mut found = Vec::new();
    let mut unknown = arns.clone();
    for (_, listener) in all(world).filter(|(_, of)| listener.is_none_or(|arn| of.arn == arn)) {
        let default = default_rule(&listener.arn);
        let rules = listener
            .rules
            .iter()
            .map(|rule| (rule.arn.as_str(), rule_members(rule)));
        let last = std::iter::once((default.as_str(), default_members(&default)));
        for (arn, members) in rules.chain(last) {
            unknown.retain(|wanted| *wanted != arn);
            if arns.is_empty() || arns.contains(&arn) {
                found.push(members);
            }
        }
    }
    if !unknown.is_empty() {
        return Err(rule_not_found());
    }
    paged("Rules", found, params)
}

/// The ARN of a listener's default rule: the id at its end follows from the listener's.
fn default_rule(listener: &str) -> String {
    let id = listener.bytes().fold(0, |hash, byte| mix(hash ^ u64::from(byte)));
    format!("{}/{id:016x}", listener.replace(":listener/", ":listener-rule/"))
}

fn rule_members(rule: &Rule) -> Vec<Xml> {
    let condition = |field: &'static str, config: &'static str, values: &[String]| {
        vec![
            leaf("Field", field),
            strings("Values", "member", values),
            branch(config, [strings("Values", "member", values)]),
        ]
    };
    let hosts = (!rule.hosts.is_empty()).then(|| condition("host-header", "HostHeaderConfig", &rule.hosts));
    let paths = condition("path-pattern", "PathPatternConfig", &rule.paths);
    let action = rule
        .target_group
        .as_ref()
        .map_or_else(|| fixed(503, "Backend service does not exist"), |group| forward(group));
    vec![
        leaf("RuleArn", &rule.arn),
        leaf("Priority", rule.priority),
        list("Conditions", "member", hosts.into_iter().chain([paths])),
        list("Actions", "member", [action]),
        leaf("IsDefault", false),
    ]
}

fn default_members(arn: &str) -> Vec<Xml> {
    vec![
        leaf("RuleArn", arn),
        leaf("Priority", "default"),
        branch("Conditions", []),
        list("Actions", "member", [fixed(404, "")]),
        leaf("IsDefault", true),
    ]
}

fn forward(group: &str) -> Vec<Xml> {
    let tuple = vec![leaf("TargetGroupArn", group), leaf("Weight", 1)];
    let stickiness = branch("TargetGroupStickinessConfig", [leaf("Enabled", false)]);
    vec![
        leaf("Type", "forward"),
        leaf("Order", 1),
        leaf("TargetGroupArn", group),
        branch("ForwardConfig", [list("TargetGroups", "member", [tuple]), stickiness]),
    ]
}

fn fixed(status: u16, text: &str) -> Vec<Xml> {
    let mut config = vec![leaf("StatusCode", status), leaf("ContentType", "text/plain")];
    if !text.is_empty() {
        config.push(leaf("MessageBody", text));
    }
    vec![
        leaf("Type", "fixed-response"),
        leaf("Order", 1),
        branch("FixedResponseConfig", config),
    ]
}
