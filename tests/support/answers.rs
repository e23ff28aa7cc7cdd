//! Requests as they are told apart, and the answers of services that are not well, in each service's own form.

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full};
use lab2048::ports::BoxBody;
use serde_json::json;

/// Who is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Service {
    /// The cluster's API.
    Kubernetes,
    /// EKS, which speaks JSON.
    Eks,
    /// EC2, which speaks XML of its own form.
    Ec2,
    /// Elastic Load Balancing.
    Balancing,
    /// IAM.
    Iam,
    /// STS.
    Sts,
    /// The game behind its load balancer.
    Game,
}

/// Who is asked, and what, in one line without what differs from run to run.
pub(crate) fn label(request: &Request<Bytes>) -> (Service, String) {
    let host = request.uri().host().unwrap_or_default();
    let of = |service: &str| host.starts_with(&format!("{service}."));
    let service = if host.contains(".elb.amazonaws.com") {
        Service::Game
    } else if !host.ends_with(".amazonaws.com") || host.contains(".gr7.") || host.contains(".eks.") {
        Service::Kubernetes
    } else if of("eks") {
        Service::Eks
    } else if of("ec2") {
        Service::Ec2
    } else if of("elasticloadbalancing") {
        Service::Balancing
    } else if of("iam") {
        Service::Iam
    } else if of("sts") {
        Service::Sts
    } else {
        Service::Kubernetes
    };
    let action = String::from_utf8_lossy(request.body());
    let action = action.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let what = action.unwrap_or(request.uri().path());
    let query = request.uri().query().unwrap_or_default();
    let sort = if query.contains("watch=true") {
        "WATCH"
    } else if query.contains("dryRun") {
        "DRYRUN"
    } else {
        request.method().as_str()
    };
    (service, format!("{service:?} {sort} {what}"))
}

/// A body that has its end.
pub(crate) fn body(bytes: Bytes) -> BoxBody {
    Full::new(bytes).map_err(|never| match never {}).boxed_unsync()
}

fn answer(status: u16, media: &'static str, text: String) -> Response<BoxBody> {
    let mut answer = Response::new(body(text.into()));
    *answer.status_mut() = status.try_into().unwrap();
    answer
        .headers_mut()
        .insert("content-type", HeaderValue::from_static(media));
    answer
}

/// An error as the service words it.
fn error(service: Service, status: u16, code: &str, message: &str) -> Response<BoxBody> {
    match service {
        Service::Kubernetes => {
            let text = json!({
                "kind": "Status", "apiVersion": "v1", "status": "Failure", "code": status, "reason": code, "message": message,
            });
            answer(status, "application/json", text.to_string())
        }
        Service::Eks => {
            let mut answer = answer(status, "application/json", json!({"message": message}).to_string());
            let kind = HeaderValue::try_from(code).unwrap();
            answer.headers_mut().insert("x-amzn-errortype", kind);
            answer
        }
        Service::Ec2 => answer(
            status,
            "text/xml",
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Errors><Error><Code>{code}</Code><Message>{message}\
                 </Message></Error></Errors><RequestID>r</RequestID></Response>"
            ),
        ),
        Service::Balancing | Service::Iam | Service::Sts => answer(
            status,
            "text/xml",
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                 <RequestId>r</RequestId></ErrorResponse>"
            ),
        ),
        Service::Game => answer(status, "text/html", format!("<html><h1>{status} {message}</h1></html>")),
    }
}

/// The service asks to slow down, for so many seconds if it says how many.
pub(crate) fn throttled(service: Service, seconds: Option<u16>) -> Response<BoxBody> {
    let (status, code) = match service {
        Service::Kubernetes => (429, "TooManyRequests"),
        Service::Eks => (429, "ThrottlingException"),
        Service::Ec2 => (503, "RequestLimitExceeded"),
        Service::Balancing | Service::Iam | Service::Sts => (400, "Throttling"),
        Service::Game => (503, "SlowDown"),
    };
    let mut answer = error(service, status, code, "Rate exceeded");
    if let Some(seconds) = seconds {
        answer.headers_mut().insert("retry-after", HeaderValue::from(seconds));
    }
    answer
}

/// The service fails.
pub(crate) fn unwell(service: Service, status: u16) -> Response<BoxBody> {
    let code = match (service, status) {
        (Service::Kubernetes, 500) => "InternalError",
        (Service::Kubernetes, _) => "ServiceUnavailable",
        (Service::Eks, _) => "ServerException",
        (_, 500) => "InternalFailure",
        _ => "ServiceUnavailable",
    };
    error(service, status, code, "the service is not well")
}

/// The service does not know the caller any more.
pub(crate) fn expired(service: Service) -> Response<BoxBody> {
    let (status, code) = match service {
        Service::Kubernetes | Service::Game => (401, "Unauthorized"),
        Service::Eks => (403, "ExpiredTokenException"),
        Service::Ec2 => (400, "RequestExpired"),
        Service::Balancing | Service::Iam | Service::Sts => (403, "ExpiredToken"),
    };
    error(
        service,
        status,
        code,
        "The security token included in the request is expired",
    )
}

/// The caller may not do that.
pub(crate) fn denied(service: Service) -> Response<BoxBody> {
    let code = match service {
        Service::Kubernetes | Service::Game => "Forbidden",
        Service::Eks => "AccessDeniedException",
        Service::Ec2 => "UnauthorizedOperation",
        Service::Balancing | Service::Iam | Service::Sts => "AccessDenied",
    };
    error(service, 403, code, "the caller is not authorized to do this")
}

/// A page of somebody between us and the service.
pub(crate) fn page() -> Response<BoxBody> {
    answer(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>".to_owned())
}
