//! The values the server fills in where the user says nothing.

use serde_json::{Value, json};

use super::fields;
use super::resources::Kind;
use super::schema;

/// Sets `object[field]` if it is missing or null.
fn default(object: &mut Value, field: &str, value: Value) {
    if object.get(field).is_none_or(Value::is_null) {
        object[field] = value;
    }
}

/// The items of a list field, none if there is no list.
fn items<'a>(object: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    object
        .get_mut(field)
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
        .filter(|item| item.is_object())
}

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
        "Pod" => pod(object),
        "Node" => node(object),
        "Service" => service(object),
        "HorizontalPodAutoscaler" => autoscaler(object),
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

fn pod(object: &mut Value) {
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

fn pod_spec(spec: &mut Value) {
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

/// The pod's quality of service, from the requests and limits of its containers.
fn quality_of_service(pod: &Value) -> &'static str {
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
