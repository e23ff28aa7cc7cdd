//! The one place that decides what a failed Kubernetes call means.

use std::fmt;
use std::time::Duration;

use http::StatusCode;
use http::header::{HeaderMap, RETRY_AFTER};
use kube::client::AuthError;
use kube::core::Status;

use super::credentials;
use super::write_error::{Obstacle, WriteError};
use crate::lang::text;
use crate::lbc::decode_refusal;
use crate::model::{FieldConflict, format_duration};
use crate::net::{TransportFailure, find};
use crate::ports::{CallError, ErrorClass};

/// What an answer other than success means. Proxies answer in the API server's place, and it answers with plain text
/// itself for paths that it does not know, or when it is too busy to do better.
pub(super) fn of_answer(operation: &str, code: StatusCode, headers: &HeaderMap, body: &[u8]) -> WriteError {
    if is_foreign(body) {
        return foreign(operation, code).into();
    }
    let mut status = serde_json::from_slice::<Status>(body)
        .unwrap_or_else(|_| Status::failure(String::from_utf8_lossy(body).trim(), ""));
    if status.code == 0 {
        status.code = code.as_u16();
    }
    WriteError {
        error: of_status(operation, &status, retry_after(headers)),
        obstacle: obstacle(&status).map(Box::new),
    }
}

/// What the API server's word for a failure means.
pub(super) fn of_status(operation: &str, status: &Status, retry_after: Option<Duration>) -> CallError {
    let mut error = match decode_refusal(&status.message) {
        Some(decoded) => {
            let message = text!(
                "error-cluster-refused",
                cause = decoded.text(),
                message = &status.message
            );
            CallError::saying(class_of(status), operation, message)
        }
        None => CallError::new(class_of(status), operation, status.message.clone()),
    };
    if !status.reason.is_empty() {
        error.code = Some(status.reason.as_str().into());
    }
    let suggested = status.details.as_ref().map_or(0, |details| details.retry_after_seconds);
    let suggested = (suggested > 0).then(|| Duration::from_secs(suggested.into()));
    error.retry_after = retry_after.or(suggested);
    with_remedy(error)
}

/// What to do about an error of a cluster's API. Who is not known there learns it where the token is from.
fn with_remedy(error: CallError) -> CallError {
    match error.class {
        ErrorClass::Denied => error.with_remedy(text!("help-cluster-denied")),
        ErrorClass::Untrusted => error.with_remedy(text!("help-cluster-untrusted")),
        _ => error,
    }
}

/// What an answer means that is not what the API promises.
pub(super) fn malformed(operation: &str, why: &impl fmt::Display) -> CallError {
    // Cut off, perhaps, or of somebody between us: the next answer may be whole.
    let text = text!("error-cluster-malformed", why = why.to_string());
    CallError::saying(ErrorClass::Unreachable, operation, text)
}

/// What a call that got no proper answer means.
pub(super) fn of_kube(operation: &str, error: &kube::Error) -> CallError {
    match error {
        kube::Error::Api(status) if is_foreign(status.message.as_bytes()) => {
            foreign(operation, StatusCode::from_u16(status.code).unwrap_or_default())
        }
        kube::Error::Api(status) => of_status(operation, status, None),
        kube::Error::SerdeError(source) => malformed(operation, source),
        other => match find::<AuthError>(other) {
            Some(source) => {
                let why = credentials::describe(source).text();
                let text = text!("error-cluster-no-credentials", why = why);
                CallError::saying(ErrorClass::Unauthenticated, operation, text)
            }
            None => broken(operation, &TransportFailure::of(other)),
        },
    }
}

/// A call that was not answered within its limit.
pub(super) fn silence(operation: &str, limit: Duration) -> CallError {
    let silent = text!("error-cluster-silent", time = format_duration(limit));
    let text = text!("error-cluster-no-answer", text = silent);
    with_remedy(CallError::saying(ErrorClass::Unreachable, operation, text))
}

fn broken(operation: &str, why: &TransportFailure) -> CallError {
    let text = match why.class {
        // There was an answer, and it is of no use.
        ErrorClass::Other => text!("error-cluster-other-answers", text = &why.text),
        _ => text!("error-cluster-no-answer", text = &why.text),
    };
    with_remedy(CallError::saying(why.class, operation, text))
}

