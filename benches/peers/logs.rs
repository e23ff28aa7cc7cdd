//! What the servers' own logs say of one plan: how long it was served, how many requests it made, how many round trips
//! deep they were.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde_json::Value;

use crate::figures::Sample;
use crate::process_figures::wall_of;
use crate::regional::RegionalAws;
use crate::tools::{Bench, Tool, Verb, Way};
use crate::workshop::Workshop;

/// Requests that arrive within this time of each other belong to one round trip.
const ONE_ROUND: Duration = Duration::from_millis(60);

/// What the API server has served.
pub(crate) struct Served {
    /// Milliseconds from a plan's first request to its last answer, the median of some runs.
    pub(crate) span: f64,
    /// How many requests there were.
    pub(crate) requests: f64,
}

/// Reads the API server's log of plans by `tool`.
pub(crate) fn served(bench: &Bench, workshop: &Workshop, tool: Tool, way: &Way, runs: usize) -> Served {
    let mut spans = Vec::new();
    let mut requests = 0;
    for _ in 0..runs {
        let before = workshop.plane.audit(tool.name()).len();
        wall_of(&mut bench.command(&workshop.desk, tool, Verb::Plan, way));
        let events = settled_audit(workshop, tool, before);
        requests = events.len();
        let begun = time(&events[0], "requestReceivedTimestamp");
        let ended = events.iter().map(|event| time(event, "stageTimestamp")).max().unwrap();
        spans.push(ended.duration_since(begun).as_secs_f64() * 1000.0);
    }
    Served {
        span: Sample::of(spans).percentile(50),
        requests: f64::from(u32::try_from(requests).unwrap()),
    }
}

/// What a run has added to the API server's log.
fn settled_audit(workshop: &Workshop, tool: Tool, before: usize) -> Vec<Value> {
    let mut length = 0;
    loop {
        std::thread::sleep(Duration::from_millis(50));
        let events = workshop.plane.audit(tool.name());
        if events.len() > before && events.len() == length {
            return events[before..].to_vec();
        }
        length = events.len();
    }
}

/// Requests of one plan to all APIs.
pub(crate) fn requests_in_all(bench: &Bench, workshop: &Workshop, way: &Way) -> f64 {
    let aws = workshop.moto.log().lines().count();
    let cluster = workshop.plane.audit(Tool::Lab2048.name()).len();
    wall_of(&mut bench.command(&workshop.desk, Tool::Lab2048, Verb::Plan, way));
    let asked = settled_audit(workshop, Tool::Lab2048, cluster).len() + workshop.moto.log().lines().count() - aws;
    f64::from(u32::try_from(asked).unwrap())
}

/// How many round trips a plan is deep once it is connected: to Kubernetes by the API server's log, to AWS by what came by
/// on the way.
pub(crate) fn rounds(bench: &Bench, workshop: &Workshop, far: &Way, to_aws: &RegionalAws) -> (f64, f64) {
    to_aws.take_requests();
    let before = workshop.plane.audit(Tool::Lab2048.name()).len();
    wall_of(&mut bench.command(&workshop.desk, Tool::Lab2048, Verb::Plan, far));
    let events = settled_audit(workshop, Tool::Lab2048, before);
    let begun = time(&events[0], "requestReceivedTimestamp");
    let arrivals = events.iter().map(|event| {
        let at = time(event, "requestReceivedTimestamp");
        Duration::try_from(at.duration_since(begun)).unwrap_or_default()
    });
    let requests = to_aws.take_requests();
    let first: Instant = requests[0];
    let to_aws = requests.into_iter().map(|at| at.duration_since(first));
    (waves(arrivals), waves(to_aws))
}

fn time(event: &Value, key: &str) -> Timestamp {
    event[key].as_str().unwrap().parse().unwrap()
}

/// How many groups of arrivals there are with a pause between them.
fn waves(arrivals: impl Iterator<Item = Duration>) -> f64 {
    let mut arrivals: Vec<Duration> = arrivals.collect();
    arrivals.sort();
    let gaps = arrivals
        .windows(2)
        .filter(|pair| pair[1].saturating_sub(pair[0]) > ONE_ROUND);
    f64::from(u32::try_from(gaps.count()).unwrap()) + 1.0
}
