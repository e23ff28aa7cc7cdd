//! The API from outside: requests as they come over the wire, answers as the real server gave them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{Body, Sandbox, WallClock};

mod edges;

const START: &str = "2026-03-01T09:00:00Z";

/// A wall clock that stands until it is moved.
struct StandingWall(Mutex<Timestamp>);

impl WallClock for StandingWall {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A cluster with the namespaces `default` and `lab`, and somebody who may do everything in it.
struct Cluster {
    sandbox: Sandbox,
}

struct Answer {
    code: u16,
    body: Value,
    headers: http::HeaderMap,
}

impl Answer {
    fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

fn token(at: Timestamp) -> String {
    let date = at.strftime("%Y%m%dT%H%M%SZ");
    let url = format!(
        "https://sts.ap-northeast-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Fap-northeast-2%2Fsts%2Faws4_request&X-Amz-Date={date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00ff"
    );
    format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url))
}

async fn read(response: Response<Body>) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).as_ref().into());
    Answer {
        code: parts.status.as_u16(),
        body,
        headers: parts.headers,
    }
}

impl Cluster {
    async fn new() -> Self {
        let wall = Arc::new(StandingWall(Mutex::new(START.parse().unwrap())));
        let cluster = Self {
            sandbox: Sandbox::in_memory(7, 1.0, wall),
        };
        for name in ["default", "lab"] {
            cluster
                .post("/api/v1/namespaces", json!({"metadata": {"name": name}}))
                .await;
        }
        cluster
    }

    fn request(&self, method: &str, path: &str, media: &str, body: Bytes) -> Request<Bytes> {
        Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", token(self.sandbox.now())))
            .header("content-type", media)
            .header("user-agent", "kubectl/v1.36.3 (linux/amd64)")
            .body(body)
            .unwrap()
    }

    async fn send(&self, method: &str, path: &str, media: &str, body: Option<&Value>) -> Answer {
        let bytes = match body {
            None => Bytes::new(),
            Some(Value::String(text)) => text.clone().into(),
            Some(value) => value.to_string().into(),
        };
        read(
            self.sandbox
                .call_kubernetes(&self.request(method, path, media, bytes))
                .await,
        )
        .await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "application/json", None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, "application/json", Some(&body)).await
    }

    async fn merge(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, "application/merge-patch+json", Some(&body))
            .await
    }

    async fn apply(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, "application/apply-patch+yaml", Some(&body))
            .await
    }

    async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, "application/json", None).await
    }

    /// The lines of a watch that ends by its own time.
    async fn watch(&self, path: &str) -> Vec<Value> {
        let response = self
            .sandbox
            .call_kubernetes(&self.request("GET", path, "application/json", Bytes::new()))
            .await;
        let mut body = response.into_body();
        let mut lines = Vec::new();
        while let Ok(Some(frame)) = tokio::time::timeout(Duration::from_millis(300), body.frame()).await {
            let data = frame.unwrap().into_data().unwrap();
            let text = String::from_utf8(data.to_vec()).unwrap();
            lines.extend(text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()));
        }
        lines
    }
}

fn deployment(name: &str) -> Value {
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]},
            },
        },
    })
}

const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/lab/deployments";
const CONFIG_MAPS: &str = "/api/v1/namespaces/lab/configmaps";

/// Unique ids, and the numbers after certain words, differ from run to run.
fn blur(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once(' ')) {
        if c.is_ascii_hexdigit() || c == '-' {
            run.push(c);
            continue;
        }
        let number = run.chars().all(|c| c.is_ascii_digit()) && !run.is_empty();
        let varies = out.ends_with("in record (") || out.ends_with("current: ");
        out.push_str(if run.len() == 36 {
            "UID"
        } else if number && varies {
            "N"
        } else {
            &run
        });
        run.clear();
        out.push(c);
    }
    out.trim_end().to_owned()
}

fn blurred(value: &Value) -> Value {
    serde_json::from_str(&blur(&value.to_string())).unwrap()
}

