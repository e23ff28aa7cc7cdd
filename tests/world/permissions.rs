//! Least privilege: what `policy` prints is enough for every verb, and each grant of it is missed by one.

use std::fs;
use std::time::Duration;

use lab2048::app::Exit;
use lab2048_sandbox::{Breakage, testing};
use lab2048_testing::hand::{CHAPTER, HandmadeProfile, role_arn};
use lab2048_testing::rights::{Rights, Verb};
use lab2048_testing::{Lab, Pressed, Run};
use serde_json::json;

/// A policy is for a cluster that is named.
const CLUSTER: &str = "--cluster eksworkshop";
/// A role that somebody has made for pods.
const GIVEN: &str = "pods-of-the-class";
/// A permissions boundary.
const BOUNDARY: &str = "arn:aws:iam::410691154611:policy/limit";

/// Flags for a lab whose role is given.
fn with_role() -> String {
    format!("{CLUSTER} --set fargate.role={}", role_arn(GIVEN))
}

/// Flags for a lab whose role has a boundary.
fn with_boundary() -> String {
    format!("{CLUSTER} --set fargate.permissionsBoundary={BOUNDARY}")
}

/// What there is when a verb is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    /// Nothing of the lab.
    Fresh,
    /// The lab, as wanted.
    Applied,
    /// The lab, whose role somebody gave a policy, another trust and another boundary.
    RoleChanged,
    /// The lab, whose pods could not pull their image for long.
    Stalled,
    /// The lab, whose Service somebody else's controller has to let go.
    ServiceHeld,
    /// Nothing of the lab, and EKS makes a profile of others.
    Crowded,
}

/// The scenes of one kind of lab.
pub(super) struct Scenes {
    /// What leads to the lab.
    pub(super) flags: String,
    /// Its namespace.
    pub(super) namespace: &'static str,
    /// The world without it.
    pub(super) fresh: Lab,
    /// The world with it.
    pub(super) applied: Lab,
}

impl Scenes {
    async fn of(flags: String) -> Self {
        let fresh = Lab::new(2048);
        fresh.make_role(GIVEN).await;
        let applied = fresh.twin();
        applied.call(&format!("apply {flags}")).await.exits(Exit::Done);
        Self {
            flags,
            namespace: CHAPTER,
            fresh,
            applied,
        }
    }

    async fn play(&self, scene: Scene) -> Lab {
        match scene {
            Scene::Fresh => self.fresh.twin(),
            Scene::Applied => self.applied.twin(),
            Scene::RoleChanged => {
                let lab = self.applied.twin();
                testing::change_aws(&lab.world, |aws| {
                    for role in aws.roles.values_mut().filter(|role| role.name.starts_with("lab2048-")) {
                        role.inline.insert("logs".to_owned(), "{}".to_owned());
                        role.trust = role
                            .trust
                            .replace("fargateprofile/eksworkshop/*", "fargateprofile/eksworkshop/?*");
                        role.boundary = Some(format!("{BOUNDARY}-of-others"));
                    }
                });
                lab
            }
            Scene::Stalled => {
                let lab = self.fresh.twin();
                lab.world.break_(Breakage::NoNat);
                lab.call(&format!("apply --timeout 6m {}", self.flags))
                    .await
                    .exits(Exit::TimedOut);
                lab.world.advance(Duration::from_mins(20));
                lab.world.mend(Breakage::NoNat);
                lab
            }
            Scene::Crowded => {
                let lab = self.fresh.twin();
                let profile = HandmadeProfile {
                    name: "of-others",
                    role: role_arn(GIVEN),
                    selectors: json!([{"namespace": "of-others"}]),
                    ..HandmadeProfile::by_eksctl()
                };
                lab.ask_for_profile(&profile).await;
                lab
            }
            Scene::ServiceHeld => {
                let lab = self.applied.twin();
                let path = format!("/api/v1/namespaces/{}/services/service-2048", self.namespace);
                let held = json!({"metadata": {"finalizers": ["example.com/held"]}});
                lab.send("PATCH", &path, &held).await;
                lab
            }
        }
    }

    /// What comes of a verb in a scene for somebody with these rights.
    pub(super) async fn run(&self, scene: Scene, line: &str, rights: &Rights) -> Run {
        let lab = self.play(scene).await;
        lab.grant(rights).await;
        call(&lab, line, &self.flags).await
    }

