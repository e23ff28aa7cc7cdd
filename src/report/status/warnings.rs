//! The cluster's own warnings about the lab.

use jiff::Timestamp;

use super::EventRow;
use super::rows::text;
use crate::lang::Text;
use crate::model::Object;
use crate::readiness;
use crate::report::{times, words};

/// How many warnings are shown.
const WARNINGS: usize = 5;

/// Warnings that say the same of objects of one kind.
struct Same<'a> {
    kind: String,
    reason: String,
    message: Text,
    events: Vec<&'a Object>,
}

/// The newest warnings among the events, newest first; one that several objects share, or that comes again and again, once.
pub(super) fn warnings(events: &[Object], now: Timestamp) -> Vec<EventRow> {
    let mut found: Vec<_> = events
        .iter()
        .filter(|event| event.text("/type") == Some("Warning"))
        .collect();
    found.sort_by_key(|event| std::cmp::Reverse(readiness::last_seen(event)));
    let mut groups: Vec<Same<'_>> = Vec::new();
    for event in found {
        let Some(message) = readiness::explained(event) else {
            continue;
        };
        let kind = event.text("/involvedObject/kind").unwrap_or_default().to_lowercase();
        let reason = text(event, "/reason").unwrap_or_default();
        let is_same = |same: &&mut Same<'_>| same.kind == kind && same.reason == reason && same.message == message;
        let same = groups.iter_mut().find(is_same);
        match same {
            Some(same) => same.events.push(event),
            None => groups.push(Same {
                kind,
                reason,
                message,
                events: vec![event],
            }),
        }
    }
    groups.into_iter().take(WARNINGS).map(|same| same.row(now)).collect()
}

impl Same<'_> {
    fn row(self, now: Timestamp) -> EventRow {
        let mut names: Vec<&str> = self
            .events
            .iter()
            .filter_map(|event| event.text("/involvedObject/name"))
            .collect();
        names.sort_unstable();
        names.dedup();
        let newest = self.events.first().and_then(|event| readiness::last_seen(event));
        EventRow {
            age: newest.map_or_else(String::new, |at| times::age(at, now)),
            reason: self.reason,
            object: match names[..] {
                [name] => format!("{}/{name}", self.kind),
                _ => words::count_of(names.len(), &self.kind, &plural(&self.kind)),
            },
            message: self.message,
            count: self.events.iter().map(|event| readiness::times(event)).sum(),
        }
    }
}

fn plural(kind: &str) -> String {
    let ending = if kind.ends_with('s') { "es" } else { "s" };
    format!("{kind}{ending}")
}
