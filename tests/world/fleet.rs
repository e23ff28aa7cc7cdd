//! Classes: many labs from one roster, on what they share.
#![expect(clippy::print_stdout, reason = "which seed has found something is told")]

use std::fs;
use std::time::Duration;

use lab2048::app::Exit;
use lab2048_sandbox::testing;
use lab2048_testing::Lab;
use lab2048_testing::seeds::number;
use serde_json::{Value, json};

use super::faults::Seeded;

/// One profile and one ALB for all labs, on the sandbox.
const SHARED: &str = "-e shared-cluster --set target=sandbox --set ingress.group=class --set app.replicas=1";

/// A class of so many labs.
async fn class(count: usize) -> Lab {
    let lab = Lab::new(13);
    lab.call(&format!("fleet init --count {count}"))
        .await
        .exits(Exit::Done)
        .prints("class.csv");
    lab
}

fn write(lab: &Lab, roster: &str) {
    fs::write(lab.folder().join("class.csv"), roster).unwrap();
}

async fn report(lab: &Lab, line: &str, exit: Exit) -> Value {
    let run = lab.call(&format!("{line} -o json")).await.exits(exit);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Labs of the class whose whole life is lived; `LAB2048_CLASS` has another number.
const LABS: u64 = 8;

#[tokio::test(start_paused = true)]
async fn a_class_is_made_watched_and_removed() {
    let labs = usize::try_from(number("LAB2048_CLASS").unwrap_or(LABS)).unwrap();
    let lab = class(labs).await;
    let before = lab.shape();
    let last = format!("lab2048-p{labs:02}");
    lab.call(&format!("fleet plan class.csv {SHARED}"))
        .await
        .exits(Exit::Done)
        .prints(&format!("profile lab2048-shared of {labs} labs is made first"))
        .prints(&last);
    assert_eq!(lab.shape(), before, "a plan changes nothing");

    let made = report(&lab, &format!("fleet apply class.csv {SHARED}"), Exit::Done).await;
    let aws = testing::aws(&lab.world);
    assert_eq!(aws.profiles.keys().collect::<Vec<_>>(), ["lab2048-shared"]);
    assert_eq!(aws.load_balancers.len(), labs.div_ceil(40));
    let rows = made["labs"].as_array().unwrap();
    let urls = rows.iter().filter_map(|row| row["url"].as_str());
    assert_eq!(
        urls.filter(|url| url.starts_with("http://k8s-class")).count(),
        labs,
        "{made}"
    );
    assert!(rows[7]["url"].as_str().unwrap().contains(":8008"), "{}", rows[7]);
    // What labs ask alike is asked once: alone each has some forty requests to Elastic Load Balancing.
    let requests = |service: &str| made["requests"][service].as_u64().unwrap();
    assert!(
        requests("elasticloadbalancing") < 20 * labs as u64,
        "{}",
        made["requests"]
    );
    // As is what of a cluster is nobody's lab, and leases are renewed unread.
    assert!(requests("kubernetes") < 60 * labs as u64, "{}", made["requests"]);
    println!("{labs} labs made with {}", made["requests"]);

    let broken = [
        "lab2048-p02",
        "lab2048-p03",
        "lab2048-p05",
        "lab2048-p06",
        "lab2048-p08",
    ];
    for name in broken {
        let path = format!("/apis/apps/v1/namespaces/{name}/deployments/deployment-2048");
        lab.send("DELETE", &path, &Value::Null).await;
    }
    let found = report(
        &lab,
        &format!("fleet status class.csv --detailed-exitcode {SHARED}"),
        Exit::Changes,
    )
    .await;
    let rows = found["labs"].as_array().unwrap().iter();
    let told = rows
        .filter(|row| row["progress"] != "done")
        .map(|row| row["lab"].as_str().unwrap());
    assert_eq!(told.collect::<Vec<_>>(), broken);

    lab.call(&format!("fleet destroy class.csv --only lab2048-p02 {SHARED}"))
        .await
        .exits(Exit::Done)
        .prints("stays: not all labs of the roster were chosen");
    let nothing_left = format!("nothing of the {labs} labs of class.csv, and of what they share, is left");
    lab.call(&format!("fleet destroy class.csv {SHARED}"))
        .await
        .exits(Exit::Done)
        .prints(&format!("profile lab2048-shared of {labs} labs is removed"))
        .prints(&nothing_left);
    assert_eq!(lab.shape(), before);
    lab.call(&format!("fleet sweep class.csv {SHARED}"))
        .await
        .exits(Exit::Done)
        .prints(&nothing_left);
}

/// What is still there is told with whose it is and how it goes; also of labs that the roster does not have any more.
#[tokio::test(start_paused = true)]
async fn a_sweep_finds_what_is_left_of_whom() {
    let lab = class(2).await;
    write(&lab, "lab\na\nb\nc\n");
    lab.call("fleet apply class.csv --only a,c --set app.replicas=1")
        .await
        .exits(Exit::Done);
    write(&lab, "lab\na\nb\n");
    let found = report(&lab, "fleet sweep class.csv", Exit::Changes).await;
    assert_eq!(found["there"], json!(["a"]));
    let mut left: Vec<String> = found["left"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            format!(
                "{} {} {}",
                row["lab"].as_str().unwrap(),
                row["kind"].as_str().unwrap(),
                row["inRoster"]
            )
        })
        .collect();
    left.sort();
    assert_eq!(
        left,
        [
            "a access-entry true",
            "a load-balancer true",
            "a namespace true",
            "a profile true",
            "a role true",
            "a security-group true",
            "a target-group true",
            "c access-entry false",
            "c load-balancer false",
            "c namespace false",
            "c profile false",
            "c role false",
            "c security-group false",
            "c target-group false",
        ]
    );
    let commands: Vec<&str> = found["left"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["command"].as_str().unwrap())
        .collect();
    assert!(
        commands[..7]
            .iter()
            .all(|command| *command == "lab2048 fleet destroy class.csv --only a"),
        "{commands:?}"
    );
    assert_eq!(commands[7], "lab2048 destroy --set lab.name=c");
    let profiles = found["searched"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == "profile");
    assert_eq!(profiles.unwrap()["left"], 1);
    let run = lab.call("fleet sweep class.csv").await.exits(Exit::Changes);
    run.prints("not in the roster").does_not_print("certificate");
}

