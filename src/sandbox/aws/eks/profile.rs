//! Fargate profiles: one may be made or deleted at a time, and nothing but tags changes afterwards.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::wire::{Failure, Params};
use super::{invalid, names, seconds, tags};
use crate::aws::trust::{Assuming, trusts};
use crate::sim;
use crate::state::{Profile, Selector};
use crate::world::World;

/// Quota: profiles per cluster.
const MAX_PROFILES: usize = 10;

/// Quota: selectors per profile, and label pairs per selector.
const MAX_SELECTORS: usize = 5;

/// Longest name of a profile.
const MAX_NAME: usize = 100;

/// The text by which clients recognise that a new role is not yet known to EKS.
const UNTRUSTED: &str = "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal to the trust policy of the pod execution role";

/// The body of `CreateFargateProfile`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProfileRequest {
    fargate_profile_name: String,
    pod_execution_role_arn: String,
    #[serde(default)]
    subnets: Vec<String>,
    #[serde(default)]
    selectors: Vec<SelectorRequest>,
    client_request_token: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// A selector in that body.
#[derive(Debug, Deserialize)]
struct SelectorRequest {
    namespace: Option<String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

pub(super) fn list(world: &World, query: &Params) -> Result<Value, Failure> {
    names(
        "fargateProfileNames",
        world.aws.profiles.keys().cloned().collect(),
        query,
    )
}

pub(super) fn describe(world: &World, name: &str) -> Result<Value, Failure> {
    world
        .aws
        .profiles
        .get(name)
        .map(|profile| answer(world, profile))
        .ok_or_else(|| missing(world, name))
}

pub(super) fn create(world: &mut World, request: ProfileRequest) -> Result<Value, Failure> {
    let name = request.fargate_profile_name.clone();
    if let Some(existing) = world.aws.profiles.get(&name) {
        let again = request.client_request_token.is_some() && existing.token == request.client_request_token;
        return if again {
            Ok(answer(world, existing))
        } else {
            Err(in_use(
                world,
                "A Fargate Profile already exists with this name in this cluster.".to_owned(),
            ))
        };
    }
    check_name(&name)?;
    check_selectors(&request.selectors)?;
    tags::check(&request.tags)?;
    check_slot(world, &name, "create")?;
    if world.aws.profiles.len() >= MAX_PROFILES {
        return Err(Failure::bad(
            "ResourceLimitExceededException",
            format!("Cannot exceed quota for FargateProfilesPerCluster: {MAX_PROFILES}"),
        ));
    }
    let subnets = subnets(world, &request.subnets)?;
    check_role(world, &request.pod_execution_role_arn, &name)?;
    let profile = made(world, request, subnets);
    let reply = answer(world, &profile);
    world.aws.profiles.insert(name.clone(), profile);
    world.aws.has_fargate_role = true;
    sim::profile_created(world, &name);
    Ok(reply)
}

pub(super) fn delete(world: &mut World, name: &str) -> Result<Value, Failure> {
    if !world.aws.profiles.contains_key(name) {
        return Err(missing(world, name));
    }
    check_slot(world, name, "delete")?;
    if let Some(profile) = world.aws.profiles.get_mut(name) {
        "DELETING".clone_into(&mut profile.status);
    }
    let reply = describe(world, name)?;
    sim::profile_deleted(world, name);
    Ok(reply)
}

fn made(world: &mut World, request: ProfileRequest, subnets: Vec<String>) -> Profile {
    let uuid = world.draw_uuid(&format!("profile {}", request.fargate_profile_name));
    let facts = &world.facts;
    Profile {
        arn: format!(
            "arn:aws:eks:{}:{}:fargateprofile/{}/{}/{uuid}",
            facts.region, facts.account, facts.cluster, request.fargate_profile_name
        ),
        name: request.fargate_profile_name,
        status: "CREATING".to_owned(),
        role_arn: request.pod_execution_role_arn,
        subnets,
        selectors: request
            .selectors
            .into_iter()
            .map(|selector| Selector {
                namespace: selector.namespace.unwrap_or_default(),
                labels: selector.labels,
            })
            .collect(),
        tags: request.tags,
        created: world.now(),
        active_since: None,
        token: request.client_request_token,
        health: Vec::new(),
    }
}

fn check_name(name: &str) -> Result<(), Failure> {
    if name.is_empty() {
        return Err(invalid("The Fargate profile name parameter must not be empty."));
    }
    if name.chars().count() > MAX_NAME {
        return Err(invalid(format!(
            "The Fargate profile name parameter should not be greater than {MAX_NAME} characters."
        )));
    }
    if name.starts_with("eks-") {
        return Err(invalid(
            "The fargate profile name starts with the reserved prefix: 'eks-'.",
        ));
    }
    Ok(())
}

fn check_selectors(selectors: &[SelectorRequest]) -> Result<(), Failure> {
    if selectors.is_empty() {
        return Err(invalid("Fargate Profile must have at least one selector."));
    }
    if selectors.len() > MAX_SELECTORS {
        return Err(invalid(format!(
            "Fargate Profile cannot have more than {MAX_SELECTORS} selectors."
        )));
    }
    for selector in selectors {
        if selector.namespace.as_deref().unwrap_or_default().is_empty() {
            return Err(invalid(
                "Fargate Profile must have a namespace value in each of its selectors.",
            ));
        }
        if selector.labels.len() > MAX_SELECTORS {
            return Err(invalid(format!(
                "Request contains Selector with more than {MAX_SELECTORS} Label pairs"
            )));
        }
    }
    Ok(())
}

/// Only one profile of a cluster may be on its way to be or not to be.
fn check_slot(world: &World, name: &str, verb: &str) -> Result<(), Failure> {
    let busy = world
        .aws
        .profiles
        .values()
        .find(|profile| matches!(profile.status.as_str(), "CREATING" | "DELETING"));
    let Some(busy) = busy else { return Ok(()) };
    let cluster = &world.facts.cluster;
    Err(in_use(
        world,
        format!(
            "Cannot {verb} Fargate Profile {name} because cluster {cluster} currently has Fargate profile {} in status {}",
            busy.name, busy.status
        ),
    ))
}

/// The subnets of the profile: those asked for, which must be private, else all private ones of the cluster.
fn subnets(world: &World, requested: &[String]) -> Result<Vec<String>, Failure> {
    for id in requested {
        if !world.aws.subnets.contains_key(id) {
            return Err(invalid(format!("The subnet ID '{id}' does not exist")));
        }
        if world.aws.is_public(id) {
            return Err(invalid(format!(
                "Subnet {id} provided in Fargate Profile is not a private subnet"
            )));
        }
    }
    if !requested.is_empty() {
        return Ok(requested.to_vec());
    }
    let private: Vec<String> = world.aws.private_subnets().map(|subnet| subnet.id.clone()).collect();
    if private.is_empty() {
        return Err(invalid("The cluster has no private subnet for the Fargate Profile"));
    }
    Ok(private)
}

fn check_role(world: &World, arn: &str, profile: &str) -> Result<(), Failure> {
    let prefix = format!("arn:aws:iam::{}:role/", world.facts.account);
    let Some(name) = arn.strip_prefix(&prefix).filter(|name| !name.is_empty()) else {
        return Err(invalid(format!(
            "The pod execution role '{arn}' is not the ARN of a role of account {}",
            world.facts.account
        )));
    };
    if name.contains('/') {
        return Err(invalid(format!(
            "The pod execution role ARN '{arn}' must not contain a path"
        )));
    }
    let role = world.aws.roles.get(name).filter(|role| role.arn == arn);
    let trusted = role.is_some_and(|role| {
        role.propagated <= world.now() && trusts(&role.trust, &Assuming::for_profile(&world.facts, profile))
    });
    if trusted { Ok(()) } else { Err(invalid(UNTRUSTED)) }
}

fn missing(world: &World, name: &str) -> Failure {
    Failure::new(
        404,
        "ResourceNotFoundException",
        format!("No Fargate Profile found with name: {name}."),
    )
    .with("clusterName", &world.facts.cluster)
    .with("fargateProfileName", name)
}

/// Not modelled for these operations, but that is what EKS answers. The error has no member for the profile's name.
fn in_use(world: &World, message: String) -> Failure {
    Failure::new(409, "ResourceInUseException", message).with("clusterName", &world.facts.cluster)
}

fn answer(world: &World, profile: &Profile) -> Value {
    let selectors: Vec<Value> = profile
        .selectors
        .iter()
        .map(|selector| {
            if selector.labels.is_empty() {
                json!({"namespace": selector.namespace})
            } else {
                json!({"namespace": selector.namespace, "labels": selector.labels})
            }
        })
        .collect();
    let issues: Vec<Value> = profile
        .health
        .iter()
        .map(|(code, message, resources)| json!({"code": code, "message": message, "resourceIds": resources}))
        .collect();
    json!({"fargateProfile": {
        "fargateProfileName": profile.name,
        "fargateProfileArn": profile.arn,
        "clusterName": world.facts.cluster,
        "createdAt": seconds(profile.created),
        "podExecutionRoleArn": profile.role_arn,
        "subnets": profile.subnets,
        "selectors": selectors,
        "status": profile.status,
        "tags": profile.tags,
        "health": {"issues": issues},
    }})
}
