//! Which subnets are private, and how each reaches the internet: pure reductions of EC2's answers.

use aws_sdk_ec2::types as ec2;

use super::convert::ec2_tags;
use crate::lang::text;
use crate::model::{Cluster, Egress, NatFault, Observed, Subnet, ZoneKind};

/// Zones (by id) that EKS does not work in, whatever the subnet.
/// <https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html>
const ZONES_WITHOUT_EKS: &[&str] = &["use1-az3", "usw1-az2", "cac1-az3"];

/// What EC2 has on the VPC beside its subnets.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    pub(super) route_tables: Observed<Vec<ec2::RouteTable>>,
    pub(super) nat_gateways: Observed<Vec<ec2::NatGateway>>,
    pub(super) zones: Observed<Vec<ec2::AvailabilityZone>>,
}

/// Reduces the VPC's subnets and what surrounds them; sorted by id.
pub(super) fn subnets(subnets: &[ec2::Subnet], around: &Surroundings) -> Vec<Subnet> {
    let mut reduced: Vec<Subnet> = subnets
        .iter()
        .map(|subnet| {
            let zone_id = subnet.availability_zone_id().unwrap_or_default();
            Subnet {
                id: subnet.subnet_id().unwrap_or_default().to_owned(),
                cidr: subnet.cidr_block().unwrap_or_default().to_owned(),
                zone: subnet.availability_zone().unwrap_or_default().to_owned(),
                zone_id: zone_id.to_owned(),
                zone_kind: zone_kind(zone_id, &around.zones),
                on_outpost: subnet.outpost_arn().is_some_and(|arn| !arn.is_empty()),
                free_addresses: subnet
                    .available_ip_address_count()
                    .and_then(|count| u32::try_from(count).ok())
                    .unwrap_or_default(),
                egress: egress_of(subnet.subnet_id().unwrap_or_default(), around),
                state: subnet.state().map(|state| state.as_str().into()).unwrap_or_default(),
                tags: ec2_tags(subnet.tags()),
            }
        })
        .collect();
    reduced.sort_by(|a, b| a.id.cmp(&b.id));
    reduced
}

/// The sort of the zone of this id.
fn zone_kind(zone_id: &str, zones: &Observed<Vec<ec2::AvailabilityZone>>) -> Observed<ZoneKind> {
    let zones = match zones {
        Observed::Known(zones) => zones,
        Observed::Unknown(reason) => return Observed::Unknown(reason.clone()),
        Observed::NotAsked => return Observed::NotAsked,
    };
    let zone = zones.iter().find(|zone| zone.zone_id() == Some(zone_id));
    match zone.and_then(|zone| kind_of_zone(zone.zone_type()?)) {
        Some(kind) => Observed::Known(kind),
        None => Observed::Unknown(text!("unread-zone")),
    }
}

fn kind_of_zone(word: &str) -> Option<ZoneKind> {
    match word {
        "availability-zone" => Some(ZoneKind::AvailabilityZone),
        "local-zone" => Some(ZoneKind::LocalZone),
        "wavelength-zone" => Some(ZoneKind::WavelengthZone),
        _ => None,
    }
}

fn egress_of(subnet: &str, around: &Surroundings) -> Observed<Egress> {
    match &around.route_tables {
        Observed::NotAsked => Observed::NotAsked,
        Observed::Unknown(reason) => Observed::Unknown(reason.clone()),
        Observed::Known(tables) => match table_of(subnet, tables) {
            Some(table) => Observed::Known(egress(table.routes(), &around.nat_gateways)),
            None => Observed::Unknown(text!("unread-route-table")),
        },
    }
}

/// The subnet's route table: the one that is associated with it, else the VPC's main one. EC2 never names the
/// subnets that use the main table by default.
fn table_of<'a>(subnet: &str, tables: &'a [ec2::RouteTable]) -> Option<&'a ec2::RouteTable> {
    let associated = |table: &&ec2::RouteTable| {
        table
            .associations()
            .iter()
            .any(|association| association.subnet_id() == Some(subnet))
    };
    let main = |table: &&ec2::RouteTable| {
        table
            .associations()
            .iter()
            .any(|association| association.main() == Some(true))
    };
    tables.iter().find(associated).or_else(|| tables.iter().find(main))
}

