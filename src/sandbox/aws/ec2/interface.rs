//! Network interfaces: pods' and load balancers'.

use std::collections::BTreeMap;

use super::super::wire::{Failure, Params, Xml, leaf, list};
use super::filter::{FilterValues, Selection, one};
use super::{paged, tag_set};
use crate::state::Interface;
use crate::world::World;

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let selection = Selection::of(params, "NetworkInterfaceId");
    selection.check_ids(
        "InvalidNetworkInterfaceID.NotFound",
        "The networkInterface ID '{}' does not exist",
        |id| world.aws.interfaces.values().any(|interface| interface.id == id),
    )?;
    let mut found = Vec::new();
    for interface in world.aws.interfaces.values() {
        let shown = |filter: &str| shown(world, interface, filter);
        if selection.takes(&interface.id, &BTreeMap::new(), shown)? {
            found.push(members(world, interface));
        }
    }
    paged("networkInterfaceSet", found, params)
}

/// Load balancers' interfaces belong to AWS.
fn requester(interface: &Interface) -> Option<&'static str> {
    interface.description.starts_with("ELB ").then_some("amazon-elb")
}

fn shown(world: &World, interface: &Interface, filter: &str) -> FilterValues {
    match filter {
        "vpc-id" => one(&world.facts.vpc),
        "subnet-id" => one(&interface.subnet),
        "network-interface-id" => one(&interface.id),
        "addresses.private-ip-address" | "private-ip-address" => one(&interface.address),
        "description" => one(&interface.description),
        "group-id" => Some(interface.groups.clone()),
        "status" => one("in-use"),
        "requester-managed" => one(requester(interface).is_some()),
        "requester-id" => Some(requester(interface).map(str::to_owned).into_iter().collect()),
        "availability-zone" => Some(zone(world, interface).map(str::to_owned).into_iter().collect()),
        "owner-id" => one(&world.facts.account),
        _ => None,
    }
}

fn zone<'a>(world: &'a World, interface: &Interface) -> Option<&'a str> {
    let subnet = world.aws.subnets.get(&interface.subnet)?;
    Some(&subnet.zone)
}

fn members(world: &World, interface: &Interface) -> Vec<Xml> {
    let facts = &world.facts;
    let dns = format!(
        "ip-{}.{}.compute.internal",
        interface.address.replace('.', "-"),
        facts.region
    );
    let groups = interface.groups.iter().map(|id| {
        let name = world.aws.security_groups.get(id).map(|group| group.name.as_str());
        vec![leaf("groupId", id), leaf("groupName", name.unwrap_or_default())]
    });
    let primary = vec![
        leaf("privateIpAddress", &interface.address),
        leaf("privateDnsName", &dns),
        leaf("primary", true),
    ];
    let requester = requester(interface);
    let mut members = vec![
        leaf("networkInterfaceId", &interface.id),
        leaf("subnetId", &interface.subnet),
        leaf("vpcId", &facts.vpc),
        leaf("availabilityZone", zone(world, interface).unwrap_or_default()),
        leaf("description", &interface.description),
        leaf("ownerId", &facts.account),
        leaf("requesterManaged", requester.is_some()),
        leaf("status", "in-use"),
        leaf("interfaceType", "interface"),
        leaf("privateIpAddress", &interface.address),
        leaf("privateDnsName", &dns),
        leaf("sourceDestCheck", true),
        list("groupSet", "item", groups),
        list("privateIpAddressesSet", "item", [primary]),
        tag_set(&BTreeMap::new()),
    ];
    members.extend(requester.map(|requester| leaf("requesterId", requester)));
    members
}
