//! When a lab's time is over: as it is wished, and as it is on record on what the lab consists of.
//!
//! A wish may be a duration. It is turned into a time once, when the lab is made, and what is on record counts from then on:
//! a lab that is looked at again has not changed.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Serialize, Serializer};

use super::duration::{DurationError, format_duration, parse_duration};
use super::object::Object;
use super::ownership::Tags;

/// Tag with the time at which the lab's time is over (RFC 3339), or [`NEVER`].
pub const EXPIRES_TAG: &str = "lab2048:expires";
/// The same for cloud-nuke, which leaves what has it alone until then.
/// <https://github.com/gruntwork-io/cloud-nuke#protect-resources-with-cloud-nuke-after-tag>
pub const CLOUD_NUKE_TAG: &str = "cloud-nuke-after";
/// The value of [`EXPIRES_TAG`] for a lab that had an end and has none any more.
pub const NEVER: &str = "never";
/// On a Namespace and on the Deployment: the time at which the lab's time is over (RFC 3339).
pub const EXPIRES_ANNOTATION: &str = "lab2048.dev/expires";
/// Beside it: the duration that it was made of.
pub const LASTS_ANNOTATION: &str = "lab2048.dev/lasts";

/// The longest that a lab may be wished to last.
const LONGEST_LIFE: Duration = Duration::from_hours(366 * 24);

/// When a lab's time is to be over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So long after the call that makes the lab.
    After(Duration),
    /// At that time.
    At(Timestamp),
}

/// Why a text is no time at which a lab's can be over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExpiryError {
    /// It is a duration that cannot be used.
    #[error(transparent)]
    Duration(#[from] DurationError),
    /// It is neither a duration nor a time.
    #[error(
        "write a duration, such as `8h`, or a time: `2026-12-01` (its end in UTC), `2026-12-01T18:00` (UTC), \
         `2026-12-01T18:00+09:00`"
    )]
    Malformed,
}

impl Expiry {
    /// Reads a duration such as `8h`, a date, which stands for its last second in UTC, a date with a time of UTC, or a time
    /// with its offset (RFC 3339).
    pub fn parse(text: &str) -> Result<Self, ExpiryError> {
        match parse_duration(text, LONGEST_LIFE) {
            Ok(duration) => return Ok(Self::After(duration)),
            Err(DurationError::Malformed) => {}
            Err(error) => return Err(error.into()),
        }
        // A zone's name in brackets would be passed over.
        let time = (!text.contains('[')).then(|| time(text)).flatten();
        let time = time.and_then(|time| Timestamp::from_second(time.as_second()).ok());
        time.map(Self::At).ok_or(ExpiryError::Malformed)
    }

    /// The time, for a call that began at `begun`. What is on record counts for as long as the duration is the same and the
    /// time has not come: who applies a lab whose time was over wants it to go on.
    pub fn settle(self, begun: Timestamp, recorded: Option<Expires>) -> Expires {
        let lasts = match self {
            Self::At(at) => return Expires { at, lasts: None },
            Self::After(lasts) => lasts,
        };
        match recorded {
            Some(recorded) if recorded.lasts == Some(lasts) && recorded.at > begun => recorded,
            _ => Expires {
                at: after(begun, lasts),
                lasts: Some(lasts),
            },
        }
    }
}

fn time(text: &str) -> Option<Timestamp> {
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let civil = if text.contains(['T', 't', ' ']) {
        text.parse::<DateTime>().ok()?
    } else {
        text.parse::<Date>().ok()?.at(23, 59, 59, 0)
    };
    let zoned = civil.to_zoned(TimeZone::UTC).ok()?;
    Some(zoned.timestamp())
}

/// To the second, as it is written down.
fn after(begun: Timestamp, lasts: Duration) -> Timestamp {
    let whole = Timestamp::from_second(begun.as_second()).unwrap_or(begun);
    whole.saturating_add(lasts).unwrap_or(Timestamp::MAX)
}

impl fmt::Display for Expiry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::After(lasts) => f.write_str(&format_duration(*lasts)),
            Self::At(at) => write!(f, "{at}"),
        }
    }
}

impl Serialize for Expiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// When a lab's time is over, as it is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expires {
    /// The time.
    pub at: Timestamp,
    /// The duration that it was made of, if it was.
    pub lasts: Option<Duration>,
}

