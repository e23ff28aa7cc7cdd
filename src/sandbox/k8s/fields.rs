//! Fields that a kind does not have, and values of the wrong type.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::Value;

use super::schema::{self, Scalar, Schema, Shape};

/// The schema of a built-in kind; custom ones keep what they do not know.
fn strict_schema(object: &Value) -> Option<Schema> {
    let text = |field: &str| object[field].as_str().unwrap_or_default();
    let schema = schema::of(text("apiVersion"), text("kind"));
    (schema.is_known() && schema.is_builtin()).then_some(schema)
}

/// Paths of the fields of an object that its kind does not know: `spec.template.spec.containers[0].imge`.
pub(crate) fn unknown(object: &Value) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(schema) = strict_schema(object) {
        walk(schema.shape(), object, &mut String::new(), &mut |fault, path| {
            if let FieldFault::Unknown = fault {
                found.push(path.to_owned());
            }
        });
    }
    found
}

/// The first value that is not of its field's type, as the server's decoder words it.
pub(crate) fn mistyped(object: &Value) -> Option<String> {
    let mut found = None;
    walk(
        strict_schema(object)?.shape(),
        object,
        &mut String::new(),
        &mut |fault, path| {
            if let (FieldFault::Mistyped(value, wanted, owner), None) = (fault, &found) {
                let path = field_names(path);
                found = Some(format!(
                    "json: cannot unmarshal {} into Go struct field {owner}.{path} of type {wanted}",
                    type_of(value)
                ));
            }
        },
    );
    found
}

/// The first quantity or time that is none, as the server's decoder words it.
pub(crate) fn unreadable(object: &Value) -> Option<String> {
    match object["kind"].as_str()? {
        "Lease" => ["acquireTime", "renewTime"]
            .iter()
            .find_map(|field| bad_time(&object["spec"][*field], "2006-01-02T15:04:05.000000Z07:00")),
        "Event" => ["firstTimestamp", "lastTimestamp"]
            .iter()
            .find_map(|field| bad_time(&object[*field], "2006-01-02T15:04:05Z07:00")),
        "Pod" => bad_quantity(&object["spec"]),
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => bad_quantity(&object["spec"]["template"]["spec"]),
        _ => None,
    }
}

fn bad_time(value: &Value, layout: &str) -> Option<String> {
    let text = value.as_str().filter(|text| text.parse::<Timestamp>().is_err())?;
    Some(format!(
        "parsing time {text:?} as \"{layout}\": cannot parse {text:?} as \"2006\""
    ))
}

fn bad_quantity(spec: &Value) -> Option<String> {
    let containers = ["containers", "initContainers"].into_iter();
    let mut amounts = containers
        .flat_map(|list| spec[list].as_array().into_iter().flatten())
        .flat_map(|container| ["limits", "requests"].map(|field| &container["resources"][field]))
        .flat_map(|amounts| amounts.as_object().into_iter().flatten());
    amounts
        .any(|(_, amount)| amount.as_str().is_some_and(|text| !is_quantity(text)))
        .then(|| {
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'".to_owned()
        })
}

fn is_quantity(text: &str) -> bool {
    let number = text.trim_start_matches(['+', '-']);
    let unit = number.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
    let power = unit.trim_start_matches(|letter: char| "eEinumkKMGTP".contains(letter));
    let digits = power.trim_start_matches(['+', '-']);
    number.len() > unit.len() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A path without the indices of lists, which the decoder leaves out.
fn field_names(path: &str) -> String {
    let parts = path.split('[').enumerate();
    parts
        .map(|(at, part)| {
            let rest = part.split_once(']').map_or(part, |(_, rest)| rest);
            if at == 0 { part } else { rest }
        })
        .collect()
}

/// Drops the fields of an object that its kind does not know, as decoding into the kind's type does.
pub(crate) fn drop_unknown(object: &mut Value) {
    if let Some(schema) = strict_schema(object) {
        drop_from(schema.shape(), object);
    }
}

fn drop_from(shape: &Shape, value: &mut Value) {
    match value {
        Value::Object(map) => {
            if matches!(shape, Shape::Struct(_)) {
                map.retain(|name, _| shape.member(name).is_some());
            }
            for (name, value) in map {
                if let Some(member) = shape.member(name) {
                    drop_from(member, value);
                }
            }
        }
        Value::Array(list) => {
            if let Some(element) = shape.element() {
                for value in list {
                    drop_from(element, value);
                }
            }
        }
        _ => {}
    }
}

/// Something odd at a path.
enum FieldFault<'a> {
    /// The field is not known.
    Unknown,
    /// The value is not of the wanted type; last, the name of the struct it is in.
    Mistyped(&'a Value, &'static str, &'a str),
}

fn walk<'a>(shape: &'a Shape, value: &'a Value, path: &mut String, report: &mut impl FnMut(FieldFault<'a>, &str)) {
    walk_in("", shape, value, path, report);
}

fn walk_in<'a>(
    owner: &'a str,
    shape: &'a Shape,
    value: &'a Value,
    path: &mut String,
    report: &mut impl FnMut(FieldFault<'a>, &str),
) {
    let length = path.len();
    if let Some(wanted) = wanted_instead(shape, value) {
        report(FieldFault::Mistyped(value, wanted, owner), path);
        return;
    }
    let inner = match shape {
        Shape::Struct(name) => name.as_str(),
        _ => owner,
    };
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                match shape.member(name) {
                    // The decoder leaves out keys of maps, too.
                    Some(member) if matches!(shape, Shape::Map { .. }) && wanted_instead(member, value).is_some() => {
                        path.truncate(length);
                        walk_in(inner, member, value, path, report);
                    }
                    Some(member) => walk_in(inner, member, value, path, report),
                    None if matches!(shape, Shape::Struct(_)) => report(FieldFault::Unknown, path),
                    None => {}
                }
                path.truncate(length);
            }
        }
        Value::Array(list) => {
            let Some(element) = shape.element() else {
                return;
            };
            for (at, value) in list.iter().enumerate() {
                let _ = write!(path, "[{at}]");
                walk_in(inner, element, value, path, report);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

/// The type that a value should have, if it has another.
fn wanted_instead(shape: &Shape, value: &Value) -> Option<&'static str> {
    let fits = match shape {
        _ if value.is_null() => true,
        Shape::Scalar(Scalar::String) => value.is_string(),
        Shape::Scalar(Scalar::Number) => value.is_number(),
        Shape::Scalar(Scalar::Boolean) => value.is_boolean(),
        Shape::List { .. } => value.is_array(),
        Shape::Map { .. } => value.is_object(),
        _ => true,
    };
    if fits {
        return None;
    }
    Some(match shape {
        Shape::Scalar(Scalar::Number) => "int32",
        Shape::Scalar(Scalar::Boolean) => "bool",
        Shape::List { .. } => "[]interface {}",
        Shape::Map { .. } => "map[string]string",
        _ => "string",
    })
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::String(_) | Value::Null => "string",
    }
}
