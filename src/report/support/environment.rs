//! The environment: what was set is told by its key and its kind, and its value only if that cannot be a name.

use lab2048_sandbox::Breakage;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::redactor::{Redacted, Redactor};
use crate::config::{Origin, ShownValue};

/// A value of the environment.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Setting {
    /// Its key.
    key: Redacted,
    /// The value.
    value: Told,
    /// Which layer it comes from.
    from: Layer,
}

/// A value as it may be told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum Told {
    /// Nothing.
    Null(()),
    /// A switch.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A text.
    Text(Redacted),
    /// Several.
    List(Vec<Self>),
    /// Several by name.
    Map(BTreeMap<Redacted, Self>),
}

/// A layer of the environment.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Layer {
    /// A file that is built in.
    BuiltIn,
    /// A file of the user's.
    File,
    /// A variable.
    Variable,
    /// A flag.
    Flag,
}

/// The texts that come with the program: values of built-in files, as they stand there, the keys of environments and the words that
/// a key can have, the ids of checks, and what the sandbox calls its breakages. They may be
/// said. (What a built-in file leaves open, such as the namespace of a selector, may come from the user all the same.)
pub fn public_names() -> Vec<String> {
    let mut names = vec!["lab2048".to_owned(), "lab2048.dev".to_owned()];
    names.extend(crate::config::built_in_texts());
    names.extend(crate::config::keys());
    names.extend(crate::checks::all().map(|check| check.id().to_owned()));
    names.extend(Breakage::ALL.iter().map(|breakage| breakage.name().to_owned()));
    let schema = crate::config::schema().unwrap_or_default();
    words_of(&serde_json::from_str(&schema).unwrap_or_default(), &mut names);
    names
}

/// The names of a schema's fields, and the words that it allows by name.
fn words_of(schema: &Value, words: &mut Vec<String>) {
    match schema {
        Value::Object(fields) => {
            for (name, inner) in fields {
                if name == "enum" || name == "const" {
                    texts_of(inner, words);
                    continue;
                }
                if let ("properties", Value::Object(properties)) = (name.as_str(), inner) {
                    words.extend(properties.keys().cloned());
                }
                words_of(inner, words);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| words_of(item, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn texts_of(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, texts)),
        Value::Object(fields) => fields.values().for_each(|item| texts_of(item, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// All values, with where they come from.
pub(super) fn settings(settings: &[ShownValue<'_>], redactor: &mut Redactor) -> Vec<Setting> {
    let setting = |ShownValue { key, value, origin }: &ShownValue<'_>| Setting {
        key: redacted_key(key, origin, redactor),
        value: told(value, redactor),
        from: match origin {
            Origin::File { .. } => Layer::File,
            Origin::BuiltIn { .. } => Layer::BuiltIn,
            Origin::Variable(_) => Layer::Variable,
            Origin::Flag(_) => Layer::Flag,
        },
    };
    settings.iter().map(setting).collect()
}

/// The key: what the user has chosen of it (the name of a tag, of a label) has an alias.
fn redacted_key(key: &str, origin: &Origin, redactor: &mut Redactor) -> Redacted {
    let known = crate::config::keys();
    if matches!(origin, Origin::BuiltIn { .. }) || known.iter().any(|known| known == key) {
        return Redacted::ours(key.to_owned());
    }
    let of_map = known.iter().filter(|known| {
        key.strip_prefix(known.as_str())
            .is_some_and(|rest| rest.starts_with('.'))
    });
    match of_map.max_by_key(|known| known.len()) {
        Some(map) => {
            let entry = key.strip_prefix(map.as_str()).unwrap_or(key).trim_start_matches('.');
            redactor.name("key", entry).within(map)
        }
        None => redactor.name("key", key),
    }
}

fn told(value: &Value, redactor: &mut Redactor) -> Told {
    match value {
        Value::Null => Told::Null(()),
        Value::Bool(switch) => Told::Bool(*switch),
        Value::Number(number) => Told::Number(number.clone()),
        Value::String(text) => Told::Text(redactor.setting(text)),
        Value::Array(items) => Told::List(items.iter().map(|item| told(item, redactor)).collect()),
        Value::Object(fields) => {
            let entry = |(name, item): (&String, &Value)| (redactor.name("key", name), told(item, redactor));
            Told::Map(fields.iter().map(entry).collect())
        }
    }
}
