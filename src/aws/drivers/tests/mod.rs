//! Every driver against a scripted AWS: which calls, in which order, and what a waiting user reads.

mod access_entry;
mod alb;
mod profile;
mod role;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::aws::script::{self, Script, ScriptedResponse, done, eks_error, query_error, timeline, xml};
use crate::model::{
    AccessEntrySpec, LoadBalancerSpec, Node, NodeId, NodeKind, Op, ProfileSpec, RoleSpec, Scheme, Selector,
};
use crate::model::{CLUSTER_TAG, LAB_TAG, MANAGED_BY_TAG};
use crate::ports::{Clock, TestClock};

const ROLE_ARN: &str = "arn:aws:iam::123456789012:role/pods";
const POLICY: &str = "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy";
const PROFILES: &str = "eks:POST /clusters/eksworkshop/fargate-profiles";
const PROFILE: &str = "eks:GET /clusters/eksworkshop/fargate-profiles/game";
const PROFILE_DELETE: &str = "eks:DELETE /clusters/eksworkshop/fargate-profiles/game";
const ENTRY: &str = "eks:GET /clusters/eksworkshop/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpods";
const ENTRY_DELETE: &str =
    "eks:DELETE /clusters/eksworkshop/access-entries/arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpods";

fn tags() -> BTreeMap<String, String> {
    [
        (LAB_TAG, "game"),
        (
            CLUSTER_TAG,
            "arn:aws:eks:ap-northeast-2:123456789012:cluster/eksworkshop",
        ),
        (MANAGED_BY_TAG, "lab2048"),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into()
}

fn task(kind: NodeKind, op: Op, desired: Desired) -> Task {
    let id = NodeId::new(kind, "game");
    Task::of(Node { id, desired }, op)
}

fn role_task(op: Op) -> Task {
    let spec = RoleSpec {
        name: "pods".into(),
        arn: ROLE_ARN.into(),
        trust: json!({"Version": "2012-10-17"}),
        policy_arn: POLICY.into(),
        permissions_boundary: None,
        tags: tags(),
    };
    task(NodeKind::Role, op, Desired::Role(spec))
}

fn profile_task(op: Op) -> Task {
    let spec = ProfileSpec {
        cluster: "eksworkshop".into(),
        name: "game".into(),
        role_arn: ROLE_ARN.into(),
        subnets: vec!["subnet-a".into(), "subnet-b".into()],
        selectors: vec![Selector {
            namespace: "game".into(),
            labels: BTreeMap::new(),
        }],
        tags: tags(),
    };
    task(NodeKind::Profile, op, Desired::Profile(spec))
}

/// What a plan would see of the node.
async fn seen(driver: &AwsDriver, task: &Task) -> Option<Pin> {
    let clients = &driver.clients;
    match &task.node.desired {
        Desired::Role(spec) => clients.role(&spec.name).await.unwrap().map(|role| role.pin()),
        Desired::Profile(spec) => {
            let profile = clients.profile(&spec.cluster, &spec.name).await.unwrap();
            profile.map(|profile| profile.pin())
        }
        other => panic!("{other:?}"),
    }
}

/// IAM's answer about a role with these tags, policies and inline policies.
fn with_role(script: &Arc<Script>, tags: &BTreeMap<String, String>, trust: &str, attached: &[&str], inline: &[&str]) {
    let members = |members: Vec<String>| -> String { members.concat() };
    let tags = members(
        tags.iter()
            .map(|(key, value)| format!("<member><Key>{key}</Key><Value>{value}</Value></member>"))
            .collect(),
    );
    let attached = members(
        attached
            .iter()
            .map(|arn| format!("<member><PolicyName>p</PolicyName><PolicyArn>{arn}</PolicyArn></member>"))
            .collect(),
    );
    let inline = members(inline.iter().map(|name| format!("<member>{name}</member>")).collect());
    script
        .off("iam:GetRole")
        .on("iam:GetRole", [xml(&format!(
            "<GetRoleResponse><GetRoleResult><Role><Path>/</Path><RoleName>pods</RoleName><RoleId>AROA1</RoleId>\
             <Arn>{ROLE_ARN}</Arn><CreateDate>2026-11-24T00:00:00Z</CreateDate>\
             <AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument><Tags>{tags}</Tags></Role></GetRoleResult></GetRoleResponse>"
        ))])
        .off("iam:ListAttachedRolePolicies")
        .on("iam:ListAttachedRolePolicies", [xml(&format!(
            "<ListAttachedRolePoliciesResponse><ListAttachedRolePoliciesResult><AttachedPolicies>{attached}\
             </AttachedPolicies><IsTruncated>false</IsTruncated></ListAttachedRolePoliciesResult></ListAttachedRolePoliciesResponse>"
        ))])
        .off("iam:ListRolePolicies")
        .on("iam:ListRolePolicies", [xml(&format!(
            "<ListRolePoliciesResponse><ListRolePoliciesResult><PolicyNames>{inline}</PolicyNames>\
             <IsTruncated>false</IsTruncated></ListRolePoliciesResult></ListRolePoliciesResponse>"
        ))]);
}

const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%7D";

fn without_role(script: &Arc<Script>) {
    for call in ["iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"] {
        script.off(call).on(
            call,
            [query_error(
                404,
                "NoSuchEntity",
                "The role with name pods cannot be found.",
            )],
        );
    }
}

fn created_role() -> ScriptedResponse {
    xml(&format!(
        "<CreateRoleResponse><CreateRoleResult><Role><Path>/</Path><RoleName>pods</RoleName><RoleId>AROA1</RoleId>\
         <Arn>{ROLE_ARN}</Arn><CreateDate>2026-11-24T00:00:00Z</CreateDate></Role></CreateRoleResult></CreateRoleResponse>"
    ))
}

/// IAM calls that say nothing but yes.
fn accept_all(script: &Arc<Script>) {
    for action in [
        "AttachRolePolicy",
        "DetachRolePolicy",
        "DeleteRolePolicy",
        "DeleteRole",
        "TagRole",
        "UpdateAssumeRolePolicy",
    ] {
        script.on(&format!("iam:{action}"), [done(action)]);
    }
}

fn writes(script: &Arc<Script>) -> Vec<String> {
    let reads = ["iam:Get", "iam:List", "eks:GET"];
    let mut calls = script.calls();
    calls.retain(|call| !reads.iter().any(|read| call.starts_with(read)));
    calls
}

/// EKS's answer about the profile.
fn profile(status: &str, overlay: &Value) -> ScriptedResponse {
    let mut profile = json!({
        "fargateProfileName": "game", "clusterName": "eksworkshop",
        "fargateProfileArn": "arn:aws:eks:ap-northeast-2:123456789012:fargateprofile/eksworkshop/game/1",
        "createdAt": 1_795_476_038.85, "podExecutionRoleArn": ROLE_ARN,
        "subnets": ["subnet-b", "subnet-a"], "selectors": [{"namespace": "game"}],
        "status": status, "tags": tags()
    });
    for (key, value) in overlay.as_object().unwrap() {
        profile[key] = value.clone();
    }
    script::json(&json!({"fargateProfile": profile}))
}

fn plain(status: &str) -> ScriptedResponse {
    profile(status, &json!({}))
}

#[tokio::test(start_paused = true)]
async fn a_node_that_is_not_in_aws_is_refused() {
    let driver = AwsDriver::new(Script::new().clients(TestClock::start()));
    let task = task(
        NodeKind::Service,
        Op::Create,
        Desired::Object(crate::model::Object(json!({}))),
    );
    assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Invalid);
    assert!(
        driver
            .progress(&task, Goal::Ready, &Outputs::default())
            .next()
            .await
            .unwrap()
            .is_err()
    );
}
