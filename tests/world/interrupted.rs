//! Killed at any moment, or stopped by the user: a rerun ends in the same lab.

use std::time::Duration;

use lab2048::app::Exit;
use lab2048_testing::{Lab, Pressed, events};

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
