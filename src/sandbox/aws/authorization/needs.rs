//! What a call needs to be allowed: its own action, and what its service checks of the caller besides.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::policy::Need;
use crate::aws::eks::Operation;
use crate::aws::wire::Params;
use crate::state::ClusterFacts;
use crate::world::World;

/// The service that pod execution roles are passed to.
const FARGATE_PODS: &str = "eks-fargate-pods.amazonaws.com";
/// The service whose service-linked role EKS makes with the first profile.
const FARGATE: &str = "eks-fargate.amazonaws.com";
/// The end of an ARN whose unique part is not known.
const UNKNOWN: &str = "*";

/// Of an operation of EKS.
pub(super) fn of_eks(world: &World, operation: &Operation, request: &Request<Bytes>) -> Vec<Need> {
    let facts = &world.facts;
    let arn = |rest: String| format!("arn:aws:eks:{}:{}:{rest}", facts.region, facts.account);
    let resource = match operation {
        Operation::ListClusters => "*".to_owned(),
        Operation::DescribeCluster { cluster }
        | Operation::ListFargateProfiles { cluster }
        | Operation::CreateFargateProfile { cluster }
        | Operation::ListAccessEntries { cluster }
        | Operation::CreateAccessEntry { cluster } => arn(format!("cluster/{cluster}")),
        Operation::DescribeFargateProfile { cluster, name } | Operation::DeleteFargateProfile { cluster, name } => {
            let there = world.aws.profiles.get(name).filter(|_| *cluster == facts.cluster);
            there.map_or_else(
                || arn(format!("fargateprofile/{cluster}/{name}/{UNKNOWN}")),
                |profile| profile.arn.clone(),
            )
        }
        Operation::DescribeAccessEntry { cluster, principal } | Operation::DeleteAccessEntry { cluster, principal } => {
            arn(entry(world, cluster, principal))
        }
        Operation::ListTagsForResource { arn } | Operation::TagResource { arn } | Operation::UntagResource { arn } => {
            arn.clone()
        }
    };
    let mut needs = vec![Need::on(operation.action(), resource)];
    if let Operation::CreateFargateProfile { cluster } = operation {
        let body = serde_json::from_slice(request.body()).unwrap_or_default();
        needs.extend(of_new_profile(world, cluster, &body));
    }
    needs
}

/// The part of an access entry's ARN that names it.
fn entry(world: &World, cluster: &str, principal: &str) -> String {
    let mut parts = principal.splitn(6, ':').skip(4);
    let account = parts.next().unwrap_or_default();
    let (kind, path) = parts.next().and_then(|rest| rest.split_once('/')).unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let id = world
        .aws
        .access_entries
        .get(principal)
        .map(|entry| entry.role_id.to_lowercase());
    let id = id.as_deref().unwrap_or(UNKNOWN);
    format!("access-entry/{cluster}/{kind}/{account}/{name}/{id}")
}

/// What EKS checks of whoever makes a profile.
fn of_new_profile(world: &World, cluster: &str, body: &Value) -> Vec<Need> {
    let facts = &world.facts;
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let linked = linked_role(facts);
    let mut needs = Vec::new();
    if body["tags"].as_object().is_some_and(|tags| !tags.is_empty()) {
        let profile = format!(
            "arn:aws:eks:{}:{}:fargateprofile/{cluster}/{}/{UNKNOWN}",
            facts.region,
            facts.account,
            text("fargateProfileName")
        );
        needs.push(Need::on("eks:TagResource", profile));
    }
    needs.push(Need::on("iam:PassRole", text("podExecutionRoleArn")).with("iam:PassedToService", FARGATE_PODS));
    needs.push(Need::anywhere("ec2:DescribeSubnets"));
    needs.push(Need::on("iam:GetRole", linked.clone()));
    if !world.aws.has_fargate_role {
        needs.push(Need::on("iam:CreateServiceLinkedRole", linked).with("iam:AWSServiceName", FARGATE));
    }
    needs
}

/// ARN of the service-linked role of EKS on Fargate.
pub(super) fn linked_role(facts: &ClusterFacts) -> String {
    format!(
        "arn:aws:iam::{}:role/aws-service-role/{FARGATE}/AWSServiceRoleForAmazonEKSForFargate",
        facts.account
    )
}

/// Of an operation of EC2: those that only look have no resources.
pub(super) fn of_ec2(world: &World, operation: &str, params: &Params) -> Vec<Need> {
    let action = format!("ec2:{operation}");
    if operation.starts_with("Describe") {
        return vec![Need::anywhere(action)];
    }
    let facts = &world.facts;
    let ids = params.get("GroupId").into_iter().chain(params.list("ResourceId"));
    let on = |id: &str| {
        let kind = match id.split('-').next() {
            Some("sg") => "security-group",
            Some(kind) => kind,
            None => UNKNOWN,
        };
        let arn = format!("arn:aws:ec2:{}:{}:{kind}/{id}", facts.region, facts.account);
        let group = world.aws.security_groups.get(id);
        tagged(Need::on(action.clone(), arn), group.map(|group| &group.tags))
    };
    ids.map(on).collect()
}

/// Of an operation of Elastic Load Balancing: those that only look have no resources.
pub(super) fn of_elb(world: &World, operation: &str, params: &Params) -> Vec<Need> {
    let action = format!("elasticloadbalancing:{operation}");
    if let Some(arn) = params
        .get("LoadBalancerArn")
        .filter(|_| !operation.starts_with("Describe"))
    {
        let balancer = world.aws.load_balancers.get(arn);
        return vec![tagged(Need::on(action, arn), balancer.map(|balancer| &balancer.tags))];
    }
    if let Some(arn) = params
        .get("TargetGroupArn")
        .filter(|_| !operation.starts_with("Describe"))
    {
        let group = world.aws.target_groups.get(arn);
        return vec![tagged(Need::on(action, arn), group.map(|group| &group.tags))];
    }
    vec![Need::anywhere(action)]
}

/// With the tags of the resource.
fn tagged(need: Need, tags: Option<&BTreeMap<String, String>>) -> Need {
    let tags = tags.into_iter().flatten();
    tags.fold(need, |need, (key, value)| {
        need.with(format!("aws:ResourceTag/{key}"), value)
    })
}

/// Of an operation of IAM.
pub(super) fn of_iam(world: &World, operation: &str, params: &Params) -> Vec<Need> {
    let action = format!("iam:{operation}");
    let Some(name) = params.get("RoleName") else {
        return vec![Need::on(action, params.get("PolicyArn").unwrap_or("*"))];
    };
    let role = world.aws.roles.get(name).map_or_else(
        || {
            let path = params.get("Path").unwrap_or("/");
            format!("arn:aws:iam::{}:role{path}{name}", world.facts.account)
        },
        |role| role.arn.clone(),
    );
    let context = [
        ("iam:PolicyARN", params.get("PolicyArn")),
        ("iam:PermissionsBoundary", params.get("PermissionsBoundary")),
    ];
    let need = context
        .into_iter()
        .filter_map(|(key, value)| Some((key, value?)))
        .fold(Need::on(action, role.clone()), |need, (key, value)| {
            need.with(key, value)
        });
    let tags = (operation == "CreateRole" && !params.items("Tags").is_empty()).then(|| Need::on("iam:TagRole", role));
    std::iter::once(need).chain(tags).collect()
}
