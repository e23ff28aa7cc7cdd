//! The one place that decides what a failed Kubernetes call means.

use std::time::Duration;

use kube::core::Status;

use crate::model::FieldConflict;
use crate::plan::readiness::decode_refusal;
use crate::ports::{CallError, ErrorClass};

/// What an answer of the API server other than success means.
pub(super) fn of_status(operation: &str, status: &Status, retry_after: Option<Duration>) -> CallError {
    let mut error = CallError::new(class_of(status), operation, message_of(status));
    if !status.reason.is_empty() {
        error.code = Some(status.reason.clone());
    }
    let told = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
    let told = (told > 0).then(|| Duration::from_secs(told.into()));
    error.retry_after = retry_after.or(told);
    error
}

/// What a call that got no proper answer means.
pub(super) fn of_kube(operation: &str, error: &kube::Error) -> CallError {
    match error {
        kube::Error::Api(status) => of_status(operation, status, None),
        kube::Error::SerdeError(source) => CallError::new(
            ErrorClass::Other,
            operation,
            format!("the answer is not what the Kubernetes API promises: {source}"),
        ),
        kube::Error::Auth(source) => CallError::new(
            ErrorClass::Unauthenticated,
            operation,
            format!("no credentials for the cluster: {}", deepest(source)),
        ),
        other => no_answer(operation, &deepest(other)),
    }
}

/// A call that was never answered, for `why`.
pub(super) fn no_answer(operation: &str, why: &str) -> CallError {
    // A certificate that is not trusted now will not be in a minute.
    let class = if why.contains("certificate") {
        ErrorClass::Other
    } else {
        ErrorClass::Unreachable
    };
    CallError::new(class, operation, format!("no answer from the Kubernetes API: {why}"))
}

/// The fields that other managers own, as the server tells them.
pub(super) fn field_conflicts(status: &Status) -> Vec<FieldConflict> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes
        .filter(|cause| cause.reason == "FieldManagerConflict")
        .map(|cause| FieldConflict {
            field: cause.field.clone(),
            manager: quoted(&cause.message).unwrap_or(&cause.message).to_owned(),
        })
        .collect()
}

/// `conflict with "kubectl" using apps/v1` names the manager in quotes.
fn quoted(text: &str) -> Option<&str> {
    text.split('"').nth(1)
}

fn class_of(status: &Status) -> ErrorClass {
    let says = |words: &str| status.message.contains(words);
    if says("failed calling webhook") || says("failed to call webhook") {
        return ErrorClass::Busy;
    }
    if says("admission webhook") && (says("denied the request") || says("does not support dry run")) {
        return ErrorClass::Invalid;
    }
    if has_cause(status, "NamespaceTerminating") {
        return ErrorClass::Busy;
    }
    match (status.reason.as_str(), status.code) {
        ("AlreadyExists", _) => ErrorClass::Exists,
        ("Expired" | "Gone", _) | (_, 410) => ErrorClass::Gone,
        ("Unauthorized", _) | (_, 401) => ErrorClass::Unauthenticated,
        ("Forbidden", _) | (_, 403) => ErrorClass::Denied,
        ("NotFound", _) | (_, 404) => ErrorClass::Missing,
        ("Conflict", _) | (_, 409) => ErrorClass::Conflict,
        ("TooManyRequests", _) | (_, 429) => ErrorClass::Throttled,
        ("Timeout" | "ServerTimeout", _) | (_, 500..) => ErrorClass::Unreachable,
        (_, 400..) => ErrorClass::Invalid,
        _ => ErrorClass::Other,
    }
}

fn has_cause(status: &Status, reason: &str) -> bool {
    let mut causes = status.details.iter().flat_map(|details| &details.causes);
    causes.any(|cause| cause.reason == reason)
}

fn message_of(status: &Status) -> String {
    match decode_refusal(&status.message) {
        Some(decoded) => format!("{} ({})", decoded.text(), status.message),
        None => status.message.clone(),
    }
}

/// The innermost cause: the outer ones only repeat it.
fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
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
}
