//! The VPC, the region's zones, and endpoints (of which there are none).

use std::collections::{BTreeMap, BTreeSet};

use super::super::wire::{Failure, Params, Xml, branch, leaf, list};
use super::filter::{Selection, one};
use super::{need, paged, tag_set};
use crate::world::World;

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let vpc = &world.facts.vpc;
    let selection = Selection::of(params, "VpcId");
    selection.check_ids("InvalidVpcID.NotFound", "The vpc ID '{}' does not exist", |id| {
        id == vpc
    })?;
    let shown = |filter: &str| match filter {
        "vpc-id" => one(vpc),
        "cidr" | "cidr-block-association.cidr-block" => one(&world.aws.vpc.cidr),
        "state" => one("available"),
        "is-default" | "isDefault" => one(false),
        "owner-id" => one(&world.facts.account),
        _ => None,
    };
    let mut found = Vec::new();
    if selection.takes(vpc, &BTreeMap::new(), shown)? {
        let cidr = &world.aws.vpc.cidr;
        let association = vec![
            leaf("associationId", vpc.replace("vpc-", "vpc-cidr-assoc-")),
            leaf("cidrBlock", cidr),
            branch("cidrBlockState", [leaf("state", "associated")]),
        ];
        found.push(vec![
            leaf("vpcId", vpc),
            leaf("ownerId", &world.facts.account),
            leaf("state", "available"),
            leaf("cidrBlock", cidr),
            list("cidrBlockAssociationSet", "item", [association]),
            branch("ipv6CidrBlockAssociationSet", []),
            leaf("dhcpOptionsId", "default"),
            leaf("instanceTenancy", "default"),
            leaf("isDefault", false),
            tag_set(&BTreeMap::new()),
        ]);
    }
    paged("vpcSet", found, params)
}

/// One attribute a call, as in AWS.
pub(super) fn attribute(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let id = need(params, "VpcId")?;
    if id != world.facts.vpc {
        return Err(Failure::bad(
            "InvalidVpcID.NotFound",
            format!("The vpc ID '{id}' does not exist"),
        ));
    }
    let (name, value) = match need(params, "Attribute")? {
        "enableDnsSupport" => ("enableDnsSupport", world.aws.vpc.dns_support),
        "enableDnsHostnames" => ("enableDnsHostnames", world.aws.vpc.dns_hostnames),
        "enableNetworkAddressUsageMetrics" => ("enableNetworkAddressUsageMetrics", false),
        other => {
            return Err(Failure::bad(
                "InvalidParameterValue",
                format!("Value ({other}) for parameter attribute is invalid. Unknown attribute."),
            ));
        }
    };
    Ok(vec![leaf("vpcId", id), branch(name, [leaf("value", value)])])
}

/// The region's zones: those of the subnets, and `a` to `d`.
pub(super) fn zones(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let region = &world.facts.region;
    let mut zones: BTreeMap<String, String> = ["a", "b", "c", "d"]
        .into_iter()
        .zip(1..)
        .map(|(letter, number)| (format!("{region}{letter}"), format!("{}-az{number}", short(region))))
        .collect();
    let subnets = world.aws.subnets.values();
    zones.extend(subnets.map(|subnet| (subnet.zone.clone(), subnet.zone_id.clone())));
    let names = params.list("ZoneName");
    let ids = params.list("ZoneId");
    let known: BTreeSet<&str> = zones
        .iter()
        .flat_map(|(name, id)| [name.as_str(), id.as_str()])
        .collect();
    if let Some(unknown) = names.iter().chain(&ids).find(|zone| !known.contains(*zone)) {
        return Err(Failure::bad(
            "InvalidParameterValue",
            format!("Invalid availability zone: [{unknown}]"),
        ));
    }
    let selection = Selection::of(params, "NoSuchList");
    let mut found = Vec::new();
    for (name, id) in &zones {
        let shown = |filter: &str| match filter {
            "zone-name" => one(name),
            "zone-id" => one(id),
            "zone-type" => one("availability-zone"),
            "state" => one("available"),
            "region-name" => one(region),
            "group-name" => one(zone_group(region)),
            "opt-in-status" => one("opt-in-not-required"),
            _ => None,
        };
        let named =
            (names.is_empty() && ids.is_empty()) || names.contains(&name.as_str()) || ids.contains(&id.as_str());
        if named && selection.takes(name, &BTreeMap::new(), shown)? {
            found.push(zone(region, name, id));
        }
    }
    Ok(vec![list("availabilityZoneInfo", "item", found)])
}

fn zone(region: &str, name: &str, id: &str) -> Vec<Xml> {
    vec![
        leaf("zoneName", name),
        leaf("zoneId", id),
        leaf("zoneState", "available"),
        leaf("zoneType", "availability-zone"),
        leaf("regionName", region),
        leaf("groupName", zone_group(region)),
        leaf("networkBorderGroup", region),
        leaf("optInStatus", "opt-in-not-required"),
        branch("messageSet", []),
    ]
}

fn zone_group(region: &str) -> String {
    format!("{region}-zg-1")
}

/// How zone ids abbreviate a region: `ap-northeast-2` is `apne2`.
fn short(region: &str) -> String {
    let mut parts = region.split('-');
    let area = parts.next().unwrap_or_default();
    let direction = match parts.next().unwrap_or_default() {
        "northeast" => "ne",
        "northwest" => "nw",
        "southeast" => "se",
        "southwest" => "sw",
        other => other.get(..1).unwrap_or_default(),
    };
    format!("{area}{direction}{}", parts.next().unwrap_or_default())
}

/// There are no VPC endpoints.
pub(super) fn endpoints(params: &Params) -> Result<Vec<Xml>, Failure> {
    let selection = Selection::of(params, "VpcEndpointId");
    selection.check_ids(
        "InvalidVpcEndpointId.NotFound",
        "The Vpc Endpoint Id '{}' does not exist",
        |_| false,
    )?;
    paged("vpcEndpointSet", Vec::new(), params)
}
