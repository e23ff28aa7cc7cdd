//! What a plan makes, in the few facts that a reader wants to know before agreeing to it.
//!
//! It follows from the nodes and from what the server makes of them, not from templates: a webhook that changes an image
//! changes the outline, too. The whole of each node is in its task.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lbc::Inbound;
use crate::model::{Scheme, Selector};

/// What a node will be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Outline {
    /// A pod execution role.
    Role {
        /// Services that may assume it.
        trusted: Vec<String>,
        /// On whose behalf alone: ARNs of the condition `aws:SourceArn`; empty for no such condition.
        source_arns: Vec<String>,
        /// The managed policy that is attached (ARN).
        policy: String,
        /// Permissions boundary (ARN), if it gets one.
        boundary: Option<String>,
    },
    /// A Fargate profile.
    Profile {
        /// Where its pods run.
        subnets: Vec<SubnetOutline>,
        /// Which pods run on it.
        selectors: Vec<Selector>,
        /// Its pod execution role (ARN).
        role: String,
    },
    /// An access entry.
    AccessEntry {
        /// The role that it lets into the cluster (ARN).
        principal: String,
    },
    /// A Service.
    Service {
        /// `ClusterIP`, `NodePort`, ….
        service_type: String,
        /// Its ports.
        ports: Vec<PortOutline>,
        /// Labels of the pods behind it.
        selector: BTreeMap<String, String>,
    },
    /// An Ingress with the ALB that the load balancer controller makes of it.
    Ingress(Box<AlbOutline>),
    /// A Deployment, or another workload.
    Workload {
        /// Images of its containers, those of init containers first.
        images: Vec<String>,
        /// How many pods.
        pods: u64,
        /// What Fargate bills for each, such as `0.25 vCPU, 0.5 GB`; none where nothing is large enough.
        billed: Option<String>,
    },
}

/// A subnet of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SubnetOutline {
    /// Id.
    pub id: String,
    /// Its availability zone, if it was read.
    pub zone: Option<String>,
}

/// A port of a Service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortOutline {
    /// Of the Service.
    pub port: u64,
    /// Of the pods: number or name.
    pub target: String,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: String,
}

/// The ALB of an Ingress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlbOutline {
    /// Predicted name.
    pub load_balancer: String,
    /// Whom it faces.
    pub scheme: Scheme,
    /// Who may open a connection to it.
    pub inbound: Inbound,
    /// Its ports, such as `HTTP 80`.
    pub listeners: Vec<String>,
    /// `ip` or `instance`.
    pub target_type: String,
    /// The IngressGroup that it is shared with, if it is.
    pub group: Option<String>,
    /// Which requests go where.
    pub rules: Vec<RuleOutline>,
}

/// One path of an Ingress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleOutline {
    /// The host that is asked for; none for any.
    pub host: Option<String>,
    /// The path.
    pub path: String,
    /// Whether the path is a prefix.
    pub prefix: bool,
    /// Service and port, `service-2048:80`.
    pub backend: String,
}
