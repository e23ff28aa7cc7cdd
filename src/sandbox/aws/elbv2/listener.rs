//! Listeners and rules.

use super::super::wire::{Failure, Params, Xml, branch, leaf, list, strings};
use super::{balancer_not_found, listener_not_found, paged, rule_not_found};
use crate::state::{Listener, Rule, RuleAction, RuleCondition};
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
            let mut members = vec![
                leaf("ListenerArn", &listener.arn),
                leaf("LoadBalancerArn", owner),
                leaf("Port", listener.port),
                leaf("Protocol", &listener.protocol),
                list("DefaultActions", "member", [action(&listener.default)]),
            ];
            if let Some(first) = listener.certificates.first() {
                let certificate = vec![leaf("CertificateArn", first)];
                members.push(list("Certificates", "member", [certificate]));
            }
            members
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
        let last = std::iter::once((default.as_str(), default_members(&default, &listener.default)));
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
    vec![
        leaf("RuleArn", &rule.arn),
        leaf("Priority", rule.priority),
        list("Conditions", "member", rule.conditions.iter().map(condition)),
        list("Actions", "member", [action(&rule.action)]),
        leaf("IsDefault", false),
    ]
}

fn default_members(arn: &str, default: &RuleAction) -> Vec<Xml> {
    vec![
        leaf("RuleArn", arn),
        leaf("Priority", "default"),
        branch("Conditions", []),
        list("Actions", "member", [action(default)]),
        leaf("IsDefault", true),
    ]
}

fn condition(condition: &RuleCondition) -> Vec<Xml> {
    let values = |values: &[String]| strings("Values", "member", values);
    // Only the two oldest kinds have their values at the top, too.
    let both = |field: &'static str, config: &'static str, of: &[String]| {
        vec![leaf("Field", field), values(of), branch(config, [values(of)])]
    };
    match condition {
        RuleCondition::Host(of) => both("host-header", "HostHeaderConfig", of),
        RuleCondition::Path(of) => both("path-pattern", "PathPatternConfig", of),
        RuleCondition::Header(name, of) => {
            let config = [leaf("HttpHeaderName", name), values(of)];
            vec![leaf("Field", "http-header"), branch("HttpHeaderConfig", config)]
        }
        RuleCondition::Method(of) => {
            let config = branch("HttpRequestMethodConfig", [values(of)]);
            vec![leaf("Field", "http-request-method"), config]
        }
        RuleCondition::Query(pairs) => {
            let pairs = pairs.iter().map(|(key, value)| {
                let key = key.iter().map(|key| leaf("Key", key));
                key.chain([leaf("Value", value)]).collect::<Vec<_>>()
            });
            let config = branch("QueryStringConfig", [list("Values", "member", pairs)]);
            vec![leaf("Field", "query-string"), config]
        }
        RuleCondition::Source(of) => {
            vec![leaf("Field", "source-ip"), branch("SourceIpConfig", [values(of)])]
        }
    }
}

fn action(action: &RuleAction) -> Vec<Xml> {
    match action {
        RuleAction::Forward(groups) => forward(groups),
        RuleAction::Redirect(to) => vec![
            leaf("Type", "redirect"),
            leaf("Order", 1),
            branch(
                "RedirectConfig",
                [
                    leaf("Protocol", &to.protocol),
                    leaf("Port", &to.port),
                    leaf("Host", &to.host),
                    leaf("Path", &to.path),
                    leaf("Query", &to.query),
                    leaf("StatusCode", &to.status),
                ],
            ),
        ],
        RuleAction::Fixed(answer) => {
            let mut config = vec![leaf("StatusCode", &answer.status)];
            config.extend(answer.media.iter().map(|media| leaf("ContentType", media)));
            config.extend(answer.body.iter().map(|body| leaf("MessageBody", body)));
            vec![
                leaf("Type", "fixed-response"),
                leaf("Order", 1),
                branch("FixedResponseConfig", config),
            ]
        }
    }
}

fn forward(groups: &[(String, u32)]) -> Vec<Xml> {
    let tuple = |(arn, weight): &(String, u32)| vec![leaf("TargetGroupArn", arn), leaf("Weight", *weight)];
    let stickiness = branch("TargetGroupStickinessConfig", [leaf("Enabled", false)]);
    let tuples = list("TargetGroups", "member", groups.iter().map(tuple));
    let mut members = vec![leaf("Type", "forward"), leaf("Order", 1)];
    if let [(only, _)] = groups {
        members.push(leaf("TargetGroupArn", only));
    }
    members.push(branch("ForwardConfig", [tuples, stickiness]));
    members
}
