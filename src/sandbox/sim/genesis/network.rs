//! The workshop's VPC: three public and three private subnets, one NAT gateway.

use std::collections::BTreeMap;

use super::super::pods::cluster_group;
use crate::state::{Interface, NatGateway, Route, RouteTable, SecurityGroup, Subnet, Vpc};
use crate::world::World;

/// Id, CIDR, zone letter, zone number, whether it is public.
const SUBNETS: [(&str, &str, char, u8, bool); 6] = [
    ("subnet-0a41c7c2f3d95be10", "10.11.0.0/20", 'a', 1, true),
    ("subnet-0b86e20d6a1f4c377", "10.11.16.0/20", 'b', 2, true),
    ("subnet-0c52f9e81b7d3a604", "10.11.32.0/20", 'c', 3, true),
    ("subnet-044fd202626076e79", "10.11.64.0/20", 'a', 1, false),
    ("subnet-046e417018b50d939", "10.11.80.0/20", 'b', 2, false),
    ("subnet-0d3c2d117533c431d", "10.11.96.0/20", 'c', 3, false),
];

/// The internet gateway.
pub(in super::super) const INTERNET: &str = "igw-0d9b8c7a6f5e4d3c2";
/// The NAT gateway.
pub(in super::super) const NAT: &str = "nat-0f1e2d3c4b5a69788";

/// Addresses of each private subnet that the control plane's network interfaces have.
pub(in super::super) const RESERVED_PRIVATE: u32 = 2;

/// Name and id of the zone a subnet is in.
pub(in super::super) fn zone_of(region: &str, subnet: &str) -> Option<(String, String)> {
    let (_, _, letter, number, _) = SUBNETS.iter().find(|(id, ..)| *id == subnet)?;
    Some((format!("{region}{letter}"), format!("apne2-az{number}")))
}

/// The tag by which the load balancer controller finds a subnet.
pub(in super::super) fn role_tag(subnet: &str) -> Option<&'static str> {
    let (.., public) = SUBNETS.iter().find(|(id, ..)| *id == subnet)?;
    Some(if *public {
        "kubernetes.io/role/elb"
    } else {
        "kubernetes.io/role/internal-elb"
    })
}

/// The private subnets.
pub(in super::super) fn private_ids() -> impl Iterator<Item = &'static str> {
    SUBNETS.iter().filter(|(.., public)| !public).map(|(id, ..)| *id)
}

fn tags<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

pub(super) fn build(world: &mut World) {
    world.aws.vpc = Vpc {
        id: world.facts.vpc.clone(),
        cidr: "10.11.0.0/16".to_owned(),
        dns_support: true,
        dns_hostnames: true,
    };
    let region = world.facts.region.clone();
    for (at, (id, cidr, _, _, public)) in SUBNETS.into_iter().enumerate() {
        let Some((zone, zone_id)) = zone_of(&region, id) else {
            continue;
        };
        let kind = if public { "Public" } else { "Private" };
        let mut tags = BTreeMap::new();
        for cluster in world.clusters() {
            tags.insert(format!("kubernetes.io/cluster/{cluster}"), "shared".to_owned());
        }
        tags.insert("Name".to_owned(), format!("eksworkshop-{kind}Subnet0{}", at % 3 + 1));
        tags.extend(role_tag(id).map(|tag| (tag.to_owned(), "1".to_owned())));
        let subnet = Subnet {
            id: id.to_owned(),
            cidr: cidr.to_owned(),
            zone,
            zone_id,
            reserved: if public { 12 } else { RESERVED_PRIVATE },
            map_public_ip: public,
            tags,
        };
        world.aws.subnets.insert(id.to_owned(), subnet);
    }
    build_routes(world);
}

fn build_routes(world: &mut World) {
    let gateway = NatGateway {
        id: NAT.to_owned(),
        subnet: SUBNETS[0].0.to_owned(),
        state: "available".to_owned(),
        public_ip: "3.36.201.17".to_owned(),
    };
    let interface = Interface {
        id: "eni-0f2e3d4c5b6a79801".to_owned(),
        address: "10.11.0.37".to_owned(),
        subnet: gateway.subnet.clone(),
        description: format!("Interface for NAT Gateway {NAT}"),
        groups: Vec::new(),
    };
    world.aws.interfaces.insert(interface.address.clone(), interface);
    world.aws.nat_gateways.insert(NAT.to_owned(), gateway);
    let public: Vec<&str> = SUBNETS
        .iter()
        .filter(|(.., public)| *public)
        .map(|(id, ..)| *id)
        .collect();
    let private: Vec<&str> = private_ids().collect();
    // The third private subnet has no association of its own: the main table is its table.
    for (id, name, main, subnets, via) in [
        ("rtb-05a6b7c8d9e0f1a21", "eksworkshop-main", true, &private[2..2], NAT),
        (
            "rtb-06b7c8d9e0f1a2b32",
            "eksworkshop-private",
            false,
            &private[..2],
            NAT,
        ),
        (
            "rtb-07c8d9e0f1a2b3c43",
            "eksworkshop-public",
            false,
            &public[..],
            INTERNET,
        ),
    ] {
        let route = |destination: &str, via: &str| Route {
            destination: destination.to_owned(),
            via: via.to_owned(),
            state: "active".to_owned(),
        };
        let table = RouteTable {
            id: id.to_owned(),
            main,
            subnets: subnets.iter().map(|id| (*id).to_owned()).collect(),
            routes: vec![route("10.11.0.0/16", "local"), route("0.0.0.0/0", via)],
            tags: tags([("Name", name)]),
        };
        world.aws.route_tables.insert(id.to_owned(), table);
    }
}

/// Id of the first cluster's security group.
const CLUSTER_GROUP: &str = "sg-0e7d6c5b4a3928170";

/// The security group of the cluster in hand.
pub(super) fn build_security_group(world: &mut World) {
    let cluster = world.facts.cluster.clone();
    let name = format!("eks-cluster-sg-{cluster}-1709238406");
    let id = if world.aws.security_groups.is_empty() {
        CLUSTER_GROUP.to_owned()
    } else {
        format!("sg-{}", world.draw_hex(&format!("security group of {cluster}"), 17))
    };
    let own = format!("kubernetes.io/cluster/{cluster}");
    let group = SecurityGroup {
        id: id.clone(),
        name: name.clone(),
        description: "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well as any managed workloads.".to_owned(),
        tags: tags([
            ("Name", &name),
            ("aws:eks:cluster-name", &cluster),
            (&own, "owned"),
        ]),
        rules: vec![("-1".to_owned(), 0, 0, id.clone(), String::new())],
    };
    world.aws.security_groups.insert(id, group);
}

/// The network interface of an EC2 node.
pub(super) fn add_node_interface(world: &mut World, address: &str, subnet: usize, instance: &str) {
    let interface = Interface {
        id: format!("eni-{}", world.draw_hex(&format!("interface {instance}"), 17)),
        address: address.to_owned(),
        subnet: SUBNETS[subnet % SUBNETS.len()].0.to_owned(),
        description: format!("primary interface of {instance}"),
        groups: cluster_group(world).into_iter().collect(),
    };
    world.aws.interfaces.insert(address.to_owned(), interface);
}
