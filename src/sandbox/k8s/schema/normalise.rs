//! What is left of an object after a trip through the server's own types.

use serde_json::{Map, Value};

use super::{Scalar, Schema, Shape};

impl Schema {
    /// Brings an object of Kubernetes' own kinds into the form the server's types give it: fields that are always there
    /// are added (`status: {}`, `lastProbeTime: null`), other nulls, empty maps and empty lists are left out. Of objects
    /// of other kinds only nulls are left out.
    pub(crate) fn normalise(self, object: &mut Value) {
        if self.builtin {
            normalise(self.shape, object);
        } else {
            drop_nulls(object);
        }
    }
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, inner| !inner.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn normalise(shape: &Shape, value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter_mut() {
                if let Some(shape) = shape.member(name) {
                    normalise(shape, inner);
                }
            }
            if let Shape::Map { of, .. } = shape
                && **of == Shape::Scalar(Scalar::String)
            {
                map.values_mut()
                    .filter(|text| text.is_null())
                    .for_each(|text| *text = Value::from(""));
            }
            if let Some(fields) = shape.as_struct() {
                for (name, field) in fields.fields.iter().filter(|(_, field)| field.always) {
                    if map.get(name).is_none_or(Value::is_null) {
                        map.insert(name.clone(), always(&field.shape));
                    }
                }
                map.retain(|name, inner| {
                    fields
                        .fields
                        .get(name)
                        .is_none_or(|field| field.always || !is_left_out(&field.shape, inner))
                });
            }
        }
        Value::Array(items) => {
            if let Some(shape) = shape.element() {
                for item in items {
                    normalise(shape, item);
                }
            }
        }
        _ => {}
    }
}

/// The empty value of a field that is always there.
fn always(shape: &Shape) -> Value {
    let mut empty = match shape {
        Shape::Struct(_) => Value::Object(Map::new()),
        Shape::Scalar(Scalar::String) => Value::from(""),
        Shape::Scalar(Scalar::Number) => Value::from(0),
        Shape::Scalar(Scalar::Boolean) => Value::from(false),
        _ => Value::Null,
    };
    normalise(shape, &mut empty);
    empty
}

/// An empty struct is left in: its presence has a meaning (`emptyDir: {}`).
fn is_left_out(shape: &Shape, value: &Value) -> bool {
    match (shape, value) {
        (_, Value::Null) => true,
        (Shape::Map { .. }, Value::Object(map)) => map.is_empty(),
        (Shape::List { .. }, Value::Array(items)) => items.is_empty(),
        _ => false,
    }
}
