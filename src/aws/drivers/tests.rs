//! Every driver against a scripted AWS: which calls, in which order, and what a waiting user reads.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::aws::script::{self, Answer, Script, done, eks_error, query_error, timeline, xml};
use crate::model::{
    AccessEntrySpec, LoadBalancerSpec, Node, NodeId, NodeKind, Op, ProfileSpec, RoleSpec, Scheme, Selector, Wait,
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
    Task {
        node: Node {
            id: NodeId::new(kind, "game"),
            desired,
        },
        op,
        wait: Wait::None,
        pin: None,
        force: false,
        recreate: Vec::new(),
        heals: false,
    }
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

fn created_role() -> Answer {
    xml(&format!(
        "<CreateRoleResponse><CreateRoleResult><Role><Path>/</Path><RoleName>pods</RoleName><RoleId>AROA1</RoleId>\
         <Arn>{ROLE_ARN}</Arn><CreateDate>2026-11-24T00:00:00Z</CreateDate></Role></CreateRoleResult></CreateRoleResponse>"
    ))
}

/// IAM calls that say nothing but yes.
fn willing(script: &Arc<Script>) {
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

#[tokio::test(start_paused = true)]
async fn a_role_is_made_with_its_policy() {
    let script = Script::new().on("iam:CreateRole", [created_role()]);
    willing(&script);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let outputs = driver.apply(&role_task(Op::Create), &Outputs::default()).await.unwrap();
    assert_eq!(outputs.role_arn.as_deref(), Some(ROLE_ARN));
    assert_eq!(script.calls(), ["iam:CreateRole", "iam:AttachRolePolicy"]);
    let body = &script.bodies("iam:CreateRole")[0];
    for part in [
        "RoleName=pods",
        "Key=lab2048%3Alab&Tags.member.3.Value=game",
        "Description=Pod%20execution",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_that_iam_has_not_heard_of_yet_is_tried_again_and_found() {
    let script = Script::new()
        .on(
            "iam:CreateRole",
            [
                created_role(),
                query_error(409, "EntityAlreadyExists", "Role with name pods already exists."),
            ],
        )
        .on(
            "iam:AttachRolePolicy",
            [
                query_error(404, "NoSuchEntity", "The role with name pods cannot be found."),
                done("AttachRolePolicy"),
            ],
        );
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let task = role_task(Op::Create);
    let error = driver.apply(&task, &Outputs::default()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Propagating);
    with_role(&script, &tags(), TRUST, &[], &[]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(
        writes(&script),
        [
            "iam:CreateRole",
            "iam:AttachRolePolicy",
            "iam:CreateRole",
            "iam:AttachRolePolicy"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_role_is_brought_to_what_is_wanted_and_no_further() {
    let script = Script::new();
    willing(&script);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let task = role_task(Op::Update);
    with_role(&script, &tags(), TRUST, &[POLICY, "arn:aws:iam::1:policy/logging"], &[]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(writes(&script), [""; 0]);

    let mut drifted = tags();
    drifted.insert("team".into(), "blue".into());
    with_role(&script, &drifted, "%7B%7D", &[], &[]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(writes(&script), ["iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy"]);
}

#[tokio::test(start_paused = true)]
async fn a_foreign_role_is_neither_taken_nor_deleted() {
    let exists = query_error(409, "EntityAlreadyExists", "Role with name pods already exists.");
    let script = Script::new().on("iam:CreateRole", [exists]);
    willing(&script);
    with_role(&script, &BTreeMap::new(), TRUST, &[POLICY], &[]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let error = driver
        .apply(&role_task(Op::Create), &Outputs::default())
        .await
        .unwrap_err();
    assert_eq!(error.class, ErrorClass::Conflict);
    insta::assert_snapshot!(error, @"iam:CreateRole: role/game exists and does not carry the tags of this lab: it belongs to somebody else");
    let mut task = role_task(Op::Delete);
    assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Conflict);
    task.pin = seen(&driver, &task).await;
    assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Conflict);
    assert_eq!(writes(&script), ["iam:CreateRole"]);
}

#[tokio::test(start_paused = true)]
async fn a_role_is_deleted_with_all_its_policies_but_only_the_one_the_plan_saw() {
    let script = Script::new();
    willing(&script);
    with_role(
        &script,
        &tags(),
        TRUST,
        &[POLICY, "arn:aws:iam::1:policy/logging"],
        &["inline"],
    );
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let mut task = role_task(Op::Delete);
    task.pin = Some(Pin {
        identity: ROLE_ARN.into(),
        version: "2026-11-23T00:00:00Z".into(),
    });
    let error = driver.delete(&task).await.unwrap_err();
    insta::assert_snapshot!(error, @"iam:DeleteRole: role/game is not the one the plan saw (arn:aws:iam::123456789012:role/pods, made 2026-11-23T00:00:00Z); it was recreated at 2026-11-24T00:00:00Z: plan again");
    assert_eq!(writes(&script), [""; 0]);

    task.pin = seen(&driver, &task).await;
    driver.delete(&task).await.unwrap();
    assert_eq!(
        writes(&script),
        [
            "iam:DetachRolePolicy",
            "iam:DetachRolePolicy",
            "iam:DeleteRolePolicy",
            "iam:DeleteRole"
        ]
    );
    without_role(&script);
    driver.delete(&task).await.unwrap();
    assert_eq!(writes(&script).len(), 4);
    assert_eq!(seen(&driver, &task).await, None);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_role() {
    let clock = TestClock::start();
    let script = Script::new();
    with_role(&script, &tags(), TRUST, &[POLICY], &[]);
    let driver = AwsDriver::new(script.clients(clock));
    let task = role_task(Op::None);
    let inputs = Outputs::default();
    let ready = timeline(driver.progress(&task, Goal::Ready, &inputs), clock, clock.now()).await;
    assert_eq!(ready, "   0 role ready | Ready\n");
    script
        .off("iam:GetRole")
        .on("iam:GetRole", [query_error(404, "NoSuchEntity", "none")]);
    let gone = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    assert_eq!(gone, "   0 role gone | Ready\n");
}

/// EKS's answer about the profile.
fn profile(status: &str, overlay: &Value) -> Answer {
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

fn plain(status: &str) -> Answer {
    profile(status, &json!({}))
}

fn no_profile() -> Answer {
    eks_error(
        404,
        "ResourceNotFoundException",
        "No Fargate Profile found with name: game.",
    )
}

const BUSY: &str = "Cannot create Fargate Profile game because cluster eksworkshop currently has Fargate profile other in status CREATING";

#[tokio::test(start_paused = true)]
async fn a_profile_is_asked_for_with_a_token_of_its_request() {
    let clock = TestClock::start();
    let script = Script::new().on(PROFILES, [plain("CREATING")]);
    let driver = AwsDriver::new(script.clients(clock));
    let inputs = Outputs {
        role_arn: Some(ROLE_ARN.into()),
        ..Outputs::default()
    };
    let outputs = driver.apply(&profile_task(Op::Create), &inputs).await.unwrap();
    assert!(
        outputs
            .profile_arn
            .unwrap()
            .ends_with("fargateprofile/eksworkshop/game/1")
    );
    driver.apply(&profile_task(Op::Create), &inputs).await.unwrap();
    clock.sleep(std::time::Duration::from_mins(3)).await;
    driver.apply(&profile_task(Op::Create), &inputs).await.unwrap();
    let tokens: Vec<String> = script
        .bodies(PROFILES)
        .iter()
        .map(|body| {
            let body: Value = serde_json::from_str(body.split_once(' ').unwrap().1).unwrap();
            assert_eq!(body["tags"][LAB_TAG], "game");
            assert_eq!(body["subnets"], json!(["subnet-a", "subnet-b"]));
            body["clientRequestToken"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(tokens[0], tokens[1]);
    assert_ne!(tokens[0], tokens[2]);
}

#[tokio::test(start_paused = true)]
async fn what_keeps_a_profile_from_being_made() {
    let exists = || {
        eks_error(
            409,
            "ResourceInUseException",
            "A Fargate Profile already exists with this name in this cluster.",
        )
    };
    let busy = || eks_error(409, "ResourceInUseException", BUSY);
    let failed =
        json!({"health": {"issues": [{"code": "AccessDenied", "message": "no", "resourceIds": ["subnet-a"]}]}});
    let mut told = String::new();
    for (made, there) in [
        (busy(), no_profile()),
        (exists(), plain("ACTIVE")),
        (busy(), plain("CREATING")),
        (exists(), plain("DELETING")),
        (exists(), profile("CREATE_FAILED", &failed)),
        (
            exists(),
            profile(
                "ACTIVE",
                &json!({"subnets": ["subnet-z"], "selectors": [{"namespace": "x"}]}),
            ),
        ),
        (exists(), profile("ACTIVE", &json!({"tags": {}}))),
    ] {
        let script = Script::new().on(PROFILES, [made]).on(PROFILE, [there]);
        let driver = AwsDriver::new(script.clients(TestClock::start()));
        let line = match driver.apply(&profile_task(Op::Create), &Outputs::default()).await {
            Ok(outputs) => format!("taken as it is: {}\n", outputs.profile_arn.is_some()),
            Err(error) => format!("{:?} {error}\n", error.class),
        };
        told.push_str(&line);
    }
    insta::assert_snapshot!(told, @r"
    Busy eks:CreateFargateProfile: ResourceInUseException: Cannot create Fargate Profile game because cluster eksworkshop currently has Fargate profile other in status CREATING
    taken as it is: true
    taken as it is: true
    Busy eks:CreateFargateProfile: profile game of before is still being deleted
    Conflict eks:CreateFargateProfile: profile game is there in state CREATE_FAILED (AccessDenied: no (subnet-a)); it must be deleted first
    Conflict eks:CreateFargateProfile: profile game exists with other subnets, selectors, which cannot be changed in place
    Conflict eks:CreateFargateProfile: profile/game exists and does not carry the tags of this lab: it belongs to somebody else
    ");
}

#[tokio::test(start_paused = true)]
async fn tags_of_a_profile_are_changed_in_place() {
    let mut stale = tags();
    stale.insert(LAB_TAG.into(), "before".into());
    let script = Script::new().on(PROFILE, [profile("ACTIVE", &json!({"tags": stale}))]);
    let clients = script.clients(TestClock::start());
    let driver = AwsDriver::new(clients);
    let mut task = profile_task(Op::Update);
    // What the plan saw and adopts need not carry our tags yet.
    task.pin = seen(&driver, &task).await;
    let tag =
        "eks:POST /tags/arn%3Aaws%3Aeks%3Aap-northeast-2%3A123456789012%3Afargateprofile%2Feksworkshop%2Fgame%2F1";
    script.on(tag, [script::json(&json!({}))]);
    driver.apply(&task, &Outputs::default()).await.unwrap();
    assert_eq!(writes(&script), [tag]);
    assert!(script.bodies(tag)[0].ends_with(r#"{"tags":{"lab2048:lab":"game"}}"#));
}

#[tokio::test(start_paused = true)]
async fn a_profile_is_deleted_once() {
    let in_progress = eks_error(
        409,
        "ResourceInUseException",
        "Cannot delete Fargate Profile game: cluster currently has an update in progress",
    );
    let script = Script::new()
        .on(
            PROFILE,
            [plain("ACTIVE"), plain("ACTIVE"), plain("DELETING"), no_profile()],
        )
        .on(PROFILE_DELETE, [in_progress, plain("DELETING")]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let task = profile_task(Op::Delete);
    assert_eq!(driver.delete(&task).await.unwrap_err().class, ErrorClass::Busy);
    for _ in 0..3 {
        driver.delete(&task).await.unwrap();
    }
    assert_eq!(writes(&script), [PROFILE_DELETE, PROFILE_DELETE]);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_profile() {
    let health =
        json!({"health": {"issues": [{"code": "InternalFailure", "message": "try again", "resourceIds": []}]}});
    let cases: [(Goal, Vec<Answer>); 6] = [
        (Goal::Ready, vec![plain("CREATING"), plain("CREATING"), plain("ACTIVE")]),
        (
            Goal::Ready,
            vec![
                no_profile(),
                profile("CREATING", &health),
                profile("CREATE_FAILED", &health),
            ],
        ),
        (Goal::Ready, vec![plain("CREATING"), no_profile()]),
        (
            Goal::Ready,
            vec![plain("CREATING"), eks_error(403, "AccessDeniedException", "no")],
        ),
        (Goal::Gone, vec![plain("ACTIVE"), plain("DELETING"), no_profile()]),
        (Goal::Gone, vec![plain("DELETING"), profile("DELETE_FAILED", &health)]),
    ];
    let mut text = String::new();
    for (goal, answers) in cases {
        let clock = TestClock::start();
        let script = Script::new().on(PROFILE, answers);
        let driver = AwsDriver::new(script.clients(clock));
        let (task, inputs) = (profile_task(Op::Create), Outputs::default());
        text.push_str(&timeline(driver.progress(&task, goal, &inputs), clock, clock.now()).await);
        text.push_str("--\n");
    }
    insta::assert_snapshot!(text, @r#"
       0 profile CREATING | Pending("EKS sets it up, which takes up to six minutes")
       5 profile CREATING | Pending("EKS sets it up, which takes up to six minutes")
      10 profile ACTIVE | Ready
    --
       0 waiting for the profile | Pending("EKS does not show it yet")
       5 profile CREATING | Pending("InternalFailure: try again")
      10 profile CREATE_FAILED | Failed("InternalFailure: try again")
    --
       0 profile CREATING | Pending("EKS sets it up, which takes up to six minutes")
       5 profile missing | Failed("somebody deleted the profile while it was awaited")
    --
       0 profile CREATING | Pending("EKS sets it up, which takes up to six minutes")
       5 Denied: eks:DescribeFargateProfile: AccessDeniedException: no
    --
       0 profile ACTIVE | Pending("EKS has not begun to delete it")
       5 profile DELETING | Pending("EKS evicts its pods and removes it, which takes minutes")
      10 profile gone | Ready
    --
       0 profile DELETING | Pending("EKS evicts its pods and removes it, which takes minutes")
       5 profile DELETE_FAILED | Failed("InternalFailure: try again")
    --
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_profile_of_the_same_name_made_since_is_not_awaited_to_go() {
    let clock = TestClock::start();
    let script = Script::new().on(PROFILE, [plain("ACTIVE")]);
    let driver = AwsDriver::new(script.clients(clock));
    let mut task = profile_task(Op::Delete);
    task.pin = Some(Pin {
        identity: "arn".into(),
        version: "before".into(),
    });
    let inputs = Outputs::default();
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    assert_eq!(text, "   0 profile gone; another of its name is there | Ready\n");
}

#[tokio::test(start_paused = true)]
async fn an_access_entry_goes_only_when_no_profile_needs_it() {
    let spec = AccessEntrySpec {
        cluster: "eksworkshop".into(),
        principal_arn: ROLE_ARN.into(),
    };
    let task = task(NodeKind::AccessEntry, Op::Delete, Desired::AccessEntry(spec));
    let entry =
        script::json(&json!({"accessEntry": {"principalArn": ROLE_ARN, "type": "FARGATE_LINUX", "createdAt": 1.0}}));
    let names = |names: &[&str]| script::json(&json!({"fargateProfileNames": names}));
    let script = Script::new()
        .on(
            ENTRY,
            [
                entry.clone(),
                entry.clone(),
                eks_error(404, "ResourceNotFoundException", "none"),
            ],
        )
        .on(
            "eks:GET /clusters/eksworkshop/fargate-profiles",
            [names(&["game"]), names(&[])],
        )
        .on(PROFILE, [plain("ACTIVE")])
        .on(ENTRY_DELETE, [script::json(&json!({}))]);
    let driver = AwsDriver::new(script.clients(TestClock::start()));
    let error = driver.delete(&task).await.unwrap_err();
    insta::assert_snapshot!(error, @"eks:DeleteAccessEntry: the role arn:aws:iam::123456789012:role/pods still serves the profile game");
    driver.delete(&task).await.unwrap();
    driver.delete(&task).await.unwrap();
    assert_eq!(writes(&script), [ENTRY_DELETE]);
    let clock = TestClock::start();
    let inputs = Outputs::default();
    let gone = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    assert_eq!(gone, "   0 access entry gone | Ready\n");
}

const ELB: &str = "elasticloadbalancing";
const NAME: &str = "k8s-fargateg-ingress2-b252ad69ce";

fn balancer_task() -> Task {
    let spec = LoadBalancerSpec {
        name: NAME.into(),
        cluster: "eksworkshop".into(),
        stack: "fargate-game-2048/ingress-2048".into(),
        ingress: "fargate-game-2048/ingress-2048".into(),
        scheme: Scheme::InternetFacing,
        port: 80,
        targets: 5,
    };
    task(NodeKind::LoadBalancer, Op::None, Desired::LoadBalancer(spec))
}

fn balancer(state: &str) -> Answer {
    xml(&include_str!("../fixtures/describe-load-balancers.xml").replace("<Code>active</Code>", state))
}

fn no_balancer() -> Answer {
    query_error(400, "LoadBalancerNotFound", "One or more load balancers not found")
}

fn none(what: &str) -> Answer {
    xml(&format!(
        "<Describe{what}Response><Describe{what}Result><{what}/></Describe{what}Result></Describe{what}Response>"
    ))
}

/// The recorded five targets, the first `sick` of them with this health instead.
fn targets(sick: usize, health: &str) -> Answer {
    xml(&include_str!("../fixtures/describe-target-health.xml").replacen("<State>healthy</State>", health, sick))
}

fn marked() -> Answer {
    xml(include_str!("../fixtures/describe-tags-balancer.xml"))
}

async fn followed(script: &Arc<Script>) -> (String, Vec<String>) {
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Ready, &inputs), clock, clock.now()).await;
    let calls = script.calls();
    (
        text,
        calls
            .iter()
            .map(|call| call.replace("elasticloadbalancing:Describe", ""))
            .collect(),
    )
}

#[tokio::test(start_paused = true)]
async fn an_alb_rises_stage_by_stage() {
    let provisioning = "<Code>provisioning</Code>";
    let script = Script::new()
        .on(&format!("{ELB}:DescribeLoadBalancers"), [
            no_balancer(), no_balancer(), balancer(provisioning), balancer(provisioning), balancer("<Code>active</Code>"),
        ])
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(&format!("{ELB}:DescribeListeners"), [none("Listeners"), xml(include_str!("../fixtures/describe-listeners.xml"))])
        .on(&format!("{ELB}:DescribeRules"), [none("Rules"), xml(include_str!("../fixtures/describe-rules.xml"))])
        .on(&format!("{ELB}:DescribeTargetHealth"), [
            xml("<DescribeTargetHealthResponse><DescribeTargetHealthResult><TargetHealthDescriptions/></DescribeTargetHealthResult></DescribeTargetHealthResponse>"),
            targets(5, "<State>initial</State><Reason>Elb.RegistrationInProgress</Reason><Description>Target registration is in progress</Description>"),
            targets(2, "<State>unhealthy</State><Reason>Target.ResponseCodeMismatch</Reason><Description>Health checks failed with these codes: [503]</Description>"),
            targets(0, ""),
        ]);
    let (text, calls) = followed(&script).await;
    insta::assert_snapshot!(text, @r#"
     0 waiting for the controller to make the ALB | Pending("there is no load balancer k8s-fargateg-ingress2-b252ad69ce yet")
     4 waiting for the controller to make the ALB | Pending("there is no load balancer k8s-fargateg-ingress2-b252ad69ce yet")
     9 ALB provisioning | Pending("AWS sets it up, which takes two to three minutes")
    14 ALB provisioning | Pending("AWS sets it up, which takes two to three minutes")
    20 ALB active, waiting for a listener on port 80 | Pending("the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours")
    25 waiting for a rule of port 80 that leads to the pods | Pending("the controller makes it with the Ingress; one that was removed comes back when the Ingress changes, or within 10 hours")
    29 0/5 targets healthy | Pending("5 not registered yet")
    34 0/5 targets healthy | Pending("5 initial (Elb.RegistrationInProgress: Target registration is in progress)")
    39 3/5 targets healthy | Pending("2 unhealthy (Target.ResponseCodeMismatch: Health checks failed with these codes: [503])")
    44 5/5 targets healthy | Ready
    "#);
    insta::assert_snapshot!(calls.join(" "), @"LoadBalancers LoadBalancers LoadBalancers Tags LoadBalancers LoadBalancers Listeners Listeners Rules Rules TargetHealth TargetHealth TargetHealth TargetHealth");
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_is_ready_is_seen_to_be_so_at_once() {
    let script = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer(
                "<Code>active_impaired</Code><Reason>no free addresses</Reason>",
            )],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(
            &format!("{ELB}:DescribeListeners"),
            [xml(include_str!("../fixtures/describe-listeners.xml"))],
        )
        .on(
            &format!("{ELB}:DescribeRules"),
            [xml(include_str!("../fixtures/describe-rules.xml"))],
        )
        .on(&format!("{ELB}:DescribeTargetHealth"), [targets(0, "")]);
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let looks: Vec<_> = driver.progress(&task, Goal::Ready, &inputs).collect().await;
    let last = looks.last().unwrap().as_ref().unwrap();
    assert_eq!(last.stage, "5/5 targets healthy");
    assert_eq!(
        last.outputs.hostname.as_deref(),
        Some("k8s-fargateg-ingress2-b252ad69ce-1.ap-northeast-2.elb.amazonaws.com")
    );
    assert!(last.outputs.balancer_arn.is_some());
    let first = looks[0].as_ref().unwrap();
    assert_eq!(
        first.readiness,
        crate::model::Readiness::Pending("the ALB is impaired: no free addresses".into())
    );
    assert_eq!(
        clock.elapsed("2026-11-24T00:00:00Z".parse().unwrap()),
        std::time::Duration::ZERO
    );
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_cannot_rise() {
    let failed = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer("<Code>failed</Code><Reason>no addresses</Reason>")],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()]);
    assert_eq!(
        followed(&failed).await.0,
        "   0 ALB failed | Failed(\"no addresses\")\n"
    );
    let foreign = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer("<Code>active</Code>")],
        )
        .on(
            &format!("{ELB}:DescribeTags"),
            [xml(
                &include_str!("../fixtures/describe-tags-balancer.xml").replace("fargate-game-2048/", "other/")
            )],
        );
    insta::assert_snapshot!(followed(&foreign).await.0, @r#"   0 waiting for the controller to make the ALB | Failed("a load balancer named k8s-fargateg-ingress2-b252ad69ce exists and was made for Ingress other/ingress-2048, so the controller cannot make ours")"#);
}

#[tokio::test(start_paused = true)]
async fn an_alb_of_another_name_is_found_after_a_while() {
    let all = balancer("<Code>provisioning</Code>");
    let script = Script::new()
        .on_holding(&format!("{ELB}:DescribeLoadBalancers"), "Names", [no_balancer()])
        .on_holding(
            &format!("{ELB}:DescribeLoadBalancers"),
            "LoadBalancerArns",
            [balancer("<Code>failed</Code>")],
        )
        .on(&format!("{ELB}:DescribeLoadBalancers"), [all])
        .on(&format!("{ELB}:DescribeTags"), [marked()]);
    let (text, calls) = followed(&script).await;
    assert_eq!(text.lines().count(), 7, "{text}");
    assert_eq!(calls.iter().filter(|call| *call == "Tags").count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_alb_vanishes_with_all_that_hung_on_it() {
    let none_of = |what: &str, wrapper: &str| xml(&format!("<{what}Response><{wrapper}/></{what}Response>"));
    let interfaces = "<DescribeNetworkInterfacesResponse><networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item>\
                      <item><networkInterfaceId>eni-2</networkInterfaceId></item></networkInterfaceSet></DescribeNetworkInterfacesResponse>";
    let group_gone = query_error(400, "TargetGroupNotFound", "none");
    let groups = xml(include_str!("../fixtures/describe-target-groups.xml"));
    let script = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [
                balancer("<Code>active</Code>"),
                balancer("<Code>active</Code>"),
                no_balancer(),
            ],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(
            &format!("{ELB}:DescribeTargetGroups"),
            [groups.clone(), groups, group_gone],
        )
        .on(
            "ec2:DescribeSecurityGroups",
            [
                xml(include_str!("../fixtures/describe-security-groups.xml")),
                xml(include_str!("../fixtures/describe-security-groups.xml")),
                none_of("DescribeSecurityGroups", "securityGroupInfo"),
            ],
        )
        .on(
            "ec2:DescribeNetworkInterfaces",
            [
                xml(interfaces),
                none_of("DescribeNetworkInterfaces", "networkInterfaceSet"),
            ],
        );
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    insta::assert_snapshot!(text, @r#"
     0 waiting for the controller to delete the ALB | Pending("k8s-fargateg-ingress2-b252ad69ce is still there")
     4 waiting for the controller to delete the ALB | Pending("k8s-fargateg-ingress2-b252ad69ce is still there")
     9 waiting for the ALB's target groups to go | Pending("still there: k8s-fargateg-service2-f846ee635b")
    15 waiting for the ALB's security group to go | Pending("2 network interfaces of the ALB still use sg-96b01cdab30cdd77f")
    20 waiting for the ALB's security group to go | Pending("nothing uses sg-96b01cdab30cdd77f any more; the controller tries again at growing intervals")
    25 ALB, target groups and security groups gone | Ready
    "#);
    driver.delete(&task).await.unwrap();
    driver.apply(&task, &inputs).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_goes_between_two_calls_is_gone() {
    let empty = |what: &str, list: &str| {
        xml(&format!(
            "<{what}Response><{what}Result><{list}/></{what}Result></{what}Response>"
        ))
    };
    let script = Script::new()
        .on(
            &format!("{ELB}:DescribeLoadBalancers"),
            [balancer("<Code>active</Code>"), no_balancer()],
        )
        .on(&format!("{ELB}:DescribeTags"), [marked()])
        .on(
            &format!("{ELB}:DescribeTargetGroups"),
            [no_balancer(), empty("DescribeTargetGroups", "TargetGroups")],
        )
        .on(
            "ec2:DescribeSecurityGroups",
            [xml(
                "<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>",
            )],
        );
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    insta::assert_snapshot!(text, @r#"
    0 waiting for the controller to delete the ALB | Pending("k8s-fargateg-ingress2-b252ad69ce is still there")
    4 ALB, target groups and security groups gone | Ready
    "#);
}

#[tokio::test(start_paused = true)]
async fn an_alb_that_is_gone_already_still_gets_its_remains_checked() {
    let empty = xml(
        "<DescribeLoadBalancersResponse><DescribeLoadBalancersResult><LoadBalancers/></DescribeLoadBalancersResult></DescribeLoadBalancersResponse>",
    );
    let script = Script::new()
        .on_holding(&format!("{ELB}:DescribeLoadBalancers"), "Names", [no_balancer()])
        .on(&format!("{ELB}:DescribeLoadBalancers"), [empty])
        .on_holding(
            &format!("{ELB}:DescribeTargetGroups"),
            "TargetGroupArns",
            [query_error(400, "TargetGroupNotFound", "none")],
        )
        .on(
            &format!("{ELB}:DescribeTargetGroups"),
            [xml(include_str!("../fixtures/describe-target-groups.xml"))],
        )
        .on(
            &format!("{ELB}:DescribeTags"),
            [xml(include_str!("../fixtures/describe-tags-target-group.xml"))],
        )
        .on(
            "ec2:DescribeSecurityGroups",
            [xml(
                "<DescribeSecurityGroupsResponse><securityGroupInfo/></DescribeSecurityGroupsResponse>",
            )],
        );
    let clock = TestClock::start();
    let driver = AwsDriver::new(script.clients(clock));
    let (task, inputs) = (balancer_task(), Outputs::default());
    let text = timeline(driver.progress(&task, Goal::Gone, &inputs), clock, clock.now()).await;
    insta::assert_snapshot!(text, @r#"
    0 waiting for the ALB's target groups to go | Pending("still there: k8s-fargateg-service2-f846ee635b")
    4 ALB, target groups and security groups gone | Ready
    "#);
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
