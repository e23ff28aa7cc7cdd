//! What a plan makes, as people read it: two or three lines a node, and the whole of it where more detail is asked for.

use std::collections::BTreeMap;

use serde_json::Value;

use super::words;
use crate::lbc::Inbound;
use crate::model::{Desired, Object, Scheme, Selector, visible};
use crate::plan::{AlbOutline, Outline, PortOutline, RuleOutline, SubnetOutline};

/// What stands for each value of a Secret.
const HIDDEN: &str = "(hidden)";

/// Each fact with its label.
pub fn lines(outline: &Outline) -> Vec<(&'static str, String)> {
    match outline {
        Outline::Role {
            trusted,
            source_arns,
            policy,
            boundary,
        } => {
            let mut lines = vec![
                ("trust", trust(trusted, source_arns)),
                ("policy", last(policy).to_owned()),
            ];
            lines.extend(boundary.as_ref().map(|arn| ("boundary", last(arn).to_owned())));
            lines
        }
        Outline::Profile {
            subnets,
            selectors,
            role,
        } => vec![
            ("subnets", subnets_of(subnets)),
            ("pods", listed(selectors.iter().map(selector))),
            ("role", last(role).to_owned()),
            ("entry", "EKS adds an access entry for the role".to_owned()),
        ],
        Outline::AccessEntry { principal } => vec![("role", principal.clone())],
        Outline::Service {
            service_type,
            ports,
            selector,
        } => vec![
            ("ports", format!("{} ({service_type})", listed(ports.iter().map(port)))),
            ("pods", format!("with {}", labels(selector))),
        ],
        Outline::Ingress(alb) => ingress(alb),
        Outline::Workload { images, pods, billed } => vec![
            ("image", listed(images.iter().cloned())),
            ("pods", workload(*pods, billed.as_deref())),
        ],
    }
}

/// The subnets; without any, EKS takes those of the cluster that are private.
/// <https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html>
fn subnets_of(subnets: &[SubnetOutline]) -> String {
    if subnets.is_empty() {
        return "chosen by EKS: the cluster's private ones".to_owned();
    }
    listed(subnets.iter().map(subnet))
}

/// The items with commas; each stays on one line.
fn listed(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.map(|item| item.replace(' ', "\u{a0}")).collect();
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join(", ")
    }
}

