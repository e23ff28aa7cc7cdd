//! IAM: roles, their policies and tags (query protocol, API version 2010-05-08).

mod policy;
mod role;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::wire::{Failure, Page, Params, Xml, leaf, page};
use crate::state::Role;
use crate::world::World;

/// Answers one call.
pub(super) fn answer(world: &mut World, operation: &str, params: &Params) -> Result<Vec<Xml>, Failure> {
    match operation {
        "GetRole" => role::get(world, params),
        "ListRoles" => role::list(world, params),
        "CreateRole" => role::create(world, params),
        "DeleteRole" => role::delete(world, params),
        "UpdateAssumeRolePolicy" => role::update_trust(world, params),
        "PutRolePermissionsBoundary" => role::put_boundary(world, params),
        "DeleteRolePermissionsBoundary" => role::delete_boundary(world, params),
        "ListRoleTags" => role::list_tags(world, params),
        "TagRole" => role::tag(world, params),
        "UntagRole" => role::untag(world, params),
        "AttachRolePolicy" => policy::attach(world, params),
        "DetachRolePolicy" => policy::detach(world, params),
        "ListAttachedRolePolicies" => policy::list_attached(world, params),
        "ListRolePolicies" => policy::list_inline(world, params),
        "DeleteRolePolicy" => policy::delete_inline(world, params),
        "GetPolicy" => policy::get(world, params),
        _ => Err(Failure::not_offered("iam", operation)),
    }
}

/// The role that the call names. IAM ignores the case of names only when they are created.
fn find<'a>(world: &'a World, params: &Params) -> Result<&'a Role, Failure> {
    let name = params.need("RoleName")?;
    world.aws.roles.get(name).ok_or_else(|| no_such_role(name))
}

fn find_mut<'a>(world: &'a mut World, params: &Params) -> Result<&'a mut Role, Failure> {
    // Only who is going to change it borrows it so: a refusal is no change of the world.
    let name = find(world, params)?.name.clone();
    world.aws.roles.get_mut(&name).ok_or_else(|| no_such_role(&name))
}

fn no_such_role(name: &str) -> Failure {
    no_such(format!("The role with name {name} cannot be found."))
}

fn no_such(message: String) -> Failure {
    Failure::new(404, "NoSuchEntity", message)
}

fn invalid(message: impl Into<String>) -> Failure {
    Failure::bad("ValidationError", message)
}

/// A page of a list under `name`, with `IsTruncated` and `Marker`.
fn truncated(name: &'static str, items: Vec<Xml>, params: &Params) -> Result<Vec<Xml>, Failure> {
    let size = params.number("MaxItems").unwrap_or(100).clamp(1, 1000);
    let Page { items, next } = page(items, size, params.get("Marker")).ok_or_else(|| invalid("Invalid Marker."))?;
    let mut answer = vec![Xml::Branch(name, items), leaf("IsTruncated", next.is_some())];
    answer.extend(next.map(|marker| leaf("Marker", marker)));
    Ok(answer)
}

fn tags(tags: &BTreeMap<String, String>) -> Vec<Xml> {
    match Xml::tags("Tags", "member", ("Key", "Value"), tags) {
        Xml::Branch(_, items) => items,
        other => vec![other],
    }
}

/// A time as IAM writes it: to the second.
fn time(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
