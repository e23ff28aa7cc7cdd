//! An environment half read: sections that have been read, and those that could not be.

use super::environment::{App, Cluster, Environment, Fargate, Ingress, Lab, Sandbox, TargetKind, Timeouts};

/// The sections of an environment; those with a problem are `None`.
pub(super) struct Parts {
    pub(super) lab: Option<Lab>,
    pub(super) target: Option<TargetKind>,
    pub(super) cluster: Option<Cluster>,
    pub(super) fargate: Option<Fargate>,
    pub(super) app: Option<App>,
    pub(super) ingress: Option<Ingress>,
    pub(super) timeouts: Option<Timeouts>,
    pub(super) confirm: Option<bool>,
    pub(super) sandbox: Option<Sandbox>,
}

impl Parts {
    /// The environment, if no section is missing.
    pub(super) fn into_environment(self, name: &str) -> Option<Environment> {
        Some(Environment {
            name: name.to_owned(),
            lab: self.lab?,
            target: self.target?,
            cluster: self.cluster?,
            fargate: self.fargate?,
            app: self.app?,
            ingress: self.ingress?,
            timeouts: self.timeouts?,
            confirm: self.confirm?,
            sandbox: self.sandbox?,
        })
    }
}