/// The last part of an ARN or path.
fn last(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// What of an ARN names the resource, without partition, service, region and account.
fn resource(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

fn trust(trusted: &[String], source_arns: &[String]) -> String {
    let services = listed(trusted.iter().cloned());
    if source_arns.is_empty() {
        format!("{services}, whoever it acts for")
    } else {
        let resources = source_arns.iter().map(|arn| resource(arn).to_owned());
        format!("{services} for {}", listed(resources))
    }
}

fn subnet(subnet: &SubnetOutline) -> String {
    match &subnet.zone {
        Some(zone) => format!("{} ({zone})", subnet.id),
        None => subnet.id.clone(),
    }
}

fn selector(selector: &Selector) -> String {
    let namespace = format!("namespace {}", selector.namespace);
    if selector.labels.is_empty() {
        namespace
    } else {
        format!("{namespace} with {}", labels(&selector.labels))
    }
}

fn labels(labels: &BTreeMap<String, String>) -> String {
    let pairs = labels.iter().map(|(key, value)| format!("{key}={value}"));
    pairs.collect::<Vec<_>>().join(" ")
}

fn port(port: &PortOutline) -> String {
    format!("{}/{} -> {}", port.port, port.protocol, port.target)
}

fn workload(pods: u64, billed: Option<&str>) -> String {
    let count = words::count(usize::try_from(pods).unwrap_or(usize::MAX), "pod");
    let size = match billed {
        Some(size) => format!("each billed as {size}").replace(' ', "\u{a0}"),
        None => "larger than anything that Fargate offers".to_owned(),
    };
    format!("{count}, {size}")
}

fn ingress(alb: &AlbOutline) -> Vec<(&'static str, String)> {
    let group = alb
        .group
        .as_ref()
        .map_or_else(String::new, |group| format!(", shared by IngressGroup {group}"));
    vec![
        ("ALB", format!("{}, {}{group}", alb.load_balancer, alb.scheme.word())),
        (
            "open to",
            format!("{} on {}", inbound(alb), listed(alb.listeners.iter().cloned())),
        ),
        (
            "rules",
            format!("{}, targets by {}", listed(alb.rules.iter().map(rule)), target(alb)),
        ),
    ]
}

fn target(alb: &AlbOutline) -> &str {
    match alb.target_type.as_str() {
        "ip" => "the pods' addresses (ip)",
        "instance" => "node ports (instance)",
        other => other,
    }
}

/// Who can reach it.
fn inbound(alb: &AlbOutline) -> String {
    let whom = match &alb.inbound {
        Inbound::Groups(groups) => format!("whom {} let through", listed(groups.iter().cloned())),
        open if open.is_open() && alb.scheme == Scheme::InternetFacing => "everybody (0.0.0.0/0)".to_owned(),
        Inbound::Ranges { cidrs, prefix_lists } => listed(cidrs.iter().chain(prefix_lists).cloned()),
    };
    match alb.scheme {
        Scheme::InternetFacing => whom,
        Scheme::Internal => format!("the VPC and what is connected to it, from {whom},"),
    }
}

fn rule(rule: &RuleOutline) -> String {
    let host = rule.host.as_deref().unwrap_or_default();
    let path = if rule.prefix {
        format!("{}/*", rule.path.trim_end_matches('/'))
    } else {
        rule.path.clone()
    };
    format!("{host}{path} to {}", rule.backend)
}

/// The whole of what is wanted, as YAML; of a Secret without its values. `None` for what has no more to it than its lines.
pub fn whole(desired: &Desired) -> Option<String> {
    let value = match desired {
        Desired::Object(object) => without_secrets(object),
        Desired::Role(spec) => serde_json::to_value(spec).ok()?,
        Desired::Profile(spec) => serde_json::to_value(spec).ok()?,
        Desired::AccessEntry(spec) => serde_json::to_value(spec).ok()?,
        Desired::LoadBalancer(_) | Desired::Proof(_) | Desired::Lock(_) => return None,
    };
    visible::yaml(&value).ok()
}

fn without_secrets(object: &Object) -> Value {
    let mut value = object.0.clone();
    if object.kind() == "Secret" {
        for field in ["data", "stringData"] {
            let values = value.get_mut(field).and_then(Value::as_object_mut);
            for (_, value) in values.into_iter().flatten() {
                *value = HIDDEN.into();
            }
        }
    }
    value
}

/// Whether a field of this node must not be shown: the values of a Secret.
pub fn is_secret(desired: &Desired, path: &str) -> bool {
    let is_value = path.starts_with("data") || path.starts_with("stringData");
    is_value && matches!(desired, Desired::Object(object) if object.kind() == "Secret")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn alb(scheme: Scheme, inbound: Inbound) -> String {
        let outline = Outline::Ingress(Box::new(AlbOutline {
            load_balancer: "k8s-x".to_owned(),
            scheme,
            inbound,
            listeners: vec!["HTTP 80".to_owned(), "HTTPS 443".to_owned()],
            target_type: "ip".to_owned(),
            group: None,
            rules: Vec::new(),
        }));
        lines(&outline)[1].1.replace('\u{a0}', " ")
    }

    #[test]
    fn who_can_reach_the_load_balancer_is_said_whatever_lets_them_through() {
        let ranges = |cidrs: &[&str], lists: &[&str]| Inbound::Ranges {
            cidrs: cidrs.iter().map(|&cidr| cidr.to_owned()).collect(),
            prefix_lists: lists.iter().map(|&list| list.to_owned()).collect(),
        };
        let groups = || Inbound::Groups(vec!["sg-1".to_owned(), "mine".to_owned()]);
        for (scheme, inbound, expected) in [
            (
                Scheme::InternetFacing,
                ranges(&["0.0.0.0/0"], &[]),
                "everybody (0.0.0.0/0)",
            ),
            (
                Scheme::InternetFacing,
                ranges(&["203.0.113.0/24"], &["pl-1"]),
                "203.0.113.0/24, pl-1",
            ),
            (Scheme::InternetFacing, groups(), "whom sg-1, mine let through"),
            (
                Scheme::Internal,
                ranges(&["0.0.0.0/0"], &[]),
                "the VPC and what is connected to it, from 0.0.0.0/0,",
            ),
            (
                Scheme::Internal,
                ranges(&["10.0.0.0/8"], &[]),
                "the VPC and what is connected to it, from 10.0.0.0/8,",
            ),
        ] {
            assert_eq!(alb(scheme, inbound), format!("{expected} on HTTP 80, HTTPS 443"));
        }
    }

    #[test]
    fn values_of_secrets_are_hidden() {
        let secret = Desired::Object(Object(json!({
            "kind": "Secret", "metadata": {"name": "s"}, "data": {"key": "cGFzcw=="}, "stringData": {"other": "pass"},
        })));
        let shown = whole(&secret).unwrap();
        assert!(
            shown.contains("key: (hidden)") && shown.contains("other: (hidden)"),
            "{shown}"
        );
        assert!(is_secret(&secret, "data.key") && !is_secret(&secret, "metadata.name"));
        let map = Desired::Object(Object(json!({"kind": "ConfigMap", "data": {"key": "value"}})));
        assert!(whole(&map).unwrap().contains("key: value") && !is_secret(&map, "data.key"));
    }
}
