//! What is random in a server's answers gets a name that is the same on both sides: the first UID `<uid 1>`, and so on.
//! What such values have to do with each other stays: the same value has the same name everywhere.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

/// The names given so far to what one side has drawn.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: BTreeMap<String, String>,
    counts: BTreeMap<&'static str, usize>,
    /// The versions of each object in order of being seen.
    versions: BTreeMap<String, Vec<u64>>,
    newest: u64,
    /// Which columns of the last table are ages; in a watch only the first table has the definitions.
    aged: Vec<usize>,
}

impl Names {
    /// Gives stable names to everything drawn in an answer.
    pub(super) fn normalise(&mut self, answer: &mut Value) {
        self.ages(answer);
        self.learn(answer);
        self.walk("", answer);
    }

    fn name(&mut self, sort: &'static str, drawn: &str) -> String {
        if let Some(name) = self.given.get(drawn) {
            return name.clone();
        }
        let count = self.counts.entry(sort).or_default();
        *count += 1;
        let name = format!("<{sort} {count}>");
        self.given.insert(drawn.to_owned(), name.clone());
        name
    }

    /// All have one name: a server may draw a port again that a deleted Service had.
    fn node_port(&mut self, port: &Value) -> &'static str {
        const NAME: &str = "<node port>";
        self.given.insert(format!("port {port}"), NAME.to_owned());
        NAME
    }

    /// Finds what is drawn, in an order that does not depend on how an answer is written.
    fn learn(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.learn(item)),
            Value::Object(map) => {
                if let (Some(prefix), Some(name)) = (map.get("generateName"), map.get("name")) {
                    let (prefix, name) = (prefix.as_str().unwrap_or_default(), name.as_str().unwrap_or_default());
                    if name.strip_prefix(prefix).is_some_and(|drawn| drawn.len() == 5) {
                        self.name("generated name", name);
                    }
                }
                if let (Some(name), Some(causes)) = (map.get("name").and_then(Value::as_str), map.get("causes")) {
                    let causes = causes.as_array().into_iter().flatten();
                    if causes
                        .into_iter()
                        .any(|cause| cause["field"] == "metadata.generateName")
                    {
                        self.name("generated name", name);
                    }
                }
                let mut keys: Vec<&String> = map.keys().collect();
                keys.sort();
                for key in keys {
                    match &map[key] {
                        Value::String(uid) if is_uid(uid) => drop(self.name("uid", uid)),
                        Value::String(address) if address.starts_with("172.20.") => {
                            drop(self.name("address", address));
                        }
                        other => self.learn(other),
                    }
                }
            }
            _ => {}
        }
    }

    fn walk(&mut self, key: &str, value: &mut Value) {
        match value {
            Value::Array(items) => {
                if key == "managedFields" {
                    order(items);
                }
                for item in items {
                    self.walk(key, item);
                }
            }
            Value::Object(map) => {
                if let Some(causes) = map.get_mut("causes").and_then(Value::as_array_mut) {
                    by_manager(causes);
                }
                let uid = map.get("uid").and_then(Value::as_str).map(str::to_owned);
                // Owners are keys in managed fields, by their UID.
                for key in map
                    .keys()
                    .filter(|key| key.contains("\"uid\""))
                    .cloned()
                    .collect::<Vec<_>>()
                {
                    let value = map.remove(&key).unwrap_or_default();
                    map.insert(self.text("", &key), value);
                }
                let mut fields: Vec<(&String, &mut Value)> = map.iter_mut().collect();
                fields.sort_by_key(|(key, _)| *key);
                for (key, value) in fields {
                    match key.as_str() {
                        "resourceVersion" => self.version(value, uid.as_deref()),
                        "nodePort" if value != 0 => *value = self.node_port(value).into(),
                        "continue" => *value = "<continue>".into(),
                        key => self.walk(key, value),
                    }
                }
            }
            Value::String(text) => *text = self.text(key, text),
            _ => {}
        }
    }

    fn ages(&mut self, value: &mut Value) {
        match value {
            Value::Array(items) => items.iter_mut().for_each(|item| self.ages(item)),
            Value::Object(map) => {
                if let Some(columns) = map.get("columnDefinitions").and_then(Value::as_array) {
                    self.aged = age_columns(columns);
                }
                for row in map.get_mut("rows").and_then(Value::as_array_mut).into_iter().flatten() {
                    for (index, cell) in row["cells"].as_array_mut().into_iter().flatten().enumerate() {
                        let seconds = |age: &str| age.ends_with('s') && age.len() < 4;
                        if self.aged.contains(&index) && cell.as_str().is_some_and(seconds) {
                            *cell = "<age>".into();
                        }
                    }
                }
                map.values_mut().for_each(|value| self.ages(value));
            }
            _ => {}
        }
    }

    /// Each version of an object gets its own name; a list's is only known to be as new as all that was seen.
    fn version(&mut self, value: &mut Value, uid: Option<&str>) {
        let Some(version) = value.as_str().and_then(|text| text.parse::<u64>().ok()) else {
            return;
        };
        if let Some(uid) = uid {
            let versions = self.versions.entry(uid.to_owned()).or_default();
            let known = versions.iter().position(|known| *known == version);
            let at = known.unwrap_or_else(|| {
                versions.push(version);
                versions.len() - 1
            });
            *value = format!("<version {}>", at + 1).into();
        } else {
            *value = if version >= self.newest {
                "<newest version>"
            } else {
                "<older version>"
            }
            .into();
        }
        self.newest = self.newest.max(version);
    }

    /// Errors about a patch quote the whole object; the order of its fields has no meaning.
    fn quoted_object(&mut self, text: &str) -> String {
        const BEFORE: &str = "Invalid value: ";
        let Some((head, tail)) = text.split_once(BEFORE).filter(|(_, tail)| tail.starts_with("\"{")) else {
            return text.to_owned();
        };
        let mut quoted = serde_json::Deserializer::from_str(tail).into_iter::<String>();
        let object = quoted.next().and_then(Result::ok);
        let Some(mut object) = object.and_then(|object| serde_json::from_str::<Value>(&object).ok()) else {
            return text.to_owned();
        };
        self.walk("", &mut object);
        object.sort_all_objects();
        format!("{head}{BEFORE}{object}{}", &tail[quoted.byte_offset()..])
    }

    fn text(&mut self, key: &str, text: &str) -> String {
        if let Some(time) = time(key, text) {
            return time.to_owned();
        }
        let mut text = self.quoted_object(text);
        for (drawn, name) in &self.given {
            text = match drawn.strip_prefix("port ") {
                Some(port) => text.replace(&format!(":{port}/"), &format!(":{name}/")),
                None => text.replace(drawn.as_str(), name),
            };
        }
        if key == "message" {
            for before in [
                "ResourceVersion in record (",
                "resource version: ",
                ", current: ",
                "1 (",
            ] {
                text = without_number(&text, before);
            }
        }
        text
    }
}

