//! Defaults of pods and of what is in them.

use serde_json::{Value, json};

use super::field::{default, items};

pub(super) fn pod(object: &mut Value) {
    default(object, "spec", json!({}));
    let spec = &mut object["spec"];
    default(spec, "enableServiceLinks", json!(true));
    pod_spec(spec);
    for field in ["initContainers", "containers"] {
        for container in items(spec, field) {
            resources(&mut container["resources"]);
        }
    }
}

/// What admission adds to a new pod: its priority, and how long it stays on a node that is lost.
pub(crate) fn admit_pod(object: &mut Value) {
    let spec = &mut object["spec"];
    default(spec, "preemptionPolicy", "PreemptLowerPriority".into());
    default(spec, "priority", json!(0));
    default(spec, "tolerations", json!([]));
    if let Some(list) = spec["tolerations"].as_array_mut() {
        for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
            if !list
                .iter()
                .any(|item| item["key"] == key && item["effect"] == "NoExecute")
            {
                list.push(json!({"effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": 300}));
            }
        }
    }
}

pub(super) fn pod_spec(spec: &mut Value) {
    default(spec, "dnsPolicy", "ClusterFirst".into());
    default(spec, "restartPolicy", "Always".into());
    default(spec, "schedulerName", "default-scheduler".into());
    default(spec, "securityContext", json!({}));
    default(spec, "terminationGracePeriodSeconds", json!(30));
    if let Some(account) = spec
        .get("serviceAccountName")
        .filter(|account| account.is_string())
        .cloned()
    {
        default(spec, "serviceAccount", account);
    }
    let host = spec["hostNetwork"] == true;
    for field in ["initContainers", "containers"] {
        for item in items(spec, field) {
            container(item, host);
        }
    }
    for item in items(spec, "volumes") {
        volume(item);
    }
}

fn container(container: &mut Value, host: bool) {
    let image = container["image"].as_str().unwrap_or_default().to_owned();
    default(container, "imagePullPolicy", pull_policy(&image).into());
    default(container, "resources", json!({}));
    default(container, "terminationMessagePath", "/dev/termination-log".into());
    default(container, "terminationMessagePolicy", "File".into());
    for port in items(container, "ports") {
        default(port, "protocol", "TCP".into());
        if host && port["containerPort"].is_number() {
            let number = port["containerPort"].clone();
            default(port, "hostPort", number);
        }
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        if let Some(probe) = container.get_mut(probe).filter(|probe| probe.is_object()) {
            self::probe(probe);
        }
    }
    for variable in items(container, "env") {
        if let Some(field) = variable.pointer_mut("/valueFrom/fieldRef") {
            default(field, "apiVersion", "v1".into());
        }
    }
}

/// Requests follow limits where only limits are given.
fn resources(resources: &mut Value) {
    let Some(limits) = resources["limits"].as_object().cloned() else {
        return;
    };
    default(resources, "requests", json!({}));
    for (name, amount) in limits {
        default(&mut resources["requests"], &name, amount);
    }
}

/// `Always` for images without a tag or with `latest`.
fn pull_policy(image: &str) -> &'static str {
    let last = image.rsplit('/').next().unwrap_or_default();
    let tagged = last.contains('@') || last.split_once(':').is_some_and(|(_, tag)| tag != "latest");
    if tagged { "IfNotPresent" } else { "Always" }
}

fn probe(probe: &mut Value) {
    default(probe, "failureThreshold", json!(3));
    default(probe, "periodSeconds", json!(10));
    default(probe, "successThreshold", json!(1));
    default(probe, "timeoutSeconds", json!(1));
    if let Some(http) = probe.get_mut("httpGet").filter(|http| http.is_object()) {
        default(http, "path", "/".into());
        default(http, "scheme", "HTTP".into());
    }
    if let Some(grpc) = probe.get_mut("grpc").filter(|grpc| grpc.is_object()) {
        default(grpc, "service", "".into());
    }
}

fn volume(volume: &mut Value) {
    for source in ["configMap", "secret", "projected", "downwardAPI"] {
        if let Some(source) = volume.get_mut(source).filter(|source| source.is_object()) {
            default(source, "defaultMode", json!(420));
        }
    }
    if let Some(path) = volume.get_mut("hostPath").filter(|path| path.is_object()) {
        default(path, "type", "".into());
    }
    let sources = volume.as_object().map_or(0, serde_json::Map::len);
    if sources == 1 {
        default(volume, "emptyDir", json!({}));
    }
}

/// The pod's quality of service, from the requests and limits of its containers.
pub(super) fn quality_of_service(pod: &Value) -> &'static str {
    let containers = ["containers", "initContainers"]
        .iter()
        .flat_map(|field| pod["spec"][*field].as_array().into_iter().flatten());
    let mut any = false;
    let mut guaranteed = true;
    for container in containers {
        let limits = &container["resources"]["limits"];
        let requests = &container["resources"]["requests"];
        for resource in ["cpu", "memory"] {
            any |= !limits[resource].is_null() || !requests[resource].is_null();
            let equal = requests[resource].is_null() || requests[resource] == limits[resource];
            guaranteed &= !limits[resource].is_null() && equal;
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}
