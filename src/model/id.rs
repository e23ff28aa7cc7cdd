//! Names of the things a lab consists of.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What sort of thing a node is; decides which adapter handles it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NodeKind {
    /// The pod execution role (IAM).
    Role,
    /// The Fargate profile (EKS).
    Profile,
    /// The access entry that EKS made for the role (EKS); only ever wanted absent.
    AccessEntry,
    /// The lab's namespace.
    Namespace,
    /// The service in front of the game's pods.
    Service,
    /// The Ingress that the load balancer controller turns into an ALB.
    Ingress,
    /// The game's Deployment.
    Deployment,
    /// Any further Kubernetes object of the lab, with its kind in lower case.
    Object(String),
    /// The ALB that the controller makes of the Ingress; we never create or delete it ourselves.
    LoadBalancer,
    /// The pods as healthy targets of that ALB.
    Targets,
    /// The proof that the game answers from outside.
    Proof,
    /// The lab's lock, a Lease in its namespace that the run itself holds; no object of the lab.
    Lock,
}

impl NodeKind {
    /// The word shown to users and used in ids, such as `profile`.
    pub fn word(&self) -> &str {
        match self {
            Self::Role => "role",
            Self::Profile => "profile",
            Self::AccessEntry => "access-entry",
            Self::Namespace => "namespace",
            Self::Service => "service",
            Self::Ingress => "ingress",
            Self::Deployment => "deployment",
            Self::Object(kind) => kind,
            Self::LoadBalancer => "balancer",
            Self::Targets => "targets",
            Self::Proof => "proof",
            Self::Lock => "lock",
        }
    }

    /// Whether such a node is in AWS itself, not in the cluster nor the program's own.
    pub fn is_of_aws(&self) -> bool {
        match self {
            Self::Role | Self::Profile | Self::AccessEntry | Self::LoadBalancer | Self::Targets => true,
            Self::Namespace
            | Self::Service
            | Self::Ingress
            | Self::Deployment
            | Self::Object(_)
            | Self::Proof
            | Self::Lock => false,
        }
    }

    /// The kind of node for a Kubernetes kind as manifests spell it, such as `Deployment`.
    pub fn of_object(kind: &str) -> Self {
        match kind {
            "Namespace" => Self::Namespace,
            "Service" => Self::Service,
            "Ingress" => Self::Ingress,
            "Deployment" => Self::Deployment,
            other => Self::Object(other.to_lowercase()),
        }
    }

    /// Whether the node makes pods, which the lab's profile runs.
    pub fn is_workload(&self) -> bool {
        match self {
            Self::Deployment => true,
            Self::Object(kind) => matches!(kind.as_str(), "replicaset" | "statefulset" | "job" | "cronjob" | "pod"),
            _ => false,
        }
    }

    /// Whether the node is an object in the cluster.
    pub fn is_object(&self) -> bool {
        matches!(
            self,
            Self::Namespace | Self::Service | Self::Ingress | Self::Deployment | Self::Object(_)
        )
    }
}

/// Names one node of a lab, such as `profile/fargate-game-2048`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId {
    /// What sort of thing it is.
    pub kind: NodeKind,
    /// Its name in AWS or in the cluster.
    pub name: String,
}

impl NodeId {
    /// An id from its parts.
    pub fn new(kind: NodeKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.word(), self.name)
    }
}

/// A text that is not `kind/name`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a node id of the form kind/name")]
pub struct ParseNodeIdError(String);

impl FromStr for NodeId {
    type Err = ParseNodeIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, name) = text.split_once('/').ok_or_else(|| ParseNodeIdError(text.to_owned()))?;
        if kind.is_empty() || name.is_empty() {
            return Err(ParseNodeIdError(text.to_owned()));
        }
        let kind = match kind {
            "role" => NodeKind::Role,
            "profile" => NodeKind::Profile,
            "access-entry" => NodeKind::AccessEntry,
            "namespace" => NodeKind::Namespace,
            "service" => NodeKind::Service,
            "ingress" => NodeKind::Ingress,
            "deployment" => NodeKind::Deployment,
            "lock" => NodeKind::Lock,
            "balancer" => NodeKind::LoadBalancer,
            "targets" => NodeKind::Targets,
            "proof" => NodeKind::Proof,
            other => NodeKind::Object(other.to_owned()),
        };
        Ok(Self::new(kind, name))
    }
}

impl Serialize for NodeId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for NodeId {
    fn schema_name() -> Cow<'static, str> {
        "NodeId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "One thing of a lab: its kind and its name, such as `profile/fargate-game-2048`.",
            "type": "string",
            "pattern": "^[a-z0-9.-]+/.+$",
        })
    }
}

impl<'de> Deserialize<'de> for NodeId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The first ten hexadecimal digits of a text's SHA-256: what makes a name that was cut unique again, for us as for the
/// load balancer controller.
pub fn short_hash(text: &str) -> String {
    let mut digest = hex::encode(Sha256::digest(text.as_bytes()));
    digest.truncate(10);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_survive_a_round_trip() {
        for text in [
            "role/a",
            "profile/b",
            "poddisruptionbudget/c",
            "balancer/k8s-x",
            "proof/lab",
        ] {
            assert_eq!(text.parse::<NodeId>().unwrap().to_string(), text);
        }
        assert!("profile".parse::<NodeId>().is_err());
        assert!("/x".parse::<NodeId>().is_err());
    }
}
