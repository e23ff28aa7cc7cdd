//! All that the controller made for an Ingress, found by its tags.

use futures::future::try_join_all;

use super::balancers::{self, Depth, by_tags, complete, security_groups, target_groups};
use super::clients::Clients;
use crate::lbc::IngressOwner;
use crate::model::ControllerResources;
use crate::ports::CallError;

/// What is there of what the controller made for an Ingress. What a group shares is none of it as long as it serves another
/// Ingress.
pub(super) async fn made_by_controller(
    clients: &Clients,
    origin: IngressOwner<'_>,
) -> Result<ControllerResources, CallError> {
    let (balancers, target_groups, security_groups) = futures::try_join!(
        by_tags(clients, origin),
        target_groups(clients, origin),
        security_groups(clients, origin)
    )?;
    let mut left = ControllerResources {
        balancers,
        target_groups,
        security_groups: security_groups.into_iter().filter(|group| !group.shared).collect(),
    };
    if origin.is_group() {
        let all = try_join_all(
            left.balancers
                .into_iter()
                .map(|found| complete(clients, found, origin, Depth::Owners)),
        );
        let all = all.await?;
        let shared = |found: &balancers::SharedBalancer| !found.other_backends.is_empty();
        if all.iter().any(shared) {
            left.security_groups.clear();
        }
        let forsaken = all.into_iter().filter(|found| !shared(found));
        left.balancers = forsaken.map(|found| found.balancer).collect();
    }
    Ok(left)
}
