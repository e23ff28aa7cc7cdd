//! The EndpointSlice controller: which addresses are behind a Service.

use serde_json::{Value, json};

use crate::state::Key;
use crate::world::World;

use super::super::api::{
    self, CONTROLLER_MANAGER, ENDPOINT_SLICE, NODE, POD, SERVICE, deleting, is_true, label, list, selects, text,
};

use super::news::{News, Watcher};

/// Label of a slice: its Service.
const SERVICE_NAME: &str = "kubernetes.io/service-name";
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";

pub(super) fn run(world: &mut World) {
    let news = News::of(world, Watcher::EndpointSlices, &[SERVICE, ENDPOINT_SLICE, POD]);
    for key in news.keys(world, SERVICE) {
        let Some(service) = world.kube.get(&key).cloned() else {
            continue;
        };
        if service["spec"]["selector"].is_object() && !deleting(&service) {
            sync(world, &key, &service);
        }
    }
}

fn sync(world: &mut World, key: &Key, service: &Value) {
    let selector = &service["spec"]["selector"];
    let pods: Vec<&Value> = POD
        .list(world, Some(&key.namespace))
        .map(|(_, pod)| pod)
        .filter(|pod| selects(selector, pod) && !text(pod, "/status/podIP").is_empty())
        .collect();
    let endpoints: Vec<Value> = pods.iter().map(|pod| endpoint(world, pod)).collect();
    let ports: Vec<Value> = list(service, "/spec/ports")
        .iter()
        .map(|port| slice_port(port, &pods))
        .collect();
    let own = ENDPOINT_SLICE
        .list(world, Some(&key.namespace))
        .find(|(_, slice)| {
            label(slice, SERVICE_NAME) == Some(&key.name) && api::controller_uid(slice) == Some(api::uid(service))
        })
        .map(|(key, _)| key.clone());
    if let Some(slice) = own {
        api::update(world, &slice, CONTROLLER_MANAGER, |slice| {
            slice["endpoints"] = endpoints.into();
            slice["ports"] = ports.into();
        });
        return;
    }
    let slice = json!({
        "addressType": "IPv4",
        "endpoints": endpoints,
        "metadata": {
            "generateName": format!("{}-", key.name),
            "namespace": key.namespace,
            "labels": {MANAGED_BY: "endpointslice-controller.k8s.io", SERVICE_NAME: key.name},
            "ownerReferences": [api::controlled_by(SERVICE, service)],
        },
        "ports": ports,
    });
    api::create(world, ENDPOINT_SLICE, slice, CONTROLLER_MANAGER);
}

fn endpoint(world: &World, pod: &Value) -> Value {
    let ready = is_true(pod, "Ready");
    let terminating = deleting(pod);
    let node = text(pod, "/spec/nodeName");
    let zone = world
        .kube
        .get(&NODE.key("", node))
        .and_then(|node| label(node, "topology.kubernetes.io/zone"))
        .unwrap_or_default();
    json!({
        "addresses": [text(pod, "/status/podIP")],
        "conditions": {"ready": ready && !terminating, "serving": ready, "terminating": terminating},
        "nodeName": node,
        "targetRef": {"kind": "Pod", "name": api::name(pod), "namespace": api::namespace(pod), "uid": api::uid(pod)},
        "zone": zone,
    })
}

/// A Service's port as the pods behind it have it: a named target port is looked up in the first pod.
fn slice_port(port: &Value, pods: &[&Value]) -> Value {
    let target = &port["targetPort"];
    let named = || {
        pods.iter()
            .flat_map(|pod| list(pod, "/spec/containers"))
            .flat_map(|container| list(container, "/ports"))
            .find(|declared| declared["name"] == *target)
            .map(|declared| declared["containerPort"].clone())
    };
    let number = if target.is_string() {
        named().unwrap_or(Value::Null)
    } else if target.is_number() {
        target.clone()
    } else {
        port["port"].clone()
    };
    json!({
        "name": port["name"].as_str().unwrap_or_default(),
        "port": number,
        "protocol": port["protocol"].as_str().unwrap_or("TCP"),
    })
}
