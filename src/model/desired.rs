//! What a lab wants to exist: the payload of each node.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::id::NodeId;
use super::object::Object;
use super::wildcard::matches_wildcard;
use crate::lang::Text;

/// The most pods that a lab may want. More is a slip; Fargate's own limits come much earlier.
pub const MAX_REPLICAS: u32 = 1000;

/// One thing the lab consists of, with what is wanted of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Node {
    /// Its name.
    pub id: NodeId,
    /// What it should be.
    pub desired: Desired,
}

/// What is wanted of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Desired {
    /// A pod execution role.
    Role(RoleSpec),
    /// A Fargate profile.
    Profile(ProfileSpec),
    /// An access entry; only deleted, never made by us.
    AccessEntry(AccessEntrySpec),
    /// A Kubernetes object, as rendered.
    Object(Object),
    /// The ALB that the controller makes, or its targets.
    LoadBalancer(LoadBalancerSpec),
    /// The answer of the game from outside.
    Proof(ProofSpec),
    /// The lab's lock, held while the run changes what others could change too.
    Lock(LockSpec),
}

/// The lab's lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LockSpec {
    /// The namespace that it lives in.
    pub namespace: String,
}

/// A pod execution role (IAM).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleSpec {
    /// Role name, at most 64 characters, no path.
    pub name: String,
    /// The ARN it will have.
    pub arn: String,
    /// The trust policy document.
    pub trust: Value,
    /// The one managed policy to attach (ARN).
    pub policy_arn: String,
    /// Permissions boundary (ARN), if the account demands one.
    pub permissions_boundary: Option<String>,
    /// Tags, ours included.
    pub tags: BTreeMap<String, String>,
}

/// A pod selector of a Fargate profile; wildcards `*` and `?` are allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Selector {
    /// Namespace of the pods to match.
    pub namespace: String,
    /// Labels that a pod must all have.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl Selector {
    /// EKS's quota of label pairs in a selector.
    pub const MAX_LABELS: usize = 5;

    /// Whether a pod in `namespace` with these labels is selected.
    pub fn covers(&self, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
        let labelled = |key: &str, value: &str| {
            labels
                .iter()
                .any(|(k, v)| matches_wildcard(key, k) && matches_wildcard(value, v))
        };
        matches_wildcard(&self.namespace, namespace) && self.labels.iter().all(|(key, value)| labelled(key, value))
    }
}

/// A Fargate profile (EKS). Everything but tags is immutable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileSpec {
    /// Cluster it belongs to.
    pub cluster: String,
    /// Profile name.
    pub name: String,
    /// Pod execution role (ARN).
    pub role_arn: String,
    /// Private subnets, sorted.
    pub subnets: Vec<String>,
    /// Selectors, at most five.
    pub selectors: Vec<Selector>,
    /// Tags, ours included.
    pub tags: BTreeMap<String, String>,
}

impl ProfileSpec {
    /// EKS's quota of selectors in a profile.
    pub const MAX_SELECTORS: usize = 5;
}

/// The access entry that EKS made for a pod execution role and does not remove itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessEntrySpec {
    /// Cluster it belongs to.
    pub cluster: String,
    /// The role's ARN.
    pub principal_arn: String,
}

/// Whom an ALB faces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Reachable from the internet.
    InternetFacing,
    /// Reachable from inside the VPC only.
    Internal,
}

impl Scheme {
    /// The word AWS and the controller use.
    pub fn word(self) -> &'static str {
        match self {
            Self::InternetFacing => "internet-facing",
            Self::Internal => "internal",
        }
    }
}

