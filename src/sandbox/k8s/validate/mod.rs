//! The rules for objects, per kind, with the server's messages.

mod class_params;
mod errors;
mod kept;
mod meta_rules;
pub(super) mod names;
mod network;
mod numbers;
mod others;
mod pods;
mod workloads;

use serde_json::Value;

use super::resources::Kind;
use super::status::FieldError;
use errors::Errors;

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
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet" => workloads::immutable(live, new),
        "Service" => network::service_update(live, new),
        "ConfigMap" | "Secret" => others::config_map_update(live, new),
        "RoleBinding" | "ClusterRoleBinding" => kept::role_binding_update(live, new),
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
        "StatefulSet" => workloads::stateful_set(spec, &mut errors),
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
        "ConfigMap" | "Secret" => others::config_map(object, &mut errors),
        "Job" => kept::job(spec, "spec", &mut errors),
        "CronJob" => kept::cron_job(spec, &mut errors),
        "RoleBinding" | "ClusterRoleBinding" => kept::role_binding(object, &mut errors),
        "IngressClassParams" => class_params::check(spec, &mut errors),
        _ => {}
    }
    errors.found
}
