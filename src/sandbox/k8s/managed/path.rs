//! Steps of a field's path, as `FieldsV1` writes them and as messages show them.

use std::cmp::Ordering;
use std::fmt;

use serde_json::{Map, Value};

use crate::k8s::schema::{Elements, KeyField};

/// One step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PathStep {
    /// To the field of that name (`f:name`).
    Field(String),
    /// To the list element with these key fields, by name (`k:{"name":"app"}`).
    Key(Vec<(String, Atom)>),
    /// To the element of a set (`v:"text"`).
    Value(Atom),
    /// To the element at an index (`i:0`); the server never writes it.
    Index(i64),
}

/// A scalar with an order: numbers, texts, truth values, others.
#[derive(Debug, Clone)]
pub(crate) struct Atom(pub Value);

impl Atom {
    fn rank(&self) -> u8 {
        match self.0 {
            Value::Number(_) => 0,
            Value::String(_) => 1,
            Value::Bool(_) => 2,
            Value::Array(_) => 3,
            Value::Object(_) => 4,
            Value::Null => 5,
        }
    }
}

impl Ord for Atom {
    fn cmp(&self, other: &Self) -> Ordering {
        let same_kind = match (&self.0, &other.0) {
            (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a
                    .as_f64()
                    .unwrap_or_default()
                    .total_cmp(&b.as_f64().unwrap_or_default()),
            },
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (a, b) => a.to_string().cmp(&b.to_string()),
        };
        self.rank().cmp(&other.rank()).then(same_kind)
    }
}

impl PartialOrd for Atom {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Atom {}

impl fmt::Display for PathStep {
    /// As in messages: `.spec`, `[containerPort=80,protocol="TCP"]`, `[="a"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Key(fields) => {
                f.write_str("[")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    let comma = if i == 0 { "" } else { "," };
                    write!(f, "{comma}{name}={}", value.0)?;
                }
                f.write_str("]")
            }
            Self::Value(value) => write!(f, "[={}]", value.0),
            Self::Index(index) => write!(f, "[{index}]"),
        }
    }
}

impl PathStep {
    /// The step to a field.
    pub(crate) fn field(name: &str) -> Self {
        Self::Field(name.to_owned())
    }

    /// The step in `FieldsV1` notation.
    pub(crate) fn notation(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Key(fields) => {
                let fields: Map<String, Value> = fields.iter().map(|(k, v)| (k.clone(), v.0.clone())).collect();
                format!("k:{}", Value::Object(fields))
            }
            Self::Value(value) => format!("v:{}", value.0),
            Self::Index(index) => format!("i:{index}"),
        }
    }

    /// Reads `FieldsV1` notation.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "f" => Some(Self::field(rest)),
            "v" => Some(Self::Value(Atom(serde_json::from_str(rest).ok()?))),
            "i" => Some(Self::Index(rest.parse().ok()?)),
            "k" => {
                let fields: Map<String, Value> = serde_json::from_str(rest).ok()?;
                let mut fields: Vec<_> = fields.into_iter().map(|(k, v)| (k, Atom(v))).collect();
                fields.sort();
                Some(Self::Key(fields))
            }
            _ => None,
        }
    }

    /// The step to a list's element, by its key; the error is the server's.
    pub(crate) fn to_element(elements: &Elements, element: &Value) -> Result<Self, String> {
        match elements {
            Elements::Atomic => Err("invalid indexing of non-associative list".to_owned()),
            Elements::Set => match element {
                Value::Object(_) => Err("associative list without keys has an element that's a map type".to_owned()),
                Value::Array(_) => Err("not supported: associative list with lists as elements".to_owned()),
                Value::Null => Err("associative list without keys has an element that's an explicit null".to_owned()),
                scalar => Ok(Self::Value(Atom(scalar.clone()))),
            },
            Elements::Keyed(keys) => Self::to_keyed(keys, element),
        }
    }

    fn to_keyed(keys: &[KeyField], element: &Value) -> Result<Self, String> {
        let element = match element {
            Value::Object(fields) => fields,
            Value::Null => return Err("associative list with keys may not have a null element".to_owned()),
            _ => return Err("associative list with keys may not have non-map elements".to_owned()),
        };
        let mut found: Vec<(String, Atom)> = keys
            .iter()
            .filter_map(|key| {
                let value = element.get(&key.name).or(key.default.as_ref())?;
                Some((key.name.clone(), Atom(value.clone())))
            })
            .collect();
        if found.is_empty() {
            let names: Vec<_> = keys.iter().map(|k| format!("{:?}", k.name)).collect();
            return Err(format!(
                "associative list with keys has an element that omits all key fields [{}] (and doesn't have default \
                 values for any key fields)",
                names.join(" ")
            ));
        }
        found.sort();
        Ok(Self::Key(found))
    }
}

/// A path as messages show it: `.spec.template.spec.containers[name="app"].image`.
pub(super) fn display(path: &[PathStep]) -> String {
    path.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn notation_is_read_and_written_back() {
        for text in [
            "f:spec",
            "f:app.kubernetes.io/name",
            "f:with:colon",
            r#"k:{"name":"app-2048"}"#,
            r#"k:{"containerPort":80,"protocol":"TCP"}"#,
            r#"v:"ingress.k8s.aws/resources""#,
            "v:7",
            "i:3",
        ] {
            assert_eq!(PathStep::parse(text).map(|s| s.notation()).as_deref(), Some(text));
        }
        assert_eq!(PathStep::parse("x:new"), None);
        assert_eq!(PathStep::parse("k:{broken"), None);
    }

    #[test]
    fn paths_are_shown_as_the_server_shows_them() {
        let path: Vec<_> = [
            "f:spec",
            r#"k:{"containerPort":80,"protocol":"TCP"}"#,
            r#"v:"a\"b""#,
            "v:7",
        ]
        .iter()
        .filter_map(|text| PathStep::parse(text))
        .collect();
        assert_eq!(display(&path), r#".spec[containerPort=80,protocol="TCP"][="a\"b"][=7]"#);
    }

    #[test]
    fn numbers_come_before_texts_and_are_compared_as_numbers() {
        let mut atoms = [json!("b"), json!(true), json!(443), json!(80), json!("a"), json!(80.5)].map(Atom);
        atoms.sort();
        assert_eq!(
            atoms.map(|a| a.0),
            [json!(80), json!(80.5), json!(443), json!("a"), json!("b"), json!(true)]
        );
    }

    #[test]
    fn missing_key_fields_have_their_defaults() {
        let keys = Elements::Keyed(vec![
            KeyField {
                name: "port".to_owned(),
                default: None,
            },
            KeyField {
                name: "protocol".to_owned(),
                default: Some(json!("TCP")),
            },
        ]);
        let step = PathStep::to_element(&keys, &json!({"port": 80})).unwrap();
        assert_eq!(step.notation(), r#"k:{"port":80,"protocol":"TCP"}"#);
        assert_eq!(
            step,
            PathStep::to_element(&keys, &json!({"protocol": "TCP", "port": 80})).unwrap()
        );
        let none = Elements::Keyed(vec![KeyField {
            name: "id".to_owned(),
            default: None,
        }]);
        let error = PathStep::to_element(&none, &json!({})).unwrap_err();
        assert!(error.starts_with(r#"associative list with keys has an element that omits all key fields ["id"]"#));
        assert!(PathStep::to_element(&Elements::Set, &json!({})).is_err());
    }
}
