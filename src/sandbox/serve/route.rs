//! Where a request on the socket is meant to go: by the `Host` header or the path `/elb/<name>/…` to a load balancer
//! (`/elb/<name>:<port>/…`; `/elb/<host>@<name>/…` asks it under the name `<host>`), else to AWS.

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, LOCATION};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};

use crate::aws::CLUSTERS;
use crate::body::Body;

/// Host name that the AWS half is called by; any name that is no other half's will do.
const AWS: &str = "sandbox.amazonaws.com";

/// Where load balancers are found without DNS.
const BALANCERS: &str = "/elb/";

/// A plain request, sorted.
pub(super) enum Plain {
    /// Answered already.
    Answer(Response<Body>),
    /// For a load balancer, which is mounted at a path if that is how it was found.
    Balancer(Request<Bytes>, Option<Mount>),
    /// For AWS.
    Aws(Request<Bytes>),
}

/// A listener of a load balancer, as it is found by its name and port.
pub(super) struct Listening {
    /// The load balancer's name in DNS.
    pub(super) dns_name: String,
    /// Whether the listener speaks TLS, which a client of this socket does not have to.
    pub(super) secure: bool,
}

/// A load balancer below a path.
pub(super) struct Mount {
    name: String,
    dns_name: String,
    /// The name that it is asked under.
    host: String,
}

impl Mount {
    /// Where a client of this socket finds what the load balancer calls `location`.
    pub(super) fn back(&self, location: &str) -> Option<String> {
        let uri: Uri = location.parse().ok()?;
        let (host, port) = (uri.host()?, uri.port_u16()?);
        let name = &self.name;
        let path = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        if host == self.dns_name {
            Some(format!("{BALANCERS}{name}:{port}{path}"))
        } else if host == self.host {
            Some(format!("{BALANCERS}{host}@{name}:{port}{path}"))
        } else {
            None
        }
    }
}

/// Sorts a plain request. `listening` gives the listener of a load balancer of a name on a port, `balancers` where all are
/// found.
pub(super) fn plain(
    request: Request<Bytes>,
    listening: impl FnOnce(&str, u16) -> Option<Listening>,
    balancers: impl FnOnce() -> Vec<String>,
) -> Plain {
    let host = host_of(&request);
    if host.ends_with(".elb.amazonaws.com") {
        // A request as a proxy gets it names the load balancer's port; a `Host` header may have the sandbox's own.
        let named = request.uri().port_u16();
        return Plain::Balancer(to_host(request, "http", &with_port(&host, named)), None);
    }
    let path = request.uri().path().to_owned();
    if let Some(rest) = path.strip_prefix(BALANCERS) {
        let Some((name, rest)) = rest.split_once('/') else {
            return Plain::Answer(redirect(&format!("{path}/")));
        };
        return mounted(&request, name, rest, listening);
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

/// A request to `rest` of the load balancer that is mounted at `mount`: `<name>`, perhaps with a port and a host.
fn mounted(
    request: &Request<Bytes>,
    mount: &str,
    rest: &str,
    listening: impl FnOnce(&str, u16) -> Option<Listening>,
) -> Plain {
    let (host, name) = mount
        .split_once('@')
        .map_or((None, mount), |(host, name)| (Some(host), name));
    let (name, port) = name.split_once(':').unwrap_or((name, "80"));
    let found = port.parse().ok().and_then(|port| Some((port, listening(name, port)?)));
    let Some((port, Listening { dns_name, secure })) = found else {
        let why = format!("there is no load balancer `{name}` in the sandbox\n");
        return Plain::Answer(text(StatusCode::NOT_FOUND, why));
    };
    let scheme = if secure { "https" } else { "http" };
    let to = with_port(&dns_name, Some(port));
    let mut request = to_host(with_path(request.clone(), &format!("/{rest}")), scheme, &to);
    let host = host.unwrap_or(&dns_name).to_owned();
    if let Ok(host) = HeaderValue::from_str(&host) {
        request.headers_mut().insert(HOST, host);
    }
    let name = name.to_owned();
    Plain::Balancer(request, Some(Mount { name, dns_name, host }))
}

/// The same request without the cluster below which it is, and that cluster.
pub(super) fn below_cluster(request: Request<Bytes>) -> (Request<Bytes>, Option<String>) {
    let path = request.uri().path().strip_prefix(CLUSTERS);
    let Some((cluster, rest)) = path.map(|path| path.split_once('/').unwrap_or((path, ""))) else {
        return (request, None);
    };
    let (cluster, rest) = (cluster.to_owned(), format!("/{rest}"));
    (with_path(request, &rest), Some(cluster))
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
        let listening = |name: &str, port: u16| {
            (name == "k8s-a").then(|| Listening {
                dns_name: "k8s-a-1.elb.amazonaws.com".to_owned(),
                secure: port == 443,
            })
        };
        match plain(request, listening, Vec::new) {
            Plain::Answer(answer) => answer.status().to_string(),
            Plain::Balancer(request, None) => format!("balancer {}", request.uri()),
            Plain::Balancer(request, Some(_)) => {
                format!(
                    "balancer {} as {}",
                    request.uri(),
                    request.headers()[HOST].to_str().unwrap()
                )
            }
            Plain::Aws(request) => format!("aws {}", request.uri()),
        }
    }

    #[test]
    fn redirects_lead_back_here() {
        let mount = Mount {
            name: "k8s-a".to_owned(),
            dns_name: "k8s-a-1.elb.amazonaws.com".to_owned(),
            host: "game.test".to_owned(),
        };
        for (location, wanted) in [
            ("https://game.test:443/x?y=1", Some("/elb/game.test@k8s-a:443/x?y=1")),
            ("http://k8s-a-1.elb.amazonaws.com:80/", Some("/elb/k8s-a:80/")),
            ("https://other.test:443/", None),
            ("/here", None),
        ] {
            assert_eq!(mount.back(location).as_deref(), wanted);
        }
    }

    #[test]
    fn balancers_are_found_by_name_and_port() {
        let (here, name) = ("127.0.0.1:39615", "k8s-a-1.elb.amazonaws.com");
        let table = [
            (
                goes("/elb/k8s-a/x?y=1", here),
                format!("balancer http://{name}:80/x?y=1 as {name}"),
            ),
            (
                goes("/elb/k8s-a:8001/", here),
                format!("balancer http://{name}:8001/ as {name}"),
            ),
            (
                goes("/elb/game.test@k8s-a:443/2048", here),
                format!("balancer https://{name}:443/2048 as game.test"),
            ),
            (goes("/elb/k8s-a:x/", here), "404 Not Found".to_owned()),
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
