//! What an error of any AWS service means: one classifier for all of them.
//!
//! It goes by the service's code, the text and the HTTP status, never by the SDK's error variants: `ResourceInUseException`
//! on `CreateFargateProfile` and every denial or throttling are not in the model and would be `Unhandled`.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::session::said;
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
        _ => {
            let chain = said(error);
            let class = if chain.to_lowercase().contains("credential") {
                ErrorClass::Unauthenticated
            } else if matches!(error, SdkError::ConstructionFailure(_)) {
                ErrorClass::Invalid
            } else {
                ErrorClass::Unreachable
            };
            CallError::new(class, operation, chain)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::script::{Answer, Script, ec2_error, eks_error, query_error};
    use crate::ports::{RequestMeter, TestClock};

    const FARGATE: &str = "eks:POST /clusters/eksworkshop/fargate-profiles";

    async fn eks(answer: Answer) -> CallError {
        let script = Script::new().on(FARGATE, [answer]);
        let error = script
            .clients(TestClock::start())
            .eks()
            .create_fargate_profile()
            .cluster_name("eksworkshop")
            .fargate_profile_name("p")
            .pod_execution_role_arn("arn:aws:iam::1:role/r")
            .send()
            .await
            .unwrap_err();
        classify("eks:CreateFargateProfile", &error)
    }

    async fn iam(answer: Answer) -> CallError {
        let script = Script::new().on("iam:DeleteRole", [answer]);
        let call = script.clients(TestClock::start()).iam().delete_role().role_name("r");
        classify("iam:DeleteRole", &call.send().await.unwrap_err())
    }

    async fn elb(answer: Answer) -> CallError {
        let script = Script::new().on("elasticloadbalancing:DescribeTags", [answer]);
        let call = script.clients(TestClock::start()).elb().describe_tags();
        classify("elasticloadbalancing:DescribeTags", &call.send().await.unwrap_err())
    }

    async fn ec2(answer: Answer) -> CallError {
        let script = Script::new().on("ec2:DescribeSubnets", [answer]);
        let call = script.clients(TestClock::start()).ec2().describe_subnets();
        classify("ec2:DescribeSubnets", &call.send().await.unwrap_err())
    }

    #[tokio::test(start_paused = true)]
    async fn eks_by_code_and_text() {
        use ErrorClass as C;
        let trust = "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal";
        let busy = "Cannot create Fargate Profile p because cluster eksworkshop currently has Fargate profile other in status CREATING";
        for (status, code, message, class) in [
            (400, "InvalidParameterException", trust, C::Propagating),
            (
                400,
                "InvalidParameterException",
                "Subnet subnet-1 provided in Fargate Profile is not a private subnet",
                C::Invalid,
            ),
            (
                409,
                "ResourceInUseException",
                "A Fargate Profile already exists with this name in this cluster.",
                C::Exists,
            ),
            (409, "ResourceInUseException", busy, C::Busy),
            (
                409,
                "ResourceInUseException",
                "Cannot delete because cluster currently has an update in progress",
                C::Busy,
            ),
            (
                400,
                "InvalidRequestException",
                "Cluster has an update in progress",
                C::Busy,
            ),
            (
                400,
                "ResourceLimitExceededException",
                "Fargate profile limit exceeded",
                C::Invalid,
            ),
            (
                404,
                "ResourceNotFoundException",
                "No cluster found for name: eksworkshop.",
                C::Missing,
            ),
            (404, "NotFoundException", "Resource was not found", C::Missing),
            (429, "TooManyRequestsException", "Too Many Requests", C::Throttled),
            (400, "ThrottlingException", "Rate exceeded", C::Throttled),
            (
                403,
                "AccessDeniedException",
                "User: x is not authorized to perform: iam:PassRole on resource: y",
                C::Denied,
            ),
            (
                403,
                "ExpiredTokenException",
                "The security token included in the request is expired",
                C::Unauthenticated,
            ),
            (
                403,
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
                C::Unauthenticated,
            ),
            (500, "ServerException", "Internal error", C::Unreachable),
            (418, "TeapotException", "I am one", C::Other),
        ] {
            let error = eks(eks_error(status, code, message)).await;
            assert_eq!(error.class, class, "{code}: {message}");
            assert_eq!(error.code.as_deref(), Some(code));
            assert!(error.message.ends_with(message), "{error}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_query_services() {
        use ErrorClass as C;
        for (status, code, class) in [
            (404, "NoSuchEntity", C::Missing),
            (409, "EntityAlreadyExists", C::Exists),
            (409, "DeleteConflict", C::Conflict),
            (409, "ConcurrentModification", C::Busy),
            (409, "LimitExceeded", C::Invalid),
            (400, "MalformedPolicyDocument", C::Invalid),
            (400, "Throttling", C::Throttled),
            (403, "AccessDenied", C::Denied),
            (403, "InvalidClientTokenId", C::Unauthenticated),
            (403, "ExpiredToken", C::Unauthenticated),
            (403, "SignatureDoesNotMatch", C::Unauthenticated),
            (503, "ServiceUnavailable", C::Unreachable),
        ] {
            assert_eq!(iam(query_error(status, code, "text")).await.class, class, "iam {code}");
        }
        for (status, code, class) in [
            (400, "LoadBalancerNotFound", C::Missing),
            (400, "TargetGroupNotFound", C::Missing),
            (400, "ResourceInUse", C::Busy),
            (400, "ValidationError", C::Invalid),
            (400, "Throttling", C::Throttled),
        ] {
            assert_eq!(elb(query_error(status, code, "text")).await.class, class, "elb {code}");
        }
        for (status, code, class) in [
            (400, "InvalidSubnetID.NotFound", C::Missing),
            (400, "InvalidVpcID.NotFound", C::Missing),
            (400, "DependencyViolation", C::Busy),
            (503, "RequestLimitExceeded", C::Throttled),
            (401, "AuthFailure", C::Unauthenticated),
            (403, "UnauthorizedOperation", C::Denied),
            (400, "InvalidParameterValue", C::Invalid),
            (500, "InternalError", C::Unreachable),
        ] {
            assert_eq!(ec2(ec2_error(status, code, "text")).await.class, class, "ec2 {code}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_denial_names_the_action_and_drops_the_riddle() {
        let recorded = "You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/lbc/1 \
                        is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the \
                        ec2:DescribeSubnets action. Encoded authorization failure message: 4kqJ9Zx";
        let error = ec2(ec2_error(403, "UnauthorizedOperation", recorded)).await;
        insta::assert_snapshot!(error, @"ec2:DescribeSubnets: UnauthorizedOperation: the caller lacks the permission ec2:DescribeSubnets: You are not authorized to perform this operation. User: arn:aws:sts::123456789012:assumed-role/lbc/1 is not authorized to perform: ec2:DescribeSubnets because no identity-based policy allows the ec2:DescribeSubnets action.");
    }

    #[tokio::test(start_paused = true)]
    async fn answers_that_are_no_answers() {
        let html = |status| {
            Answer::Http(
                status,
                vec![("content-type", "text/html".into())],
                "<html>no</html>".into(),
            )
        };
        for (answer, class) in [
            (Answer::Broken("connection reset by peer"), ErrorClass::Unreachable),
            (html(502), ErrorClass::Unreachable),
            (html(407), ErrorClass::Other),
            (html(403), ErrorClass::Denied),
            (html(200), ErrorClass::Unreachable),
        ] {
            let error = eks(answer.clone()).await;
            assert_eq!(error.class, class, "{answer:?}: {error}");
        }
        let error = eks(Answer::Broken("connection reset by peer")).await;
        assert!(error.message.contains("connection reset by peer"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn how_long_to_wait_is_passed_on() {
        let Answer::Http(status, mut headers, body) = eks_error(429, "TooManyRequestsException", "slow down") else {
            panic!()
        };
        headers.push(("retry-after", "7".to_owned()));
        let error = eks(Answer::Http(status, headers, body)).await;
        assert_eq!(error.retry_after, Some(Duration::from_secs(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_three_times_and_counted() {
        let clock = TestClock::start();
        let meter = RequestMeter::default();
        let script = Script::new()
            .on("iam:DeleteRole", [query_error(400, "Throttling", "Rate exceeded")])
            .on("ec2:DescribeSubnets", [ec2_error(403, "UnauthorizedOperation", "no")]);
        let clients = script.metered(clock, meter.clone());
        clients.iam().delete_role().role_name("r").send().await.unwrap_err();
        clients.ec2().describe_subnets().send().await.unwrap_err();
        assert_eq!(meter.snapshot(), [("ec2".to_owned(), 1), ("iam".to_owned(), 3)].into());
    }
}