/// Whether an answer is a page for people: the API server has none, proxies and other web servers do.
pub(super) fn is_foreign(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

/// What a page for people in place of an answer means. A 404 of somebody else does not say that an object is missing.
fn foreign(operation: &str, status: StatusCode) -> CallError {
    let class = if status.is_success() || status.is_server_error() {
        ErrorClass::Unreachable
    } else if status == StatusCode::TOO_MANY_REQUESTS {
        ErrorClass::Throttled
    } else {
        ErrorClass::Other
    };
    let text = text!("error-cluster-foreign-answer", status = u32::from(status.as_u16()));
    CallError::saying(class, operation, text)
}

/// How long an answer asks to wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// The obstacle to a write.
fn obstacle(status: &Status) -> Option<Obstacle> {
    if let Some(webhook) = uncallable_webhook(&status.message) {
        return Some(Obstacle::Webhook(webhook.to_owned()));
    }
    if let Some(webhook) = denying_webhook(&status.message) {
        return Some(Obstacle::Denial(webhook.to_owned()));
    }
    if is_of_no_resource(status) {
        return Some(Obstacle::Unserved);
    }
    let conflicts = field_conflicts(status);
    if !conflicts.is_empty() {
        return Some(Obstacle::Fields(conflicts));
    }
    immutable_fields(status).map(Obstacle::Immutable)
}

/// The fields that cannot be changed, if that is all that is wrong. The server has no reason of its own for that, only
/// words: those of `apimachinery`'s validation, of Services, and of `StatefulSets`.
fn immutable_fields(status: &Status) -> Option<Vec<String>> {
    const WORDS: [&str; 3] = [
        "field is immutable",
        "may not change once set",
        "updates to statefulset spec for fields",
    ];
    let causes = &status.details.as_ref()?.causes;
    let is_immutable =
        |cause: &kube::core::response::StatusCause| WORDS.iter().any(|words| cause.message.contains(words));
    let all = !causes.is_empty() && causes.iter().all(is_immutable);
    all.then(|| causes.iter().map(|cause| cause.field.clone()).collect())
}

/// Whether a 404 is about the path itself: one about an object, or about its namespace, names the kind of what is missing.
fn is_of_no_resource(status: &Status) -> bool {
    let names_a_kind = status.details.as_ref().is_some_and(|details| !details.kind.is_empty());
    status.code == 404 && !names_a_kind
}

/// The admission webhook that the API server could not call: `failed calling webhook "vingress.elbv2.k8s.aws": …`. It has
/// no other words for that.
fn uncallable_webhook(message: &str) -> Option<&str> {
    let failed = ["failed calling webhook", "failed to call webhook"];
    let (_, rest) = failed.iter().find_map(|words| message.split_once(words))?;
    Some(quoted(rest).unwrap_or_default())
}

/// The admission webhook that has refused: `admission webhook "vingress.elbv2.k8s.aws" denied the request: …`.
fn denying_webhook(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("admission webhook ")?;
    rest.contains("denied the request").then(|| quoted(rest)).flatten()
}

/// The fields that other managers own, as the server names them.
fn field_conflicts(status: &Status) -> Vec<FieldConflict> {
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
    let mentions = |words: &str| status.message.contains(words);
    if uncallable_webhook(&status.message).is_some() {
        return ErrorClass::Busy;
    }
    if mentions("admission webhook") && (mentions("denied the request") || mentions("does not support dry run")) {
        return ErrorClass::Invalid;
    }
    if has_cause(status, "NamespaceTerminating") {
        return ErrorClass::Busy;
    }
    // Two have written at the same time, and the other was quicker: what is applied then is applied to what is there now.
    if mentions("the object has been modified") && field_conflicts(status).is_empty() {
        return ErrorClass::Busy;
    }
    // The API server's own words, with 500 and no reason, for an object that does not fit its schema.
    if mentions("failed to create typed patch object") {
        return ErrorClass::Invalid;
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

#[cfg(test)]
mod tests;
