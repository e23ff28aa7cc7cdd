//! How far this machine's date is from AWS's: what is signed with a wrong date is refused. The SDK goes by the dates of answers
//! for what it signs; the cluster's token is signed here.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// A token is taken that is dated up to five minutes ahead. What is less is not worth correcting: an answer takes time, and
/// its date may be that of something between.
const TOLERATED: SignedDuration = SignedDuration::from_mins(4);

/// AWS's clock, as far as answers have shown it.
#[derive(Debug, Clone, Default)]
pub(super) struct ServerClock(Arc<Mutex<SignedDuration>>);

impl ServerClock {
    /// An answer with this `Date` has come at `now` of this machine.
    pub(super) fn heard(&self, date: &str, now: Timestamp) {
        // Whoever writes no date that can be read, says nothing about the time.
        if let Ok(there) = DateTimeParser::new().parse_timestamp(date) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = there.duration_since(now);
        }
    }

    /// What time it is for AWS when it is `now` on this machine.
    pub(super) fn at(&self, now: Timestamp) -> Timestamp {
        let ahead = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ahead.abs() < TOLERATED {
            return now;
        }
        now.saturating_add(ahead).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_that_is_far_off_is_corrected() {
        let now: Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
        let servers = ServerClock::default();
        assert_eq!(servers.at(now), now, "nothing has been heard");
        for (date, corrected) in [
            ("Tue, 24 Nov 2026 08:46:00 GMT", "2026-11-24T08:46:00Z"),
            ("yesterday", "2026-11-24T08:46:00Z"),
            ("Fri, 27 Nov 2026 09:00:00 GMT", "2026-11-27T09:00:00Z"),
            ("Tue, 24 Nov 2026 09:03:59 GMT", "2026-11-24T09:00:00Z"),
            ("Tue, 24 Nov 2026 08:56:00 GMT", "2026-11-24T08:56:00Z"),
        ] {
            servers.heard(date, now);
            assert_eq!(servers.at(now).to_string(), corrected, "{date}");
        }
    }
}
