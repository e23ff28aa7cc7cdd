//! Roles.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::super::wire::{Failure, Params, Xml, branch, leaf};
use super::{find, find_mut, invalid, tags, time, truncated};
use crate::sim;
use crate::state::Role;
use crate::world::World;

/// Longest name of a role.
const MAX_NAME: usize = 64;

/// Most tags a role may have.
const MAX_TAGS: usize = 50;

/// What stays as it is in a policy document on the wire (RFC 3986).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn get(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    find(world, params).map(|role| {
        let mut members = described(role);
        members.push(session_limit());
        // Nobody has used it yet, which shows only here.
        members.push(branch("RoleLastUsed", []));
        vec![branch("Role", members)]
    })
}

/// Roles under a path; the list shows neither tags nor boundary, as in AWS.
pub(super) fn list(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let prefix = params.get("PathPrefix").unwrap_or("/");
    let roles = world
        .aws
        .roles
        .values()
        .filter(|role| role.path.starts_with(prefix))
        .map(|role| {
            let mut members = listed(role);
            members.push(session_limit());
            branch("member", members)
        });
    truncated("Roles", roles.collect(), params)
}

pub(super) fn create(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let name = params.need("RoleName")?.to_owned();
    check_name(&name)?;
    if world.aws.roles.keys().any(|other| other.eq_ignore_ascii_case(&name)) {
        return Err(Failure::new(
            409,
            "EntityAlreadyExists",
            format!("Role with name {name} already exists."),
        ));
    }
    let trust = checked_trust(params.need("AssumeRolePolicyDocument")?)?;
    let path = params.get("Path").unwrap_or("/").to_owned();
    if !path.starts_with('/') || !path.ends_with('/') {
        return Err(invalid(
            "The specified value for path is invalid. It must begin and end with /",
        ));
    }
    let tags = given_tags(params)?;
    check_tags(&tags)?;
    let boundary = params.get("PermissionsBoundary").map(str::to_owned);
    if let Some(arn) = &boundary {
        super::policy::check_exists(world, arn)?;
    }
    let id = format!("AROA{}", world.draw_hex(&format!("role {name}"), 17).to_uppercase());
    let role = Role {
        arn: format!("arn:aws:iam::{}:role{path}{name}", world.facts.account),
        name: name.clone(),
        id,
        path,
        description: params.get("Description").map(str::to_owned),
        trust,
        boundary,
        attached: Vec::new(),
        inline: BTreeMap::new(),
        tags,
        created: world.now(),
        propagated: world.now(),
    };
    let reply = vec![branch("Role", described(&role))];
    world.aws.roles.insert(name.clone(), role);
    sim::role_created(world, &name);
    Ok(reply)
}

pub(super) fn delete(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let role = find(world, params)?;
    let conflict = |message: &str| Err(Failure::new(409, "DeleteConflict", message));
    if !role.attached.is_empty() {
        return conflict("Cannot delete entity, must detach all policies first.");
    }
    if !role.inline.is_empty() {
        return conflict("Cannot delete entity, must delete policies first.");
    }
    let name = role.name.clone();
    world.aws.roles.remove(&name);
    Ok(Vec::new())
}

pub(super) fn update_trust(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let trust = checked_trust(params.need("PolicyDocument")?)?;
    find_mut(world, params)?.trust = trust;
    Ok(Vec::new())
}

pub(super) fn put_boundary(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("PermissionsBoundary")?.to_owned();
    super::policy::check_exists(world, &arn)?;
    find_mut(world, params)?.boundary = Some(arn);
    Ok(Vec::new())
}

pub(super) fn delete_boundary(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    find_mut(world, params)?.boundary = None;
    Ok(Vec::new())
}

pub(super) fn list_tags(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let role = find(world, params)?;
    truncated("Tags", tags(&role.tags), params)
}

pub(super) fn tag(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let mut all = find(world, params)?.tags.clone();
    all.extend(given_tags(params)?);
    check_tags(&all)?;
    find_mut(world, params)?.tags = all;
    Ok(Vec::new())
}

pub(super) fn untag(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let keys = params.list("TagKeys");
    find_mut(world, params)?
        .tags
        .retain(|key, _| !keys.contains(&key.as_str()));
    Ok(Vec::new())
}

fn check_name(name: &str) -> Result<(), Failure> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_".contains(c);
    if name.chars().count() > MAX_NAME {
        return Err(invalid(format!(
            "1 validation error detected: Value '{name}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to {MAX_NAME}"
        )));
    }
    if !name.chars().all(allowed) {
        return Err(invalid(
            "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-",
        ));
    }
    Ok(())
}

/// The tags of one request.
fn given_tags(params: &Params) -> Result<BTreeMap<String, String>, Failure> {
    let tags = params.tags("Tags");
    if tags.len() > MAX_TAGS {
        return Err(invalid(format!(
            "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to {MAX_TAGS}"
        )));
    }
    Ok(tags)
}

fn check_tags(tags: &BTreeMap<String, String>) -> Result<(), Failure> {
    if tags.len() > MAX_TAGS {
        return Err(Failure::new(
            409,
            "LimitExceeded",
            format!("The number of tags has reached the maximum limit of {MAX_TAGS}."),
        ));
    }
    let reserved = tags.keys().find(|key| key.to_lowercase().starts_with("aws:"));
    match reserved {
        Some(key) => Err(invalid(format!(
            "Tag keys must not start with the reserved prefix aws: '{key}'"
        ))),
        None => Ok(()),
    }
}

fn checked_trust(document: &str) -> Result<String, Failure> {
    let malformed = |message: &str| Err(Failure::bad("MalformedPolicyDocument", message));
    let Ok(policy) = serde_json::from_str::<Value>(document) else {
        return malformed("This policy contains invalid Json");
    };
    let statements: Vec<&Value> = match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        statement @ Value::Object(_) => vec![statement],
        _ => return malformed("Syntax errors in policy."),
    };
    for statement in statements {
        if !statement["Resource"].is_null() {
            return malformed("Has prohibited field Resource");
        }
        if statement["Principal"].is_null() || statement["Effect"].is_null() || statement["Action"].is_null() {
            return malformed("Missing required field: every statement needs Effect, Principal and Action");
        }
    }
    Ok(document.to_owned())
}

fn listed(role: &Role) -> Vec<Xml> {
    let mut members = vec![
        leaf("Path", &role.path),
        leaf("RoleName", &role.name),
        leaf("RoleId", &role.id),
        leaf("Arn", &role.arn),
        leaf("CreateDate", time(role.created)),
        leaf("AssumeRolePolicyDocument", utf8_percent_encode(&role.trust, ENCODED)),
    ];
    members.extend(role.description.as_ref().map(|text| leaf("Description", text)));
    members
}

/// In seconds. `CreateRole` does not show it.
fn session_limit() -> Xml {
    leaf("MaxSessionDuration", 3600)
}

fn described(role: &Role) -> Vec<Xml> {
    let mut members = listed(role);
    members.extend(role.boundary.as_ref().map(|arn| {
        branch(
            "PermissionsBoundary",
            [
                leaf("PermissionsBoundaryType", "PermissionsBoundaryPolicy"),
                leaf("PermissionsBoundaryArn", arn),
            ],
        )
    }));
    if !role.tags.is_empty() {
        members.push(branch("Tags", tags(&role.tags)));
    }
    members
}
