//! The ALB: followed from nothing to healthy targets, and from there to nothing. The controller makes and removes it.

mod deletion;
mod provisioning;

pub(super) use deletion::AlbDeletion;
pub(super) use provisioning::AlbProvisioning;

use crate::aws::balancers;
use crate::aws::clients::Clients;
use crate::lbc::IngressOwner;
use crate::model::{LoadBalancerSpec, Pin};
use crate::ports::CallError;

fn origin(spec: &LoadBalancerSpec) -> IngressOwner<'_> {
    IngressOwner {
        cluster: &spec.cluster,
        stack: &spec.stack,
        ingress: &spec.ingress,
    }
}

/// What identifies the ALB that is there.
pub(super) async fn pin(clients: &Clients, spec: &LoadBalancerSpec) -> Result<Option<Pin>, CallError> {
    let found = balancers::find(clients, &spec.name, origin(spec)).await?;
    Ok(found.map(|balancer| balancer.pin()))
}
