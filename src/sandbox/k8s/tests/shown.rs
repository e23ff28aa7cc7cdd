//! What is shown of objects, and warned of.

use bytes::Bytes;
use serde_json::{Value, json};

use super::fixture::*;

#[tokio::test]
async fn unknown_fields_are_dropped_with_a_warning() {
    let cluster = Cluster::new().await;
    let mut object = deployment("web");
    object["spec"]["replica"] = json!(3);
    let made = cluster
        .post(&format!("{DEPLOYMENTS}?fieldValidation=Warn"), object)
        .await;
    assert_eq!(made.code, 201);
    assert_eq!(made.headers["warning"], "299 - \"unknown field \\\"spec.replica\\\"\"");
    assert!(made.body["spec"].get("replica").is_none());
}

/// Rows of a table as text.
async fn table(cluster: &Cluster, path: &str) -> String {
    let mut request = cluster.request("GET", path, "application/json", Bytes::new());
    let accept = http::HeaderValue::from_static("application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
    request.headers_mut().insert("accept", accept);
    let answer = read(cluster.sandbox.call_kubernetes(&request).await).await;
    assert_eq!(answer.body["kind"], "Table");
    let line = |cells: Vec<String>| cells.join(" | ");
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let heads = answer.body["columnDefinitions"].as_array().unwrap();
    let mut lines = vec![line(heads.iter().map(|head| text(&head["name"])).collect())];
    for row in answer.body["rows"].as_array().unwrap() {
        lines.push(line(row["cells"].as_array().unwrap().iter().map(text).collect()));
    }
    lines.join("\n")
}

#[tokio::test]
async fn tables_look_as_kubectl_shows_them() {
    let cluster = Cluster::new().await;
    cluster.sandbox.with(|world| {
        for object in recorded_objects() {
            crate::k8s::objects::create(world, "test", object).unwrap();
        }
    });
    insta::assert_snapshot!(table(&cluster, "/api/v1/namespaces/lab/pods").await, @r"
    Name | Ready | Status | Restarts | Age | IP | Node | Nominated Node | Readiness Gates
    crashing | 0/1 | CrashLoopBackOff | 3 | 0s | 10.11.64.72 | node-1 | <none> | <none>
    running | 1/1 | Running | 0 | 0s | 10.11.64.73 | node-1 | <none> | <none>
    ");
    insta::assert_snapshot!(table(&cluster, "/api/v1/nodes/node-1").await, @r"
    Name | Status | Roles | Age | Version | Internal-IP | External-IP | OS-Image | Kernel-Version | Container-Runtime
    node-1 | Ready | <none> | 0s | v1.36.3-eks | 10.11.1.156 | 3.35.137.161 | Amazon Linux 2 | 5.10 | containerd://1.7
    ");
    insta::assert_snapshot!(table(&cluster, "/apis/networking.k8s.io/v1/namespaces/lab/ingresses").await, @r"
    Name | Class | Hosts | Address | Ports | Age
    game | <none> | * | k8s-x.ap-northeast-2.elb.amazonaws.com | 80 | 0s
    ");
    insta::assert_snapshot!(table(&cluster, "/apis/policy/v1/namespaces/lab/poddisruptionbudgets").await, @r"
    Name | Min Available | Max Unavailable | Allowed Disruptions | Age
    budget | N/A | 50% | 0 | 0s
    ");
}

/// Objects with enough of a status to be shown.
fn recorded_objects() -> Vec<Value> {
    let pod = |name: &str, address: &str, ready: bool, state: Value, restarts: u32| {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "lab"},
            "spec": {"nodeName": "node-1", "containers": [{"name": "a", "image": "b"}]},
            "status": {
                "phase": "Running",
                "podIP": address,
                "containerStatuses": [{"name": "a", "image": "b", "imageID": "", "ready": ready, "restartCount": restarts, "state": state}],
            },
        })
    };
    vec![
        json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": "node-1"},
            "status": {
                "addresses": [{"type": "InternalIP", "address": "10.11.1.156"}, {"type": "ExternalIP", "address": "3.35.137.161"}],
                "conditions": [{"type": "Ready", "status": "True"}],
                "nodeInfo": {"kubeletVersion": "v1.36.3-eks", "osImage": "Amazon Linux 2", "kernelVersion": "5.10", "containerRuntimeVersion": "containerd://1.7"},
            },
        }),
        pod(
            "crashing",
            "10.11.64.72",
            false,
            json!({"waiting": {"reason": "CrashLoopBackOff"}}),
            3,
        ),
        pod("running", "10.11.64.73", true, json!({"running": {}}), 0),
        json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "game", "namespace": "lab", "annotations": {"kubernetes.io/ingress.class": ""}},
            "spec": {"rules": [{"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "s", "port": {"number": 80}}}}]}}]},
            "status": {"loadBalancer": {"ingress": [{"hostname": "k8s-x.ap-northeast-2.elb.amazonaws.com"}]}},
        }),
        json!({
            "apiVersion": "policy/v1",
            "kind": "PodDisruptionBudget",
            "metadata": {"name": "budget", "namespace": "lab"},
            "spec": {"maxUnavailable": "50%", "selector": {"matchLabels": {"app": "web"}}},
        }),
    ]
}
