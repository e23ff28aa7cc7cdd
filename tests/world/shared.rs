//! What labs share. The ALB as others decide it: groups, schemes and tags, from annotations and from the parameters of the class.

use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::Lab;
use lab2048_testing::hand::{HandmadeProfile, role_arn};
use lab2048_testing::rights::{Rights, Verb};
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

/// A workload in a namespace of somebody else, with pods of these labels.
fn workload(kind: &str, name: &str, labels: &Value) -> Value {
    let template = json!({"metadata": {"labels": labels}, "spec": {
        "restartPolicy": if kind.ends_with("Job") { "Never" } else { "Always" },
        "containers": [{"name": "app", "image": "public.ecr.aws/nginx/nginx:1.27"}],
    }});
    let (api_version, spec) = match kind {
        "CronJob" => (
            "batch/v1",
            json!({"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": template}}}),
        ),
        "Job" => ("batch/v1", json!({"template": template})),
        "StatefulSet" => (
            "apps/v1",
            json!({"serviceName": name, "selector": {"matchLabels": labels}, "template": template}),
        ),
        _ => (
            "apps/v1",
            json!({"selector": {"matchLabels": labels}, "template": template}),
        ),
    };
    json!({"apiVersion": api_version, "kind": kind, "metadata": {"namespace": "lab2048-shop", "name": name}, "spec": spec})
}

/// A lab whose profile may have pods of other namespaces, and such a namespace.
async fn owner_and_shop(seed: u64) -> Lab {
    let lab = Lab::new(seed);
    lab.call(&format!("apply {OWNER}")).await.exits(Exit::Done);
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "lab2048-shop"}});
    lab.create(&namespace, "kubectl").await;
    lab
}

#[tokio::test(start_paused = true)]
async fn whatever_makes_pods_for_a_profile_uses_it() {
    let lab = owner_and_shop(227).await;
    for kind in ["StatefulSet", "CronJob", "Job", "Deployment"] {
        let lab = lab.twin();
        let mut made = workload(kind, "till", &json!({"app": "till"}));
        lab.create(&made, "kubectl").await;
        let users = format!("would lose it: {} till in namespace lab2048-shop;", kind.to_lowercase());
        let run = lab.call(&format!("plan --destroy {OWNER}")).await.exits(Exit::Refused);
        run.prints(&users);

        // What makes none, makes them for nobody.
        let idle = match kind {
            "CronJob" | "Job" => json!({"spec": {"suspend": true}}),
            _ => json!({"spec": {"replicas": 0}}),
        };
        let (group, plural) = made["apiVersion"].as_str().unwrap().split_once('/').unwrap();
        let path = format!(
            "/apis/{group}/{plural}/namespaces/lab2048-shop/{}s/till",
            kind.to_lowercase()
        );
        lab.send("PATCH", &path, &idle).await;
        lab.world.sleep(std::time::Duration::from_mins(2)).await;
        let run = lab.call(&format!("plan --destroy {OWNER}")).await.exits(Exit::Done);
        run.does_not_print("would lose it");
        made["metadata"]["namespace"] = "default".into();
        lab.create(&made, "kubectl").await;
        lab.call(&format!("plan --destroy {OWNER}")).await.exits(Exit::Done);
    }
    let daemons = workload("DaemonSet", "till", &json!({"app": "till"}));
    lab.create(&daemons, "kubectl").await;
    lab.call(&format!("plan --destroy {OWNER}")).await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn a_pod_that_nothing_makes_uses_the_profile_that_has_taken_it() {
    let lab = owner_and_shop(229).await;
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "lab2048-shop", "name": "till"},
        "spec": {"containers": [{"name": "app", "image": "public.ecr.aws/nginx/nginx:1.27"}]}});
    lab.create(&pod, "kubectl").await;
    lab.call(&format!("destroy {OWNER}"))
        .await
        .exits(Exit::Refused)
        .prints("would lose it: pod till in namespace lab2048-shop;");
    lab.call(&format!("destroy --force-shared {OWNER}"))
        .await
        .exits(Exit::Done)
        .prints("also takes the pods of pod till in namespace lab2048-shop");
}

