//! Amounts as Kubernetes writes them: `250m`, `0.5`, `1e3`, `256Mi`, `1G`.

use serde_json::Value;

/// Parts of one; no amount in a manifest is finer (`1n`).
const NANO: u128 = 1_000_000_000;

/// Suffixes with what they stand for: a factor, and a divisor. (Kubernetes documentation, "Quantity")
const SUFFIXES: [(&str, u128, u128); 16] = [
    ("Ki", 1 << 10, 1),
    ("Mi", 1 << 20, 1),
    ("Gi", 1 << 30, 1),
    ("Ti", 1 << 40, 1),
    ("Pi", 1 << 50, 1),
    ("Ei", 1 << 60, 1),
    ("n", 1, NANO),
    ("u", 1, 1_000_000),
    ("m", 1, 1_000),
    ("k", 1_000, 1),
    ("M", 1_000_000, 1),
    ("G", NANO, 1),
    ("T", 1_000_000_000_000, 1),
    ("P", 1_000_000_000_000_000, 1),
    ("E", 1_000_000_000_000_000_000, 1),
    ("", 1, 1),
];

/// An amount, exact to a billionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Quantity(u128);

impl Quantity {
    /// The amount in units of `of / parts`, rounded up: `units(1000, 1)` are thousandths (of a CPU), `units(1, 1 << 20)`
    /// MiB (of memory).
    pub fn units(self, parts: u64, of: u64) -> u64 {
        let units = self.0.saturating_mul(parts.into()).div_ceil(NANO * u128::from(of));
        u64::try_from(units).unwrap_or(u64::MAX)
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The amount in a manifest, which may be a text or a number; `None` for what is none, or negative.
    pub fn of(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) => Self::parse(text),
            Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix('+').unwrap_or(text);
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, suffix) = text.split_at(end);
        let (factor, divisor) = factor(suffix)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits: u128 = format!("{whole}{fraction}").parse().ok()?;
        let scale = 10u128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let parts = digits.checked_mul(factor)?.checked_mul(NANO)?;
        Some(Self(parts.div_ceil(divisor.checked_mul(scale)?)))
    }
}

/// What a suffix multiplies and divides by. `E3` and `e-3` are powers of ten, `E` alone is not.
fn factor(suffix: &str) -> Option<(u128, u128)> {
    let known = SUFFIXES.iter().find(|(known, ..)| *known == suffix);
    if let Some((_, factor, divisor)) = known {
        return Some((*factor, *divisor));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    let power = 10u128.checked_pow(exponent.unsigned_abs())?;
    Some(if exponent < 0 { (1, power) } else { (power, 1) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_notation_of_an_amount() {
        for (written, millis) in [
            (json!("250m"), Some(250)),
            (json!("0.5"), Some(500)),
            (json!(".5"), Some(500)),
            (json!("5."), Some(5000)),
            (json!("+1"), Some(1000)),
            (json!(0.25), Some(250)),
            (json!(2), Some(2000)),
            (json!("1e3"), Some(1_000_000)),
            (json!("1E3"), Some(1_000_000)),
            (json!("5e-1"), Some(500)),
            (json!("100u"), Some(1)),
            (json!("1k"), Some(1_000_000)),
            (json!("1Ki"), Some(1_024_000)),
            (json!("1M"), Some(1_000_000_000)),
            (json!("1Mi"), Some(1_048_576_000)),
            (json!("0.1Gi"), Some(107_374_182_400)),
            (json!("1E"), Some(u64::MAX)),
            (json!("1 Gi"), None),
            (json!("1GB"), None),
            (json!("1gi"), None),
            (json!("-1"), None),
            (json!(""), None),
            (json!("."), None),
            (json!("many"), None),
            (json!(true), None),
        ] {
            assert_eq!(
                Quantity::of(&written).map(|amount| amount.units(1000, 1)),
                millis,
                "{written}"
            );
        }
        assert_eq!(Quantity::of(&json!("0.5")), Quantity::of(&json!("500m")));
        assert_eq!(Quantity::of(&json!("1024Mi")), Quantity::of(&json!("1Gi")));
        assert!(Quantity::of(&json!("1G")) < Quantity::of(&json!("1Gi")));
        assert_eq!(Quantity::of(&json!("257Mi")).unwrap().units(1, 1 << 20), 257);
        assert_eq!(Quantity::of(&json!("500M")).unwrap().units(1, 1 << 20), 477);
    }
}
