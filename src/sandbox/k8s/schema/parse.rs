//! Reads the notation of `types.txt`.

use serde_json::Value;

use super::{Catalogue, Elements, Field, KeyField, PatchStrategy, Scalar, Shape, Struct};

/// All types of a text. Lines it cannot read are left out; a test sees to it that there are none.
pub(super) fn catalogue(text: &str) -> Catalogue {
    let mut all = Catalogue::default();
    let mut current = String::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(first) = words.next() else { continue };
        if line.starts_with(' ') {
            let Some(owner) = all.structs.get_mut(&current) else {
                continue;
            };
            let Some(field) = field(&mut words) else { continue };
            if first == "*" {
                owner.others = Some(field.shape);
            } else {
                owner.fields.insert(first.to_owned(), field);
            }
        } else if first == "kind" {
            let api_version = words.next().unwrap_or_default();
            for kind in words {
                let (kind, of) = kind.split_once('=').unwrap_or((kind, kind));
                let key = (api_version.to_owned(), kind.to_owned());
                all.kinds.insert(key, Shape::Struct(of.to_owned()));
            }
        } else {
            first.clone_into(&mut current);
            let atomic = words.next() == Some("atomic");
            all.structs.insert(
                current.clone(),
                Struct {
                    atomic,
                    ..Struct::default()
                },
            );
        }
    }
    all
}

/// A field from the words after its name.
fn field<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Field> {
    let mut field = Field {
        shape: shape(words.next()?),
        always: false,
        patch: PatchStrategy::default(),
    };
    while let Some(word) = words.next() {
        match word {
            "always" => field.always = true,
            "atomic" => {
                if let Shape::Map { atomic, .. } = &mut field.shape {
                    *atomic = true;
                }
            }
            "set" => field.shape = field.shape.with_elements(Elements::Set),
            "by" => field.shape = field.shape.with_elements(Elements::Keyed(keys(words.next()?))),
            "patch" => strategy(words.next()?, &mut field.patch),
            _ => return None,
        }
    }
    Some(field)
}

fn shape(word: &str) -> Shape {
    match word {
        "string" => Shape::Scalar(Scalar::String),
        "number" => Shape::Scalar(Scalar::Number),
        "boolean" => Shape::Scalar(Scalar::Boolean),
        "scalar" => Shape::Scalar(Scalar::Untyped),
        "any" => Shape::Any,
        _ => {
            if let Some(inner) = enclosed(word, '[', ']') {
                Shape::List {
                    of: Box::new(shape(inner)),
                    elements: Elements::Atomic,
                }
            } else if let Some(inner) = enclosed(word, '{', '}') {
                Shape::Map {
                    of: Box::new(shape(inner)),
                    atomic: false,
                }
            } else {
                Shape::Struct(word.to_owned())
            }
        }
    }
}

fn enclosed(word: &str, open: char, close: char) -> Option<&str> {
    word.strip_prefix(open)?.strip_suffix(close)
}

/// Key fields: `port=0,protocol=TCP`; a default that reads as a number is one.
fn keys(word: &str) -> Vec<KeyField> {
    word.split(',')
        .map(|key| match key.split_once('=') {
            None => KeyField {
                name: key.to_owned(),
                default: None,
            },
            Some((name, default)) => KeyField {
                name: name.to_owned(),
                default: Some(
                    default
                        .parse::<i64>()
                        .map_or_else(|_| Value::from(default), Value::from),
                ),
            },
        })
        .collect()
}

fn strategy(word: &str, patch: &mut PatchStrategy) {
    match word.split_once(':') {
        Some((_, key)) => patch.merge = Some(key.to_owned()),
        None if word == "merge" => patch.merge = Some(String::new()),
        None if word == "retainKeys" => patch.retain_keys = true,
        None => patch.replace = word == "replace",
    }
}

impl Shape {
    fn with_elements(&self, elements: Elements) -> Self {
        match self {
            Self::List { of, .. } => Self::List {
                of: of.clone(),
                elements,
            },
            other => other.clone(),
        }
    }
}
