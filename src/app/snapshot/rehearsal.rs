//! What of a lab has no effect in the sandbox: the sandbox itself says so.

use lab2048_sandbox::{Coverage, annotation_coverage, without_effect};
use serde_json::Value;

use crate::checks::Unrehearsed;
use crate::model::Object;

/// What the objects ask for and the sandbox does not have.
pub(super) fn unrehearsed(objects: &[Object]) -> Vec<Unrehearsed> {
    let mut found: Vec<Unrehearsed> = objects.iter().filter_map(inert).collect();
    let annotated = objects
        .iter()
        .filter(|object| matches!(object.kind(), "Ingress" | "Service"));
    found.extend(annotated.flat_map(annotations));
    found
}

/// An object that the sandbox keeps and that nothing acts upon.
fn inert(object: &Object) -> Option<Unrehearsed> {
    let version = object.text("/apiVersion").unwrap_or_default();
    without_effect(version, object.kind()).map(|what| Unrehearsed {
        asked_by: object.key().to_string(),
        what: what.to_owned(),
    })
}

fn annotations(object: &Object) -> Vec<Unrehearsed> {
    let all = object.at("/metadata/annotations").and_then(Value::as_object);
    let all = all
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key, value.as_str()?)));
    all.filter_map(|(key, value)| match annotation_coverage(key, value)? {
        Coverage::ParsedOnly { what } => Some(Unrehearsed {
            asked_by: format!("{key}: {value}"),
            what: what.to_owned(),
        }),
        Coverage::Modelled | Coverage::Unknown => None,
    })
    .collect()
}
