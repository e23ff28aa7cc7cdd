//! The ALB: followed from nothing to healthy targets, and from there to nothing. The controller makes and removes it.

mod rising;
mod vanishing;

pub(super) use rising::Rising;
pub(super) use vanishing::Vanishing;

use super::super::balancers;
use super::super::clients::Clients;
use super::super::marks::Origin;
use crate::model::{BalancerSpec, Pin};
use crate::ports::CallError;

fn origin(spec: &BalancerSpec) -> Origin<'_> {
    Origin {
        cluster: &spec.cluster,
        stack: &spec.stack,
        ingress: &spec.ingress,
    }
}

/// What identifies the ALB that is there.
pub(super) async fn pin(clients: &Clients, spec: &BalancerSpec) -> Result<Option<Pin>, CallError> {
    let found = balancers::find(clients, &spec.name, origin(spec)).await?;
    Ok(found.map(|balancer| balancer.pin()))
}
