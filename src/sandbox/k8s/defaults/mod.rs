//! The values the server fills in where the user gives none.

mod field;
mod jobs;
mod pods;

pub(crate) use pods::admit_pod;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::resources::Kind;
use super::{fields, schema};
use field::{default, items};
use pods::{pod, pod_spec, quality_of_service};

/// Fills in the defaults of a kind.
pub(crate) fn fill(kind: &Kind, object: &mut Value) {
    fields::drop_unknown(object);
    schema::of(&kind.api_version(), kind.kind).normalise(object);
    default(object, "metadata", json!({}));
    match kind.kind {
        "Namespace" => namespace(object),
        "Deployment" => deployment(object),
        "ReplicaSet" => replica_set(object),
        "DaemonSet" => daemon_set(object),
        "StatefulSet" => stateful_set(object),
        "Pod" => pod(object),
        "Node" => node(object),
        "Service" => service(object),
        "HorizontalPodAutoscaler" => autoscaler(object),
        "Job" => jobs::job(object),
        "CronJob" => jobs::cron_job(object),
        "Secret" => secret(object),
        "RoleBinding" | "ClusterRoleBinding" => role_binding(object),
        "Event" => {
            default(object, "reportingComponent", "".into());
            default(object, "reportingInstance", "".into());
        }
        "IngressClass" => {
            if let Some(parameters) = object.pointer_mut("/spec/parameters") {
                default(parameters, "scope", "Cluster".into());
            }
        }
        "EndpointSlice" => endpoint_slice(object),
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => webhooks(object, kind.kind),
        _ => {}
    }
}

