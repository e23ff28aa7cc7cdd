//! Where a request on the socket is meant to go: by the `Host` header or the path `/elb/<name>/…` to a load balancer,
//! else to AWS.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, LOCATION};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};

use super::super::core::Body;

/// Host name that the AWS half is called by; any name that is no other half's will do.
const AWS: &str = "sandbox.amazonaws.com";

/// Where load balancers are found without DNS.
const BALANCERS: &str = "/elb/";

/// A plain request, sorted.
pub(super) enum Plain {
    /// Answered already.
    Answer(Response<Body>),
    /// For a load balancer.
    Balancer(Request<Bytes>),
    /// For AWS.
    Aws(Request<Bytes>),
}

/// Sorts a plain request. `dns_name` tells the DNS name of the load balancer of a name, `balancers` all names.
pub(super) fn plain(
    request: Request<Bytes>,
    dns_name: impl FnOnce(&str) -> Option<String>,
    balancers: impl FnOnce() -> Vec<String>,
) -> Plain {
    let host = host_of(&request);
    if host.ends_with(".elb.amazonaws.com") {
        return Plain::Balancer(to_host(request, "http", &host));
    }
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix(BALANCERS) {
        let Some((name, rest)) = rest.split_once('/') else {
            return Plain::Answer(redirect(&format!("{path}/")));
        };
        return match dns_name(name) {
            Some(dns_name) => Plain::Balancer(to_host(with_path(request, &format!("/{rest}")), "http", &dns_name)),
            None => Plain::Answer(text(
                StatusCode::NOT_FOUND,
                format!("there is no load balancer `{name}` in the sandbox\n"),
            )),
        };
    }
    let is_visit = request.method() == Method::GET
        && request.uri().path() == "/"
        && request.uri().query().is_none()
        && !request.headers().contains_key(AUTHORIZATION);
    if is_visit {
        return Plain::Answer(welcome(&balancers()));
    }
    Plain::Aws(to_host(request, "http", AWS))
}

/// The same request to another host.
pub(super) fn to_host(mut request: Request<Bytes>, scheme: &str, host: &str) -> Request<Bytes> {
    let mut parts = request.uri().clone().into_parts();
    parts.scheme = Scheme::try_from(scheme).ok();
    parts.authority = Authority::try_from(host).ok();
    if parts.path_and_query.is_none() {
        parts.path_and_query = Some(PathAndQuery::from_static("/"));
    }
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    if let Ok(host) = HeaderValue::from_str(host) {
        request.headers_mut().insert(HOST, host);
    }
    request
}

fn with_path(mut request: Request<Bytes>, path: &str) -> Request<Bytes> {
    let query = request.uri().query().map_or(String::new(), |query| format!("?{query}"));
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(format!("{path}{query}")).ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

fn host_of(request: &Request<Bytes>) -> String {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(Authority::as_str).or(header);
    let host = host.unwrap_or_default().to_lowercase();
    host.split(':').next().unwrap_or_default().to_owned()
}

/// What somebody sees who opens the address in a browser.
fn welcome(balancers: &[String]) -> Response<Body> {
    let mut page = "<!doctype html><title>lab2048 sandbox</title><h1>lab2048 sandbox</h1>".to_owned();
    if balancers.is_empty() {
        page.push_str("<p>There is no load balancer yet.</p>");
    }
    for name in balancers {
        page.push_str("<p><a href=\"");
        page.push_str(BALANCERS);
        page.push_str(name);
        page.push_str("/\">");
        page.push_str(name);
        page.push_str("</a></p>");
    }
    let mut answer = text(StatusCode::OK, page);
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer
}

fn redirect(to: &str) -> Response<Body> {
    let mut answer = text(StatusCode::PERMANENT_REDIRECT, String::new());
    if let Ok(to) = HeaderValue::from_str(to) {
        answer.headers_mut().insert(LOCATION, to);
    }
    answer
}

/// A short answer in plain text.
pub(super) fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut answer = Response::new(Full::new(text.into()).boxed_unsync());
    *answer.status_mut() = status;
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}
