//! Operations on values of a known shape: which fields they set, how two differ, how one is merged into another.
//!
//! They follow structured-merge-diff v6, the library of the real server, rule by rule.

mod compare;
mod merge;
mod remove;
mod validate;

pub(super) use compare::compare;
pub(super) use merge::merge;
pub(super) use remove::remove;
pub(super) use validate::validate;

use serde_json::{Map, Value};

use super::field_set::FieldSet;
use super::path::PathStep;
use crate::k8s::schema::{Elements, Shape};

static ANY: Shape = Shape::Any;

/// What a value is treated as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Scalar,
    Map,
    List,
}

/// The form that the shape gives, or, where it leaves that open, the value.
fn form(shape: &Shape, value: Option<&Value>) -> Form {
    match shape {
        Shape::Scalar(_) => Form::Scalar,
        Shape::Struct(_) | Shape::Map { .. } => Form::Map,
        Shape::List { .. } => Form::List,
        Shape::Any => match value {
            None | Some(Value::Null | Value::Object(_)) => Form::Map,
            Some(Value::Array(_)) => Form::List,
            Some(_) => Form::Scalar,
        },
    }
}

/// The shape of a member; anything where the field is not declared.
fn member<'a>(shape: &'a Shape, name: &str) -> &'a Shape {
    shape.member(name).unwrap_or(&ANY)
}

fn element(shape: &Shape) -> &Shape {
    shape.element().unwrap_or(&ANY)
}

fn as_map(value: Option<&Value>) -> Option<&Map<String, Value>> {
    value.and_then(Value::as_object)
}

fn as_list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The steps to a list's elements, in order; elements without one (the list was not validated) are left out.
fn indexed<'a>(elements: &Elements, list: &'a [Value]) -> Vec<(PathStep, &'a Value)> {
    list.iter()
        .filter_map(|item| Some((PathStep::to_element(elements, item).ok()?, item)))
        .collect()
}

/// Equality that takes 1 and 1.0 for the same.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

/// The fields that `value` sets.
pub(super) fn field_set(shape: &Shape, value: &Value) -> FieldSet {
    let mut set = FieldSet::default();
    collect(shape, value, &mut Vec::new(), &mut set);
    set
}

fn collect(shape: &Shape, value: &Value, path: &mut Vec<PathStep>, set: &mut FieldSet) {
    match form(shape, Some(value)) {
        Form::Scalar => set.insert(path),
        Form::Map if shape.is_atomic_map() => set.insert(path),
        Form::List if *shape.elements() == Elements::Atomic => set.insert(path),
        Form::Map => {
            for (name, inner) in value.as_object().into_iter().flatten() {
                path.push(PathStep::field(name));
                collect(member(shape, name), inner, path, set);
                let empty = inner.is_null() || inner.as_object().is_some_and(Map::is_empty);
                if empty || !shape.names_field(name) {
                    set.insert(path);
                }
                path.pop();
            }
        }
        Form::List => {
            let items = indexed(shape.elements(), as_list(Some(value)));
            for (step, item) in &items {
                path.push(step.clone());
                set.insert(path);
                let duplicated = items.iter().filter(|(other, _)| other == step).count() > 1;
                if !duplicated {
                    collect(element(shape), item, path, set);
                }
                path.pop();
            }
        }
    }
}
