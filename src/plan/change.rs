//! A plan as a value: changes, waits, findings, cost.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::outline::Outline;
use crate::event::{Counts, Place};
use crate::lang::Text;
use crate::model::{Finding, Goal, NodeId, NodeKind, Severity, Task};
use crate::stack::Edge;

/// What will be done and waited for, and what was found out on the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The lab's name.
    pub lab: String,
    /// Where it goes.
    pub place: Place,
    /// Whether the lab is to be there or to be gone.
    pub goal: Goal,
    /// One entry per node, in the order in which a reader wants to see them.
    pub changes: Vec<Change>,
    /// What depends on what, already turned round for `Goal::Gone`.
    pub edges: Vec<Edge>,
    /// Results of the preflight checks.
    pub findings: Vec<Finding>,
    /// What the lab will cost.
    pub cost: Cost,
}

/// What happens to one node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What the adapter will be asked.
    pub task: Task,
    /// What is waited for, in words: "wait ACTIVE", "wait 5/5"; empty for nothing.
    pub wait_words: Text,
    /// How far the server has vouched for it.
    pub validation: Validation,
    /// What it will be, where it is made; none for a kind of which nothing is worth a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outline: Option<Outline>,
    /// What we intend to change, field by field.
    pub diffs: Vec<FieldDiff>,
    /// How many differences are not shown because the server or a controller makes them.
    pub hidden: u32,
    /// What somebody else has changed since we wrote it.
    pub drift: Vec<Drift>,
    /// Notes on this row: why it is replaced, which pods are recreated, why 3 replicas are kept.
    pub notes: Vec<Text>,
    /// Whether a removal leaves it there, as it is somebody else's or serves others; the notes say whose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    /// How far it is, where it is only waited for: `0/5 pods available`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Text>,
    /// Why it will not be done; nothing if it will.
    pub refusals: Vec<Refusal>,
    /// What the flags for such refusals did, if they were given and needed.
    pub approaches: Vec<Approach>,
}

/// Which flag lets a change go further than usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Approach {
    /// `--adopt`: what was not ours becomes ours, with all fields that we wish.
    Adopted,
    /// `--force-conflicts`: fields are taken over from other managers.
    Forced,
    /// `--force-shared`: what others use too is taken from them.
    Shared,
    /// `--replace`: something immutable is deleted and recreated.
    Replaced,
    /// `--without-controller`: it is removed by hand.
    ByHand,
    /// `--take-back`: it was handed out to a participant.
    TakenBack,
}

/// How far the server has vouched for a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Validation {
    /// There is no server-side validation for this kind of node.
    NotApplicable,
    /// Validated by a server-side dry run in its place.
    Server,
    /// Validated by a dry run in another namespace.
    Elsewhere,
    /// Not yet validated; why.
    NotYet(Text),
    /// The dry run was refused; the server's words.
    Refused(Text),
}

/// One field that will change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldDiff {
    /// The field: `spec.template.spec.containers[app-2048].image`.
    pub path: String,
    /// What it is; nothing when absent.
    pub before: Option<Value>,
    /// What it will be; nothing when removed.
    pub after: Option<Value>,
}

/// One field that somebody else has changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    /// The field.
    pub path: String,
    /// What we want.
    pub wanted: Option<Value>,
    /// What is there; nothing when it was removed (or the whole object, with an empty path).
    pub found: Option<Value>,
    /// The field manager that did it, if the server knows.
    pub manager: Option<String>,
    /// When it did.
    pub at: Option<Timestamp>,
    /// Whether it is kept (not ours to change) or put back by this plan.
    pub kept: bool,
}

/// Why a change will not be made. Any refusal stops the whole plan before its first change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Refusal {
    /// It exists without our labels or tags; `--adopt` takes it over. Holds what identifies the owner, in words.
    NotOurs(Text),
    /// It cannot be changed in place; `--replace` deletes it and recreates it. Holds the fields.
    NeedsReplace(Vec<String>),
    /// Fields are owned by other managers; `--force-conflicts` takes them over.
    Conflict(Vec<ForeignField>),
    /// Others use it, too; `--force-shared` takes it from them. Holds who.
    Shared(Text),
    /// Who else uses it could not be read; `--force-shared` takes it all the same. Holds why.
    SharedUnread(Text),
    /// The load balancer controller will not clean up behind it; `--without-controller` does its work.
    NoController {
        /// Why it will not.
        why: Text,
        /// How it can again.
        remedy: Text,
    },
    /// A number of pods was asked for, and this horizontal autoscaler sets it.
    Autoscaled(String),
    /// It cannot be done: why, or the server's words in the dry run.
    Invalid(Text),
}

