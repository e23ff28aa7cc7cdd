//! Where a request on the socket is meant to go: by the `Host` header or the path `/elb/<name>/…` (`/elb/<name>:<port>/…`) to a
//! load balancer, else to AWS.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, LOCATION};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};

use crate::body::Body;

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

/// Sorts a plain request. `dns_name` gives the DNS name of the load balancer of a name, `balancers` where all are
/// found.
pub(super) fn plain(
    request: Request<Bytes>,
    dns_name: impl FnOnce(&str) -> Option<String>,
    balancers: impl FnOnce() -> Vec<String>,
) -> Plain {
    let host = host_of(&request);
    if host.ends_with(".elb.amazonaws.com") {
        // A request as a proxy gets it names the load balancer's port; a `Host` header may have the sandbox's own.
        let named = request.uri().port_u16();
        return Plain::Balancer(to_host(request, "http", &with_port(&host, named)));
    }
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix(BALANCERS) {
        let Some((name, rest)) = rest.split_once('/') else {
            return Plain::Answer(redirect(&format!("{path}/")));
        };
        let (name, port) = match name.split_once(':') {
            Some((name, port)) => (name, port.parse().ok()),
            None => (name, None),
        };
        return match dns_name(name).map(|dns_name| with_port(&dns_name, port)) {
            Some(host) => Plain::Balancer(to_host(with_path(request, &format!("/{rest}")), "http", &host)),
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

fn with_port(host: &str, port: Option<u16>) -> String {
    port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
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
    for url in balancers {
        page.push_str("<p><a href=\"");
        page.push_str(url);
        page.push_str("\">");
        page.push_str(url);
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a request for `uri` with this `Host` goes.
    fn goes(uri: &str, host: &str) -> String {
        let request = Request::get(uri).header(HOST, host).body(Bytes::new()).unwrap();
        let dns_name = |name: &str| (name == "k8s-a").then(|| "k8s-a-1.elb.amazonaws.com".to_owned());
        match plain(request, dns_name, Vec::new) {
            Plain::Answer(answer) => answer.status().to_string(),
            Plain::Balancer(request) => format!("balancer {}", request.uri()),
            Plain::Aws(request) => format!("aws {}", request.uri()),
        }
    }

    #[test]
    fn balancers_are_found_by_name_and_port() {
        let (here, name) = ("127.0.0.1:39615", "k8s-a-1.elb.amazonaws.com");
        let table = [
            (goes("/elb/k8s-a/x?y=1", here), format!("balancer http://{name}/x?y=1")),
            (goes("/elb/k8s-a:8001/", here), format!("balancer http://{name}:8001/")),
            (goes("/elb/k8s-b:8001/", here), "404 Not Found".to_owned()),
            (goes("/elb/k8s-a:8001", here), "308 Permanent Redirect".to_owned()),
            (
                goes("/x", &format!("{name}:39615")),
                format!("balancer http://{name}/x"),
            ),
            (
                goes(&format!("http://{name}:8001/x"), name),
                format!("balancer http://{name}:8001/x"),
            ),
            (goes("/clusters", here), format!("aws http://{AWS}/clusters")),
        ];
        for (goes, wanted) in table {
            assert_eq!(goes, wanted);
        }
    }
}
