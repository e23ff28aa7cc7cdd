//! What an adapter is asked to do.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::desired::Node;
use super::object::ObjectKey;
use super::progress::Goal;

/// What is done to a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Op {
    /// It is missing and will be made.
    Create,
    /// It is there and will be changed in place.
    Update,
    /// It is there, cannot be changed in place, and will be deleted and recreated.
    Replace,
    /// It is there and will be removed.
    Delete,
    /// Nothing; a wait may still follow.
    None,
}

impl Op {
    /// The word for it in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::None => "none",
        }
    }
}

/// What is waited for once a node's change has been accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Wait {
    /// Until it is ready.
    Ready,
    /// Until it is gone.
    Gone,
    /// It is taken, and held until nothing needs it any more: the lab's lock.
    Held,
    /// Not at all.
    None,
}

/// The very thing a plan saw: a later write or delete must still meet it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pin {
    /// UID of an object, ARN of an AWS resource.
    pub identity: String,
    /// `resourceVersion` of an object, creation time (RFC 3339) of an AWS resource.
    pub version: String,
}

impl Pin {
    /// The pin of an AWS resource: its ARN and when it was made, empty where AWS does not show that.
    pub fn made(arn: &str, created_at: Option<Timestamp>) -> Self {
        Self {
            identity: arn.to_owned(),
            version: created_at.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}

/// Who has what a step has to wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    /// Who, and what for: `kim@cloud9 apply (4711)`.
    pub description: String,
    /// Since when, if that is known.
    pub since: Option<Timestamp>,
    /// When it is free at the latest unless it is kept, if that is known.
    pub expires: Option<Timestamp>,
}

impl fmt::Display for Holder {
    /// `kim@cloud9 apply (4711) since 2026-11-24T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.description)?;
        match self.since {
            Some(since) => write!(f, " since {since}"),
            None => Ok(()),
        }
    }
}

/// One node with what is to be done to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// The node and what is wanted of it.
    pub node: Node,
    /// What to do.
    pub op: Op,
    /// What to wait for afterwards.
    pub wait: Wait,
    /// What the plan saw, if it was there.
    pub pin: Option<Pin>,
    /// Take over fields that other managers own (`--force-conflicts`).
    pub force: bool,
    /// What is in the pin is not the lab's and may be changed or deleted all the same (`--adopt`).
    #[serde(default)]
    pub adopt: bool,
    /// Pods to delete (UID in the pin) so that new ones take their place: those made before the profile could take them, and
    /// those that wait before they pull their image again.
    pub recreate: Vec<(ObjectKey, Pin)>,
    /// While waiting, also delete pods that turn out to have been made before the profile could take them: the profile
    /// comes to be in this run, or was made by one a moment ago, and the cluster's scheduler learns of it some seconds
    /// later (eksctl#3615).
    #[serde(default)]
    pub heals: bool,
    /// What the load balancer controller is told beside that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<Reminder>,
    /// The load balancer controller is not there to clean up behind the Ingress, so that is done by the drivers
    /// themselves (`--without-controller`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by_hand: Option<ByHand>,
}

/// What the load balancer controller is told about an Ingress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reminder {
    /// To look at it again: what it made of it was removed behind its back.
    LookAgain,
}

/// What the controller made and is not there to remove: nothing else than this is touched.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ByHand {
    /// Of an ALB's node the ARNs and ids of what was made in AWS, of an Ingress's node the names of its
    /// `TargetGroupBindings`.
    pub resources: Vec<String>,
}

impl ByHand {
    /// Whether this was seen by the plan.
    pub fn includes(&self, resource: &str) -> bool {
        self.resources.iter().any(|seen| seen == resource)
    }
}

impl Task {
    /// To do `op` to `node`, with nothing else yet.
    pub fn of(node: Node, op: Op) -> Self {
        Self {
            node,
            op,
            wait: Wait::None,
            pin: None,
            force: false,
            adopt: false,
            recreate: Vec::new(),
            heals: false,
            reminder: None,
            by_hand: None,
        }
    }

    /// Where the node is taken: a deletion, or a wait for absence, takes it to [`Goal::Gone`].
    pub fn goal(&self) -> Goal {
        if self.op == Op::Delete || self.wait == Wait::Gone {
            Goal::Gone
        } else {
            Goal::Ready
        }
    }

    /// Whether carrying it out changes something (a wait alone changes nothing).
    pub fn changes_something(&self) -> bool {
        self.op != Op::None || !self.recreate.is_empty()
    }

    /// Whether nothing is done and nothing is waited for.
    pub fn is_idle(&self) -> bool {
        !self.changes_something() && self.wait == Wait::None
    }
}
