//! Templates that would render for hours or fill the memory: they are given up, and Ctrl-C ends them at once.

use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

use lab2048::app::Exit;
use lab2048_testing::Workdir;
use rustix::process::{Pid, Signal, kill_process};

/// Loops in loops, without any output.
const LOOPING: &str = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% endfor %}{% endfor %}";
/// No loop of many rounds, and no output; only the memory is filled.
const DOUBLING: [&str; 3] = [
    "{% set_global s = 'x' %}{% for i in range(end=60) %}{% set_global s = s ~ s %}{% endfor %}",
    "{% set_global s = 'x' %}{% for i in range(end=60) %}{% set_global s %}{{ s }}{{ s }}{% endset %}{% endfor %}",
    "{% set_global s = 'xx' %}{% for i in range(end=60) %}{% set_global s = s | replace(from='x', to=s) %}{% endfor %}",
];

/// A folder with `templates` that have this file.
fn with(name: &str, text: &str) -> Workdir {
    let workdir = Workdir::new();
    let path = workdir.path("templates").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    workdir
}

/// How long the process has computed, in hundredths of a second.
fn computed(child: &Child) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap_or_default();
    let ticks = stat.split_whitespace().nth(13).map(str::parse);
    ticks.and_then(Result::ok).unwrap_or_default()
}

/// Whether something comes to be so within so many hundredths of a second.
fn within(hundredths: usize, mut is_so: impl FnMut() -> bool) -> bool {
    (0..hundredths).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        is_so()
    })
}

#[test]
fn ctrl_c_ends_a_template_without_end() {
    let objects = with("k8s/more.yaml", LOOPING);
    let trust = with("iam/pod-execution-trust.json", LOOPING);
    let calls = [
        (&objects, "render"),
        (&objects, "policy rbac"),
        (&objects, "status"),
        (&objects, "open --print"),
        (&objects, "apply"),
        (&trust, "plan"),
    ];
    for (workdir, line) in calls {
        let mut command = workdir.command(line);
        command.args(["--templates", "templates"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let computes = within(1000, || computed(&child) >= 60);
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        let ended = within(100, || child.try_wait().unwrap().is_some());
        // One that has ended cannot be killed, which is as well.
        let _ = child.kill();
        let code = child.wait().unwrap().code();
        assert!(computes && ended, "{line}: computes {computes}, ended {ended}");
        assert_eq!(code, Some(130), "{line}");
    }
}

#[test]
fn a_template_without_end_is_given_up_with_its_file() {
    let workdir = with("k8s/more.yaml", LOOPING);
    workdir
        .shell("ulimit -t 60; lab2048 render --templates templates")
        .exits(Exit::Usage)
        .prints("templates/k8s/more.yaml: rendering it takes more than 5 seconds: let its loops go over less");
}

#[test]
fn a_template_that_fills_the_memory_is_given_up_with_its_file() {
    for text in DOUBLING {
        let workdir = with("k8s/more.yaml", text);
        // Where the system gives no more than that, a program that goes on is killed by its own allocator.
        workdir
            .shell("ulimit -v 1500000; ulimit -t 60; lab2048 render --templates templates")
            .exits(Exit::Usage)
            .prints("templates/k8s/more.yaml: rendering it takes more than 256 MiB of memory");
    }
}