/// The ALB that the controller is expected to make of the Ingress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancerSpec {
    /// Predicted name (LBC: `k8s-<ns 8>-<ingress 8>-<hash 10>`, or the annotation's).
    pub name: String,
    /// Cluster name, the value of tag `elbv2.k8s.aws/cluster`.
    pub cluster: String,
    /// LBC's stack id, the value of tag `ingress.k8s.aws/stack`: `<namespace>/<ingress>` or the group's name.
    pub stack: String,
    /// The lab's own Ingress, `<namespace>/<ingress>`: the same, but in a group.
    pub ingress: String,
    /// Whom it faces.
    pub scheme: Scheme,
    /// The port it should listen on.
    pub port: u16,
    /// How many healthy targets it should have; none for the node that stands for the ALB alone.
    pub targets: u32,
}

/// How a client reaches the game through the ALB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Whether the listener speaks TLS.
    pub https: bool,
    /// The port to ask.
    pub port: u16,
    /// The name to ask for, in the `Host` header and for TLS; the ALB's own where none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The path to ask, starting with `/`, with a query if one is needed.
    pub path: String,
    /// Headers that a rule asks for, which a browser does not send: name and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

impl Endpoint {
    /// The root of a port without TLS.
    pub fn plain(port: u16) -> Self {
        Self {
            https: false,
            port,
            host: None,
            path: "/".to_owned(),
            headers: Vec::new(),
        }
    }

    /// The address as people write it, for an ALB of this DNS name: without the protocol's default port, and
    /// without a slash after the name alone.
    pub fn url(&self, dns_name: &str) -> String {
        let host = self.host.as_deref().unwrap_or(dns_name);
        let path = if self.path == "/" { "" } else { &self.path };
        match (self.https, self.port) {
            (true, 443) => format!("https://{host}{path}"),
            (false, 80) => format!("http://{host}{path}"),
            (true, port) => format!("https://{host}:{port}{path}"),
            (false, port) => format!("http://{host}:{port}{path}"),
        }
    }
}

/// The record that a name needs in DNS to lead to an ALB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DnsRecord {
    /// The name.
    pub name: String,
    /// Always `CNAME`; an alias record of Route 53 does as well.
    #[serde(rename = "type")]
    pub kind: String,
    /// The ALB's own name.
    pub value: String,
}

impl DnsRecord {
    /// The record that leads `name` to an ALB of this DNS name.
    pub fn cname(name: &str, dns_name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: "CNAME".to_owned(),
            value: dns_name.to_owned(),
        }
    }
}

impl fmt::Display for DnsRecord {
    /// As in a zone file: `game.example.com  CNAME  k8s-….elb.amazonaws.com`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}  {}  {}", self.name, self.kind, self.value)
    }
}

/// How to prove that the game answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProofSpec {
    /// Whom the ALB faces; an internal one cannot be asked from here.
    pub scheme: Scheme,
    /// What to ask for.
    #[serde(flatten)]
    pub endpoint: Endpoint,
    /// Why a plain request does not lead to the game, so that it cannot be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub obstacle: Option<Text>,
    /// Text that the game's page has, in upper or lower case; none takes any page for the game.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expect: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_match_with_wildcards_and_all_labels() {
        let labels = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
                .collect::<BTreeMap<_, _>>()
        };
        for (namespace, wanted, pod_namespace, pod_labels, expected) in [
            ("game", labels(&[]), "game", labels(&[]), true),
            ("game", labels(&[]), "game-2", labels(&[]), false),
            ("game*", labels(&[]), "game-2", labels(&[]), true),
            ("*-?", labels(&[]), "game-2", labels(&[]), true),
            ("*-?", labels(&[]), "game-22", labels(&[]), false),
            ("game", labels(&[("app", "2048")]), "game", labels(&[]), false),
            (
                "game",
                labels(&[("app", "20*")]),
                "game",
                labels(&[("app", "2048"), ("x", "y")]),
                true,
            ),
            (
                "game",
                labels(&[("a*", "1"), ("b", "2")]),
                "game",
                labels(&[("app", "1")]),
                false,
            ),
        ] {
            let selector = Selector {
                namespace: namespace.to_owned(),
                labels: wanted,
            };
            assert_eq!(
                selector.covers(pod_namespace, &pod_labels),
                expected,
                "{selector:?} {pod_namespace}"
            );
        }
    }
}
