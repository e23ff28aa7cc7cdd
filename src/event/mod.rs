//! Everything a run reports, as one closed and versioned enum.
//!
//! The engine emits these and nothing else; the live view, the plain lines, the NDJSON stream and the summary are
//! folds of them. One [`Record`] is one line of `--events FILE`.

mod failure;
mod leftover;
mod summary;
mod usual;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::failure::{Failure, FailureClass, Leaves};
pub use self::leftover::{Leftover, LeftoverKind, Searched};
pub use self::summary::{Counts, Summary};
pub use self::usual::Usual;
use crate::lang::Text;
use crate::model::{Finding, Holder, NodeId, Op, Outputs, PodState, TargetKind, Wait};

/// Version of the stream; raised when a field changes its meaning or goes away.
pub const VERSION: u32 = 1;

/// One event with its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Record {
    /// Version of this format; raised when a field changes its meaning or goes away.
    pub v: u32,
    /// When, by the clock of the run (virtual on the sandbox).
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// What a run reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// A verb begins.
    RunStarted {
        /// The verb.
        verb: RunVerb,
        /// The lab's name.
        lab: String,
        /// Version of the program.
        version: String,
        /// Where it goes.
        place: Place,
    },
    /// The run is busy with something that is no step, until the next event of another kind than `output`.
    Phase {
        /// With what.
        phase: Phase,
    },
    /// Something was found out before the plan.
    Finding(Finding),
    /// The plan is made; its rows are in `steps`.
    PlanReady {
        /// What will be done and waited for, in order of the plan.
        steps: Vec<PlannedStep>,
        /// How many of each.
        counts: Counts,
        /// US dollars an hour, if the region has prices.
        dollars_per_hour: Option<f64>,
        /// How much of that is for the ALB, which a lab may share.
        balancer_dollars_per_hour: Option<f64>,
        /// How long all of it usually takes, from the first step on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usual: Option<Usual>,
        /// Where its pods may be.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        subnets: Vec<PodSubnet>,
    },
    /// A step begins.
    StepStarted {
        /// Which.
        node: NodeId,
        /// What is done to it.
        op: Op,
    },
    /// A step has entered a new stage or its cause has changed.
    StepProgress {
        /// Which.
        node: NodeId,
        /// The stage.
        stage: Text,
        /// Milliseconds since the step began.
        elapsed_ms: u64,
        /// Why it is not ready yet.
        cause: Option<Text>,
    },
    /// The pods that a step waits for, whenever one of them has come further.
    Pods {
        /// Which step.
        node: NodeId,
        /// All pods of it that are there.
        pods: Vec<PodState>,
    },
    /// Nothing has changed for a while; emitted at most every 10 s a step.
    Heartbeat {
        /// Which.
        node: NodeId,
        /// The stage.
        stage: Text,
        /// Milliseconds since the step began.
        elapsed_ms: u64,
        /// Milliseconds it may still take before it times out.
        remaining_ms: u64,
        /// Why it is not ready yet.
        cause: Option<Text>,
    },
    /// A step cannot begin, as somebody else has what it needs; it is waited for.
    Queued {
        /// Which step.
        node: NodeId,
        /// Who has it.
        holder: Holder,
        /// Place in the queue, from 1, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position: Option<u32>,
        /// Why that is not known, where there should be one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unordered: Option<Text>,
        /// Milliseconds that it has been waited for.
        elapsed_ms: u64,
    },
    /// A call failed in a way that may pass and will be tried again.
    StepRetried {
        /// Which.
        node: NodeId,
        /// What sort of failure it is.
        #[serde(default)]
        reason: RetryReason,
        /// Which try comes next, from 2.
        attempt: u32,
        /// After how many milliseconds.
        delay_ms: u64,
        /// What went wrong.
        cause: Text,
    },
    /// A step is done.
    StepDone {
        /// Which.
        node: NodeId,
        /// What was done to it.
        op: Op,
        /// Milliseconds since the step began.
        elapsed_ms: u64,
        /// What it passes on to later steps.
        outputs: Outputs,
    },
    /// A step failed, timed out or was cancelled.
    StepFailed {
        /// Which.
        node: NodeId,
        /// How.
        failure: Failure,
    },
    /// A step will not be started, because one it needs failed or the run was stopped.
    StepSkipped {
        /// Which.
        node: NodeId,
        /// The node it waited for, if that is why.
        blocked_by: Option<NodeId>,
    },
    /// Everything that a lab is made of was looked for after its removal.
    Leftovers {
        /// What is left.
        items: Vec<Leftover>,
        /// What was looked for.
        #[serde(default)]
        searched: Vec<Searched>,
    },
    /// The user asked to stop.
    Interrupted {
        /// 1: start nothing new; 2: drop waits; 3: exit now.
        level: u8,
    },
    /// A result for the user, such as the URL.
    Output {
        /// What it is, such as `url`.
        name: String,
        /// Its value.
        value: String,
    },
    /// The last event of a run.
    Summary(Summary),
}

