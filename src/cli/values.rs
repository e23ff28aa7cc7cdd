//! Values of flags that clap does not know.

use std::time::Duration;

use crate::model::{DurationError, LONGEST_WAIT, parse_duration};

/// The longest leap of the embedded world: a month.
const LONGEST_LEAP: Duration = Duration::from_secs(30 * 24 * 3600);

/// The limit of a wait, such as `90s`, `15m` or `1h30m`.
pub(super) fn wait_limit(text: &str) -> Result<Duration, DurationError> {
    parse_duration(text, LONGEST_WAIT)
}

/// How much time passes in the embedded world.
pub(super) fn leap(text: &str) -> Result<Duration, DurationError> {
    parse_duration(text, LONGEST_LEAP)
}
