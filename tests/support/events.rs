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

/// When something of this type was reported first, if ever.
pub fn first(events: &[Value], kind: &str) -> Option<Timestamp> {
    let event = events.iter().find(|event| event["type"] == kind)?;
    Some(event["at"].as_str()?.parse().unwrap())
}

/// Asserts that of two runs on one lab the one began its first step after the other had ended, or none at all.
#[track_caller]
pub fn one_after_the_other(mut runs: [Vec<Value>; 2]) {
    runs.sort_by_key(|events| first(events, "step-started").unwrap_or(Timestamp::MAX));
    let [former, latter] = &runs;
    assert!(first(former, "step-started").is_some(), "no run has begun anything");
    let end = first(former, "summary").unwrap();
    let begin = first(latter, "step-started");
    assert!(
        begin.is_none_or(|begin| begin >= end),
        "the one began at {begin:?}, when the other was at work until {end}"
    );
}