fn egress(routes: &[ec2::Route], nats: &Observed<Vec<ec2::NatGateway>>) -> Egress {
    // Any route to an internet gateway makes a subnet public, whatever its destination and state: so the load balancer
    // controller and EKS see it.
    let public = routes
        .iter()
        .filter_map(ec2::Route::gateway_id)
        .find(|id| id.starts_with("igw-"));
    if let Some(gateway) = public {
        return Egress::InternetGateway(gateway.to_owned());
    }
    let default = routes
        .iter()
        .find(|route| route.destination_cidr_block() == Some("0.0.0.0/0"));
    let Some(route) = default else {
        return Egress::None;
    };
    let blackhole = route.state() == Some(&ec2::RouteState::Blackhole);
    if let Some(nat) = route.nat_gateway_id() {
        return nat_egress(nat, blackhole, nats);
    }
    let through = [
        route.transit_gateway_id(),
        route.network_interface_id(),
        route.instance_id(),
        route.vpc_peering_connection_id(),
        route.local_gateway_id(),
        route.carrier_gateway_id(),
        route.gateway_id(),
    ];
    match through.into_iter().flatten().next() {
        Some(id) if !blackhole => Egress::Other(id.to_owned()),
        _ => Egress::None,
    }
}

fn nat_egress(id: &str, blackhole: bool, nats: &Observed<Vec<ec2::NatGateway>>) -> Egress {
    let broken = |why: NatFault| Egress::BrokenNat(id.to_owned(), why);
    let nats = match nats {
        Observed::Known(nats) => nats,
        unread => return Egress::UnreadNat(id.to_owned(), unread.why_not().unwrap_or_default()),
    };
    let Some(nat) = nats.iter().find(|nat| nat.nat_gateway_id() == Some(id)) else {
        return broken(NatFault::Missing);
    };
    match nat.state() {
        Some(ec2::NatGatewayState::Available) | None => {}
        Some(state) => {
            let reason = nat.failure_message().map(str::to_owned);
            return broken(NatFault::State(state.as_str().into(), reason));
        }
    }
    if nat.connectivity_type() == Some(&ec2::ConnectivityType::Private) {
        return broken(NatFault::Private);
    }
    if blackhole {
        return broken(NatFault::BlackHole);
    }
    Egress::Nat(id.to_owned())
}

/// The subnets for a profile that names none: private ones in ordinary zones, sorted by id.
///
/// Those of the cluster come first, as EKS itself does when the list is left out; of these, the ones with a way out
/// rather than isolated ones (databases). What can change from one hour to the next, such as free addresses or a NAT
/// gateway's state, does not decide: a profile cannot be changed in place. Where no subnet is known to be private, because
/// routes could not be read, it is not known which are.
pub fn usable_private_subnets(subnets: &Observed<Vec<Subnet>>, cluster: &Cluster) -> Observed<Vec<String>> {
    let subnets = match subnets {
        Observed::Known(subnets) => subnets,
        Observed::Unknown(reason) => return Observed::Unknown(reason.clone()),
        Observed::NotAsked => return Observed::NotAsked,
    };
    let usable: Vec<&Subnet> = subnets.iter().filter(|subnet| is_usable(subnet)).collect();
    match subnets.iter().find(|subnet| subnet.egress.known().is_none()) {
        Some(subnet) if usable.is_empty() => subnet.egress.clone().map(|_| Vec::new()),
        _ => Observed::Known(chosen(usable, cluster)),
    }
}

fn chosen(usable: Vec<&Subnet>, cluster: &Cluster) -> Vec<String> {
    let own: Vec<&Subnet> = usable
        .iter()
        .copied()
        .filter(|subnet| cluster.subnet_ids.contains(&subnet.id))
        .collect();
    let candidates = if own.is_empty() { usable } else { own };
    let with_way_out: Vec<&Subnet> = candidates
        .iter()
        .copied()
        .filter(|subnet| subnet.egress.known() != Some(&Egress::None))
        .collect();
    let chosen = if with_way_out.is_empty() {
        candidates
    } else {
        with_way_out
    };
    let mut ids: Vec<String> = chosen.into_iter().map(|subnet| subnet.id.clone()).collect();
    ids.sort();
    ids
}

