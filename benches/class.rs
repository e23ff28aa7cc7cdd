//! A class of hundreds of labs on several clusters of the embedded world: time of one process, its memory, its requests.
//!
//! The release binary makes the class, with the world in the same process; then the same labs are made by one process each, some
//! of them at once, to compare what many who poll alone ask. `LABS` and `CLUSTERS` have other numbers, `ALONE` how many labs are
//! made alone; requests a lab do not depend on the machine, and are held against their budget, as is memory. Time is only
//! printed.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark measures, stops where it fails and prints what it has measured"
)]

use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use lab2048_testing::Workdir;
use lab2048_testing::cost::{cpu_of_children, peak_memory, release_binary};
use lab2048_testing::figures::Budgets;
use serde_json::Value;

/// Labs that are made by default, on so many clusters.
const LABS: usize = 500;
const CLUSTERS: usize = 10;
/// Labs that are made by a process each.
const ALONE: usize = 12;
/// Resident memory in MiB.
const MEMORY: f64 = 150.0;
/// Requests to AWS a lab.
const REQUESTS: f64 = 10.0;

/// One pod a lab, one profile and some ALBs a cluster, on the sandbox.
const SHARED: &str = "-e shared-cluster --set target=sandbox --set ingress.group=class --set app.replicas=1";

fn main() -> ExitCode {
    let Some(binary) = release_binary() else {
        println!("no release binary: run `cargo build --release` first, or name one in LAB2048_BIN");
        return ExitCode::FAILURE;
    };
    let number = |name: &str, usual: usize| env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (labs, clusters, alone) = (
        number("LABS", LABS),
        number("CLUSTERS", CLUSTERS),
        number("ALONE", ALONE),
    );
    let mut budgets = Budgets::default();
    in_one_process(&binary, labs, clusters, &mut budgets);
    each_alone(&binary, alone);
    budgets.end()
}

fn in_one_process(binary: &Path, labs: usize, clusters: usize, budgets: &mut Budgets) {
    let place = Place::new(binary, clusters);
    place.write_roster(labs);
    println!("{labs} labs on {clusters} clusters, one process");
    for (verb, limit) in [("apply", REQUESTS), ("destroy", REQUESTS)] {
        let (begun, used) = (Instant::now(), cpu_of_children());
        let line = format!("fleet {verb} class.csv -o json --yes {SHARED}");
        let output = place.workdir.path(verb);
        let mut command = place.command(&line);
        command.stdout(fs::File::create(&output).unwrap()).stderr(Stdio::null());
        let peak = peak_memory(&mut command);
        let (took, cpu) = (begun.elapsed().as_secs_f64(), cpu_of_children() - used);
        let report: Value = serde_json::from_slice(&fs::read(&output).unwrap()).unwrap();
        println!(
            "  {verb:<8} {took:>6.1} s, {cpu:.1} s of CPU, {} requests",
            report["requests"]
        );
        budgets.hold(&format!("{verb}: memory"), peak, MEMORY, " MiB");
        budgets.hold(
            &format!("{verb}: requests to AWS a lab"),
            to_aws(&report) / count(labs),
            limit,
            "",
        );
    }
    budgets.hold("requests that were throttled", count(place.throttled()), 0.0, "");
}

fn each_alone(binary: &Path, labs: usize) {
    let place = Place::new(binary, 1);
    println!("{labs} labs, one process each, at once");
    let run = |lab: &str| {
        let line = format!(
            "apply -o json --yes -e shared-cluster --set target=sandbox --set app.replicas=1 --set lab.name={lab}"
        );
        let mut command = place.command(&line);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    // The profile is there, as it is for a class.
    let first = run("lab2048-instructor --set fargate.own=true").wait_with_output();
    assert!(first.unwrap().status.success());
    let begun = Instant::now();
    let running: Vec<_> = (1..=labs).map(|lab| run(&format!("lab2048-alone{lab}"))).collect();
    let ended = running.into_iter().map(|child| child.wait_with_output().unwrap());
    let reports: Vec<Value> = ended
        .inspect(|output| assert!(output.status.success()))
        .map(|output| serde_json::from_slice(&output.stdout).unwrap())
        .collect();
    let requests: f64 = reports.iter().map(to_aws).sum();
    println!(
        "  {:.1} s, {:.1} requests to AWS a lab, {} throttled",
        begun.elapsed().as_secs_f64(),
        requests / count(labs),
        place.throttled()
    );
}

/// A folder with a world of its own.
struct Place<'a> {
    binary: &'a Path,
    workdir: Workdir,
    clusters: Vec<String>,
}

impl<'a> Place<'a> {
    fn new(binary: &'a Path, clusters: usize) -> Self {
        let clusters = (1..=clusters).map(|n| format!("class-{n:02}")).collect::<Vec<_>>();
        let place = Self {
            binary,
            workdir: Workdir::new(),
            clusters,
        };
        let line = format!("sandbox reset --clusters {}", place.clusters.join(","));
        let status = place
            .command(&line)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(status.success());
        place
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(self.binary);
        command
            .args(line.split_whitespace())
            .env_clear()
            .envs(self.workdir.variables())
            .current_dir(self.workdir.path(""));
        command
    }

    fn write_roster(&self, labs: usize) {
        let mut roster = "lab,cluster.name\n".to_owned();
        for (lab, cluster) in (1..=labs).zip(self.clusters.iter().cycle()) {
            writeln!(roster, "lab2048-p{lab:03},{cluster}").unwrap();
        }
        fs::write(self.workdir.path("class.csv"), roster).unwrap();
    }

    /// Requests that AWS has refused so far.
    fn throttled(&self) -> usize {
        let output = self.command("sandbox show -o json").output().unwrap();
        let world: Value = serde_json::from_slice(&output.stdout).unwrap();
        let refused = world["throttled"].as_object().unwrap().values();
        refused
            .map(|count| usize::try_from(count.as_u64().unwrap()).unwrap())
            .sum()
    }
}

fn to_aws(report: &Value) -> f64 {
    // A run has them in its summary, a class in its report.
    let requests = report["requests"].as_object();
    let requests = requests.or_else(|| report["summary"]["requests"].as_object());
    let all = requests.unwrap().iter();
    let aws = all.filter(|(service, _)| *service != "kubernetes" && *service != "game");
    aws.map(|(_, requests)| requests.as_f64().unwrap()).sum()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a class has no more labs than a double has whole numbers"
)]
fn count(labs: usize) -> f64 {
    labs as f64
}
