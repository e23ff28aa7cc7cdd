//! Tables: the columns and cells that the server computes for kubectl, per kind.

mod age;
mod cluster;
mod kept;
mod network;
mod row;
mod workloads;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::resources::Kind;

pub(crate) use row::{RowObject, metadata_of};

use age::since;

/// Name, type and priority (1: shown with `-o wide` only) of a column.
type Column = (&'static str, &'static str, u8);

const NAME: Column = ("Name", "string", 0);
const AGE: Column = ("Age", "string", 0);

/// The descriptions that a real server has for the columns of its own kinds.
static DESCRIPTIONS: LazyLock<BTreeMap<String, Vec<String>>> =
    LazyLock::new(|| serde_json::from_str(include_str!("descriptions.json")).unwrap_or_default());

/// Objects as a table.
pub(crate) fn of(kind: &Kind, objects: &[&Value], rows: RowObject, now: Timestamp) -> Value {
    let definitions: Vec<Value> = columns(kind)
        .iter()
        .enumerate()
        .map(|(at, (name, type_, priority))| {
            let format = if *name == "Name" { "name" } else { "" };
            let described = DESCRIPTIONS.get(kind.kind).and_then(|texts| texts.get(at));
            let description = described.map_or("", String::as_str);
            json!({"name": name, "type": type_, "format": format, "description": description, "priority": priority})
        })
        .collect();
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| row(object, &cells(kind, object, now), rows))
        .collect();
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": definitions,
        "rows": rows,
    })
}

/// A bookmark as a table: a row without cells.
pub(crate) fn bookmark(object: &Value, rows: RowObject) -> Value {
    json!({
        "kind": "Table",
        "apiVersion": "meta.k8s.io/v1",
        "metadata": {},
        "columnDefinitions": null,
        "rows": [row(object, &[], rows)],
    })
}

fn row(object: &Value, cells: &[Value], part: RowObject) -> Value {
    let object = match part {
        RowObject::None => Value::Null,
        RowObject::Metadata => metadata_of(object),
        RowObject::Object => object.clone(),
    };
    json!({"cells": cells, "object": object})
}

fn columns(kind: &Kind) -> &'static [Column] {
    match kind.kind {
        "Pod" => workloads::POD,
        "Deployment" => workloads::DEPLOYMENT,
        "ReplicaSet" => workloads::REPLICA_SET,
        "DaemonSet" => workloads::DAEMON_SET,
        "StatefulSet" => workloads::STATEFUL_SET,
        "HorizontalPodAutoscaler" => workloads::AUTOSCALER,
        "PodDisruptionBudget" => workloads::BUDGET,
        "Service" => network::SERVICE,
        "Ingress" => network::INGRESS,
        "IngressClass" => network::CLASS,
        "IngressClassParams" => network::PARAMS,
        "TargetGroupBinding" => network::BINDING,
        "EndpointSlice" => network::SLICE,
        "Node" => cluster::NODE,
        "Namespace" => cluster::NAMESPACE,
        "Event" => cluster::EVENT,
        "ConfigMap" => cluster::CONFIG_MAP,
        "Lease" => cluster::LEASE,
        "Secret" => kept::SECRET,
        "Job" => kept::JOB,
        "CronJob" => kept::CRON_JOB,
        "Role" | "ClusterRole" | "LimitRange" => kept::CREATED,
        "RoleBinding" | "ClusterRoleBinding" => kept::ROLE_BINDING,
        "ResourceQuota" => kept::QUOTA,
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => cluster::WEBHOOKS,
        _ => &[NAME, AGE],
    }
}

fn cells(kind: &Kind, object: &Value, now: Timestamp) -> Vec<Value> {
    match kind.kind {
        "Pod" => workloads::pod(object, now),
        "Deployment" => workloads::deployment(object, now),
        "ReplicaSet" => workloads::replica_set(object, now),
        "DaemonSet" => workloads::daemon_set(object, now),
        "StatefulSet" => workloads::stateful_set(object, now),
        "HorizontalPodAutoscaler" => workloads::autoscaler(object, now),
        "PodDisruptionBudget" => workloads::budget(object, now),
        "Service" => network::service(object, now),
        "Ingress" => network::ingress(object, now),
        "IngressClass" => network::class(object, now),
        "IngressClassParams" => network::params(object, now),
        "TargetGroupBinding" => network::binding(object, now),
        "EndpointSlice" => network::slice(object, now),
        "Node" => cluster::node(object, now),
        "Namespace" => cluster::namespace(object, now),
        "Event" => cluster::event(object, now),
        "ConfigMap" => cluster::config_map(object, now),
        "Lease" => cluster::lease(object, now),
        "Secret" => kept::secret(object, now),
        "Job" => kept::job(object, now),
        "CronJob" => kept::cron_job(object, now),
        "Role" | "ClusterRole" | "LimitRange" => kept::created(object),
        "RoleBinding" | "ClusterRoleBinding" => kept::role_binding(object, now),
        "ResourceQuota" => kept::quota(object, now),
        "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration" => cluster::webhooks(object, now),
        _ => vec![name(object), age(object, now)],
    }
}

fn name(object: &Value) -> Value {
    object["metadata"]["name"].clone()
}

fn age(object: &Value, now: Timestamp) -> Value {
    since(&object["metadata"]["creationTimestamp"], now).into()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn number(value: &Value) -> Value {
    value.as_i64().unwrap_or_default().into()
}

/// A text, or what stands for its absence.
fn text_or<'a>(value: &'a Value, absent: &'a str) -> &'a str {
    value.as_str().filter(|text| !text.is_empty()).unwrap_or(absent)
}

/// Texts joined by commas, or `<none>`.
fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = texts.collect();
    if all.is_empty() {
        "<none>".to_owned()
    } else {
        all.join(",")
    }
}

/// A map as `a=b,c=d`, or `<none>`.
fn labels(map: &Value) -> String {
    let mut pairs: Vec<String> = map
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    pairs.sort();
    joined(pairs.iter().map(String::as_str))
}

/// Names and images of the containers of a template.
fn containers(template: &Value) -> [Value; 2] {
    let of = |field: &'static str| {
        let texts = items(&template["spec"]["containers"]).filter_map(|container| container[field].as_str());
        Value::String(texts.collect::<Vec<_>>().join(","))
    };
    [of("name"), of("image")]
}
