//! Tags of subnets, route tables and security groups.

use std::collections::BTreeMap;

use super::super::wire::{Failure, Params, Xml};
use super::success;
use crate::state::AwsState;
use crate::world::World;

pub(super) fn create(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let new = params.tags("Tag");
    if new.is_empty() {
        return Err(Failure::bad(
            "MissingParameter",
            "The request must contain the parameter tagSet",
        ));
    }
    for_each(world, params, |tags| tags.extend(new.clone()))
}

/// Deletes the keys named, or those with the value given; all tags if none is named.
pub(super) fn delete(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let unwanted: Vec<(String, Option<String>)> = params
        .items("Tag")
        .into_iter()
        .filter_map(|item| {
            let key = params.get(&format!("{item}.Key"))?.to_owned();
            Some((key, params.raw(&format!("{item}.Value")).map(str::to_owned)))
        })
        .collect();
    for_each(world, params, |tags| {
        if unwanted.is_empty() {
            tags.clear();
        }
        tags.retain(|key, value| {
            !unwanted
                .iter()
                .any(|(name, wanted)| name == key && wanted.as_ref().is_none_or(|wanted| wanted == value))
        });
    })
}

fn for_each(
    world: &mut World,
    params: &Params,
    change: impl Fn(&mut BTreeMap<String, String>),
) -> Result<Vec<Xml>, Failure> {
    let ids = params.list("ResourceId");
    for id in &ids {
        if !has_tags(&world.aws, id) {
            return Err(missing(id));
        }
    }
    for id in ids {
        if let Some(tags) = tags_of(&mut world.aws, id) {
            change(tags);
        }
    }
    Ok(success())
}

fn missing(id: &str) -> Failure {
    let (code, what) = match id.split('-').next() {
        Some("subnet") => ("InvalidSubnetID.NotFound", "subnet ID"),
        Some("rtb") => ("InvalidRouteTableID.NotFound", "routeTable ID"),
        Some("sg") => ("InvalidGroup.NotFound", "security group"),
        _ => {
            return Failure::bad(
                "InvalidID",
                format!(
                    "The ID '{id}' is not valid: the sandbox keeps tags of subnets, route tables and security groups"
                ),
            );
        }
    };
    Failure::bad(code, format!("The {what} '{id}' does not exist"))
}

/// Whether there is something of this id whose tags the world keeps.
fn has_tags(aws: &AwsState, id: &str) -> bool {
    aws.subnets.contains_key(id) || aws.route_tables.contains_key(id) || aws.security_groups.contains_key(id)
}

fn tags_of<'a>(aws: &'a mut AwsState, id: &str) -> Option<&'a mut BTreeMap<String, String>> {
    if let Some(subnet) = aws.subnets.get_mut(id) {
        return Some(&mut subnet.tags);
    }
    if let Some(table) = aws.route_tables.get_mut(id) {
        return Some(&mut table.tags);
    }
    aws.security_groups.get_mut(id).map(|group| &mut group.tags)
}
