//! The judgement on any node of a lab, by what was read in AWS and in the cluster.

use super::alb::alb;
use super::object::{gone, present};
use super::past::Past;
use super::profile::profile;
use super::role::role;
use super::service::selection;
use super::targets::targets;
use super::verdict::Verdict;
use crate::lang::text;
use crate::model::{AwsView, Desired, KubeView, LoadBalancerSpec, Node, NodeKind, Observed};

/// How far the node is towards being there and at work; as unknown as what it follows from.
pub fn node(node: &Node, aws: &AwsView, kube: &KubeView) -> Observed<Verdict> {
    match &node.desired {
        Desired::Role(spec) => aws.role.as_ref().map(|found| role(found.as_ref(), spec)),
        Desired::Profile(spec) => aws.profiles.as_ref().map(|_| profile(aws.profile(&spec.name))),
        Desired::Object(wanted) => {
            let live = kube
                .state(wanted)
                .map_or(Observed::NotAsked, |state| state.live.as_ref());
            live.map(|live| match live {
                None => Verdict::absent(text!("is-missing")),
                Some(live) if live.is_deleting() => {
                    gone(wanted, Some(live), kube.pods.items(), kube.controller_ready())
                }
                Some(live) => {
                    let verdict = present(live, kube.pods.items(), kube.events.items(), &Past::default());
                    if live.kind() == "Service" && verdict.works() {
                        selection(live, wanted, kube)
                    } else {
                        verdict
                    }
                }
            })
        }
        Desired::LoadBalancer(spec) => aws.balancer.as_ref().map(|found| match node.id.kind {
            NodeKind::Targets => targets(found.as_ref(), wanted_targets(spec, kube), kube.live_of_kind("Ingress")),
            _ => alb(found.as_ref(), spec),
        }),
        // Entries are EKS's own affair, and only a run asks the game or takes the lock.
        Desired::AccessEntry(_) | Desired::Proof(_) | Desired::Lock(_) => Observed::NotAsked,
    }
}

/// How many healthy targets are wanted of this node, if it is one of targets.
pub fn targets_wanted(node: &Node, kube: &KubeView) -> Option<u32> {
    match &node.desired {
        Desired::LoadBalancer(spec) if node.id.kind == NodeKind::Targets => Some(wanted_targets(spec, kube)),
        _ => None,
    }
}

/// As many targets as the Deployment wants pods now, be it by its own number or by that of an autoscaler. Whether it wants
/// the right number is for a plan to say.
fn wanted_targets(spec: &LoadBalancerSpec, kube: &KubeView) -> u32 {
    kube.live_of_kind("Deployment")
        .and_then(|deployment| deployment.number("/spec/replicas"))
        .and_then(|replicas| u32::try_from(replicas).ok())
        .unwrap_or(spec.targets)
}
