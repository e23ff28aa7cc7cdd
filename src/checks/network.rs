//! Subnets, routes and addresses: where Fargate pods can live.

use std::collections::BTreeSet;

use super::access::count;
use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::model::{Egress, Subnet, SubnetState, ZoneKind};

/// A rollout may have a quarter more pods than wanted (the Deployment's default `maxSurge`), rounded up.
const SURGE_QUARTER: u32 = 4;

pub(super) fn ids(subnets: &[&Subnet]) -> String {
    let ids: Vec<&str> = subnets.iter().map(|subnet| subnet.id.as_str()).collect();
    ids.join(", ")
}

/// The subnets that the pods will be in, if there are any.
fn pod_subnets<'a>(facts: &Facts<'a>) -> Result<Result<Vec<&'a Subnet>, Outcome>, Unseen> {
    let all = seen("the subnets", &facts.aws.subnets)?;
    let wanted = facts.pod_subnet_ids()?;
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|id| !all.iter().any(|subnet| &subnet.id == *id))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        return Ok(Err(Outcome::error("subnets for the pods are not in the cluster's VPC")
            .seeing(missing.join(", "))
            .remedy("correct fargate.subnets, or leave it to `auto`")
            .about(facts.profile_node())));
    }
    let subnets = facts.pod_subnets()?;
    if subnets.is_empty() {
        return Ok(Err(Outcome::error(
            "the VPC has no private subnet, and Fargate pods need one",
        )
        .seeing(format!("none of the VPC's {} is private", count(all.len(), "subnet")))
        .remedy("make a subnet whose route table has a NAT gateway and no internet gateway (C8)")
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
        seen("a subnet's route table", &subnet.egress)?;
    }
    let public: Vec<&Subnet> = subnets.iter().copied().filter(|subnet| !subnet.is_private()).collect();
    if !public.is_empty() {
        return Ok(Outcome::error("Fargate pods do not run in public subnets")
            .seeing(format!("{} have a route to an internet gateway", ids(&public)))
            .remedy("choose private subnets: fargate.subnets, or leave it to `auto`")
            .about(facts.profile_node()));
    }
    let unusable: Vec<&Subnet> = subnets
        .iter()
        .copied()
        .filter(|subnet| subnet.state != SubnetState::Available)
        .collect();
    if !unusable.is_empty() {
        return Ok(Outcome::warning("subnets for the pods are not available yet").seeing(ids(&unusable)));
    }
    Ok(Outcome::ok(format!("{} for the pods", count(subnets.len(), "private subnet"))).seeing(ids(&subnets)))
}

/// Whether images can be pulled from the internet.
pub(super) fn egress(facts: &Facts<'_>) -> Verdict {
    let subnets = usable_pod_subnets(facts)?;
    let (mut broken, mut unclear, mut unread) = (Vec::new(), Vec::new(), None);
    for subnet in &subnets {
        match seen("a subnet's route table", &subnet.egress)? {
            Egress::Nat(_) => {}
            // Public subnets are the affair of C8.
            Egress::InternetGateway(_) => return Err(Unseen::ToldBy("C8")),
            Egress::BrokenNat(gateway, why) => broken.push(format!("{}: {gateway} {why}", subnet.id)),
            Egress::None => broken.push(format!("{}: no way out", subnet.id)),
            Egress::UnreadNat(_, why) => unread = Some(why),
            Egress::Other(gateway) => unclear.push(format!("{}: through {gateway}", subnet.id)),
        }
    }
    let image = &facts.environment.app.image;
    if !broken.is_empty() {
        return Ok(Outcome::warning(format!(
            "pods in some subnets cannot pull {image}: no working way to the internet"
        ))
        .seeing(broken.join("; "))
        .remedy(
            "`aws ec2 create-nat-gateway` and a route 0.0.0.0/0 to it; or VPC endpoints for ecr.api, ecr.dkr, s3 \
                     and sts with the image in ECR",
        )
        .about(facts.profile_node()));
    }
    if let Some(why) = unread {
        return Err(Unseen::because("the NAT gateway of a subnet", why));
    }
    if !unclear.is_empty() {
        return Ok(Outcome::warning(format!(
            "whether pods can pull {image} is unknown: the way out is not a NAT gateway"
        ))
        .seeing(unclear.join("; "))
        .remedy("ask whoever runs the network whether that way leads to the internet"));
    }
    Ok(Outcome::ok("every pod subnet has a working NAT gateway"))
}

/// C12: enough free addresses for all pods of a rollout.
pub(super) fn addresses(facts: &Facts<'_>) -> Verdict {
    let subnets = usable_pod_subnets(facts)?;
    let pods = facts.replicas.count;
    let needed = pods + pods.div_ceil(SURGE_QUARTER);
    let free: u32 = subnets.iter().map(|subnet| subnet.free_addresses).sum();
    let evidence = subnets
        .iter()
        .map(|subnet| format!("{}: {} free", subnet.id, subnet.free_addresses))
        .collect::<Vec<_>>()
        .join(", ");
    let remedy = "free addresses, add a subnet (a secondary CIDR will do) to fargate.subnets, or run fewer pods";
    // Pods that run already have their addresses.
    let running = facts.kube.pods.known().map_or(0, |list| {
        list.iter().filter(|pod| pod.text("/status/podIP").is_some()).count()
    });
    let running = u32::try_from(running).unwrap_or(u32::MAX);
    if free.saturating_add(running) < pods {
        return Ok(Outcome::error(format!("{free} free addresses for {pods} pods"))
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
        None => Ok(Outcome::ok(format!("{free} free addresses for {pods} pods")).seeing(evidence)),
        Some(first) => {
            let left = subnets
                .iter()
                .find(|subnet| subnet.id == *first)
                .map_or(0, |subnet| subnet.free_addresses);
            let others = match tight.len() {
                1 => String::new(),
                more => format!(" (and {} more subnets)", more - 1),
            };
            Ok(Outcome::warning(format!(
                "{first}: {left} free addresses, a rollout of {pods} pods can need {needed}{others}"
            ))
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
        match subnet.zone_kind.known() {
            _ if subnet.on_outpost => wrong.push(format!("{} is on an Outpost", subnet.id)),
            Some(ZoneKind::LocalZone) => wrong.push(format!("{} is in Local Zone {}", subnet.id, subnet.zone)),
            Some(ZoneKind::WavelengthZone) => {
                wrong.push(format!("{} is in Wavelength Zone {}", subnet.id, subnet.zone));
            }
            Some(ZoneKind::AvailabilityZone) | None => {}
        }
    }
    if !wrong.is_empty() {
        return Ok(Outcome::error("Fargate pods run in ordinary availability zones only")
            .seeing(wrong.join("; "))
            .remedy("leave those subnets out of fargate.subnets")
            .about(facts.profile_node()));
    }
    for subnet in &subnets {
        seen("the sort of zone", &subnet.zone_kind)?;
    }
    let zones: BTreeSet<&str> = subnets.iter().map(|subnet| subnet.zone.as_str()).collect();
    let list = zones.into_iter().collect::<Vec<_>>().join(", ");
    Ok(Outcome::ok("all pod subnets are in availability zones").seeing(list))
}

/// C10: both DNS attributes of the VPC.
pub(super) fn dns(facts: &Facts<'_>) -> Verdict {
    let vpc = seen("the VPC", &facts.aws.vpc)?;
    let support = *seen("the VPC's DNS resolution", &vpc.dns_support)?;
    let hostnames = *seen("the VPC's DNS hostnames", &vpc.dns_hostnames)?;
    if support && hostnames {
        return Ok(Outcome::ok("DNS resolution and DNS hostnames are on in the VPC").seeing(vpc.id.clone()));
    }
    let flag = if support {
        "enable-dns-hostnames"
    } else {
        "enable-dns-support"
    };
    Ok(
        Outcome::error("DNS is off in the VPC: Fargate nodes cannot find the cluster")
            .seeing(format!(
                "{}: enableDnsSupport {support}, enableDnsHostnames {hostnames}",
                vpc.id
            ))
            .remedy(format!(
                "`aws ec2 modify-vpc-attribute --vpc-id {} --{flag} {}`",
                vpc.id,
                facts.region_flag()
            )),
    )
}
