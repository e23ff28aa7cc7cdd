//! Who may call.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::Request;

use super::fixture::*;

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
