//! What the reads look for, by name.

use crate::lbc::IngressOwner;

/// What a plan looks for, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedNames {
    /// The pod execution role's name.
    pub role_name: String,
    /// Its ARN, if it is known beforehand; otherwise it is taken from the role or put together from the caller's.
    pub role_arn: Option<String>,
    /// Whether the profile, and with it the role, is another's.
    pub of_others: bool,
    /// The ALB's predicted name.
    pub balancer_name: String,
    /// The controller's stack id of the Ingress: `<namespace>/<ingress>` or the group's name.
    pub stack_id: String,
    /// The Ingress, `<namespace>/<ingress>`.
    pub ingress_id: String,
}

impl WantedNames {
    /// For whom the controller makes what is looked for.
    pub(super) fn origin<'a>(&'a self, cluster: &'a str) -> IngressOwner<'a> {
        IngressOwner {
            cluster,
            stack: &self.stack_id,
            ingress: &self.ingress_id,
        }
    }
}
