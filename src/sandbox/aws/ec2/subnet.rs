//! Subnets and route tables.

use super::super::wire::{Failure, Params, Xml, branch, leaf, list};
use super::filter::{FilterValues, Selection, one};
use super::{paged, tag_set};
use crate::state::{Route, RouteTable, Subnet};
use crate::world::World;

pub(super) fn describe(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let selection = Selection::of(params, "SubnetId");
    selection.check_ids("InvalidSubnetID.NotFound", "The subnet ID '{}' does not exist", |id| {
        world.aws.subnets.contains_key(id)
    })?;
    let mut found = Vec::new();
    for subnet in world.aws.subnets.values() {
        if selection.takes(&subnet.id, &subnet.tags, |filter| shown(world, subnet, filter))? {
            found.push(members(world, subnet));
        }
    }
    paged("subnetSet", found, params)
}

fn shown(world: &World, subnet: &Subnet, filter: &str) -> FilterValues {
    match filter {
        "vpc-id" => one(&world.facts.vpc),
        "subnet-id" => one(&subnet.id),
        "availability-zone" | "availabilityZone" => one(&subnet.zone),
        "availability-zone-id" => one(&subnet.zone_id),
        "cidr-block" | "cidr" | "cidrBlock" => one(&subnet.cidr),
        "state" => one("available"),
        "map-public-ip-on-launch" => one(subnet.map_public_ip),
        "default-for-az" | "defaultForAz" => one(false),
        "owner-id" => one(&world.facts.account),
        _ => None,
    }
}

fn members(world: &World, subnet: &Subnet) -> Vec<Xml> {
    let facts = &world.facts;
    vec![
        leaf("subnetId", &subnet.id),
        leaf(
            "subnetArn",
            format!("arn:aws:ec2:{}:{}:subnet/{}", facts.region, facts.account, subnet.id),
        ),
        leaf("state", "available"),
        leaf("ownerId", &facts.account),
        leaf("vpcId", &facts.vpc),
        leaf("cidrBlock", &subnet.cidr),
        leaf("availableIpAddressCount", world.aws.free_addresses(subnet)),
        leaf("availabilityZone", &subnet.zone),
        leaf("availabilityZoneId", &subnet.zone_id),
        leaf("defaultForAz", false),
        leaf("mapPublicIpOnLaunch", subnet.map_public_ip),
        leaf("assignIpv6AddressOnCreation", false),
        branch("ipv6CidrBlockAssociationSet", []),
        leaf("ipv6Native", false),
        leaf("enableDns64", false),
        branch(
            "privateDnsNameOptionsOnLaunch",
            [
                leaf("hostnameType", "ip-name"),
                leaf("enableResourceNameDnsARecord", false),
                leaf("enableResourceNameDnsAAAARecord", false),
            ],
        ),
        tag_set(&subnet.tags),
    ]
}

pub(super) fn route_tables(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let selection = Selection::of(params, "RouteTableId");
    selection.check_ids(
        "InvalidRouteTableID.NotFound",
        "The routeTable ID '{}' does not exist",
        |id| world.aws.route_tables.contains_key(id),
    )?;
    let mut found = Vec::new();
    for table in world.aws.route_tables.values() {
        if selection.takes(&table.id, &table.tags, |filter| table_shown(world, table, filter))? {
            found.push(table_members(world, table));
        }
    }
    paged("routeTableSet", found, params)
}

fn table_shown(world: &World, table: &RouteTable, filter: &str) -> FilterValues {
    let routes = |of: fn(&Route) -> String| Some(table.routes.iter().map(of).collect());
    match filter {
        "vpc-id" => one(&world.facts.vpc),
        "route-table-id" | "association.route-table-id" => one(&table.id),
        "association.main" => one(table.main),
        // An implicit association is never shown as one.
        "association.subnet-id" => Some(table.subnets.clone()),
        "route.destination-cidr-block" => routes(|route| route.destination.clone()),
        "route.state" => routes(|route| route.state.clone()),
        "route.gateway-id" => Some(vias(table, |via| !via.starts_with("nat-"))),
        "route.nat-gateway-id" => Some(vias(table, |via| via.starts_with("nat-"))),
        "owner-id" => one(&world.facts.account),
        _ => None,
    }
}

fn vias(table: &RouteTable, of_kind: fn(&str) -> bool) -> Vec<String> {
    let vias = table.routes.iter().map(|route| route.via.clone());
    vias.filter(|via| of_kind(via)).collect()
}

fn table_members(world: &World, table: &RouteTable) -> Vec<Xml> {
    let number = table.id.trim_start_matches("rtb-");
    let association = |index: usize, subnet: Option<&String>| {
        let mut members = vec![
            leaf("routeTableAssociationId", format!("rtbassoc-{number}{index}")),
            leaf("routeTableId", &table.id),
            leaf("main", subnet.is_none()),
            branch("associationState", [leaf("state", "associated")]),
        ];
        members.extend(subnet.map(|id| leaf("subnetId", id)));
        members
    };
    let mains = table.main.then(|| association(0, None));
    let others = table
        .subnets
        .iter()
        .zip(1..)
        .map(|(id, index)| association(index, Some(id)));
    vec![
        leaf("routeTableId", &table.id),
        leaf("vpcId", &world.facts.vpc),
        leaf("ownerId", &world.facts.account),
        list("routeSet", "item", table.routes.iter().map(route)),
        list("associationSet", "item", mains.into_iter().chain(others)),
        branch("propagatingVgwSet", []),
        tag_set(&table.tags),
    ]
}

fn route(route: &Route) -> Vec<Xml> {
    let via = if route.via.starts_with("nat-") {
        "natGatewayId"
    } else {
        "gatewayId"
    };
    let origin = if route.via == "local" {
        "CreateRouteTable"
    } else {
        "CreateRoute"
    };
    vec![
        leaf("destinationCidrBlock", &route.destination),
        leaf(via, &route.via),
        leaf("state", &route.state),
        leaf("origin", origin),
    ]
}
