//! From what is wanted and what is there to a plan.

use super::change::{Change, Plan};
use super::graph::Graph;
use super::input::{PlanInput, PlanScope};
use super::{aws_rows, describe, diagnose, former, lock, object_rows, prune, record, removal, teardown};
use crate::lang::{Text, text};
use crate::model::{Desired, Goal, Node, NodeId, NodeKind, Object, Op, Reminder, Wait};
use crate::readiness;
use crate::stack::{Edge, EdgeKind};

/// Decides what is to be done and waited for. Refusals and findings are returned beside the changes; the caller stops on them.
pub fn plan(input: PlanInput<'_>) -> Plan {
    let (mut changes, mut edges) = match input.goal {
        Goal::Ready => present(&input),
        Goal::Gone => absent(&input),
    };
    for change in &mut changes {
        change.stage = stage(&input, change);
        change.outline = describe::outline(&input, change);
    }
    lock::add(&input, &mut changes, &mut edges);
    let findings = match input.goal {
        Goal::Ready => {
            let degraded = diagnose::degraded(input.stack, input.aws, input.kube);
            diagnose::with_diagnosis(input.findings, degraded)
        }
        Goal::Gone => input.findings,
    };
    Plan {
        lab: input.lab.to_owned(),
        place: input.place,
        goal: input.goal,
        changes,
        edges,
        findings,
        cost: input.cost,
    }
}

fn present(input: &PlanInput<'_>) -> (Vec<Change>, Vec<Edge>) {
    let rows: Vec<Option<Change>> = input
        .stack
        .nodes
        .iter()
        .map(|node| {
            if !input.scope.includes(&node.id.kind) {
                return Some(Change::of(node.clone(), Op::None));
            }
            present_row(input, node, record::was_there(input, node))
        })
        .collect();
    let pruned = match input.scope {
        PlanScope::Lab => prune::pruned(input),
        PlanScope::Replicas => Vec::new(),
    };
    let former = match input.scope {
        PlanScope::Lab => former::rows(input),
        PlanScope::Replicas => Vec::new(),
    };
    let something = rows
        .iter()
        .flatten()
        .chain(&pruned)
        .chain(&former)
        .any(Change::does_something);
    let unready = rows.iter().flatten().any(|change| change.task.wait != Wait::None)
        || input
            .stack
            .nodes
            .iter()
            .any(|node| matches!(&node.desired, Desired::LoadBalancer(_)) && !input.works(node));
    let watched = something || unready;
    let mut changes: Vec<Change> = input
        .stack
        .nodes
        .iter()
        .zip(rows)
        .filter_map(|(node, row)| match &node.desired {
            Desired::LoadBalancer(spec) => Some(aws_rows::balancer(input, node, spec, watched)),
            Desired::Proof(spec) => Some(aws_rows::proof(node, spec, watched)),
            _ => row,
        })
        .collect();
    heal_early_pods(input, &mut changes);
    call_controller(input, &mut changes);
    let mut edges = input.stack.edges.clone();
    edges.extend(pruning_order(&changes, &pruned));
    edges.extend(former::order(input, &former));
    changes.extend(pruned);
    changes.extend(former);
    (changes, edges)
}

/// What the controller made and somebody has removed is made again when the controller looks at the Ingress again.
fn call_controller(input: &PlanInput<'_>, changes: &mut [Change]) {
    let mut nodes = input.stack.nodes.iter();
    let spec = nodes.find_map(|node| match &node.desired {
        Desired::LoadBalancer(spec) => Some(spec),
        _ => None,
    });
    let Some((spec, found)) = spec.zip(input.aws.balancer.known()) else {
        return;
    };
    for change in changes {
        let Desired::Object(ingress) = &change.task.node.desired else {
            continue;
        };
        let is_ingress = change.task.node.id.kind == NodeKind::Ingress && change.refusals.is_empty();
        let Some(live) = input.kube.live(ingress).filter(|_| is_ingress) else {
            continue;
        };
        // One that is changed, or goes over to another ALB, is looked at again for that.
        let is_unchanged = change.task.op == Op::None && input.former.is_empty();
        let is_asked = is_unchanged && input.scope.includes(&NodeKind::Ingress);
        if is_asked && readiness::was_removed(found.as_ref(), spec, live) {
            change.task.reminder = Some(Reminder::LookAgain);
            change.notes.push(if found.is_some() {
                text!("plan-alb-part-removed")
            } else {
                text!("plan-alb-removed")
            });
            change.task.op = Op::Update;
        }
    }
}

/// EKS looks at a pod once, and its admission learns of a profile some time after that is ACTIVE: pods of a first apply can be
/// too early, and so can those of the next one, if the first was killed. Whoever waits for the pods mends that.
fn heal_early_pods(input: &PlanInput<'_>, changes: &mut [Change]) {
    let profile = changes
        .iter()
        .find(|change| change.task.node.id.kind == NodeKind::Profile)
        .map(|change| change.task.op);
    let is_new = matches!(profile, Some(Op::Create | Op::Replace));
    for change in changes
        .iter_mut()
        .filter(|change| change.task.node.id.kind == NodeKind::Deployment)
    {
        let Desired::Object(deployment) = &change.task.node.desired else {
            continue;
        };
        change.task.heals = is_new || input.serving_profile(deployment).is_some();
        if is_new {
            follow_new_profile(change, profile == Some(Op::Replace));
        }
    }
}