/// A field that somebody else owns and has set to something else than we wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ForeignField {
    /// The field.
    pub path: String,
    /// Who owns it: `kubectl (scale)`.
    pub manager: String,
    /// When that was set, as far as the server tells.
    pub at: Option<Timestamp>,
    /// What it is; nothing when absent.
    pub found: Option<Value>,
    /// What we wish; nothing when it is to go.
    pub wanted: Option<Value>,
}

impl Refusal {
    /// The flag that lets the change through, if there is one.
    pub fn flag(&self) -> Option<&'static str> {
        match self {
            Self::NotOurs(_) => Some("--adopt"),
            Self::NeedsReplace(_) => Some("--replace"),
            Self::Conflict(_) => Some("--force-conflicts"),
            Self::Shared(_) | Self::SharedUnread(_) => Some("--force-shared"),
            Self::NoController { .. } => Some("--without-controller"),
            Self::Autoscaled(_) | Self::Invalid(_) => None,
        }
    }
}

/// What a lab costs while it runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Cost {
    /// Dollars by the price table of the given date.
    Known {
        /// US dollars an hour for all pods.
        fargate_hourly: f64,
        /// US dollars an hour for the ALB, traffic not included.
        balancer_hourly: f64,
        /// US dollars an hour for the ALB's public IPv4 addresses.
        #[serde(default)]
        addresses_hourly: f64,
        /// Number of these.
        #[serde(default)]
        addresses: u32,
        /// Date of the price table, such as `2026-11-01`.
        prices_of: String,
        /// Whether they were too old when this was reckoned.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        outdated: bool,
        /// Region the prices are for.
        region: String,
        /// What is billed per pod, such as `0.25 vCPU, 0.5 GB`.
        pod_size: String,
        /// Number of pods.
        pods: u32,
    },
    /// There are no prices for the region.
    Unknown {
        /// The region.
        region: String,
    },
}

impl Plan {
    /// How many changes of each kind.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.changes {
            counts.add(change.task.op);
        }
        counts
    }

    /// Whether carrying it out would change something (a wait alone changes nothing).
    pub fn changes_something(&self) -> bool {
        self.changes.iter().any(|change| change.task.changes_something())
    }

    /// Whether nothing is done and nothing is waited for: the lab is as wanted already.
    pub fn is_idle(&self) -> bool {
        self.changes.iter().all(|change| change.task.is_idle())
    }

    /// The change of one node.
    pub fn change(&self, id: &NodeId) -> Option<&Change> {
        self.changes.iter().find(|change| &change.task.node.id == id)
    }

    /// The refusals, with the nodes they concern.
    pub fn refusals(&self) -> impl Iterator<Item = (&NodeId, &Refusal)> {
        self.changes
            .iter()
            .flat_map(|change| change.refusals.iter().map(|refusal| (&change.task.node.id, refusal)))
    }

    /// The findings that are this grave, or graver.
    pub fn findings_from(&self, least: Severity) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.severity >= least)
    }

    /// Whether a removal leaves something there that may cost something, which a namespace never does.
    pub fn keeps_something(&self) -> bool {
        let mut kept = self.changes.iter().filter(|change| change.kept);
        kept.any(|change| change.task.node.id.kind != NodeKind::Namespace)
    }
}

impl Cost {
    /// US dollars an hour, if known.
    pub fn hourly(&self) -> Option<f64> {
        match self {
            Self::Known {
                fargate_hourly,
                balancer_hourly,
                addresses_hourly,
                ..
            } => Some(fargate_hourly + balancer_hourly + addresses_hourly),
            Self::Unknown { .. } => None,
        }
    }

    /// How much of that is for the ALB and its addresses.
    pub fn balancer_hourly(&self) -> Option<f64> {
        match self {
            Self::Known {
                balancer_hourly,
                addresses_hourly,
                ..
            } => Some(balancer_hourly + addresses_hourly),
            Self::Unknown { .. } => None,
        }
    }
}
