//! The records that `--events FILE` has kept.

use jiff::Timestamp;
use serde_json::Value;

/// A record of each line.
///
/// # Panics
///
/// If a line is not one JSON document.
pub fn parse(text: &str) -> Vec<Value> {
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

/// When the first of these events was reported, if ever.
fn first(events: &[Value], wanted: impl Fn(&Value) -> bool) -> Option<Timestamp> {
    let event = events.iter().find(|event| wanted(event))?;
    Some(event["at"].as_str()?.parse().unwrap())
}

/// When the run began its first step; to ask for the lab's lock is none.
fn begin(events: &[Value]) -> Option<Timestamp> {
    first(events, |event| {
        let node = event["node"].as_str().unwrap_or_default();
        event["type"] == "step-started" && !node.starts_with("lock/")
    })
}

/// Asserts that of two runs on one lab the one began its first step after the other had ended, or none at all.
#[track_caller]
pub fn one_after_the_other(mut runs: [Vec<Value>; 2]) {
    runs.sort_by_key(|events| begin(events).unwrap_or(Timestamp::MAX));
    let [former, latter] = &runs;
    assert!(begin(former).is_some(), "no run has begun anything");
    // The lock is given back after the last step: what follows only looks.
    let steps = former
        .iter()
        .rev()
        .filter(|event| event["type"].as_str().is_some_and(|kind| kind.starts_with("step-")));
    let end: Timestamp = steps
        .take(1)
        .find_map(|event| event["at"].as_str()?.parse().ok())
        .unwrap();
    let begin = begin(latter);
    assert!(
        begin.is_none_or(|begin| begin >= end),
        "the one began at {begin:?}, when the other was at work until {end}"
    );
}
