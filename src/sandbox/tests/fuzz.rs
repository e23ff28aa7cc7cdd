//! What any client can send to the sandbox; `lab2048_fuzz` says what must not come of it.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Collected};
use jiff::Timestamp;
use lab2048_fuzz::{Target, survive};
use lab2048_sandbox::{Sandbox, WallClock, testing};
use serde_json::Value;

const TARGETS: &[Target] = &[
    target("sandbox-kubernetes", kubernetes),
    target("sandbox-protobuf", protobuf),
    target("sandbox-aws", aws),
];

const fn target(name: &'static str, run: fn(&[u8]) -> usize) -> Target {
    Target { name, run, cases: 60 }
}

#[test]
fn strangers_are_survived() {
    survive(TARGETS);
}

/// When everything happens.
const NOW: &str = "2026-03-01T09:00:00Z";

struct StoppedClock;

impl WallClock for StoppedClock {
    fn now(&self) -> Timestamp {
        NOW.parse().unwrap()
    }
}

fn token() -> String {
    let url = "https://sts.ap-northeast-2.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15\
               &X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260301%2Fap-northeast-2%2Fsts%2Faws4_request\
               &X-Amz-Date=20260301T090000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=00ff";
    format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(url))
}

/// Sends a request to a region, if it is one; answers with the size of what came back at once.
fn sent(sandbox: &Sandbox, request: http::Result<Request<Bytes>>) -> usize {
    let Ok(request) = request else { return 0 };
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let response = sandbox.call(request).await;
        let code = response.status().as_u16();
        let whole = tokio::time::timeout(Duration::from_secs(3600), response.into_body().collect());
        let body = whole.await.ok().and_then(Result::ok).map(Collected::to_bytes);
        let body = body.unwrap_or_default();
        // A real API server, too, answers some nonsense with 500, and says of what.
        let is_answer = || serde_json::from_slice::<Value>(&body).is_ok_and(|status| status["kind"] == "Status");
        assert!(
            code < 500 || code == 501 || code == 503 || is_answer(),
            "the sandbox fails with {code}"
        );
        body.len()
    })
}

/// The words of the first line, and what follows it.
fn parts(bytes: &[u8]) -> (Vec<String>, Bytes) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, rest) = bytes.split_at(end);
    let words = String::from_utf8_lossy(line);
    let words = words.split_whitespace().map(str::to_owned).collect();
    (words, Bytes::copy_from_slice(rest.strip_prefix(b"\n").unwrap_or(rest)))
}

thread_local! {
    /// A world in which nothing is ever changed.
    static UNCHANGED: Sandbox = Sandbox::in_memory(7, 1.0, Arc::new(StoppedClock));
    /// The same with something that a write can be laid on.
    static FURNISHED: Sandbox = {
        let sandbox = UNCHANGED.with(|sandbox| testing::twin(sandbox, None, Arc::new(StoppedClock)));
        to_cluster(&sandbox, "POST", DEPLOYMENTS, "application/json", DEPLOYMENT.into());
        sandbox
    };
}

/// A world of its own for one input.
fn twin(sandbox: &Sandbox) -> Sandbox {
    testing::twin(sandbox, None, Arc::new(StoppedClock))
}

fn to_cluster(sandbox: &Sandbox, method: &str, path: &str, media: &str, body: Bytes) -> usize {
    let request = Request::builder()
        .method(method)
        .uri(format!("https://0123.gr7.ap-northeast-2.eks.amazonaws.com{path}"))
        .header("authorization", format!("Bearer {}", token()))
        .header("content-type", media)
        .header("user-agent", "kubectl/v1.36.3 (linux/amd64)");
    sent(sandbox, request.body(body))
}

/// What a write to it has to be laid on.
const DEPLOYMENT: &str = include_str!("deployment.json");
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";

/// A request to the cluster's API: method, path and media type on the first line, then the body.
fn kubernetes(bytes: &[u8]) -> usize {
    let (words, body) = parts(bytes);
    let [method, path, media] = words.as_slice() else {
        return 0;
    };
    let sandbox = FURNISHED.with(twin);
    let size = to_cluster(&sandbox, method, path, media, body);
    // What was taken can be shown again.
    size.max(to_cluster(
        &sandbox,
        "GET",
        DEPLOYMENTS,
        "application/json",
        Bytes::new(),
    ))
}

/// An object in protobuf, sent to where Services are made, without making any.
fn protobuf(bytes: &[u8]) -> usize {
    let services = "/api/v1/namespaces/default/services?dryRun=All";
    let body = Bytes::copy_from_slice(bytes);
    UNCHANGED.with(|sandbox| to_cluster(sandbox, "POST", services, "application/vnd.kubernetes.protobuf", body))
}

/// A call of AWS: service, method and path on the first line, then the body.
fn aws(bytes: &[u8]) -> usize {
    let (words, body) = parts(bytes);
    let [service, method, path] = words.as_slice() else {
        return 0;
    };
    let region = if service == "iam" {
        "us-east-1"
    } else {
        "ap-northeast-2"
    };
    let credential = format!("AKID/20260301/{region}/{service}/aws4_request");
    let request = Request::builder()
        .method(method.as_str())
        .uri(format!("https://{service}.{region}.amazonaws.com{path}"))
        .header("x-amz-date", "20260301T090000Z")
        .header("content-type", "application/x-www-form-urlencoded")
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=00"),
        );
    sent(&UNCHANGED.with(twin), request.body(body))
}
