//! Killed at any moment, or stopped by the user: a rerun ends in the same lab.

use std::time::Duration;

use jiff::Timestamp;
use lab2048::app::Exit;
use lab2048_testing::{Lab, Pressed};
use serde_json::Value;

#[tokio::test(start_paused = true)]
async fn a_killed_apply_is_finished_by_the_next_one() {
    let whole = Lab::new(2048);
    whole.call("apply").await.exits(Exit::Done);
    let wanted = whole.shape();
    for seconds in (0..420).step_by(14) {
        let lab = Lab::new(2048);
        lab.call_killed_after("apply", Duration::from_secs(seconds)).await;
        lab.call("apply").await.exits(Exit::Done);
        assert_eq!(lab.shape(), wanted, "killed after {seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_killed_destroy_is_finished_by_the_next_one() {
    for seconds in (0..300).step_by(20) {
        let lab = Lab::new(4);
        let fresh = lab.shape();
        lab.call("apply").await.exits(Exit::Done);
        lab.call_killed_after("destroy", Duration::from_secs(seconds)).await;
        lab.call("destroy").await.exits(Exit::Done);
        assert_eq!(lab.shape(), fresh, "killed after {seconds} s");
    }
}

/// The Fargate profiles of the world, name and status.
fn profiles(lab: &Lab) -> Vec<String> {
    let profiles = lab.inventory().profiles;
    profiles.into_iter().map(|profile| profile.status).collect()
}

#[tokio::test(start_paused = true)]
async fn one_press_lets_what_has_begun_come_to_its_end() {
    let lab = Lab::new(6);
    lab.call_interrupted_after("apply", Duration::from_secs(60), Pressed(1))
        .await
        .exits(Exit::Interrupted)
        .prints("un the same command again: it goes on from here");
    assert_eq!(profiles(&lab), ["ACTIVE"], "it was waited for");
    lab.call("apply").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn the_second_press_drops_the_waits_and_reports_what_is_there() {
    let lab = Lab::new(6);
    lab.call_interrupted_after("apply", Duration::from_secs(60), Pressed(2))
        .await
        .exits(Exit::Interrupted)
        .prints("un the same command again: it goes on from here");
    assert_eq!(profiles(&lab), ["CREATING"], "it was not waited for");
    lab.call("apply").await.exits(Exit::Done);
}

/// When something of this type was reported first, if ever.
fn first(events: &[Value], kind: &str) -> Option<Timestamp> {
    let event = events.iter().find(|event| event["type"] == kind)?;
    Some(event["at"].as_str().unwrap().parse().unwrap())
}

#[tokio::test(start_paused = true)]
async fn two_runs_at_once_do_not_work_on_one_lab() {
    let lab = Lab::new(8);
    lab.call("apply").await.exits(Exit::Done);
    let (six, four) = tokio::join!(
        lab.call("apply --set app.replicas=6 --events six.ndjson"),
        lab.call("apply --set app.replicas=4 --events four.ndjson")
    );
    assert!(
        [&six, &four].iter().all(|run| [0, 6].contains(&run.code)),
        "{six}\n{four}"
    );
    let mut runs = [lab.events("six.ndjson"), lab.events("four.ndjson")];
    // A run that found the lock held and gave up has begun nothing.
    runs.sort_by_key(|events| first(events, "step-started").unwrap_or(Timestamp::MAX));
    let end = first(&runs[0], "summary").unwrap();
    let begin = first(&runs[1], "step-started");
    assert!(
        begin.is_none_or(|begin| begin >= end),
        "the second began at {begin:?}, the first ended at {end}"
    );
}
