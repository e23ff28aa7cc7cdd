//! Kills that nobody can catch, and two programs at once on one world.

use std::process::Stdio;
use std::thread::{self, sleep};
use std::time::Duration;

use crate::harness::{Desk, Run, SPEED};

/// Kills `apply` after so long, then runs it to its end: the world has to be as if nothing had happened.
fn killed_after(milliseconds: u64) -> serde_json::Value {
    let mut desk = Desk::with_speed("60");
    let mut child = desk
        .command(&["apply"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    sleep(Duration::from_millis(milliseconds));
    child.kill().unwrap();
    child.wait().unwrap();
    desk.set("LAB2048_SET_SANDBOX_SPEED", SPEED);
    desk.done(&["status"]);
    desk.done(&["apply"]);
    desk.done(&["plan", "--detailed-exitcode"]);
    desk.inventory()
}

#[test]
fn a_killed_apply_leaves_a_world_that_a_rerun_finishes() {
    let whole = thread::spawn(|| {
        let desk = Desk::new();
        desk.done(&["apply"]);
        desk.inventory()
    });
    let whole = whole.join().unwrap();
    // Two at a time: more would make so much virtual time of a busy machine's pauses that calls run into their limits.
    for pair in [[5, 3000], [50, 1000], [120, 300]] {
        let killed = pair.map(|after| (after, thread::spawn(move || killed_after(after))));
        for (after, world) in killed {
            let world = world.join().unwrap_or_else(|_| panic!("killed after {after} ms"));
            assert_eq!(world, whole, "killed after {after} ms");
        }
    }
}

#[test]
fn a_killed_destroy_is_finished_by_a_rerun() {
    let desk = Desk::new();
    let before = desk.inventory();
    desk.done(&["apply"]);
    for milliseconds in [100, 400] {
        let mut child = desk
            .command(&["destroy"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    desk.done(&["destroy"]);
    assert_eq!(desk.inventory(), before);
}

#[test]
fn of_two_at_once_the_second_waits_or_names_the_first() {
    let desk = Desk::with_speed("60");
    let spawn = || {
        desk.command(&["apply"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let both = [spawn(), spawn()].map(|child| thread::spawn(|| Run::from(child.wait_with_output().unwrap())));
    let both = both.map(|run| run.join().unwrap());
    assert!(
        both.iter().any(|run| run.code == 0),
        "{}\n{}",
        both[0].stderr,
        both[1].stderr
    );
    for run in &both {
        assert!(run.code == 0 || run.code == 6, "{}: {}", run.code, run.stderr);
        assert!(
            run.code == 0 || run.stderr.contains("tester"),
            "the holder is not named: {}",
            run.stderr
        );
    }
    desk.done(&["plan", "--detailed-exitcode"]);
}
