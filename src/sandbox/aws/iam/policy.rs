//! Policies of roles. AWS's own that matter here exist; the account's own are taken as given, since the sandbox makes none.

use super::super::wire::{Failure, Params, Xml, branch, leaf};
use super::{find, find_mut, no_such, time, truncated};
use crate::world::World;

/// Where the ARNs of policies of AWS start.
const AWS_MANAGED: &str = "arn:aws:iam::aws:policy/";

/// Policies of AWS that exist in the sandbox.
const KNOWN: [&str; 9] = [
    "AdministratorAccess",
    "AmazonEC2ContainerRegistryPullOnly",
    "AmazonEC2ContainerRegistryReadOnly",
    "AmazonEKSClusterPolicy",
    "AmazonEKSFargatePodExecutionRolePolicy",
    "AmazonEKSVPCResourceController",
    "AmazonEKSWorkerNodePolicy",
    "AmazonEKS_CNI_Policy",
    "CloudWatchLogsFullAccess",
];

pub(super) fn attach(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("PolicyArn")?.to_owned();
    check_exists(world, &arn)?;
    if !find(world, params)?.attached.contains(&arn) {
        find_mut(world, params)?.attached.push(arn);
    }
    Ok(Vec::new())
}

pub(super) fn detach(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("PolicyArn")?;
    if !find(world, params)?.attached.iter().any(|attached| attached == arn) {
        return Err(no_such(format!("Policy {arn} was not found.")));
    }
    find_mut(world, params)?.attached.retain(|attached| attached != arn);
    Ok(Vec::new())
}

pub(super) fn list_attached(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let attached = find(world, params)?
        .attached
        .iter()
        .map(|arn| branch("member", [leaf("PolicyName", name_of(arn)), leaf("PolicyArn", arn)]));
    truncated("AttachedPolicies", attached.collect(), params)
}

pub(super) fn list_inline(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let names = find(world, params)?.inline.keys().map(|name| leaf("member", name));
    truncated("PolicyNames", names.collect(), params)
}

pub(super) fn delete_inline(world: &mut World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let name = params.need("PolicyName")?;
    if !find(world, params)?.inline.contains_key(name) {
        return Err(no_such(format!("The role policy with name {name} cannot be found.")));
    }
    find_mut(world, params)?.inline.remove(name);
    Ok(Vec::new())
}

pub(super) fn get(world: &World, params: &Params) -> Result<Vec<Xml>, Failure> {
    let arn = params.need("PolicyArn")?;
    check_exists(world, arn)?;
    let attachments = world
        .aws
        .roles
        .values()
        .filter(|role| role.attached.iter().any(|attached| attached == arn));
    let boundaries = world
        .aws
        .roles
        .values()
        .filter(|role| role.boundary.as_deref() == Some(arn));
    let created = time(world.facts.created);
    Ok(vec![branch(
        "Policy",
        [
            leaf("PolicyName", name_of(arn)),
            leaf("PolicyId", format!("ANPA{}", name_of(arn).to_uppercase())),
            leaf("Arn", arn),
            leaf("Path", "/"),
            leaf("DefaultVersionId", "v1"),
            leaf("AttachmentCount", attachments.count()),
            leaf("PermissionsBoundaryUsageCount", boundaries.count()),
            leaf("IsAttachable", true),
            leaf("CreateDate", &created),
            leaf("UpdateDate", &created),
            branch("Tags", []),
        ],
    )])
}

/// Whether there is such a policy.
pub(super) fn check_exists(world: &World, arn: &str) -> Result<(), Failure> {
    let own = format!("arn:aws:iam::{}:policy/", world.facts.account);
    let known = arn.strip_prefix(AWS_MANAGED).is_some_and(|name| KNOWN.contains(&name))
        || arn.strip_prefix(&own).is_some_and(|name| !name.is_empty());
    if known {
        return Ok(());
    }
    Err(no_such(format!("Policy {arn} does not exist or is not attachable.")))
}

fn name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}
