//! Killed at any moment, or stopped by the user: a rerun ends in the same lab.

use std::time::Duration;

use jiff::Timestamp;
use lab2048::app::Exit;
use lab2048_testing::faults::{Fault, Schedule};
use lab2048_testing::{Lab, Pressed, events};
use serde_json::Value;

/// Moments before the end of a call that takes so long, `step` seconds apart.
fn moments(took: Duration, step: usize) -> impl Iterator<Item = Duration> {
    (0..took.as_secs()).step_by(step).map(Duration::from_secs)
}

#[tokio::test(start_paused = true)]
async fn a_killed_apply_is_finished_by_the_next_one() {
    let whole = Lab::new(2048);
    let (run, took) = whole.timed("apply").await;
    run.exits(Exit::Done);
    let wanted = whole.shape();
    for after in moments(took, 14) {
        let lab = Lab::new(2048);
        let run = lab.call_killed_after("apply", after).await;
        assert!(run.is_none(), "not killed after {after:?}");
        lab.call("apply").await.exits(Exit::Done);
        // A rerun that finds nothing to do takes no lock, and leaves the killed run's to expire.
        let shape = lab.shape().replace("\"leases -\": 1, ", "");
        assert_eq!(shape, wanted, "killed after {after:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_killed_destroy_is_finished_by_the_next_one() {
    let whole = Lab::new(4);
    let fresh = whole.shape();
    whole.call("apply").await.exits(Exit::Done);
    let (run, took) = whole.timed("destroy").await;
    run.exits(Exit::Done);
    for after in moments(took, 20) {
        let lab = Lab::new(4);
        lab.call("apply").await.exits(Exit::Done);
        let run = lab.call_killed_after("destroy", after).await;
        assert!(run.is_none(), "not killed after {after:?}");
        lab.call("destroy").await.exits(Exit::Done);
        assert_eq!(lab.shape(), fresh, "killed after {after:?}");
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
    events::one_after_the_other([lab.events("six.ndjson"), lab.events("four.ndjson")]);
}

/// Two who remove one lab at the same time: the one who comes second finds it gone, at whatever moment it looks.
#[tokio::test(start_paused = true)]
async fn two_removals_at_once_both_end_well() {
    let applied = Lab::new(60);
    let fresh = applied.shape();
    applied.call("apply").await.exits(Exit::Done);
    for after in [0, 1, 2, 3, 20, 100] {
        let lab = applied.twin();
        let second = async {
            lab.world.sleep(Duration::from_secs(after)).await;
            lab.call("destroy --wait-lock 20m").await
        };
        let (first, second) = tokio::join!(lab.call("destroy --wait-lock 20m"), second);
        first.exits(Exit::Done);
        second.exits(Exit::Done);
        assert_eq!(lab.shape(), fresh, "after {after} s");
    }
}

/// A run that begins while another is at work waits for it, looks again, and ends in the truth.
#[tokio::test(start_paused = true)]
async fn a_removal_that_waits_for_an_apply_removes_what_that_has_made() {
    let lab = Lab::new(11);
    let fresh = lab.shape();
    let later = async {
        lab.world.sleep(Duration::from_secs(40)).await;
        lab.call("destroy --wait-lock 20m --events destroy.ndjson").await
    };
    let (applied, removed) = tokio::join!(lab.call("apply"), later);
    applied.exits(Exit::Done);
    removed.exits(Exit::Done).prints("waiting for the lab's lock");
    assert_eq!(lab.shape(), fresh);
    let queued = lab
        .events("destroy.ndjson")
        .into_iter()
        .filter(|event| event["type"] == "queued");
    let at = |event: Value| event["at"].as_str().unwrap().parse::<Timestamp>().unwrap();
    let told: Vec<Timestamp> = queued.map(at).collect();
    let pauses = told.windows(2).map(|pair| pair[1].duration_since(pair[0]).as_secs());
    assert!(pauses.into_iter().all(|pause| (9..20).contains(&pause)), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_want_to_wait_is_told_who_is_at_work_and_changes_nothing() {
    let lab = Lab::new(11);
    let later = async {
        lab.world.sleep(Duration::from_secs(40)).await;
        lab.timed("apply --set app.replicas=2").await
    };
    let (applied, (other, took)) = tokio::join!(lab.call("apply"), later);
    applied.exits(Exit::Done);
    other
        .exits(Exit::Conflict)
        .prints("kim@cloud9 apply (")
        .prints("nothing was changed")
        .prints("--wait-lock");
    assert!(took < Duration::from_secs(60), "{took:?}");
    assert_eq!(lab.fargate_nodes(), 5);
}

#[tokio::test(start_paused = true)]
async fn an_outage_of_the_clusters_api_ends_no_run() {
    let lab = Lab::new(12);
    let outage = Schedule::outage(
        "Kubernetes",
        Fault::LostBefore,
        Duration::from_secs(60),
        Duration::from_secs(70),
    );
    lab.network.set(vec![outage]);
    lab.call("apply").await.exits(Exit::Done);
    assert!(lab.network.befell().len() > 5);
}

#[tokio::test(start_paused = true)]
async fn a_removal_after_an_apply_that_was_stopped_while_the_profile_was_made_leaves_nothing() {
    let lab = Lab::new(6);
    let fresh = lab.shape();
    lab.call_interrupted_after("apply", Duration::from_secs(60), Pressed(2))
        .await
        .exits(Exit::Interrupted);
    assert_eq!(profiles(&lab), ["CREATING"]);
    lab.call("destroy").await.exits(Exit::Done);
    assert_eq!(lab.shape(), fresh);
    lab.call("apply").await.exits(Exit::Done);
}
