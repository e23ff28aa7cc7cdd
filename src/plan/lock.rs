//! The lab's lock as a part of a plan: taken before what two runs must not do at once, given back after it.

use super::change::Change;
use super::input::PlanInput;
use crate::model::{Desired, Goal, LockSpec, Node, NodeId, NodeKind, Op, Wait};
use crate::stack::{Edge, EdgeKind};

/// The lock's name: that of its Lease.
pub const LOCK_NAME: &str = "lab2048";

/// Adds the lock to a plan that does or awaits something. It lives in the lab's namespace: it is taken as soon as that is
/// there, before anything else is done, and given back before that is deleted, after everything else.
pub(crate) fn add(input: &PlanInput<'_>, changes: &mut Vec<Change>, edges: &mut Vec<Edge>) {
    if changes.iter().all(|change| change.task.is_idle()) {
        return;
    }
    let Some(namespace) = home(input) else { return };
    let lock = NodeId::new(NodeKind::Lock, LOCK_NAME);
    let edge = |before: &NodeId, after: &NodeId, kind| Edge {
        before: before.clone(),
        after: after.clone(),
        kind,
    };
    for change in changes.iter() {
        let id = &change.task.node.id;
        if *id != namespace {
            edges.push(edge(&lock, id, EdgeKind::Applied));
        } else if change.task.op == Op::Delete {
            edges.push(edge(&lock, id, EdgeKind::Ready));
        } else if input.goal == Goal::Ready {
            edges.push(edge(id, &lock, EdgeKind::Applied));
        }
        // One that a removal leaves is there already.
    }
    let node = Node {
        id: lock,
        desired: Desired::Lock(LockSpec {
            namespace: namespace.name,
        }),
    };
    changes.push(Change::of(node, Op::None).waiting(Wait::Held, ""));
}

/// The lab's namespace, if the lock can live in it: it is to be there, or it is there and not going yet.
fn home(input: &PlanInput<'_>) -> Option<NodeId> {
    let node = input
        .stack
        .nodes
        .iter()
        .find(|node| node.id.kind == NodeKind::Namespace)?;
    let Desired::Object(wanted) = &node.desired else {
        return None;
    };
    let is_there = || input.kube.live(wanted).is_some_and(|live| !live.is_deleting());
    (input.goal == Goal::Ready || is_there()).then(|| node.id.clone())
}
