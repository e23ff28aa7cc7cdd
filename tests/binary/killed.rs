//! Kills that nobody can catch, and two programs at once on one world.

use std::process::{Child, Stdio};
use std::thread::{self, sleep};
use std::time::Duration;

use lab2048_testing::{Run, SPEED, Workdir, events};

/// Starts a call that nobody listens to.
fn start(workdir: &Workdir, line: &str) -> Child {
    let mut command = workdir.command(line);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills a call that has been running for so long, and must be running still.
fn kill(mut child: Child, milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds));
    let ended = child.try_wait().unwrap();
    assert!(ended.is_none(), "it had ended before {milliseconds} ms: {ended:?}");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Kills `apply` after so long, then runs it to its end: the world has to be as if nothing had happened.
fn killed_after(milliseconds: u64) -> serde_json::Value {
    let mut workdir = Workdir::with_speed("60");
    kill(start(&workdir, "apply"), milliseconds);
    workdir.set("LAB2048_SET_SANDBOX_SPEED", SPEED);
    workdir.done("status");
    workdir.done("apply");
    workdir.done("plan --detailed-exitcode");
    let mut world = workdir.inventory();
    // A rerun that finds nothing to do takes no lock, and leaves the killed run's to expire.
    let objects = world["objects"]["fargate-game-2048"].as_array_mut().unwrap();
    objects.retain(|object| object["name"] != "leases/lab2048");
    world
}

#[test]
fn a_killed_apply_leaves_a_world_that_a_rerun_finishes() {
    let whole = thread::spawn(|| {
        let workdir = Workdir::new();
        workdir.done("apply");
        workdir.inventory()
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
    let workdir = Workdir::new();
    let before = workdir.inventory();
    workdir.done("apply");
    for milliseconds in [100, 400] {
        kill(start(&workdir, "destroy"), milliseconds);
    }
    workdir.done("destroy");
    assert_eq!(workdir.inventory(), before);
}

#[test]
fn of_two_at_once_the_second_waits_or_names_the_first() {
    let mut workdir = Workdir::new();
    workdir.done("apply");
    // A lock is lost that is not renewed for 30 s: on a busy machine these must not be a moment.
    workdir.set("LAB2048_SET_SANDBOX_SPEED", "10");
    let lines = [
        "apply --set app.replicas=6 --events six.ndjson",
        "apply --set app.replicas=4 --events four.ndjson",
    ];
    let children = lines.map(|line| {
        let mut command = workdir.command(line);
        (
            line,
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap(),
        )
    });
    let both = children.map(|(line, child)| {
        thread::spawn(move || Run::ended(format!("lab2048 {line}"), &child.wait_with_output().unwrap()))
    });
    let both = both.map(|run| run.join().unwrap());
    assert!(both.iter().any(|run| run.code == 0), "{}\n{}", both[0], both[1]);
    for run in both {
        match run.code {
            0 => {}
            _ => drop(run.exits(6).prints("tester")),
        }
    }
    events::one_after_the_other([workdir.events("six.ndjson"), workdir.events("four.ndjson")]);
}
