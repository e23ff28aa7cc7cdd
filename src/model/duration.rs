//! How durations are written: one way to read them, in flags and environments, and one to print them.

use std::time::Duration;

use jiff::fmt::friendly::SpanParser;

use crate::lang::{Text, text};

/// The longest limit of a wait.
pub const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);

const SHORTEST: Duration = Duration::from_secs(1);

/// Why a text is no duration that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// It is a number alone.
    #[error("it needs a unit: `{0}s`, `{0}m` or `{0}h`")]
    NoUnit(String),
    /// It cannot be read: another text, units in the wrong order, parts of a second, more than a number can hold.
    #[error("write it like `90s`, `15m` or `1h30m`")]
    Malformed,
    /// It is too short or too long.
    #[error("must be from 1s to {}", format_duration(*.longest))]
    OutOfRange {
        /// The longest that is allowed.
        longest: Duration,
    },
}

impl DurationError {
    /// What is wrong, as people read it.
    pub fn text(&self) -> Text {
        match self {
            Self::NoUnit(number) => text!("config-duration-without-unit", number = number),
            Self::Malformed => text!("config-duration-malformed"),
            Self::OutOfRange { longest } => text!("flag-duration-out-of-range", longest = format_duration(*longest)),
        }
    }
}

/// Reads a duration of hours, minutes and seconds, such as `90s`, `15m`, `1h30m` or `1.5 hours`: whole seconds, from one
/// to `longest`. Units come from the largest to the smallest, each once.
pub fn parse_duration(text: &str, longest: Duration) -> Result<Duration, DurationError> {
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
        return Err(DurationError::NoUnit(text.to_owned()));
    }
    let duration = SpanParser::new()
        .parse_unsigned_duration(text)
        .map_err(|_| DurationError::Malformed)?;
    if duration > longest || duration < SHORTEST {
        return Err(DurationError::OutOfRange { longest });
    }
    if duration.subsec_nanos() > 0 {
        return Err(DurationError::Malformed);
    }
    Ok(duration)
}

/// A duration to the second: `45s`, `2m06s`, `15m`, `1h30m`, `1h00m06s`. [`parse_duration`] reads it back.
///
/// What follows a larger unit has two digits, so that times in a column compare by eye; `jiff`'s printer fills up all
/// units or none.
pub fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s}s"),
        (0, m, 0) => format!("{m}m"),
        (0, m, s) => format!("{m}m{s:02}s"),
        (h, 0, 0) => format!("{h}h"),
        (h, m, 0) => format!("{h}h{m:02}m"),
        (h, m, s) => format!("{h}h{m:02}m{s:02}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_printed_in_one_way() {
        let table = [
            ("1s", "1s"),
            ("90s", "1m30s"),
            ("126s", "2m06s"),
            ("2m06s", "2m06s"),
            ("15m", "15m"),
            ("90m", "1h30m"),
            ("1h30m", "1h30m"),
            ("1.5h", "1h30m"),
            ("1 hour 30 minutes", "1h30m"),
            ("3606s", "1h00m06s"),
            ("1h5m", "1h05m"),
            ("24h", "24h"),
        ];
        for (text, printed) in table {
            let duration = parse_duration(text, LONGEST_WAIT).unwrap();
            assert_eq!(format_duration(duration), printed, "{text}");
            assert_eq!(parse_duration(printed, LONGEST_WAIT), Ok(duration), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        let longest = LONGEST_WAIT;
        let table = [
            ("", DurationError::Malformed),
            ("m", DurationError::Malformed),
            ("15", DurationError::NoUnit("15".to_owned())),
            ("5s1h", DurationError::Malformed),
            ("1m1m", DurationError::Malformed),
            ("-5m", DurationError::Malformed),
            ("1d", DurationError::Malformed),
            ("PT15M", DurationError::Malformed),
            ("1.5s", DurationError::Malformed),
            ("18446744073709551615s1s", DurationError::Malformed),
            ("18446744073709551615h", DurationError::Malformed),
            ("99999999999999999999s", DurationError::Malformed),
            ("0s", DurationError::OutOfRange { longest }),
            ("999ms", DurationError::OutOfRange { longest }),
            ("24h1s", DurationError::OutOfRange { longest }),
        ];
        for (text, error) in table {
            assert_eq!(parse_duration(text, longest), Err(error), "{text}");
        }
    }
}
