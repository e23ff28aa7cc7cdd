//! Removal of what the load balancer controller made where it is not there to do that (`--without-controller`): everything is
//! named before anybody agrees to it, and nothing is done that the controller would do.

use super::change::{Approach, Change, Refusal};
use super::input::PlanInput;
use super::neighbours::shortened;
use crate::lang::{Text, text};
use crate::lbc;
use crate::model::{ByHand, ControllerResources, LoadBalancerSpec, Node, Object, Observed, Op, Wait};
use crate::readiness::{self, ControllerFault};

/// The row of an Ingress with the controller's finalizer: as the user's word and the controller's state have it. `change`
/// deletes it, or waits for its deletion.
pub(super) fn ingress(input: &PlanInput<'_>, change: Change, wanted: &Object, live: &Object) -> Change {
    let fault = readiness::controller_fault(input.kube, &input.site.cluster, wanted);
    match (fault, input.approvals.without_controller) {
        (None, false) => {
            let unseen = readiness::controller_unseen(input.kube).into_iter();
            unseen.fold(change, |change, what| {
                change.noted(text!("plan-not-looked-at", what = what))
            })
        }
        (Some(fault), false) => change.refused(no_controller(&fault)),
        // One that is being deleted and still there may hang for a reason that cannot be seen: the controller lacks a right.
        (None, true) if input.kube.controller_ready() == Some(true) && !live.is_deleting() => {
            change.refused(Refusal::Invalid(text!("plan-controller-works")))
        }
        (_, true) => released(input, change, live),
    }
}

fn no_controller(fault: &ControllerFault) -> Refusal {
    Refusal::NoController {
        why: fault.why(),
        remedy: fault.remedy(),
    }
}

/// The Ingress is deleted, and let go of in the controller's place.
fn released(input: &PlanInput<'_>, mut change: Change, live: &Object) -> Change {
    let bindings = match &input.kube.bindings {
        Observed::Known(all) => all.iter().filter(|binding| is_of(input, binding)),
        unread => {
            let why = unread.why_not().unwrap_or_default();
            return change.refused(Refusal::Invalid(text!("plan-bindings-unread", why = why)));
        }
    };
    let names: Vec<String> = bindings.map(|binding| binding.name().to_owned()).collect();
    let finalizers = live.items("/metadata/finalizers").filter_map(serde_json::Value::as_str);
    let finalizers: Vec<&str> = finalizers.filter(|name| lbc::is_finalizer(name)).collect();
    let notes = &mut change.notes;
    notes.push(text!("plan-takes-finalizers", names = finalizers.join(", ")));
    if !names.is_empty() {
        notes.push(text!("plan-deletes-bindings", names = names.join(", ")));
    }
    let namespace = live.namespace().unwrap_or_default();
    notes.push(text!("plan-webhooks-leave-out", namespace = namespace));
    change.task.op = Op::Delete;
    change.task.by_hand = Some(ByHand { resources: names });
    change.by(Approach::ByHand)
}

/// Whether the binding was made for one of the stacks that the lab's Ingress has.
fn is_of(input: &PlanInput<'_>, binding: &Object) -> bool {
    input.aws.made.keys().any(|stack| lbc::is_binding_of(binding, stack))
}

/// The row of an ALB whose Ingress goes by hand, or is gone.
pub(super) fn balancer(
    input: &PlanInput<'_>,
    change: Change,
    spec: &LoadBalancerSpec,
    ingress_is_gone: bool,
) -> Change {
    if !input.aws.other_backends.is_empty() {
        return change.refused(Refusal::Invalid(text!(
            "plan-group-shared",
            group = &spec.stack,
            others = shortened(input.aws.other_backends.keys())
        )));
    }
    let made = match input.aws.made.get(&spec.stack) {
        Some(Observed::Known(made)) => made,
        unread => {
            let why = unread.and_then(Observed::why_not).unwrap_or_default();
            return change.refused(Refusal::Invalid(text!("plan-made-unread", why = why)));
        }
    };
    // Where nothing of the lab is left, what all share is none of its business.
    if ingress_is_gone && made.ids().next().is_none() {
        return change;
    }
    let groups = input.aws.security_groups.items().iter();
    let shared: Vec<&str> = groups
        .filter(|group| group.shared)
        .map(|group| group.id.as_str())
        .collect();
    let resources: Vec<String> = made.ids().chain(shared.iter().copied()).map(str::to_owned).collect();
    if resources.is_empty() {
        return change;
    }
    let mut change = change;
    change.task.op = Op::Delete;
    change.task.by_hand = Some(ByHand { resources });
    change.notes.extend(named(made));
    let shared = shared.into_iter();
    change
        .notes
        .extend(shared.map(|id| text!("plan-deletes-shared-group", id = id)));
    change
        .waiting(Wait::Gone, text!("plan-wait-alb-gone"))
        .by(Approach::ByHand)
}

/// A line for each thing.
fn named(made: &ControllerResources) -> impl Iterator<Item = Text> {
    let balancers = made
        .balancers
        .iter()
        .map(|found| text!("plan-deletes-balancer", name = &found.name, arn = &found.arn));
    let groups = made
        .target_groups
        .iter()
        .map(|found| text!("plan-deletes-target-group", name = &found.name, arn = &found.arn));
    let firewalls = made
        .security_groups
        .iter()
        .map(|found| text!("plan-deletes-group", id = &found.id, name = &found.name));
    balancers.chain(groups).chain(firewalls)
}

/// The row of an ALB that the Ingress has left, or is to leave: nobody else removes it.
pub(super) fn former(input: &PlanInput<'_>, node: &Node, spec: &LoadBalancerSpec) -> Change {
    balancer(input, Change::of(node.clone(), Op::None), spec, true)
}
