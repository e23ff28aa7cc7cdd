//! The cluster's own warnings about the lab.

use jiff::Timestamp;

use super::EventRow;
use super::rows::text;
use crate::model::Object;
use crate::report::words;

/// How many warnings are shown.
const WARNINGS: usize = 5;

/// The newest warnings among the events, newest first.
pub(super) fn warnings(events: &[Object], now: Timestamp) -> Vec<EventRow> {
    let last = |event: &Object| -> Option<Timestamp> {
        let stamp = event
            .text("/lastTimestamp")
            .or(event.text("/eventTime"))
            .or(event.text("/metadata/creationTimestamp"));
        stamp.and_then(|text| text.parse().ok())
    };
    let mut found: Vec<_> = events
        .iter()
        .filter(|event| event.text("/type") == Some("Warning"))
        .collect();
    found.sort_by_key(|event| std::cmp::Reverse(last(event)));
    let row = |event: &&Object| EventRow {
        age: last(event).map_or_else(String::new, |at| words::age(at, now)),
        reason: text(event, "/reason").unwrap_or_default(),
        object: format!(
            "{}/{}",
            event.text("/involvedObject/kind").unwrap_or_default().to_lowercase(),
            event.text("/involvedObject/name").unwrap_or_default()
        ),
        message: text(event, "/message").unwrap_or_default(),
        count: event.number("/count").unwrap_or(1),
    };
    found.iter().take(WARNINGS).map(row).collect()
}
