//! What a plan makes, as people read it: two or three lines a node, and the whole of it where more detail is asked for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::lang::{Text, text};
use crate::lbc::Inbound;
use crate::model::{Desired, Object, Scheme, Selector, visible};
use crate::plan::{AlbOutline, Outline, PortOutline, RuleOutline, SubnetOutline};

/// What stands for each value of a Secret.
const HIDDEN: &str = "(hidden)";

/// Each fact with its label.
pub fn lines(outline: &Outline) -> Vec<(Text, Text)> {
    match outline {
        Outline::Role {
            trusted,
            source_arns,
            policy,
            boundary,
        } => {
            let mut lines = vec![
                (text!("view-trust"), trust(trusted, source_arns)),
                (text!("view-policy"), name(policy)),
            ];
            lines.extend(boundary.as_ref().map(|arn| (text!("view-boundary"), name(arn))));
            lines
        }
        Outline::Profile {
            subnets,
            selectors,
            role,
        } => vec![
            (text!("view-subnets"), subnets_of(subnets)),
            (text!("view-pods"), listed(selectors.iter().map(selector))),
            (text!("view-role"), name(role)),
            (text!("view-entry"), text!("view-entry-added")),
        ],
        Outline::AccessEntry { principal } => vec![(text!("view-role"), principal.into())],
        Outline::Service {
            service_type,
            ports,
            selector,
        } => {
            let service_type = Text::from(format!("({service_type})"));
            let ports = Text::list([listed(ports.iter().map(port)), service_type], " ");
            let pods = text!("view-pods-labels", labels = labels(selector));
            vec![(text!("view-ports"), ports), (text!("view-pods"), pods)]
        }
        Outline::Ingress(alb) => ingress(alb),
        Outline::Workload { images, pods, billed } => vec![
            (text!("view-image"), all(images)),
            (text!("view-pods"), workload(*pods, billed.as_deref())),
        ],
    }
}

/// The subnets; without any, EKS takes those of the cluster that are private.
/// <https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateFargateProfile.html>
fn subnets_of(subnets: &[SubnetOutline]) -> Text {
    if subnets.is_empty() {
        return text!("view-subnets-chosen");
    }
    listed(subnets.iter().map(subnet))
}

/// The items with commas.
fn listed(items: impl Iterator<Item = Text>) -> Text {
    let items: Vec<Text> = items.collect();
    if items.is_empty() {
        text!("view-none")
    } else {
        Text::list(items, ", ")
    }
}

/// Names with commas; each stays on one line.
fn all<'a>(names: impl IntoIterator<Item = &'a String>) -> Text {
    listed(names.into_iter().map(|name| held(name)))
}

/// Words that stay on one line.
fn held(words: &str) -> Text {
    Text::verbatim(words.replace(' ', "\u{a0}"))
}

/// The last part of an ARN or path.
fn name(arn: &str) -> Text {
    Text::verbatim(arn.rsplit('/').next().unwrap_or(arn).to_owned())
}

/// What of an ARN names the resource, without partition, service, region and account.
fn resource(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

fn trust(trusted: &[String], source_arns: &[String]) -> Text {
    let services = all(trusted);
    if source_arns.is_empty() {
        return text!("view-trust-any", services = services);
    }
    let resources = listed(source_arns.iter().map(|arn| held(resource(arn))));
    text!("view-trust-for", services = services, resources = resources)
}

fn subnet(subnet: &SubnetOutline) -> Text {
    match &subnet.zone {
        Some(zone) => held(&format!("{} ({zone})", subnet.id)),
        None => held(&subnet.id),
    }
}

fn selector(selector: &Selector) -> Text {
    if selector.labels.is_empty() {
        return text!("view-pods-of", namespace = &selector.namespace);
    }
    text!(
        "view-pods-of-labels",
        namespace = &selector.namespace,
        labels = held(&labels(&selector.labels))
    )
}

fn labels(labels: &BTreeMap<String, String>) -> String {
    let pairs = labels.iter().map(|(key, value)| format!("{key}={value}"));
    pairs.collect::<Vec<_>>().join(" ")
}

fn port(port: &PortOutline) -> Text {
    held(&format!("{}/{} -> {}", port.port, port.protocol, port.target))
}

fn workload(pods: u64, billed: Option<&str>) -> Text {
    match billed {
        Some(size) => text!("view-pods-billed", count = pods, size = held(size)),
        None => text!("view-pods-too-large", count = pods),
    }
}

fn ingress(alb: &AlbOutline) -> Vec<(Text, Text)> {
    let what = Text::from(format!("{}, {}", alb.load_balancer, alb.scheme.word()));
    let group = alb.group.as_ref().map(|group| text!("view-group", group = group));
    let open = text!("view-open-on", whom = inbound(alb), listeners = all(&alb.listeners));
    let rules = text!(
        "view-rules-targets",
        rules = listed(alb.rules.iter().map(rule)),
        target = target(alb)
    );
    vec![
        (
            Text::verbatim("ALB"),
            Text::list(std::iter::once(what).chain(group), ", "),
        ),
        (text!("view-open"), open),
        (text!("view-rules"), rules),
    ]
}

fn target(alb: &AlbOutline) -> Text {
    match alb.target_type.as_str() {
        "ip" => text!("view-target-ip"),
        "instance" => text!("view-target-instance"),
        other => Text::verbatim(other.to_owned()),
    }
}

/// Who can reach it.
fn inbound(alb: &AlbOutline) -> Text {
    let whom = match &alb.inbound {
        Inbound::Groups(groups) => text!("view-by-groups", groups = all(groups)),
        open if open.is_open() && alb.scheme == Scheme::InternetFacing => text!("view-everybody"),
        Inbound::Ranges { cidrs, prefix_lists } => all(cidrs.iter().chain(prefix_lists)),
    };
    match alb.scheme {
        Scheme::InternetFacing => whom,
        Scheme::Internal => text!("view-internal", whom = whom),
    }
}

fn rule(rule: &RuleOutline) -> Text {
    let host = rule.host.as_deref().unwrap_or_default();
    let path = if rule.prefix {
        format!("{host}{}/*", rule.path.trim_end_matches('/'))
    } else {
        format!("{host}{}", rule.path)
    };
    text!("view-rule", path = held(&path), backend = held(&rule.backend))
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
        lines(&outline)[1].1.to_string().replace('\u{a0}', " ")
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
