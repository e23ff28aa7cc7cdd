//! Security groups that Ingresses bring along: found by id or by `Name` tag.

use std::collections::BTreeSet;

use super::addons;
use super::refused::Refused;
use super::settings::Settings;
use crate::state::SecurityGroup;
use crate::world::World;

/// The ids of the groups that the Ingresses name; none if they leave it to the controller.
pub(super) fn given(world: &World, members: &[Settings<'_>]) -> Result<Vec<String>, String> {
    let mut lists = members
        .iter()
        .filter_map(|member| member.annotations().list("security-groups"));
    let Some(list) = lists.next().filter(|list| !list.is_empty()) else {
        return Ok(Vec::new());
    };
    if let Some(other) = lists.find(|other| *other != list) {
        let (one, two) = (list.join(" "), other.join(" "));
        return Err(format!("conflicting securityGroups: [{one}] | [{two}]"));
    }
    addons::check_rule_management(members)?;
    let (ids, names): (Vec<&String>, Vec<&String>) = list.iter().partition(|name| name.starts_with("sg-"));
    let ids: Vec<&str> = ids.into_iter().map(String::as_str).collect();
    let names: BTreeSet<&str> = names.into_iter().map(String::as_str).collect();
    let wrong: Vec<String> = wrong_ids(world, &ids)
        .into_iter()
        .chain(wrong_names(world, &names))
        .collect();
    if !wrong.is_empty() {
        return Err(format!("couldn't find all security groups: {}", wrong.join(", ")));
    }
    let of_names = groups_named(world, &names).map(|group| group.id.clone());
    Ok(ids.into_iter().map(str::to_owned).chain(of_names).collect())
}

fn groups_named<'a>(world: &'a World, names: &BTreeSet<&str>) -> impl Iterator<Item = &'a SecurityGroup> {
    let names: BTreeSet<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let groups = world.aws.security_groups.values();
    groups.filter(move |group| group.tags.get("Name").is_some_and(|name| names.contains(name)))
}

/// EC2's answer to ids that are none, or nobody's.
fn wrong_ids(world: &World, ids: &[&str]) -> Option<String> {
    let refused = |code: &'static str, why: String| Some(Refused::ec2("DescribeSecurityGroups", code, why).text(world));
    let is_id = |id: &str| {
        let digits = id.strip_prefix("sg-").unwrap_or_default();
        matches!(digits.len(), 8 | 17) && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let unknown: Vec<&str> = ids
        .iter()
        .copied()
        .filter(|id| !world.aws.security_groups.contains_key(*id))
        .collect();
    if let Some(id) = unknown.iter().find(|id| !is_id(id)) {
        return refused("InvalidGroupId.Malformed", format!("Invalid id: \"{id}\""));
    }
    match unknown.as_slice() {
        [] => None,
        [one] => refused(
            "InvalidGroup.NotFound",
            format!("The security group '{one}' does not exist"),
        ),
        several => {
            let several = several.join(", ");
            refused(
                "InvalidGroup.NotFound",
                format!("The security groups '{several}' do not exist"),
            )
        }
    }
}

fn wrong_names(world: &World, names: &BTreeSet<&str>) -> Option<String> {
    let found: BTreeSet<&str> = groups_named(world, names)
        .filter_map(|group| group.tags.get("Name").map(String::as_str))
        .collect();
    let listed = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
    (found != *names).then(|| format!("requested names [{}] but found [{}]", listed(names), listed(&found)))
}
