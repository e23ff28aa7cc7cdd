//! What is going to happen by itself, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::memory::LbcMemory;

/// What will happen by itself, by due time; things due at the same time happen in the order they were planned.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Agenda {
    #[serde(with = "as_pairs")]
    due: BTreeMap<(Timestamp, u64), Action>,
    planned: u64,
    /// Object and world versions that the controllers have seen; nothing is to be done while they are the same.
    pub(crate) settled: (u64, u64),
    /// The version of the objects that each controller has seen, if it need not look at everything.
    #[serde(skip)]
    pub(crate) seen: [Option<u64>; 6],
    /// What the load balancer controller remembers.
    pub(crate) lbc: LbcMemory,
}

/// Something that will happen by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Action {
    /// A condition of a controller that depends on time may have changed; `of` distinguishes such waits.
    Wake {
        /// UID of the object with the condition.
        of: String,
    },
    /// A Fargate profile becomes ACTIVE, or fails.
    ProfileReady {
        /// ARN of the profile.
        arn: String,
    },
    /// A Fargate profile that is being deleted is gone.
    ProfileGone {
        /// ARN of the profile.
        arn: String,
    },
    /// A pod goes on.
    Pod {
        /// Namespace.
        namespace: String,
        /// Name.
        name: String,
        /// UID, since a pod of the same name may have taken its place.
        uid: String,
        /// What happens to it.
        step: PodStep,
    },
    /// The namespace controller looks at a namespace that is being deleted.
    EmptyNamespace {
        /// UID of the namespace.
        uid: String,
        /// Name.
        name: String,
    },
    /// The load balancer controller looks at a stack: an Ingress, or a group of them.
    Reconcile {
        /// Stack id.
        stack: String,
    },
    /// The load balancer controller deploys the model that it has built for a stack.
    Deploy {
        /// Stack id.
        stack: String,
    },
    /// The load balancer controller brings targets in line with endpoints.
    SyncTargets {
        /// ARN of the target group.
        group: String,
    },
    /// A load balancer is provisioned.
    BalancerActive {
        /// ARN.
        arn: String,
    },
    /// The health checks of a target have come to a result.
    HealthChecked {
        /// ARN of the target group.
        group: String,
        /// Target: id.
        id: String,
        /// Target: port.
        port: u16,
    },
    /// A target that was draining is forgotten.
    TargetDrained {
        /// ARN of the target group.
        group: String,
        /// Target: id.
        id: String,
        /// Target: port.
        port: u16,
    },
    /// Network interfaces of a deleted load balancer go.
    InterfacesGone {
        /// Their description.
        description: String,
    },
}

/// What happens to a pod next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PodStep {
    /// The default scheduler tries again.
    Schedule,
    /// Fargate has a machine for it, or reports why not.
    Launch,
    /// The image has arrived, or cannot be had.
    Pulled,
    /// The kubelet waits before it tries to pull again.
    BackOff,
    /// The kubelet pulls again.
    PullAgain,
    /// The first readiness probes have come to a result.
    Probed,
    /// The containers have stopped.
    Stopped,
}

impl Agenda {
    /// When something is going to happen.
    pub(crate) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.due.keys().map(|(due, _)| *due)
    }

    /// How often something was planned.
    pub(crate) fn planned(&self) -> u64 {
        self.planned
    }

    /// Plans an action at a time.
    pub(crate) fn at(&mut self, due: Timestamp, action: Action) {
        self.planned += 1;
        self.due.insert((due, self.planned), action);
    }

    /// Plans an action after a while.
    pub(crate) fn after(&mut self, now: Timestamp, wait: Duration, action: Action) {
        self.at(now.checked_add(wait).unwrap_or(now), action);
    }

    /// Whether such an action is planned.
    pub(crate) fn has(&self, wanted: impl Fn(&Action) -> bool) -> bool {
        self.due.values().any(wanted)
    }

    /// Takes actions off the agenda.
    pub(crate) fn cancel(&mut self, unwanted: impl Fn(&Action) -> bool) {
        self.due.retain(|_, action| !unwanted(action));
    }

    /// Whether something is going to happen to a pod.
    pub(crate) fn has_pod(&self, uid: &str) -> bool {
        self.has(|action| matches!(action, Action::Pod { uid: planned, .. } if planned == uid))
    }

    /// Takes the next action that is due by `now`, with its time.
    pub(crate) fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Action)> {
        let first = self.due.first_entry()?;
        if first.key().0 > now {
            return None;
        }
        let ((due, _), action) = first.remove_entry();
        Some((due, action))
    }

    /// When the next action is due.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.due.keys().next().map(|(due, _)| *due)
    }
}

/// JSON has no maps with structured keys; the agenda travels as a list of pairs.
mod as_pairs {
    use std::collections::BTreeMap;

    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Action;

    type Due = BTreeMap<(Timestamp, u64), Action>;

    pub(crate) fn serialize<S: Serializer>(due: &Due, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(due.iter())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Due, D::Error> {
        Ok(Vec::<((Timestamp, u64), Action)>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}
