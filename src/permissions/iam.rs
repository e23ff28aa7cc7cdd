//! The table of actions as a policy document of IAM.

use std::collections::BTreeMap;

use serde::Serialize;

use super::actions::{FARGATE, FARGATE_PODS, Only, Resources, Row, TABLE};
use super::{Extent, OwnNames, Place, ProfileUse};
use crate::lbc::{CLUSTER_PREFIX, CONTROLLER_CLUSTER};

/// What the names of the program's own roles begin with.
const OWN_ROLES: &str = "lab2048-*";

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDocument {
    version: &'static str,
    statement: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: Words,
    resource: Words,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    condition: BTreeMap<&'static str, BTreeMap<String, String>>,
}

/// One word stands alone, as people write policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Many(Vec<String>),
}

impl Words {
    fn of(mut words: Vec<String>) -> Self {
        match words.len() {
            1 => Self::One(words.swap_remove(0)),
            _ => Self::Many(words),
        }
    }

    fn words(&self) -> &[String] {
        match self {
            Self::One(word) => std::slice::from_ref(word),
            Self::Many(words) => words,
        }
    }
}

impl PolicyDocument {
    /// All actions that it allows.
    pub fn actions(&self) -> Vec<String> {
        let statements = self.statement.iter();
        statements
            .flat_map(|statement| statement.action.words().to_vec())
            .collect()
    }
}

/// The policy that allows just this much, for the lab of that place.
pub fn policy(extent: Extent, place: &Place) -> PolicyDocument {
    let rows = TABLE.iter();
    let rows = rows.filter(|row| extent.has(row.part) && row.labs.have(place));
    PolicyDocument {
        version: "2012-10-17",
        statement: rows.map(|row| statement(row, place)).collect(),
    }
}

fn statement(row: &Row, place: &Place) -> Statement {
    Statement {
        sid: row.sid,
        effect: "Allow",
        action: Words::of(row.actions.iter().map(|action| (*action).to_owned()).collect()),
        resource: Words::of(resources(row.on, place)),
        condition: condition(row.only, place),
    }
}

/// ARNs of what is acted on. Partition and account are left open: a policy is for one account anyway.
fn resources(on: Resources, place: &Place) -> Vec<String> {
    let region = place.region.as_deref().unwrap_or("*");
    let cluster = place.cluster.as_deref().unwrap_or("*");
    let arn = |service: &str, rest: String| format!("arn:*:{service}:{region}:*:{rest}");
    let role = |name: &str| format!("arn:*:iam::*:role/{name}");
    let (own_profile, own_role) = match &place.only {
        Some(OwnNames { profile, role }) => (format!("{profile}/*"), role.as_str()),
        None => ("*".to_owned(), OWN_ROLES),
    };
    match (on, &place.profile) {
        (Resources::Anything, _) => vec!["*".to_owned()],
        (Resources::Cluster, _) => vec![arn("eks", format!("cluster/{cluster}"))],
        (Resources::AllClusters, _) => vec![arn("eks", "cluster/*".to_owned())],
        (Resources::AllProfiles, _) => vec![arn("eks", "fargateprofile/*".to_owned())],
        (Resources::Profiles, _) => vec![arn("eks", format!("fargateprofile/{cluster}/*"))],
        (Resources::OwnProfiles, _) => vec![arn("eks", format!("fargateprofile/{cluster}/{own_profile}"))],
        (Resources::AccessEntries, _) => vec![arn("eks", format!("access-entry/{cluster}/role/*/{OWN_ROLES}/*"))],
        (Resources::OwnAccessEntries, _) => vec![arn("eks", format!("access-entry/{cluster}/role/*/{own_role}/*"))],
        (Resources::AnyRole, _) => vec![role("*")],
        (Resources::RolesOfLabs, _) => vec![role(OWN_ROLES)],
        (Resources::PassedRole, ProfileUse::WithRole(given)) => vec![given.clone()],
        (Resources::PassedRole | Resources::OwnRoles, _) => vec![role(own_role)],
        (Resources::LinkedRole, _) => vec![role(&format!("aws-service-role/{FARGATE}/*"))],
        (Resources::LoadBalancers, _) => vec![arn("elasticloadbalancing", "loadbalancer/app/*".to_owned())],
        (Resources::TargetGroups, _) => vec![arn("elasticloadbalancing", "targetgroup/*".to_owned())],
        (Resources::SecurityGroups, _) => vec![arn("ec2", "security-group/*".to_owned())],
    }
}

