//! What is wrong with an object, as it is found.

use serde_json::Value;

use super::super::status::FieldError;

/// What was found so far.
#[derive(Debug, Default)]
pub(super) struct Errors {
    /// In the order found.
    pub(super) found: Vec<FieldError>,
}

impl Errors {
    /// The value is wrong.
    pub(super) fn invalid(&mut self, field: impl Into<String>, value: &Value, why: impl Into<String>) {
        self.found.push(FieldError::invalid(field, value, why));
    }

    /// The field is missing.
    pub(super) fn required(&mut self, field: impl Into<String>, why: &str) {
        self.found.push(FieldError::required(field, why));
    }

    /// The value is there twice.
    pub(super) fn duplicate(&mut self, field: impl Into<String>, value: &Value) {
        self.found.push(FieldError::duplicate(field, value));
    }

    /// The field may not be there.
    pub(super) fn forbidden(&mut self, field: impl Into<String>, why: &str) {
        self.found.push(FieldError::forbidden(field, why));
    }

    /// The value must be one of `supported`, if it is there.
    pub(super) fn one_of(&mut self, field: impl Into<String>, value: &Value, supported: &[&str]) {
        if !value.is_null() && !supported.iter().any(|text| value == text) {
            self.found.push(FieldError::not_supported(field, value, supported));
        }
    }

    /// The number must not be negative, if it is there.
    pub(super) fn not_negative(&mut self, field: impl Into<String>, value: &Value) {
        if value.as_i64().is_some_and(|number| number < 0) {
            self.invalid(field, value, "must be greater than or equal to 0");
        }
    }

    /// The number must be a port.
    pub(super) fn port(&mut self, field: impl Into<String>, value: &Value) {
        if !value.as_i64().is_some_and(|number| (1..=65_535).contains(&number)) {
            self.invalid(field, value, "must be between 1 and 65535, inclusive");
        }
    }

    /// Everything that a rule for names has to say about a text.
    pub(super) fn all(&mut self, field: &str, value: &Value, whys: Vec<String>) {
        for why in whys {
            self.invalid(field, value, why);
        }
    }
}

/// The items of a list in an object, with their places.
pub(super) fn items<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = (usize, &'a Value)> + use<'a> {
    value[field].as_array().into_iter().flatten().enumerate()
}

/// A text in an object, empty when it is missing.
pub(super) fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
