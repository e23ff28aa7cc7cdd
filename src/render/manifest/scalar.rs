//! What a scalar of a manifest means, as kubectl reads it.
//!
//! kubectl reads YAML with sigs.k8s.io/yaml, which is go-yaml v2 and a conversion to JSON. Its rules are those of YAML 1.1
//! with exceptions of its own: `yes` is true, `0400` is 256, `0o17` is 15, `1_000` is 1000, and base 60 (`1:30`) is a text.
//! This is its function `resolve`, case by case; `tests/golden/scalars.tsv` holds the two together.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Number, Value};

/// The prefix of the tags that YAML itself defines.
const YAML_TAG: &str = "tag:yaml.org,2002:";

/// A scalar with its type.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number beyond those.
    Big(u64),
    /// Any other number, infinities and `.nan` among them.
    Float(f64),
    /// A text.
    Text(String),
}

impl Scalar {
    /// What a scalar without quotes and tag means.
    pub(super) fn plain(text: &str) -> Self {
        named(text)
            .or_else(|| number(text))
            .unwrap_or_else(|| Self::Text(text.to_owned()))
    }

    /// What a scalar with a tag means; `None` where the two contradict each other.
    pub(super) fn tagged(tag: &str, text: &str) -> Option<Self> {
        let as_text = || Self::Text(text.to_owned());
        match tag.strip_prefix(YAML_TAG) {
            Some("binary") => {
                let digits: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
                let bytes = STANDARD.decode(digits).ok()?;
                Some(Self::Text(String::from_utf8_lossy(&bytes).into_owned()))
            }
            Some("timestamp") => is_dated(text).then(as_text),
            Some(kind @ ("null" | "bool" | "int" | "float")) => match (kind, Self::plain(text)) {
                // The cast is go-yaml's own.
                ("float", Self::Int(whole)) => as_float(whole).map(Self::Float),
                (kind, found) => (found.kind() == kind).then_some(found),
            },
            // `!!str`, and a tag that go-yaml does not know, which says nothing.
            _ => Some(as_text()),
        }
    }

    /// The scalar as JSON has it; `None` for what JSON has not.
    pub(super) fn value(self) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(truth),
            Self::Int(whole) => whole.into(),
            Self::Big(whole) => whole.into(),
            Self::Float(number) => Value::Number(json_number(number)?),
            Self::Text(text) => Value::String(text),
        })
    }

    /// The scalar as a key; `None` for what cannot be one.
    pub(super) fn key(self) -> Option<String> {
        Some(match self {
            Self::Null | Self::Big(_) => return None,
            Self::Bool(truth) => truth.to_string(),
            Self::Int(whole) => whole.to_string(),
            Self::Float(number) => short_float(number),
            Self::Text(text) => text,
        })
    }

    /// The name of its type among YAML's tags.
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Big(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "str",
        }
    }
}

/// The words that stand for something else.
fn named(text: &str) -> Option<Scalar> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Scalar::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number(text: &str) -> Option<Scalar> {
    match text.as_bytes().first()? {
        b'.' => separates_digits(text)
            .then(|| decimal(&text.replace('_', "")))
            .flatten(),
        b'0'..=b'9' | b'+' | b'-' => {
            // Dates are none of these; here underscores may be anywhere.
            let digits = text.replace('_', "");
            whole(&digits)
                .or_else(|| decimal(&digits))
                .or_else(|| twice_signed_binary(&digits))
        }
        _ => None,
    }
}

/// A whole number as Go writes them: with a prefix for its base, where a leading 0 means octal.
fn whole(text: &str) -> Option<Scalar> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (Some('-'), &text[1..]),
        b'+' => (Some('+'), &text[1..]),
        _ => (None, text),
    };
    let prefix = digits.get(..2).unwrap_or_default().to_ascii_lowercase();
    let (radix, digits) = match prefix.as_str() {
        "0x" => (16, &digits[2..]),
        "0o" => (8, &digits[2..]),
        "0b" => (2, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    // Rust would take another sign here.
    let bare = digits.bytes().all(|digit| digit.is_ascii_alphanumeric());
    let magnitude = bare.then(|| u64::from_str_radix(digits, radix).ok()).flatten()?;
    match sign {
        Some('-') => 0i64.checked_sub_unsigned(magnitude).map(Scalar::Int),
        Some(_) => i64::try_from(magnitude).ok().map(Scalar::Int),
        None => Some(i64::try_from(magnitude).map_or(Scalar::Big(magnitude), Scalar::Int)),
    }
}

/// `0b-1`: go-yaml reads what is behind `0b` once more, now with a sign of its own.
fn twice_signed_binary(text: &str) -> Option<Scalar> {
    let digits = text.strip_prefix("0b")?;
    i64::from_str_radix(digits, 2).ok().map(Scalar::Int)
}

/// Whether every underscore is between two digits.
fn separates_digits(text: &str) -> bool {
    let parts = text.split('_');
    let last = text.matches('_').count();
    parts.enumerate().all(|(index, part)| {
        let begins = index == 0 || part.starts_with(|c: char| c.is_ascii_digit());
        let ends = index == last || part.ends_with(|c: char| c.is_ascii_digit());
        begins && ends
    })
}

/// A number with a point or an exponent. One that is too large for a float is a text.
fn decimal(text: &str) -> Option<Scalar> {
    let number: f64 = is_decimal(text).then(|| text.parse().ok()).flatten()?;
    number.is_finite().then_some(Scalar::Float(number))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let all_digits = |part: &str| part.bytes().all(|digit| digit.is_ascii_digit());
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_digits = !before.is_empty() || !after.is_empty();
    has_digits
        && all_digits(before)
        && all_digits(after)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && all_digits(exponent))
}

/// Whether a text begins as dates do: `2001-`.
fn is_dated(text: &str) -> bool {
    let (year, rest) = text.split_at_checked(4).unwrap_or_default();
    year.bytes().all(|digit| digit.is_ascii_digit()) && rest.starts_with('-')
}

/// Go writes a float without a fraction as JSON without a point, which every reader takes for a whole number.
fn json_number(number: f64) -> Option<Number> {
    let digits = format!("{number:.0}");
    let whole = (number.fract() == 0.0).then(|| digits.parse::<i64>().ok().map(Number::from));
    let large = || (number.fract() == 0.0).then(|| digits.parse::<u64>().ok().map(Number::from));
    whole
        .flatten()
        .or_else(|| large().flatten())
        .or_else(|| Number::from_f64(number))
}

/// The nearest float of a whole number.
fn as_float(whole: i64) -> Option<f64> {
    whole.to_string().parse().ok()
}

/// A float as a key: the shortest digits that give the same 32-bit number (Go: `FormatFloat(f, 'g', -1, 32)`).
fn short_float(number: f64) -> String {
    let Ok(narrow) = number.to_string().parse::<f32>() else {
        return number.to_string();
    };
    if narrow.is_nan() {
        return ".nan".to_owned();
    }
    if narrow.is_infinite() {
        return if narrow > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{narrow:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        return narrow.to_string();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}
