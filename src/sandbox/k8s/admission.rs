//! Admission: namespaces must be there, and the load balancer controller's webhooks must agree.
//!
//! Whether the webhooks are installed and can be reached is read from the cluster's own objects: the webhook
//! configurations and the endpoints of the service they name.

use serde_json::{Value, json};

use super::class_webhooks;
use super::defaults;
use super::meta;
use super::resources::{self, Kind};
use super::selector;
use super::status::Status;
use super::write_context::WriteContext;
use crate::state::{Breakage, Key};
use crate::world::World;

const NETWORKING: &str = "networking.k8s.io";
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";
const DEFAULT_CLASS_ANNOTATION: &str = "ingressclass.kubernetes.io/is-default-class";

/// What is being done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Create,
    Update,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
        }
    }
}

const MUTATING: &str = "mutatingwebhookconfigurations";
const VALIDATING: &str = "validatingwebhookconfigurations";

/// What comes before a new object is looked at: its namespace, what is added to it, the mutating webhooks.
pub(crate) fn on_create(world: &World, write: WriteContext<'_>, object: &mut Value) -> Result<(), Status> {
    namespace_takes_objects(world, write, meta::name(object))?;
    if write.kind.is("Ingress") {
        default_class(world, object);
    }
    if write.kind.is("Node") && !write.trusted {
        defaults::taint_node(object);
    }
    if write.kind.is("Pod") {
        defaults::admit_pod(object);
    }
    webhooks(world, write, MUTATING, Operation::Create, object)
}

/// What comes after a new object has been found valid: the validating webhooks.
pub(crate) fn validate_create(world: &World, write: WriteContext<'_>, object: &Value) -> Result<(), Status> {
    webhooks(world, write, VALIDATING, Operation::Create, object)
}

/// What comes before a change is looked at: the mutating webhooks.
pub(crate) fn on_update(world: &World, write: WriteContext<'_>, object: &Value) -> Result<(), Status> {
    webhooks(world, write, MUTATING, Operation::Update, object)
}

/// What comes after a change has been found valid: the validating webhooks.
pub(crate) fn validate_update(world: &World, write: WriteContext<'_>, object: &Value) -> Result<(), Status> {
    webhooks(world, write, VALIDATING, Operation::Update, object)
}

fn namespace_takes_objects(world: &World, write: WriteContext<'_>, name: &str) -> Result<(), Status> {
    if !write.kind.namespaced {
        return Ok(());
    }
    let key = Key::new("", "namespaces", "", write.namespace);
    let Some(namespace) = world.kube.get(&key) else {
        let kind = resources::by_kind("v1", "Namespace").unwrap_or(write.kind);
        return Err(Status::not_found(kind, write.namespace));
    };
    if !meta::is_deleting(namespace) {
        return Ok(());
    }
    let why = format!(
        "unable to create new content in namespace {} because it is being terminated",
        write.namespace
    );
    let mut status = Status::forbidden(write.kind, name, &why);
    let cause = json!([{
        "reason": "NamespaceTerminating",
        "message": format!("namespace {} is being terminated", write.namespace),
        "field": "metadata.namespace",
    }]);
    status.details.get_or_insert_default()["causes"] = cause;
    Err(status)
}

/// An Ingress without a class gets the default one, if there is one.
fn default_class(world: &World, object: &mut Value) {
    let annotated = meta::map(object, "annotations").is_some_and(|map| map.contains_key(CLASS_ANNOTATION));
    if annotated || !object["spec"]["ingressClassName"].is_null() {
        return;
    }
    let mut classes = world.kube.list(NETWORKING, "ingressclasses", None);
    let default = classes.find(|(_, class)| class["metadata"]["annotations"][DEFAULT_CLASS_ANNOTATION] == "true");
    if let Some((key, _)) = default {
        object["spec"]["ingressClassName"] = key.name.clone().into();
    }
}

