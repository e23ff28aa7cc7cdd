//! Core Events: which concern an object, how old they are, what they say.
//!
//! Events expire after an hour, are aggregated and rate-limited: their absence proves nothing. Only those whose
//! `involvedObject.uid` matches are read, because a re-created object has the same name and old events.

use jiff::Timestamp;

use crate::model::Object;

/// client-go puts this before the text of an event that stands for several similar ones.
const COMBINED: &str = "(combined from similar events): ";

/// The events that concern the object with this UID, oldest first.
pub fn about<'a>(events: &'a [Object], uid: &str) -> Vec<&'a Object> {
    let mut found: Vec<&Object> = events
        .iter()
        .filter(|event| event.text("/involvedObject/uid") == Some(uid))
        .collect();
    found.sort_by_key(|event| last_seen(event));
    found
}

/// The newest event about the object, if that is a warning: a later success makes older warnings void.
pub fn newest_warning<'a>(events: &'a [Object], uid: &str) -> Option<&'a Object> {
    about(events, uid)
        .pop()
        .filter(|event| event.text("/type") == Some("Warning"))
}

/// When the event was last seen.
pub fn last_seen(event: &Object) -> Option<Timestamp> {
    [
        "/series/lastObservedTime",
        "/lastTimestamp",
        "/eventTime",
        "/firstTimestamp",
        "/metadata/creationTimestamp",
    ]
    .iter()
    .find_map(|pointer| event.text(pointer)?.parse().ok())
}

/// How often the event was seen, at least once.
pub fn times(event: &Object) -> u64 {
    ["/series/count", "/count"]
        .iter()
        .find_map(|pointer| event.number(pointer))
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or(1)
        .max(1)
}

/// What the event says, without the mark of an aggregation.
pub fn message(event: &Object) -> &str {
    let text = event.text("/message").unwrap_or_default();
    text.strip_prefix(COMBINED).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event(uid: &str, kind: &str, seconds: u8, message: &str) -> Object {
        Object(json!({
            "involvedObject": {"uid": uid}, "type": kind, "message": message, "count": 3,
            "lastTimestamp": format!("2026-11-23T23:22:{seconds:02}Z"),
        }))
    }

    #[test]
    fn a_later_success_makes_an_older_warning_void() {
        let warning = event("a", "Warning", 10, "(combined from similar events): no subnets");
        let success = event("a", "Normal", 11, "ok");
        let other = event("b", "Warning", 12, "another object of the same name");
        let events = [success.clone(), warning.clone(), other];
        assert_eq!(newest_warning(&events, "a"), None);
        assert_eq!(newest_warning(&events[1..], "a"), Some(&warning));
        assert_eq!(message(&warning), "no subnets");
        assert_eq!(times(&warning), 3);
        assert_eq!(about(&events, "a"), [&warning, &success]);
    }

    #[test]
    fn new_style_events_have_a_time_and_a_count_too() {
        let event = Object(json!({
            "eventTime": "2026-11-23T23:22:01.000001Z",
            "series": {"count": 4, "lastObservedTime": "2026-11-23T23:22:09.5Z"},
        }));
        assert_eq!(last_seen(&event).unwrap().to_string(), "2026-11-23T23:22:09.5Z");
        assert_eq!(times(&event), 4);
        assert_eq!(times(&Object(json!({}))), 1);
    }
}
