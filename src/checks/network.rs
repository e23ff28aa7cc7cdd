//! Subnets, routes and addresses: where Fargate pods can live.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lang::{Text, text};
use crate::model::{Egress, NatFault, Subnet, SubnetState, ZoneKind};

/// A rollout may have a quarter more pods than wanted (the Deployment's default `maxSurge`), rounded up.
const SURGE_QUARTER: u32 = 4;

pub(super) fn ids(subnets: &[&Subnet]) -> String {
    let ids: Vec<&str> = subnets.iter().map(|subnet| subnet.id.as_str()).collect();
    ids.join(", ")
}

/// The subnets that the pods will be in, if there are any.
fn pod_subnets<'a>(facts: &Facts<'a>) -> Result<Result<Vec<&'a Subnet>, Outcome>, Unseen> {
    let all = seen(text!("check-what-subnets"), &facts.aws.subnets)?;
    let wanted = facts.pod_subnet_ids()?;
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|id| !all.iter().any(|subnet| &subnet.id == *id))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return Ok(Err(Outcome::error(text!("check-subnets-elsewhere"))
            .seeing(missing.join(", "))
            .remedy(text!("check-subnets-elsewhere-remedy"))
            .about(facts.profile_node())));
    }
    let subnets = facts.pod_subnets()?;
    if subnets.is_empty() {
        return Ok(Err(Outcome::error(text!("check-no-private-subnet"))
            .seeing(text!("check-none-private", count = all.len()))
            .remedy(text!("check-no-private-subnet-remedy"))
            .about(facts.profile_node())));
    }
    Ok(Ok(subnets))
}

/// The same for checks that need them; where there are none, C8 says why.
fn usable_pod_subnets<'a>(facts: &Facts<'a>) -> Result<Vec<&'a Subnet>, Unseen> {
    pod_subnets(facts)?.map_err(|_| Unseen::ToldBy("C8"))
}

/// C8: private subnets only.
pub(super) fn private(facts: &Facts<'_>) -> Verdict {
    let subnets = match pod_subnets(facts)? {
        Ok(subnets) => subnets,
        Err(outcome) => return Ok(outcome),
    };
    for subnet in &subnets {
        seen(text!("check-what-route-table"), &subnet.egress)?;
    }
    let public: Vec<&Subnet> = subnets.iter().copied().filter(|subnet| !subnet.is_private()).collect();
    if !public.is_empty() {
        return Ok(Outcome::error(text!("check-public-subnets"))
            .seeing(text!("check-public-routes", subnets = ids(&public)))
            .remedy(text!("check-public-subnets-remedy"))
            .about(facts.profile_node()));
    }
    let unusable: Vec<&Subnet> = subnets
        .iter()
        .copied()
        .filter(|subnet| subnet.state != SubnetState::Available)
        .collect();
    if !unusable.is_empty() {
        return Ok(Outcome::warning(text!("check-subnets-unavailable")).seeing(ids(&unusable)));
    }
    Ok(Outcome::ok(text!("check-private-subnets", count = subnets.len())).seeing(ids(&subnets)))
}

/// Whether images can be pulled from the internet.
pub(super) fn egress(facts: &Facts<'_>) -> Verdict {
    let subnets = usable_pod_subnets(facts)?;
    let (mut broken, mut unclear, mut unread) = (Vec::new(), Vec::new(), None);
    for subnet in &subnets {
        let id = &subnet.id;
        match seen(text!("check-what-route-table"), &subnet.egress)? {
            Egress::Nat(_) => {}
            // Public subnets are the affair of C8.
            Egress::InternetGateway(_) => return Err(Unseen::ToldBy("C8")),
            Egress::BrokenNat(gateway, fault) => broken.push(broken_nat(id, gateway, fault)),
            Egress::None => broken.push(text!("check-no-way-out", subnet = id)),
            Egress::UnreadNat(_, why) => unread = Some(why),
            Egress::Other(gateway) => unclear.push(text!("check-way-through", subnet = id, gateway = gateway)),
        }
    }
    let image = &facts.environment.app.image;
    if !broken.is_empty() {
        return Ok(Outcome::warning(text!("check-no-pull", image = image))
            .seeing(Text::list(broken, "; "))
            .remedy(text!("check-no-pull-remedy"))
            .about(facts.profile_node()));
    }
    if let Some(why) = unread {
        return Err(Unseen::because(text!("check-what-nat-gateway"), why));
    }
    if !unclear.is_empty() {
        return Ok(Outcome::warning(text!("check-pull-unclear", image = image))
            .seeing(Text::list(unclear, "; "))
            .remedy(text!("check-pull-unclear-remedy")));
    }
    Ok(Outcome::ok(text!("check-way-out")))
}

