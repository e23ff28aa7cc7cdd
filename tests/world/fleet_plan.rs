//! The plan of a class in a file: what it was agreed to is carried out, lab by lab, and what has moved since is let be.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use lab2048::app::Exit;
use lab2048_testing::{Lab, Pressed, Run};
use serde_json::{Value, json};

/// One profile and one ALB for all labs, on the sandbox.
const SHARED: &str = "-e shared-cluster --set target=sandbox --set ingress.group=class --set app.replicas=1";

async fn class(count: usize) -> Lab {
    let lab = Lab::new(17);
    lab.call(&format!("fleet init --count {count}")).await.exits(Exit::Done);
    lab
}

async fn planned(lab: &Lab, flags: &str) -> Run {
    let run = lab
        .call(&format!("fleet plan class.csv {flags} --out class.plan"))
        .await;
    run.exits(Exit::Done)
}

/// Each lab of a call's document: name, exit code, cause.
async fn ends(lab: &Lab, line: &str, exit: Exit) -> Vec<(String, Option<u64>, String)> {
    let run = lab.call(&format!("{line} -o json")).await.exits(exit);
    let document = run.json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let rows = document["labs"].as_array().unwrap().iter();
    rows.map(|row| (text(&row["lab"]), row["exitCode"].as_u64(), text(&row["cause"])))
        .collect()
}

fn deployment(lab: &str) -> String {
    format!("/apis/apps/v1/namespaces/{lab}/deployments/deployment-2048")
}

