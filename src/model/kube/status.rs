//! Words of Kubernetes' statuses that the program decides on.

use crate::model::word::words;

words! {
    /// How far a pod is.
    PodPhase {
        /// Not all its containers run.
        Pending = "Pending",
        /// Its containers have been started.
        Running = "Running",
        /// All its containers ended with success.
        Succeeded = "Succeeded",
        /// All its containers ended, at least one without success.
        Failed = "Failed",
    }
}

impl PodPhase {
    /// Whether the pod has ended for good.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed)
    }
}

words! {
    /// Why a container waits, as kubelets name it.
    WaitingReason {
        /// It is being made.
        ContainerCreating = "ContainerCreating",
        /// Init containers come first.
        PodInitializing = "PodInitializing",
        /// The image's name cannot be parsed.
        InvalidImageName = "InvalidImageName",
        /// The image could not be pulled.
        ErrImagePull = "ErrImagePull",
        /// The image could not be pulled, and the next attempt is yet to come.
        ImagePullBackOff = "ImagePullBackOff",
        /// The pod forbids to pull its image, and the node does not have it.
        ErrImageNeverPull = "ErrImageNeverPull",
        /// The image's registry is not available.
        RegistryUnavailable = "RegistryUnavailable",
        /// The image's signature is not accepted.
        SignatureValidationFailed = "SignatureValidationFailed",
        /// It ended, and the next start is yet to come.
        CrashLoopBackOff = "CrashLoopBackOff",
    }
}

impl WaitingReason {
    /// Whether an image is what is lacking.
    pub fn is_pull_failure(&self) -> bool {
        matches!(
            self,
            Self::InvalidImageName
                | Self::ErrImagePull
                | Self::ImagePullBackOff
                | Self::ErrImageNeverPull
                | Self::RegistryUnavailable
                | Self::SignatureValidationFailed
        )
    }
}

words! {
    /// Whether a condition holds.
    ConditionStatus {
        /// It does.
        True = "True",
        /// It does not.
        False = "False",
        /// Unknown to its writer.
        Unknown = "Unknown",
    }
}

words! {
    /// How a namespace is.
    NamespacePhase {
        /// Objects can be made in it.
        Active = "Active",
        /// It is being deleted with everything in it.
        Terminating = "Terminating",
    }
}
