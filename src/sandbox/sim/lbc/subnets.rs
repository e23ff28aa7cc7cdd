//! Which subnets a load balancer goes into, as the controller finds them out.

use serde_json::Value;

use super::cluster;
use super::settings::Settings;
use crate::state::Subnet;
use crate::world::World;

/// Free addresses that a load balancer needs in each subnet.
const FREE: u32 = 8;

/// The subnets that the Ingresses name, by ids or `Name` tags or by the parameters' selector; `None` if they leave it open.
pub(super) fn given(world: &World, members: &[Settings<'_>]) -> Result<Option<Vec<String>>, String> {
    let mut selectors = members.iter().filter_map(|member| member.param("/spec/subnets"));
    let without = members.iter().filter(|member| member.param("/spec/subnets").is_none());
    let mut lists = without.filter_map(|member| member.annotations().list("subnets"));
    let list = lists.next();
    if let Some(selector) = selectors.next() {
        if list.is_some() {
            return Err("conflicting subnet specifications: IngressClassParams versus annotation".to_owned());
        }
        if selectors.any(|other| other != selector) {
            return Err("conflicting IngressClassParams subnet specifications".to_owned());
        }
        return selected(world, selector).map(Some);
    }
    let Some(list) = list else { return Ok(None) };
    let sorted = |list: &[String]| {
        let mut sorted = list.to_vec();
        sorted.sort();
        sorted
    };
    if let Some(other) = lists.find(|other| sorted(other) != sorted(&list)) {
        let (one, two) = (list.join(" "), other.join(" "));
        return Err(format!("conflicting subnets: [{one}] | [{two}]"));
    }
    let found = named(world, &list).map_err(|why| format!("failed to list subnets by names or IDs: {why}"))?;
    checked(&found).map(Some)
}

/// The subnets of a selector: by ids, or by tags.
fn selected(world: &World, selector: &Value) -> Result<Vec<String>, String> {
    if let Some(ids) = selector["ids"].as_array() {
        let ids: Vec<String> = ids.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let found = named(world, &ids).map_err(|why| format!("failed to list subnets by IDs: {why}"))?;
        return checked(&found);
    }
    let tags = selector["tags"].as_object();
    let has = |subnet: &&Subnet| {
        tags.into_iter().flatten().all(|(key, values)| {
            let value = subnet.tags.get(key);
            let mut wanted = values.as_array().into_iter().flatten();
            value.is_some_and(|value| wanted.any(|wanted| wanted.as_str() == Some(value)))
        })
    };
    one_per_zone(world, world.aws.subnets.values().filter(has).collect())
}

/// The subnets with these ids or `Name` tags, in this order.
fn named<'a>(world: &'a World, wanted: &[String]) -> Result<Vec<&'a Subnet>, String> {
    let (ids, names): (Vec<&String>, Vec<&String>) = wanted.iter().partition(|name| name.starts_with("subnet-"));
    let found: Vec<&str> = ids
        .iter()
        .filter_map(|id| Some(world.aws.subnets.get(*id)?.id.as_str()))
        .collect();
    if found.len() != ids.len() {
        let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
        let (wanted, found) = (ids.join(" "), found.join(" "));
        return Err(format!("couldn't find all subnets, want: [{wanted}], found: [{found}]"));
    }
    let of_name = |name: &str| {
        let mut subnets = world.aws.subnets.values();
        subnets.find(|subnet| subnet.tags.get("Name").is_some_and(|own| own == name))
    };
    let missing: Vec<&str> = names
        .iter()
        .filter(|name| of_name(name).is_none())
        .map(|name| name.as_str())
        .collect();
    if !missing.is_empty() {
        return Err(format!(
            "couldn't find all subnets, missing names: [{}]",
            missing.join(" ")
        ));
    }
    let one = |name: &String| world.aws.subnets.get(name).or_else(|| of_name(name));
    Ok(wanted.iter().filter_map(one).collect())
}

/// Subnets that were asked for: at least two, each in a zone of its own.
fn checked(found: &[&Subnet]) -> Result<Vec<String>, String> {
    if found.is_empty() {
        return Err("unable to resolve at least one subnet".to_owned());
    }
    for subnet in found {
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
    one_per_zone(world, candidates).map_err(|why| format!("couldn't auto-discover subnets: {why}"))
}

/// Of subnets that would do, the best of each zone.
fn one_per_zone(world: &World, mut candidates: Vec<&Subnet>) -> Result<Vec<String>, String> {
    let evaluated = candidates.len();
    let own = format!("kubernetes.io/cluster/{}", cluster(world));
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
            "unable to resolve at least one subnet. Evaluated {evaluated} subnets: {others} are tagged for other clusters, and {full} have insufficient available IP addresses"
        ));
    }
    enough(chosen.iter().map(|subnet| subnet.id.clone()).collect())
}