/// Somebody changes a lab with kubectl.
async fn touch(lab: &Lab, name: &str) {
    let label = json!({"metadata": {"labels": {"team": "blue"}}});
    lab.send("PATCH", &deployment(name), &label).await;
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_was_kept_is_carried_out_as_the_class_would_be() {
    let lab = class(3).await;
    let other = lab.twin();
    other.call("fleet init --count 3").await.exits(Exit::Done);
    let before = lab.shape();
    planned(&lab, SHARED)
        .await
        .prints(&format!("lab2048 fleet apply {SHARED} class.plan"));
    assert_eq!(lab.shape(), before, "a plan changes nothing");
    let path = lab.folder().join("class.plan");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let size = fs::metadata(&path).unwrap().len();
    assert!(size < 3 * 64 * 1024, "{size}");

    lab.call(&format!("fleet apply {SHARED} class.plan"))
        .await
        .exits(Exit::Done)
        .prints("class.plan, made 0 seconds ago")
        .prints("profile lab2048-shared of 3 labs is made");
    other
        .call(&format!("fleet apply {SHARED} class.csv"))
        .await
        .exits(Exit::Done);
    assert_eq!(lab.shape(), other.shape());
    // The file takes the place of its own kind; there is nothing to be done any more, and that is a plan too.
    planned(&lab, SHARED).await;
    lab.call(&format!("fleet apply {SHARED} class.plan"))
        .await
        .exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn a_lab_that_somebody_has_changed_is_let_be_and_the_others_go_on() {
    let lab = class(3).await;
    let flags = "-e shared-cluster --set target=sandbox --set ingress.group=class";
    lab.call(&format!("fleet apply class.csv {flags} --set app.replicas=1"))
        .await
        .exits(Exit::Done);
    let flags = format!("{flags} --set app.replicas=2");
    planned(&lab, &flags).await;
    // The first lab of the cluster, which would go alone: it tells nothing of the others.
    touch(&lab, "lab2048-p01").await;
    let found = ends(&lab, &format!("fleet apply {flags} class.plan"), Exit::Partly).await;
    let moved = "the plan is stale: deployment/deployment-2048 was changed";
    assert_eq!(found[0], ("lab2048-p01".to_owned(), Some(6), moved.to_owned()));
    assert_eq!(found[1..].iter().map(|row| row.1).collect::<Vec<_>>(), [Some(0); 2]);
    for (name, replicas) in [("lab2048-p01", 1), ("lab2048-p02", 2), ("lab2048-p03", 2)] {
        let there = lab.get(&deployment(name)).await;
        assert_eq!(there["spec"]["replicas"], replicas, "{name}");
    }

    planned(&lab, &format!("{flags} --set app.image=nginx:1.29")).await;
    for name in ["lab2048-p01", "lab2048-p02", "lab2048-p03"] {
        lab.send("DELETE", &deployment(name), &Value::Null).await;
    }
    let run = lab
        .call(&format!("fleet apply {flags} --set app.image=nginx:1.29 class.plan"))
        .await
        .exits(Exit::Conflict);
    run.prints("3 labs: the plan is stale: deployment/deployment-2048 was there and is missing now")
        .prints(&format!(
            "lab2048 fleet plan {flags} --set app.image=nginx:1.29 class.csv --out FILE"
        ));
    for name in ["lab2048-p01", "lab2048-p02", "lab2048-p03"] {
        assert!(lab.get(&deployment(name)).await.is_null(), "nothing was done");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plan_is_carried_out_with_the_flags_that_it_was_made_with() {
    let lab = class(2).await;
    planned(&lab, "--set app.replicas=1 --adopt").await;
    let before = lab.shape();
    let run = lab.call("fleet apply class.plan").await.exits(Exit::Conflict);
    run.prints("2 labs: the plan is stale: the plan was made with --adopt, which is not given now")
        .prints("app.replicas was 1 and is now 5")
        .prints("lab2048 fleet apply --set app.replicas=1 --adopt class.plan");
    assert_eq!(lab.shape(), before);
    lab.call("fleet apply --set app.replicas=1 --set timeouts.profile=20m --adopt class.plan")
        .await
        .exits(Exit::Done);
}

/// What is shared and there by this very plan is no news, neither the profile nor an ALB.
#[tokio::test(start_paused = true)]
async fn a_plan_is_carried_out_in_parts() {
    let lab = class(3).await;
    planned(&lab, SHARED).await;
    lab.call(&format!("fleet apply {SHARED} class.plan --only lab2048-p01"))
        .await
        .exits(Exit::Done);
    lab.call(&format!("fleet apply {SHARED} class.plan --only lab2048-p07"))
        .await
        .exits(Exit::Usage)
        .prints("the plan in class.plan has no lab lab2048-p07");
    lab.call(&format!("fleet apply {SHARED} class.plan --resume"))
        .await
        .exits(Exit::Done)
        .prints("lab2048-p02 ready")
        .does_not_print("lab2048-p01 ready");
}

/// An ALB of the class's name that is there before the first of its labs is somebody else's.
#[tokio::test(start_paused = true)]
async fn what_others_have_made_meanwhile_is_news() {
    let lab = class(2).await;
    planned(&lab, SHARED).await;
    // An instructor's own lab, with the class's profile and on its ALB.
    let own = "--set lab.name=lab2048-instructor --set fargate.own=true --set ingress.port=9000";
    lab.call(&format!("apply {SHARED} {own}")).await.exits(Exit::Done);
    let before = lab.shape();
    let run = lab
        .call(&format!("fleet apply {SHARED} class.plan"))
        .await
        .exits(Exit::Conflict);
    run.prints("is not as the plan has it: profile/lab2048-shared was missing and is there now")
        .prints("not begun: profile lab2048-shared, which it shares, is not as the plan has it")
        .prints(&format!("lab2048 fleet plan {SHARED} class.csv --out FILE"));
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn a_plan_of_other_labs_is_refused_and_new_labs_are_left_out() {
    let lab = class(2).await;
    let roster = |text: &str| fs::write(lab.folder().join("class.csv"), text).unwrap();
    planned(&lab, "--set app.replicas=1").await;
    roster("lab\nlab2048-p01\nlab2048-p09\n");
    let run = lab
        .call("fleet apply --set app.replicas=1 class.plan")
        .await
        .exits(Exit::Conflict);
    run.prints("the plan in class.plan is of other labs than roster class.csv has: lab2048-p02 is not one of them")
        .prints("lab2048 fleet plan --set app.replicas=1 class.csv --out FILE");
    assert!(lab.inventory().profiles.is_empty(), "nothing was begun");
    roster("lab,app.image\nlab2048-p01,nginx:1.29\nlab2048-p02,\nlab2048-p03,\n");
    let found = ends(&lab, "fleet apply --set app.replicas=1 class.plan", Exit::Partly).await;
    assert_eq!(
        found.len(),
        2,
        "a lab that is not in the plan is left as it is: {found:?}"
    );
    assert_eq!((found[0].1, found[1].1), (Some(6), Some(0)));
    assert!(found[0].2.contains("app.image was "), "{}", found[0].2);
}

#[tokio::test(start_paused = true)]
async fn a_lab_that_cannot_be_read_is_not_in_the_plan() {
    let lab = class(2).await;
    let roster = "lab,cluster.name\na,\nb,nowhere\n";
    fs::write(lab.folder().join("class.csv"), roster).unwrap();
    let flags = "--set app.replicas=1";
    lab.call(&format!("fleet plan class.csv {flags} --out class.plan"))
        .await
        .exits(Exit::Partly)
        .prints("without 1 lab, which could not be read: b");
    let found = ends(&lab, &format!("fleet apply {flags} class.plan"), Exit::Done).await;
    assert_eq!(found, [("a".to_owned(), Some(0), String::new())]);
}

#[tokio::test(start_paused = true)]
async fn a_file_is_used_for_what_it_is_and_as_it_was_written() {
    let lab = class(2).await;
    planned(&lab, "").await;
    lab.call("plan --out lab.plan").await.exits(Exit::Done);
    let text = fs::read_to_string(lab.folder().join("class.plan")).unwrap();
    for (name, text, exit, words) in [
        (
            "edited.plan",
            text.replace("l6m2t8p7/docker-2048", "evil/docker-2048"),
            Exit::Conflict,
            "it was changed after it had been written",
        ),
        (
            "newer.plan",
            text.replacen("\"classFormat\":1", "\"classFormat\":9", 1),
            Exit::Conflict,
            "it has format 9 of a class, and this version reads format 1",
        ),
    ] {
        fs::write(lab.folder().join(name), text).unwrap();
        lab.call(&format!("fleet apply {name}"))
            .await
            .exits(exit)
            .prints(&format!("cannot use the plan in {name}"))
            .prints(words)
            .prints("lab2048 fleet plan ROSTER --out FILE");
    }
    for (line, exit, words, help) in [
        (
            "fleet apply lab.plan",
            Exit::Usage,
            "it is the plan of one lab",
            "`lab2048 apply lab.plan` carries it out",
        ),
        (
            "apply class.plan",
            Exit::Usage,
            "it is the plan of a class",
            "`lab2048 fleet apply class.plan` carries it out",
        ),
        (
            "show class.plan",
            Exit::Usage,
            "it is the plan of a class",
            "`lab2048 fleet apply class.plan` carries it out",
        ),
        (
            "fleet destroy class.plan",
            Exit::Usage,
            "class.plan is the plan of a class, not a roster",
            "its roster is class.csv",
        ),
        (
            "fleet status lab.plan",
            Exit::Usage,
            "lab.plan is the plan of one lab, not a roster",
            "`lab2048 apply lab.plan` carries it out",
        ),
        (
            "fleet plan class.csv --out class.csv",
            Exit::Refused,
            "cannot write the plan to class.csv: it holds something else",
            "name a file that is not there yet",
        ),
        (
            "fleet plan class.csv --out lab.plan",
            Exit::Refused,
            "cannot write the plan to lab.plan: it holds something else",
            "name a file that is not there yet",
        ),
    ] {
        lab.call(line).await.exits(exit).prints(words).prints(help);
    }
    assert!(lab.inventory().profiles.is_empty(), "nothing was begun");
}

#[tokio::test(start_paused = true)]
async fn a_class_is_watched_until_ctrl_c() {
    let lab = class(2).await;
    lab.call(&format!("fleet apply class.csv {SHARED}"))
        .await
        .exits(Exit::Done);
    let watch = format!("fleet status class.csv {SHARED} --watch");
    let changes = async {
        lab.world.sleep(Duration::from_secs(70)).await;
        lab.send("DELETE", &deployment("lab2048-p02"), &Value::Null).await;
    };
    let (run, ()) = tokio::join!(
        lab.call_interrupted_after(&watch, Duration::from_secs(200), Pressed(1)),
        changes
    );
    let run = run.exits(Exit::Done).prints("2 as wanted of 2 labs");
    assert!(run.stderr.contains("1 as wanted, 1 "), "{run}");
    assert!(!run.stderr.contains("lab2048-p01 "), "only what has changed: {run}");
    assert_eq!(run.stdout.matches("\nlab2048-p0").count(), 2, "the table, once: {run}");
    let watch = format!("{watch} --detailed-exitcode");
    lab.call_interrupted_after(&watch, Duration::from_secs(100), Pressed(1))
        .await
        .exits(Exit::Changes);
}