/// The number that follows `before`, replaced.
fn without_number(text: &str, before: &str) -> String {
    let Some((head, tail)) = text.split_once(before) else {
        return text.to_owned();
    };
    let rest = tail.trim_start_matches(|letter: char| letter.is_ascii_digit());
    // A value that the request itself has sent stays.
    let digits = &tail[..tail.len() - rest.len()];
    if digits.is_empty() || digits == "1" || digits.starts_with("9999") {
        return text.to_owned();
    }
    format!("{head}{before}<version>{rest}")
}

/// A server lists the conflicts of an apply manager by manager, in an order of managers that it leaves to chance.
fn by_manager(causes: &mut [Value]) {
    if causes.iter().all(|cause| cause["reason"] == "FieldManagerConflict") {
        causes.sort_by_key(|cause| cause["message"].as_str().unwrap_or_default().to_owned());
    }
}

fn is_uid(text: &str) -> bool {
    let sizes: Vec<usize> = text.split('-').map(str::len).collect();
    sizes == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Times by how exact they are.
fn time(key: &str, text: &str) -> Option<&'static str> {
    let timed = ["Timestamp", "Time", "time"].iter().any(|end| key.ends_with(end));
    if !timed || text.parse::<Timestamp>().is_err() {
        return None;
    }
    Some(if text.contains('.') {
        "<time with fraction>"
    } else {
        "<time>"
    })
}

/// Managed fields go by operation, time and manager. Two writes may fall into one second or not, so the rule is checked
/// here and then the time left out of it.
fn order(entries: &mut [Value]) {
    let text = |entry: &Value, field: &str| entry[field].as_str().unwrap_or_default().to_owned();
    let rule =
        |entry: &Value| ["operation", "time", "manager", "apiVersion", "subresource"].map(|field| text(entry, field));
    let sorted = entries.is_sorted_by_key(rule);
    entries.sort_by_key(|entry| ["operation", "manager", "apiVersion", "subresource"].map(|field| text(entry, field)));
    if !sorted {
        entries
            .first_mut()
            .into_iter()
            .for_each(|entry| entry["order"] = json!("against the rule"));
    }
}

/// In tables, how old something is: `5s`, in the columns of ages.
fn age_columns(columns: &[Value]) -> Vec<usize> {
    let aged = |column: &Value| matches!(column["name"].as_str(), Some("Age" | "Last Seen" | "First Seen"));
    (0..columns.len()).filter(|index| aged(&columns[*index])).collect()
}
