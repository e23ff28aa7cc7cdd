//! The order in which things are removed, whatever they depend on while they are there.
//!
//! The Ingress goes first, alone; nothing else in Kubernetes goes before its ALB is gone (the controller needs the Service
//! and the namespace to clean up, and a namespace that goes takes the Ingress's finalizer with it into a deadlock); the
//! profile goes after what runs on it, because a profile's deletion evicts pods regardless of budgets; the access entry that
//! EKS leaves behind after the profile; the role after that; the namespace last of all, as the lab's lock lives in it.

use crate::model::{NodeId, NodeKind};
use crate::stack::{Edge, EdgeKind};

/// The order of a removal by hand on top of it: the controller's own, in which the Ingress is let go of last.
pub(crate) fn order_by_hand(nodes: &[NodeId]) -> Vec<Edge> {
    let of_kind = |kind: NodeKind| nodes.iter().filter(move |node| node.kind == kind);
    let pairs =
        of_kind(NodeKind::LoadBalancer).flat_map(|before| of_kind(NodeKind::Ingress).map(move |after| (before, after)));
    let edges = pairs.map(|(before, after)| Edge {
        before: before.clone(),
        after: after.clone(),
        kind: EdgeKind::Ready,
    });
    edges.collect()
}

/// Who must be gone before whom, of these nodes.
pub(crate) fn order(nodes: &[NodeId]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for before in nodes {
        for after in nodes {
            if goes_first(&before.kind, &after.kind) {
                edges.push(Edge {
                    before: before.clone(),
                    after: after.clone(),
                    kind: EdgeKind::Ready,
                });
            }
        }
    }
    edges
}

fn goes_first(before: &NodeKind, after: &NodeKind) -> bool {
    use NodeKind::{AccessEntry, Ingress, LoadBalancer, Namespace, Profile, Role};
    match (before, after) {
        (Ingress | LoadBalancer, Ingress | LoadBalancer) => false,
        (Ingress | LoadBalancer, after) => after.is_object() || *after == Profile,
        (before, Namespace) => *before != Namespace,
        (before, Profile) => before.is_workload(),
        (Profile, AccessEntry | Role) | (AccessEntry, Role) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_has_no_circle_and_knows_every_kind() {
        let nodes: Vec<NodeId> = [
            "role/r",
            "access-entry/r",
            "profile/p",
            "namespace/n",
            "service/s",
            "job/j",
            "deployment/d",
            "balancer/b",
            "ingress/i",
        ]
        .iter()
        .map(|id| id.parse().unwrap())
        .collect();
        let edges = order(&nodes);
        let first = |before: &str, after: &str| {
            let is = |edge: &Edge| edge.before.to_string() == before && edge.after.to_string() == after;
            edges.iter().any(is)
        };
        for (before, after) in [
            ("ingress/i", "service/s"),
            ("balancer/b", "deployment/d"),
            ("balancer/b", "namespace/n"),
            ("job/j", "namespace/n"),
            ("job/j", "profile/p"),
            ("deployment/d", "profile/p"),
            ("profile/p", "access-entry/r"),
            ("access-entry/r", "role/r"),
        ] {
            assert!(first(before, after), "{before} before {after}");
            assert!(!first(after, before), "{after} before {before}");
        }
        assert!(!first("service/s", "profile/p"), "nothing of it runs on the profile");
    }
}
