//! JSON of annotations, read as Go reads it.

use serde_json::{Map, Value};

use crate::lang::Text;

/// The value, with the names of its fields in small letters: Go does not mind how they are written.
pub(super) fn parse(text: &str) -> Result<Value, Text> {
    serde_json::from_str(text)
        .map(small)
        .map_err(|error| Text::verbatim(error.to_string()))
}

fn small(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map
                .into_iter()
                .map(|(key, value)| (key.to_ascii_lowercase(), small(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(small).collect(),
        other => other,
    }
}