/// What the real kube-apiserver 1.36.3 answered to 143 requests, most of them wrong in one way.
#[tokio::test]
async fn refuses_what_the_real_server_refuses_in_its_words() {
    let cluster = Cluster::new().await;
    cluster.delete("/api/v1/namespaces/lab").await;
    cluster.sandbox.with(|world| {
        let key = crate::state::Key::new("", "namespaces", "", "lab");
        super::objects::remove(world, &key);
    });
    let mut differences = Vec::new();
    for line in include_str!("recorded/refusals.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| case[field].as_str().unwrap_or_default();
        let answer = cluster
            .send(text("method"), text("path"), text("ct"), case.get("body"))
            .await;
        let name = text("name");
        if json!(answer.code) != case["code"] {
            differences.push(format!(
                "{name}: {} instead of {}: {}",
                answer.code,
                case["code"],
                answer.message()
            ));
            continue;
        }
        let expected = &case["status"];
        if let Some(prefix) = case["prefix"].as_str() {
            if !answer.message().starts_with(prefix) {
                differences.push(format!("{name}: {}\n  instead of {prefix}…", answer.message()));
            }
            continue;
        }
        for field in ["message", "reason", "details"] {
            let (given, wanted) = (blurred(&answer.body[field]), blurred(&expected[field]));
            if !expected.is_null() && given != wanted {
                differences.push(format!("{name}: {field}: {given}\n  instead of {wanted}"));
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{} differences:\n{}",
        differences.len(),
        differences.join("\n")
    );
}

/// Sets to one value what differs from run to run: ids, times, versions, addresses, node ports; and the status and
/// annotations that controllers write.
fn settle(object: &mut Value) {
    const VARYING: [&str; 10] = [
        "uid",
        "resourceVersion",
        "creationTimestamp",
        "deletionTimestamp",
        "time",
        "clusterIP",
        "nodePort",
        "selfLink",
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
    ];
    match object {
        Value::Object(map) => {
            for (name, value) in map.iter_mut() {
                if VARYING.contains(&name.as_str()) && !value.is_object() {
                    *value = Value::from("*");
                } else if name == "clusterIPs" && value != &json!(["None"]) {
                    *value = json!(["*"]);
                } else {
                    settle(value);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(settle),
        _ => {}
    }
}

/// Where two values differ, as paths.
fn differences(path: &str, given: &Value, wanted: &Value, found: &mut Vec<String>) {
    match (given, wanted) {
        (Value::Object(a), Value::Object(b)) => {
            let names: std::collections::BTreeSet<_> = a.keys().chain(b.keys()).collect();
            for name in names {
                differences(&format!("{path}.{name}"), &given[name], &wanted[name], found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}[{at}]"), a, b, found);
            }
        }
        _ if given == wanted => {}
        _ => found.push(format!("{path}: {given} instead of {wanted}")),
    }
}

/// What the real kube-apiserver 1.36.3 made of 33 requests that it granted.
#[tokio::test]
async fn makes_of_requests_what_the_real_server_makes() {
    let cluster = Cluster::new().await;
    let mut found = Vec::new();
    for line in include_str!("recorded/made.jsonl").lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = |field: &str| case[field].as_str().unwrap_or_default();
        let mut answer = cluster
            .send(text("method"), text("path"), text("ct"), case.get("body"))
            .await;
        let name = text("name");
        if json!(answer.code) != case["code"] {
            found.push(format!("{name}: {} {}", answer.code, answer.message()));
            continue;
        }
        let mut wanted = case["answer"].clone();
        for object in [&mut answer.body, &mut wanted] {
            settle(object);
        }
        differences(name, &answer.body, &wanted, &mut found);
    }
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}

#[tokio::test]
async fn tokens_are_checked() {
    let cluster = Cluster::new().await;
    let now = cluster.sandbox.now();
    let good = token(now);
    let encode = |url: &str| format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url));
    let url = String::from_utf8(
        URL_SAFE_NO_PAD
            .decode(good.strip_prefix("k8s-aws-v1.").unwrap())
            .unwrap(),
    )
    .unwrap();
    let cases = [
        ("good", Some(good.clone()), 200),
        ("none", None, 401),
        ("nonsense", Some("secret".to_owned()), 401),
        ("prefix alone", Some("k8s-aws-v1.".to_owned()), 401),
        ("14 minutes old", Some(token(now - Duration::from_mins(14))), 200),
        ("16 minutes old", Some(token(now - Duration::from_mins(16))), 401),
        ("4 minutes ahead", Some(token(now + Duration::from_mins(4))), 200),
        ("6 minutes ahead", Some(token(now + Duration::from_mins(6))), 401),
        ("http", Some(encode(&url.replace("https", "http"))), 401),
        ("other host", Some(encode(&url.replace("sts.ap", "iam.ap"))), 401),
        (
            "evil host",
            Some(encode(&url.replace("amazonaws.com", "amazonaws.com.example"))),
            401,
        ),
        ("other path", Some(encode(&url.replace("com/?", "com/x?"))), 401),
        (
            "other action",
            Some(encode(&url.replace("GetCallerIdentity", "AssumeRole"))),
            401,
        ),
        ("twice", Some(encode(&format!("{url}&Action=GetCallerIdentity"))), 401),
        (
            "foreign parameter",
            Some(encode(&format!("{url}&DurationSeconds=1"))),
            401,
        ),
        (
            "no cluster header",
            Some(encode(&url.replace("%3Bx-k8s-aws-id", ""))),
            401,
        ),
        (
            "expires late",
            Some(encode(&url.replace("Expires=60", "Expires=901"))),
            401,
        ),
        ("unsigned", Some(encode(&url.replace("&X-Amz-Signature=00ff", ""))), 401),
        (
            "too long",
            Some(encode(&format!("{url}&X-Amz-Pad={}", "x".repeat(4_000)))),
            401,
        ),
    ];
    for (name, token, code) in cases {
        let mut request = Request::builder().uri("/api/v1/namespaces");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let response = cluster
            .sandbox
            .call_kubernetes(&request.body(Bytes::new()).unwrap())
            .await;
        assert_eq!(response.status().as_u16(), code, "{name}");
    }
    let open = Request::builder().uri("/version").body(Bytes::new()).unwrap();
    assert_eq!(cluster.sandbox.call_kubernetes(&open).await.status(), 200);
    let closed = Request::builder().uri("/api").body(Bytes::new()).unwrap();
    let refused = read(cluster.sandbox.call_kubernetes(&closed).await).await;
    assert_eq!(refused.body["reason"], "Unauthorized");
}

#[tokio::test]
async fn a_deployment_gets_its_defaults_and_its_metadata() {
    let cluster = Cluster::new().await;
    let made = cluster.post(DEPLOYMENTS, deployment("web")).await;
    assert_eq!(made.code, 201);
    let spec = &made.body["spec"];
    assert_eq!(spec["replicas"], 1);
    assert_eq!(
        spec["strategy"]["rollingUpdate"],
        json!({"maxSurge": "25%", "maxUnavailable": "25%"})
    );
    assert_eq!(
        spec["template"]["spec"]["containers"][0]["imagePullPolicy"],
        "IfNotPresent"
    );
    assert_eq!(made.body["metadata"]["generation"], 1);
    assert_eq!(made.body["metadata"]["creationTimestamp"], START);
    assert_eq!(made.body["metadata"]["uid"].as_str().unwrap().len(), 36);
    assert_eq!(made.body["metadata"]["managedFields"][0]["manager"], "kubectl");
}

#[tokio::test]
async fn writes_that_change_nothing_keep_the_resource_version() {
    let cluster = Cluster::new().await;
    cluster
        .post(CONFIG_MAPS, json!({"metadata": {"name": "c"}, "data": {"a": "1"}}))
        .await;
    let path = format!("{CONFIG_MAPS}/c");
    let before = cluster.get(&path).await.body;
    let again = cluster.merge(&path, json!({"data": {"a": "1"}})).await.body;
    assert_eq!(
        before["metadata"]["resourceVersion"],
        again["metadata"]["resourceVersion"]
    );
    let changed = cluster.merge(&path, json!({"data": {"a": "2"}})).await.body;
    assert_ne!(
        before["metadata"]["resourceVersion"],
        changed["metadata"]["resourceVersion"]
    );
}

#[tokio::test]
async fn generations_follow_the_spec() {
    let cluster = Cluster::new().await;
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let path = format!("{DEPLOYMENTS}/web");
    let generation = |answer: Answer| answer.body["metadata"]["generation"].as_i64().unwrap();
    assert_eq!(
        generation(cluster.merge(&path, json!({"metadata": {"labels": {"a": "b"}}})).await),
        1
    );
    assert_eq!(
        generation(cluster.merge(&path, json!({"spec": {"replicas": 2}})).await),
        2
    );
    assert_eq!(
        generation(
            cluster
                .merge(&path, json!({"metadata": {"annotations": {"a": "b"}}}))
                .await
        ),
        3
    );
    let status = cluster
        .merge(
            &format!("{path}/status"),
            json!({"status": {"observedGeneration": 3}, "spec": {"replicas": 9}}),
        )
        .await;
    assert_eq!(
        status.body["spec"]["replicas"], 2,
        "the spec is not written through status"
    );
    assert_eq!(status.body["status"]["observedGeneration"], 3);
    assert_eq!(generation(status), 3);
    let spec = cluster.merge(&path, json!({"status": {"observedGeneration": 7}})).await;
    assert_eq!(
        spec.body["status"]["observedGeneration"], 3,
        "the status is not written through the object"
    );
}

#[tokio::test]
async fn dry_runs_answer_in_full_and_store_nothing() {
    let cluster = Cluster::new().await;
    let made = cluster
        .post(&format!("{DEPLOYMENTS}?dryRun=All"), deployment("web"))
        .await;
    assert_eq!(made.code, 201);
    assert!(made.body["metadata"]["uid"].is_string());
    assert!(made.body["metadata"].get("resourceVersion").is_none());
    assert_eq!(cluster.get(&format!("{DEPLOYMENTS}/web")).await.code, 404);
    let service = json!({"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}});
    let dry = cluster
        .post("/api/v1/namespaces/lab/services?dryRun=All", service)
        .await;
    assert!(dry.body["spec"]["clusterIP"].as_str().unwrap().starts_with("172.20."));
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let deleted = cluster.delete(&format!("{DEPLOYMENTS}/web?dryRun=All")).await;
    assert_eq!(deleted.code, 200);
    assert_eq!(cluster.get(&format!("{DEPLOYMENTS}/web")).await.code, 200);
}

#[tokio::test]
async fn server_side_apply_creates_changes_and_conflicts() {
    let cluster = Cluster::new().await;
    let path = |manager: &str| format!("{DEPLOYMENTS}/web?fieldManager={manager}");
    let made = cluster.apply(&path("one"), deployment("web")).await;
    assert_eq!((made.code, &made.body["spec"]["replicas"]), (201, &json!(1)));
    let mut scaled = deployment("web");
    scaled["spec"]["replicas"] = json!(3);
    assert_eq!(cluster.apply(&path("one"), scaled.clone()).await.code, 200);
    scaled["spec"]["replicas"] = json!(5);
    let conflict = cluster.apply(&path("two"), scaled.clone()).await;
    assert_eq!(conflict.code, 409);
    assert_eq!(
        conflict.message(),
        "Apply failed with 1 conflict: conflict with \"one\": .spec.replicas"
    );
    assert_eq!(conflict.body["details"]["causes"][0]["reason"], "FieldManagerConflict");
    let forced = cluster.apply(&format!("{}&force=true", path("two")), scaled).await;
    assert_eq!((forced.code, &forced.body["spec"]["replicas"]), (200, &json!(5)));
}

#[tokio::test]
async fn scale_is_its_own_object_and_owner() {
    let cluster = Cluster::new().await;
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let path = format!("{DEPLOYMENTS}/web/scale");
    let scale = cluster.get(&path).await.body;
    assert_eq!(scale["kind"], "Scale");
    assert_eq!(scale["status"]["selector"], "app=web");
    let scaled = cluster.merge(&path, json!({"spec": {"replicas": 4}})).await;
    assert_eq!((scaled.code, &scaled.body["spec"]["replicas"]), (200, &json!(4)));
    let owner = cluster.get(&format!("{DEPLOYMENTS}/web")).await.body;
    let owners = owner["metadata"]["managedFields"].as_array().unwrap();
    assert!(owners.iter().any(|entry| entry["subresource"] == "scale"), "{owners:?}");
}

#[tokio::test]
async fn finalizers_hold_a_deleted_object() {
    let cluster = Cluster::new().await;
    let path = format!("{CONFIG_MAPS}/c");
    cluster
        .post(
            CONFIG_MAPS,
            json!({"metadata": {"name": "c", "finalizers": ["lab.example/hold"]}}),
        )
        .await;
    let deleted = cluster.delete(&path).await;
    assert_eq!(deleted.code, 200);
    assert_eq!(deleted.body["metadata"]["deletionTimestamp"], START);
    assert_eq!(deleted.body["metadata"]["deletionGracePeriodSeconds"], 0);
    assert_eq!(cluster.get(&path).await.code, 200);
    assert_eq!(
        cluster
            .merge(&path, json!({"metadata": {"finalizers": null}}))
            .await
            .code,
        200
    );
    assert_eq!(cluster.get(&path).await.code, 404);
}

#[tokio::test]
async fn deletions_answer_with_a_status_or_the_object() {
    let cluster = Cluster::new().await;
    cluster.post(DEPLOYMENTS, deployment("web")).await;
    let gone = cluster.delete(&format!("{DEPLOYMENTS}/web")).await.body;
    assert_eq!(gone["status"], "Success");
    assert_eq!(gone["details"]["kind"], "deployments");
    cluster
        .post(
            "/api/v1/namespaces/lab/services",
            json!({"metadata": {"name": "s"}, "spec": {"ports": [{"port": 80}]}}),
        )
        .await;
    let gone = cluster.delete("/api/v1/namespaces/lab/services/s").await.body;
    assert_eq!(gone["kind"], "Service");
}

#[tokio::test]
async fn pods_on_a_node_are_stopped_gently() {
    let cluster = Cluster::new().await;
    let pods = "/api/v1/namespaces/lab/pods";
    let ready = json!({"conditions": [{"type": "Ready", "status": "True"}]});
    cluster
        .post(
            "/api/v1/nodes",
            json!({"metadata": {"name": "node-1"}, "status": ready}),
        )
        .await;
    let pod = |name: &str, node: Value| json!({"metadata": {"name": name}, "spec": {"nodeName": node, "schedulerName": "nobody", "containers": [{"name": "a", "image": "b"}]}});
    let made = cluster.post(pods, pod("placed", "node-1".into())).await;
    assert_eq!(made.body["status"]["phase"], "Pending");
    assert_eq!(made.body["status"]["qosClass"], "BestEffort");
    let deleted = cluster.delete(&format!("{pods}/placed")).await.body;
    assert_eq!(deleted["metadata"]["deletionGracePeriodSeconds"], 30);
    assert_eq!(deleted["metadata"]["deletionTimestamp"], "2026-03-01T09:00:30Z");
    cluster.delete(&format!("{pods}/placed?gracePeriodSeconds=0")).await;
    assert_eq!(cluster.get(&format!("{pods}/placed")).await.code, 404);
    cluster.post(pods, pod("waiting", Value::Null)).await;
    let gone = cluster.delete(&format!("{pods}/waiting")).await.body;
    assert_eq!(gone["metadata"]["deletionTimestamp"], START);
    assert_eq!(cluster.get(&format!("{pods}/waiting")).await.code, 404);
}

#[tokio::test]
async fn terminating_namespaces_take_nothing_new() {
    let cluster = Cluster::new().await;
    // Something with a finalizer keeps the namespace from going at once.
    cluster
        .post(
            CONFIG_MAPS,
            json!({"metadata": {"name": "c", "finalizers": ["lab.example/hold"]}}),
        )
        .await;
    let deleted = cluster.delete("/api/v1/namespaces/lab").await.body;
    assert_eq!(deleted["status"]["phase"], "Terminating");
    let refused = cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "d"}})).await;
    assert_eq!(refused.code, 403);
    assert_eq!(
        refused.message(),
        "configmaps \"d\" is forbidden: unable to create new content in namespace lab because it is being terminated"
    );
    assert_eq!(refused.body["details"]["causes"][0]["reason"], "NamespaceTerminating");
}

