//! How long a run is said to take, against how long it takes.

#![expect(
    clippy::cast_precision_loss,
    clippy::print_stdout,
    reason = "seconds and shares of a hundred; what was near is told"
)]

use jiff::Timestamp;
use lab2048::app::Exit;
use lab2048::event::{Event, Record, Usual};
use lab2048::plan::Course;
use lab2048_testing::Lab;
use lab2048_testing::seeds::{each_seed, number};

/// Seeds that are run; `LAB2048_EXPECTED` has another number.
const SEEDS: u64 = 40;
/// The runs of a lab's life.
const LINES: [&str; 4] = ["apply", "scale --replicas 3", "scale --replicas 6", "destroy --yes"];
/// One in so many lives to the end; of the others there is the first run.
const WHOLE: u64 = 4;
/// How far off may be what is expected.
const OFF: f64 = 0.3;
/// What is shown is not told more exactly than to so many seconds.
const SECONDS: f64 = 5.0;

/// What was expected of a run, in seconds.
#[derive(Debug)]
struct Run {
    line: &'static str,
    /// At its beginning.
    first: f64,
    /// What nine of ten were said to take no longer than.
    late: f64,
    /// When half of its time was over.
    halfway: f64,
    /// How long it took from its first step on.
    took: f64,
}

impl Run {
    fn of(line: &'static str, records: &[Record]) -> Self {
        let begun = records
            .iter()
            .find(|record| matches!(record.event, Event::StepStarted { .. }))
            .unwrap()
            .at;
        let seconds = |at: Timestamp| at.duration_since(begun).as_secs_f64();
        let done = records
            .iter()
            .rev()
            .find(|record| matches!(record.event, Event::StepDone { .. }));
        let took = seconds(done.unwrap().at);
        let (mut course, mut first) = (Course::default(), Usual::default());
        for record in records {
            let at = record.at.duration_since(begun);
            if seconds(record.at) > took / 2.0 {
                break;
            }
            let at = at.try_into().unwrap_or_default();
            match &record.event {
                Event::PlanReady { steps, usual, .. } => {
                    course = Course::new(steps);
                    first = usual.unwrap();
                }
                Event::StepStarted { node, .. } => course.begin(node, at),
                Event::StepDone { node, .. } => course.end(node, at),
                _ => {}
            }
        }
        let halfway = course.whole(std::time::Duration::from_secs_f64(took / 2.0));
        Self {
            line,
            first: first.p50_ms as f64 / 1000.0,
            late: first.p90_ms as f64 / 1000.0,
            halfway: halfway.p50_ms as f64 / 1000.0,
            took,
        }
    }
}

/// The runs of a life.
fn life(seed: u64) -> Vec<Run> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let lab = Lab::new(seed);
        let mut runs = Vec::new();
        let lines = if seed.is_multiple_of(WHOLE) {
            &LINES[..]
        } else {
            &LINES[..1]
        };
        for line in lines {
            lab.call(line).await.exits(Exit::Done);
            runs.push(Run::of(line, &lab.told()));
        }
        runs
    })
}

/// The share of these runs of which what was expected was not far from what came.
fn near(runs: &[&Run], expected: impl Fn(&Run) -> f64) -> f64 {
    let near = runs
        .iter()
        .filter(|run| (expected(run) - run.took).abs() <= (OFF * run.took).max(SECONDS));
    near.count() as f64 / runs.len() as f64
}

#[test]
fn runs_take_as_long_as_is_expected() {
    let seeds = number("LAB2048_EXPECTED").unwrap_or(SEEDS);
    let runs: Vec<Run> = each_seed(0..seeds, life).into_iter().flatten().collect();
    let of = |line: &str| runs.iter().filter(|run| run.line == line).collect::<Vec<_>>();
    for line in LINES {
        let runs = of(line);
        let (first, half) = (near(&runs, |run| run.first), near(&runs, |run| run.halfway));
        let within = runs.iter().filter(|run| run.took <= run.late + SECONDS).count() as f64 / runs.len() as f64;
        println!(
            "{line}, {} runs: {first} near at first, {half} halfway, {within} not later than told",
            runs.len()
        );
        assert!(within >= 0.85, "{line}: {within}");
        // To remove a profile takes one to four minutes and is most of a removal: nobody knows beforehand how long.
        let least = if line.starts_with("destroy") { 0.4 } else { 0.9 };
        assert!(
            first >= least && half >= least,
            "{line}: {first} at first, {half} halfway"
        );
    }
}
