//! Names, labels, annotations and finalizers of all objects.

use serde_json::Value;

use super::super::meta;
use super::super::resources::Kind;
use super::super::status::FieldError;
use super::{Errors, items, names};

/// The sum of all annotations, in bytes, must not be above this.
const ANNOTATIONS: usize = 256 * 1024;

/// What is wrong with an object's metadata.
pub(super) fn check(kind: &Kind, object: &Value) -> Vec<FieldError> {
    let mut errors = Errors::default();
    let name = meta::name(object);
    if name.is_empty() {
        errors.required("metadata.name", "name or generateName is required");
    } else {
        let whys = match kind.kind {
            "Namespace" | "Service" => names::label(name),
            _ => names::subdomain(name),
        };
        errors.all("metadata.name", &name.into(), whys);
    }
    labels(&object["metadata"]["labels"], "metadata.labels", &mut errors);
    annotations(&object["metadata"]["annotations"], &mut errors);
    finalizers(object, &mut errors);
    errors.0
}

/// What is wrong with labels, wherever they stand.
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
