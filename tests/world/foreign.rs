//! What others have made under the lab's names: looked at, taken over, replaced, scaled, removed.

use std::time::Duration;

use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::Lab;
use lab2048_testing::hand::{CHAPTER, EKSCTL_ROLE, HandmadeProfile, PRIVATE_SUBNETS, manifest, role_arn};
use serde_json::{Value, json};

const OWN_ROLE: &str = "lab2048-eksworkshop-fargate-game-2048";

fn deployment(lab: &Lab) -> Value {
    lab.live("apps", "deployments", "deployment-2048").unwrap()
}

/// Names of the roles that are there.
fn roles(lab: &Lab) -> Vec<String> {
    testing::aws(&lab.world).roles.keys().cloned().collect()
}

/// Whether nothing of the chapter is left but what eksctl keeps for later profiles.
fn only_the_role_is_left(lab: &Lab) -> bool {
    let world = lab.inventory();
    world.profiles.is_empty()
        && world.load_balancers.is_empty()
        && world.target_groups.is_empty()
        && !world.objects.contains_key(CHAPTER)
        && roles(lab) == [EKSCTL_ROLE]
}

#[tokio::test(start_paused = true)]
async fn the_chapter_done_by_hand_is_refused_with_the_one_flag_that_it_takes() {
    let lab = Lab::new(2048);
    lab.do_chapter().await;
    let before = lab.shape();
    for verb in ["plan", "apply"] {
        lab.call(verb)
            .await
            .exits(Exit::Refused)
            .prints("not ours: profile fargate-game-2048 (eksctl, cluster eksworkshop), namespace fargate-game-2048, service service-2048, ingress ingress-2048, deployment deployment-2048 (it has no labels of this lab; made with kubectl apply)")
            .prints("--adopt takes them over")
            .does_not_print("--replace")
            .does_not_print("--force-conflicts");
    }
    lab.call("destroy")
        .await
        .exits(Exit::Refused)
        .prints("--adopt")
        .prints("stays with its Ingress fargate-game-2048/ingress-2048")
        .does_not_print("left over")
        .does_not_print("delete-load-balancer");
    lab.call("scale --replicas 3")
        .await
        .exits(Exit::Refused)
        .prints("--adopt");
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn the_chapter_done_by_hand_is_taken_over_in_place() {
    let lab = Lab::new(2048);
    lab.do_chapter().await;
    let pods = || {
        let pods = testing::objects(&lab.world, "", "pods", Some(CHAPTER)).into_iter();
        pods.map(|pod| pod["metadata"]["uid"].clone()).collect::<Vec<_>>()
    };
    let image = "--set app.image=alexwhen/docker-2048";
    let before = pods();
    lab.call(&format!("plan --adopt {image}"))
        .await
        .exits(Exit::Done)
        .prints("0 to create, 5 to change, 0 to replace, 0 to delete")
        .prints("tags[lab2048:lab]: (absent) -> fargate-game-2048")
        .prints(&format!(
            "keeps its role ({}), as fargate.role is auto",
            role_arn(EKSCTL_ROLE)
        ));
    lab.call(&format!("apply --adopt {image}")).await.exits(Exit::Done);
    assert_eq!(pods(), before, "nothing was restarted");
    assert_eq!(roles(&lab), [EKSCTL_ROLE]);
    let world = testing::aws(&lab.world);
    assert_eq!(world.profiles[CHAPTER].tags["lab2048:lab"], CHAPTER);
    // It is ours from now on: nothing more to do, with or without the flag.
    for again in ["", "--adopt"] {
        lab.call(&format!("apply {again} {image}"))
            .await
            .exits(Exit::Done)
            .prints("No changes");
    }
    lab.call("destroy")
        .await
        .exits(Exit::Done)
        .prints(&format!("its role {EKSCTL_ROLE} stays, with its access entry"));
    assert!(only_the_role_is_left(&lab), "{}", lab.shape());
    lab.call("destroy").await.exits(Exit::Done).prints("Nothing to remove");
}

#[tokio::test(start_paused = true)]
async fn the_chapter_done_by_hand_is_removed_on_demand() {
    let lab = Lab::new(2048);
    lab.do_chapter().await;
    lab.kubectl_scale(3).await;
    lab.call("plan --destroy --adopt").await.exits(Exit::Done);
    lab.call("destroy --adopt")
        .await
        .exits(Exit::Done)
        .prints(&format!("its role {EKSCTL_ROLE} stays, with its access entry"))
        .does_not_print("also takes what is not ours")
        .does_not_print("left over:");
    assert!(only_the_role_is_left(&lab), "{}", lab.shape());
    lab.call("destroy --adopt")
        .await
        .exits(Exit::Done)
        .prints("Nothing to remove");
    lab.call("apply").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn what_kubectl_applied_and_we_do_not_wish_goes_with_the_adoption() {
    let lab = Lab::new(2048);
    lab.make_role(EKSCTL_ROLE).await;
    lab.make_profile(&HandmadeProfile::by_eksctl()).await;
    let [namespace, mut game, service, ingress] = manifest();
    game["metadata"]["labels"] = json!({"made-by": "hand"});
    game["spec"]["revisionHistoryLimit"] = 3.into();
    game["spec"]["template"]["spec"]["containers"][0]["env"] = json!([{"name": "COLOR", "value": "red"}]);
    for object in [namespace, game, service, ingress] {
        lab.kubectl_apply(&object).await;
    }
    let path = format!("/apis/apps/v1/namespaces/{CHAPTER}/deployments/deployment-2048?fieldManager=kubectl-annotate");
    lab.send("PATCH", &path, &json!({"metadata": {"annotations": {"team": "blue"}}}))
        .await;
    lab.kubectl_scale(3).await;

    lab.call("plan --adopt")
        .await
        .exits(Exit::Done)
        .prints("metadata.labels.made-by: hand -> (removed)")
        .prints("spec.revisionHistoryLimit: 3 -> 10")
        .prints("spec.template.spec.containers[app-2048].env:")
        .prints("spec.replicas: 3 -> 5")
        .prints("drift: metadata.annotations.team is blue: added by kubectl-annotate")
        .does_not_print("progressDeadlineSeconds")
        .does_not_print("metadata.name");
    lab.call("apply --adopt").await.exits(Exit::Done);
    let live = deployment(&lab);
    let container = &live["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(live["metadata"]["labels"]["made-by"], Value::Null);
    assert_eq!(live["spec"]["revisionHistoryLimit"], 10);
    assert_eq!(container.get("env"), None);
    assert_eq!(live["metadata"]["annotations"]["team"], "blue", "it is somebody else's");
    let text = live.to_string();
    assert!(!text.contains("last-applied-configuration"), "{text}");
    assert!(!text.contains("kubectl-client-side-apply"), "{text}");
    lab.call("apply").await.exits(Exit::Done).prints("No changes");
}

/// Something under a name of the lab that somebody else has made, with nothing else of the lab there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Thing {
    Role,
    RoleAndAccessEntry,
    Profile,
    ProfileOfAnotherName,
    Namespace,
    Deployment,
    Service,
    Ingress,
    Budget,
}

impl Thing {
    const ALL: [Self; 9] = [
        Self::Role,
        Self::RoleAndAccessEntry,
        Self::Profile,
        Self::ProfileOfAnotherName,
        Self::Namespace,
        Self::Deployment,
        Self::Service,
        Self::Ingress,
        Self::Budget,
    ];

    /// As the program names it.
    fn name(self) -> String {
        match self {
            Self::Role | Self::RoleAndAccessEntry => format!("role {OWN_ROLE}"),
            Self::Profile => format!("profile {CHAPTER}"),
            Self::ProfileOfAnotherName => "profile games".to_owned(),
            Self::Namespace => format!("namespace {CHAPTER}"),
            Self::Deployment => "deployment deployment-2048".to_owned(),
            Self::Service => "service service-2048".to_owned(),
            Self::Ingress => "ingress ingress-2048".to_owned(),
            Self::Budget => "poddisruptionbudget deployment-2048".to_owned(),
        }
    }

    /// A world with it.
    async fn alone(self) -> Lab {
        let lab = Lab::new(2048);
        let [namespace, deployment, service, ingress] = manifest();
        let budget = json!({
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget",
            "metadata": {"namespace": CHAPTER, "name": "deployment-2048"},
            "spec": {"maxUnavailable": 2, "selector": {"matchLabels": {"app.kubernetes.io/name": "app-2048"}}},
        });
        let object = match self {
            Self::Role => {
                lab.make_role(OWN_ROLE).await;
                return lab;
            }
            Self::RoleAndAccessEntry => {
                lab.make_role(OWN_ROLE).await;
                let entry =
                    json!({"principalArn": role_arn(OWN_ROLE), "type": "FARGATE_LINUX", "tags": {"team": "blue"}});
                let path = "/clusters/eksworkshop/access-entries";
                lab.aws("eks", "POST", path, entry.to_string()).await;
                return lab;
            }
            Self::Profile | Self::ProfileOfAnotherName => {
                lab.make_role(EKSCTL_ROLE).await;
                let name = if self == Self::Profile { CHAPTER } else { "games" };
                let profile = HandmadeProfile {
                    name,
                    ..HandmadeProfile::by_eksctl()
                };
                lab.make_profile(&profile).await;
                return lab;
            }
            Self::Namespace => None,
            Self::Deployment => Some(deployment),
            Self::Service => Some(service),
            Self::Ingress => Some(ingress),
            Self::Budget => Some(budget),
        };
        for object in std::iter::once(namespace).chain(object) {
            lab.kubectl_apply(&object).await;
        }
        lab.world.sleep(Duration::from_mins(5)).await;
        lab
    }
}

/// With what the lab wants of every kind.
const WHOLE: &str = "--set app.disruptionBudget=1";

#[tokio::test(start_paused = true)]
async fn no_verb_touches_what_is_not_ours_without_the_flag() {
    for thing in Thing::ALL {
        let lab = thing.alone().await;
        let before = lab.shape();
        for verb in [
            "plan",
            "apply",
            "apply --replace --force-conflicts",
            "destroy",
            "plan --destroy",
        ] {
            lab.call(&format!("{verb} {WHOLE}"))
                .await
                .exits(Exit::Refused)
                .prints(&thing.name())
                .prints("--adopt");
        }
        let scaled = lab.call(&format!("scale --replicas 3 {WHOLE}")).await;
        match thing {
            Thing::Deployment => scaled.exits(Exit::Refused).prints("--adopt"),
            _ => scaled.exits(Exit::Failed).prints("lab2048 apply"),
        };
        assert_eq!(lab.shape(), before, "{thing:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_taken_over_is_ours_from_then_on() {
    for thing in Thing::ALL {
        for flags in ["--adopt", "--adopt --replace"] {
            let lab = thing.alone().await;
            lab.call(&format!("apply {flags} {WHOLE}")).await.exits(Exit::Done);
            lab.call(&format!("plan --detailed-exitcode {WHOLE}"))
                .await
                .exits(Exit::Done)
                .prints("No changes");
            lab.call(&format!("apply --adopt {WHOLE}"))
                .await
                .exits(Exit::Done)
                .prints("No changes");
            lab.call(&format!("scale --replicas 2 {WHOLE}")).await.exits(Exit::Done);
            lab.call(&format!("destroy {WHOLE}")).await.exits(Exit::Done);
            let world = lab.inventory();
            assert!(
                world.profiles.is_empty() && world.load_balancers.is_empty(),
                "{thing:?}: {}",
                lab.shape()
            );
            assert!(!world.objects.contains_key(CHAPTER), "{thing:?}: {}", lab.shape());
            let kept: &[&str] = match thing {
                Thing::Profile | Thing::ProfileOfAnotherName => &[EKSCTL_ROLE],
                _ => &[],
            };
            assert_eq!(roles(&lab), kept, "{thing:?}");
            assert_eq!(
                world.access_entries.len(),
                kept.len(),
                "{thing:?}: an entry goes with its role"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_ours_is_removed_with_the_flag() {
    for thing in Thing::ALL {
        let lab = thing.alone().await;
        lab.call(&format!("destroy --adopt {WHOLE}")).await.exits(Exit::Done);
        let world = lab.inventory();
        assert!(
            world.profiles.is_empty() && !world.objects.contains_key(CHAPTER),
            "{thing:?}: {}",
            lab.shape()
        );
        assert!(!roles(&lab).contains(&OWN_ROLE.to_owned()), "{thing:?}");
        lab.call(&format!("destroy {WHOLE}"))
            .await
            .exits(Exit::Done)
            .prints("Nothing to remove");
    }
}

#[tokio::test(start_paused = true)]
async fn an_adoption_that_is_interrupted_is_finished_by_the_next_one() {
    for seconds in [1, 3, 5, 8, 20, 60] {
        let lab = Lab::new(2048);
        lab.do_chapter().await;
        let killed = lab
            .call_killed_after("apply --adopt", Duration::from_secs(seconds))
            .await;
        if let Some(run) = killed {
            run.exits(Exit::Done);
        }
        lab.call("apply --adopt").await.exits(Exit::Done);
        let text = deployment(&lab).to_string();
        assert!(!text.contains("kubectl-client-side-apply"), "after {seconds}s: {text}");
        lab.call("destroy").await.exits(Exit::Done);
        assert!(only_the_role_is_left(&lab), "after {seconds}s: {}", lab.shape());
    }
}

#[tokio::test(start_paused = true)]
async fn a_removal_of_what_was_made_by_hand_that_is_interrupted_is_finished_by_the_next_one() {
    for seconds in [1, 10, 40, 70, 120] {
        let lab = Lab::new(2048);
        lab.do_chapter().await;
        let killed = lab
            .call_killed_after("destroy --adopt", Duration::from_secs(seconds))
            .await;
        assert!(killed.is_none(), "it was over after {seconds}s");
        lab.call("destroy --adopt").await.exits(Exit::Done);
        assert!(only_the_role_is_left(&lab), "after {seconds}s: {}", lab.shape());
    }
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_will_not_do_is_replaced_with_all_flags_named_at_once() {
    type Change = fn(&mut testing::AwsState);
    let cases: [(&str, &str, Change); 4] = [
        (
            "its role",
            "AmazonEKSFargatePodExecutionRolePolicy is not attached",
            |aws| {
                aws.roles.get_mut(EKSCTL_ROLE).unwrap().attached.clear();
            },
        ),
        ("its role", "eks-fargate-pods.amazonaws.com may not assume it", |aws| {
            aws.roles.get_mut(EKSCTL_ROLE).unwrap().trust = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#.to_owned();
        }),
        ("its subnets", "is public", |aws| {
            let public = aws
                .subnets
                .values()
                .find(|subnet| subnet.map_public_ip)
                .unwrap()
                .id
                .clone();
            aws.profiles.get_mut(CHAPTER).unwrap().subnets.push(public);
        }),
        ("its selectors", "none takes the game's pods", |aws| {
            aws.profiles.get_mut(CHAPTER).unwrap().selectors[0].namespace = "elsewhere".to_owned();
        }),
    ];
    for (what, why, change) in cases {
        let lab = Thing::Profile.alone().await;
        testing::change_aws(&lab.world, change);
        lab.call("apply")
            .await
            .exits(Exit::Refused)
            .prints(&format!("{what} ("))
            .prints(why)
            .prints("all of it needs --adopt --replace");
        lab.call("apply --adopt")
            .await
            .exits(Exit::Refused)
            .prints("--replace deletes it");
        lab.call("apply --adopt --replace").await.exits(Exit::Done);
        lab.call("apply").await.exits(Exit::Done).prints("No changes");
        assert_eq!(lab.fargate_nodes(), 5, "{why}");
        lab.call("destroy").await.exits(Exit::Done);
        assert_eq!(roles(&lab), [EKSCTL_ROLE], "{why}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_value_that_is_written_replaces_a_profile() {
    let lab = Thing::Profile.alone().await;
    let two = format!(
        r#"--set fargate.subnets=["{}","{}"]"#,
        PRIVATE_SUBNETS[0], PRIVATE_SUBNETS[1]
    );
    lab.call("plan --adopt").await.exits(Exit::Done).prints("0 to replace");
    lab.call(&format!("plan --adopt {two}"))
        .await
        .exits(Exit::Refused)
        .prints("(subnets)");
    lab.call(&format!("apply --adopt --replace {two}"))
        .await
        .exits(Exit::Done);
    let subnets = || testing::aws(&lab.world).profiles[CHAPTER].subnets.len();
    assert_eq!(
        (subnets(), roles(&lab)),
        (2, vec![EKSCTL_ROLE.to_owned()]),
        "its role is kept"
    );
    lab.call("apply").await.exits(Exit::Done).prints("No changes");
    assert_eq!(subnets(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_role_and_a_profile_of_other_names_are_kept() {
    let lab = Lab::new(2048);
    lab.make_role("pods").await;
    let profile = HandmadeProfile {
        name: "games",
        role: role_arn("pods"),
        selectors: json!([{"namespace": CHAPTER, "labels": {"app.kubernetes.io/name": "app-*"}}]),
        ..HandmadeProfile::by_eksctl()
    };
    lab.make_profile(&profile).await;
    lab.call("plan --adopt")
        .await
        .exits(Exit::Done)
        .prints("0 to replace")
        .prints("profile games");
    lab.call("apply --adopt").await.exits(Exit::Done);
    let names: Vec<String> = lab
        .inventory()
        .profiles
        .into_iter()
        .map(|profile| profile.name)
        .collect();
    assert_eq!(
        (names, roles(&lab)),
        (vec!["games".to_owned()], vec!["pods".to_owned()])
    );
    lab.call("status").await.exits(Exit::Done).prints("games");
    lab.call("destroy")
        .await
        .exits(Exit::Done)
        .prints("its role pods stays");
    // A profile that others' pods run on, too, is nobody's to take over by its selectors.
    let shared = HandmadeProfile {
        selectors: json!([{"namespace": CHAPTER}, {"namespace": "default"}]),
        ..profile
    };
    lab.make_profile(&shared).await;
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("+ profile fargate-game-2048");
}

#[tokio::test(start_paused = true)]
async fn a_deployment_with_another_selector_is_recreated_with_all_flags_named_at_once() {
    let lab = Lab::new(2048);
    let [namespace, mut game, ..] = manifest();
    // As `kubectl create deployment` makes it.
    let labels = json!({"app": "deployment-2048"});
    game["spec"]["selector"]["matchLabels"] = labels.clone();
    game["spec"]["template"]["metadata"]["labels"] = labels;
    lab.kubectl_apply(&namespace).await;
    lab.create(&game, "kubectl-create").await;
    lab.call("apply")
        .await
        .exits(Exit::Refused)
        .prints("deployment deployment-2048: cannot be changed in place (spec.selector)")
        .prints("all of it needs --adopt --replace");
    lab.call("apply --adopt --replace").await.exits(Exit::Done);
    assert_eq!(
        deployment(&lab)["spec"]["selector"]["matchLabels"],
        json!({"app.kubernetes.io/name": "app-2048"})
    );
    assert_eq!(lab.fargate_nodes(), 5);
    lab.call("apply").await.exits(Exit::Done).prints("No changes");
}

#[tokio::test(start_paused = true)]
async fn an_ingress_of_another_controller_is_taken_over_and_has_no_alb_to_wait_for() {
    let by_nginx = async || {
        let lab = Lab::new(2048);
        let [namespace, _, service, mut ingress] = manifest();
        ingress["spec"]["ingressClassName"] = "nginx".into();
        let class = json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"},
            "spec": {"controller": "k8s.io/ingress-nginx"}});
        for object in [class, namespace, service, ingress] {
            lab.kubectl_apply(&object).await;
        }
        lab
    };
    let lab = by_nginx().await;
    lab.call("plan --adopt")
        .await
        .exits(Exit::Done)
        .prints("spec.ingressClassName: nginx -> alb");
    lab.call("apply --adopt").await.exits(Exit::Done);
    lab.call("destroy").await.exits(Exit::Done);
    let lab = by_nginx().await;
    lab.call("destroy --adopt").await.exits(Exit::Done);
    assert!(!lab.inventory().objects.contains_key(CHAPTER));
}

#[tokio::test(start_paused = true)]
async fn what_of_others_goes_with_the_namespace_is_named_before() {
    let lab = Lab::new(2048);
    lab.call("apply").await.exits(Exit::Done);
    let [.., mut service, _] = manifest();
    service["metadata"]["name"] = "scores".into();
    lab.kubectl_apply(&service).await;
    let settings =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"namespace": CHAPTER, "name": "rules"}});
    lab.create(&settings, "kubectl-create").await;
    lab.call("plan --destroy")
        .await
        .exits(Exit::Done)
        .prints("also takes what is not ours: configmap/rules, service/scores");
}

#[tokio::test(start_paused = true)]
async fn a_profile_that_counts_as_anothers_is_never_deleted() {
    let lab = Lab::new(2048);
    lab.call("apply --set fargate.profile=shared").await.exits(Exit::Done);
    let others = "--set fargate.profile=shared --set fargate.own=false";
    lab.call(&format!("apply {others}"))
        .await
        .exits(Exit::Done)
        .prints("No changes");
    lab.call("apply --set fargate.profile=other --set fargate.own=false")
        .await;
    assert_eq!(lab.inventory().profiles.len(), 1);
    lab.call(&format!("destroy {others}"))
        .await
        .exits(Exit::Done)
        .prints("stays, though it has the lab's tags, because fargate.own is false")
        .prints("lab2048 destroy --set fargate.own=true --set fargate.profile=shared")
        .prints("stays with the lab's profile, and so does its access entry");
    assert_eq!(lab.inventory().profiles[0].status, "ACTIVE");
    assert_eq!(roles(&lab), [OWN_ROLE]);
    lab.call("destroy --set fargate.own=true --set fargate.profile=shared")
        .await
        .exits(Exit::Done);
    assert!(lab.inventory().profiles.is_empty() && roles(&lab).is_empty());
    assert!(lab.inventory().access_entries.is_empty());
}
