//! What an error of any AWS service means: one classifier for all of them.
//!
//! It goes by the service's code, the text and the HTTP status, never by the SDK's error variants: `ResourceInUseException`
//! on `CreateFargateProfile` and every denial or throttling are not in the model and would be `Unhandled`.

use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::session::said;
use crate::net::{TransportFailure, find};
use crate::ports::{CallError, ErrorClass};

/// Codes that ask to slow down, over all services.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
    "EC2ThrottledException",
    "BandwidthLimitExceeded",
    "SlowDown",
    "PriorRequestNotComplete",
];

/// Codes that say the caller may not.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "NotAuthorized",
    "OptInRequired",
    "OperationNotPermitted",
    "OperationNotPermittedException",
];

/// Codes that say the caller's keys or signature are no good.
const UNAUTHENTICATED: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestExpired",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "AuthFailure",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "InvalidAccessKeyId",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "SignatureDoesNotMatch",
    "InvalidSignatureException",
];

/// Codes that say a thing does not exist, beside the many of EC2 that end in `NotFound`.
const MISSING: &[&str] = &[
    "ResourceNotFoundException",
    "NotFoundException",
    "NoSuchEntity",
    "LoadBalancerNotFound",
    "TargetGroupNotFound",
    "ListenerNotFound",
    "RuleNotFound",
];

/// Codes that say something else must end first.
const BUSY: &[&str] = &[
    "ResourceInUse",
    "DependencyViolation",
    "ConcurrentModification",
    "ConcurrentModificationException",
    "OperationAborted",
];

/// Codes that say a thing of this name exists.
const EXISTS: &[&str] = &[
    "EntityAlreadyExists",
    "ResourceAlreadyExistsException",
    "DuplicateLoadBalancerName",
    "DuplicateTargetGroupName",
];

/// Codes that say the request itself is wrong, or asks for more than the account's quota.
const INVALID: &[&str] = &[
    "InvalidParameterException",
    "InvalidParameterValue",
    "InvalidParameterCombination",
    "InvalidRequestException",
    "InvalidRequest",
    "InvalidInput",
    "InvalidConfigurationRequest",
    "ValidationError",
    "ValidationException",
    "MalformedPolicyDocument",
    "MissingParameter",
    "BadRequestException",
    "ClientException",
    "LimitExceeded",
    "LimitExceededException",
    "ResourceLimitExceededException",
    "UnsupportedAvailabilityZoneException",
    "UnmodifiableEntity",
];

/// What a failed call to AWS means. `operation` reads like `eks:CreateFargateProfile`.
pub(super) fn classify<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let Some(service) = error.as_service_error() else {
        return unanswered(operation, status, error);
    };
    let code = service.code();
    let message = service.message().unwrap_or_default().trim();
    let class = class_of(code, message, status);
    let text = match status {
        Some(status) if code.is_none() && message.is_empty() => foreign(status),
        _ => told(class, message, status),
    };
    let mut call = CallError::new(class, operation, text);
    call.code = code.map(str::to_owned);
    call.retry_after = error.raw_response().and_then(retry_after);
    call
}

/// The class of an answer by code, text and status.
fn class_of(code: Option<&str>, message: &str, status: Option<u16>) -> ErrorClass {
    let text = message.to_lowercase();
    let code = code.unwrap_or_default();
    if THROTTLED.contains(&code) || status == Some(429) {
        ErrorClass::Throttled
    } else if UNAUTHENTICATED.contains(&code) {
        ErrorClass::Unauthenticated
    } else if DENIED.contains(&code) {
        ErrorClass::Denied
    } else if MISSING.contains(&code) || code.ends_with("NotFound") {
        ErrorClass::Missing
    } else if EXISTS.contains(&code) {
        ErrorClass::Exists
    } else if code == "ResourceInUseException" {
        // The same code for "a profile of that name is there" and for "wait, something else is going on".
        if text.contains("already exists") {
            ErrorClass::Exists
        } else {
            ErrorClass::Busy
        }
    } else if code == "DeleteConflict" || code == "DeleteConflictException" {
        ErrorClass::Conflict
    } else if BUSY.contains(&code) || text.contains("update in progress") || text.contains("currently updating") {
        ErrorClass::Busy
    } else if text.contains("misconfigured podexecutionrole trust policy") {
        // EKS says so of a role that IAM has not told it of yet; if the policy really is wrong, it keeps saying so.
        ErrorClass::Propagating
    } else if INVALID.contains(&code) {
        ErrorClass::Invalid
    } else {
        class_of_status(status)
    }
}

/// The class where the code says nothing.
fn class_of_status(status: Option<u16>) -> ErrorClass {
    match status {
        // A success that could not be read is a captive portal's, not AWS's.
        Some(200..300 | 500..) | None => ErrorClass::Unreachable,
        Some(401) => ErrorClass::Unauthenticated,
        Some(403) => ErrorClass::Denied,
        _ => ErrorClass::Other,
    }
}

/// The text worth telling.
fn told(class: ErrorClass, message: &str, status: Option<u16>) -> String {
    if message.is_empty() {
        return status.map_or_else(
            || "no reason given".to_owned(),
            |status| format!("HTTP {status}, no reason given"),
        );
    }
    if class != ErrorClass::Denied {
        return message.to_owned();
    }
    // The encoded message can only be read by who may call sts:DecodeAuthorizationMessage, and fills the screen.
    let message = message
        .split("Encoded authorization failure message:")
        .next()
        .unwrap_or(message)
        .trim();
    match missing_action(message) {
        Some(action) => format!("the caller lacks the permission {action}: {message}"),
        None => message.to_owned(),
    }
}

/// The action that a denial names: `... is not authorized to perform: iam:PassRole on resource: ...`.
fn missing_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let action = rest.split_whitespace().next()?.trim_end_matches([',', '.']);
    action.contains(':').then_some(action)
}

fn foreign(status: u16) -> String {
    format!("HTTP {status} with an answer that is not AWS's: a proxy's, perhaps")
}

fn retry_after(response: &HttpResponse) -> Option<Duration> {
    let seconds = response.headers().get("retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// An error without an answer that could be understood.
fn unanswered<E>(operation: &str, status: Option<u16>, error: &SdkError<E, HttpResponse>) -> CallError
where
    E: std::error::Error + 'static,
{
    match error {
        SdkError::TimeoutError(_) => CallError::new(ErrorClass::Unreachable, operation, "no answer in time"),
        SdkError::ResponseError(_) => {
            CallError::new(class_of_status(status), operation, foreign(status.unwrap_or_default()))
        }
        _ if find::<CredentialsError>(error).is_some() => {
            CallError::new(ErrorClass::Unauthenticated, operation, said(error))
        }
        SdkError::ConstructionFailure(_) => CallError::new(ErrorClass::Invalid, operation, said(error)),
        _ => {
            let broken = TransportFailure::of(error);
            CallError::new(broken.class, operation, format!("no answer from AWS: {}", broken.text))
        }
    }
}

#[cfg(test)]
mod tests;
