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

impl Service {
    /// Whether it is one of AWS.
    pub(crate) fn is_of_aws(self) -> bool {
        !matches!(self, Self::Kubernetes | Self::Game)
    }

    fn of(host: &str) -> Self {
        let is = |service: &str| host.strip_prefix(service).is_some_and(|rest| rest.starts_with('.'));
        if host.contains(".elb.amazonaws.com") {
            Self::Game
        } else if !host.ends_with(".amazonaws.com") || host.contains(".gr7.") || host.contains(".eks.") {
            Self::Kubernetes
        } else if is("eks") {
            Self::Eks
        } else if is("ec2") {
            Self::Ec2
        } else if is("elasticloadbalancing") {
            Self::Balancing
        } else if is("iam") {
            Self::Iam
        } else if is("sts") {
            Self::Sts
        } else {
            Self::Kubernetes
        }
    }
}

/// What a request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    /// It looks.
    Read,
    /// It looks for as long as something may come.
    Watch,
    /// It asks what a write would come to.
    Try,
    /// It changes something.
    Write,
}

impl Sort {
    /// Whether it has one answer and changes nothing.
    pub(crate) fn is_read(self) -> bool {
        self == Self::Read
    }
}

/// A request as it is told from others.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Who is asked.
    pub(crate) service: Service,
    /// Who and what, in one line without what differs from run to run.
    pub(crate) label: String,
    /// What it does.
    pub(crate) sort: Sort,
}

impl Asked {
    /// What this request is.
    pub(crate) fn of(request: &Request<Bytes>) -> Self {
        let service = Service::of(request.uri().host().unwrap_or_default());
        let text = String::from_utf8_lossy(request.body());
        let action = text.split('&').find_map(|pair| pair.strip_prefix("Action="));
        let what = action.unwrap_or(request.uri().path());
        let query = request.uri().query().unwrap_or_default();
        let method = request.method().as_str();
        let sort = if query.contains("watch=true") {
            Sort::Watch
        } else if query.contains("dryRun") {
            Sort::Try
        } else if method == "GET" || ["Describe", "Get", "List"].iter().any(|verb| what.starts_with(verb)) {
            Sort::Read
        } else {
            Sort::Write
        };
        let word = match sort {
            Sort::Watch => "WATCH",
            Sort::Try => "DRYRUN",
            Sort::Read | Sort::Write => method,
        };
        Self {
            service,
            label: format!("{service:?} {word} {what}"),
            sort,
        }
    }
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

/// The same answer, in which the service says how many seconds to wait, if it does.
fn after(mut answer: Response<BoxBody>, seconds: Option<u16>) -> Response<BoxBody> {
    if let Some(seconds) = seconds {
        answer.headers_mut().insert("retry-after", HeaderValue::from(seconds));
    }
    answer
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
    after(error(service, status, code, "Rate exceeded"), seconds)
}

/// The service fails, for so many seconds if it says how many.
pub(crate) fn unwell(service: Service, status: u16, seconds: Option<u16>) -> Response<BoxBody> {
    let code = match (service, status) {
        (Service::Kubernetes, 500) => "InternalError",
        (Service::Kubernetes, _) => "ServiceUnavailable",
        (Service::Eks, _) => "ServerException",
        (_, 500) => "InternalFailure",
        _ => "ServiceUnavailable",
    };
    after(error(service, status, code, "the service is not well"), seconds)
}

/// Somebody else is changing it, or has changed it.
pub(crate) fn conflict(service: Service) -> Response<BoxBody> {
    let code = match service {
        Service::Kubernetes | Service::Game => "Conflict",
        Service::Eks => "ResourceInUseException",
        Service::Ec2 => "IncorrectState",
        Service::Iam => "ConcurrentModification",
        Service::Balancing | Service::Sts => "ResourceInUse",
    };
    error(
        service,
        409,
        code,
        "it is being changed: please apply your changes to the latest version and try again",
    )
}

/// EKS cannot assume the role of a new profile yet.
pub(crate) fn untrusted() -> Response<BoxBody> {
    error(
        Service::Eks,
        400,
        "InvalidParameterException",
        "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service Principal to the \
         trust policy of the pod execution role",
    )
}

/// The version that a watch begins at is too old.
pub(crate) fn gone() -> Response<BoxBody> {
    error(Service::Kubernetes, 410, "Expired", "too old resource version: 1 (2)")
}

/// The same, inside a watch.
pub(crate) fn gone_event() -> Bytes {
    let status = json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": 410, "reason": "Expired",
        "message": "too old resource version: 1 (2)",
    });
    format!("{}\n", json!({"type": "ERROR", "object": status})).into()
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
pub(crate) fn page(status: u16) -> Response<BoxBody> {
    answer(status, "text/html", "<html><h1>Please sign in</h1></html>".to_owned())
}