impl Event {
    /// Its type, as documents name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RunStarted { .. } => "run-started",
            Self::Phase { .. } => "phase",
            Self::Finding(_) => "finding",
            Self::PlanReady { .. } => "plan-ready",
            Self::StepStarted { .. } => "step-started",
            Self::StepProgress { .. } => "step-progress",
            Self::Pods { .. } => "pods",
            Self::Heartbeat { .. } => "heartbeat",
            Self::Queued { .. } => "queued",
            Self::StepRetried { .. } => "step-retried",
            Self::StepDone { .. } => "step-done",
            Self::StepFailed { .. } => "step-failed",
            Self::StepSkipped { .. } => "step-skipped",
            Self::Leftovers { .. } => "leftovers",
            Self::Interrupted { .. } => "interrupted",
            Self::Output { .. } => "output",
            Self::Summary(_) => "summary",
        }
    }

    /// The step that it is about, if it is about one.
    pub fn node(&self) -> Option<&NodeId> {
        match self {
            Self::StepStarted { node, .. }
            | Self::StepProgress { node, .. }
            | Self::Pods { node, .. }
            | Self::Heartbeat { node, .. }
            | Self::Queued { node, .. }
            | Self::StepRetried { node, .. }
            | Self::StepDone { node, .. }
            | Self::StepFailed { node, .. }
            | Self::StepSkipped { node, .. } => Some(node),
            Self::RunStarted { .. }
            | Self::Phase { .. }
            | Self::Finding(_)
            | Self::PlanReady { .. }
            | Self::Leftovers { .. }
            | Self::Interrupted { .. }
            | Self::Output { .. }
            | Self::Summary(_) => None,
        }
    }
}

/// A verb that emits events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RunVerb {
    /// `plan`
    Plan,
    /// `apply`
    Apply,
    /// `scale`
    Scale,
    /// `destroy`
    Destroy,
}

impl RunVerb {
    /// The word typed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::Scale => "scale",
            Self::Destroy => "destroy",
        }
    }
}

/// Why a call is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RetryReason {
    /// What was made or changed a moment ago is not known everywhere in AWS yet, which is usual for some seconds.
    Propagating,
    /// Something else that may pass.
    #[default]
    Other,
}

/// What a run is busy with beside its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// AWS and the cluster are read, for the plan.
    Reading,
    /// All goals are reached; pods that are going, and their nodes, are given time to be gone.
    Settling,
    /// Everything is gone; what the controller may have left over is searched.
    Leftovers,
}

/// Where a lab goes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Place {
    /// AWS or the sandbox.
    pub target: TargetKind,
    /// Cluster name.
    pub cluster: String,
    /// Region.
    pub region: String,
    /// Account number, when known.
    pub account: Option<String>,
    /// The context of the kubeconfig, if one leads to the cluster, when known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// URL of the Kubernetes API, when known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
}

/// A row of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedStep {
    /// Which node.
    pub node: NodeId,
    /// What is done to it.
    pub op: Op,
    /// What is waited for.
    pub wait: Wait,
    /// The steps that must be done before it begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<NodeId>,
    /// The steps of which it is enough that their change has been accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub behind: Vec<NodeId>,
    /// How long it usually takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Usual>,
}

/// A subnet that pods may be in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PodSubnet {
    /// Its id.
    pub id: String,
    /// Its zone, such as `ap-northeast-2a`.
    pub zone: String,
    /// Its IPv4 addresses, as a CIDR block.
    pub cidr: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NodeKind;

    #[test]
    fn a_record_is_one_flat_line() {
        let record = Record {
            v: VERSION,
            at: Timestamp::UNIX_EPOCH,
            event: Event::StepStarted {
                node: NodeId::new(NodeKind::Profile, "p"),
                op: Op::Create,
            },
        };
        assert_eq!(
            serde_json::to_string(&record).unwrap(),
            r#"{"v":1,"at":"1970-01-01T00:00:00Z","type":"step-started","node":"profile/p","op":"create"}"#
        );
    }
}
