//! Whether a value fits a shape, in the server's words.

use serde_json::Value;

use super::super::path::PathStep;
use super::{Form, element, form};
use crate::k8s::schema::{Elements, Scalar, Shape};

/// What does not fit, each with its path; nothing if all does. Duplicates in keyed lists and sets do not.
pub(in super::super) fn validate(shape: &Shape, value: &Value) -> Result<(), String> {
    let mut errors = Vec::new();
    check(shape, value, "", &mut errors);
    match errors.as_slice() {
        [] => Ok(()),
        [one] => Err(one.clone()),
        many => Err(format!("errors:\n  {}", many.join("\n  "))),
    }
}

fn check(shape: &Shape, value: &Value, path: &str, errors: &mut Vec<String>) {
    if value.is_null() {
        return;
    }
    match (form(shape, Some(value)), value) {
        (Form::Scalar, _) => errors.extend(check_scalar(shape, value).map(|error| at(path, &error))),
        (Form::Map, Value::Object(map)) => {
            for (name, inner) in map {
                let path = format!("{path}.{name}");
                let Some(shape) = shape.member(name) else {
                    errors.push(at(&path, "field not declared in schema"));
                    return;
                };
                check(shape, inner, &path, errors);
            }
        }
        (Form::List, Value::Array(items)) => check_list(shape, items, path, errors),
        (Form::Map, _) => errors.push(at(path, &format!("expected map, got {}", wrapped(value)))),
        (Form::List, _) => errors.push(at(path, &format!("expected list, got {}", wrapped(value)))),
    }
}

fn check_list(shape: &Shape, items: &[Value], path: &str, errors: &mut Vec<String>) {
    let mut seen = Vec::new();
    for (i, item) in items.iter().enumerate() {
        let step = if *shape.elements() == Elements::Atomic {
            PathStep::Index(i64::try_from(i).unwrap_or(i64::MAX))
        } else {
            match PathStep::to_element(shape.elements(), item) {
                Ok(step) => step,
                Err(error) => {
                    errors.push(at(path, &format!("element {i}: {error}")));
                    return;
                }
            }
        };
        if seen.contains(&step) {
            errors.push(at(path, &format!("duplicate entries for key {step}")));
        }
        check(element(shape), item, &format!("{path}{step}"), errors);
        seen.push(step);
    }
}

fn check_scalar(shape: &Shape, value: &Value) -> Option<String> {
    let Shape::Scalar(scalar) = shape else {
        return None;
    };
    let (fits, complaint) = match scalar {
        Scalar::String => (
            value.is_string(),
            format!(
                "expected string, got &value.valueUnstructured{{Value:{}}}",
                go_syntax(value)
            ),
        ),
        Scalar::Number => (
            value.is_number(),
            format!("expected numeric (int or float), got {}", go_type(value)),
        ),
        Scalar::Boolean => (value.is_boolean(), format!("expected boolean, got {}", wrapped(value))),
        Scalar::Untyped => (
            !value.is_object() && !value.is_array(),
            format!("expected any scalar, got {}", wrapped(value)),
        ),
    };
    (!fits).then_some(complaint)
}

fn at(path: &str, error: &str) -> String {
    if path.is_empty() {
        error.to_owned()
    } else {
        format!("{path}: {error}")
    }
}

/// The Go type the server names.
fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(n) if n.is_f64() => "float64",
        Value::Number(_) => "int64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// As Go's `%#v` shows it.
fn go_syntax(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Object(map) => {
            let fields: Vec<_> = map.iter().map(|(k, v)| format!("{k:?}:{}", go_syntax(v))).collect();
            format!("map[string]interface {{}}{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// As Go's `%v` shows the server's wrapper around the value.
fn wrapped(value: &Value) -> String {
    fn plain(value: &Value) -> String {
        match value {
            Value::String(text) => text.clone(),
            Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(" ")),
            Value::Object(map) => {
                let fields: Vec<_> = map.iter().map(|(k, v)| format!("{k}:{}", plain(v))).collect();
                format!("map[{}]", fields.join(" "))
            }
            Value::Null => "<nil>".to_owned(),
            other => other.to_string(),
        }
    }
    format!("&{{{}}}", plain(value))
}