/// A profile that is deleted takes its pods with it, and their successors come before the new one can take them.
fn follow_new_profile(change: &mut Change, replaced: bool) {
    if replaced && change.task.op != Op::Create {
        change.notes.push(text!("plan-pods-follow-profile"));
    }
    if change.task.wait == Wait::None && change.refusals.is_empty() {
        change.task.wait = Wait::Ready;
        change.wait_words = text!("plan-wait-all-pods");
    }
}

/// The row of a node, where it does not depend on the other rows.
fn present_row(input: &PlanInput<'_>, node: &Node, was_there: bool) -> Option<Change> {
    Some(match &node.desired {
        Desired::Role(spec) => aws_rows::role(input, node, spec, was_there),
        Desired::Profile(spec) => {
            let change = aws_rows::profile(input, node, spec, was_there);
            if matches!(change.task.op, Op::Create | Op::Replace) || !input.works(node) {
                change.waiting(Wait::Ready, text!("plan-wait-profile-active"))
            } else {
                change
            }
        }
        Desired::Object(object) => object_row(input, node, object, was_there),
        // Access entries are only ever wanted absent; the others depend on all rows.
        Desired::AccessEntry(_) | Desired::LoadBalancer(_) | Desired::Proof(_) | Desired::Lock(_) => return None,
    })
}

fn object_row(input: &PlanInput<'_>, node: &Node, object: &Object, was_there: bool) -> Change {
    let mut change = object_rows::object(input, node, object, was_there);
    if change.task.op == Op::None && !change.refusals.is_empty() {
        return change;
    }
    let live = input.kube.live(object);
    if let Some(written) = live.and_then(|live| object_rows::written(input, object, live)) {
        change.task.node.desired = Desired::Object(written);
    }
    let acts = change.does_something();
    match node.id.kind {
        NodeKind::Ingress if acts || !input.works(node) => change.waiting(Wait::Ready, text!("plan-wait-alb")),
        NodeKind::Deployment if acts || !input.works(node) => {
            change.waiting(Wait::Ready, text!("plan-wait-pods", count = input.replicas.count))
        }
        _ => change,
    }
}

/// How far a node is that is only waited for, where it does not do its work yet.
fn stage(input: &PlanInput<'_>, change: &Change) -> Option<Text> {
    if change.does_something() || change.task.wait != Wait::Ready {
        return None;
    }
    let verdict = readiness::node(&change.task.node, input.aws, input.kube);
    let verdict = verdict.known().filter(|verdict| !verdict.works())?;
    Some(verdict.stage.clone())
}

/// What is no longer wanted goes once what replaces it works.
fn pruning_order(changes: &[Change], pruned: &[Change]) -> Vec<Edge> {
    let ids: Vec<NodeId> = pruned.iter().map(|change| change.task.node.id.clone()).collect();
    let mut edges = removal::order(&ids);
    let workloads = changes
        .iter()
        .filter(|change| matches!(change.task.node.id.kind, NodeKind::Deployment | NodeKind::Ingress));
    for before in workloads {
        edges.extend(ids.iter().map(|after| Edge {
            before: before.task.node.id.clone(),
            after: after.clone(),
            kind: EdgeKind::Ready,
        }));
    }
    edges
}

fn absent(input: &PlanInput<'_>) -> (Vec<Change>, Vec<Edge>) {
    let mut changes: Vec<Change> = input
        .stack
        .nodes
        .iter()
        .filter_map(|node| teardown::row(input, node))
        .chain(prune::pruned(input))
        .chain(prune::left_alone(input))
        .collect();
    teardown::keep_what_is_foreign(&mut changes);
    let ids: Vec<NodeId> = changes.iter().map(|change| change.task.node.id.clone()).collect();
    let mut edges = removal::order(&ids);
    let former = former::rows(input);
    edges.extend(former::order(input, &former));
    changes.extend(former);
    let ids: Vec<NodeId> = changes.iter().map(|change| change.task.node.id.clone()).collect();
    if input.approvals.without_controller {
        edges.retain(|edge| edge.before.kind != NodeKind::Ingress || edge.after.kind != NodeKind::LoadBalancer);
        edges.extend(removal::order_by_hand(&ids));
    } else {
        // What goes by itself, once what made it is gone.
        let yields = input.stack.edges.iter().filter(|edge| edge.kind == EdgeKind::Yields);
        edges.extend(
            yields
                .filter(|edge| ids.contains(&edge.before) && ids.contains(&edge.after))
                .cloned(),
        );
    }
    // Readers see a removal in the order in which it happens, what was made last first.
    let goals: Vec<_> = ids.into_iter().rev().map(|id| (id, Goal::Gone)).collect();
    if let Ok(graph) = Graph::new(&edges, &goals) {
        let place = |change: &Change| graph.nodes().iter().position(|id| *id == change.task.node.id);
        changes.sort_by_key(place);
    }
    (changes, edges)
}
