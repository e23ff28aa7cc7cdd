//! Takes fields out of a value.

use serde_json::{Map, Value};

use super::super::field_set::FieldSet;
use super::super::path::PathStep;
use super::{Form, element, form, member};
use crate::k8s::schema::{Elements, Shape};

/// `value` without the fields of `gone`; a map or list of which nothing is left becomes null.
pub(in super::super) fn remove(shape: &Shape, value: &Value, gone: &FieldSet) -> Value {
    match (form(shape, Some(value)), value) {
        (Form::Scalar, _) => value.clone(),
        (Form::Map, Value::Object(map)) if !map.is_empty() && !shape.is_atomic_map() => from_map(shape, map, gone),
        (Form::List, Value::Array(items)) if !items.is_empty() && *shape.elements() != Elements::Atomic => {
            from_list(shape, items, gone)
        }
        _ => Value::Null,
    }
}

fn from_map(shape: &Shape, map: &Map<String, Value>, gone: &FieldSet) -> Value {
    let mut left = Map::new();
    for (name, inner) in map {
        let step = PathStep::field(name);
        if gone.has(&step) {
            continue;
        }
        let inner = match gone.below(&step) {
            Some(below) => remove(member(shape, name), inner, below),
            None => inner.clone(),
        };
        left.insert(name.clone(), inner);
    }
    if left.is_empty() {
        Value::Null
    } else {
        Value::Object(left)
    }
}

fn from_list(shape: &Shape, items: &[Value], gone: &FieldSet) -> Value {
    let mut left = Vec::new();
    for item in items {
        let Ok(step) = PathStep::to_element(shape.elements(), item) else {
            left.push(item.clone());
            continue;
        };
        if gone.has(&step) {
            continue;
        }
        left.push(match gone.below(&step) {
            Some(below) => remove(element(shape), item, below),
            None => item.clone(),
        });
    }
    if left.is_empty() {
        Value::Null
    } else {
        Value::Array(left)
    }
}
