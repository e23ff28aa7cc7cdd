//! What the servers' own logs say of one plan: how long it was served, how many requests it made, how many round trips
//! deep they were.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::ROUND_TRIP;
use crate::regional::RegionalAws;
use crate::tools::{Bench, Tool, Verb, Way};
use lab2048_testing::cost::wall_of;
use lab2048_testing::figures::Sample;
use lab2048_testing::workshop::Workshop;

/// What the API server has served.
pub(crate) struct Served {
    /// Milliseconds from a plan's first request to its last answer, the median of some runs.
    pub(crate) span: f64,
    /// How many requests there were.
    pub(crate) requests: f64,
}

/// Reads the API server's log of plans by each of `tools`, run in turn.
pub(crate) fn served<const N: usize>(
    bench: &Bench,
    workshop: &Workshop,
    tools: [Tool; N],
    way: &Way,
    runs: usize,
) -> [Served; N] {
    let mut spans = tools.map(|_| Vec::new());
    let mut requests = [0.0; N];
    for _ in 0..runs {
        for (index, tool) in tools.into_iter().enumerate() {
            let before = workshop.plane.audit(tool.name()).len();
            wall_of(&mut bench.command(&workshop.workdir, tool, Verb::Plan, way));
            let events = settled_audit(workshop, tool, before);
            requests[index] = f64::from(u32::try_from(events.len()).unwrap());
            let begun = time(&events[0], "requestReceivedTimestamp");
            let ended = events.iter().map(|event| time(event, "stageTimestamp")).max().unwrap();
            spans[index].push(ended.duration_since(begun).as_secs_f64() * 1000.0);
        }
    }
    let mut requests = requests.into_iter();
    spans.map(|spans| Served {
        span: Sample::of(spans).percentile(50),
        requests: requests.next().unwrap_or_default(),
    })
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
    wall_of(&mut bench.command(&workshop.workdir, Tool::Lab2048, Verb::Plan, way));
    let asked = settled_audit(workshop, Tool::Lab2048, cluster).len() + workshop.moto.log().lines().count() - aws;
    f64::from(u32::try_from(asked).unwrap())
}

/// How many round trips a plan is deep once it is connected: to Kubernetes by the API server's log, to AWS by what came by
/// on the way. No answer is there before its round trip is over, so that what depends on another request was sent after it
/// had been answered: as many requests as can be found one after the other.
pub(crate) fn rounds(bench: &Bench, workshop: &Workshop, far: &Way, to_aws: &RegionalAws) -> (f64, f64) {
    to_aws.take_requests();
    let before = workshop.plane.audit(Tool::Lab2048.name()).len();
    wall_of(&mut bench.command(&workshop.workdir, Tool::Lab2048, Verb::Plan, far));
    let events = settled_audit(workshop, Tool::Lab2048, before);
    let one_way = SignedDuration::try_from(ROUND_TRIP / 2).unwrap();
    let in_the_cluster = events.iter().map(|event| {
        let sent = time(event, "requestReceivedTimestamp") - one_way;
        (sent, time(event, "stageTimestamp") + one_way)
    });
    (
        one_after_the_other(in_the_cluster),
        one_after_the_other(to_aws.take_requests()),
    )
}

/// The most requests, each sent when the one before had been answered.
fn one_after_the_other<T: Ord + Copy>(requests: impl IntoIterator<Item = (T, T)>) -> f64 {
    let mut requests: Vec<(T, T)> = requests.into_iter().collect();
    requests.sort_by_key(|(_, answered)| *answered);
    let mut last = None;
    let mut depth = 0;
    for (sent, answered) in requests {
        if last.is_none_or(|last| sent >= last) {
            last = Some(answered);
            depth += 1;
        }
    }
    f64::from(depth)
}

fn time(event: &Value, key: &str) -> Timestamp {
    event[key].as_str().unwrap().parse().unwrap()
}