/// Moments at which a class is killed, in making and in removing it; `LAB2048_CLASS_KILLS` says how many.
const KILLS: u64 = 6;

/// Whenever a class is killed, its journal has whole lines, and the next call does the rest; in the end all is as if nobody had
/// killed it.
#[tokio::test(start_paused = true)]
async fn a_class_that_was_killed_is_taken_up_again() {
    let kills = number("LAB2048_CLASS_KILLS").unwrap_or(KILLS);
    let first = number("LAB2048_CLASS_KILLS_FROM").unwrap_or(1);
    let undisturbed = killed_class(0, None).await;
    for seed in first..first + kills {
        println!(
            "seed {seed}: LAB2048_CLASS_KILLS=1 LAB2048_CLASS_KILLS_FROM={seed} cargo test --test world fleet::a_class_that"
        );
        // Making takes some 330 s, and removing as long.
        let second = Seeded(seed).draw(1, 320);
        let found = killed_class(seed, Some(Duration::from_secs(second as u64))).await;
        assert_eq!(found, undisturbed, "seed {seed}, killed after {second} s");
    }
}

/// The shape of a world with a class of three that was killed after so long, in making it or (every other seed) in removing it,
/// and taken up again; there is nothing left in the end.
async fn killed_class(seed: u64, after: Option<Duration>) -> String {
    let apply = format!("fleet apply class.csv --resume {SHARED}");
    let destroy = format!("fleet destroy class.csv --resume {SHARED}");
    let (in_making, in_removing) = if seed.is_multiple_of(2) {
        (None, after)
    } else {
        (after, None)
    };
    let lab = class(3).await;
    let before = lab.shape();
    let mut done = 0;
    if let Some(after) = in_making {
        lab.call_killed_after(&apply, after).await;
        let journal = fs::read_to_string(lab.folder().join("class.csv.run.ndjson")).unwrap_or_default();
        done = journal.lines().filter(|line| line.contains("\"exitCode\":0")).count();
    }
    let run = lab.call(&apply).await.exits(Exit::Done);
    assert_eq!(run.stderr.matches(" ready").count(), 3 - done, "seed {seed}: {run}");
    lab.call(&format!("fleet status class.csv --detailed-exitcode {SHARED}"))
        .await
        .exits(Exit::Done);
    // The lock of a run that was killed expires by itself.
    let shape = lab.shape().replace("\"leases -\": 1", "");
    if let Some(after) = in_removing {
        lab.call_killed_after(&destroy, after).await;
    }
    lab.call(&destroy).await.exits(Exit::Done);
    assert_eq!(lab.shape(), before, "seed {seed}");
    shape
}