    /// Takes every verb of Kubernetes away once, and sees what misses it.
    pub(super) async fn miss_every_verb(&self, rights: &Rights) {
        for verb in rights.verbs() {
            let misses = misses_verb(&verb);
            assert!(misses.is_some(), "{verb:?} is allowed, and nobody is known to need it");
            let (scene, line) = misses.unwrap();
            let run = self.run(scene, line, &rights.without_verb(&verb)).await;
            let words = format!("cannot {} resource \"{}\"", verb.verb, verb.resource);
            assert!(
                run.text().contains(&words),
                "nobody misses {verb:?} in {scene:?}: {run}"
            );
        }
    }
}

/// Makes a call; `open` serves the sandbox's game until Ctrl-C.
pub(super) async fn call(lab: &Lab, line: &str, flags: &str) -> Run {
    let line = format!("{line} {flags}");
    match line.strip_prefix("open") {
        Some(_) => {
            let minute = Duration::from_mins(1);
            let line = format!("{line} --print --port 0");
            lab.call_interrupted_after(&line, minute, Pressed(1)).await
        }
        None => lab.call(&line).await,
    }
}

/// A whole life, with the rights that are printed for it and no others.
async fn lives(lab: &Lab, flags: &str) {
    lab.grant(&Rights::printed(lab, flags).await).await;
    for line in [
        "plan",
        "apply",
        "plan --detailed-exitcode",
        "status --detailed-exitcode",
        "doctor -v",
        "open",
        "scale 3",
        "plan --destroy",
        "destroy",
        "status",
    ] {
        let run = call(lab, line, flags).await.exits(Exit::Done);
        for silent in ["not authorized", "forbidden", "not checked", "could not be"] {
            assert!(!run.text().contains(silent), "`{silent}` in {run}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn with_what_is_printed_every_verb_passes() {
    let lab = Lab::new(2048);
    let nothing = lab.shape();
    lives(&lab, CLUSTER).await;
    assert_eq!(lab.shape(), nothing);
}

#[tokio::test(start_paused = true)]
async fn with_a_role_that_is_given_it_is_passed_and_nothing_else_is_done_in_iam() {
    let lab = Lab::new(2048);
    lab.make_role(GIVEN).await;
    let rights = Rights::printed(&lab, &with_role()).await;
    let iam: Vec<String> = rights
        .actions()
        .into_iter()
        .filter(|action| action.starts_with("iam:"))
        .collect();
    let expected = ["iam:CreateServiceLinkedRole", "iam:GetRole", "iam:PassRole"];
    assert_eq!(iam, expected);
    lives(&lab, &with_role()).await;
}

#[tokio::test(start_paused = true)]
async fn a_role_that_must_have_a_boundary_gets_it() {
    let lab = Lab::new(2048);
    lives(&lab, &with_boundary()).await;
    // Without the boundary no role may be made.
    let run = call(&lab, "apply", CLUSTER).await;
    assert_ne!(run.code, 0, "{run}");
}

#[tokio::test(start_paused = true)]
async fn where_a_profile_of_others_is_used_nothing_is_changed_in_aws() {
    let lab = Lab::new(2048);
    let flags = format!("{CLUSTER} --set fargate.own=false --set fargate.profile={CHAPTER}");
    let rights = Rights::printed(&lab, &flags).await;
    let only_looks = |action: &String| {
        let (_, operation) = action.split_once(':').unwrap();
        ["Describe", "List", "Get"]
            .iter()
            .any(|word| operation.starts_with(word))
    };
    assert!(rights.actions().iter().all(only_looks), "{:?}", rights.actions());
    lab.make_role(GIVEN).await;
    let profile = HandmadeProfile {
        role: role_arn(GIVEN),
        ..HandmadeProfile::by_eksctl()
    };
    lab.make_profile(&profile).await;
    lives(&lab, &flags).await;
}

#[tokio::test(start_paused = true)]
async fn who_may_only_look_may_look() {
    let applied = Scenes::of(CLUSTER.to_owned()).await.applied;
    applied
        .grant(&Rights::printed(&applied, &format!("{CLUSTER} --read-only")).await)
        .await;
    for line in ["status --detailed-exitcode", "doctor", "open", "plan --destroy"] {
        call(&applied, line, CLUSTER).await.exits(Exit::Done);
    }
    // Its dry runs are writes, of which the server keeps nothing.
    call(&applied, "plan", CLUSTER)
        .await
        .exits(Exit::Failed)
        .prints("cannot patch resource \"services\"");
    call(&applied, "destroy", CLUSTER)
        .await
        .exits(Exit::Failed)
        .prints("forbidden");
    assert_eq!(applied.inventory().load_balancers.len(), 1);
}

/// Where an action is missed, and by which verb.
pub(super) fn misses_action(action: &str) -> Option<(Scene, &'static str)> {
    use Scene::{Applied, Fresh, RoleChanged};
    Some(match action {
        "ec2:DescribeAvailabilityZones"
        | "ec2:DescribeNatGateways"
        | "ec2:DescribeRouteTables"
        | "ec2:DescribeSubnets"
        | "ec2:DescribeVpcAttribute"
        | "elasticloadbalancing:DescribeAccountLimits"
        | "iam:ListAttachedRolePolicies"
        | "iam:ListRolePolicies" => (Applied, "doctor -v"),
        "eks:DescribeCluster"
        | "eks:DescribeFargateProfile"
        | "eks:ListFargateProfiles"
        | "elasticloadbalancing:DescribeListeners"
        | "elasticloadbalancing:DescribeLoadBalancers"
        | "elasticloadbalancing:DescribeRules"
        | "elasticloadbalancing:DescribeTags"
        | "elasticloadbalancing:DescribeTargetGroups"
        | "elasticloadbalancing:DescribeTargetHealth" => (Applied, "status"),
        "eks:ListClusters" => (Applied, "plan"),
        "eks:CreateFargateProfile"
        | "eks:TagResource"
        | "iam:AttachRolePolicy"
        | "iam:CreateRole"
        | "iam:CreateServiceLinkedRole"
        | "iam:GetRole"
        | "iam:PassRole"
        | "iam:TagRole" => (Fresh, "apply"),
        "iam:DeleteRolePermissionsBoundary" | "iam:PutRolePermissionsBoundary" | "iam:UpdateAssumeRolePolicy" => {
            (RoleChanged, "apply")
        }
        "ec2:DescribeNetworkInterfaces"
        | "ec2:DescribeSecurityGroups"
        | "eks:DeleteAccessEntry"
        | "eks:DeleteFargateProfile"
        | "eks:DescribeAccessEntry"
        | "iam:DeleteRole"
        | "iam:DetachRolePolicy" => (Applied, "destroy"),
        "iam:DeleteRolePolicy" => (RoleChanged, "destroy"),
        _ => return None,
    })
}

/// Takes each action away, and sees that it is missed by its name.
async fn each_action_is_missed(flags: String, is_tried: impl Fn(&str) -> bool) {
    let scenes = Scenes::of(flags).await;
    let rights = Rights::printed(&scenes.fresh, &scenes.flags).await;
    for action in rights.actions().into_iter().filter(|action| is_tried(action)) {
        let misses = misses_action(&action);
        assert!(misses.is_some(), "{action} is allowed, and nobody is known to need it");
        let (scene, line) = misses.unwrap();
        let run = scenes.run(scene, line, &rights.without_action(&action)).await;
        assert!(
            run.text().contains(&action),
            "nobody misses {action} in {scene:?}: {run}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn no_action_is_allowed_that_nobody_would_miss() {
    each_action_is_missed(CLUSTER.to_owned(), |_| true).await;
}

#[tokio::test(start_paused = true)]
async fn with_a_given_role_no_action_is_allowed_that_nobody_would_miss() {
    let of_role = |action: &str| action.starts_with("iam:") || action.starts_with("eks:");
    each_action_is_missed(with_role(), of_role).await;
}

#[tokio::test(start_paused = true)]
async fn what_only_some_labs_need_is_missed_by_them() {
    each_action_is_missed(with_boundary(), |action| action.ends_with("RolePermissionsBoundary")).await;
    // Whoever names no cluster has it looked for.
    each_action_is_missed(String::new(), |action| action == "eks:ListClusters").await;
}

/// A removal without the controller, from a lab whose ALB is protected and whose controller and webhooks are gone.
async fn by_hand(applied: &Lab, rights: &Rights) -> Run {
    let lab = applied.twin();
    lab.world.break_(Breakage::LbcAbsent);
    lab.world.sleep(Duration::from_mins(1)).await;
    testing::change_aws(&lab.world, |aws| {
        for balancer in aws.load_balancers.values_mut() {
            balancer.deletion_protection = true;
        }
    });
    lab.grant(rights).await;
    call(&lab, "destroy --without-controller --timeout 3m", CLUSTER).await
}

#[tokio::test(start_paused = true)]
async fn a_removal_without_the_controller_needs_what_is_printed_for_it_and_nothing_else() {
    let applied = Scenes::of(CLUSTER.to_owned()).await.applied;
    let usual = Rights::printed(&applied, CLUSTER).await;
    let apart = Rights::printed(&applied, &format!("{CLUSTER} --without-controller")).await;
    by_hand(&applied, &usual.clone().and(&apart)).await.exits(Exit::Done);
    for action in apart.actions() {
        let run = by_hand(&applied, &usual.clone().and(&apart.without_action(&action))).await;
        assert!(run.text().contains(&action), "nobody misses {action}: {run}");
    }
    for verb in apart.verbs() {
        let run = by_hand(&applied, &usual.clone().and(&apart.without_verb(&verb))).await;
        let words = format!("cannot {} resource \"{}\"", verb.verb, verb.resource);
        // What the usual roles allow, too, is not missed.
        let is_usual = usual
            .verbs()
            .iter()
            .any(|other| (&other.resource, &other.verb) == (&verb.resource, &verb.verb));
        assert!(is_usual || run.text().contains(&words), "nobody misses {verb:?}: {run}");
    }
}

/// A look over the account with these rights.
async fn sweep_with(applied: &Lab, rights: &Rights) -> Run {
    let lab = applied.twin();
    lab.grant(rights).await;
    fs::write(lab.folder().join("class.csv"), "lab\nfargate-game-2048\n").unwrap();
    lab.call(&format!("fleet sweep class.csv {CLUSTER}")).await
}

#[tokio::test(start_paused = true)]
async fn a_look_over_the_account_needs_what_is_printed_for_it_and_nothing_else() {
    let applied = Scenes::of(CLUSTER.to_owned()).await.applied;
    let usual = Rights::printed(&applied, CLUSTER).await;
    let apart = Rights::printed(&applied, &format!("{CLUSTER} --sweep")).await;
    let found = sweep_with(&applied, &usual.clone().and(&apart)).await;
    found.exits(Exit::Changes).does_not_print("not known");
    for action in apart.actions() {
        let run = sweep_with(&applied, &usual.clone().and(&apart.without_action(&action))).await;
        // What is usual in the lab's own cluster is missed in others alone.
        let is_usual = usual.actions().contains(&action);
        assert!(
            is_usual || run.text().contains(&action),
            "nobody misses {action}: {run}"
        );
        assert!(
            is_usual || run.code == i32::from(Exit::Failed.code()),
            "what was not seen is not gone: {run}"
        );
    }
    for verb in apart.verbs() {
        let run = sweep_with(&applied, &usual.clone().and(&apart.without_verb(&verb))).await;
        let words = format!("cannot {} resource \"{}\"", verb.verb, verb.resource);
        assert!(run.text().contains(&words), "nobody misses {verb:?}: {run}");
    }
}

/// Where a verb of Kubernetes is missed, and by which verb of the program.
fn misses_verb(missed: &Verb) -> Option<(Scene, &'static str)> {
    use Scene::{Applied, Crowded, Fresh, ServiceHeld, Stalled};
    Some(match (missed.resource.as_str(), missed.verb.as_str()) {
        ("namespaces", "get") | ("deployments" | "events" | "ingresses" | "nodes" | "pods" | "services", "list") => {
            (Applied, "status")
        }
        ("validatingwebhookconfigurations", "list") => (Applied, "plan --destroy"),
        ("daemonsets" | "endpointslices" | "poddisruptionbudgets", "list") => (Applied, "doctor -v"),
        ("leases", "list") => (Crowded, "apply"),
        ("leases", "get") if missed.role == "ClusterRole" => (Applied, "doctor -v"),
        ("horizontalpodautoscalers", "list") | ("ingressclasses" | "ingressclassparams", "get") => (Applied, "plan"),
        ("namespaces", "patch") => (Fresh, "plan"),
        ("configmaps" | "cronjobs" | "jobs" | "persistentvolumeclaims" | "statefulsets", "list") => {
            (Applied, "plan --destroy")
        }
        ("namespaces", "delete" | "list" | "watch")
        | ("deployments" | "ingresses" | "services", "delete")
        | ("ingresses", "watch") => (Applied, "destroy"),
        ("leases", "create" | "delete" | "get") | ("deployments" | "events" | "pods", "watch") => (Applied, "scale 3"),
        ("leases", "update") | ("deployments" | "ingresses" | "services", "create" | "get" | "patch") => {
            (Fresh, "apply")
        }
        ("pods", "delete") => (Stalled, "apply"),
        ("services", "watch") => (ServiceHeld, "destroy"),
        _ => return None,
    })
}

#[tokio::test(start_paused = true)]
async fn no_verb_of_kubernetes_is_allowed_that_nobody_would_miss() {
    let scenes = Scenes::of(CLUSTER.to_owned()).await;
    let rights = Rights::printed(&scenes.fresh, CLUSTER).await;
    scenes.miss_every_verb(&rights).await;
}
