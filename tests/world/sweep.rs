//! When a lab's time is over, and sweeps: what lives stays, what has expired or is left over goes, and what is nobody's of the
//! roster is told and left alone.

use std::fs;
use std::time::Duration;

use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::Lab;
use serde_json::{Value, json};

/// One pod is enough here.
const SMALL: &str = "--set app.replicas=1";
const CHAPTER: &str = "fargate-game-2048";

fn write(lab: &Lab, roster: &str) {
    fs::write(lab.folder().join("class.csv"), roster).unwrap();
}

async fn pass(lab: &Lab, minutes: u64) {
    lab.world.sleep(Duration::from_mins(minutes)).await;
}

/// What the lab of the chapter has on record: on its namespace, and on profile, role and load balancer.
fn on_record(lab: &Lab) -> (Option<String>, Vec<Option<String>>) {
    let namespaces = testing::objects(&lab.world, "", "namespaces", None);
    let namespace = namespaces.iter().find(|found| found["metadata"]["name"] == CHAPTER);
    let annotation = &namespace.unwrap()["metadata"]["annotations"]["lab2048.dev/expires"];
    let aws = testing::aws(&lab.world);
    let profile = aws.profiles.values().next().map(|profile| profile.tags.clone());
    let role = aws.roles.values().find(|role| role.name.starts_with("lab2048-"));
    let balancer = aws.load_balancers.values().next().map(|balancer| balancer.tags.clone());
    let all = [profile, role.map(|role| role.tags.clone()), balancer];
    let tags = all.map(|tags| tags.unwrap().get("lab2048:expires").cloned());
    (annotation.as_str().map(str::to_owned), tags.into())
}

#[tokio::test(start_paused = true)]
async fn a_duration_is_turned_into_a_time_once() {
    let lab = Lab::new(41);
    let run = lab
        .call(&format!("apply {SMALL} --set lab.expires=8h"))
        .await
        .exits(Exit::Done);
    run.prints("2026-11-24T17:00:00Z, in 8h");
    let (first, tags) = on_record(&lab);
    assert_eq!(tags, vec![first.clone(); 3]);
    let aws = testing::aws(&lab.world);
    let profile = aws.profiles.values().next().unwrap();
    assert_eq!(profile.tags.get("cloud-nuke-after"), first.as_ref());
    pass(&lab, 60).await;
    for same in ["8h", "480m"] {
        let run = lab
            .call(&format!("plan --detailed-exitcode {SMALL} --set lab.expires={same}"))
            .await
            .exits(Exit::Done);
        run.prints(first.as_ref().unwrap()).prints("No changes");
    }
    lab.call(&format!("scale 2 {SMALL} --set lab.expires=8h"))
        .await
        .exits(Exit::Done);
    assert_eq!(on_record(&lab).0, first);
    let status = lab
        .call(&format!("status {SMALL} --set lab.expires=8h -o json"))
        .await
        .json();
    assert_eq!(status["expires"], json!({"at": first, "isOver": false}));
}

