//! What can happen by itself.

use serde::{Deserialize, Serialize};

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

impl Action {
    /// The one thing that it is about.
    pub(super) fn subject(&self) -> &str {
        match self {
            Self::Wake { of } => of,
            Self::ProfileReady { arn } | Self::ProfileGone { arn } | Self::BalancerActive { arn } => arn,
            Self::Pod { uid, .. } | Self::EmptyNamespace { uid, .. } => uid,
            Self::Reconcile { stack } | Self::Deploy { stack } => stack,
            Self::SyncTargets { group } | Self::HealthChecked { group, .. } | Self::TargetDrained { group, .. } => {
                group
            }
            Self::InterfacesGone { description } => description,
        }
    }
}
