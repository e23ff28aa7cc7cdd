//! What an error of any AWS service means: one classifier for all of them.
//!
//! It goes by the service's code, the text and the HTTP status, never by the SDK's error variants: `ResourceInUseException`
//! on `CreateFargateProfile` and every denial or throttling are not in the model and would be `Unhandled`.

use std::time::Duration;

use aws_sdk_eks::operation::describe_fargate_profile::DescribeFargateProfileError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::aws::login::SessionError;
use crate::lang::{Text, text};
use crate::model::{Holder, ProfileStatus};
use crate::net::{TransportFailure, find};
use crate::ports::{CallError, ErrorClass, error_chain};

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

/// Codes that say the caller's keys are no good.
const UNAUTHENTICATED: &[&str] = &[
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "AuthFailure",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "InvalidAccessKeyId",
    "IncompleteSignature",
    "IncompleteSignatureException",
];

/// Codes that say the caller's keys were good once.
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException"];

/// Codes that say the signature, or the time in it, does not fit.
const BAD_SIGNATURE: &[&str] = &["RequestExpired", "SignatureDoesNotMatch", "InvalidSignatureException"];

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
        return with_remedy(unanswered(operation, status, error));
    };
    let code = service.code();
    let message = service.message().unwrap_or_default().trim();
    let class = class_of(code, message, status);
    let text = match status {
        Some(status) if code.is_none() && message.is_empty() => Some(foreign(status)),
        _ => describe(class, message, status),
    };
    let mut call = match text {
        Some(text) => CallError::saying(class, operation, text),
        None => CallError::new(class, operation, message),
    };
    call.code = code.map(Into::into);
    call.retry_after = error.raw_response().and_then(retry_after);
    call.held_by = slot_holder(message).map(Box::new);
    with_remedy(call)
}

/// The profile that has the cluster's one slot: EKS makes or deletes one profile of a cluster at a time, and says only in
/// words which one: `… currently has Fargate profile fp-a in status CREATING`.
fn slot_holder(message: &str) -> Option<Holder> {
    let (_, rest) = message.split_once("currently has Fargate profile ")?;
    let (name, rest) = rest.split_once(" in status ")?;
    let status = ProfileStatus::from(rest.split_whitespace().next()?.trim_end_matches('.'));
    let doing = match status {
        ProfileStatus::Deleting => "deletes",
        _ => "makes",
    };
    Some(Holder {
        description: format!("profile {name}, which EKS {doing} now"),
        since: None,
        expires: None,
    })
}

/// What to do about an error of AWS.
fn with_remedy(call: CallError) -> CallError {
    let remedy = match call.class {
        ErrorClass::Denied => text!("help-aws-denied"),
        ErrorClass::Expired => text!("help-aws-expired"),
        ErrorClass::Unauthenticated => text!("help-aws-unauthenticated"),
        ErrorClass::Unreachable => text!("help-aws-unreachable"),
        ErrorClass::Untrusted => text!("help-aws-untrusted"),
        _ => return call,
    };
    call.with_remedy(remedy)
}

/// The class of an answer by code, text and status.
fn class_of(code: Option<&str>, message: &str, status: Option<u16>) -> ErrorClass {
    let text = message.to_lowercase();
    let code = code.unwrap_or_default();
    if THROTTLED.contains(&code) || status == Some(429) {
        ErrorClass::Throttled
    } else if UNAUTHENTICATED.contains(&code) {
        ErrorClass::Unauthenticated
    } else if EXPIRED.contains(&code) {
        ErrorClass::Expired
    } else if BAD_SIGNATURE.contains(&code) {
        ErrorClass::BadSignature
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
        // EKS answers this for a role that has not reached it from IAM yet; if the policy really is wrong, it always does.
        ErrorClass::Propagating
    } else if INVALID.contains(&code) {
        ErrorClass::Invalid
    } else {
        class_of_status(status)
    }
}

/// The class where the code is unknown.
fn class_of_status(status: Option<u16>) -> ErrorClass {
    match status {
        // A success that could not be read is a captive portal's, not AWS's.
        Some(200..300 | 500..) | None => ErrorClass::Unreachable,
        Some(401) => ErrorClass::Unauthenticated,
        Some(403) => ErrorClass::Denied,
        _ => ErrorClass::Other,
    }
}

/// Whether it is a policy that IAM does not find, rather than the role that it is for. Both have one code.
pub(super) fn is_missing_policy(error: &CallError) -> bool {
    error.class == ErrorClass::Missing && error.message.contains("olicy")
}

/// Whether EKS refuses because the cluster goes by `aws-auth` alone. It has no code of its own for that.
pub(super) fn is_about_authentication_mode(error: &CallError) -> bool {
    error.class == ErrorClass::Invalid && error.message.contains("authentication mode")
}

/// Whether it is the profile that is missing. A missing cluster has the same code, and is no answer about the profile.
pub(super) fn is_missing_profile(error: &SdkError<DescribeFargateProfileError, HttpResponse>) -> bool {
    let Some(DescribeFargateProfileError::ResourceNotFoundException(missing)) = error.as_service_error() else {
        return false;
    };
    let text = missing.message().unwrap_or_default().to_lowercase();
    missing.fargate_profile_name().is_some() || text.contains("profile")
}

/// The text worth telling, where it is another than the service's.
fn describe(class: ErrorClass, message: &str, status: Option<u16>) -> Option<Text> {
    if message.is_empty() {
        return Some(status.map_or_else(
            || text!("error-no-reason"),
            |status| text!("error-no-reason-status", status = u32::from(status)),
        ));
    }
    if class != ErrorClass::Denied {
        return None;
    }
    // The encoded message can only be read by who may call sts:DecodeAuthorizationMessage, and fills the screen.
    let message = message
        .split("Encoded authorization failure message:")
        .next()
        .unwrap_or(message)
        .trim();
    Some(match missing_action(message) {
        Some(action) => text!("error-lacks-permission", action = action, message = message),
        None => message.to_owned().into(),
    })
}

/// The action that a denial names: `... is not authorized to perform: iam:PassRole on resource: ...`.
fn missing_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let action = rest.split_whitespace().next()?.trim_end_matches([',', '.']);
    action.contains(':').then_some(action)
}

fn foreign(status: u16) -> Text {
    text!("error-foreign-answer", status = u32::from(status))
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
        SdkError::TimeoutError(_) => CallError::saying(ErrorClass::Unreachable, operation, text!("error-late")),
        SdkError::ResponseError(_) => {
            CallError::saying(class_of_status(status), operation, foreign(status.unwrap_or_default()))
        }
        _ if let Some(session) = find::<SessionError>(error) => session.of_call(operation),
        SdkError::ConstructionFailure(_) => {
            CallError::new(ErrorClass::Invalid, operation, error_chain(error).join(": "))
        }
        _ => {
            let broken = TransportFailure::of(error);
            let text = match broken.class {
                // There was an answer, and it is of no use.
                ErrorClass::Other => text!("error-not-aws", text = broken.text),
                _ => text!("error-no-answer", text = broken.text),
            };
            CallError::saying(broken.class, operation, text)
        }
    }
}

#[cfg(test)]
mod tests;