#[tokio::test]
async fn services_get_addresses_and_ports() {
    let cluster = Cluster::new().await;
    let services = "/api/v1/namespaces/lab/services";
    let made = cluster
        .post(
            services,
            json!({"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}),
        )
        .await
        .body;
    let spec = &made["spec"];
    assert_eq!(spec["clusterIPs"], json!([spec["clusterIP"]]));
    let port = spec["ports"][0]["nodePort"].as_u64().unwrap();
    assert!((30_000..=32_767).contains(&port), "{port}");
    assert_eq!(spec["ports"][0]["targetPort"], 80);
    let same = cluster
        .send(
            "PUT",
            &format!("{services}/s"),
            "application/json",
            Some(&json!({"metadata": {"name": "s"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}})),
        )
        .await;
    assert_eq!(same.body["spec"]["clusterIP"], spec["clusterIP"]);
    assert_eq!(same.body["spec"]["ports"][0]["nodePort"], spec["ports"][0]["nodePort"]);
    let headless = cluster
        .post(
            services,
            json!({"metadata": {"name": "h"}, "spec": {"clusterIP": "None", "ports": [{"port": 80}]}}),
        )
        .await;
    assert_eq!(headless.body["spec"]["clusterIP"], "None");
}

#[tokio::test]
async fn lists_are_selected_and_paged() {
    let cluster = Cluster::new().await;
    for (name, tier) in [("a", "front"), ("b", "back"), ("c", "front"), ("d", "front")] {
        cluster
            .post(
                CONFIG_MAPS,
                json!({"metadata": {"name": name, "labels": {"tier": tier}}}),
            )
            .await;
    }
    let names = |list: &Value| -> String {
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["metadata"]["name"].as_str().unwrap())
            .collect()
    };
    for (query, expected) in [
        ("labelSelector=tier=front", "acd"),
        ("labelSelector=tier!=front", "b"),
        ("labelSelector=tier%20in%20(back,side)", "b"),
        ("labelSelector=tier%20notin%20(back)", "acd"),
        ("labelSelector=tier", "abcd"),
        ("labelSelector=!tier", ""),
        ("fieldSelector=metadata.name=b", "b"),
        ("fieldSelector=metadata.name!=b", "acd"),
    ] {
        let list = cluster.get(&format!("{CONFIG_MAPS}?{query}")).await.body;
        assert_eq!(names(&list).replace("kube-root-ca.crt", ""), expected, "{query}");
    }
    let first = cluster
        .get(&format!("{CONFIG_MAPS}?limit=3&labelSelector=tier"))
        .await
        .body;
    assert_eq!(names(&first), "abc");
    let token = first["metadata"]["continue"].as_str().unwrap();
    let rest = cluster
        .get(&format!("{CONFIG_MAPS}?limit=3&labelSelector=tier&continue={token}"))
        .await
        .body;
    assert_eq!(names(&rest), "d");
    assert!(rest["metadata"].get("continue").is_none());
}

#[tokio::test(start_paused = true)]
async fn watches_tell_what_happens_and_what_leaves_the_selector() {
    let cluster = Cluster::new().await;
    let made = cluster
        .post(CONFIG_MAPS, json!({"metadata": {"name": "c", "labels": {"on": "1"}}}))
        .await
        .body;
    let version = made["metadata"]["resourceVersion"].as_str().unwrap();
    let path = format!("{CONFIG_MAPS}/c");
    cluster.merge(&path, json!({"data": {"a": "1"}})).await;
    cluster
        .merge(&path, json!({"metadata": {"labels": {"on": null}}}))
        .await;
    cluster.merge(&path, json!({"metadata": {"labels": {"on": "1"}}})).await;
    cluster.delete(&path).await;
    let lines = cluster
        .watch(&format!(
            "{CONFIG_MAPS}?watch=1&labelSelector=on&resourceVersion={version}"
        ))
        .await;
    let kinds: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["MODIFIED", "DELETED", "ADDED", "DELETED"]);
}

