//! What was looked for after a removal, and what of it is left.

use serde::{Deserialize, Serialize};

use crate::lang::Text;

/// Something that is left over, and costs or is in the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Leftover {
    /// What sort of thing.
    pub kind: LeftoverKind,
    /// Its name.
    pub name: String,
    /// ARN, or id where AWS has none.
    pub id: String,
    /// Why it is still there.
    #[serde(default)]
    pub reason: Text,
    /// What it costs a day, in US dollars, if it costs anything and that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars_per_day: Option<f64>,
    /// The command that removes it.
    #[serde(default)]
    pub command: String,
}

/// One kind of thing that was looked for after a removal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Searched {
    /// What sort of thing.
    pub kind: LeftoverKind,
    /// How many are left; none where it could not be looked for.
    pub left: Option<usize>,
    /// Why it could not be looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Text>,
}

/// What can be left over of a lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LeftoverKind {
    /// A load balancer.
    LoadBalancer,
    /// A load balancer that has lost the tags by which the controller would find it.
    UntaggedLoadBalancer,
    /// A target group.
    TargetGroup,
    /// A security group.
    SecurityGroup,
    /// The security group that all Ingresses of the cluster share, and that none uses any more.
    SharedSecurityGroup,
    /// A Fargate profile.
    Profile,
    /// A pod execution role.
    Role,
    /// The access entry of that role.
    AccessEntry,
    /// A namespace; only a look over many labs lists it.
    Namespace,
}

impl LeftoverKind {
    /// Whether it is what the load balancer controller made for one Ingress, or one group, as its tags show.
    #[must_use]
    pub fn is_of_controller(self) -> bool {
        matches!(self, Self::LoadBalancer | Self::TargetGroup | Self::SecurityGroup)
    }

    /// The kind in whose line of the search it is counted.
    #[must_use]
    pub fn searched_as(self) -> Self {
        match self {
            Self::UntaggedLoadBalancer => Self::LoadBalancer,
            Self::SharedSecurityGroup => Self::SecurityGroup,
            other => other,
        }
    }
}
