//! Access entries: which IAM principals the cluster knows. Bound to a role's unique id, not to its name.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::wire::{Failure, Params};
use super::{invalid, names, seconds};
use crate::state::AccessEntry;
use crate::world::World;

/// The body of `CreateAccessEntry`, as far as the world keeps it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessEntryRequest {
    principal_arn: String,
    #[serde(rename = "type", default = "standard")]
    kind: String,
}

fn standard() -> String {
    "STANDARD".to_owned()
}

pub(super) fn list(world: &World, query: &Params) -> Result<Value, Failure> {
    names(
        "accessEntries",
        world.aws.access_entries.keys().cloned().collect(),
        query,
    )
}

pub(super) fn describe(world: &World, principal: &str) -> Result<Value, Failure> {
    let entry = world.aws.access_entries.get(principal).ok_or_else(missing)?;
    Ok(answer(world, entry))
}

pub(super) fn create(world: &mut World, request: AccessEntryRequest) -> Result<Value, Failure> {
    let kinds = ["STANDARD", "FARGATE_LINUX", "EC2_LINUX", "EC2_WINDOWS"];
    if !kinds.contains(&request.kind.as_str()) {
        return Err(invalid(format!(
            "The specified type '{}' is none of {}",
            request.kind,
            kinds.join(", ")
        )));
    }
    if world.aws.access_entries.contains_key(&request.principal_arn) {
        return Err(Failure::new(
            409,
            "ResourceInUseException",
            "The specified access entry resource is already in use on this cluster.",
        ));
    }
    let role = world.aws.roles.values().find(|role| role.arn == request.principal_arn);
    let Some(role_id) = role.map(|role| role.id.clone()) else {
        return Err(invalid("The specified principalArn is invalid: invalid principal."));
    };
    let entry = AccessEntry {
        principal: request.principal_arn.clone(),
        kind: request.kind,
        role_id,
        created: world.now(),
    };
    let reply = answer(world, &entry);
    world.aws.access_entries.insert(request.principal_arn, entry);
    Ok(reply)
}

pub(super) fn delete(world: &mut World, principal: &str) -> Result<Value, Failure> {
    if !world.aws.access_entries.contains_key(principal) {
        return Err(missing());
    }
    world.aws.access_entries.remove(principal);
    Ok(json!({}))
}

fn missing() -> Failure {
    Failure::new(
        404,
        "ResourceNotFoundException",
        "The specified principalArn could not be found. You can view your available access entries with 'list-access-entries'.",
    )
}

fn answer(world: &World, entry: &AccessEntry) -> Value {
    let facts = &world.facts;
    let name = entry.principal.rsplit('/').next().unwrap_or_default();
    let (username, groups) = match entry.kind.as_str() {
        "STANDARD" => (entry.principal.clone(), json!([])),
        "FARGATE_LINUX" => (
            "system:node:{{SessionName}}".to_owned(),
            json!(["system:node-proxier", "system:nodes"]),
        ),
        _ => ("system:node:{{EC2PrivateDNSName}}".to_owned(), json!(["system:nodes"])),
    };
    json!({"accessEntry": {
        "clusterName": facts.cluster,
        "principalArn": entry.principal,
        "kubernetesGroups": groups,
        "accessEntryArn": format!(
            "arn:aws:eks:{}:{}:access-entry/{}/role/{}/{name}/{}",
            facts.region, facts.account, facts.cluster, facts.account, entry.role_id.to_lowercase()
        ),
        "createdAt": seconds(entry.created),
        "modifiedAt": seconds(entry.created),
        "tags": {},
        "username": username,
        "type": entry.kind,
    }})
}