fn is_usable(subnet: &Subnet) -> bool {
    subnet.is_private()
        && !subnet.on_outpost
        && subnet
            .zone_kind
            .known()
            .is_none_or(|kind| *kind == ZoneKind::AvailabilityZone)
        && !ZONES_WITHOUT_EKS.contains(&subnet.zone_id.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::SubnetState;

    fn route(to: &str) -> ec2::builders::RouteBuilder {
        ec2::Route::builder().destination_cidr_block(to)
    }

    fn table(subnets: &[&str], main: bool, routes: Vec<ec2::Route>) -> ec2::RouteTable {
        let mut associations: Vec<_> = subnets
            .iter()
            .map(|id| ec2::RouteTableAssociation::builder().subnet_id(*id).main(false).build())
            .collect();
        if main {
            associations.push(ec2::RouteTableAssociation::builder().main(true).build());
        }
        ec2::RouteTable::builder()
            .set_associations(Some(associations))
            .set_routes(Some(routes))
            .build()
    }

    fn nat(id: &str, state: ec2::NatGatewayState, kind: Option<ec2::ConnectivityType>) -> ec2::NatGateway {
        ec2::NatGateway::builder()
            .nat_gateway_id(id)
            .state(state)
            .set_connectivity_type(kind)
            .build()
    }

    #[test]
    fn egress_by_the_default_route() {
        let nats = Observed::Known(vec![
            nat("nat-ok", ec2::NatGatewayState::Available, None),
            nat("nat-failed", ec2::NatGatewayState::Failed, None),
            nat(
                "nat-inner",
                ec2::NatGatewayState::Available,
                Some(ec2::ConnectivityType::Private),
            ),
        ]);
        let local = || route("10.0.0.0/16").gateway_id("local").build();
        let cases = [
            (vec![local()], Egress::None),
            (
                vec![local(), route("0.0.0.0/0").gateway_id("igw-1").build()],
                Egress::InternetGateway("igw-1".into()),
            ),
            (
                vec![
                    route("203.0.113.0/24")
                        .gateway_id("igw-1")
                        .state(ec2::RouteState::Blackhole)
                        .build(),
                    route("0.0.0.0/0").nat_gateway_id("nat-ok").build(),
                ],
                Egress::InternetGateway("igw-1".into()),
            ),
            (
                vec![local(), route("0.0.0.0/0").nat_gateway_id("nat-ok").build()],
                Egress::Nat("nat-ok".into()),
            ),
            (
                vec![
                    route("0.0.0.0/0")
                        .nat_gateway_id("nat-ok")
                        .state(ec2::RouteState::Blackhole)
                        .build(),
                ],
                Egress::BrokenNat("nat-ok".into(), NatFault::BlackHole),
            ),
            (
                vec![route("0.0.0.0/0").nat_gateway_id("nat-failed").build()],
                Egress::BrokenNat("nat-failed".into(), NatFault::State("failed".into(), None)),
            ),
            (
                vec![route("0.0.0.0/0").nat_gateway_id("nat-gone").build()],
                Egress::BrokenNat("nat-gone".into(), NatFault::Missing),
            ),
            (
                vec![route("0.0.0.0/0").nat_gateway_id("nat-inner").build()],
                Egress::BrokenNat("nat-inner".into(), NatFault::Private),
            ),
            (
                vec![route("0.0.0.0/0").transit_gateway_id("tgw-1").build()],
                Egress::Other("tgw-1".into()),
            ),
            (
                vec![
                    route("0.0.0.0/0")
                        .transit_gateway_id("tgw-1")
                        .state(ec2::RouteState::Blackhole)
                        .build(),
                ],
                Egress::None,
            ),
        ];
        for (routes, wanted) in cases {
            assert_eq!(egress(&routes, &nats), wanted, "{routes:?}");
        }
        let unread = Observed::Unknown("denied".into());
        let routes = [route("0.0.0.0/0").nat_gateway_id("nat-ok").build()];
        assert_eq!(
            egress(&routes, &unread),
            Egress::UnreadNat("nat-ok".into(), "denied".into())
        );
    }

    #[test]
    fn a_subnet_without_association_uses_the_main_table() {
        let around = Surroundings {
            route_tables: Observed::Known(vec![
                table(
                    &["subnet-public"],
                    false,
                    vec![route("0.0.0.0/0").gateway_id("igw-1").build()],
                ),
                table(&[], true, vec![route("0.0.0.0/0").nat_gateway_id("nat-1").build()]),
            ]),
            nat_gateways: Observed::Known(vec![nat("nat-1", ec2::NatGatewayState::Available, None)]),
            zones: Observed::Known(vec![
                ec2::AvailabilityZone::builder()
                    .zone_id("apne2-az1")
                    .zone_type("availability-zone")
                    .build(),
            ]),
        };
        let raw = [
            ec2::Subnet::builder()
                .subnet_id("subnet-implicit")
                .availability_zone_id("apne2-az1")
                .available_ip_address_count(6)
                .state(ec2::SubnetState::Available)
                .build(),
            ec2::Subnet::builder().subnet_id("subnet-public").build(),
        ];
        let reduced = subnets(&raw, &around);
        assert_eq!(reduced[0].egress, Observed::Known(Egress::Nat("nat-1".into())));
        assert_eq!(reduced[0].zone_kind, Observed::Known(ZoneKind::AvailabilityZone));
        assert!(reduced[1].zone_kind.known().is_none());
        assert_eq!(reduced[0].free_addresses, 6);
        assert!(reduced[0].state == SubnetState::Available && reduced[0].is_private());
        assert_eq!(
            reduced[1].egress,
            Observed::Known(Egress::InternetGateway("igw-1".into()))
        );
        assert!(reduced[1].state != SubnetState::Available && !reduced[1].is_private());

        let unread = Surroundings {
            route_tables: Observed::Unknown("denied".into()),
            ..around
        };
        let blind = subnets(&raw, &unread);
        assert_eq!(blind[0].egress, Observed::Unknown("denied".into()));
        assert!(!blind[0].is_private());
    }

    fn subnet(id: &str, egress: Egress) -> Subnet {
        Subnet {
            id: id.into(),
            cidr: "10.0.0.0/24".into(),
            zone: "ap-northeast-2a".into(),
            zone_id: "apne2-az1".into(),
            zone_kind: Observed::Known(ZoneKind::AvailabilityZone),
            on_outpost: false,
            free_addresses: 0,
            egress: Observed::Known(egress),
            state: SubnetState::Available,
            tags: BTreeMap::new(),
        }
    }

    fn cluster(subnets: &[&str]) -> Cluster {
        let mut cluster = super::super::convert::cluster(&aws_sdk_eks::types::Cluster::builder().build());
        cluster.subnet_ids = subnets.iter().map(|id| (*id).to_owned()).collect();
        cluster
    }

    #[test]
    fn usable_are_the_clusters_private_subnets_with_a_way_out() {
        let nat = || Egress::Nat("nat-1".into());
        let mut outpost = subnet("subnet-outpost", nat());
        outpost.on_outpost = true;
        let mut local_zone = subnet("subnet-local", nat());
        local_zone.zone_kind = Observed::Known(ZoneKind::LocalZone);
        let mut wrong_zone = subnet("subnet-use1-az3", nat());
        wrong_zone.zone_id = "use1-az3".into();
        let mut unknown_zone = subnet("subnet-0", nat());
        unknown_zone.zone_kind = Observed::Unknown("denied".into());
        let mut unread = subnet("subnet-unread", nat());
        unread.egress = Observed::Unknown("denied".into());
        let all = [
            subnet("subnet-c", nat()),
            subnet("subnet-b", Egress::BrokenNat("nat-1".into(), NatFault::Missing)),
            subnet("subnet-public", Egress::InternetGateway("igw-1".into())),
            subnet("subnet-database", Egress::None),
            subnet("subnet-elsewhere", Egress::Other("tgw-1".into())),
            outpost,
            local_zone,
            wrong_zone,
            unknown_zone,
            unread,
        ];
        let of = |ids: &[&str]| {
            usable_private_subnets(&Observed::Known(all.to_vec()), &cluster(ids))
                .items()
                .to_vec()
        };
        assert_eq!(
            of(&["subnet-c", "subnet-b", "subnet-public", "subnet-database"]),
            ["subnet-b", "subnet-c"]
        );
        assert_eq!(of(&["subnet-database", "subnet-public"]), ["subnet-database"]);
        assert_eq!(
            of(&["subnet-public"]),
            ["subnet-0", "subnet-b", "subnet-c", "subnet-elsewhere"]
        );
        let none = usable_private_subnets(&Observed::Known(all[2..3].to_vec()), &cluster(&[]));
        assert_eq!(none, Observed::Known(Vec::new()), "none of them is");
        let mut unread = all.clone();
        for subnet in &mut unread {
            subnet.egress = Observed::Unknown("ec2:DescribeRouteTables: no".into());
        }
        let unknown = usable_private_subnets(&Observed::Known(unread.to_vec()), &cluster(&[]));
        assert_eq!(
            unknown,
            Observed::Unknown("ec2:DescribeRouteTables: no".into()),
            "no proof that none is"
        );
    }
}
