//! Killed at any moment, or stopped by the user: a rerun ends in the same lab.

use std::time::Duration;

use lab2048::app::Exit;

use crate::harness::Lab;

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

#[tokio::test(start_paused = true)]
async fn the_second_press_ends_the_run_and_says_what_is_there() {
    let lab = Lab::new(6);
    let press = async {
        lab.world.sleep(Duration::from_secs(60)).await;
        lab.press.send_replace(2);
    };
    let (ran, ()) = tokio::join!(lab.call("apply"), press);
    ran.exits(Exit::Interrupted)
        .says("un the same command again: it goes on from here");
    lab.press.send_replace(0);
    lab.call("apply").await.exits(Exit::Done);
}

#[tokio::test(start_paused = true)]
async fn two_runs_at_once_do_not_work_on_one_lab() {
    let lab = Lab::new(8);
    lab.call("apply").await.exits(Exit::Done);
    let (first, second) = tokio::join!(
        lab.call("apply --set app.replicas=6"),
        lab.call("apply --set app.replicas=4")
    );
    let mut exits = [first.exit, second.exit];
    exits.sort_unstable();
    assert_eq!(exits[0], Exit::Done, "{}\n{}", first.stderr, second.stderr);
}
