//! Answers of the API server, and what the classifier makes of them.

use serde_json::{Value, json};

use super::*;

/// Answers of a real API server.
const RECORDED: &str = include_str!("recorded.txt");

fn answer(code: u16, body: &str) -> WriteError {
    of_answer(
        "PATCH x",
        StatusCode::from_u16(code).unwrap(),
        &HeaderMap::new(),
        body.as_bytes(),
    )
}

/// An answer as the API documents it, where none could be recorded.
fn status(code: u16, reason: &str, message: &str, details: &Value) -> String {
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
        "code": code, "reason": reason, "message": message, "details": details,
    })
    .to_string()
}

#[test]
fn recorded_answers_have_their_class() {
    let mut count = 0;
    for line in RECORDED.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.splitn(4, "; ").collect();
        let [what, class, code, body] = parts[..] else {
            panic!("{line}")
        };
        let error = answer(code.parse().unwrap(), body).error;
        assert_eq!(format!("{:?}", error.class), class, "{what}: {error}");
        let message = serde_json::from_str::<Status>(body).map_or_else(|_| body.to_owned(), |status| status.message);
        assert!(
            error.message.contains(&message),
            "the server's own words are kept: {error}"
        );
        count += 1;
    }
    assert_eq!(count, 21);
}

#[test]
fn documented_answers_have_their_class() {
    use ErrorClass as C;
    let seven = json!({"retryAfterSeconds": 7});
    for (code, reason, message, details, class) in [
        (410, "Expired", "too old resource version: 1 (2)", json!({}), C::Gone),
        (
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result.",
            json!({}),
            C::Gone,
        ),
        (410, "Gone", "gone", json!({}), C::Gone),
        (
            429,
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later",
            seven,
            C::Throttled,
        ),
        (
            500,
            "InternalError",
            "Internal error occurred: etcdserver: leader changed",
            json!({}),
            C::Unreachable,
        ),
        (
            500,
            "ServerTimeout",
            "The POST operation against Pod could not be completed at this time, please try again.",
            json!({}),
            C::Unreachable,
        ),
        (
            503,
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
            json!({}),
            C::Unreachable,
        ),
        (
            504,
            "Timeout",
            "Timeout: request did not complete within requested timeout - context deadline exceeded",
            json!({}),
            C::Unreachable,
        ),
        // As controller-runtime's webhooks refuse, and as the API server does for one that cannot be asked in a dry run.
        (
            403,
            "Forbidden",
            "admission webhook \"vingress.elbv2.k8s.aws\" denied the request: invalid ingress class",
            json!({}),
            C::Invalid,
        ),
        (
            400,
            "BadRequest",
            "admission webhook \"vingress.elbv2.k8s.aws\" does not support dry run",
            json!({}),
            C::Invalid,
        ),
    ] {
        let error = answer(code, &status(code, reason, message, &details)).error;
        assert_eq!(error.class, class, "{code} {reason} {message}");
        assert_eq!(error.code.as_deref(), Some(reason));
    }
}

#[test]
fn answers_in_plain_text() {
    use ErrorClass as C;
    for (code, body, class) in [
        // The API server's own, for paths without a kind and from behind its queues.
        (404, "404 page not found\n", C::Missing),
        (429, "Too many requests, please try again later.\n", C::Throttled),
        (502, "bad gateway", C::Unreachable),
        (500, "", C::Unreachable),
        (401, "", C::Unauthenticated),
    ] {
        let error = answer(code, body).error;
        assert_eq!(error.class, class, "{code} {body}");
        assert_eq!(error.code, None);
    }
}

/// A proxy's 404 is no word about an object.
#[test]
fn pages_for_people_are_nobodys_answer() {
    use ErrorClass as C;
    let page = "\n<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n";
    for (code, class) in [
        (200, C::Unreachable),
        (404, C::Other),
        (403, C::Other),
        (407, C::Other),
        (429, C::Throttled),
        (502, C::Unreachable),
    ] {
        let error = answer(code, page).error;
        assert_eq!(error.class, class, "{code}");
        assert_eq!(
            error.message,
            format!("HTTP {code} with a page that is not the Kubernetes API's: a proxy's, perhaps")
        );
        // The same where kube-client has read it, as it does for watches.
        let read = kube::Error::Api(Box::new(
            Status::failure(page.trim(), "Failed to parse error data").with_code(code),
        ));
        assert_eq!(of_kube("WATCH x", &read).class, class, "{code}");
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
    let text = answer(500, &down).error.to_string();
    assert!(
        text.starts_with("PATCH x: InternalError: the load balancer controller is installed but none of its pods"),
        "{text}"
    );
}

#[test]
fn the_server_decides_how_long_to_wait() {
    let slow = status(429, "TooManyRequests", "slow down", &json!({"retryAfterSeconds": 7}));
    assert_eq!(answer(429, &slow).error.retry_after, Some(Duration::from_secs(7)));
    let mut headers = HeaderMap::new();
    for (value, seconds) in [
        ("2", Some(2)),
        (" 3 ", Some(3)),
        ("Wed, 21 Oct 2026 07:28:00 GMT", Some(7)),
    ] {
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        let refused = of_answer("x", StatusCode::TOO_MANY_REQUESTS, &headers, slow.as_bytes());
        assert_eq!(refused.error.retry_after, seconds.map(Duration::from_secs), "{value}");
    }
    let text = of_answer("x", StatusCode::TOO_MANY_REQUESTS, &headers, b"Too many requests");
    assert_eq!(text.error.retry_after, None);
}

fn fields(refused: WriteError) -> Vec<FieldConflict> {
    match refused.obstacle.map(|obstacle| *obstacle) {
        Some(Obstacle::Fields(conflicts)) => conflicts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn conflicts_name_field_and_manager() {
    let line = RECORDED
        .lines()
        .find(|line| line.starts_with("conflict of managers"))
        .unwrap();
    let body = line.splitn(4, "; ").last().unwrap();
    let conflict = |field: &str, manager: &str| FieldConflict {
        field: field.to_owned(),
        manager: manager.to_owned(),
    };
    assert_eq!(
        fields(answer(409, body)),
        [
            conflict(".spec.replicas", "kubectl"),
            conflict(".spec.template.spec.containers[name=\"c\"].image", "kubectl-edit"),
        ]
    );
    let other = status(
        409,
        "Conflict",
        "x",
        &json!({"causes": [{"reason": "Other", "message": "x", "field": ".y"}]}),
    );
    assert_eq!(answer(409, &other).obstacle, None);
}

#[test]
fn what_got_no_answer_goes_by_the_kind_of_the_error() {
    let tls = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
    let inside = std::io::Error::new(std::io::ErrorKind::InvalidData, tls);
    let error = of_kube("GET x", &kube::Error::Service(inside.into()));
    assert_eq!(error.class, ErrorClass::Untrusted);
    assert!(
        error.message.starts_with("no answer from the Kubernetes API: "),
        "{error}"
    );

    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let error = of_kube("GET x", &kube::Error::ReadEvents(reset));
    assert_eq!(error.class, ErrorClass::Unreachable);

    let auth = AuthError::AuthExecStart(std::io::ErrorKind::NotFound.into());
    let error = of_kube("GET x", &kube::Error::Service(Box::new(auth)));
    assert_eq!(error.class, ErrorClass::Unauthenticated);
    assert!(error.message.contains("credential plugin"), "{error}");

    let silence = silence("GET x", Duration::from_secs(60));
    assert_eq!(silence.class, ErrorClass::Unreachable);
}
