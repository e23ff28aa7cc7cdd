//! Answers of the API server, and what the classifier makes of them.

use serde_json::{Value, json};

use super::*;

fn status(code: u16, reason: &str, message: &str, details: &Value) -> Status {
    serde_json::from_value(json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "code": code, "reason": reason, "message": message, "details": details,
    }))
    .unwrap()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one row per answer that the server can give")]
fn every_answer_has_its_class() {
    let none = json!({});
    let terminating = json!({"causes": [{"reason": "NamespaceTerminating", "message": "namespace x is being terminated", "field": "metadata.namespace"}]});
    let cases = [
        (
            404,
            "NotFound",
            "deployments.apps \"x\" not found",
            &none,
            ErrorClass::Missing,
        ),
        (404, "", "404 page not found", &none, ErrorClass::Missing),
        (
            409,
            "AlreadyExists",
            "leases \"lab2048\" already exists",
            &none,
            ErrorClass::Exists,
        ),
        (
            409,
            "Conflict",
            "Operation cannot be fulfilled on leases",
            &none,
            ErrorClass::Conflict,
        ),
        (
            409,
            "Conflict",
            "Precondition failed: UID in precondition: a, UID in object meta: b",
            &none,
            ErrorClass::Conflict,
        ),
        (401, "Unauthorized", "Unauthorized", &none, ErrorClass::Unauthenticated),
        (
            403,
            "Forbidden",
            "pods is forbidden: User \"x\" cannot list resource",
            &none,
            ErrorClass::Denied,
        ),
        (
            403,
            "Forbidden",
            "unable to create new content in namespace x because it is being terminated",
            &terminating,
            ErrorClass::Busy,
        ),
        (
            403,
            "Forbidden",
            "admission webhook \"vingress.elbv2.k8s.aws\" denied the request: invalid ingress class",
            &none,
            ErrorClass::Invalid,
        ),
        (
            400,
            "BadRequest",
            "admission webhook \"x\" does not support dry run",
            &none,
            ErrorClass::Invalid,
        ),
        (
            410,
            "Expired",
            "too old resource version: 1 (2)",
            &none,
            ErrorClass::Gone,
        ),
        (410, "Gone", "gone", &none, ErrorClass::Gone),
        (
            422,
            "Invalid",
            "Deployment.apps \"x\" is invalid: spec.replicas",
            &none,
            ErrorClass::Invalid,
        ),
        (
            429,
            "TooManyRequests",
            "too many requests",
            &none,
            ErrorClass::Throttled,
        ),
        (
            500,
            "InternalError",
            "Internal error occurred: failed calling webhook \"vingress.elbv2.k8s.aws\": no endpoints available for service \"aws-load-balancer-webhook-service\"",
            &none,
            ErrorClass::Busy,
        ),
        (
            500,
            "InternalError",
            "Internal error occurred: etcdserver: leader changed",
            &none,
            ErrorClass::Unreachable,
        ),
        (
            503,
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
            &none,
            ErrorClass::Unreachable,
        ),
        (
            504,
            "Timeout",
            "Timeout: request did not complete within requested timeout",
            &none,
            ErrorClass::Unreachable,
        ),
    ];
    for (code, reason, message, details, class) in cases {
        let error = of_status("PATCH x", &status(code, reason, message, details), None);
        assert_eq!(error.class, class, "{code} {reason} {message}");
        assert!(error.message.contains(message), "the server's own words are kept");
    }
}

#[test]
fn a_webhook_that_is_down_is_explained() {
    let down = status(
        500,
        "InternalError",
        "failed calling webhook \"mservice.elbv2.k8s.aws\": no endpoints available",
        &json!({}),
    );
    let text = of_status("PATCH service/x", &down, None).to_string();
    assert!(
        text.starts_with(
            "PATCH service/x: InternalError: the load balancer controller is installed but none of its pods"
        ),
        "{text}"
    );
}

#[test]
fn the_server_says_how_long_to_wait() {
    let slow = status(429, "TooManyRequests", "slow down", &json!({"retryAfterSeconds": 7}));
    assert_eq!(of_status("x", &slow, None).retry_after, Some(Duration::from_secs(7)));
    let header = Some(Duration::from_secs(2));
    assert_eq!(of_status("x", &slow, header).retry_after, header);
}

#[test]
fn conflicts_name_field_and_manager() {
    let conflict = status(
        409,
        "Conflict",
        "Apply failed with 1 conflict",
        &json!({"causes": [
            {"reason": "FieldManagerConflict", "message": "conflict with \"kubectl\" with subresource \"scale\" using apps/v1", "field": ".spec.replicas"},
            {"reason": "Other", "message": "x", "field": ".y"},
        ]}),
    );
    assert_eq!(
        field_conflicts(&conflict),
        [FieldConflict {
            field: ".spec.replicas".to_owned(),
            manager: "kubectl".to_owned(),
        }]
    );
}

#[test]
fn certificates_are_no_passing_trouble() {
    assert_eq!(
        no_answer("x", "invalid peer certificate: UnknownIssuer").class,
        ErrorClass::Other
    );
    assert_eq!(
        no_answer("x", "Connection refused (os error 111)").class,
        ErrorClass::Unreachable
    );
}
