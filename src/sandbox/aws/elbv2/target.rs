//! Target groups and the health of their targets.

use super::super::wire::{Failure, Params, Xml, branch, leaf, strings};
use super::{balancer_not_found, group_not_found, paged};
use crate::state::{Listener, Target, TargetGroup};
use crate::world::World;

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let (names, arns) = (params.list("Names"), params.list("TargetGroupArns"));
    let balancer = params.get("LoadBalancerArn");
    if balancer.is_some_and(|arn| !world.aws.load_balancers.contains_key(arn)) {
        return Err(balancer_not_found());
    }
    let all = || world.aws.target_groups.values();
    let unknown_name = names.iter().any(|name| !all().any(|group| group.name == **name));
    if unknown_name || arns.iter().any(|arn| !world.aws.target_groups.contains_key(*arn)) {
        return Err(group_not_found());
    }
    let found = all()
        .filter(|group| names.is_empty() || names.contains(&group.name.as_str()))
        .filter(|group| arns.is_empty() || arns.contains(&group.arn.as_str()))
        .filter(|group| balancer.is_none_or(|arn| group.load_balancers.iter().any(|user| user == arn)))
        .map(|group| members(world, group));
    paged("TargetGroups", found.collect(), params)
}

/// The health check is the controller's default.
fn members(world: &World, group: &TargetGroup) -> Vec<Xml> {
    vec![
        leaf("TargetGroupArn", &group.arn),
        leaf("TargetGroupName", &group.name),
        leaf("Protocol", "HTTP"),
        leaf("Port", group.port),
        leaf("VpcId", &world.facts.vpc),
        leaf("HealthCheckProtocol", "HTTP"),
        leaf("HealthCheckPort", "traffic-port"),
        leaf("HealthCheckEnabled", true),
        leaf("HealthCheckIntervalSeconds", 15),
        leaf("HealthCheckTimeoutSeconds", 5),
        leaf("HealthyThresholdCount", 2),
        leaf("UnhealthyThresholdCount", 2),
        leaf("HealthCheckPath", "/"),
        branch("Matcher", [leaf("HttpCode", 200)]),
        strings("LoadBalancerArns", "member", &group.load_balancers),
        leaf("TargetType", &group.target_type),
        leaf("ProtocolVersion", "HTTP1"),
        leaf("IpAddressType", "ipv4"),
    ]
}

pub(super) fn health(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("TargetGroupArn")?;
    let group = world.aws.target_groups.get(arn).ok_or_else(group_not_found)?;
    let wanted: Vec<Option<&str>> = params
        .items("Targets")
        .into_iter()
        .map(|item| params.get(&format!("{item}.Id")))
        .collect();
    let registered = group
        .targets
        .iter()
        .filter(|target| wanted.is_empty() || wanted.contains(&Some(target.id.as_str())))
        .map(target_members);
    let strangers = wanted
        .iter()
        .flatten()
        .filter(|id| !group.targets.iter().any(|target| target.id == **id))
        .map(|id| unregistered(id, group.port));
    Ok(vec![super::super::wire::list(
        "TargetHealthDescriptions",
        "member",
        registered.chain(strangers),
    )])
}

fn target_members(target: &Target) -> Vec<Xml> {
    let mut described = vec![leaf("Id", &target.id), leaf("Port", target.port)];
    if !target.zone.is_empty() {
        described.push(leaf("AvailabilityZone", &target.zone));
    }
    let mut health = vec![leaf("State", &target.state)];
    if let Some((code, text)) = &target.reason {
        health.extend([leaf("Reason", code), leaf("Description", text)]);
    }
    vec![
        branch("Target", described),
        leaf("HealthCheckPort", target.port),
        branch("TargetHealth", health),
    ]
}

fn unregistered(id: &str, port: u16) -> Vec<Xml> {
    vec![
        branch("Target", [leaf("Id", id), leaf("Port", port)]),
        branch(
            "TargetHealth",
            [
                leaf("State", "unused"),
                leaf("Reason", "Target.NotRegistered"),
                leaf("Description", "Target is not registered to the target group"),
            ],
        ),
    ]
}

/// Deletes a target group; one that is not there is no error.
pub(super) fn delete(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("TargetGroupArn")?;
    if !world.aws.target_groups.contains_key(arn) {
        return Ok(Vec::new());
    }
    let forwards = world
        .aws
        .load_balancers
        .values()
        .flat_map(|balancer| &balancer.listeners)
        .flat_map(Listener::actions)
        .any(|action| action.target_groups().any(|group| group == arn));
    if forwards {
        return Err(Failure::bad(
            "ResourceInUse",
            format!("Target group '{arn}' is currently in use by a listener or a rule"),
        ));
    }
    world.aws.target_groups.remove(arn);
    Ok(Vec::new())
}
