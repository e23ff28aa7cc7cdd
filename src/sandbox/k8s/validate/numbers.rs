//! Numbers that may be percentages.

use serde_json::Value;

use super::errors::Errors;

/// What is wrong with a number or percentage.
pub(super) fn amount(path: &str, value: &Value, errors: &mut Errors) {
    const PERCENT: &str = "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
    errors.not_negative(path, value);
    if value.is_string() && percent(value).is_none() {
        errors.invalid(path, value, PERCENT);
    }
}

/// A percentage's number.
pub(super) fn percent(value: &Value) -> Option<u32> {
    value.as_str()?.strip_suffix('%')?.parse().ok()
}
