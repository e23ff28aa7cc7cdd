//! Times as people write them.

use std::time::Duration;

use jiff::Timestamp;

use crate::lang::{Text, text};
use crate::model::format_duration;

/// A time that something took or takes: to the second below an hour, to the minute above.
pub fn duration(duration: Duration) -> String {
    const HOUR: u64 = 3600;
    let seconds = duration.as_secs();
    let shown = if seconds < HOUR { seconds } else { seconds / 60 * 60 };
    format_duration(Duration::from_secs(shown))
}

/// How long something has taken so far, in a shape that does not change from one second to the next: `9s`, `2m00s`, `1h05m`.
pub fn elapsed(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}

/// A duration given in milliseconds.
pub fn millis(millis: u64) -> String {
    duration(Duration::from_millis(millis))
}

/// How long before `now` something was: `3 minutes ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> Text {
    let seconds = Duration::try_from(now.duration_since(at)).unwrap_or_default().as_secs();
    match seconds {
        0..=59 => text!("view-ago-seconds", count = seconds),
        60..=3599 => text!("view-ago-minutes", count = seconds / 60),
        3600..=86_399 => text!("view-ago-hours", count = seconds / 3600),
        _ => text!("view-ago-days", count = seconds / 86_400),
    }
}

/// When something is over, and how far that is from `now`: `2026-12-01T18:00:00Z, in 7h30m`.
pub fn end(at: Timestamp, now: Timestamp) -> Text {
    let time = format!("{at:.0}");
    match Duration::try_from(at.duration_since(now)) {
        Ok(left) if left.as_secs() >= 2 * 86_400 => {
            text!("view-ends-in-days", at = time, days = left.as_secs() / 86_400)
        }
        Ok(left) if !left.is_zero() => text!("view-ends-in", at = time, time = duration(left)),
        _ => Text::list([Text::from(time), ago(at, now)], ", "),
    }
}

/// `kubectl get`'s way to say an age: `18m`, `2d`.
pub fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = Duration::try_from(now.duration_since(since))
        .unwrap_or_default()
        .as_secs();
    match seconds {
        0..=119 => format!("{seconds}s"),
        120..=599 if seconds % 60 != 0 => format!("{}m{}s", seconds / 60, seconds % 60),
        120..=7199 => format!("{}m", seconds / 60),
        7200..=172_799 => format!("{}h", seconds / 3600),
        _ => format!("{}d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_ages() {
        let at = |s| Timestamp::UNIX_EPOCH + Duration::from_secs(s);
        assert_eq!(
            [9, 65, 600, 7805].map(|s| duration(Duration::from_secs(s))),
            ["9s", "1m05s", "10m", "2h10m"]
        );
        assert_eq!(
            [0, 59, 60, 136, 600, 3600, 7805].map(|s| elapsed(Duration::from_secs(s))),
            ["0s", "59s", "1m00s", "2m16s", "10m00s", "1h00m", "2h10m"]
        );
        assert_eq!(
            [1, 59, 61, 7200, 200_000].map(|s| ago(at(0), at(s))),
            [
                "1 second ago",
                "59 seconds ago",
                "1 minute ago",
                "2 hours ago",
                "2 days ago"
            ]
        );
        assert_eq!(
            [18 * 60, 90, 387, 115_200, 300_000].map(|s| age(at(0), at(s))),
            ["18m", "90s", "6m27s", "32h", "3d"]
        );
        assert_eq!(ago(at(9), at(0)), "0 seconds ago", "clocks differ");
        assert_eq!(end(at(27_000), at(0)), "1970-01-01T07:30:00Z, in 7h30m");
        assert_eq!(end(at(172_800), at(0)), "1970-01-03T00:00:00Z, in 2 days");
        assert_eq!(end(at(60), at(7260)), "1970-01-01T00:01:00Z, 2 hours ago");
    }
}
