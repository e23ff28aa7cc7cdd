//! Load balancers and their attributes.

use super::super::wire::{Failure, Params, Xml, branch, leaf, list, millis, strings};
use super::{balancer_not_found, paged};
use crate::sim;
use crate::state::LoadBalancer;
use crate::world::World;

/// The hosted zone of application load balancers in ap-northeast-2.
const HOSTED_ZONE: &str = "ZWKZPGTI48KDX";

/// The one attribute that the world keeps.
const PROTECTION: &str = "deletion_protection.enabled";

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let (names, arns) = (params.list("Names"), params.list("LoadBalancerArns"));
    let all = || world.aws.load_balancers.values();
    if let Some(unknown) = names.iter().find(|name| !all().any(|balancer| balancer.name == **name)) {
        return Err(Failure::bad(
            "LoadBalancerNotFound",
            format!("Load balancers '[{unknown}]' not found"),
        ));
    }
    if arns.iter().any(|arn| !world.aws.load_balancers.contains_key(*arn)) {
        return Err(balancer_not_found());
    }
    let found = all()
        .filter(|balancer| names.is_empty() || names.contains(&balancer.name.as_str()))
        .filter(|balancer| arns.is_empty() || arns.contains(&balancer.arn.as_str()))
        .map(|balancer| members(world, balancer));
    paged("LoadBalancers", found.collect(), params)
}

fn members(world: &World, balancer: &LoadBalancer) -> Vec<Xml> {
    let zones = balancer.subnets.iter().map(|id| {
        let zone = world.aws.subnets.get(id).map(|subnet| subnet.zone.as_str());
        vec![
            leaf("ZoneName", zone.unwrap_or_default()),
            leaf("SubnetId", id),
            branch("LoadBalancerAddresses", []),
        ]
    });
    vec![
        leaf("LoadBalancerArn", &balancer.arn),
        leaf("DNSName", &balancer.dns_name),
        leaf("CanonicalHostedZoneId", HOSTED_ZONE),
        leaf("CreatedTime", millis(balancer.created)),
        leaf("LoadBalancerName", &balancer.name),
        leaf("Scheme", &balancer.scheme),
        leaf("VpcId", &world.facts.vpc),
        branch("State", [leaf("Code", &balancer.state)]),
        leaf("Type", "application"),
        list("AvailabilityZones", "member", zones),
        strings("SecurityGroups", "member", &balancer.security_groups),
        leaf("IpAddressType", "ipv4"),
    ]
}

pub(super) fn attributes(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("LoadBalancerArn")?;
    let balancer = world.aws.load_balancers.get(arn).ok_or_else(balancer_not_found)?;
    Ok(vec![attribute_list(balancer)])
}

fn attribute_list(balancer: &LoadBalancer) -> Xml {
    let protected = balancer.deletion_protection.to_string();
    let attributes = [
        ("access_logs.s3.enabled", "false"),
        ("access_logs.s3.bucket", ""),
        ("access_logs.s3.prefix", ""),
        ("idle_timeout.timeout_seconds", "60"),
        (PROTECTION, protected.as_str()),
        ("routing.http2.enabled", "true"),
        ("routing.http.drop_invalid_header_fields.enabled", "false"),
        ("routing.http.xff_client_port.enabled", "false"),
        ("routing.http.preserve_host_header.enabled", "false"),
        ("routing.http.xff_header_processing.mode", "append"),
        ("load_balancing.cross_zone.enabled", "true"),
        ("routing.http.desync_mitigation_mode", "defensive"),
        ("client_keep_alive.seconds", "3600"),
        ("waf.fail_open.enabled", "false"),
    ];
    list(
        "Attributes",
        "member",
        attributes.map(|(key, value)| vec![leaf("Key", key), leaf("Value", value)]),
    )
}

pub(super) fn modify_attributes(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("LoadBalancerArn")?;
    let mut protection = None;
    for item in params.items("Attributes") {
        let key = params.need(&format!("{item}.Key"))?;
        let value = params.raw(&format!("{item}.Value")).unwrap_or_default();
        if key != PROTECTION {
            return Err(Failure::not_offered(
                "elasticloadbalancing",
                &format!("ModifyLoadBalancerAttributes of {key}"),
            ));
        }
        protection = Some(value.parse::<bool>().map_err(|_| {
            Failure::bad(
                "ValidationError",
                format!("The value of '{PROTECTION}' must be true or false, not '{value}'"),
            )
        })?);
    }
    if let Some(protection) = protection
        && world.aws.load_balancers.contains_key(arn)
        && let Some(balancer) = world.aws.load_balancers.get_mut(arn)
    {
        balancer.deletion_protection = protection;
    }
    let balancer = world.aws.load_balancers.get(arn).ok_or_else(balancer_not_found)?;
    Ok(vec![attribute_list(balancer)])
}

/// Deletes a load balancer; one that is not there is no error.
pub(super) fn delete(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("LoadBalancerArn")?;
    if !arn.contains(":loadbalancer/") {
        return Err(Failure::bad(
            "ValidationError",
            format!("'{arn}' is not a valid load balancer ARN"),
        ));
    }
    let Some(balancer) = world.aws.load_balancers.get(arn) else {
        return Ok(Vec::new());
    };
    if balancer.deletion_protection {
        return Err(Failure::bad(
            "OperationNotPermitted",
            format!("Load balancer '{arn}' cannot be deleted because deletion protection is enabled"),
        ));
    }
    sim::load_balancer_deleted(world, arn);
    Ok(Vec::new())
}
