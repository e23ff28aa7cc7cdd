//! Who may ask: programs of this machine, and pages that the sandbox has shown; not a page of another site that a browser on
//! this machine has open. Such a page can have a browser send requests here, under names that lead here (DNS rebinding) too.

use http::header::{AUTHORIZATION, CONTENT_SECURITY_POLICY, HOST, ORIGIN, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};

use super::route;
use crate::body::Body;

/// Names of this machine that only it can be meant by.
const OWN: [&str; 2] = ["127.0.0.1", "localhost"];

/// What the names of AWS end in: programs that use this as a proxy ask for them, and no page has such a name.
const AWS: [&str; 3] = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];

/// Operations that only read begin so.
const READS: [&str; 3] = ["Describe", "Get", "List"];

/// What a page of a load balancer may do: everything with what it came with, nothing inside another page.
const POLICY: &str =
    "default-src 'self' 'unsafe-inline' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The answer to a request that is not for this server, or comes from somewhere else; nothing for the others. `also` are names by
/// which whoever started it is asked through somebody else's proxy.
pub(super) fn refusal<B>(request: &Request<B>, also: &[String]) -> Option<Response<Body>> {
    let host = host(request);
    if !is_known(&host) && !also.contains(&host) {
        let why = "the sandbox answers to 127.0.0.1, localhost and the names of AWS only\n";
        return Some(route::text(StatusCode::MISDIRECTED_REQUEST, why));
    }
    if is_from_elsewhere(request.headers(), &host, request.uri()) && !is_visit(request.method()) {
        let why = "the sandbox takes nothing from pages of other sites\n";
        return Some(route::text(StatusCode::FORBIDDEN, why));
    }
    None
}

/// The same for what is meant for an API: no page asks for that, and what changes something is signed as no link can be.
pub(super) fn api_refusal<B>(request: &Request<B>) -> Option<Response<Body>> {
    let host = host(request);
    let why = if is_from_elsewhere(request.headers(), &host, request.uri()) {
        "the sandbox's APIs answer no pages of other sites\n"
    } else if !request.headers().contains_key(AUTHORIZATION) && has_signature(request.uri()) && !only_reads(request) {
        "what changes something has to be signed in the header `Authorization`\n"
    } else {
        return None;
    };
    Some(route::text(StatusCode::FORBIDDEN, why))
}

