//! Ownership after creates, updates and patches.

use serde_json::Value;

use super::entries::{ManagerId, Managers, Owned, clear};
use super::field_set::FieldSet;
use super::typed::compare;
use super::{Writer, comparable, nothing_yet, schema_of, unowned, writable};

/// Records in `new`'s `managedFields` that `writer` changed it from `live` by an update, patch or create.
///
/// An object that exists without any entry stays without. Entries that `new` brings along count instead of the live
/// ones, as the server allows them to be edited; an empty list of them drops all. `writer` with subresource `scale`
/// stands for a change of `spec.replicas` through that subresource; the entry has no time then, as on a real server.
pub(crate) fn after_update(live: Option<&Value>, new: &mut Value, writer: Writer<'_>) {
    let mut managers = starting_from(live, new, writer.subresource);
    if live.is_some() && managers.is_empty() {
        clear(new);
        return;
    }
    let id = ManagerId::updater(writer.manager, writer.api_version, writer.subresource);
    let time = writer.time();
    record(&mut managers, live, new, Record { id, time });
    managers.write(new);
}

/// The entry an update is recorded in.
pub(super) struct Record {
    pub(super) id: ManagerId,
    pub(super) time: Option<String>,
}

/// The entries before the update.
fn starting_from(live: Option<&Value>, new: &Value, subresource: &str) -> Managers {
    let brought = new.pointer("/metadata/managedFields").and_then(Value::as_array);
    let is_reset = |entries: &Vec<Value>| match entries.as_slice() {
        [] => true,
        [only] => only.as_object().is_some_and(serde_json::Map::is_empty),
        _ => false,
    };
    if subresource.is_empty() && live.is_some() {
        if brought.is_some_and(is_reset) {
            return Managers::default();
        }
        let brought = Managers::of(Some(new));
        if !brought.is_empty() {
            return brought;
        }
    }
    Managers::of(live)
}

/// A scale of zero has no field for its replicas, so who scales to zero owns nothing.
pub(crate) fn forget_zero_replicas(object: &mut Value) {
    if let Some(spec) = object["spec"].as_object_mut().filter(|spec| spec["replicas"] == 0) {
        spec.remove("replicas");
    }
}

/// Moves the fields in which `new` differs from `live` to the entry's manager.
pub(super) fn record(managers: &mut Managers, live: Option<&Value>, new: &Value, entry: Record) {
    let schema = schema_of(new);
    let mut old = live.map_or_else(|| nothing_yet(schema, new), |live| comparable(schema, live));
    let kind = new.get("kind").and_then(Value::as_str).unwrap_or_default();
    let subresource = entry.id.subresource.clone();
    let mut comparable_new = comparable(schema, new);
    if subresource == "scale" {
        forget_zero_replicas(&mut old);
        forget_zero_replicas(&mut comparable_new);
    }
    let difference =
        compare(schema.shape(), &old, &comparable_new).filtered(|fields| writable(schema, kind, &subresource, fields));
    managers.take(&difference.changed().union(&difference.removed), None);
    let set = difference.changed().difference(&unowned());
    if set.is_empty() {
        return;
    }
    let before = managers
        .0
        .get(&entry.id)
        .map_or_else(FieldSet::default, |owned| owned.set.clone());
    let owned = Owned {
        api_version: entry.id.api_version.clone(),
        time: entry.time,
        set: before.union(&set),
    };
    managers.0.insert(entry.id, owned);
    managers.cap();
}