#[tokio::test(start_paused = true)]
async fn another_duration_a_date_and_none_are_changes_that_are_shown_first() {
    let lab = Lab::new(42);
    lab.call(&format!("apply {SMALL} --set lab.expires=8h"))
        .await
        .exits(Exit::Done);
    let before = lab.shape();
    for (wish, told) in [("9h", "2026-11-24T18:"), ("2026-12-01", "2026-12-01T23:59:59Z")] {
        let flags = format!("{SMALL} --set lab.expires={wish}");
        lab.call(&format!("plan --detailed-exitcode {flags}"))
            .await
            .exits(Exit::Changes)
            .prints("lab2048.dev/expires")
            .prints(told);
        lab.call(&format!("apply {flags}")).await.exits(Exit::Done);
        // The controller takes its time.
        pass(&lab, 2).await;
        let (annotation, tags) = on_record(&lab);
        assert!(annotation.as_ref().unwrap().starts_with(told), "{annotation:?}");
        assert_eq!(tags, vec![annotation; 3], "{wish}");
        lab.call(&format!("plan --detailed-exitcode {flags}"))
            .await
            .exits(Exit::Done);
    }
    lab.call(&format!("apply {SMALL}")).await.exits(Exit::Done);
    let (annotation, tags) = on_record(&lab);
    assert_eq!(annotation, None);
    let never = Some("never".to_owned());
    assert_eq!(tags[..2], [never.clone(), never]);
    lab.call(&format!("plan --detailed-exitcode {SMALL}"))
        .await
        .exits(Exit::Done);
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn a_lab_whose_time_is_over_begins_anew_when_it_is_applied() {
    let lab = Lab::new(43);
    let flags = format!("{SMALL} --set lab.expires=1h");
    lab.call(&format!("apply {flags}")).await.exits(Exit::Done);
    let (first, _) = on_record(&lab);
    pass(&lab, 90).await;
    lab.call(&format!("status {flags}"))
        .await
        .exits(Exit::Done)
        .prints("minutes ago");
    lab.call(&format!("apply {flags}")).await.exits(Exit::Done);
    assert!(on_record(&lab).0 > first);
    let run = lab
        .call(&format!("apply {SMALL} --set lab.expires=2026-11-01"))
        .await
        .exits(Exit::Usage);
    run.prints("--set lab.expires=2026-11-01: lab.expires is 2026-11-01T23:59:59Z, which is past")
        .prints("--set lab.expires=8h");
    // What only looks or removes does not mind.
    for verb in ["status", "destroy"] {
        lab.call(&format!("{verb} {SMALL} --set lab.expires=2026-11-01"))
            .await
            .exits(Exit::Done);
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_in_a_file_ends_a_lab_when_it_said() {
    let lab = Lab::new(44);
    let flags = format!("{SMALL} --set lab.expires=8h");
    lab.call(&format!("plan --out plan.json {flags}"))
        .await
        .exits(Exit::Done);
    pass(&lab, 30).await;
    lab.call(&format!("apply plan.json {flags}")).await.exits(Exit::Done);
    let (annotation, _) = on_record(&lab);
    assert!(
        annotation.as_ref().unwrap().starts_with("2026-11-24T17:00:"),
        "{annotation:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_no_time_is_told_with_its_place() {
    let lab = Lab::new(45);
    write(&lab, "lab,lab.expires\na,8\nb,tomorrow\nc,9999h\n");
    let run = lab.call("fleet plan class.csv").await.exits(Exit::Usage);
    run.prints("has 3 problems")
        .prints("class.csv:2:3: lab.expires: must be a duration or a time, but is \"8\"")
        .prints("`8h`")
        .prints("class.csv:3:3: lab.expires")
        .prints("2026-12-01T18:00+09:00")
        .prints("must be from 1s to 8784h, but is \"9999h\"");
}

/// How labs stand, by a sweep's document.
fn standings(found: &Value) -> Vec<(String, Value)> {
    let found = found["found"].as_array().unwrap().iter();
    let mut all: Vec<(String, Value)> = found
        .map(|lab| (lab["lab"].as_str().unwrap().to_owned(), lab["standing"].clone()))
        .collect();
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

async fn sweep(lab: &Lab, flags: &str, exit: Exit) -> Value {
    let line = format!("fleet sweep class.csv {SMALL} {flags} -o json");
    lab.call(&line).await.exits(exit).json()
}

fn stand(all: &[(&str, Value)]) -> Vec<(String, Value)> {
    all.iter()
        .map(|(lab, standing)| ((*lab).to_owned(), standing.clone()))
        .collect()
}

/// A class: one lab without an end, one whose time is over, one with time left, and one that the roster has lost since.
async fn class(seed: u64) -> Lab {
    let lab = Lab::new(seed);
    write(&lab, "lab,lab.expires\nall,\nold,1h\nnew,48h\nother,1h\n");
    lab.call(&format!("fleet apply class.csv {SMALL}"))
        .await
        .exits(Exit::Done);
    write(&lab, "lab,lab.expires\nall,\nold,1h\nnew,48h\ngone,\n");
    pass(&lab, 60).await;
    lab
}

/// What looks like a lab's and does not carry its tags: a role and a profile, a namespace and a load balancer.
async fn impostors(lab: &Lab) {
    lab.make_role("lab2048-eksworkshop-gone").await;
    for name in ["gone", "stray"] {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        lab.create(&namespace, "kubectl").await;
    }
    testing::change_aws(&lab.world, |aws| {
        let mut balancer = aws.load_balancers.values().next().unwrap().clone();
        balancer.arn = balancer.arn.replace("k8s-", "k8s-x");
        balancer.name = balancer.name.replace("k8s-", "k8s-x");
        balancer.tags.retain(|key, _| key.starts_with("lab2048:"));
        aws.load_balancers.insert(balancer.arn.clone(), balancer);
    });
}

#[tokio::test(start_paused = true)]
async fn a_sweep_takes_what_has_expired_and_nothing_else() {
    let lab = class(46).await;
    impostors(&lab).await;
    let before = lab.shape();
    let found = sweep(&lab, "", Exit::Changes).await;
    let living = [
        ("all", json!("living")),
        ("gone", Value::Null),
        ("new", json!("living")),
        ("old", json!("expired")),
        ("other", json!("stranger")),
    ];
    assert_eq!(standings(&found), stand(&living));
    assert_eq!(found["expired"], json!(["old"]));
    let left = found["left"].as_array().unwrap();
    let of_other = left.iter().filter(|item| item["lab"] == "other");
    assert_eq!(of_other.count(), 7, "{found}");
    let run = lab
        .call(&format!("fleet sweep class.csv {SMALL}"))
        .await
        .exits(Exit::Changes);
    run.prints("old")
        .prints("expired")
        .prints("not in the roster")
        .prints("--remove` removes");
    assert_eq!(lab.shape(), before, "without --remove nothing is changed");
    // In the sandbox only a flag makes it ask.
    let asked = lab
        .call(&format!("fleet sweep class.csv {SMALL} --remove --set confirm=true"))
        .await;
    asked.exits(Exit::Refused).prints("--yes").prints("1 lab: old");
    assert_eq!(lab.shape(), before, "nobody has agreed");

    let found = sweep(&lab, "--remove", Exit::Done).await;
    let kept = [
        ("all", json!("living")),
        ("gone", Value::Null),
        ("new", json!("living")),
        ("old", Value::Null),
        ("other", json!("stranger")),
    ];
    assert_eq!(standings(&found), stand(&kept));
    let rest = lab.shape();
    sweep(&lab, "--remove", Exit::Done).await;
    assert_eq!(lab.shape(), rest, "there is nothing more to take");
    lab.call(&format!(
        "plan --detailed-exitcode {SMALL} --set lab.name=new --set lab.expires=48h"
    ))
    .await
    .exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn strangers_go_only_where_that_is_said() {
    let lab = class(47).await;
    impostors(&lab).await;
    let found = sweep(&lab, "--remove --strangers", Exit::Done).await;
    let kept = [
        ("all", json!("living")),
        ("gone", Value::Null),
        ("new", json!("living")),
        ("old", Value::Null),
    ];
    assert_eq!(standings(&found), stand(&kept));
    let aws = testing::aws(&lab.world);
    assert_eq!(aws.load_balancers.len(), 3, "the one without tags of a lab is nobody's");
    assert!(aws.roles.contains_key("lab2048-eksworkshop-gone"));
    for name in ["gone", "stray"] {
        let found = lab.get(&format!("/api/v1/namespaces/{name}")).await;
        assert_eq!(found["metadata"]["name"], name);
    }
}

#[tokio::test(start_paused = true)]
async fn of_strangers_too_only_what_has_expired_is_taken_with_expired() {
    let lab = Lab::new(48);
    write(&lab, "lab,lab.expires\na,\nold,1h\nnew,\n");
    lab.call(&format!("fleet apply class.csv {SMALL}"))
        .await
        .exits(Exit::Done);
    write(&lab, "lab\na\n");
    pass(&lab, 60).await;
    let found = sweep(&lab, "--remove --strangers --expired", Exit::Done).await;
    let kept = [("a", json!("living")), ("new", json!("stranger"))];
    assert_eq!(standings(&found), stand(&kept));
}

/// Whoever forces a namespace away leaves what the controller and the program made; that goes in the order of a removal by hand.
#[tokio::test(start_paused = true)]
async fn what_is_left_over_of_a_lab_goes() {
    let lab = Lab::new(49);
    write(&lab, &format!("lab\n{CHAPTER}\nb\n"));
    let before = lab.shape();
    lab.call(&format!("fleet apply class.csv {SMALL}"))
        .await
        .exits(Exit::Done);
    lab.force_finalizers().await;
    lab.send("DELETE", &format!("/api/v1/namespaces/{CHAPTER}"), &Value::Null)
        .await;
    pass(&lab, 5).await;
    let found = sweep(&lab, "", Exit::Changes).await;
    let standing = [("b", json!("living")), (CHAPTER, json!("left-over"))];
    assert_eq!(standings(&found), stand(&standing));
    sweep(&lab, "--remove --expired", Exit::Done).await;
    assert_eq!(testing::aws(&lab.world).load_balancers.len(), 2, "its time is not over");
    let found = sweep(&lab, "--remove", Exit::Done).await;
    assert_eq!(
        standings(&found),
        stand(&[("b", json!("living")), (CHAPTER, Value::Null)])
    );
    assert_eq!(testing::aws(&lab.world).load_balancers.len(), 1);
    // Once nobody has the other one any more, a stranger's is left over just so.
    write(&lab, "lab\nc\n");
    lab.call(&format!("fleet sweep class.csv {SMALL} --remove --strangers"))
        .await
        .exits(Exit::Done)
        .prints("nothing of the 1 lab of class.csv");
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn what_labs_share_goes_with_the_last_of_them() {
    const SHARED: &str = "-e shared-cluster --set target=sandbox --set app.replicas=1";
    let lab = Lab::new(50);
    let before = lab.shape();
    write(&lab, "lab,lab.expires\nlab2048-a,1h\nlab2048-b,4h\n");
    lab.call(&format!("fleet apply class.csv {SHARED}"))
        .await
        .exits(Exit::Done);
    pass(&lab, 90).await;
    let line = format!("fleet sweep class.csv {SHARED} --remove");
    let run = lab.call(&line).await.exits(Exit::Done);
    run.prints("lab2048-a gone")
        .does_not_print("removed")
        .does_not_print("lab2048-b gone");
    assert_eq!(testing::aws(&lab.world).profiles.len(), 1);
    pass(&lab, 180).await;
    lab.call(&line)
        .await
        .exits(Exit::Done)
        .prints("profile lab2048-shared of 1 lab is removed")
        .prints("nothing of the 2 labs of class.csv");
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_is_told_to_servers_and_spreadsheets() {
    let lab = Lab::new(51);
    write(&lab, "lab,lab.expires\na,\nold,1h\n");
    lab.call(&format!("fleet apply class.csv {SMALL}"))
        .await
        .exits(Exit::Done);
    pass(&lab, 60).await;
    let line = format!("fleet sweep class.csv {SMALL}");
    let csv = lab.call(&format!("{line} -o csv")).await.exits(Exit::Changes);
    assert_eq!(csv.stdout.lines().count(), 15, "{}", csv.stdout);
    csv.prints("old,expired,Fargate profile,old,arn:aws:eks:");
    let junit = lab.call(&format!("{line} -o junit")).await.exits(Exit::Changes);
    junit
        .prints("tests=\"2\" skipped=\"0\" failures=\"1\" errors=\"0\"")
        .prints("<testcase name=\"a\"")
        .prints("type=\"expired\"");
}
