//! What an Ingress leaves when it joins or leaves a group: the ALB it had, which the controller removes.

use super::by_hand;
use super::change::Change;
use super::input::PlanInput;
use crate::lang::text;
use crate::model::{Desired, LoadBalancerSpec, Node, NodeId, NodeKind, Wait};
use crate::stack::{Edge, EdgeKind};

/// Rows that wait until the former ALBs are gone, or what they had for the lab.
pub(crate) fn rows(input: &PlanInput<'_>) -> Vec<Change> {
    let is_wanted = |spec: &&LoadBalancerSpec| {
        let mut nodes = input.stack.nodes.iter();
        nodes.any(|node| node.id.kind == NodeKind::LoadBalancer && node.id.name == spec.name)
    };
    let former = input.former.iter().filter(|spec| !is_wanted(spec));
    former.map(|spec| row(input, spec)).collect()
}

fn row(input: &PlanInput<'_>, spec: &LoadBalancerSpec) -> Change {
    let node = Node {
        id: NodeId::new(NodeKind::LoadBalancer, spec.name.clone()),
        desired: Desired::LoadBalancer(spec.clone()),
    };
    if input.approvals.without_controller {
        return by_hand::former(input, &node, spec);
    }
    let change = Change::of(node, crate::model::Op::None);
    if spec.stack == spec.ingress {
        change
            .waiting(Wait::Gone, text!("plan-wait-gone"))
            .noted(text!("plan-former-alb"))
    } else {
        change
            .waiting(Wait::Gone, text!("plan-wait-groups-gone"))
            .noted(text!("plan-former-group-alb", group = &spec.stack))
    }
}

/// The controller turns to them once the Ingress has changed.
pub(crate) fn order(input: &PlanInput<'_>, former: &[Change]) -> Vec<Edge> {
    let ingresses = input
        .stack
        .nodes
        .iter()
        .filter(|node| node.id.kind == NodeKind::Ingress);
    let edges = ingresses.flat_map(|ingress| {
        former.iter().map(|change| Edge {
            before: ingress.id.clone(),
            after: change.task.node.id.clone(),
            kind: EdgeKind::Applied,
        })
    });
    edges.collect()
}