/// The status a new object starts with, in place of whatever came with it.
pub(crate) fn reset_status(kind: &Kind, object: &mut Value) {
    let status = match kind.kind {
        "Namespace" => json!({"phase": "Active"}),
        "Pod" => json!({"phase": "Pending", "qosClass": quality_of_service(object)}),
        "Service" | "Ingress" => json!({"loadBalancer": {}}),
        "Deployment" => json!({}),
        "ReplicaSet" => json!({"replicas": 0}),
        "DaemonSet" => {
            json!({"currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0})
        }
        "StatefulSet" => json!({"replicas": 0, "availableReplicas": 0}),
        "PodDisruptionBudget" => {
            json!({"disruptionsAllowed": 0, "currentHealthy": 0, "desiredHealthy": 0, "expectedPods": 0})
        }
        "HorizontalPodAutoscaler" => json!({"desiredReplicas": 0, "currentMetrics": null}),
        "Node" => return,
        _ => {
            if let Some(map) = object.as_object_mut().filter(|_| kind.status) {
                map.remove("status");
            }
            return;
        }
    };
    object["status"] = status;
}

fn namespace(object: &mut Value) {
    let name = object["metadata"]["name"].clone();
    if name.is_string() {
        default(&mut object["metadata"], "labels", json!({}));
        object["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
    }
    default(object, "spec", json!({}));
}

fn deployment(object: &mut Value) {
    default(object, "spec", json!({}));
    let spec = &mut object["spec"];
    default(spec, "progressDeadlineSeconds", json!(600));
    default(spec, "replicas", json!(1));
    default(spec, "revisionHistoryLimit", json!(10));
    default(spec, "strategy", json!({}));
    rolling(&mut spec["strategy"], json!("25%"), json!("25%"));
    template(spec);
}

/// What a node has and does not keep for itself, pods may have.
fn node(object: &mut Value) {
    let capacity = object["status"]["capacity"].clone();
    if capacity.is_object() {
        default(&mut object["status"], "allocatable", capacity);
    }
}

/// A new node takes no pods until a controller has seen it ready.
pub(crate) fn taint_node(object: &mut Value) {
    const KEY: &str = "node.kubernetes.io/not-ready";
    default(object, "spec", json!({}));
    default(&mut object["spec"], "taints", json!([]));
    if let Some(taints) = object["spec"]["taints"].as_array_mut()
        && !taints.iter().any(|taint| taint["key"] == KEY)
    {
        taints.push(json!({"key": KEY, "effect": "NoSchedule"}));
    }
}

fn rolling(strategy: &mut Value, surge: Value, unavailable: Value) {
    default(strategy, "type", "RollingUpdate".into());
    if strategy["type"] == "RollingUpdate" {
        default(strategy, "rollingUpdate", json!({}));
        default(&mut strategy["rollingUpdate"], "maxSurge", surge);
        default(&mut strategy["rollingUpdate"], "maxUnavailable", unavailable);
    }
}

fn replica_set(object: &mut Value) {
    default(object, "spec", json!({}));
    default(&mut object["spec"], "replicas", json!(1));
    template(&mut object["spec"]);
}

fn stateful_set(object: &mut Value) {
    default(object, "spec", json!({}));
    let spec = &mut object["spec"];
    default(spec, "podManagementPolicy", "OrderedReady".into());
    default(spec, "replicas", json!(1));
    default(spec, "revisionHistoryLimit", json!(10));
    let kept = json!({"whenDeleted": "Retain", "whenScaled": "Retain"});
    default(spec, "persistentVolumeClaimRetentionPolicy", kept);
    default(spec, "updateStrategy", json!({}));
    let strategy = &mut spec["updateStrategy"];
    default(strategy, "type", "RollingUpdate".into());
    if strategy["type"] == "RollingUpdate" {
        default(strategy, "rollingUpdate", json!({}));
        default(&mut strategy["rollingUpdate"], "partition", json!(0));
    }
    template(spec);
}

fn daemon_set(object: &mut Value) {
    default(&mut object["metadata"], "annotations", json!({}));
    let annotations = &mut object["metadata"]["annotations"];
    default(annotations, "deprecated.daemonset.template.generation", "1".into());
    default(object, "spec", json!({}));
    let spec = &mut object["spec"];
    default(spec, "revisionHistoryLimit", json!(10));
    default(spec, "updateStrategy", json!({}));
    rolling(&mut spec["updateStrategy"], json!(0), json!(1));
    template(spec);
}

fn template(spec: &mut Value) {
    default(spec, "template", json!({}));
    default(&mut spec["template"], "metadata", json!({}));
    default(&mut spec["template"], "spec", json!({}));
    pod_spec(&mut spec["template"]["spec"]);
}

fn service(object: &mut Value) {
    default(object, "spec", json!({}));
    let spec = &mut object["spec"];
    default(spec, "sessionAffinity", "None".into());
    default(spec, "type", "ClusterIP".into());
    for port in items(spec, "ports") {
        default(port, "protocol", "TCP".into());
        let number = port["port"].clone();
        if port["targetPort"] == 0 || port["targetPort"] == "" {
            port["targetPort"] = Value::Null;
        }
        if number.is_number() {
            default(port, "targetPort", number);
        }
    }
    if spec["sessionAffinity"] == "ClientIP" {
        default(
            spec,
            "sessionAffinityConfig",
            json!({"clientIP": {"timeoutSeconds": 10_800}}),
        );
    }
    let kind = spec["type"].as_str().unwrap_or_default().to_owned();
    if kind == "NodePort" || kind == "LoadBalancer" {
        default(spec, "externalTrafficPolicy", "Cluster".into());
    }
    if kind == "LoadBalancer" {
        default(spec, "allocateLoadBalancerNodePorts", json!(true));
    }
    if kind != "ExternalName" {
        default(spec, "internalTrafficPolicy", "Cluster".into());
    }
}

fn autoscaler(object: &mut Value) {
    default(object, "spec", json!({}));
    let spec = &mut object["spec"];
    default(spec, "minReplicas", json!(1));
    if spec["metrics"].as_array().is_none_or(Vec::is_empty) {
        spec["metrics"] = json!([{
            "type": "Resource",
            "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}},
        }]);
    }
}

/// Text becomes data, and is not kept.
fn secret(object: &mut Value) {
    default(object, "type", "Opaque".into());
    let Some(texts) = object.as_object_mut().and_then(|map| map.remove("stringData")) else {
        return;
    };
    default(object, "data", json!({}));
    for (key, text) in texts.as_object().into_iter().flatten() {
        object["data"][key] = STANDARD.encode(text.as_str().unwrap_or_default()).into();
    }
}

fn role_binding(object: &mut Value) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    if object["roleRef"].is_object() && object["roleRef"]["apiGroup"].as_str().is_none_or(str::is_empty) {
        object["roleRef"]["apiGroup"] = GROUP.into();
    }
    for subject in items(object, "subjects") {
        if subject["kind"] != "ServiceAccount" {
            default(subject, "apiGroup", GROUP.into());
        }
    }
}

fn endpoint_slice(object: &mut Value) {
    for port in items(object, "ports") {
        default(port, "name", "".into());
        default(port, "protocol", "TCP".into());
    }
}

fn webhooks(object: &mut Value, kind: &str) {
    for webhook in items(object, "webhooks") {
        default(webhook, "failurePolicy", "Fail".into());
        default(webhook, "matchPolicy", "Equivalent".into());
        default(webhook, "namespaceSelector", json!({}));
        default(webhook, "objectSelector", json!({}));
        default(webhook, "timeoutSeconds", json!(10));
        if kind == "MutatingWebhookConfiguration" {
            default(webhook, "reinvocationPolicy", "Never".into());
        }
        if let Some(service) = webhook.pointer_mut("/clientConfig/service") {
            default(service, "port", json!(443));
        }
        for rule in items(webhook, "rules") {
            default(rule, "scope", "*".into());
        }
    }
}
