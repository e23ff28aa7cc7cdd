//! A cluster and somebody who calls it.

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

pub(super) const START: &str = "2026-03-01T09:00:00Z";

/// A wall clock that stops until it is moved.
struct StandingWall(Mutex<Timestamp>);

impl WallClock for StandingWall {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// A cluster with the namespaces `default` and `lab`, and somebody who may do everything in it.
pub(super) struct Cluster {
    pub(super) sandbox: Sandbox,
}

pub(super) struct TestResponse {
    pub(super) code: u16,
    pub(super) body: Value,
    pub(super) headers: http::HeaderMap,
}

impl TestResponse {
    pub(super) fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

pub(super) fn token(at: Timestamp) -> String {
    let date = at.strftime("%Y%m%dT%H%M%SZ");
    let url = format!(
        "https://sts.ap-northeast-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Fap-northeast-2%2Fsts%2Faws4_request&X-Amz-Date={date}&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00ff"
    );
    format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url))
}

pub(super) async fn read(response: Response<Body>) -> TestResponse {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| String::from_utf8_lossy(&bytes).as_ref().into());
    TestResponse {
        code: parts.status.as_u16(),
        body,
        headers: parts.headers,
    }
}

impl Cluster {
    pub(super) async fn new() -> Self {
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

    pub(super) fn request(&self, method: &str, path: &str, media: &str, body: Bytes) -> Request<Bytes> {
        Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", token(self.sandbox.now())))
            .header("content-type", media)
            .header("user-agent", "kubectl/v1.36.3 (linux/amd64)")
            .body(body)
            .unwrap()
    }

    pub(super) async fn send(&self, method: &str, path: &str, media: &str, body: Option<&Value>) -> TestResponse {
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

    pub(super) async fn get(&self, path: &str) -> TestResponse {
        self.send("GET", path, "application/json", None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.send("POST", path, "application/json", Some(&body)).await
    }

    pub(super) async fn merge(&self, path: &str, body: Value) -> TestResponse {
        self.send("PATCH", path, "application/merge-patch+json", Some(&body))
            .await
    }

    pub(super) async fn apply(&self, path: &str, body: Value) -> TestResponse {
        self.send("PATCH", path, "application/apply-patch+yaml", Some(&body))
            .await
    }

    pub(super) async fn delete(&self, path: &str) -> TestResponse {
        self.send("DELETE", path, "application/json", None).await
    }

    /// The lines of a watch that ends by its own time.
    pub(super) async fn watch(&self, path: &str) -> Vec<Value> {
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

pub(super) fn deployment(name: &str) -> Value {
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

pub(super) const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/lab/deployments";
pub(super) const CONFIG_MAPS: &str = "/api/v1/namespaces/lab/configmaps";

/// Unique ids, and the numbers after certain words, differ from run to run.
pub(super) fn blur(text: &str) -> String {
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

pub(super) fn blurred(value: &Value) -> Value {
    serde_json::from_str(&blur(&value.to_string())).unwrap()
}