/// Why a subnet's NAT gateway is no way out.
fn broken_nat(subnet: &str, gateway: &str, fault: &NatFault) -> Text {
    let text = match fault {
        NatFault::Missing => text!("check-nat-missing"),
        NatFault::State(state, None) => text!("check-nat-state", state = state.to_string()),
        NatFault::State(state, Some(reason)) => {
            text!("check-nat-state-because", state = state.to_string(), reason = reason)
        }
        NatFault::Private => text!("check-nat-private"),
        NatFault::BlackHole => text!("check-nat-black-hole"),
    };
    text.with("subnet", subnet).with("gateway", gateway)
}

/// C12: enough free addresses for all pods of a rollout.
pub(super) fn addresses(facts: &Facts<'_>) -> Verdict {
    let subnets = usable_pod_subnets(facts)?;
    let pods = facts.replicas.count;
    let needed = pods + pods.div_ceil(SURGE_QUARTER);
    let free: u32 = subnets.iter().map(|subnet| subnet.free_addresses).sum();
    let evidence = subnets.iter().map(|subnet| {
        text!(
            "check-free-in-subnet",
            subnet = &subnet.id,
            count = subnet.free_addresses
        )
    });
    let evidence = Text::list(evidence, ", ");
    let remedy = text!("check-addresses-remedy");
    let enough = text!("check-free-addresses", free = free, pods = pods);
    // Pods that run already have their addresses.
    let running = facts.kube.pods.known().map_or(0, |list| {
        list.iter().filter(|pod| pod.text("/status/podIP").is_some()).count()
    });
    let running = u32::try_from(running).unwrap_or(u32::MAX);
    if free.saturating_add(running) < pods {
        return Ok(Outcome::error(enough)
            .seeing(evidence)
            .remedy(remedy)
            .about(facts.profile_node()));
    }
    // Fargate spreads pods over the subnets, so any one of them may get most of a rollout.
    let tight: Vec<&str> = subnets
        .iter()
        .filter(|subnet| subnet.free_addresses < needed)
        .map(|subnet| subnet.id.as_str())
        .collect();
    match tight.first() {
        None => Ok(Outcome::ok(enough).seeing(evidence)),
        Some(first) => {
            let left = subnets
                .iter()
                .find(|subnet| subnet.id == *first)
                .map_or(0, |subnet| subnet.free_addresses);
            let title = match tight.len() {
                1 => text!("check-addresses-tight"),
                more => text!("check-addresses-tight-in-more", more = more - 1),
            };
            let title = title.with("subnet", *first).with("left", left);
            Ok(Outcome::warning(title.with("pods", pods).with("needed", needed))
                .seeing(evidence)
                .remedy(remedy)
                .about(facts.profile_node()))
        }
    }
}

/// C14: ordinary zones only.
pub(super) fn zones(facts: &Facts<'_>) -> Verdict {
    let subnets = usable_pod_subnets(facts)?;
    let mut wrong = Vec::new();
    for subnet in &subnets {
        let (id, zone) = (&subnet.id, &subnet.zone);
        match subnet.zone_kind.known() {
            _ if subnet.on_outpost => wrong.push(text!("check-on-outpost", subnet = id)),
            Some(ZoneKind::LocalZone) => wrong.push(text!("check-in-local-zone", subnet = id, zone = zone)),
            Some(ZoneKind::WavelengthZone) => {
                wrong.push(text!("check-in-wavelength-zone", subnet = id, zone = zone));
            }
            Some(ZoneKind::AvailabilityZone) | None => {}
        }
    }
    if !wrong.is_empty() {
        return Ok(Outcome::error(text!("check-other-zones"))
            .seeing(Text::list(wrong, "; "))
            .remedy(text!("check-other-zones-remedy"))
            .about(facts.profile_node()));
    }
    for subnet in &subnets {
        seen(text!("check-what-zone-kind"), &subnet.zone_kind)?;
    }
    let zones: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    let list = zones.into_iter().collect::<Vec<_>>().join(", ");
    Ok(Outcome::ok(text!("check-ordinary-zones")).seeing(list))
}

/// C10: both DNS attributes of the VPC.
pub(super) fn dns(facts: &Facts<'_>) -> Verdict {
    let vpc = seen(text!("check-what-vpc"), &facts.aws.vpc)?;
    let support = *seen(text!("check-what-dns-resolution"), &vpc.dns_support)?;
    let hostnames = *seen(text!("check-what-dns-hostnames"), &vpc.dns_hostnames)?;
    if support && hostnames {
        return Ok(Outcome::ok(text!("check-dns-on")).seeing(vpc.id.clone()));
    }
    let flag = if support {
        "enable-dns-hostnames"
    } else {
        "enable-dns-support"
    };
    Ok(Outcome::error(text!("check-dns-off"))
        .seeing(format!(
            "{}: enableDnsSupport {support}, enableDnsHostnames {hostnames}",
            vpc.id
        ))
        .remedy(format!(
            "`aws ec2 modify-vpc-attribute --vpc-id {} --{flag} {}`",
            vpc.id,
            facts.region_flag()
        )))
}
