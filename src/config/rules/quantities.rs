//! Amounts: CPU, memory, limits of waits, how many pods may be away.

use std::time::Duration;

use super::Flaw;
use crate::model::{DurationError, Expiry, ExpiryError, LONGEST_WAIT, parse_duration};

/// Fargate's largest pod has 16 vCPU and 120 GB.
const MAX_MILLI_CPU: f64 = 16_000.0;
const MAX_MEMORY_BYTES: f64 = 120.0 * 1024.0 * 1024.0 * 1024.0;

/// A number and the unit after it.
fn split(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number = text[..end].parse().ok()?;
    Some((number, &text[end..]))
}

/// CPU as Kubernetes writes it: `250m` or `0.25`.
pub(in crate::config) fn cpu(text: &str) -> Result<String, Flaw> {
    let milli = match split(text) {
        Some((number, "m")) => number,
        Some((number, "")) => number * 1000.0,
        _ => {
            return Err(Flaw::new(format!("must be an amount of CPU, but is {text:?}"))
                .help("such as `250m` for a quarter, or `1`"));
        }
    };
    if milli < 1.0 {
        return Err(Flaw::new(format!("must be more than nothing, but is {text:?}")));
    }
    if milli > MAX_MILLI_CPU {
        return Err(Flaw::new(format!(
            "must be at most 16, the largest pod that Fargate runs, but is {text:?}"
        )));
    }
    Ok(text.to_owned())
}

/// Memory as Kubernetes writes it: `256Mi`, `1Gi`, `512M`.
pub(in crate::config) fn memory(text: &str) -> Result<String, Flaw> {
    let refused =
        || Flaw::new(format!("must be an amount of memory, but is {text:?}")).help("such as `256Mi` or `1Gi`");
    let (number, unit) = split(text).ok_or_else(refused)?;
    let factor = match unit {
        "" => 1.0,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(refused()),
    };
    let bytes = number * factor;
    if bytes < 4.0 * 1024.0 * 1024.0 {
        let flaw = Flaw::new(format!("must be at least 4Mi, but {text:?} is {bytes} bytes"));
        return Err(flaw.help(format!("did you mean `{number}Mi`?")));
    }
    if bytes > MAX_MEMORY_BYTES {
        return Err(Flaw::new(format!(
            "must be at most 120Gi, the largest pod that Fargate runs, but is {text:?}"
        )));
    }
    Ok(text.to_owned())
}

/// The limit of a wait: `90s`, `15m`, `1h30m`.
pub(in crate::config) fn wait_limit(text: &str) -> Result<Duration, Flaw> {
    parse_duration(text, LONGEST_WAIT).map_err(|error| match error {
        DurationError::OutOfRange { .. } => Flaw::new(format!("{error}, but is {text:?}")),
        DurationError::NoUnit(_) | DurationError::Malformed => {
            Flaw::new(format!("must be a duration, but is {text:?}")).help(error.to_string())
        }
    })
}

/// When a lab's time is over: `8h`, `2026-12-01`, `2026-12-01T18:00`.
pub(in crate::config) fn expiry(text: &str) -> Result<Expiry, Flaw> {
    Expiry::parse(text).map_err(|error| match error {
        ExpiryError::Duration(DurationError::OutOfRange { .. }) => Flaw::new(format!("{error}, but is {text:?}")),
        ExpiryError::Duration(_) | ExpiryError::Malformed => {
            Flaw::new(format!("must be a duration or a time, but is {text:?}")).help(error.to_string())
        }
    })
}

/// How many pods may be away at once: a number from 1, or a share from `1%` to `100%`.
pub(in crate::config) fn unavailable(text: &str) -> Result<String, Flaw> {
    let (digits, max) = match text.strip_suffix('%') {
        Some(digits) => (digits, 100),
        None => (text, 1000),
    };
    let count: Option<u32> = digits
        .parse()
        .ok()
        .filter(|_| digits.chars().all(|c| c.is_ascii_digit()));
    match count {
        Some(0) => Err(Flaw::new("must allow at least one pod to be away")
            .help("with none, Fargate could not patch what is under the pods and would evict them all the same in the end (C15)")),
        Some(count) if count <= max => Ok(text.to_owned()),
        _ => Err(Flaw::new(format!("must be a number of pods or a share of them, but is {text:?}")).help("such as `1` or `20%`")),
    }
}
