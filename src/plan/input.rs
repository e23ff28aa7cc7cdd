//! Everything a plan is made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::change::Cost;
use crate::event::Place;
use crate::lbc::Exposure;
use crate::model::{AwsView, Desired, Finding, Goal, KubeView, LoadBalancerSpec, Node, NodeKind, Object, Profile};
use crate::readiness;
use crate::stack::{ClusterContext, ReplicaChoice, Stack, is_ours};

/// How far the user lets a plan go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of the command line")]
pub struct Approvals {
    /// `--adopt`: what exists without our labels or tags becomes ours.
    pub adopt: bool,
    /// `--force-conflicts`: fields are taken over from other managers.
    pub force_conflicts: bool,
    /// `--force-shared`: what others use too is taken from them.
    #[serde(default)]
    pub force_shared: bool,
    /// `--replace`: what cannot be changed in place is deleted and recreated.
    pub replace: bool,
    /// `--reset-scale`: a number of replicas asked for with `scale` is dropped.
    pub reset_scale: bool,
    /// `--without-controller`: what the load balancer controller made is removed by hand, as it is not there to do so.
    #[serde(default)]
    pub without_controller: bool,
    /// `--take-back`: a namespace that was handed out to a participant goes, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub take_back: bool,
}

impl Approvals {
    /// Each flag as it is typed, and whether it is given.
    pub fn flags(self) -> [(&'static str, bool); 7] {
        let Self {
            adopt,
            force_conflicts,
            force_shared,
            replace,
            reset_scale,
            without_controller,
            take_back,
        } = self;
        [
            ("--adopt", adopt),
            ("--force-conflicts", force_conflicts),
            ("--force-shared", force_shared),
            ("--replace", replace),
            ("--reset-scale", reset_scale),
            ("--without-controller", without_controller),
            ("--take-back", take_back),
        ]
    }
}

/// How much of a lab a plan may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlanScope {
    /// All of it.
    #[default]
    Lab,
    /// The number of pods, and the waits that follow from it.
    Replicas,
}

impl PlanScope {
    /// Whether a node of this kind may be changed or waited for.
    pub(crate) fn includes(self, kind: &NodeKind) -> bool {
        match self {
            Self::Lab => true,
            Self::Replicas => matches!(
                kind,
                NodeKind::Deployment | NodeKind::LoadBalancer | NodeKind::Targets | NodeKind::Proof
            ),
        }
    }
}

/// What is wanted, what is there, and what is allowed.
#[derive(Debug, Clone)]
pub struct PlanInput<'a> {
    /// The lab's name.
    pub lab: &'a str,
    /// Where it goes, for the reader.
    pub place: Place,
    /// Where it goes, for the ownership of AWS resources.
    pub site: &'a ClusterContext,
    /// Whether the lab is to be there ([`crate::stack::build`]) or to be gone ([`crate::stack::build_absent`]).
    pub goal: Goal,
    /// The desired nodes and edges for that goal.
    pub stack: &'a Stack,
    /// ALBs that the live Ingress still has, and the wanted one will not.
    pub former: &'a [LoadBalancerSpec],
    /// What is there in AWS.
    pub aws: &'a AwsView,
    /// What is there in the cluster.
    pub kube: &'a KubeView,
    /// What becomes of the Ingress, if there is one.
    pub exposure: Option<&'a Exposure>,
    /// How much of it may be changed.
    pub scope: PlanScope,
    /// What is allowed.
    pub approvals: Approvals,
    /// How many pods are wanted, and on whose word.
    pub replicas: &'a ReplicaChoice,
    /// The template of each wanted object, as shown to users, by kind and name (`ingress/ingress-2048`).
    pub origins: &'a BTreeMap<String, String>,
    /// Results of the preflight checks.
    pub findings: Vec<Finding>,
    /// What the lab will cost.
    pub cost: Cost,
}

impl PlanInput<'_> {
    /// Whether an AWS resource with these tags is the lab's.
    pub(crate) fn owns(&self, tags: &BTreeMap<String, String>) -> bool {
        is_ours(tags, self.lab, self.site)
    }

    /// The profile that the game's pods run on: the lab's own, or an ACTIVE one that selects them.
    pub(crate) fn serving_profile(&self, deployment: &Object) -> Option<&Profile> {
        let own = self.stack.nodes.iter().find_map(|node| match &node.desired {
            Desired::Profile(spec) => Some(spec.name.as_str()),
            _ => None,
        });
        if let Some(name) = own {
            return self.aws.profile(name);
        }
        let labels = deployment.text_map("/spec/template/metadata/labels");
        let namespace = deployment.namespace().unwrap_or_default();
        readiness::taker(self.aws.profiles.known()?, namespace, &labels)
    }

    /// Whether a node is there and does its work, as far as that was read.
    pub(crate) fn works(&self, node: &Node) -> bool {
        let verdict = readiness::node(node, self.aws, self.kube);
        verdict.known().is_some_and(readiness::Verdict::works)
    }
}
