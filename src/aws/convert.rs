//! From the SDK's answers to the program's own types.

use std::collections::BTreeMap;

use aws_sdk_eks::types as eks;
use aws_sdk_elasticloadbalancingv2::types as elb;
use aws_sdk_iam::types as iam;
use aws_smithy_types::DateTime;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::model::{
    AccessEntry, BalancingLimits, Cluster, HealthIssue, LoadBalancer, Profile, Route, Scheme, Selector, Target,
};

/// A time to the millisecond; EKS sends seconds as floating point, which is no finer than that.
pub(super) fn timestamp(time: &DateTime) -> Option<Timestamp> {
    let milliseconds = time.secs().checked_mul(1000)?;
    Timestamp::from_millisecond(milliseconds + i64::from((time.subsec_nanos() + 500_000) / 1_000_000)).ok()
}

fn text(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// A server's word; none is the empty word.
fn word<W: for<'a> From<&'a str>>(word: Option<&str>) -> W {
    word.unwrap_or_default().into()
}

/// EKS's cluster.
pub(super) fn cluster(from: &eks::Cluster) -> Cluster {
    let vpc = from.resources_vpc_config();
    let issues = from.health().map(eks::ClusterHealth::issues).unwrap_or_default();
    Cluster {
        name: text(from.name()),
        arn: text(from.arn()),
        status: word(from.status().map(eks::ClusterStatus::as_str)),
        version: text(from.version()),
        endpoint: from.endpoint().map(|url| url.trim_end_matches('/').to_owned()),
        certificate_authority: from.certificate_authority().and_then(|ca| pem(ca.data()?)),
        vpc_id: vpc.and_then(|vpc| vpc.vpc_id()).map(str::to_owned),
        subnet_ids: vpc.map(|vpc| vpc.subnet_ids().to_vec()).unwrap_or_default(),
        security_group_id: vpc.and_then(|vpc| vpc.cluster_security_group_id()).map(str::to_owned),
        authentication_mode: from
            .access_config()
            .and_then(|config| config.authentication_mode())
            .map(|mode| mode.as_str().into()),
        public_access: vpc.is_some_and(eks::VpcConfigResponse::endpoint_public_access),
        private_access: vpc.is_some_and(eks::VpcConfigResponse::endpoint_private_access),
        public_cidrs: vpc.map(|vpc| vpc.public_access_cidrs().to_vec()).unwrap_or_default(),
        auto_mode: from
            .compute_config()
            .and_then(eks::ComputeConfigResponse::enabled)
            .unwrap_or_default(),
        on_outpost: from.outpost_config().is_some(),
        is_connected: from.connector_config().is_some(),
        health: issues
            .iter()
            .map(|issue| HealthIssue {
                code: text(issue.code().map(eks::ClusterIssueCode::as_str)),
                message: text(issue.message()),
                resources: issue.resource_ids().to_vec(),
            })
            .collect(),
    }
}

/// The PEM behind EKS's base64; `None` if it is none (moto sends random letters).
fn pem(base64: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD.decode(base64).ok()?).ok()
}

/// EKS's Fargate profile.
pub(super) fn profile(from: &eks::FargateProfile) -> Profile {
    let issues = from.health().map(eks::FargateProfileHealth::issues).unwrap_or_default();
    let mut subnets = from.subnets().to_vec();
    subnets.sort();
    Profile {
        name: text(from.fargate_profile_name()),
        arn: text(from.fargate_profile_arn()),
        status: word(from.status().map(eks::FargateProfileStatus::as_str)),
        role_arn: text(from.pod_execution_role_arn()),
        subnets,
        selectors: from
            .selectors()
            .iter()
            .map(|selector| Selector {
                namespace: text(selector.namespace()),
                labels: sorted(selector.labels()),
            })
            .collect(),
        tags: sorted(from.tags()),
        created_at: from.created_at().and_then(timestamp),
        health: issues
            .iter()
            .map(|issue| HealthIssue {
                code: text(issue.code().map(eks::FargateProfileIssueCode::as_str)),
                message: text(issue.message()),
                resources: issue.resource_ids().to_vec(),
            })
            .collect(),
    }
}

fn sorted(map: Option<&std::collections::HashMap<String, String>>) -> BTreeMap<String, String> {
    map.into_iter().flatten().map(|(k, v)| (k.clone(), v.clone())).collect()
}

