//! The ALB: followed from nothing to healthy targets, and from there to nothing. The controller makes and removes it.

mod deletion;
mod provisioning;

pub(super) use deletion::AlbDeletion;
pub(super) use provisioning::AlbProvisioning;

use crate::lbc::IngressOwner;
use crate::model::LoadBalancerSpec;

fn origin(spec: &LoadBalancerSpec) -> IngressOwner<'_> {
    IngressOwner {
        cluster: &spec.cluster,
        stack: &spec.stack,
        ingress: &spec.ingress,
    }
}
