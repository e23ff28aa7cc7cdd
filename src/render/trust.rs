//! From rendered text to the trust policy: JSON, with the values of the environment put back.

use serde_json::Value;

use super::error::RenderError;
use super::templates::Template;
use super::{inserted, placement};

/// Reads the rendered policy.
pub(super) fn read(template: &Template, rendered: &str) -> Result<Value, RenderError> {
    let mut policy: Value = serde_json::from_str(rendered).map_err(|error| {
        placement::suspect(template, rendered).unwrap_or_else(|| RenderError::Syntax {
            origin: template.origin.clone(),
            message: error.to_string(),
        })
    })?;
    if put_back(&mut policy) {
        return Ok(policy);
    }
    Err(placement::suspect(template, rendered)
        .unwrap_or_else(|| placement::refused(template, rendered, rendered.find('"').unwrap_or_default())))
}

/// Puts every value back; not if one is only a part of a text, or a key that is no text.
fn put_back(value: &mut Value) -> bool {
    match value {
        Value::String(text) if inserted::is_in(text) => inserted::whole(text).is_some_and(|whole| {
            *value = whole;
            true
        }),
        Value::Array(list) => list.iter_mut().all(put_back),
        Value::Object(map) => {
            let entries = std::mem::take(map);
            for (key, mut entry) in entries {
                let mut key = Value::String(key);
                if !put_back(&mut key) || !put_back(&mut entry) {
                    return false;
                }
                let Value::String(key) = key else {
                    return false;
                };
                map.insert(key, entry);
            }
            true
        }
        _ => true,
    }
}