#[tokio::test(start_paused = true)]
async fn labels_of_selectors_and_other_profiles_decide_who_uses_one_as_eks_does() {
    let lab = Lab::new(233);
    let owner = OWNER.replace("\"lab2048-*\"", "\"lab2048-*\",\"labels\":{\"app*\":\"*\"}");
    lab.call(&format!("apply {owner}")).await.exits(Exit::Done);
    let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "lab2048-shop"}});
    lab.create(&namespace, "kubectl").await;
    lab.create(&workload("StatefulSet", "till", &json!({"tier": "back"})), "kubectl")
        .await;
    let plan = format!("plan --destroy {owner}");
    lab.call(&plan).await.exits(Exit::Done);
    lab.create(&workload("StatefulSet", "desk", &json!({"app": "desk"})), "kubectl")
        .await;
    let users = "would lose it: statefulset desk in namespace lab2048-shop;";
    lab.call(&plan).await.exits(Exit::Refused).prints(users);
    // Of two profiles the first by its name has the pods.
    for (name, code) in [("lab2048-zzz", Exit::Refused), ("lab2048-aaa", Exit::Done)] {
        lab.make_role(name).await;
        lab.make_profile(&HandmadeProfile {
            name,
            role: role_arn(name),
            selectors: json!([{"namespace": "lab2048-shop"}]),
            ..HandmadeProfile::by_eksctl()
        })
        .await;
        lab.call(&plan).await.exits(code);
    }
    let chosen = json!({"app": "shelf", "eks.amazonaws.com/fargate-profile": "lab2048-shared"});
    lab.create(&workload("StatefulSet", "shelf", &chosen), "kubectl").await;
    lab.call(&plan)
        .await
        .exits(Exit::Refused)
        .prints("statefulset shelf in");
}

#[tokio::test(start_paused = true)]
async fn who_cannot_see_who_uses_a_profile_does_not_take_it() {
    let lab = owner_and_shop(239).await;
    let flags = format!("--cluster eksworkshop {OWNER}");
    let rights = Rights::printed(&lab, &flags).await;
    let plan = format!("plan --destroy {flags}");
    let seeing = lab.twin();
    seeing.grant(&rights).await;
    seeing
        .call(&plan)
        .await
        .exits(Exit::Done)
        .does_not_print("not readable");
    let kinds = ["pods", "deployments", "statefulsets", "cronjobs", "jobs"];
    let is_tried =
        |verb: &Verb| verb.role == "ClusterRole" && verb.verb == "list" && kinds.contains(&verb.resource.as_str());
    let tried: Vec<Verb> = rights.verbs().into_iter().filter(is_tried).collect();
    assert_eq!(tried.len(), kinds.len(), "{tried:?}");
    for verb in &tried {
        let blind = lab.twin();
        blind.grant(&rights.without_verb(verb)).await;
        let why = format!("cannot list resource \"{}\"", verb.resource);
        blind
            .call(&plan)
            .await
            .exits(Exit::Refused)
            .prints("who else uses it is not readable: forbidden: ")
            .prints(&why)
            .prints("--force-shared takes it all the same");
    }
    let jobs = tried.iter().find(|verb| verb.resource == "jobs").unwrap();
    lab.grant(&rights.without_verb(jobs)).await;
    let wider = flags.replace("lab2048-*", "lab2048-?*");
    lab.call(&format!("apply --replace {wider}"))
        .await
        .exits(Exit::Refused)
        .prints("not readable");
    lab.call(&format!("destroy --force-shared {flags}"))
        .await
        .exits(Exit::Done)
        .prints("who else uses it is not readable: forbidden: ");
}

#[tokio::test(start_paused = true)]
async fn a_role_is_not_taken_where_the_profiles_that_use_it_cannot_be_seen() {
    let lab = Lab::new(241);
    lab.call("apply").await.exits(Exit::Done);
    let rights = Rights::printed(&lab, "--cluster eksworkshop").await;
    lab.grant(&rights.without_action("eks:ListFargateProfiles")).await;
    let run = lab
        .call("plan --destroy --cluster eksworkshop")
        .await
        .exits(Exit::Refused);
    let plan = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = plan.matches("who else uses it is not readable: ").count();
    assert_eq!(told, 2, "role and access entry: {run}");
}
