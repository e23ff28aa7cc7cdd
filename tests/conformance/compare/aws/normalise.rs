//! Answers of all protocols in one JSON form, with stable names for what is random.

use std::collections::BTreeMap;

use http::response::Parts;
use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value, json};

/// Elements whose children all are items of a list.
const ITEMS: [&str; 2] = ["item", "member"];
/// Members that are random in each answer.
const DRAWN: [&str; 3] = ["requestid", "nexttoken", "nextmarker"];
/// What a request keeps that is no thing but the token of a page.
const PAGE: &str = "page";
/// Members of errors that are for people.
const TEXTS: [&str; 2] = ["message", "Message"];

/// An answer: status, code of the error if it is one, body.
pub(super) fn read(head: &Parts, body: &[u8]) -> Value {
    let text = String::from_utf8_lossy(body);
    let status = head.status.as_u16();
    let start = text.trim_start().to_lowercase();
    let mut body = if start.starts_with("<!doctype html") {
        // The answer of moto's web server to a fault of its own.
        "HTML".into()
    } else if start.starts_with('<') {
        xml(&text)
    } else {
        serde_json::from_str(&text).unwrap_or_else(|_| text.clone().into_owned().into())
    };
    let mut answer = json!({"status": status});
    if !head.status.is_success() {
        answer["code"] = code(head, &mut body);
        hide(&mut body, &TEXTS, "TEXT");
    }
    answer["body"] = body;
    answer
}

/// The code of an error as the SDKs find it: in a header, else in the body under one of these names.
fn code(head: &Parts, body: &mut Value) -> Value {
    let header = head
        .headers
        .get("x-amzn-errortype")
        .and_then(|value| value.to_str().ok());
    let member = |body: &mut Value, name: &str| body.as_object_mut().and_then(|body| body.remove(name));
    let in_body = member(body, "__type").or(member(body, "code"));
    if let Some(code) = header {
        return code.split(':').next().unwrap_or_default().into();
    }
    let in_xml = ["/Response/Errors/Error/Code", "/ErrorResponse/Error/Code"];
    in_body
        .or_else(|| in_xml.iter().find_map(|at| body.pointer(at)).cloned())
        .unwrap_or_default()
}

/// Puts `word` in the place of all texts under these names.
fn hide(value: &mut Value, names: &[&str], word: &str) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if names.contains(&name.as_str()) && member.is_string() {
                    *member = word.into();
                }
                hide(member, names, word);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, names, word)),
        _ => {}
    }
}

/// Gives stable names to everything random, and puts lists into one order.
pub(super) fn normalise(value: &mut Value, names: &BTreeMap<String, String>) {
    let things = names.iter().filter(|(name, value)| *name != PAGE && value.len() > 3);
    let mut longest: Vec<(&String, &String)> = things.collect();
    longest.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
    walk(value, &longest);
}

fn walk(value: &mut Value, names: &[(&String, &String)]) {
    match value {
        Value::Object(members) => {
            // To a client, `null` is as good as nothing.
            members.retain(|_, member| !member.is_null());
            for (name, member) in members {
                let drawn = DRAWN.contains(&name.to_lowercase().as_str());
                if drawn && member.is_string() {
                    *member = "DRAWN".into();
                } else if name.ends_with("At") && member.is_number() {
                    *member = "TIME".into();
                } else {
                    walk(member, names);
                }
            }
        }
        Value::Array(items) => {
            for item in &mut *items {
                walk(item, names);
            }
            if let Some(members) = pairs(items) {
                *value = members.into();
            } else {
                items.sort_by_key(Value::to_string);
            }
        }
        Value::String(text) => *text = stable(text, names),
        _ => {}
    }
}

/// Tags and attributes, as an object: a list of nothing but keys and values.
fn pairs(items: &[Value]) -> Option<Map<String, Value>> {
    let pair = |item: &Value| {
        let item = item.as_object().filter(|item| item.len() == 2)?;
        let member = |name: &str| item.get(name).or_else(|| item.get(&name.to_lowercase()));
        Some((member("Key")?.as_str()?.to_owned(), member("Value")?.clone()))
    };
    items
        .iter()
        .map(pair)
        .collect::<Option<_>>()
        .filter(|_| !items.is_empty())
}

fn stable(text: &str, names: &[(&String, &String)]) -> String {
    if text.parse::<Timestamp>().is_ok() {
        return "TIME".to_owned();
    }
    let mut text = text.to_owned();
    for (name, value) in names {
        text = text.replace(value.as_str(), &format!("${{{name}}}"));
    }
    let mut stable = String::new();
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() || letter == '-' {
            word.push(letter);
        } else {
            stable.push_str(&stable_word(&word));
            word.clear();
            stable.push(letter);
        }
    }
    stable + &stable_word(&word)
}

/// Ids (`subnet-0a41c7c2f3d95be10`), unique ids of IAM, UUIDs, and what the load balancers' ARNs end in.
fn stable_word(word: &str) -> String {
    let hex = |text: &str| text.len() >= 8 && text.chars().all(|c| c.is_ascii_digit() || ('a'..='f').contains(&c));
    let uuid = word.len() == 36 && word.split('-').count() == 5;
    if uuid {
        return "UUID".to_owned();
    }
    if hex(word) && (14..=17).contains(&word.len()) {
        return "HEX".to_owned();
    }
    if word.starts_with("AROA") || word.starts_with("ANPA") {
        return word[..4].to_owned() + "ID";
    }
    match word.rsplit_once('-') {
        Some((kind, id)) if hex(id) => format!("{kind}-ID"),
        _ => word.to_owned(),
    }
}

/// XML as JSON: an element with children is an object, or a list if they are items; others are their text.
fn xml(text: &str) -> Value {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => open.push(Element::begun(&start)),
            Event::Empty(start) => {
                let element = Element::begun(&start);
                open.last_mut().unwrap().take(element);
            }
            Event::End(_) => {
                let element = open.pop().unwrap();
                open.last_mut().unwrap().take(element);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text),
            Event::GeneralRef(name) => {
                let name: &str = &name;
                let plain = quick_xml::escape::unescape(&format!("&{name};")).unwrap().into_owned();
                open.last_mut().unwrap().text.push_str(&plain);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Value::Object(open.pop().unwrap().members)
}

#[derive(Default)]
struct Element {
    name: String,
    text: String,
    members: Map<String, Value>,
    items: Option<Vec<Value>>,
}

impl Element {
    fn begun(start: &BytesStart<'_>) -> Self {
        let mut element = Self {
            name: start.name().as_ref().to_owned(),
            ..Self::default()
        };
        for attribute in start.attributes().map(Result::unwrap) {
            let name = attribute.key.as_ref().to_owned();
            let value = attribute.value.into_owned();
            element.members.insert(format!("@{name}"), value.into());
        }
        element
    }

    fn take(&mut self, child: Self) {
        let name = child.name.clone();
        if ITEMS.contains(&name.as_str()) {
            self.items.get_or_insert_default().push(child.value());
        } else {
            self.members.insert(name, child.value());
        }
    }

    fn value(self) -> Value {
        match self.items {
            Some(items) => items.into(),
            None if self.members.is_empty() => self.text.trim().into(),
            None => self.members.into(),
        }
    }
}
