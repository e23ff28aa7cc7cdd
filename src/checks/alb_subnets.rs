//! Subnets for the ALB, found as the controller finds them, and the public addresses that it has in them.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::network::ids;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lang::{Text, text};
use crate::lbc;
use crate::model::{Egress, Scheme, Subnet};

/// An ALB takes no subnet with fewer free addresses.
const ALB_ADDRESSES: u32 = 8;
/// An ALB needs subnets in so many zones.
const ALB_ZONES: usize = 2;

/// Whether the controller will find subnets for the ALB, found out as it does it itself.
pub(super) fn balancer(facts: &Facts<'_>) -> Verdict {
    let Some(exposure) = facts.exposure else {
        return Ok(Outcome::ok(text!("check-cluster-no-alb")));
    };
    let scheme = exposure.settings.scheme.value;
    let flags = super::ingress::flags(facts);
    if let Some(Some(balancer)) = facts.aws.balancer.known()
        && balancer.scheme == scheme
    {
        return Ok(Outcome::ok(text!("check-cluster-alb-keeps-subnets")).seeing(balancer.name.clone()));
    }
    if let Some(given) = &exposure.settings.subnets {
        return Ok(Outcome::ok(text!("check-cluster-alb-subnets-given")).seeing(super::ingress::setting(given)));
    }
    let found = discovered(facts, scheme)?;
    let one_will_do = flags.feature_gate("ALBSingleSubnet") == Some(true);
    if found.zones.len() < if one_will_do { 1 } else { ALB_ZONES } {
        return Ok(too_few(facts, &found));
    }
    let tag = lbc::subnet_role(scheme);
    let by_reach = found.by_reach;
    let chosen: Vec<&Subnet> = found.zones.into_values().collect();
    if by_reach {
        return Ok(Outcome::warning(text!("check-cluster-alb-subnets-untagged", tag = tag))
            .seeing(text!("check-cluster-alb-subnets-by-routes", subnets = ids(&chosen)))
            .remedy(tag_command(facts, tag, &chosen))
            .about(facts.ingress_node()));
    }
    Ok(Outcome::ok(text!("check-cluster-alb-subnets", count = chosen.len())).seeing(ids(&chosen)))
}

/// The subnets that the controller looks for by itself.
struct Discovered<'a> {
    /// For an ALB that faces this.
    scheme: Scheme,
    /// Whether it goes by routes, as no subnet has the tag.
    by_reach: bool,
    /// Those with the tag, or with the routes.
    candidates: Vec<&'a Subnet>,
    /// Those that it takes, by zone.
    zones: BTreeMap<&'a str, &'a Subnet>,
}

fn discovered<'a>(facts: &Facts<'a>, scheme: Scheme) -> Result<Discovered<'a>, Unseen> {
    let all = seen(text!("check-what-subnets"), &facts.aws.subnets)?;
    let flags = super::ingress::flags(facts);
    let tagged: Vec<&Subnet> = all
        .iter()
        .filter(|subnet| lbc::has_subnet_role(&subnet.tags, scheme))
        .collect();
    let by_reach = tagged.is_empty() && flags.feature_gate("SubnetDiscoveryByReachability") != Some(false);
    let candidates = if by_reach { reachable(all, scheme)? } else { tagged };
    let cluster = &facts.site.cluster;
    let eligible: Vec<&Subnet> = candidates
        .iter()
        .copied()
        .filter(|subnet| is_eligible(subnet, cluster))
        .collect();
    Ok(Discovered {
        scheme,
        by_reach,
        zones: one_per_zone(&eligible, cluster),
        candidates,
    })
}

/// How many public IPv4 addresses the ALB has or will have: one for each of its subnets if it faces the internet. Where its
/// subnets cannot be told, it has the least that are possible.
pub fn public_addresses(facts: &Facts<'_>) -> u32 {
    let Some(exposure) = facts.exposure else {
        return 0;
    };
    let settings = &exposure.settings;
    let kind = settings.ip_address_type.as_ref().map(|kind| kind.value.as_str());
    if settings.scheme.value == Scheme::Internal || kind == Some(lbc::WITHOUT_PUBLIC_IPV4) {
        return 0;
    }
    let subnets = match &settings.subnets {
        Some(given) => named(&given.value),
        None => discovered(facts, Scheme::InternetFacing).map_or(0, |found| found.zones.len()),
    };
    u32::try_from(subnets.max(ALB_ZONES)).unwrap_or(u32::MAX)
}

