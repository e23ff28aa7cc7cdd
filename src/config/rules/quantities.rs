//! Amounts: CPU, memory, limits of waits, how many pods may be away.

use std::time::Duration;

use super::super::problem::{in_quotes, quoted};
use super::Flaw;
use crate::lang::{Text, text};
use crate::model::{DurationError, Expiry, ExpiryError, LONGEST_WAIT, format_duration, parse_duration};

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
            return Err(Flaw::new(text!("config-cpu", value = in_quotes(text))).help(text!("config-cpu.remedy")));
        }
    };
    if milli < 1.0 {
        return Err(Flaw::new(text!("config-cpu-none", value = in_quotes(text))));
    }
    if milli > MAX_MILLI_CPU {
        return Err(Flaw::new(text!("config-cpu-too-much", value = in_quotes(text))));
    }
    Ok(text.to_owned())
}

/// Memory as Kubernetes writes it: `256Mi`, `1Gi`, `512M`.
pub(in crate::config) fn memory(text: &str) -> Result<String, Flaw> {
    let refused = || {
        let flaw = Flaw::new(text!("config-memory", value = in_quotes(text)));
        flaw.help(text!("config-such-as-two", first = "256Mi", second = "1Gi"))
    };
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
        let (value, bytes) = (in_quotes(text), quoted(&bytes.to_string()));
        let flaw = Flaw::new(text!("config-memory-too-little", value = value, bytes = bytes));
        let near = quoted(&format!("{number}Mi"));
        return Err(flaw.help(text!("config-did-you-mean", near = near)));
    }
    if bytes > MAX_MEMORY_BYTES {
        return Err(Flaw::new(text!("config-memory-too-much", value = in_quotes(text))));
    }
    Ok(text.to_owned())
}

/// The limit of a wait: `90s`, `15m`, `1h30m`.
pub(in crate::config) fn wait_limit(text: &str) -> Result<Duration, Flaw> {
    parse_duration(text, LONGEST_WAIT).map_err(|error| no_duration(error, text, text!("config-duration")))
}

/// What is wrong with a duration; `must` says what else it may be.
fn no_duration(error: DurationError, text: &str, must: Text) -> Flaw {
    let value = in_quotes(text);
    let help = match error {
        DurationError::OutOfRange { longest } => {
            let longest = format_duration(longest);
            return Flaw::new(text!("config-duration-out-of-range", longest = longest, value = value));
        }
        DurationError::NoUnit(number) => text!("config-duration-without-unit", number = quoted(&number)),
        DurationError::Malformed => text!("config-duration-malformed"),
    };
    Flaw::new(must.with("value", value)).help(help)
}

/// When a lab's time is over: `8h`, `2026-12-01`, `2026-12-01T18:00`.
pub(in crate::config) fn expiry(text: &str) -> Result<Expiry, Flaw> {
    Expiry::parse(text).map_err(|error| match error {
        ExpiryError::Duration(error) => no_duration(error, text, text!("config-expiry")),
        ExpiryError::Malformed => {
            Flaw::new(text!("config-expiry", value = in_quotes(text))).help(text!("config-expiry.remedy"))
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
        Some(0) => Err(Flaw::new(text!("config-budget-none")).help(text!("config-budget-none.remedy"))),
        Some(count) if count <= max => Ok(text.to_owned()),
        _ => {
            let flaw = Flaw::new(text!("config-budget", value = in_quotes(text)));
            Err(flaw.help(text!("config-such-as-two", first = "1", second = "20%")))
        }
    }
}