/// What browsers are to hold the pages of load balancers to.
pub(super) fn confine(headers: &mut HeaderMap) {
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The host that is asked for, without its port.
fn host<B>(request: &Request<B>) -> String {
    let header = || request.headers().get(HOST)?.to_str().ok()?.parse::<Authority>().ok();
    let authority = request.uri().authority().cloned().or_else(header);
    authority.map_or_else(String::new, |authority| authority.host().to_lowercase())
}

fn is_known(host: &str) -> bool {
    OWN.contains(&host) || AWS.iter().any(|end| host.ends_with(end))
}

fn is_visit(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

/// Whether a browser says that another site's page is behind the request. Programs say nothing of the kind.
fn is_from_elsewhere(headers: &HeaderMap, host: &str, uri: &Uri) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_lowercase();
    let site = headers.get("sec-fetch-site").map(text);
    if site.is_some_and(|site| site != "same-origin" && site != "none") {
        return true;
    }
    let port = || {
        let asked = headers.get(HOST)?.to_str().ok()?.parse::<Authority>().ok()?;
        uri.port_u16().or(asked.port_u16())
    };
    headers.get(ORIGIN).map(text).is_some_and(|origin| {
        let origin = origin.parse::<Uri>().ok();
        let origin = origin.as_ref().and_then(Uri::authority);
        origin.is_none_or(|origin| origin.host() != host || origin.port_u16() != port())
    })
}

/// Whether a link has a signature in it.
fn has_signature(uri: &Uri) -> bool {
    parameter(uri, "X-Amz-Credential").is_some()
}

fn only_reads<B>(request: &Request<B>) -> bool {
    let action = parameter(request.uri(), "Action");
    is_visit(request.method()) && action.is_none_or(|action| READS.iter().any(|word| action.starts_with(word)))
}

fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = uri.query()?.as_bytes();
    let mut pairs = url::form_urlencoded::parse(query);
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, uri: &str, headers: &[(&str, &str)]) -> Request<()> {
        let mut builder = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(()).unwrap()
    }

    fn status(answer: Option<Response<Body>>) -> u16 {
        answer.map_or(0, |answer| answer.status().as_u16())
    }

    #[test]
    fn only_own_names_are_answered_to() {
        let to = |uri: &str, host: &str| {
            status(refusal(
                &request("GET", uri, &[("host", host)]),
                &["d1.preview.test".to_owned()],
            ))
        };
        for host in [
            "127.0.0.1:2048",
            "localhost",
            "LOCALHOST:1",
            "iam.amazonaws.com",
            "d1.preview.test",
            "k8s-a-1.ap-northeast-2.elb.amazonaws.com:80",
            "X.gr7.ap-northeast-2.eks.amazonaws.com",
        ] {
            assert_eq!(to("/", host), 0, "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:2048",
            "127.0.0.1.evil.example",
            "amazonaws.com.evil.example",
            "amazonaws.com",
            "[::1]:2048",
            "",
        ] {
            assert_eq!(to("/", host), 421, "{host}");
        }
        assert_eq!(to("http://evil.example/", "127.0.0.1"), 421, "what is asked for counts");
        assert_eq!(status(refusal(&request("GET", "/", &[]), &[])), 421);
    }

    #[test]
    fn pages_of_other_sites_may_lead_here_and_no_more() {
        type Headers = &'static [(&'static str, &'static str)];
        const OWN: (&str, &str) = ("host", "127.0.0.1:2048");
        let table: [(&str, Headers, [u16; 2]); 9] = [
            ("POST", &[OWN], [0, 0]),
            ("GET", &[OWN, ("sec-fetch-site", "cross-site")], [0, 403]),
            ("POST", &[OWN, ("sec-fetch-site", "cross-site")], [403, 403]),
            ("PUT", &[OWN, ("sec-fetch-site", "same-site")], [403, 403]),
            ("POST", &[OWN, ("origin", "http://evil.example")], [403, 403]),
            ("POST", &[OWN, ("origin", "null")], [403, 403]),
            ("DELETE", &[OWN, ("origin", "http://127.0.0.1:3000")], [403, 403]),
            ("POST", &[OWN, ("origin", "http://127.0.0.1:2048")], [0, 0]),
            (
                "POST",
                &[
                    OWN,
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "http://127.0.0.1:2048"),
                ],
                [0, 0],
            ),
        ];
        for (method, headers, expected) in table {
            let request = request(method, "/x", headers);
            let answers = [refusal(&request, &[]), api_refusal(&request)].map(status);
            assert_eq!(answers, expected, "{method} {headers:?}");
        }
    }

    #[test]
    fn a_signature_in_a_link_lets_read_only() {
        let signed = "X-Amz-Credential=x%2F20261124%2Fr%2Fiam%2Faws4_request&X-Amz-Date=20261124T021500Z";
        let to = |method: &str, query: &str| {
            let uri = format!("/?{query}&{signed}");
            status(api_refusal(&request(method, &uri, &[("host", "127.0.0.1")])))
        };
        assert_eq!(to("GET", "Action=GetCallerIdentity"), 0);
        assert_eq!(to("GET", "x=y"), 0);
        for (method, query) in [
            ("GET", "Action=DeleteRole&RoleName=x"),
            ("GET", "%41ction=DeleteRole"),
            ("POST", "Action=ListRoles"),
            ("DELETE", "x=y"),
        ] {
            assert_eq!(to(method, query), 403, "{method} {query}");
        }
        let uri = format!("/?Action=DeleteRole&{signed}");
        let headers = [
            ("host", "127.0.0.1"),
            ("authorization", "AWS4-HMAC-SHA256 Credential=x"),
        ];
        assert_eq!(status(api_refusal(&request("POST", &uri, &headers))), 0);
    }
}
