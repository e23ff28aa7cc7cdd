//! Requests to a fake API: tokens, limits, answers that are none. Time is paused.

use serde_json::json;

use crate::k8s::fake::{Answer, client, lab, ok, status};
use crate::ports::ErrorClass;

#[tokio::test(start_paused = true)]
async fn an_expired_token_is_renewed_once() {
    let (api, log) = client(|asked| match asked.bearer.as_str() {
        "Bearer token-1" => status(401, "Unauthorized", "Unauthorized"),
        _ => ok(json!({"kind": "Namespace", "metadata": {"name": "ns"}})),
    });
    let key = lab()[0].key();
    assert_eq!(api.get(&key).await.unwrap().unwrap().name(), "ns");
    assert_eq!(log.lines().len(), 2);
    assert_eq!(log.meter.snapshot()["kubernetes"], 2);

    let (api, log) = client(|_| status(401, "Unauthorized", "Unauthorized"));
    let error = api.get(&key).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unauthenticated);
    assert_eq!(error.to_string(), "GET namespace/ns: Unauthorized");
    let help = error.help().unwrap().to_string();
    assert!(help.starts_with("the cluster does not know you;"), "{help}");
    assert_eq!(log.lines().len(), 2, "and not for ever");
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up() {
    let (api, _) = client(|_| Answer::Never);
    let error = api.get(&lab()[0].key()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unreachable);
    assert_eq!(
        error.to_string(),
        "GET namespace/ns: no answer from the Kubernetes API: nothing came within 1m"
    );
}

#[tokio::test(start_paused = true)]
async fn answers_that_are_no_status_are_errors_all_the_same() {
    let (api, _) = client(|_| Answer::Json(502, json!("bad gateway")));
    let error = api.get(&lab()[0].key()).await.unwrap_err();
    assert_eq!(error.class, ErrorClass::Unreachable);
}
