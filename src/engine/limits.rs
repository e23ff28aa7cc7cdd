//! How long a step may take.

use std::time::Duration;

use crate::model::{NodeKind, Op, Task, Wait};

/// Limits of the waits, as the environment has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For role and profile.
    pub profile: Duration,
    /// For the objects, pods included.
    pub rollout: Duration,
    /// For Ingress, load balancer and proof.
    pub balancer: Duration,
    /// For anything to be gone.
    pub deletion: Duration,
    /// For the lab's lock.
    pub lock: Duration,
}

impl Limits {
    /// The limit for one step, from its start to its goal. A replacement may take a deletion and a creation.
    pub fn of(&self, task: &Task) -> Duration {
        let creation = match task.node.id.kind {
            NodeKind::Role | NodeKind::Profile | NodeKind::AccessEntry => self.profile,
            NodeKind::Ingress | NodeKind::LoadBalancer | NodeKind::Targets | NodeKind::Proof => self.balancer,
            NodeKind::Lock => return self.lock,
            NodeKind::Namespace | NodeKind::Service | NodeKind::Deployment | NodeKind::Object(_) => self.rollout,
        };
        match task.op {
            Op::Replace => self.deletion + creation,
            Op::Delete => self.deletion,
            Op::None if task.wait == Wait::Gone => self.deletion,
            Op::Create | Op::Update | Op::None => creation,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    use crate::model::{Desired, Node, NodeId, Object};
    use crate::plan::Change;

    #[test]
    fn each_kind_and_operation_has_its_limit() {
        let seconds = Duration::from_secs;
        let limits = Limits {
            profile: seconds(1),
            rollout: seconds(2),
            balancer: seconds(4),
            deletion: seconds(8),
            lock: seconds(33),
        };
        let limit = |kind, op, wait| limits.of(&task(kind, op, wait)).as_secs();
        for (kind, creation) in [
            (NodeKind::Role, 1),
            (NodeKind::Profile, 1),
            (NodeKind::Deployment, 2),
            (NodeKind::Ingress, 4),
            (NodeKind::LoadBalancer, 4),
        ] {
            assert_eq!(limit(kind.clone(), Op::Create, Wait::Ready), creation);
            assert_eq!(limit(kind.clone(), Op::None, Wait::Ready), creation);
            assert_eq!(
                limit(kind.clone(), Op::None, Wait::Gone),
                8,
                "AWS or another deletes it"
            );
            assert_eq!(limit(kind.clone(), Op::Delete, Wait::Gone), 8);
            assert_eq!(limit(kind, Op::Replace, Wait::Ready), 8 + creation);
        }
    }

    fn task(kind: NodeKind, op: Op, wait: Wait) -> Task {
        let node = Node {
            id: NodeId::new(kind, "x"),
            desired: Desired::Object(Object(json!({}))),
        };
        Change::of(node, op).waiting(wait, "").task
    }
}
