//! Tags and ARNs of what the controller makes.

use crate::sim::lbc::cluster;
use crate::sim::lbc::model::Model;
use crate::sim::lbc::owned::{CLUSTER_TAG, RESOURCE_TAG, STACK_TAG, Tags};
use crate::sim::lbc::stack::Stack;
use crate::world::World;

/// Tags of a resource: what the user asks for, and the three that always win.
pub(super) fn tags(world: &World, stack: &Stack, model: &Model, resource: &str) -> Tags {
    let mut tags = model.tags.clone();
    tags.insert(CLUSTER_TAG.to_owned(), cluster(world).to_owned());
    tags.insert(STACK_TAG.to_owned(), stack.id.clone());
    tags.insert(RESOURCE_TAG.to_owned(), resource.to_owned());
    tags
}

/// ARN of something of Elastic Load Balancing.
pub(super) fn arn(world: &World, resource: &str) -> String {
    let (region, account) = (&world.facts.region, &world.facts.account);
    format!("arn:aws:elasticloadbalancing:{region}:{account}:{resource}")
}