/// Calls the webhooks of one sort that are registered for the operation; none is registered for subresources.
fn webhooks(
    world: &World,
    write: WriteContext<'_>,
    sort: &str,
    operation: Operation,
    object: &Value,
) -> Result<(), Status> {
    let configurations = world.kube.list("admissionregistration.k8s.io", sort, None);
    let webhooks =
        configurations.flat_map(|(_, configuration)| configuration["webhooks"].as_array().into_iter().flatten());
    for webhook in webhooks.filter(|_| write.subresource.is_empty()) {
        if !concerns(webhook, write.kind, operation) || !selected(world, write, webhook, object) {
            continue;
        }
        call(world, webhook)?;
        let denied = match webhook["name"].as_str() {
            Some(name @ class_webhooks::INGRESS) => {
                class_webhooks::of_ingress(world, object).map_err(|why| (name, why))
            }
            Some(name @ class_webhooks::PARAMS) => class_webhooks::of_params(object).map_err(|why| (name, why)),
            _ => Ok(()),
        };
        denied.map_err(|(name, why)| Status::denied_by_webhook(name, &why))?;
    }
    Ok(())
}

fn concerns(webhook: &Value, kind: &Kind, operation: Operation) -> bool {
    let has = |list: &Value, wanted: &str| {
        let list = list.as_array();
        list.is_some_and(|list| list.iter().any(|item| item == wanted || item == "*"))
    };
    let rules = webhook["rules"].as_array();
    rules.is_some_and(|rules| {
        rules.iter().any(|rule| {
            has(&rule["apiGroups"], kind.group)
                && has(&rule["resources"], kind.resource)
                && has(&rule["operations"], operation.name())
        })
    })
}

fn selected(world: &World, write: WriteContext<'_>, webhook: &Value, object: &Value) -> bool {
    let empty = Value::Null;
    let namespace = world
        .kube
        .get(&Key::new("", "namespaces", "", write.namespace))
        .unwrap_or(&empty);
    selector::matches_object(&webhook["objectSelector"], &object["metadata"]["labels"])
        && selector::matches_object(&webhook["namespaceSelector"], &namespace["metadata"]["labels"])
}

/// Reaches the webhook's service, or returns the server's message about the failure.
fn call(world: &World, webhook: &Value) -> Result<(), Status> {
    let service = &webhook["clientConfig"]["service"];
    let (Some(namespace), Some(name)) = (service["namespace"].as_str(), service["name"].as_str()) else {
        return Ok(());
    };
    if webhook["failurePolicy"] == "Ignore" {
        return Ok(());
    }
    let is_up = has_ready_endpoint(world, namespace, name);
    if is_up && !world.is_broken(Breakage::WebhookCertificate) {
        return Ok(());
    }
    let known = world.kube.get(&Key::new("", "services", namespace, name)).is_some();
    let why = if is_up {
        "tls: failed to verify certificate: x509: certificate signed by unknown authority".to_owned()
    } else if known {
        format!("no endpoints available for service \"{name}\"")
    } else {
        format!("service \"{name}\" not found")
    };
    Err(Status::internal(&format!(
        "failed calling webhook \"{}\": failed to call webhook: Post \"https://{name}.{namespace}.svc:{}{}?timeout={}s\": {why}",
        webhook["name"].as_str().unwrap_or_default(),
        service["port"].as_u64().unwrap_or(443),
        service["path"].as_str().unwrap_or("/"),
        webhook["timeoutSeconds"].as_u64().unwrap_or(10),
    )))
}

fn has_ready_endpoint(world: &World, namespace: &str, service: &str) -> bool {
    world
        .kube
        .list("discovery.k8s.io", "endpointslices", Some(namespace))
        .filter(|(_, slice)| slice["metadata"]["labels"]["kubernetes.io/service-name"] == service)
        .flat_map(|(_, slice)| slice["endpoints"].as_array().into_iter().flatten())
        .any(|endpoint| endpoint["conditions"]["ready"] != false)
}
