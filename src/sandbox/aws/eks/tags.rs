//! Tags of Fargate profiles: the only thing about them that can change.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::wire::Failure;
use crate::state::Profile;
use crate::world::World;

/// Most tags a resource may have.
const MAX_TAGS: usize = 50;

pub(super) fn list(world: &World, arn: &str) -> Result<Value, Failure> {
    if arn == world.facts.cluster_arn() {
        return Ok(json!({"tags": {}}));
    }
    let profile = world.aws.profiles.values().find(|profile| profile.arn == arn);
    let profile = profile.ok_or_else(|| missing(arn))?;
    Ok(json!({"tags": profile.tags}))
}

pub(super) fn tag(world: &mut World, arn: &str, body: &Value) -> Result<Value, Failure> {
    let new: BTreeMap<String, String> = serde_json::from_value(body["tags"].clone())
        .map_err(|error| Failure::bad("BadRequestException", format!("tags cannot be read: {error}")))?;
    let mut all = profile_of(world, arn)?.tags.clone();
    all.extend(new);
    check(&all).map_err(|failure| Failure::bad("BadRequestException", failure.message))?;
    change(world, arn, |tags| *tags = all)
}

pub(super) fn untag(world: &mut World, arn: &str, keys: &[String]) -> Result<Value, Failure> {
    change(world, arn, |tags| tags.retain(|key, _| !keys.contains(key)))
}

/// Checks tags as EKS does.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), Failure> {
    let bad = |message: String| Err(Failure::bad("InvalidParameterException", message));
    if tags.len() > MAX_TAGS {
        return bad(format!(
            "a resource may have at most {MAX_TAGS} tags, not {}",
            tags.len()
        ));
    }
    for (key, value) in tags {
        if key.is_empty() || key.chars().count() > 128 || key.to_lowercase().starts_with("aws:") {
            return bad(format!(
                "the tag key '{key}' must have 1 to 128 characters and not start with aws:"
            ));
        }
        if value.chars().count() > 256 {
            return bad(format!("the value of tag '{key}' must have at most 256 characters"));
        }
    }
    Ok(())
}

/// The profile whose tags are to be changed.
fn profile_of<'a>(world: &'a World, arn: &str) -> Result<&'a Profile, Failure> {
    if arn == world.facts.cluster_arn() {
        return Err(Failure::not_offered("eks", "TagResource of the cluster"));
    }
    let mut profiles = world.aws.profiles.values();
    profiles.find(|profile| profile.arn == arn).ok_or_else(|| missing(arn))
}

fn change(world: &mut World, arn: &str, change: impl FnOnce(&mut BTreeMap<String, String>)) -> Result<Value, Failure> {
    let name = profile_of(world, arn)?.name.clone();
    if let Some(profile) = world.aws.profiles.get_mut(&name) {
        change(&mut profile.tags);
    }
    Ok(json!({}))
}

fn missing(arn: &str) -> Failure {
    Failure::new(404, "NotFoundException", format!("Resource not found: {arn}"))
}
