//! What one Ingress asks for: the parameters of its class, where they say something, over its annotations.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::World;

use super::super::api::{self, CLASS_PARAMS, INGRESS_CLASS, annotation, list, text};
use super::annotations::Annotations;

/// Annotation that names the class of an Ingress, as was done before there were classes; such an Ingress has no parameters.
const CLASS_ANNOTATION: &str = "kubernetes.io/ingress.class";

/// The wishes of one Ingress.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings<'a> {
    /// The Ingress.
    pub(super) ingress: &'a Value,
    params: &'a Value,
}

/// The class an Ingress names.
pub(super) fn class_of(ingress: &Value) -> Option<&str> {
    annotation(ingress, CLASS_ANNOTATION).or_else(|| ingress["spec"]["ingressClassName"].as_str())
}

/// Name of the group an Ingress belongs to.
pub(super) fn group<'a>(world: &'a World, ingress: &'a Value) -> Option<&'a str> {
    Settings::of(world, ingress).text("/spec/group/name", "group.name")
}

fn params<'a>(world: &'a World, ingress: &Value) -> Option<&'a Value> {
    if annotation(ingress, CLASS_ANNOTATION).is_some() {
        return None;
    }
    let class = world.kube.get(&INGRESS_CLASS.key("", class_of(ingress)?))?;
    let parameters = &class["spec"]["parameters"];
    (parameters["kind"] == CLASS_PARAMS.kind)
        .then(|| world.kube.get(&CLASS_PARAMS.key("", text(parameters, "/name"))))
        .flatten()
}

impl<'a> Settings<'a> {
    /// Those of an Ingress.
    pub(super) fn of(world: &'a World, ingress: &'a Value) -> Self {
        Self {
            ingress,
            params: params(world, ingress).unwrap_or(&Value::Null),
        }
    }

    /// The Ingress's annotations.
    pub(super) fn annotations(self) -> Annotations<'a> {
        Annotations::of(self.ingress)
    }

    /// Namespace and name of the Ingress, as the controller writes them.
    pub(super) fn who(self) -> String {
        format!("{}/{}", api::namespace(self.ingress), api::name(self.ingress))
    }

    /// A field of the parameters, unless it is empty.
    pub(super) fn param(self, pointer: &str) -> Option<&'a Value> {
        let empty = |value: &Value| match value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        self.params.pointer(pointer).filter(|value| !empty(value))
    }

    /// A text of the parameters, else of the annotation.
    pub(super) fn text(self, pointer: &str, name: &str) -> Option<&'a str> {
        let param = self.param(pointer).and_then(Value::as_str);
        param.or_else(|| self.annotations().text(name))
    }

    /// A list of the parameters, else of the annotation.
    pub(super) fn list(self, pointer: &str, name: &str) -> Option<Vec<String>> {
        let Some(Value::Array(items)) = self.param(pointer) else {
            return self.annotations().list(name);
        };
        Some(items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Pairs of the annotation, and those of the parameters, which win.
    pub(super) fn map(self, pointer: &str, name: &str) -> Result<BTreeMap<String, String>, String> {
        let mut all = self.annotations().map(name)?;
        let pairs = list(self.params, pointer).iter();
        all.extend(pairs.map(|item| (text(item, "/key").to_owned(), text(item, "/value").to_owned())));
        Ok(all)
    }

    /// Certificates of the HTTPS listeners.
    pub(super) fn certificates(self) -> Vec<String> {
        self.list("/spec/certificateArn", "certificate-arn").unwrap_or_default()
    }

    /// Whether the load balancer is to be protected from deletion.
    pub(super) fn protected(self) -> bool {
        let attributes = self.map("/spec/loadBalancerAttributes", "load-balancer-attributes");
        attributes.is_ok_and(|all| {
            all.get("deletion_protection.enabled")
                .is_some_and(|value| value == "true")
        })
    }
}
