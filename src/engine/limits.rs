//! How long a step may take.

use std::time::Duration;

use crate::model::{NodeKind, Op, Task};

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
}

/// A holder of the lab's lock that was killed lets its lease expire after 30 s; so long, and a little more, it is waited for.
const LOCK: Duration = Duration::from_secs(33);

impl Limits {
    /// The limit for one step, from its start to its goal. A replacement may take a deletion and a creation.
    pub fn of(&self, task: &Task) -> Duration {
        let creation = match task.node.id.kind {
            NodeKind::Role | NodeKind::Profile | NodeKind::AccessEntry => self.profile,
            NodeKind::Ingress | NodeKind::LoadBalancer | NodeKind::Targets | NodeKind::Proof => self.balancer,
            NodeKind::Lock => return LOCK,
            NodeKind::Namespace | NodeKind::Service | NodeKind::Deployment | NodeKind::Object(_) => self.rollout,
        };
        match task.op {
            Op::Replace => self.deletion + creation,
            Op::Delete => self.deletion,
            Op::None if task.wait == crate::model::Wait::Gone => self.deletion,
            Op::Create | Op::Update | Op::None => creation,
        }
    }
}