impl Expires {
    /// What is on record on an object.
    pub fn of_object(object: &Object) -> Option<Self> {
        let at = object.annotation(EXPIRES_ANNOTATION)?.parse().ok()?;
        let lasts = object.annotation(LASTS_ANNOTATION);
        Some(Self {
            at,
            lasts: lasts.and_then(|text| parse_duration(text, LONGEST_LIFE).ok()),
        })
    }

    /// The annotations that put it on record.
    pub fn annotations(self) -> impl Iterator<Item = (&'static str, String)> {
        let lasts = self.lasts.map(|lasts| (LASTS_ANNOTATION, format_duration(lasts)));
        std::iter::once((EXPIRES_ANNOTATION, self.at.to_string())).chain(lasts)
    }

    /// The tags that say it: ours, and the one that others' sweepers read.
    pub fn tags(self) -> [(&'static str, String); 2] {
        let at = self.at.to_string();
        [(EXPIRES_TAG, at.clone()), (CLOUD_NUKE_TAG, at)]
    }
}

/// The time that the tags of something have on record.
pub fn expires_of(tags: &Tags) -> Option<Timestamp> {
    tags.get(EXPIRES_TAG)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_duration_a_date_or_a_time_is_read() {
        for (text, read) in [
            ("8h", "8h"),
            ("480m", "8h"),
            ("1h 30m", "1h30m"),
            ("72h", "72h"),
            ("2026-12-01", "2026-12-01T23:59:59Z"),
            ("2026-12-01T18:00", "2026-12-01T18:00:00Z"),
            ("2026-12-01 18:00:30", "2026-12-01T18:00:30Z"),
            ("2026-12-01T18:00Z", "2026-12-01T18:00:00Z"),
            ("2026-12-01T18:00:00.5+09:00", "2026-12-01T09:00:00Z"),
        ] {
            let expiry = Expiry::parse(text).unwrap();
            assert_eq!(expiry.to_string(), read, "{text}");
            assert_eq!(Expiry::parse(read), Ok(expiry), "{text}");
        }
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "",
            "soon",
            "2026-13-01",
            "2026-12-01T25:00",
            "2026-12-01T18:00[Asia/Seoul]",
            "-8h",
            "01.12.2026",
        ] {
            assert_eq!(Expiry::parse(text), Err(ExpiryError::Malformed), "{text}");
        }
        assert_eq!(Expiry::parse("8"), Err(DurationError::NoUnit("8".to_owned()).into()));
        assert!(matches!(
            Expiry::parse("9000h"),
            Err(ExpiryError::Duration(DurationError::OutOfRange { .. }))
        ));
    }

    #[test]
    fn what_is_on_record_counts_until_the_wish_changes_or_the_time_has_come() {
        let wish = |text: &str| Expiry::parse(text).unwrap();
        let first = wish("8h").settle(at("2026-12-01T09:00:00.7Z"), None);
        assert_eq!(first.at, at("2026-12-01T17:00:00Z"));
        let later = at("2026-12-01T12:00:00Z");
        assert_eq!(wish("480m").settle(later, Some(first)), first);
        assert_eq!(wish("9h").settle(later, Some(first)).at, at("2026-12-01T21:00:00Z"));
        assert_eq!(
            wish("8h").settle(at("2026-12-01T17:00:00Z"), Some(first)).at,
            at("2026-12-02T01:00:00Z")
        );
        let date = wish("2026-12-24");
        let dated = date.settle(later, Some(first));
        assert_eq!((dated.at, dated.lasts), (at("2026-12-24T23:59:59Z"), None));
        assert_eq!(wish("8h").settle(later, Some(dated)).at, at("2026-12-01T20:00:00Z"));
    }

    #[test]
    fn what_is_put_on_record_is_read_back() {
        for text in ["8h", "2026-12-24"] {
            let expires = Expiry::parse(text).unwrap().settle(at("2026-12-01T09:00:00Z"), None);
            let mut object = Object(json!({"metadata": {"annotations": {}}}));
            for (key, value) in expires.annotations() {
                object.0["metadata"]["annotations"][key] = value.into();
            }
            assert_eq!(Expires::of_object(&object), Some(expires));
            let tags: Tags = expires.tags().map(|(key, value)| (key.to_owned(), value)).into();
            assert_eq!(expires_of(&tags), Some(expires.at));
        }
        let never = Tags::from([(EXPIRES_TAG.to_owned(), NEVER.to_owned())]);
        assert_eq!(expires_of(&never), None);
    }
}
