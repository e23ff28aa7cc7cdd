//! Names, labels, annotations and finalizers of all objects.

use serde_json::Value;

use super::super::meta;
use super::super::resources::Kind;
use super::super::status::{FieldError, Problem};
use super::errors::{Errors, items, text};
use super::names;

/// The sum of all annotations, in bytes, must not be above this.
const ANNOTATIONS: usize = 256 * 1024;

/// What is wrong with an object's metadata.
pub(super) fn check(kind: &Kind, object: &Value) -> Vec<FieldError> {
    let mut errors = Errors::default();
    let rule = |name: &str| match kind.kind {
        "Namespace" | "Service" => names::label(name),
        _ => names::subdomain(name),
    };
    let prefix = meta::text(object, "generateName");
    if !prefix.is_empty() {
        // A prefix may end where a name may not.
        let masked = prefix.strip_suffix('-').map(|start| format!("{start}a"));
        errors.all(
            "metadata.generateName",
            &prefix.into(),
            rule(masked.as_deref().unwrap_or(prefix)),
        );
    }
    let name = meta::name(object);
    if name.is_empty() {
        errors.required("metadata.name", "name or generateName is required");
    } else {
        errors.all("metadata.name", &name.into(), rule(name));
    }
    labels(&object["metadata"]["labels"], "metadata.labels", &mut errors);
    annotations(&object["metadata"]["annotations"], &mut errors);
    owners(object, &mut errors);
    finalizers(object, &mut errors);
    errors.found
}

/// What is wrong with a change of an object's metadata. The server checks it twice and lists every cause twice.
pub(super) fn update(live: &Value, new: &Value) -> Vec<FieldError> {
    let listed = |object: &Value| object["metadata"]["finalizers"].as_array().cloned().unwrap_or_default();
    let before = listed(live);
    let mut added = listed(new);
    added.retain(|finalizer| !before.contains(finalizer));
    if !meta::is_deleting(live) || added.is_empty() {
        return Vec::new();
    }
    let names: Vec<String> = added.iter().map(ToString::to_string).collect();
    let why = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
        names.join(", ")
    );
    let error = FieldError::forbidden("metadata.finalizers", why);
    vec![error.clone(), error]
}

/// Owners are named in full, and at most one of them is in charge.
fn owners(object: &Value, errors: &mut Errors) {
    let mut controllers = Vec::new();
    for (_, owner) in items(&object["metadata"], "ownerReferences") {
        for (field, why) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            if text(owner, field).is_empty() {
                errors.invalid(format!("metadata.ownerReferences.{field}"), &"".into(), why);
            }
        }
        if owner["controller"] == true {
            controllers.push(format!("{}/{}", text(owner, "kind"), text(owner, "name")));
        }
    }
    if let [first, .., last] = controllers.as_slice() {
        let why = format!(
            "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {last}"
        );
        errors.found.push(FieldError {
            field: "metadata.ownerReferences".to_owned(),
            problem: Problem::Invalid {
                value: in_order(&object["metadata"]["ownerReferences"]),
                why,
            },
        });
    }
}

/// Owner references as JSON, fields in the order of the server's type.
fn in_order(owners: &Value) -> String {
    let one = |owner: &Value| {
        let fields = ["apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion"];
        let written = fields
            .into_iter()
            .filter(|field| !owner[*field].is_null())
            .map(|field| format!("\"{field}\":{}", owner[field]));
        format!("{{{}}}", written.collect::<Vec<_>>().join(","))
    };
    let all: Vec<String> = owners.as_array().into_iter().flatten().map(one).collect();
    format!("[{}]", all.join(","))
}

/// What is wrong with labels, wherever they are.
pub(super) fn labels(labels: &Value, field: &str, errors: &mut Errors) {
    for (key, value) in labels.as_object().into_iter().flatten() {
        errors.all(field, &key.as_str().into(), names::qualified(key));
        errors.all(field, value, names::label_value(value.as_str().unwrap_or_default()));
    }
}

fn annotations(annotations: &Value, errors: &mut Errors) {
    let mut size = 0;
    for (key, value) in annotations.as_object().into_iter().flatten() {
        errors.all(
            "metadata.annotations",
            &key.as_str().into(),
            names::qualified(&key.to_lowercase()),
        );
        size += key.len() + value.as_str().map_or(0, str::len);
    }
    if size > ANNOTATIONS {
        let why = format!("Too long: may not be more than {ANNOTATIONS} bytes");
        errors.invalid("metadata.annotations", &"".into(), why);
    }
}

fn finalizers(object: &Value, errors: &mut Errors) {
    for (at, finalizer) in items(&object["metadata"], "finalizers") {
        let text = finalizer.as_str().unwrap_or_default();
        let field = format!("metadata.finalizers[{at}]");
        let standard = matches!(text, "foregroundDeletion" | "orphan" | "kubernetes");
        if !standard && !text.contains('/') {
            errors.invalid(
                field,
                finalizer,
                "name is neither a standard finalizer name nor is it fully qualified",
            );
        } else if !standard {
            errors.all(&field, finalizer, names::qualified(text));
        }
    }
}
