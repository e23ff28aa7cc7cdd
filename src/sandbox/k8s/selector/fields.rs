//! Field selectors: of the few fields that each kind can be selected by.

use serde_json::Value;

use crate::k8s::resources::Kind;

/// What a field has to be, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldRequirement {
    path: String,
    value: String,
    equal: bool,
}

impl FieldRequirement {
    /// Reads `path=value`, `path==value` or `path!=value`.
    pub(super) fn parse(kind: &Kind, text: &str) -> Result<Self, String> {
        let (path, value, equal) = if let Some((path, value)) = text.split_once("!=") {
            (path, value, false)
        } else if let Some((path, value)) = text.split_once("==").or_else(|| text.split_once('=')) {
            (path, value, true)
        } else {
            return Err(format!("invalid selector: '{text}'; can't understand '{text}'"));
        };
        if !has_field(kind, path) {
            let known = if kind.namespaced {
                "\"metadata.name\", \"metadata.namespace\""
            } else {
                "\"metadata.name\""
            };
            return Err(if own_fields(kind).is_empty() {
                format!("\"{path}\" is not a known field selector: only {known}")
            } else {
                format!("field label not supported: {path}")
            });
        }
        Ok(Self {
            path: path.to_owned(),
            value: value.to_owned(),
            equal,
        })
    }

    /// Whether it takes an object.
    pub(super) fn takes(&self, object: &Value) -> bool {
        (field_of(object, &self.path) == self.value) == self.equal
    }
}

fn has_field(kind: &Kind, path: &str) -> bool {
    path == "metadata.name" || (path == "metadata.namespace" && kind.namespaced) || own_fields(kind).contains(&path)
}

/// The fields that only this kind can be selected by.
fn own_fields(kind: &Kind) -> &'static [&'static str] {
    match kind.kind {
        "Pod" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        "Event" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "Namespace" => &["status.phase"],
        "Node" => &["spec.unschedulable"],
        "ReplicaSet" => &["status.replicas"],
        "Service" => &["spec.clusterIP", "spec.type"],
        _ => &[],
    }
}

fn field_of(object: &Value, path: &str) -> String {
    if path == "source" {
        let component = object["source"]["component"].as_str().unwrap_or_default();
        return if component.is_empty() {
            object["reportingComponent"].as_str().unwrap_or_default().to_owned()
        } else {
            component.to_owned()
        };
    }
    let value = path.split('.').fold(object, |value, part| &value[part]);
    match value {
        Value::String(text) => text.clone(),
        Value::Null if matches!(path, "spec.unschedulable" | "spec.hostNetwork") => "false".to_owned(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