#[tokio::test(start_paused = true)]
async fn a_lab_that_fails_fails_alone() {
    let lab = class(3).await;
    write(&lab, "lab,who,timeouts.rollout\na,Kim,\nb,Lee,1s\nc,Park,\n");
    let more = "--set app.replicas=1 --max-failures 3";
    let found = report(&lab, &format!("fleet apply class.csv {more}"), Exit::Partly).await;
    let rows = found["labs"].as_array().unwrap();
    let ends: Vec<(&str, u64)> = rows
        .iter()
        .map(|row| (row["own"]["who"].as_str().unwrap(), row["exitCode"].as_u64().unwrap()))
        .collect();
    assert_eq!(ends, [("Kim", 0), ("Lee", 5), ("Park", 0)]);
    assert_eq!(found["causes"][0]["labs"], json!(["b"]));

    write(&lab, "lab,who\na,Kim\nb,Lee\nc,Park\n");
    let run = lab
        .call(&format!("fleet apply class.csv --resume {more}"))
        .await
        .exits(Exit::Done);
    run.prints("b ready").does_not_print("a ready");
    lab.call("fleet destroy class.csv").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn the_first_lab_of_a_cluster_spares_the_others_what_fails_all() {
    let lab = class(3).await;
    let wrong = "--set app.replicas=1 --timeout 9s";
    let found = report(&lab, &format!("fleet apply class.csv {wrong}"), Exit::TimedOut).await;
    let progress: Vec<&Value> = found["labs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| &row["progress"])
        .collect();
    assert_eq!(progress, ["failed", "held", "held"]);
    lab.call("fleet destroy class.csv").await.exits(Exit::Done);
}

/// A cluster has room for ten profiles and makes one at a time: who comes first has one, and who finds no room is not begun.
#[tokio::test(start_paused = true)]
async fn labs_with_profiles_of_their_own_have_as_many_as_there_is_room_for() {
    let lab = class(13).await;
    let own = "--set app.replicas=1";
    let plan = report(&lab, &format!("fleet plan class.csv {own}"), Exit::Partly).await;
    let expected = &plan["expected"];
    let profiles = &expected["capacity"][0];
    assert_eq!(profiles["limit"], "Fargate profiles");
    assert_eq!((&profiles["allowed"], &profiles["wanted"]), (&json!(10), &json!(13)));
    assert_eq!((&profiles["inUse"], &profiles["room"]), (&json!(0), &json!("short")));
    assert_eq!(expected["queues"][0]["labs"], 10);
    let possible = plan["labs"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["progress"] == "done");
    assert_eq!(possible.count(), 10);
    let run = lab
        .call(&format!("fleet plan class.csv {own}"))
        .await
        .exits(Exit::Partly);
    run.prints("too little")
        .prints("share one profile")
        .prints("10 labs of ap-northeast-2");

    let made = report(&lab, &format!("fleet apply class.csv {own}"), Exit::Partly).await;
    let rows = made["labs"].as_array().unwrap();
    let progress = |row: &Value| row["progress"].as_str().unwrap().to_owned();
    assert_eq!(
        rows.iter().map(progress).collect::<Vec<_>>(),
        [vec!["done"; 10], vec!["held"; 3]].concat()
    );
    let ends: Vec<&str> = rows.iter().take(10).map(|row| row["ended"].as_str().unwrap()).collect();
    assert!(ends.is_sorted(), "in the order of the roster: {ends:?}");
    assert!(rows[10]["cause"].as_str().unwrap().contains("no room for its profile"));
    lab.call("fleet destroy class.csv").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn a_class_is_told_to_servers_and_browsers() {
    let lab = class(2).await;
    write(&lab, "lab,who\na,<b>Kim & 김</b>\nb,Lee\n");
    lab.call("fleet apply class.csv --only a --set app.replicas=1")
        .await
        .exits(Exit::Done);
    let junit = lab.call("fleet status class.csv -o junit").await.exits(Exit::Done);
    junit
        .prints("<testcase name=\"a\"")
        .prints("tests=\"2\" skipped=\"1\" errors=\"0\" failures=\"0\"")
        .prints("&lt;b&gt;Kim &amp; 김&lt;/b&gt;");
    let page = lab.call("fleet status class.csv -o html").await.exits(Exit::Done);
    let page = page
        .prints("&lt;b&gt;Kim &amp; 김")
        .prints("✓ ready")
        .does_not_print("<b>Kim")
        .does_not_print("<script");
    let linked = page.stdout.matches("<a href=\"http://").count();
    assert_eq!(linked, 1, "{}", page.stdout);
    let page = lab.call("fleet destroy class.csv -o html").await.exits(Exit::Done);
    page.prints("<svg").prints("2 labs: class.csv");
}

#[tokio::test(start_paused = true)]
async fn a_ground_of_others_is_used_and_stays() {
    let lab = class(2).await;
    let own = "--set target=sandbox --set lab.name=lab2048-instructor --set fargate.own=true --set app.replicas=1";
    lab.call(&format!("apply -e shared-cluster {own}"))
        .await
        .exits(Exit::Done);
    let before = lab.shape();
    lab.call(&format!("fleet apply class.csv {SHARED}"))
        .await
        .exits(Exit::Done)
        .prints("is not this class's own, and is used as it is");
    lab.call(&format!("fleet destroy class.csv {SHARED}"))
        .await
        .exits(Exit::Done)
        .prints("is not this class's own, and is used as it is");
    assert_eq!(lab.shape(), before);
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_roster_is_told_before_anything_is_opened() {
    let lab = class(2).await;
    write(&lab, "lab,app.replicas\na,many\na,3\n");
    let run = lab.call("fleet apply class.csv").await.exits(Exit::Usage);
    run.prints("roster `class.csv` has 2 problems")
        .prints("class.csv:2:3: app.replicas")
        .prints("the lab of line 2 has a already");
    write(&lab, "lab\nanna\nben\n");
    let run = lab.call("fleet status class.csv --only anma").await.exits(Exit::Usage);
    run.prints("the roster has no lab anma").prints("did you mean `anna`?");
    lab.call("fleet init --count 2")
        .await
        .exits(Exit::Failed)
        .prints("it is there already");
}
