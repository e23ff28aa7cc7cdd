//! The rules for objects, per kind, with the server's messages.

mod meta_rules;
mod names;
mod network;
mod others;
mod pods;
mod workloads;

use serde_json::Value;

use super::resources::Kind;
use super::status::FieldError;

/// What is wrong with the key of a label.
pub(crate) fn label_key(key: &str) -> Vec<String> {
    names::qualified(key)
}

/// What is wrong with the value of a label.
pub(crate) fn label_value(value: &str) -> Vec<String> {
    names::label_value(value)
}

/// What is wrong with a new object.
pub(crate) fn create(kind: &Kind, object: &Value) -> Vec<FieldError> {
    let mut errors = meta_rules::check(kind, object);
    errors.extend(rules(kind, object));
    errors
}

/// What is wrong with a change.
pub(crate) fn update(kind: &Kind, subresource: &str, live: &Value, new: &Value) -> Vec<FieldError> {
    let mut errors = meta_rules::check(kind, new);
    errors.extend(meta_rules::update(live, new));
    if subresource == "status" {
        if kind.is("Deployment") {
            errors.extend(workloads::deployment_status(live, new));
        }
        return errors;
    }
    errors.extend(rules(kind, new));
    errors.extend(match kind.kind {
        "Deployment" | "ReplicaSet" | "DaemonSet" => workloads::immutable(live, new),
        "Service" => network::service_update(live, new),
        "ConfigMap" => others::config_map_update(live, new),
        "Pod" => pods::update(live, new),
        _ => Vec::new(),
    });
    errors
}

fn rules(kind: &Kind, object: &Value) -> Vec<FieldError> {
    let mut errors = Errors::default();
    let spec = &object["spec"];
    match kind.kind {
        "Deployment" => workloads::deployment(spec, &mut errors),
        "ReplicaSet" => workloads::replica_set(spec, &mut errors),
        "DaemonSet" => workloads::daemon_set(spec, &mut errors),
        "Pod" => pods::spec(spec, "spec", &["Always", "OnFailure", "Never"], &mut errors),
        "Node" => others::node(spec, &mut errors),
        "Event" => others::event(object, &mut errors),
        "EndpointSlice" => network::slice(object, &mut errors),
        "Service" => network::service(spec, &mut errors),
        "Ingress" => network::ingress(spec, &mut errors),
        "IngressClass" => network::class(spec, &mut errors),
        "PodDisruptionBudget" => others::budget(spec, &mut errors),
        "HorizontalPodAutoscaler" => others::autoscaler(spec, &mut errors),
        "Lease" => others::lease(spec, &mut errors),
        "ConfigMap" => others::config_map(object, &mut errors),
        _ => {}
    }
    errors.0
}

/// What was found so far.
#[derive(Debug, Default)]
struct Errors(Vec<FieldError>);

impl Errors {
    fn invalid(&mut self, field: impl Into<String>, value: &Value, why: impl Into<String>) {
        self.0.push(FieldError::invalid(field, value, why));
    }

    fn required(&mut self, field: impl Into<String>, why: &str) {
        self.0.push(FieldError::required(field, why));
    }

    fn duplicate(&mut self, field: impl Into<String>, value: &Value) {
        self.0.push(FieldError::duplicate(field, value));
    }

    fn forbidden(&mut self, field: impl Into<String>, why: &str) {
        self.0.push(FieldError::forbidden(field, why));
    }

    /// The value must be one of `supported`, if it is there.
    fn one_of(&mut self, field: impl Into<String>, value: &Value, supported: &[&str]) {
        if !value.is_null() && !supported.iter().any(|text| value == text) {
            self.0.push(FieldError::not_supported(field, value, supported));
        }
    }

    /// The number must not be negative, if it is there.
    fn not_negative(&mut self, field: impl Into<String>, value: &Value) {
        if value.as_i64().is_some_and(|number| number < 0) {
            self.invalid(field, value, "must be greater than or equal to 0");
        }
    }

    /// The number must be a port.
    fn port(&mut self, field: impl Into<String>, value: &Value) {
        if !value.as_i64().is_some_and(|number| (1..=65_535).contains(&number)) {
            self.invalid(field, value, "must be between 1 and 65535, inclusive");
        }
    }

    /// Everything that a rule for names has to say about a text.
    fn all(&mut self, field: &str, value: &Value, whys: Vec<String>) {
        for why in whys {
            self.invalid(field, value, why);
        }
    }
}

fn items<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = (usize, &'a Value)> + use<'a> {
    value[field].as_array().into_iter().flatten().enumerate()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}
