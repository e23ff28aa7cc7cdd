//! The JSON schema of an environment's file, for editors.
//!
//! Made from the resolved types, whose comments are its descriptions: in a file every key may be left out.

use schemars::Schema;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde_json::{Value, json};

use super::environment::Environment;
use super::settings::EXTENDS;

/// The schema, as text that ends in a newline; `environments/schema.json` holds it.
pub fn schema() -> Result<String, serde_json::Error> {
    let mut schema = schemars::schema_for!(Environment);
    let mut everything_optional = RecursiveTransform(|schema: &mut Schema| {
        schema.remove("required");
        if schema.get("properties").is_some() {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
    });
    everything_optional.transform(&mut schema);
    // A selector's namespace is the one thing that must be given.
    if let Some(selector) = schema.pointer_mut("/$defs/Selector").and_then(Value::as_object_mut) {
        selector.insert("required".to_owned(), json!(["namespace"]));
    }
    schema.insert("title".to_owned(), json!("Environment of lab2048"));
    schema.insert(
        "description".to_owned(),
        json!("What one environment wants to be different from the defaults."),
    );
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.remove("name");
        let extends = json!({
            "description": "The environment that this one builds on: a name, or a path relative to this file.",
            "type": "string",
        });
        properties.insert(EXTENDS.to_owned(), extends);
    }
    serde_json::to_string_pretty(&schema).map(|text| text + "\n")
}
