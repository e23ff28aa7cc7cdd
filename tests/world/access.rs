//! Participants of a class: with the rights that `fleet access` prints every verb of the program lives on their own lab, none
//! of them is more than it needs, and another's lab is refused.

use std::fs;

use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::Lab;
use lab2048_testing::rights::Rights;
use serde_json::{Value, json};

use super::permissions::{Scene, Scenes, call, misses_action};

/// One profile for all labs, which is somebody else's.
const SHARED: &str = "-e shared-cluster --set target=sandbox --set app.replicas=1";
/// The participant who works.
const OWN: &str = "lab2048-p01";
/// Another one.
const OTHERS: &str = "lab2048-p02";

/// What leads to a participant's lab.
fn flags(lab: &str) -> String {
    format!("{SHARED} --cluster eksworkshop --set lab.name={lab}")
}

/// A class of two on a profile that the instructor has made, whose namespaces are handed out; what each may do.
async fn class() -> (Lab, Value) {
    let lab = Lab::new(29);
    let principal = |name: &str| format!("arn:aws:iam::410691154611:role/{name}");
    let roster = format!(
        "lab,principal\n{OWN},{}\n{OTHERS},{}\n",
        principal("minji"),
        principal("jun")
    );
    fs::write(lab.folder().join("class.csv"), roster).unwrap();
    let instructor = "--set lab.name=lab2048-instructor --set fargate.own=true";
    lab.call(&format!("apply {SHARED} {instructor}"))
        .await
        .exits(Exit::Done);
    let access = lab.call(&format!("fleet access class.csv {SHARED} -o json")).await;
    let access = access.exits(Exit::Done).json();
    (lab, access)
}

/// As whoever runs the cluster makes what is printed for a lab; what all participants have in common comes with [`Lab::grant`].
async fn hand_out(lab: &Lab, access: &Value, name: &str) {
    for object in Rights::handed_out(access, name).objects {
        if !object["kind"].as_str().unwrap().starts_with("Cluster") {
            lab.create(&object, "kubectl").await;
        }
    }
}

fn namespaces(lab: &Lab) -> Vec<String> {
    let all = testing::objects(&lab.world, "", "namespaces", None);
    let names = all
        .iter()
        .map(|one| one["metadata"]["name"].as_str().unwrap().to_owned());
    names.filter(|name| name.starts_with("lab2048-p")).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_printed_is_for_the_aws_cli_and_for_kubectl() {
    let (lab, access) = class().await;
    let groups = |name: &str| json!([format!("lab2048-participant-{name}"), "lab2048-participants"]);
    let entry = &access["entries"][0];
    assert_eq!(entry["principalArn"], "arn:aws:iam::410691154611:role/minji");
    assert_eq!(entry["kubernetesGroups"], groups(OWN));
    assert_eq!(access["labs"][1]["groups"], groups(OTHERS));
    assert_eq!(
        access["policies"].as_array().unwrap().len(),
        1,
        "on a profile of all they need the same"
    );
    let create = format!(
        "aws eks create-access-entry --region ap-northeast-2 --cluster-name eksworkshop --principal-arn \
         arn:aws:iam::410691154611:role/minji --kubernetes-groups lab2048-participant-{OWN} lab2048-participants"
    );
    let run = lab.call(&format!("fleet access class.csv {SHARED}")).await;
    let run = run.exits(Exit::Done);
    assert!(run.stdout.contains(&format!("# {OWN}\n{create}\n")), "{run}");
    run.prints("-o yaml | kubectl apply -f -");
    let run = lab.call(&format!("fleet access class.csv {SHARED} -o yaml")).await;
    let run = run.exits(Exit::Done);
    let kinds: Vec<&str> = run
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("kind: "))
        .collect();
    let of_lab = ["Namespace", "Role", "RoleBinding"];
    let of_all = ["ClusterRole", "ClusterRoleBinding"];
    assert_eq!(kinds, [&of_lab[..1], &of_all, &of_lab[1..], &of_lab].concat());

    // Who has two labs on a cluster has one entry there, and is told of.
    fs::write(
        lab.folder().join("class.csv"),
        format!("lab,principal\n{OWN},arn:aws:iam::410691154611:user/minji\n{OTHERS},arn:aws:iam::410691154611:user/minji\nlab2048-p03,\n"),
    )
    .unwrap();
    let run = lab.call(&format!("fleet access class.csv {SHARED}")).await;
    run.exits(Exit::Done)
        .prints(&format!("# {OWN}, {OTHERS}"))
        .prints(&format!(
            "lab2048-participant-{OWN} lab2048-participants lab2048-participant-{OTHERS}"
        ))
        .prints("2 labs have the same principal")
        .prints("lab2048-p03: no access entry");
    fs::write(
        lab.folder().join("class.csv"),
        format!("lab,cluster.name\n{OWN},eksworkshop\n{OTHERS},another\n"),
    )
    .unwrap();
    lab.call(&format!("fleet access class.csv {SHARED} -o yaml"))
        .await
        .exits(Exit::Usage)
        .prints("the labs are on 2 clusters")
        .prints("--only");
}