/// How many subnets are given: names with commas between them, or the `ids` of a selector in the class's parameters.
fn named(given: &str) -> usize {
    match serde_json::from_str::<serde_json::Value>(given) {
        Ok(selector) => selector["ids"].as_array().map_or(0, Vec::len),
        Err(_) => given.split(',').filter(|name| !name.trim().is_empty()).count(),
    }
}

/// Without tags: public subnets for an ALB that faces the internet, private ones for an internal one.
fn reachable(all: &[Subnet], scheme: Scheme) -> Result<Vec<&Subnet>, Unseen> {
    let mut found = Vec::new();
    for subnet in all {
        let public = matches!(
            seen(text!("check-what-route-table"), &subnet.egress)?,
            Egress::InternetGateway(_)
        );
        if public == (scheme == Scheme::InternetFacing) {
            found.push(subnet);
        }
    }
    Ok(found)
}

/// Not another cluster's, and with room.
fn is_eligible(subnet: &Subnet, cluster: &str) -> bool {
    let mut owners = lbc::subnet_clusters(&subnet.tags).peekable();
    let unclaimed = owners.peek().is_none();
    (unclaimed || owners.any(|owner| owner == cluster)) && subnet.free_addresses >= ALB_ADDRESSES
}

/// One subnet of each zone: the cluster's own first, then the lowest id.
fn one_per_zone<'a>(subnets: &[&'a Subnet], cluster: &str) -> BTreeMap<&'a str, &'a Subnet> {
    let is_own = |subnet: &Subnet| lbc::subnet_clusters(&subnet.tags).any(|owner| owner == cluster);
    let mut sorted = subnets.to_vec();
    sorted.sort_by_key(|subnet| (!is_own(subnet), subnet.id.clone()));
    let mut zones = BTreeMap::new();
    for subnet in sorted {
        zones.entry(subnet.zone.as_str()).or_insert(subnet);
    }
    zones
}

fn too_few(facts: &Facts<'_>, found: &Discovered<'_>) -> Outcome {
    let Discovered { candidates, zones, .. } = found;
    let tag = lbc::subnet_role(found.scheme);
    let evidence = if candidates.is_empty() {
        text!("check-cluster-alb-subnets-none", tag = tag)
    } else {
        let candidates = candidates.iter().copied();
        Text::list(candidates.map(|subnet| candidate(subnet, &facts.site.cluster)), ", ")
    };
    Outcome::error(text!("check-cluster-alb-subnets-too-few", count = zones.len()))
        .seeing(evidence)
        .remedy(format!(
            "`aws ec2 create-tags --resources SUBNET-IN-ANOTHER-ZONE --tags Key={tag},Value=1 {}`",
            facts.region_flag()
        ))
        .about(facts.ingress_node())
}

/// A subnet that the controller looks at, with its zone or why it does not take it.
fn candidate(subnet: &Subnet, cluster: &str) -> Text {
    if subnet.free_addresses < ALB_ADDRESSES {
        text!(
            "check-cluster-subnet-full",
            subnet = &subnet.id,
            free = subnet.free_addresses
        )
    } else if is_eligible(subnet, cluster) {
        Text::verbatim(format!("{} ({})", subnet.id, subnet.zone))
    } else {
        text!("check-cluster-subnet-of-others", subnet = &subnet.id)
    }
}

fn tag_command(facts: &Facts<'_>, tag: &str, subnets: &[&Subnet]) -> String {
    let ids: Vec<&str> = subnets.iter().map(|subnet| subnet.id.as_str()).collect();
    format!(
        "`aws ec2 create-tags --resources {} --tags Key={tag},Value=1 {}`",
        ids.join(" "),
        facts.region_flag()
    )
}
