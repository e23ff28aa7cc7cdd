//! What labs share. The ALB as others decide it: groups, schemes and tags, from annotations and from the parameters of the class.

use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::Lab;
use serde_json::{Value, json};

const PARAMS: &str = "/apis/elbv2.k8s.aws/v1beta1/ingressclassparams/alb?fieldManager=admin";
const CLASS: &str = "--set ingress.group=class";

async fn set_params(lab: &Lab, spec: &Value) {
    lab.send("PATCH", PARAMS, &json!({ "spec": spec })).await;
}

fn names(lab: &Lab) -> Vec<String> {
    let balancers = testing::aws(&lab.world).load_balancers;
    balancers.into_values().map(|balancer| balancer.name).collect()
}

fn tags(lab: &Lab) -> std::collections::BTreeMap<String, String> {
    let balancers = testing::aws(&lab.world).load_balancers;
    balancers.into_values().next().unwrap().tags
}

/// Another lab in the group.
const OTHER: &str = "--set lab.name=other --set ingress.group=class --set ingress.port=8081";

#[tokio::test(start_paused = true)]
async fn a_group_and_a_name_of_the_class_are_followed_from_plan_to_destroy() {
    let lab = Lab::new(53);
    set_params(&lab, &json!({"group": {"name": "class"}})).await;
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("group: class (the ALB is shared)");
    let run = lab.call("apply").await.exits(Exit::Done);
    let url = run.last_line().to_owned();
    assert!(url.starts_with("http://k8s-class-"), "{url}");
    lab.call("plan").await.exits(Exit::Done).prints("No changes");
    lab.call("status").await.exits(Exit::Done).prints(&url);
    let other = "--set lab.name=other --set ingress.port=8081";
    lab.call(&format!("apply {other}")).await.exits(Exit::Done);
    lab.call("destroy").await.exits(Exit::Done);
    assert_eq!(names(&lab).len(), 1, "it stays for the other lab");
    lab.call(&format!("destroy {other}")).await.exits(Exit::Done);
    assert_eq!(names(&lab).len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_lab_that_joins_and_leaves_a_group_takes_its_alb_along() {
    let lab = Lab::new(97);
    let before = lab.call("apply").await.exits(Exit::Done).last_line().to_owned();
    lab.call(&format!("plan {CLASS}"))
        .await
        .exits(Exit::Done)
        .prints("the lab's ALB so far: the Ingress joins a group");
    let run = lab.call(&format!("apply {CLASS}")).await.exits(Exit::Done);
    assert_ne!(run.last_line(), before);
    assert!(run.last_line().starts_with("http://k8s-class-"), "{}", run.last_line());
    assert_eq!(names(&lab).len(), 1, "the old one is gone when apply ends");
    lab.call(&format!("plan {CLASS}"))
        .await
        .exits(Exit::Done)
        .prints("No changes");
    lab.call(&format!("apply {OTHER}")).await.exits(Exit::Done);
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("the ALB of IngressGroup class, which the lab leaves");
    let run = lab.call("apply").await.exits(Exit::Done);
    assert!(
        run.last_line().starts_with("http://k8s-fargateg-"),
        "{}",
        run.last_line()
    );
    assert_eq!(names(&lab).len(), 2, "that of the group stays for the other lab");
    lab.call(&format!("destroy {OTHER}")).await.exits(Exit::Done);
    lab.call("destroy").await.exits(Exit::Done);
    assert_eq!(names(&lab).len(), 0);
    assert_eq!(testing::aws(&lab.world).target_groups.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_group_that_was_cut_off_is_ended_by_whatever_comes_next() {
    for (next, left) in [(format!("apply {CLASS}"), 1), (format!("destroy {CLASS}"), 0)] {
        let lab = Lab::new(101);
        lab.call("apply").await.exits(Exit::Done);
        let cut = std::time::Duration::from_secs(2);
        let run = lab.call_killed_after(&format!("apply {CLASS}"), cut).await;
        assert!(run.is_none(), "it was cut off");
        lab.world.sleep(std::time::Duration::from_secs(60)).await;
        lab.call(&next).await.exits(Exit::Done);
        assert_eq!(names(&lab).len(), left, "{next}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_scheme_of_the_class_is_followed_and_said() {
    let lab = Lab::new(103);
    set_params(&lab, &json!({"scheme": "internal"})).await;
    lab.call("plan")
        .await
        .exits(Exit::Done)
        .prints("cannot be asked from here");
    let run = lab.call("apply").await.exits(Exit::Done);
    assert!(run.last_line().contains("//internal-k8s-"), "{}", run.last_line());
    run.prints("only clients inside the VPC reach it");
    lab.call("status")
        .await
        .exits(Exit::Done)
        .prints("only clients inside the VPC reach it");
    lab.call("destroy").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn a_scheme_that_changes_replaces_the_alb() {
    let lab = Lab::new(107);
    lab.call("apply").await.exits(Exit::Done);
    let run = lab.call("apply --set ingress.scheme=internal").await.exits(Exit::Done);
    assert!(run.last_line().contains("//internal-k8s-"), "{}", run.last_line());
    assert_eq!(names(&lab).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_labs_tags_are_on_its_alb_and_the_class_has_the_last_word() {
    let lab = Lab::new(109);
    let environment = "extends: sandbox\nlab: {tags: {team: blue, course: eks}}\ningress: {annotations: \
                       {alb.ingress.kubernetes.io/tags: \"team=red, room=7\"}}\n";
    let folder = lab.folder().join("environments");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("tagged.yaml"), environment).unwrap();
    set_params(&lab, &json!({"tags": [{"key": "course", "value": "fargate"}]})).await;
    lab.call("apply -e tagged").await.exits(Exit::Done);
    let tags = tags(&lab);
    for (key, value) in [
        ("lab2048:lab", "fargate-game-2048"),
        ("app.kubernetes.io/managed-by", "lab2048"),
        ("team", "red"),
        ("room", "7"),
        ("course", "fargate"),
    ] {
        assert_eq!(tags.get(key).map(String::as_str), Some(value), "{key}");
    }
    lab.call("plan -e tagged").await.exits(Exit::Done).prints("No changes");
}

#[tokio::test(start_paused = true)]
async fn members_of_a_group_have_no_tags_to_disagree_on() {
    let lab = Lab::new(113);
    lab.call(&format!("apply {CLASS}")).await.exits(Exit::Done);
    assert_eq!(tags(&lab).get("lab2048:lab"), None);
    let lab = Lab::new(113);
    set_params(&lab, &json!({"group": {"name": "class"}})).await;
    lab.call("apply").await.exits(Exit::Done);
    assert_eq!(tags(&lab).get("lab2048:lab"), None);
    lab.call("plan").await.exits(Exit::Done).prints("No changes");
}

/// Whose pods run on a profile that covers more than its own lab.
const OWNER: &str = "--set lab.name=lab2048-owner --set fargate.profile=lab2048-shared \
                     --set fargate.selectors=[{\"namespace\":\"lab2048-*\"}]";
const GUEST: &str = "--set lab.name=lab2048-guest --set fargate.profile=lab2048-shared --set fargate.own=false";

#[tokio::test(start_paused = true)]
async fn a_profile_that_runs_others_pods_is_taken_from_them_only_on_the_users_word() {
    let lab = Lab::new(211);
    lab.call(&format!("apply {OWNER}")).await.exits(Exit::Done);
    lab.call(&format!("plan --destroy {OWNER}"))
        .await
        .exits(Exit::Done)
        .does_not_print("others use it");
    lab.call(&format!("apply {GUEST}")).await.exits(Exit::Done);
    let users =
        "others use it, and would lose it: deployment deployment-2048 in namespace lab2048-guest; --force-shared";
    for verb in ["plan --destroy", "destroy", "destroy --adopt"] {
        lab.call(&format!("{verb} {OWNER}"))
            .await
            .exits(Exit::Refused)
            .prints(users);
    }
    let other = OWNER.replace("lab2048-*", "lab2048-?*");
    for verb in ["plan", "apply --replace"] {
        lab.call(&format!("{verb} {other}"))
            .await
            .exits(Exit::Refused)
            .prints(users);
    }
    lab.call(&format!("status {GUEST}"))
        .await
        .exits(Exit::Done)
        .prints("5/5");
    lab.call(&format!("destroy --force-shared {OWNER}"))
        .await
        .exits(Exit::Done)
        .prints("taken from others who use it (--force-shared)")
        .prints("also takes the pods of deployment deployment-2048 in namespace lab2048-guest");
    assert!(
        !testing::aws(&lab.world)
            .profiles
            .values()
            .any(|profile| profile.name == "lab2048-shared")
    );
    lab.call(&format!("destroy {GUEST}")).await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn a_lab_with_anothers_profile_leaves_it_alone_and_says_so() {
    let lab = Lab::new(223);
    lab.call(&format!("apply {OWNER}")).await.exits(Exit::Done);
    lab.call(&format!("apply {GUEST}")).await.exits(Exit::Done);
    lab.call(&format!("destroy {GUEST}")).await.exits(Exit::Done);
    let run = lab
        .call(&format!("destroy {OWNER} --set fargate.own=false"))
        .await
        .exits(Exit::Done);
    run.prints("because fargate.own is false");
    let aws = testing::aws(&lab.world);
    assert!(aws.profiles.values().any(|profile| profile.name == "lab2048-shared"));
    assert!(aws.roles.values().any(|role| role.name.contains("lab2048-owner")));
    lab.call(&format!("destroy {OWNER}")).await.exits(Exit::Done);
    assert_eq!(
        testing::aws(&lab.world)
            .profiles
            .values()
            .filter(|profile| profile.name == "lab2048-shared")
            .count(),
        0
    );
}

/// EKS makes one profile of a cluster at a time. Whoever waits for that is told for whom, and loses no time of its own.
#[tokio::test(start_paused = true)]
async fn labs_queue_for_the_clusters_one_profile_slot() {
    let lab = Lab::new(2048);
    let calls = (0..6).map(|number| {
        let lab = &lab;
        async move {
            let line = format!("apply --set lab.name=lab2048-q{number} --set timeouts.profile=4m --timeout 12m");
            lab.call(&line).await
        }
    });
    let runs = futures::future::join_all(calls).await;
    for run in &runs {
        assert_eq!(run.code, 0, "{run}");
    }
    let told = runs
        .iter()
        .filter(|run| run.text().contains(", which EKS makes now"))
        .count();
    assert!(told >= 4, "{told} of six are told for whom they wait");
    assert_eq!(lab.inventory().profiles.len(), 6);
}