#[tokio::test(start_paused = true)]
async fn every_verb_lives_with_the_rights_on_the_own_lab_alone() {
    let (lab, access) = class().await;
    hand_out(&lab, &access, OTHERS).await;
    lab.call(&format!("apply {}", flags(OTHERS))).await.exits(Exit::Done);
    lab.grant(&Rights::handed_out(&access, OWN)).await;
    let before = lab.shape();
    let own = flags(OWN);
    // Who has removed the lab can begin again.
    for _ in 0..2 {
        for line in [
            "plan",
            "apply",
            "plan --detailed-exitcode",
            "status --detailed-exitcode",
            "open",
            "scale 3",
            "plan --destroy",
            "destroy",
            "status",
        ] {
            let run = call(&lab, line, &own).await.exits(Exit::Done);
            let writes = run.text().contains("cannot patch") || run.text().contains("cannot delete");
            assert!(!writes, "{run}");
        }
    }
    call(&lab, "apply", &own).await.exits(Exit::Done);
    let doctor = call(&lab, "doctor -v", &own).await.exits(Exit::Done);
    doctor
        .prints("CoreDNS could not be looked at")
        .prints("at the cluster scope");
    let destroyed = call(&lab, "destroy", &own).await.exits(Exit::Done);
    destroyed.prints("it was handed out with `fleet access`");
    assert_eq!(lab.shape(), before, "the namespace stays, and the rights in it");

    refused(&lab).await;
    assert_eq!(lab.shape(), before, "another's lab is as it was");
}

/// Whatever a participant tries on another's lab: the cluster refuses it before anything is changed, and that is what is told.
async fn refused(lab: &Lab) {
    for line in [
        "plan",
        "apply",
        "status",
        "doctor",
        "scale 3",
        "plan --destroy",
        "destroy",
    ] {
        let run = call(lab, line, &flags(OTHERS)).await.exits(Exit::Failed);
        run.prints(&format!(
            "cannot get resource \"namespaces\" in API group \"\" in the namespace \"{OTHERS}\""
        ))
        .prints("in a class you have those of your own lab alone");
    }
    let line = format!("fleet status class.csv {SHARED} --cluster eksworkshop -o json");
    let run = lab.call(&line).await;
    let found = run.exits(Exit::Done).json();
    let rows = found["labs"].as_array().unwrap();
    assert_eq!(rows[0]["progress"], "waiting", "{found}");
    assert_eq!(rows[1]["stage"], "not readable", "{found}");
}

