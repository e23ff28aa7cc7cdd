//! NAT gateways and internet gateways.

use std::collections::{BTreeMap, BTreeSet};

use super::super::wire::{Failure, Params, Xml, leaf, list, millis};
use super::filter::{FilterValues, Selection, one};
use super::{paged, tag_set};
use crate::state::NatGateway;
use crate::world::World;

pub(super) fn nat(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let selection = Selection::of(params, "NatGatewayId");
    selection.check_ids("NatGatewayNotFound", "NatGateway {} was not found", |id| {
        world.aws.nat_gateways.contains_key(id)
    })?;
    let mut found = Vec::new();
    for gateway in world.aws.nat_gateways.values() {
        if selection.takes(&gateway.id, &BTreeMap::new(), |filter| {
            nat_shown(world, gateway, filter)
        })? {
            found.push(nat_members(world, gateway));
        }
    }
    paged("natGatewaySet", found, params)
}

fn nat_shown(world: &World, gateway: &NatGateway, filter: &str) -> FilterValues {
    match filter {
        "vpc-id" => one(&world.facts.vpc),
        "subnet-id" => one(&gateway.subnet),
        "state" => one(&gateway.state),
        "nat-gateway-id" => one(&gateway.id),
        _ => None,
    }
}

fn nat_members(world: &World, gateway: &NatGateway) -> Vec<Xml> {
    let interface = world
        .aws
        .interfaces
        .values()
        .find(|interface| interface.description.ends_with(&gateway.id));
    let number = gateway.id.trim_start_matches("nat-");
    let mut address = vec![
        leaf("allocationId", format!("eipalloc-{number}")),
        leaf("associationId", format!("eipassoc-{number}")),
        leaf("publicIp", &gateway.public_ip),
        leaf("isPrimary", true),
    ];
    address.extend(interface.map(|interface| leaf("networkInterfaceId", &interface.id)));
    address.extend(interface.map(|interface| leaf("privateIp", &interface.address)));
    vec![
        leaf("natGatewayId", &gateway.id),
        leaf("vpcId", &world.facts.vpc),
        leaf("subnetId", &gateway.subnet),
        leaf("state", &gateway.state),
        leaf("connectivityType", "public"),
        leaf("createTime", millis(world.facts.created)),
        list("natGatewayAddressSet", "item", [address]),
        tag_set(&BTreeMap::new()),
    ]
}

/// The internet gateways that the routes name, all attached to the VPC.
pub(super) fn internet(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let routes = world.aws.route_tables.values().flat_map(|table| &table.routes);
    let ids: BTreeSet<&String> = routes
        .map(|route| &route.via)
        .filter(|via| via.starts_with("igw-"))
        .collect();
    let selection = Selection::of(params, "InternetGatewayId");
    selection.check_ids(
        "InvalidInternetGatewayID.NotFound",
        "The internetGateway ID '{}' does not exist",
        |id| ids.iter().any(|known| *known == id),
    )?;
    let mut found = Vec::new();
    for id in ids {
        let shown = |filter: &str| match filter {
            "attachment.vpc-id" => one(&world.facts.vpc),
            "attachment.state" => one("available"),
            "internet-gateway-id" => one(id),
            "owner-id" => one(&world.facts.account),
            _ => None,
        };
        if selection.takes(id, &BTreeMap::new(), shown)? {
            let attachment = vec![leaf("vpcId", &world.facts.vpc), leaf("state", "available")];
            found.push(vec![
                leaf("internetGatewayId", id),
                list("attachmentSet", "item", [attachment]),
                leaf("ownerId", &world.facts.account),
                tag_set(&BTreeMap::new()),
            ]);
        }
    }
    paged("internetGatewaySet", found, params)
}
