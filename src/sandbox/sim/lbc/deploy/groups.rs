//! The two security groups of a load balancer.

use super::naming::tags;
use crate::sim::lbc::cluster;
use crate::sim::lbc::model::Model;
use crate::sim::lbc::names;
use crate::sim::lbc::owned::{BACKEND_TAG, CLUSTER_TAG, Tags};
use crate::sim::lbc::stack::Stack;
use crate::state::SecurityGroup;
use crate::world::World;

/// The security group that all load balancers of the cluster share on their way to the pods. The controller remembers it.
pub(super) fn backend(world: &mut World) -> String {
    let id = shared(world);
    world.agenda.lbc.backend = Some(id.clone());
    id
}

fn shared(world: &mut World) -> String {
    let name = names::backend_group(cluster(world));
    if let Some(group) = world.aws.security_groups.values().find(|group| group.name == name) {
        return group.id.clone();
    }
    let mut tags = Tags::new();
    tags.insert(CLUSTER_TAG.to_owned(), cluster(world).to_owned());
    tags.insert(BACKEND_TAG.0.to_owned(), BACKEND_TAG.1.to_owned());
    add_group(
        world,
        &name,
        "[k8s] Shared Backend SecurityGroup for LoadBalancer",
        tags,
    )
}

/// The security group of one stack, which lets clients in.
pub(super) fn frontend(world: &mut World, stack: &Stack, model: &Model) -> String {
    let name = names::frontend_group(cluster(world), &stack.id);
    let mut groups = world.aws.security_groups.values();
    let known = groups.find(|group| group.name == name).map(|group| group.id.clone());
    let id = known.unwrap_or_else(|| {
        let tags = tags(world, stack, model, "ManagedLBSecurityGroup");
        add_group(world, &name, "[k8s] Managed SecurityGroup for LoadBalancer", tags)
    });
    let mut rules = Vec::new();
    for (port, _) in &model.ports {
        for cidr in &model.cidrs {
            rules.push(("tcp".to_owned(), *port, *port, cidr.clone(), String::new()));
        }
    }
    let known = world.aws.security_groups.get(&id);
    if known.is_some_and(|group| group.rules != rules)
        && let Some(group) = world.aws.security_groups.get_mut(&id)
    {
        group.rules = rules;
    }
    id
}

fn add_group(world: &mut World, name: &str, description: &str, tags: Tags) -> String {
    let group = SecurityGroup {
        id: format!("sg-{}", world.draw_hex(&format!("security group {name}"), 17)),
        name: name.to_owned(),
        description: description.to_owned(),
        tags,
        rules: Vec::new(),
    };
    let id = group.id.clone();
    world.aws.security_groups.insert(id.clone(), group);
    id
}
