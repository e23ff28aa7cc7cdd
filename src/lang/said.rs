//! A text in words.

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::{FluentArgs, FluentValue};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use super::catalogue::formatted;
use super::language::Language;
use super::text::{Kind, Text, Value};

impl Text {
    /// Its words in a language; in English, or its id alone, where the language has none.
    pub fn said(&self, language: Language) -> String {
        let (id, values) = match &*self.0 {
            Kind::Message { id, values } => (id, values),
            Kind::Verbatim(words) => return words.clone().into_owned(),
            Kind::List { texts, between } => {
                let said: Vec<String> = texts.iter().map(|text| text.said(language)).collect();
                return said.join(between);
            }
        };
        let said = |language: Language| {
            let mut arguments = FluentArgs::new();
            for (name, value) in values {
                arguments.set(*name, value.fluent(language));
            }
            formatted(language, id, &arguments)
        };
        said(language)
            .or_else(|| said(Language::English))
            .unwrap_or_else(|| id.clone().into_owned())
    }
}

impl Value {
    fn fluent(&self, language: Language) -> FluentValue<'static> {
        match self {
            Self::Number(number) => FluentValue::from(*number),
            Self::Place(place) => FluentValue::from(language.ordinal(*place)),
            Self::Verbatim(words) => FluentValue::from(words.clone()),
            Self::Text(text) => FluentValue::from(text.said(language)),
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said(Language::English))
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.said(Language::English))
    }
}

impl JsonSchema for Text {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": "Words for people, in English.", "type": "string"})
    }
}
