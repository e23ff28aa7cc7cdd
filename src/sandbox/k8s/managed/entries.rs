//! The entries of `metadata.managedFields`: who owns which fields.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::field_set::FieldSet;

/// The number of entries with operation `Update` above which the oldest are merged into one.
const MOST_UPDATERS: usize = 10;
/// The manager of merged old entries.
const ANCIENT: &str = "ancient-changes";

/// How a manager came to own its fields; `Apply` sorts before `Update`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    /// Server-side apply.
    Apply,
    /// Anything else.
    Update,
}

/// The key of an entry. An applier is the same in all API versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ManagerId {
    pub(super) manager: String,
    pub(super) operation: Operation,
    pub(super) api_version: String,
    pub(super) subresource: String,
}

/// What a manager owns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Owned {
    pub(super) api_version: String,
    /// RFC 3339 with seconds; entries made by a scale have none.
    pub(super) time: Option<String>,
    pub(super) set: FieldSet,
}

/// All managers of an object.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Managers(pub(super) BTreeMap<ManagerId, Owned>);

impl ManagerId {
    /// A manager that applies.
    pub(super) fn applier(manager: &str, subresource: &str) -> Self {
        Self {
            manager: manager.to_owned(),
            operation: Operation::Apply,
            api_version: String::new(),
            subresource: subresource.to_owned(),
        }
    }

    /// A manager that creates, updates or patches.
    pub(super) fn updater(manager: &str, api_version: &str, subresource: &str) -> Self {
        Self {
            manager: manager.to_owned(),
            operation: Operation::Update,
            api_version: api_version.to_owned(),
            subresource: subresource.to_owned(),
        }
    }

    /// As messages name it: `"kubectl" with subresource "scale" using apps/v1`.
    pub(super) fn words(&self) -> String {
        let mut words = format!("{:?}", self.manager);
        if !self.subresource.is_empty() {
            words = format!("{words} with subresource {:?}", self.subresource);
        }
        if self.operation == Operation::Update {
            words = format!("{words} using {}", self.api_version);
        }
        words
    }
}

/// A time as the server writes it.
pub(super) fn seconds(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

impl Managers {
    /// The entries of an object; none if one of them cannot be read.
    pub(super) fn of(object: Option<&Value>) -> Self {
        object
            .and_then(|object| object.pointer("/metadata/managedFields")?.as_array())
            .and_then(|entries| entries.iter().map(decode).collect::<Option<BTreeMap<_, _>>>())
            .map(Self)
            .unwrap_or_default()
    }

    /// Whether nobody owns anything.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes fields from all managers but one.
    pub(super) fn take(&mut self, fields: &FieldSet, except: Option<&ManagerId>) {
        for (id, owned) in &mut self.0 {
            if Some(id) != except {
                owned.set = owned.set.difference(fields);
            }
        }
        self.0.retain(|_, owned| !owned.set.is_empty());
    }

    /// Writes the entries into an object, in the server's order.
    pub(super) fn write(&self, object: &mut Value) {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(id, owned)| {
            let order = (id.operation, owned.time.clone(), id.manager.clone());
            (order, owned.api_version.clone(), id.subresource.clone())
        });
        let entries: Vec<Value> = entries.into_iter().map(|(id, owned)| encode(id, owned)).collect();
        if entries.is_empty() {
            clear(object);
        } else {
            object["metadata"]["managedFields"] = Value::Array(entries);
        }
    }

    /// Merges the oldest updaters of an API version into one entry while there are too many.
    pub(super) fn cap(&mut self) {
        let mut updaters: Vec<(Option<String>, ManagerId)> = self
            .0
            .iter()
            .filter(|(id, _)| id.operation == Operation::Update)
            .map(|(id, owned)| (owned.time.clone(), id.clone()))
            .collect();
        let mut left = updaters.len();
        updaters.sort();
        let mut first: BTreeMap<String, ManagerId> = BTreeMap::new();
        for (time, id) in updaters {
            if left <= MOST_UPDATERS {
                return;
            }
            let bucket = ManagerId::updater(ANCIENT, &id.api_version, "");
            let Some(oldest) = first.get(&id.api_version) else {
                first.insert(id.api_version.clone(), id);
                continue;
            };
            if !self.0.contains_key(&bucket)
                && let Some(owned) = self.0.remove(oldest)
            {
                self.0.insert(bucket.clone(), owned);
            }
            if let Some(owned) = self.0.remove(&id)
                && let Some(ancient) = self.0.get_mut(&bucket)
            {
                ancient.set = ancient.set.union(&owned.set);
                ancient.time = time;
                left -= 1;
            }
        }
    }
}

/// Removes all entries from an object.
pub(super) fn clear(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("managedFields");
    }
}

/// A copy of an object without its entries, which are often the larger part.
pub(super) fn without(object: &Value) -> Value {
    let all_but = |name: &str, value: &Value| -> Map<String, Value> {
        let fields = value.as_object().into_iter().flatten();
        let kept = fields.filter(|(field, _)| *field != name);
        kept.map(|(field, value)| (field.clone(), value.clone())).collect()
    };
    let mut copy = all_but("metadata", object);
    if let Some(metadata) = object.get("metadata") {
        copy.insert("metadata".to_owned(), all_but("managedFields", metadata).into());
    }
    Value::Object(copy)
}

fn decode(entry: &Value) -> Option<(ManagerId, Owned)> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let api_version = text("apiVersion");
    if api_version.is_empty() || text("fieldsType") != "FieldsV1" {
        return None;
    }
    let id = match text("operation") {
        "Apply" => ManagerId::applier(text("manager"), text("subresource")),
        "Update" => ManagerId::updater(text("manager"), api_version, text("subresource")),
        _ => return None,
    };
    let owned = Owned {
        api_version: api_version.to_owned(),
        time: entry.get("time").and_then(Value::as_str).map(str::to_owned),
        set: entry.get("fieldsV1").map(FieldSet::from_json).unwrap_or_default(),
    };
    Some((id, owned))
}

fn encode(id: &ManagerId, owned: &Owned) -> Value {
    let operation = match id.operation {
        Operation::Apply => "Apply",
        Operation::Update => "Update",
    };
    let mut entry = Map::new();
    let mut put = |name: &str, value: Value| entry.insert(name.to_owned(), value);
    put("apiVersion", json!(owned.api_version));
    put("fieldsType", json!("FieldsV1"));
    put("fieldsV1", owned.set.to_json());
    put("manager", json!(id.manager));
    put("operation", json!(operation));
    if !id.subresource.is_empty() {
        put("subresource", json!(id.subresource));
    }
    if let Some(time) = &owned.time {
        put("time", json!(time));
    }
    Value::Object(entry)
}
