//! What must be text in an object, and is a number, a boolean or a list because quotes are missing.
//!
//! The API server refuses these, too, but in words about Go types, and without the file.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::Object;

/// In every object. `*` is any key of a map or any element of a list.
const OBJECT: &[&str] = &[
    "apiVersion",
    "kind",
    "metadata/name",
    "metadata/namespace",
    "metadata/labels/*",
    "metadata/annotations/*",
];

/// In a template of pods.
const PODS: &[&str] = &[
    "metadata/labels/*",
    "metadata/annotations/*",
    "spec/nodeSelector/*",
    "spec/serviceAccountName",
    "spec/priorityClassName",
    "spec/tolerations/*/key",
    "spec/tolerations/*/value",
    "spec/volumes/*/name",
    "spec/volumes/*/configMap/name",
    "spec/volumes/*/secret/secretName",
    "spec/volumes/*/persistentVolumeClaim/claimName",
];

/// In a container.
const CONTAINER: &[&str] = &[
    "name",
    "image",
    "workingDir",
    "command/*",
    "args/*",
    "env/*/name",
    "env/*/value",
    "env/*/valueFrom/configMapKeyRef/name",
    "env/*/valueFrom/configMapKeyRef/key",
    "env/*/valueFrom/secretKeyRef/name",
    "env/*/valueFrom/secretKeyRef/key",
    "ports/*/name",
    "volumeMounts/*/name",
    "volumeMounts/*/mountPath",
    "volumeMounts/*/subPath",
];

/// In objects of one kind.
fn of_kind(kind: &str) -> &'static [&'static str] {
    match kind {
        "ConfigMap" => &["data/*", "binaryData/*"],
        "Secret" => &["data/*", "stringData/*", "type"],
        "Service" => &["spec/selector/*", "spec/ports/*/name", "spec/externalName"],
        "Ingress" => &[
            "spec/ingressClassName",
            "spec/rules/*/host",
            "spec/rules/*/http/paths/*/path",
            "spec/rules/*/http/paths/*/backend/service/name",
            "spec/rules/*/http/paths/*/backend/service/port/name",
            "spec/tls/*/secretName",
            "spec/tls/*/hosts/*",
        ],
        "HorizontalPodAutoscaler" => &["spec/scaleTargetRef/name", "spec/scaleTargetRef/kind"],
        "ReplicationController" => &["spec/selector/*"],
        _ => &["spec/selector/matchLabels/*", "spec/podSelector/matchLabels/*"],
    }
}

/// Where a kind has its template of pods.
fn pod_template(kind: &str) -> Option<&'static str> {
    match kind {
        "Pod" => Some(""),
        "CronJob" => Some("spec/jobTemplate/spec/template/"),
        "DaemonSet" | "Deployment" | "Job" | "ReplicaSet" | "ReplicationController" | "StatefulSet" => {
            Some("spec/template/")
        }
        _ => None,
    }
}

/// Everything in the object that must be text and is not, in words. `pointer` is where the object is in its document, and
/// `written` how its numbers and booleans were written there.
pub(super) fn slips(object: &Object, pointer: &str, written: &BTreeMap<String, String>) -> Option<String> {
    let mut found = Found {
        pointer,
        written,
        slips: Vec::new(),
    };
    for pattern in OBJECT.iter().chain(of_kind(object.kind())) {
        found.visit(&object.0, pattern, &mut Vec::new());
    }
    if let Some(prefix) = pod_template(object.kind()) {
        for pattern in PODS {
            found.visit(&object.0, &format!("{prefix}{pattern}"), &mut Vec::new());
        }
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            for pattern in CONTAINER {
                found.visit(&object.0, &format!("{prefix}spec/{list}/*/{pattern}"), &mut Vec::new());
            }
        }
    }
    if found.slips.is_empty() {
        return None;
    }
    let shown = match object.name() {
        "" => object.kind().to_lowercase(),
        _ => object.key().to_string(),
    };
    Some(format!("{shown}: {}", found.slips.join("; ")))
}

struct Found<'a> {
    pointer: &'a str,
    written: &'a BTreeMap<String, String>,
    slips: Vec<String>,
}

impl Found<'_> {
    /// Looks at everything that the pattern leads to from `value`; `path` leads to `value`.
    fn visit(&mut self, value: &Value, pattern: &str, path: &mut Vec<String>) {
        if pattern.is_empty() {
            let slip = self.slip(value, path);
            // A pod is its own template, so that its metadata is looked at twice.
            self.slips.extend(slip.filter(|slip| !self.slips.contains(slip)));
            return;
        }
        let (step, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
        let next: Vec<(String, &Value)> = match (step, value) {
            ("*", Value::Array(list)) => list.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
            ("*", Value::Object(map)) => map.iter().map(|(key, v)| (key.clone(), v)).collect(),
            (key, Value::Object(map)) => map.get(key).map(|v| (key.to_owned(), v)).into_iter().collect(),
            _ => Vec::new(),
        };
        for (step, value) in next {
            path.push(step);
            self.visit(value, rest, path);
            path.pop();
        }
    }

    /// What is wrong with a value that must be text. Nothing at all is an empty text to Kubernetes.
    fn slip(&self, value: &Value, path: &[String]) -> Option<String> {
        let advice = match value {
            Value::Null | Value::String(_) => return None,
            Value::Bool(_) | Value::Number(_) => {
                let steps = path.iter().map(|step| step.replace('~', "~0").replace('/', "~1"));
                let pointer: String = steps.fold(self.pointer.to_owned(), |so_far, step| so_far + "/" + &step);
                let written = self.written.get(&pointer).cloned();
                format!("put {} in quotes", written.unwrap_or_else(|| value.to_string()))
            }
            Value::Array(_) | Value::Object(_) => {
                format!("put it in quotes: '{}'", value.to_string().replace('\'', "''"))
            }
        };
        Some(format!("{} must be text: {advice}", name(path)))
    }
}

/// A path as people write it: `annotation KEY`, `label KEY`, `spec.template.spec.containers[0].env[1].value`.
fn name(path: &[String]) -> String {
    match path {
        [metadata, map, key] if metadata == "metadata" && map == "annotations" => return format!("annotation {key}"),
        [metadata, map, key] if metadata == "metadata" && map == "labels" => return format!("label {key}"),
        _ => {}
    }
    let mut name = String::new();
    for step in path {
        if step.parse::<usize>().is_ok() {
            name = format!("{name}[{step}]");
        } else if name.is_empty() {
            name.push_str(step);
        } else {
            name = format!("{name}.{step}");
        }
    }
    name
}
