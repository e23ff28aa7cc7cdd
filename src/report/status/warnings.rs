//! The cluster's own warnings about the lab.

use jiff::Timestamp;

use super::EventRow;
use super::rows::text;
use crate::model::Object;
use crate::readiness;
use crate::report::times;

/// How many warnings are shown.
const WARNINGS: usize = 5;

/// The newest warnings among the events, newest first.
pub(super) fn warnings(events: &[Object], now: Timestamp) -> Vec<EventRow> {
    let mut found: Vec<_> = events
        .iter()
        .filter(|event| event.text("/type") == Some("Warning"))
        .collect();
    found.sort_by_key(|event| std::cmp::Reverse(readiness::last_seen(event)));
    let row = |event: &&Object| EventRow {
        age: readiness::last_seen(event).map_or_else(String::new, |at| times::age(at, now)),
        reason: text(event, "/reason").unwrap_or_default(),
        object: format!(
            "{}/{}",
            event.text("/involvedObject/kind").unwrap_or_default().to_lowercase(),
            event.text("/involvedObject/name").unwrap_or_default()
        ),
        message: readiness::message(event).to_owned(),
        count: readiness::times(event),
    };
    found.iter().take(WARNINGS).map(row).collect()
}
