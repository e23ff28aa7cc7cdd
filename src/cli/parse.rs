//! Values of flags.

use std::time::Duration;

/// A duration such as `90s`, `15m` or `1h30m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let mut total = Duration::ZERO;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(format!("`{c}` is not a unit; write it like 90s, 15m or 1h30m")),
        };
        let count: u64 = digits
            .parse()
            .map_err(|_| format!("a number is missing before `{c}`, as in 15m"))?;
        digits.clear();
        total += Duration::from_secs(count.saturating_mul(unit));
    }
    match (digits.is_empty(), total.is_zero()) {
        (false, _) => Err(format!(
            "the unit after {digits} is missing; write it like 90s, 15m or 1h30m"
        )),
        (true, true) => Err("it must be more than nothing, such as 90s or 15m".to_owned()),
        (true, false) => Ok(total),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(duration("1h30m"), Ok(Duration::from_secs(5400)));
        for (wrong, part) in [
            ("15", "unit after 15"),
            ("m", "number is missing"),
            ("3d", "`d` is not a unit"),
            ("", "more than nothing"),
        ] {
            let error = duration(wrong).unwrap_err();
            assert!(error.contains(part), "{wrong}: {error}");
        }
    }
}
