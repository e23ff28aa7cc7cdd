//! A world that other processes have: who waits is told, need not wait, and is not late for it.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::thread;

use lab2048_testing::{Run, Workdir};

/// Takes the lock of a workdir's world until what is returned is dropped; the process of this number is said to have it.
fn held(workdir: &Workdir, process: u32) -> File {
    let path = format!("{}.lock", workdir.state().display());
    let file = File::options().read(true).write(true).open(&path).unwrap();
    file.lock().unwrap();
    let record = format!(r#"{{"holder":{{"process":{process},"command":"lab2048 apply"}}}}"#);
    std::fs::write(&path, record).unwrap();
    file
}

fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args(["-s", name, &process.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// A call, and the line with which it says for whom it waits.
fn waiting(workdir: &Workdir, line: &str) -> (Child, String) {
    let mut command = workdir.command(line);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("waiting for the sandbox's world") {
        told.clear();
        let read = stderr.read_line(&mut told).unwrap();
        assert_ne!(read, 0, "`{line}` ended without a word");
    }
    // The pipe stays open.
    thread::spawn(move || stderr.read_to_end(&mut Vec::new()));
    (child, told)
}

#[test]
fn whoever_has_the_world_is_told_and_need_not_be_waited_for() {
    let workdir = Workdir::new();
    workdir.done("status");
    let me = std::process::id();
    let lock = held(&workdir, me);
    for line in [
        "status",
        "apply",
        "plan",
        "doctor",
        "sandbox show",
        "sandbox reset",
        "sandbox break no-nat",
    ] {
        let (mut child, told) = waiting(&workdir, line);
        let expected = format!("which process {me} (lab2048 apply) holds\n");
        assert!(told.ends_with(&expected), "{line}: {told}");
        signal(child.id(), "INT");
        // The lock is not given back before that.
        let ended = child.wait().unwrap();
        assert_eq!(ended.code(), Some(130), "{line}: {:?}", ended.signal());
    }
    drop(lock);
    workdir.done("status");
}

#[test]
fn a_stopped_process_that_has_the_world_is_told_as_such() {
    let workdir = Workdir::new();
    workdir.done("status");
    let mut stopped = Command::new("sleep").arg("600").spawn().unwrap();
    signal(stopped.id(), "STOP");
    let lock = held(&workdir, stopped.id());
    let (mut child, told) = waiting(&workdir, "status");
    let remedy = format!("stopped: `kill -CONT {}` lets it go on", stopped.id());
    assert!(told.contains(&remedy), "{told}");
    stopped.kill().unwrap();
    stopped.wait().unwrap();
    // Once it is gone, whoever waits goes on.
    drop(lock);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// The world's time stands still while any of them is at work, so that nobody is late because the machine is busy.
#[test]
fn twelve_at_once_on_one_world_take_as_long_as_one() {
    const SHARED: &str = "-e shared-cluster --set target=sandbox --set app.replicas=2";
    let workdir = Workdir::with_speed("60");
    workdir.done(&format!(
        "apply {SHARED} --set lab.name=lab2048-ground --set fargate.own=true"
    ));
    let apply = |name: &str| format!("apply {SHARED} --set lab.name=lab2048-{name} -o json");
    let alone = elapsed(&workdir.done(&apply("alone")));
    let calls = (1..=12).map(|number| {
        let line = apply(&number.to_string());
        let mut command = workdir.command(&line);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        (line, thread::spawn(move || child.wait_with_output().unwrap()))
    });
    for (line, call) in calls.collect::<Vec<_>>() {
        let run = Run::ended(line, &call.join().unwrap()).exits(0);
        let run = run.does_not_print("VPN").does_not_print("the network");
        let together = elapsed(&run);
        assert!(together <= 1.3 * alone, "{together} ms, alone {alone} ms: {run}");
    }
    let left = std::fs::read_dir(workdir.path("world")).unwrap();
    assert_eq!(
        left.count(),
        3,
        "the world, its lock and who is at work, nothing unfinished"
    );
}

/// Milliseconds of the world's time that a run took.
fn elapsed(run: &Run) -> f64 {
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    report["summary"]["elapsedMs"].as_f64().unwrap()
}
