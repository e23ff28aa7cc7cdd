//! A pod on its way: from waiting for a machine to being ready, and out again.

use serde::{Deserialize, Serialize};

/// How far a pod is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PodStage {
    /// It has no node yet: Fargate starts a machine for it.
    WaitsForNode,
    /// It has a node, and its image is pulled there.
    PullsImage,
    /// Its container runs and is not ready yet.
    Starts,
    /// Ready.
    Ready,
    /// It is going, and its node with it.
    Stops,
}

/// A pod on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodState {
    /// Its name.
    pub name: String,
    /// How far it is.
    pub stage: PodStage,
    /// Its node, once it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// Its address, once it has one; on Fargate it is its node's too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}
