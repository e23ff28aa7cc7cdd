//! Bodies in protobuf, which kubectl sends for what it makes of its flags (`kubectl create deployment`): its typed
//! clients know no other way. They are put into JSON at the door; answers are JSON always, which every client takes.

mod wire;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use http::header::{CONTENT_TYPE, HeaderValue};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use self::wire::{Field, Payload};

/// Media type of such a body.
const MEDIA: &str = "application/vnd.kubernetes.protobuf";
/// What every such body begins with.
const MAGIC: &[u8] = b"k8s\0";
/// A deeper object is none that a client sends.
const MAX_DEPTH: usize = 32;

static TYPES: LazyLock<Types> = LazyLock::new(|| types(include_str!("fields.txt")));

/// Types by name: fields by number.
type Types = BTreeMap<&'static str, BTreeMap<u64, Member>>;

/// A field of a type.
#[derive(Debug, Clone, Copy)]
struct Member {
    name: &'static str,
    kind: &'static str,
    shape: Shape,
    /// Whether an empty value has a meaning.
    kept: bool,
}

/// How often a field may be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    List,
    Map,
    /// The fields of the type are in the object itself.
    Inline,
}

/// The same request with a body in JSON, if it has one in protobuf that can be read.
pub(super) fn translated(request: &Request<Bytes>) -> Option<Request<Bytes>> {
    if super::decode::content_type(request.headers()) != MEDIA {
        return None;
    }
    let object = object(request.body())?;
    let mut translated = request.clone();
    *translated.body_mut() = object.to_string().into();
    let json = HeaderValue::from_static("application/json");
    translated.headers_mut().insert(CONTENT_TYPE, json);
    Some(translated)
}

/// The object in an envelope: its API version and kind, and its bytes.
fn object(body: &[u8]) -> Option<Value> {
    let envelope = wire::fields(body.strip_prefix(MAGIC)?)?;
    let meta = wire::fields(bytes_of(&envelope, 1)?)?;
    let (api_version, kind) = (text(bytes_of(&meta, 1)?)?, text(bytes_of(&meta, 2)?)?);
    let type_name = match (api_version, kind) {
        ("autoscaling/v1", "HorizontalPodAutoscaler") => "HorizontalPodAutoscalerV1",
        _ => kind,
    };
    let mut object = message(type_name, bytes_of(&envelope, 2).unwrap_or_default(), 0)?;
    object.insert("apiVersion".to_owned(), api_version.into());
    object.insert("kind".to_owned(), kind.into());
    Some(Value::Object(object))
}

/// The fields of a message of the named type. What the table does not have is newer than it and left out.
fn message(type_name: &str, bytes: &[u8], depth: usize) -> Option<Map<String, Value>> {
    let members = TYPES.get(type_name).filter(|_| depth < MAX_DEPTH)?;
    let mut object = Map::new();
    for field in wire::fields(bytes)? {
        let Some(member) = members.get(&field.number) else {
            continue;
        };
        if member.shape == Shape::Inline {
            object.extend(message(member.kind, field.payload.bytes()?, depth + 1)?);
            continue;
        }
        let here = object.entry(member.name);
        match member.shape {
            Shape::List => {
                let item = value(member, field.payload, depth)?;
                here.or_insert_with(|| json!([])).as_array_mut()?.push(item);
            }
            Shape::Map => {
                let entry = wire::fields(field.payload.bytes()?)?;
                let key = text(bytes_of(&entry, 1).unwrap_or_default())?;
                let item = value(member, Payload::Bytes(bytes_of(&entry, 2).unwrap_or_default()), depth)?;
                let map = here.or_insert_with(|| json!({})).as_object_mut()?;
                map.insert(key.to_owned(), item);
            }
            Shape::One | Shape::Inline => {
                let one = value(member, field.payload, depth)?;
                if member.kept || !is_empty(&one) {
                    here.or_insert(one);
                }
            }
        }
    }
    Some(object)
}

fn value(member: &Member, payload: Payload<'_>, depth: usize) -> Option<Value> {
    Some(match member.kind {
        "int" => payload.number()?.into(),
        "bool" => (payload.number()? != 0).into(),
        "string" => text(payload.bytes()?)?.into(),
        "bytes" => STANDARD.encode(payload.bytes()?).into(),
        "quantity" => text(bytes_of(&wire::fields(payload.bytes()?)?, 1).unwrap_or_default())?.into(),
        "time" => time(payload.bytes()?, 0)?,
        "microtime" => time(payload.bytes()?, 6)?,
        "intorstring" => int_or_string(&wire::fields(payload.bytes()?)?)?,
        "raw" => serde_json::from_slice(bytes_of(&wire::fields(payload.bytes()?)?, 1)?).ok()?,
        other => message(other, payload.bytes()?, depth + 1)?.into(),
    })
}

/// Whether a value is the one that a field has which nobody has set.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(set) => !set,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => text.is_empty(),
        Value::Array(_) | Value::Object(_) => false,
    }
}

/// Seconds and nanoseconds since the epoch; a message without fields is no time.
fn time(bytes: &[u8], digits: u8) -> Option<Value> {
    let fields = wire::fields(bytes)?;
    if fields.is_empty() {
        return Some(Value::Null);
    }
    let nanoseconds = i32::try_from(number_of(&fields, 2)).ok()?;
    let time = Timestamp::new(number_of(&fields, 1), nanoseconds).ok()?;
    Some(format!("{time:.*}", usize::from(digits)).into())
}

fn int_or_string(fields: &[Field<'_>]) -> Option<Value> {
    Some(if number_of(fields, 1) == 0 {
        number_of(fields, 2).into()
    } else {
        text(bytes_of(fields, 3).unwrap_or_default())?.into()
    })
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn bytes_of<'a>(fields: &[Field<'a>], number: u64) -> Option<&'a [u8]> {
    fields.iter().find(|field| field.number == number)?.payload.bytes()
}

/// A number; one that is not there is 0.
fn number_of(fields: &[Field<'_>], number: u64) -> i64 {
    let field = fields.iter().find(|field| field.number == number);
    field.and_then(|field| field.payload.number()).unwrap_or(0)
}

/// Reads the table.
fn types(text: &'static str) -> Types {
    let mut types = Types::new();
    let mut current = "";
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&'static str> = line.split_whitespace().collect();
        match words.as_slice() {
            [name] => {
                current = name;
                types.insert(name, BTreeMap::new());
            }
            [number, name, kind, rest @ ..] => {
                let fields = types.entry(current).or_default();
                if let Ok(number) = number.parse() {
                    fields.insert(number, member(name, kind, !rest.is_empty()));
                }
            }
            _ => {}
        }
    }
    types
}

fn member(name: &'static str, kind: &'static str, kept: bool) -> Member {
    let shape = match kind.as_bytes().first() {
        Some(b'[') => Shape::List,
        Some(b'{') => Shape::Map,
        _ if name == "-" => Shape::Inline,
        _ => Shape::One,
    };
    let kind = kind.trim_matches(['[', ']', '{', '}']);
    Member {
        name,
        kind,
        shape,
        kept,
    }
}

#[cfg(test)]
mod tests;
