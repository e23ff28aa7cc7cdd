//! The desired nodes and edges of a lab.

use serde::{Deserialize, Serialize};

use crate::lang::Text;
use crate::model::{Node, NodeId, Observed};

/// Facts about the place that an environment alone does not have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterContext {
    /// Partition: `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// Region.
    pub region: String,
    /// Account number.
    pub account: String,
    /// Cluster name.
    pub cluster: String,
    /// Subnets for the profile when the environment has `auto`: the usable private ones, sorted.
    pub private_subnets: Observed<Vec<String>>,
}

impl ClusterContext {
    /// The cluster's ARN.
    pub fn cluster_arn(&self) -> String {
        self.eks_arn("cluster", &self.cluster)
    }

    /// The ARN of a role in this account, without a path.
    pub fn role_arn(&self, name: &str) -> String {
        format!("arn:{}:iam::{}:role/{name}", self.partition, self.account)
    }

    /// An ARN of EKS in this place: `arn:<partition>:eks:<region>:<account>:<kind>/<name>`.
    pub(super) fn eks_arn(&self, kind: &str, name: &str) -> String {
        format!(
            "arn:{}:eks:{}:{}:{kind}/{name}",
            self.partition, self.region, self.account
        )
    }
}

/// How one node depends on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EdgeKind {
    /// `after` starts once `before` is ready.
    Ready,
    /// `after` starts once `before` has been accepted by its API.
    Applied,
    /// `before` makes `after` come and go by itself (Ingress and ALB). When it is removed, `after` is gone only after `before`.
    Yields,
}

/// One dependency.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// Comes first.
    pub before: NodeId,
    /// Comes later.
    pub after: NodeId,
    /// How.
    pub kind: EdgeKind,
}

/// What should exist, in the order in which a reader wants to see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stack {
    /// The nodes.
    pub nodes: Vec<Node>,
    /// What depends on what.
    pub edges: Vec<Edge>,
    /// What of the profile that is there is kept, and what is not, with the reason; for who reads of its change.
    pub profile_notes: Vec<Text>,
}

impl Stack {
    /// The node of this id.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.iter().find(|node| &node.id == id)
    }
}