#[tokio::test(start_paused = true)]
async fn a_handed_out_namespace_goes_when_it_is_taken_back() {
    let (lab, access) = class().await;
    let nothing = namespaces(&lab);
    assert!(nothing.is_empty());
    for name in [OWN, OTHERS] {
        hand_out(&lab, &access, name).await;
    }
    lab.call(&format!("apply {}", flags(OWN))).await.exits(Exit::Done);
    lab.call(&format!("destroy {}", flags(OWN))).await.exits(Exit::Done);
    assert_eq!(namespaces(&lab), [OWN, OTHERS]);
    // There is nothing else to remove.
    lab.call(&format!("destroy {}", flags(OWN))).await.exits(Exit::Done);
    let swept = lab.call(&format!("fleet sweep class.csv {SHARED}")).await;
    swept
        .exits(Exit::Changes)
        .prints(&format!("looked for namespaces: 2 left ({OWN}, {OTHERS})"));
    lab.call(&format!("destroy --take-back {}", flags(OWN)))
        .await
        .exits(Exit::Done)
        .prints("taken back from its participant");
    assert_eq!(namespaces(&lab), [OTHERS]);
    // What the instructor makes for them is in the same namespace, and goes with it.
    lab.call(&format!("fleet apply class.csv {SHARED}"))
        .await
        .exits(Exit::Done);
    lab.call(&format!("fleet destroy class.csv {SHARED}"))
        .await
        .exits(Exit::Done)
        .prints("nothing of the 2 labs of class.csv");
    assert!(namespaces(&lab).is_empty());
}

/// A lab of a participant with these rights, before and after it is made.
async fn scenes() -> (Scenes, Rights) {
    let (fresh, access) = class().await;
    let rights = Rights::handed_out(&access, OWN);
    let namespace = rights.objects.iter().find(|object| object["kind"] == "Namespace");
    fresh.create(namespace.unwrap(), "kubectl").await;
    let applied = fresh.twin();
    let flags = flags(OWN);
    applied.call(&format!("apply {flags}")).await.exits(Exit::Done);
    let scenes = Scenes {
        flags,
        namespace: OWN,
        fresh,
        applied,
    };
    (scenes, rights)
}

#[tokio::test(start_paused = true)]
async fn no_participant_has_a_verb_of_kubernetes_that_nobody_would_miss() {
    let (scenes, rights) = scenes().await;
    scenes.miss_every_verb(&rights).await;
}

/// An earlier environment of the lab had a profile of its own, whose role is still there.
fn has_had_a_role(lab: &Lab) {
    let name = |lab: &str| format!("lab2048-eksworkshop-{lab}");
    testing::change_aws(&lab.world, |aws| {
        let mut role = aws
            .roles
            .values()
            .find(|role| role.name == name("lab2048-instructor"))
            .unwrap()
            .clone();
        role.arn = role.arn.replace(&role.name, &name(OWN));
        role.name = name(OWN);
        let lab = role.tags.values_mut().find(|value| *value == "lab2048-instructor");
        OWN.clone_into(lab.unwrap());
        aws.roles.insert(role.name.clone(), role);
    });
}

#[tokio::test(start_paused = true)]
async fn no_participant_has_an_action_of_aws_that_nobody_would_miss() {
    let (scenes, rights) = scenes().await;
    has_had_a_role(&scenes.applied);
    scenes
        .run(Scene::Applied, "destroy", &rights)
        .await
        .exits(Exit::Done)
        .prints("stays with the lab's profile");
    for action in rights.actions() {
        let misses = match action.as_str() {
            // What is not known to be the lab's is left over.
            "iam:ListAttachedRolePolicies" | "iam:ListRolePolicies" => {
                let less = rights.without_action(&action);
                scenes.run(Scene::Applied, "destroy", &less).await.exits(Exit::Failed);
                continue;
            }
            // On a profile of others roles are looked for in the end.
            "iam:GetRole" => Some((Scene::Applied, "destroy")),
            action => misses_action(action),
        };
        assert!(misses.is_some(), "{action} is allowed, and nobody is known to need it");
        let (scene, line) = misses.unwrap();
        let run = scenes.run(scene, line, &rights.without_action(&action)).await;
        assert!(
            run.text().contains(&action),
            "nobody misses {action} in {scene:?}: {run}"
        );
    }
}
