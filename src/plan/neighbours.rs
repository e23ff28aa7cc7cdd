//! What of others goes with the lab's namespace.

use super::input::PlanInput;
use crate::lang::{Text, text};
use crate::model::{Desired, Object};
use crate::readiness;

/// Made by the cluster in every namespace.
const OF_EVERY_NAMESPACE: &str = "kube-root-ca.crt";

/// The kinds whose pods are those that `spec.selector.matchLabels` matches.
const WORKLOADS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"];

/// Objects in the lab's namespace that are neither the lab's nor made for the lab's, as far as they were read. What is
/// taken over counts as the lab's.
pub(super) fn foreign_objects(input: &PlanInput<'_>) -> Vec<String> {
    let strangers = strangers(input);
    let mut names: Vec<String> = input
        .kube
        .neighbours
        .iter()
        .filter(|object| !is_the_labs(input, object) && object.name() != OF_EVERY_NAMESPACE)
        .filter(|object| object.items("/metadata/ownerReferences").next().is_none())
        .map(|object| object.key().to_string())
        .chain(strangers)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Pods that are not of the lab's workloads; those of one that is gone already are still the lab's.
fn strangers(input: &PlanInput<'_>) -> impl Iterator<Item = String> {
    let pods = input.kube.pods.items();
    let workloads = input.stack.nodes.iter().filter_map(|node| match &node.desired {
        Desired::Object(wanted) if WORKLOADS.contains(&wanted.kind()) => {
            Some(input.kube.live(wanted).unwrap_or(wanted))
        }
        _ => None,
    });
    let ours: Vec<&str> = workloads
        .filter(|workload| is_the_labs(input, workload))
        .flat_map(|workload| readiness::pods_of(workload, pods))
        .filter_map(Object::uid)
        .collect();
    pods.iter()
        .filter(move |pod| !pod.belongs_to(input.lab) && pod.uid().is_none_or(|uid| !ours.contains(&uid)))
        .filter(|pod| !readiness::is_over(pod))
        .map(|pod| format!("pod/{}", pod.name()))
}

/// Whether the object is the lab's, or has a name of the lab and is taken over.
fn is_the_labs(input: &PlanInput<'_>, object: &Object) -> bool {
    let taken_over = || input.approvals.adopt && input.kube.state(object).is_some();
    object.belongs_to(input.lab) || taken_over()
}

/// The first five names.
pub(super) fn shortened(names: impl IntoIterator<Item = impl Into<Text>>) -> Text {
    let names: Vec<Text> = names.into_iter().map(Into::into).collect();
    let more = names.len().saturating_sub(5);
    let first = Text::list(names.into_iter().take(5), ", ");
    match more {
        0 => first,
        more => text!("plan-and-more", first = first, more = more),
    }
}