fn condition(only: Only, place: &Place) -> BTreeMap<&'static str, BTreeMap<String, String>> {
    let holds = |operator: &'static str, key: &str, value: &str| {
        BTreeMap::from([(operator, BTreeMap::from([(key.to_owned(), value.to_owned())]))])
    };
    match (only, &place.profile) {
        (Only::Boundary, ProfileUse::Own { boundary: Some(arn) }) => {
            holds("StringEquals", "iam:PermissionsBoundary", arn)
        }
        (Only::Always | Only::Boundary, _) => BTreeMap::new(),
        (Only::PodExecutionPolicy, _) => holds(
            "ArnLike",
            "iam:PolicyARN",
            "arn:*:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy",
        ),
        (Only::PassedToFargate, _) => holds("StringEquals", "iam:PassedToService", FARGATE_PODS),
        (Only::LinkedToFargate, _) => holds("StringEquals", "iam:AWSServiceName", FARGATE),
        (Only::MadeForCluster, _) => {
            let key = format!("aws:ResourceTag/{CONTROLLER_CLUSTER}");
            match &place.cluster {
                Some(cluster) => holds("StringEquals", &key, cluster),
                None => holds("StringLike", &key, "*"),
            }
        }
        // A tag whose key has the cluster's name can only be asked for where that is known.
        (Only::OfCluster, _) => match &place.cluster {
            Some(cluster) => holds("StringLike", &format!("aws:ResourceTag/{CLUSTER_PREFIX}{cluster}"), "*"),
            None => BTreeMap::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(profile: ProfileUse) -> Place {
        Place {
            cluster: Some("class".to_owned()),
            region: Some("ap-northeast-2".to_owned()),
            namespace: "game".to_owned(),
            profile,
            shares_profile: false,
            kinds: Vec::new(),
            only: None,
        }
    }

    /// A line a statement.
    fn shown(extent: Extent, profile: ProfileUse) -> String {
        let statements = policy(extent, &place(profile)).statement.into_iter();
        let lines = statements.map(|statement| {
            let condition = if statement.condition.is_empty() {
                String::new()
            } else {
                format!(" if {:?}", statement.condition)
            };
            format!("{:?} on {:?}{condition}", statement.action, statement.resource)
        });
        lines
            .collect::<Vec<_>>()
            .join("\n")
            .replace("One(", "(")
            .replace("Many(", "(")
    }

    #[test]
    fn a_given_role_is_only_passed() {
        let given = ProfileUse::WithRole("arn:aws:iam::1:role/pods".to_owned());
        let all = shown(Extent::Full, given);
        let own = shown(Extent::Full, ProfileUse::Own { boundary: None });
        let only: Vec<&str> = all.lines().filter(|line| !own.contains(line)).collect();
        insta::assert_snapshot!(only.join("\n"), @r#"
        ("iam:GetRole") on ("arn:*:iam::*:role/lab2048-*")
        ("iam:PassRole") on ("arn:aws:iam::1:role/pods") if {"StringEquals": {"iam:PassedToService": "eks-fargate-pods.amazonaws.com"}}
        ("iam:GetRole") on ("arn:*:iam::*:role/aws-service-role/eks-fargate.amazonaws.com/*")
        "#);
    }

    #[test]
    fn a_boundary_is_demanded_where_one_is_named() {
        let boundary = Some("arn:aws:iam::1:policy/limit".to_owned());
        let all = shown(Extent::Full, ProfileUse::Own { boundary });
        let own = shown(Extent::Full, ProfileUse::Own { boundary: None });
        let only: Vec<&str> = all.lines().filter(|line| !own.contains(line)).collect();
        insta::assert_snapshot!(only.join("\n"), @r#"(["iam:CreateRole", "iam:PutRolePermissionsBoundary"]) on ("arn:*:iam::*:role/lab2048-*") if {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::1:policy/limit"}}"#);
    }

    #[test]
    fn a_removal_without_the_controller_has_a_document_of_its_own() {
        insta::assert_snapshot!(shown(Extent::WithoutController, ProfileUse::OfOthers), @r#"
        ("elasticloadbalancing:DescribeLoadBalancerAttributes") on ("*")
        (["elasticloadbalancing:DeleteLoadBalancer", "elasticloadbalancing:ModifyLoadBalancerAttributes"]) on ("arn:*:elasticloadbalancing:ap-northeast-2:*:loadbalancer/app/*") if {"StringEquals": {"aws:ResourceTag/elbv2.k8s.aws/cluster": "class"}}
        ("elasticloadbalancing:DeleteTargetGroup") on ("arn:*:elasticloadbalancing:ap-northeast-2:*:targetgroup/*") if {"StringEquals": {"aws:ResourceTag/elbv2.k8s.aws/cluster": "class"}}
        ("ec2:DeleteSecurityGroup") on ("arn:*:ec2:ap-northeast-2:*:security-group/*") if {"StringEquals": {"aws:ResourceTag/elbv2.k8s.aws/cluster": "class"}}
        ("ec2:RevokeSecurityGroupIngress") on ("arn:*:ec2:ap-northeast-2:*:security-group/*") if {"StringLike": {"aws:ResourceTag/kubernetes.io/cluster/class": "*"}}
        "#);
    }

    #[test]
    fn a_participant_on_a_profile_of_all_only_looks_and_on_one_of_their_own_changes_that_alone() {
        let shared = policy(Extent::Participant, &place(ProfileUse::OfOthers));
        let looks =
            |action: &String| action.contains(":Describe") || action.contains(":List") || action.contains(":Get");
        assert!(shared.actions().iter().all(looks), "{:?}", shared.actions());
        let own = Place {
            only: Some(OwnNames {
                profile: "game".to_owned(),
                role: "lab2048-class-game".to_owned(),
            }),
            ..place(ProfileUse::Own { boundary: None })
        };
        let named = policy(Extent::Participant, &own).statement.into_iter();
        let named = named.filter(|statement| !statement.action.words().iter().all(looks));
        let resources: Vec<String> = named
            .map(|statement| format!("{}: {}", statement.sid, statement.resource.words().join(", ")))
            .collect();
        insta::assert_snapshot!(resources.join("\n"), @r"
        CreateProfile: arn:*:eks:ap-northeast-2:*:cluster/class
        ChangeProfiles: arn:*:eks:ap-northeast-2:*:fargateprofile/class/game/*
        PassRole: arn:*:iam::*:role/lab2048-class-game
        FirstProfileOfTheAccount: arn:*:iam::*:role/aws-service-role/eks-fargate.amazonaws.com/*
        DeleteAccessEntries: arn:*:eks:ap-northeast-2:*:access-entry/class/role/*/lab2048-class-game/*
        PodExecutionRoles: arn:*:iam::*:role/lab2048-class-game
        CreateRoles: arn:*:iam::*:role/lab2048-class-game
        PodExecutionPolicyOnly: arn:*:iam::*:role/lab2048-class-game
        ");
    }

    #[test]
    fn every_statement_has_a_name_of_its_own() {
        let mut sids: Vec<&str> = TABLE.iter().map(|row| row.sid).collect();
        sids.sort_unstable();
        let all = sids.len();
        sids.dedup();
        assert_eq!(sids.len(), all);
    }
}
