//! From rendered text to the objects of a lab: read, judged, labelled.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::context::Context;
use super::error::RenderError;
use super::manifest::{self, Fault, FaultKind};
use super::templates::Template;
use super::{inserted, lists, placement, server_owned, texts};
use crate::model::{LAB_LABEL, MANAGED_BY_LABEL, MANAGER, Object, REPLICAS_ANNOTATION};

/// Kinds that live outside any namespace, as far as a lab's author may think of them.
const CLUSTER_SCOPED: [&str; 25] = [
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "FlowSchema",
    "GatewayClass",
    "IngressClass",
    "IngressClassParams",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// The kind and name that the rest of the program counts on for one of the lab's own templates.
pub(super) struct Expected<'a> {
    pub(super) kind: &'static str,
    pub(super) name: &'a str,
}

impl<'a> Expected<'a> {
    /// What the template of this name must render to.
    pub(super) fn of(template: &str, context: &'a Context) -> Option<Self> {
        let app = &context.app;
        let (kind, name) = match template {
            "k8s/namespace.yaml" => ("Namespace", &app.namespace),
            "k8s/service.yaml" => ("Service", &app.service),
            "k8s/ingress.yaml" => ("Ingress", &app.ingress),
            "k8s/deployment.yaml" => ("Deployment", &app.deployment),
            _ => return None,
        };
        Some(Self { kind, name })
    }
}

/// Reads a rendered template: any number of objects and lists of them, empty documents passed over. What must be text in
/// them and is not goes to `slips`.
pub(super) fn read(template: &Template, rendered: &str, slips: &mut Vec<String>) -> Result<Vec<Object>, RenderError> {
    let documents = manifest::documents(rendered).map_err(|fault| unreadable(template, rendered, fault))?;
    let mut objects = Vec::new();
    for document in documents {
        for item in lists::flattened(document.value).map_err(|message| template.refusal(message))? {
            let mut object = Object(item.value);
            let slip = texts::slips(&object, &item.pointer, &document.written);
            if let Some(part) = missing_part(&object) {
                let message = slip.unwrap_or_else(|| format!("renders to something without `{part}`"));
                return Err(template.refusal(message));
            }
            slips.extend(slip.map(|slip| format!("{}: {slip}", template.origin)));
            server_owned::check(template, &mut object)?;
            objects.push(object);
        }
    }
    Ok(objects)
}

/// Why what was rendered cannot be read, with the line; a value in a wrong place with its place in the template.
fn unreadable(template: &Template, rendered: &str, fault: Fault) -> RenderError {
    let message = match fault.kind {
        FaultKind::Part(at) => return placement::refused(template, rendered, at),
        FaultKind::Syntax(message) => message,
    };
    if let Some(suspect) = placement::suspect(template, rendered) {
        return suspect;
    }
    let line = rendered.lines().nth(fault.line.saturating_sub(1)).unwrap_or_default();
    RenderError::Syntax {
        origin: template.origin.clone(),
        message: format!("line {}: {message}\n  | {}", fault.line, inserted::shown(line)),
    }
}

fn missing_part(object: &Object) -> Option<&'static str> {
    [
        ("/apiVersion", "apiVersion"),
        ("/kind", "kind"),
        ("/metadata/name", "metadata.name"),
    ]
    .into_iter()
    .find_map(|(pointer, part)| object.text(pointer).is_none_or(str::is_empty).then_some(part))
}

/// The one object of one of the lab's own templates.
pub(super) fn one(template: &Template, objects: Vec<Object>, expected: &Expected<'_>) -> Result<Object, RenderError> {
    let Ok([object]) = <[Object; 1]>::try_from(objects) else {
        return Err(template.refusal(format!(
                "must render to exactly one object; put others into a file of their own beside it, such as `k8s/{}-more.yaml`",
                expected.kind.to_lowercase()
            ),
        ));
    };
    if object.kind() != expected.kind || object.name() != expected.name {
        return Err(template.refusal(format!(
            "must render to the {} `{}`, not to the {} `{}`",
            expected.kind,
            expected.name,
            object.kind(),
            object.name()
        )));
    }
    Ok(object)
}

/// Refuses what a lab may not hold: anything outside its namespace.
pub(super) fn check_scope(template: &Template, object: &Object, namespace: &str) -> Result<(), RenderError> {
    let key = object.key();
    if CLUSTER_SCOPED.contains(&object.kind()) {
        return Err(template.refusal(format!(
                "{key} does not live in a namespace; a lab shares its cluster with others and holds only what is in its own \
                 namespace: apply it with kubectl beforehand"
            ),
        ));
    }
    match object.namespace() {
        Some(found) if found == namespace => Ok(()),
        Some(found) => Err(template.refusal(format!(
                "{key} is in namespace `{found}`, but the lab's is `{namespace}`; write `namespace: {{{{ app.namespace }}}}`"
            ),
        )),
        None => Err(template.refusal(format!("{key} has no namespace; write `namespace: {{{{ app.namespace }}}}` under `metadata`"),
        )),
    }
}

/// Refuses a name that is none: it would be a part of paths. (apimachinery, `IsValidPathSegmentName`)
pub(super) fn check_name(template: &Template, object: &Object) -> Result<(), RenderError> {
    let name = object.name();
    if matches!(name, "." | "..") || name.contains(['/', '%']) {
        let kind = object.kind();
        return Err(template.refusal(format!(
            "`{name}` is no name for a {kind}: names are neither `.` nor `..`, and have neither `/` nor `%`"
        )));
    }
    Ok(())
}

/// Marks an object as the lab's.
///
/// Done here and not in the templates, so that no template can forget what ownership and pruning go by.
pub(super) fn stamp(template: &Template, object: &mut Object, context: &Context) -> Result<(), RenderError> {
    let own = BTreeMap::from([(MANAGED_BY_LABEL, MANAGER), (LAB_LABEL, context.lab.name.as_str())]);
    let labels = map_at(template, object, "labels")?;
    for (key, value) in &context.app.labels {
        labels.entry(key.clone()).or_insert_with(|| Value::from(value.as_str()));
    }
    labels
        .entry("app.kubernetes.io/name")
        .or_insert_with(|| Value::from("app-2048"));
    for (key, value) in own {
        labels.insert(key.to_owned(), Value::from(value));
    }
    Ok(())
}

/// Keeps on the game's Deployment the number of replicas that somebody asked for with `scale`.
pub(super) fn record_scale(
    template: &Template,
    object: &mut Object,
    context: &Context,
    replicas: u32,
) -> Result<(), RenderError> {
    if object.kind() == "Deployment" && object.name() == context.app.deployment {
        map_at(template, object, "annotations")?
            .insert(REPLICAS_ANNOTATION.to_owned(), Value::from(replicas.to_string()));
    }
    Ok(())
}

fn map_at<'a>(
    template: &Template,
    object: &'a mut Object,
    key: &str,
) -> Result<&'a mut Map<String, Value>, RenderError> {
    let shown = object.key().to_string();
    object
        .0
        .get_mut("metadata")
        .and_then(Value::as_object_mut)
        .map(|metadata| metadata.entry(key).or_insert(Value::Null))
        .and_then(|slot| {
            if slot.is_null() {
                *slot = Value::Object(Map::new());
            }
            slot.as_object_mut()
        })
        .ok_or_else(|| template.refusal(format!("`metadata.{key}` of {shown} is not a map")))
}
