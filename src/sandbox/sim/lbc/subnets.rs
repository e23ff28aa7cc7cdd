//! Which subnets a load balancer goes into, as the controller finds them out.

use crate::state::Subnet;
use crate::world::World;

/// Free addresses that a load balancer needs in each subnet.
const FREE: u32 = 8;

/// The subnets asked for by id or `Name` tag.
pub(super) fn named(world: &World, wanted: &[String]) -> Result<Vec<String>, String> {
    let is = |subnet: &Subnet, name: &str| subnet.id == name || subnet.tags.get("Name").is_some_and(|n| n == name);
    let subnets = world.aws.subnets.values();
    let found: Vec<&Subnet> = subnets
        .filter(|subnet| wanted.iter().any(|name| is(subnet, name)))
        .collect();
    if found.len() != wanted.len() {
        let ids: Vec<&str> = found.iter().map(|subnet| subnet.id.as_str()).collect();
        let (wanted, ids) = (wanted.join(" "), ids.join(" "));
        return Err(format!("couldn't find all subnets, want: [{wanted}], found: [{ids}]"));
    }
    for subnet in &found {
        let same = found.iter().filter(|other| other.zone_id == subnet.zone_id);
        let same: Vec<&str> = same.map(|other| other.id.as_str()).collect();
        if same.len() > 1 {
            let (zone, same) = (&subnet.zone, same.join(" "));
            return Err(format!("multiple subnets in same Availability Zone {zone}: [{same}]"));
        }
    }
    enough(found.iter().map(|subnet| subnet.id.clone()).collect())
}

fn enough(subnets: Vec<String>) -> Result<Vec<String>, String> {
    if subnets.len() < 2 {
        let count = subnets.len();
        return Err(format!("subnets count less than minimal required count: {count} < 2"));
    }
    Ok(subnets)
}

/// Subnets by their role tags; if none has one, by reachability.
pub(super) fn discovered(world: &World, scheme: &str) -> Result<Vec<String>, String> {
    let public = scheme == "internet-facing";
    let role = if public {
        "kubernetes.io/role/elb"
    } else {
        "kubernetes.io/role/internal-elb"
    };
    let tagged = |subnet: &&Subnet| {
        subnet
            .tags
            .get(role)
            .is_some_and(|value| value.is_empty() || value == "1")
    };
    let mut candidates: Vec<&Subnet> = world.aws.subnets.values().filter(tagged).collect();
    if candidates.is_empty() {
        let reachable = |subnet: &&Subnet| world.aws.is_public(&subnet.id) == public;
        candidates = world.aws.subnets.values().filter(reachable).collect();
    }
    let evaluated = candidates.len();
    let own = format!("kubernetes.io/cluster/{}", world.facts.cluster);
    let foreign = |subnet: &Subnet| {
        let mut tags = subnet.tags.keys();
        tags.any(|key| key.starts_with("kubernetes.io/cluster/")) && !subnet.tags.contains_key(&own)
    };
    let others = candidates.iter().filter(|subnet| foreign(subnet)).count();
    candidates.retain(|subnet| !foreign(subnet));
    let before = candidates.len();
    candidates.retain(|subnet| world.aws.free_addresses(subnet) >= FREE);
    let full = before - candidates.len();
    candidates.sort_by_key(|subnet| (!subnet.tags.contains_key(&own), subnet.id.clone()));
    let mut chosen: Vec<&Subnet> = Vec::new();
    for subnet in candidates {
        if chosen.iter().all(|other| other.zone_id != subnet.zone_id) {
            chosen.push(subnet);
        }
    }
    if chosen.is_empty() {
        return Err(format!(
            "couldn't auto-discover subnets: unable to resolve at least one subnet. Evaluated {evaluated} subnets: {others} are tagged for other clusters, and {full} have insufficient available IP addresses"
        ));
    }
    enough(chosen.iter().map(|subnet| subnet.id.clone()).collect())
        .map_err(|why| format!("couldn't auto-discover subnets: {why}"))
}
