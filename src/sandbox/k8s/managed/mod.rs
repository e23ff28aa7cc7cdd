//! Field ownership: `managedFields` after applies and updates, and conflicts between managers.
//!
//! Does what a real server's field manager does: every write is compared with the live object, changed fields belong to
//! the writer from then on, and an apply is refused where it would change a field that another manager owns.

mod apply;
mod conflict;
mod entries;
mod field_set;
mod path;
mod typed;
mod update;

pub(crate) use apply::apply;
pub(crate) use field_set::FieldSet;
pub(crate) use update::after_update;
pub(crate) use update::forget_zero_replicas;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::schema::{self, Schema};

/// Who writes, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writer<'a> {
    /// Field manager.
    pub manager: &'a str,
    /// Subresource written through, empty for the object itself.
    pub subresource: &'a str,
    /// API version of the written object.
    pub api_version: &'a str,
    /// When.
    pub now: Timestamp,
}

impl Writer<'_> {
    /// The time of its entry; one of `scale` has none, as on a real server.
    fn time(&self) -> Option<String> {
        (self.subresource != "scale").then(|| entries::seconds(self.now))
    }
}

/// The kind of an object.
fn schema_of(object: &Value) -> Schema {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
    schema::of(text("apiVersion"), text("kind"))
}

/// A copy in the form in which fields are compared: as the server's types have it, without ownership.
fn comparable(schema: Schema, object: &Value) -> Value {
    let mut object = entries::without(object);
    schema.normalise(&mut object);
    object
}

/// The object before it was created.
fn nothing_yet(schema: Schema, of: &Value) -> Value {
    let mut empty = json!({"metadata": {}});
    for name in ["apiVersion", "kind"] {
        if let Some(value) = of.get(name) {
            empty[name] = value.clone();
        }
    }
    schema.normalise(&mut empty);
    empty
}

/// Metadata that nobody owns: the server fills it in.
fn unowned() -> FieldSet {
    FieldSet::of_fields(&[
        &["apiVersion"],
        &["kind"],
        &["metadata"],
        &["metadata", "name"],
        &["metadata", "namespace"],
        &["metadata", "creationTimestamp"],
        &["metadata", "selfLink"],
        &["metadata", "uid"],
        &["metadata", "clusterName"],
        &["metadata", "generation"],
        &["metadata", "managedFields"],
        &["metadata", "resourceVersion"],
    ])
}

/// The part of `fields` that a write through `subresource` can change; the server resets the rest.
fn writable(schema: Schema, kind: &str, subresource: &str, fields: &FieldSet) -> FieldSet {
    let has_status = schema.shape().names_field("status");
    if subresource != "status" {
        return if has_status {
            fields.without(&FieldSet::of_fields(&[&["status"]]))
        } else {
            fields.clone()
        };
    }
    if !schema.is_builtin() {
        return fields.within(&FieldSet::of_fields(&[&["status"]]));
    }
    let reset = match kind {
        "Deployment" => FieldSet::of_fields(&[&["spec"], &["metadata", "labels"]]),
        "Pod" => FieldSet::of_fields(&[
            &["spec"],
            &["metadata", "deletionTimestamp"],
            &["metadata", "ownerReferences"],
        ]),
        _ => FieldSet::of_fields(&[&["spec"]]),
    };
    fields.without(&reset)
}

#[cfg(test)]
mod replay;
#[cfg(test)]
mod tests;
