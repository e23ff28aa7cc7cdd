//! The load balancer of a stack: kept, replaced or made, or refused by AWS.

use super::naming::{arn, tags};
use super::refusals;
use crate::sim::lbc::is_denied;
use crate::sim::lbc::model::Model;
use crate::sim::lbc::owned::{Tags, balancer_of};
use crate::sim::lbc::refused::Refused;
use crate::sim::lbc::stack::Stack;
use crate::sim::{balancer, durations, network, quotas};
use crate::state::{Action, LoadBalancer};
use crate::world::World;

/// Brings the load balancer in line with the model; its ARN, or why AWS refuses.
pub(super) fn bring(world: &mut World, stack: &Stack, model: &Model, groups: &[String]) -> Result<String, String> {
    let known = balancer_of(world, &stack.id).map(|balancer| {
        let same = balancer.name == model.name && balancer.scheme == model.scheme;
        (balancer.arn.clone(), same)
    });
    match known {
        Some((arn, true)) => {
            let tags = tags(world, stack, model, "LoadBalancer");
            if let Some(balancer) = world.aws.load_balancers.get_mut(&arn) {
                balancer.subnets.clone_from(&model.subnets);
                balancer.security_groups = groups.to_vec();
                balancer.deletion_protection = model.protected();
                balancer.tags.extend(tags);
            }
            return Ok(arn);
        }
        Some((arn, false)) => balancer::load_balancer_deleted(world, &arn),
        None => {}
    }
    if let Some(refused) = refusal(world, model) {
        return Err(refused.text(world));
    }
    let tags = tags(world, stack, model, "LoadBalancer");
    Ok(create_balancer(world, model, groups, tags))
}

/// Why AWS refuses to make the load balancer.
fn refusal(world: &World, model: &Model) -> Option<Refused> {
    const OPERATION: &str = "CreateLoadBalancer";
    let name = &model.name;
    if is_denied(world) {
        let account = &world.facts.account;
        let resource = arn(world, &format!("loadbalancer/app/{name}/*"));
        let why = format!(
            "User: arn:aws:sts::{account}:assumed-role/AmazonEKSLoadBalancerControllerRole/1795476041 is not authorized to perform: elasticloadbalancing:CreateLoadBalancer on resource: {resource} because no identity-based policy allows the elasticloadbalancing:CreateLoadBalancer action"
        );
        return Some(Refused::elb(OPERATION, "AccessDenied", why).denied());
    }
    if let Some(why) = quotas::no_load_balancer_left(world) {
        return Some(Refused::elb_in(OPERATION, why));
    }
    if world.aws.load_balancers.values().any(|balancer| balancer.name == *name) {
        let why = format!("A load balancer with the same name {name} exists, but with different settings");
        return Some(Refused::elb(OPERATION, "DuplicateLoadBalancerName", why));
    }
    refusals::of_balancer(model)
}

fn create_balancer(world: &mut World, model: &Model, groups: &[String], tags: Tags) -> String {
    let what = format!("load balancer {}", model.name);
    let id = world.draw_hex(&what, 16);
    let number = 100_000_000 + world.draw(&what) % 1_900_000_000;
    let prefix = if model.scheme == "internal" { "internal-" } else { "" };
    let name = &model.name;
    let balancer = LoadBalancer {
        arn: arn(world, &format!("loadbalancer/app/{name}/{id}")),
        name: name.clone(),
        dns_name: format!("{prefix}{name}-{number}.{}.elb.amazonaws.com", world.facts.region),
        scheme: model.scheme.clone(),
        state: "provisioning".to_owned(),
        subnets: model.subnets.clone(),
        security_groups: groups.to_vec(),
        tags,
        created: world.now(),
        deletion_protection: model.protected(),
        listeners: Vec::new(),
    };
    let arn = balancer.arn.clone();
    for subnet in &model.subnets {
        network::take_address(world, subnet, &balancer::interface_description(&arn), groups);
    }
    world.aws.load_balancers.insert(arn.clone(), balancer);
    let wait = durations::BALANCER_PROVISIONING.draw(world, &what);
    let now = world.now();
    let action = Action::BalancerActive { arn: arn.clone() };
    world.agenda.after(now, wait, action);
    arn
}
