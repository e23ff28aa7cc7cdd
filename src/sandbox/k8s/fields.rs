//! Fields that a kind does not have.

use serde_json::Value;

use super::schema::{self, Shape};

/// Paths of the fields of an object that its kind does not know: `spec.template.spec.containers[0].imge`.
pub(crate) fn unknown(object: &Value) -> Vec<String> {
    let text = |field: &str| object[field].as_str().unwrap_or_default();
    let schema = schema::of(text("apiVersion"), text("kind"));
    let mut found = Vec::new();
    // Custom kinds keep what they do not know or drop it silently, as their definition says.
    if schema.is_known() && schema.is_builtin() {
        search(schema.shape(), object, &mut String::new(), &mut found);
    }
    found
}

fn search(shape: &Shape, value: &Value, path: &mut String, found: &mut Vec<String>) {
    let length = path.len();
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                match shape.member(name) {
                    Some(member) => search(member, value, path, found),
                    None if matches!(shape, Shape::Struct(_)) => found.push(path.clone()),
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
                path.push_str(&format!("[{at}]"));
                search(element, value, path, found);
                path.truncate(length);
            }
        }
        _ => {}
    }
}
