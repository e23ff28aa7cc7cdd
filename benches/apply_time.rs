//! Virtual time of a whole `apply`, against what the same history allows at best and against the chapter's steps one
//! after the other.
//!
//! Every seed is one run in the embedded world. How long each thing in it took by itself (role, profile, machines and
//! images of the pods, load balancer, registration and health of the targets) is read from that run, and both
//! comparisons are worked out of the same durations. `SEEDS` is how many seeds are run.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark stops where it fails and prints what it measures"
)]

use std::env;
use std::process::ExitCode;

use lab2048::app::Exit;

use lab2048_testing::Lab;
use lab2048_testing::figures::{Budgets, Sample};
use lab2048_testing::history::History;

/// Seeds that are run by default.
const SEEDS: u64 = 100;
/// Time of ours in times of the critical path.
const BUDGET: f64 = 1.05;

/// Sleeps end on whole milliseconds of the wall, at which the world's clock runs 60 times as fast.
const ROUNDING: f64 = 0.1;

/// One seed's run: times in virtual seconds.
struct Run {
    ours: f64,
    critical: f64,
    chapter: f64,
    requests: f64,
    /// What lies between ours and the critical path, in the order of [`PARTS`].
    parts: [f64; PARTS.len()],
}

/// Where time beyond the critical path goes. When the load balancer is later than the pods, time lost with the profile is
/// hidden behind it.
const PARTS: [&str; 4] = [
    "role seen by EKS -> profile asked for",
    "profile ACTIVE -> pods made",
    "last target healthy -> end",
    "anything else (below 0: hidden)",
];

fn main() -> ExitCode {
    let seeds: u64 = env::var("SEEDS").map_or(SEEDS, |text| text.parse().unwrap());
    let runs: Vec<Run> = (1..=seeds).map(run).collect();
    println!("apply of the workshop's lab in virtual time, {seeds} seeds (SEEDS=n runs others), seconds");
    println!("                                             p10      p50      p90      max");
    row("ours", &runs, |run| run.ours);
    row("critical path", &runs, |run| run.critical);
    row("the chapter's steps one after the other", &runs, |run| run.chapter);
    println!("ratios");
    let ratio = row("ours / critical path", &runs, |run| run.ours / run.critical);
    row("ours / the chapter's", &runs, |run| run.ours / run.chapter);
    println!("beyond the critical path, seconds");
    for (part, label) in PARTS.into_iter().enumerate() {
        row(label, &runs, |run| run.parts[part]);
    }
    println!("requests");
    row("in all", &runs, |run| run.requests);
    row("a minute", &runs, |run| run.requests * 60.0 / run.ours);

    let mut budgets = Budgets::default();
    budgets.hold("ours / critical path, 9 of 10 seeds", ratio.percentile(90), BUDGET, "");
    budgets.end()
}

fn row(label: &str, runs: &[Run], figure: impl Fn(&Run) -> f64) -> Sample {
    let sample = Sample::of(runs.iter().map(figure));
    print!("  {label:<38}");
    for percent in [10, 50, 90, 100] {
        print!("{:>9.2}", sample.percentile(percent));
    }
    println!();
    sample
}

/// Runs one seed in a runtime of its own, whose time passes only in sleeps.
fn run(seed: u64) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(async {
        let lab = Lab::new(seed);
        let mut history = History::begin(&lab.world);
        let ran = tokio::select! {
            ran = lab.call("apply -o json") => ran.exits(Exit::Done),
            () = history.record() => panic!("the world has ended"),
        };
        let requests = ran.json()["summary"]["requests"].clone();
        let requests = requests
            .as_object()
            .unwrap()
            .values()
            .map(|count| count.as_f64().unwrap());
        measure(&history, requests.sum())
    })
}

fn measure(history: &History, requests: f64) -> Run {
    let ours = history.elapsed();
    let critical = history.at_best();
    assert!(
        ours + ROUNDING >= critical,
        "{ours} s is less than the least, {critical} s"
    );
    let known = [
        history.profile_asked() - history.role_seen(),
        history.pods_made() - history.profile_active(),
        ours - history.all_healthy(),
    ];
    let [asked, made, end] = known;
    Run {
        ours,
        critical,
        chapter: history.step_by_step(),
        requests,
        parts: [asked, made, end, ours - critical - asked - made - end],
    }
}