#[tokio::test(start_paused = true)]
async fn streaming_lists_end_with_a_bookmark() {
    let cluster = Cluster::new().await;
    cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "c"}})).await;
    let lines = cluster
        .watch(&format!("{CONFIG_MAPS}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&fieldSelector=metadata.name=c"))
        .await;
    assert_eq!(lines[0]["type"], "ADDED");
    assert_eq!(lines[1]["type"], "BOOKMARK");
    assert_eq!(
        lines[1]["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"],
        "true"
    );
}

#[tokio::test(start_paused = true)]
async fn watches_from_a_forgotten_version_are_told_so() {
    let cluster = Cluster::new().await;
    cluster.post(CONFIG_MAPS, json!({"metadata": {"name": "c"}})).await;
    cluster.sandbox.with(|world| {
        let key = crate::state::Key::new("", "configmaps", "lab", "c");
        for at in 0..2_100 {
            super::objects::update(world, "test", &key, |object| {
                object["data"]["a"] = at.to_string().into();
            })
            .unwrap();
        }
    });
    let lines = cluster.watch(&format!("{CONFIG_MAPS}?watch=1&resourceVersion=2")).await;
    assert_eq!(lines[0]["type"], "ERROR");
    assert_eq!(lines[0]["object"]["reason"], "Expired");
    assert_eq!(lines[0]["object"]["code"], 410);
}

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
            super::objects::create(world, "test", object).unwrap();
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