/// EKS's access entry.
pub(super) fn access_entry(from: &eks::AccessEntry) -> AccessEntry {
    AccessEntry {
        principal_arn: text(from.principal_arn()),
        kind: word(from.r#type()),
        created_at: from.created_at().and_then(timestamp),
    }
}

/// IAM's tags.
pub(super) fn iam_tags(from: &[iam::Tag]) -> BTreeMap<String, String> {
    from.iter()
        .map(|tag| (tag.key().to_owned(), tag.value().to_owned()))
        .collect()
}

/// A policy document as IAM sends it: JSON, percent-encoded. What is no JSON stays text.
pub(super) fn policy_document(encoded: Option<&str>) -> Value {
    let decoded = percent_decode_str(encoded.unwrap_or_default()).decode_utf8_lossy();
    serde_json::from_str(&decoded).unwrap_or_else(|_| Value::String(decoded.into_owned()))
}

/// The limits that decide on a lab, by the names that Elastic Load Balancing gives them.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Limit.html>
pub(super) fn balancing_limits(from: &[elb::Limit]) -> BalancingLimits {
    let most = |name: &str| {
        let limit = from.iter().find(|limit| limit.name() == Some(name))?;
        limit.max()?.parse().ok()
    };
    BalancingLimits {
        load_balancers: most("application-load-balancers"),
        target_groups: most("target-groups"),
        listeners: most("listeners-per-application-load-balancer"),
        rules: most("rules-per-application-load-balancer"),
        groups_of_one: most("target-groups-per-application-load-balancer"),
    }
}

/// ELB's load balancer, without tags, listeners and target groups.
pub(super) fn balancer(from: &elb::LoadBalancer) -> LoadBalancer {
    let state = from.state();
    LoadBalancer {
        arn: text(from.load_balancer_arn()),
        name: text(from.load_balancer_name()),
        dns_name: text(from.dns_name()).to_lowercase(),
        scheme: match from.scheme() {
            Some(elb::LoadBalancerSchemeEnum::InternetFacing) => Scheme::InternetFacing,
            _ => Scheme::Internal,
        },
        state: word(
            state
                .and_then(|state| state.code())
                .map(elb::LoadBalancerStateEnum::as_str),
        ),
        reason: state
            .and_then(elb::LoadBalancerState::reason)
            .filter(|reason| !reason.is_empty())
            .map(str::to_owned),
        created_at: from.created_time().and_then(timestamp),
        subnets: from
            .availability_zones()
            .iter()
            .filter_map(|zone| zone.subnet_id().map(str::to_owned))
            .collect(),
        security_groups: from.security_groups().to_vec(),
        tags: BTreeMap::new(),
        listeners: Vec::new(),
        target_groups: Vec::new(),
    }
}

/// What a rule of the listener on `port` answers.
pub(super) fn route(port: u16, rule: &elb::Rule) -> Route {
    let mut route = Route {
        port,
        hosts: Vec::new(),
        paths: Vec::new(),
        narrowed: false,
    };
    for condition in rule.conditions() {
        let hosts = condition
            .host_header_config()
            .map(elb::HostHeaderConditionConfig::values);
        let paths = condition
            .path_pattern_config()
            .map(elb::PathPatternConditionConfig::values);
        match condition.field() {
            Some("host-header") => route.hosts = hosts.unwrap_or(condition.values()).to_vec(),
            Some("path-pattern") => route.paths = paths.unwrap_or(condition.values()).to_vec(),
            _ => route.narrowed = true,
        }
    }
    route
}

/// A listener's or rule's target groups, if it forwards.
pub(super) fn forwards_to(actions: &[elb::Action]) -> Vec<String> {
    let mut arns: Vec<String> = actions
        .iter()
        .flat_map(|action| {
            let groups = action.forward_config().map(elb::ForwardActionConfig::target_groups);
            let tuples = groups
                .unwrap_or_default()
                .iter()
                .filter_map(|tuple| tuple.target_group_arn());
            action.target_group_arn().into_iter().chain(tuples)
        })
        .map(str::to_owned)
        .collect();
    arns.sort();
    arns.dedup();
    arns
}

/// A target with its health.
pub(super) fn target(from: &elb::TargetHealthDescription) -> Target {
    let health = from.target_health();
    Target {
        id: text(from.target().and_then(elb::TargetDescription::id)),
        port: from
            .target()
            .and_then(elb::TargetDescription::port)
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or_default(),
        state: word(
            health
                .and_then(|health| health.state())
                .map(elb::TargetHealthStateEnum::as_str),
        ),
        reason: health
            .and_then(|health| health.reason())
            .map(|reason| reason.as_str().to_owned()),
        description: health.and_then(elb::TargetHealth::description).map(str::to_owned),
    }
}

/// ELB's tags.
pub(super) fn elb_tags(from: &[elb::Tag]) -> BTreeMap<String, String> {
    from.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}

/// EC2's tags.
pub(super) fn ec2_tags(from: &[aws_sdk_ec2::types::Tag]) -> BTreeMap<String, String> {
    from.iter().map(|tag| (text(tag.key()), text(tag.value()))).collect()
}
