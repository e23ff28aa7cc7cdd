//! The HTTP that load balancers answer: rules to target groups to the game.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, SERVER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};

use crate::body::Body;
use crate::sim;
use crate::state::{Rule, TargetGroup};
use crate::wildcard;
use crate::world::World;

/// The page that the pods serve: the game.
const GAME: &str = include_str!("game.html");

/// What a load balancer answers: status, body, content type, and whether it comes from a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct AlbResponse {
    status: StatusCode,
    body: Page,
}

/// Where an answer's body comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Page {
    /// The game, from a pod.
    Game,
    /// A pod's web server has no such page.
    Nothing,
    /// AWS's page for a status of the load balancer itself.
    Own,
    /// A text that a rule or listener has.
    Fixed(&'static str),
}

/// Answers an HTTP request to a load balancer's name.
pub(crate) fn answer(world: &World, host: &str, request: &Request<Bytes>) -> Response<Body> {
    let port = request
        .uri()
        .port_u16()
        .or_else(|| host.rsplit_once(':')?.1.parse().ok());
    let secure = request.uri().scheme_str() == Some("https");
    let port = port.unwrap_or(if secure { 443 } else { 80 });
    let asked = request.headers().get(HOST).and_then(|name| name.to_str().ok());
    let asked = asked.unwrap_or(host).split(':').next().unwrap_or_default();
    let to = AlbRequest {
        host,
        port,
        asked: &asked.to_ascii_lowercase(),
        path: request.uri().path(),
    };
    render(route(world, to), request.method())
}

/// What a request goes to.
#[derive(Debug, Clone, Copy)]
struct AlbRequest<'a> {
    /// The load balancer's own name.
    host: &'a str,
    port: u16,
    /// The name that it is asked by, in small letters.
    asked: &'a str,
    path: &'a str,
}

fn route(
    world: &World,
    AlbRequest {
        host,
        port,
        asked,
        path,
    }: AlbRequest<'_>,
) -> AlbResponse {
    let own = |status| AlbResponse {
        status,
        body: Page::Own,
    };
    let Some(balancer) = sim::by_host(world, host) else {
        return own(StatusCode::SERVICE_UNAVAILABLE);
    };
    let Some(listener) = balancer.listeners.iter().find(|listener| listener.port == port) else {
        return own(StatusCode::SERVICE_UNAVAILABLE);
    };
    let mut rules: Vec<_> = listener.rules.iter().collect();
    rules.sort_by_key(|rule| rule.priority);
    let takes = |rule: &&Rule| {
        let named = |pattern: &String| wildcard::matches(&pattern.to_ascii_lowercase(), asked);
        let of_host = rule.hosts.is_empty() || rule.hosts.iter().any(named);
        of_host && rule.paths.iter().any(|pattern| wildcard::matches(pattern, path))
    };
    match rules.into_iter().find(takes) {
        None => AlbResponse {
            status: StatusCode::NOT_FOUND,
            body: Page::Fixed(""),
        },
        Some(rule) => match rule
            .target_group
            .as_ref()
            .and_then(|arn| world.aws.target_groups.get(arn))
        {
            None => AlbResponse {
                status: StatusCode::SERVICE_UNAVAILABLE,
                body: Page::Fixed("Backend service does not exist"),
            },
            Some(group) => forward(group, path),
        },
    }
}

/// A group with a healthy target serves the game; one with only unhealthy targets is tried all the same, in vain.
fn forward(group: &TargetGroup, path: &str) -> AlbResponse {
    let any = |state: &str| group.targets.iter().any(|target| target.state == state);
    let (status, body) = if any("healthy") {
        match path {
            "/" | "/index.html" => (StatusCode::OK, Page::Game),
            _ => (StatusCode::NOT_FOUND, Page::Nothing),
        }
    } else if any("unhealthy") {
        (StatusCode::BAD_GATEWAY, Page::Own)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Page::Own)
    };
    AlbResponse { status, body }
}

fn render(answer: AlbResponse, method: &Method) -> Response<Body> {
    let title = match answer.status {
        StatusCode::SERVICE_UNAVAILABLE => "503 Service Temporarily Unavailable",
        StatusCode::BAD_GATEWAY => "502 Bad Gateway",
        _ => "404 Not Found",
    };
    let page = |footer: &str| {
        format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n{footer}</body>\r\n</html>\r\n"
        )
    };
    let (body, kind, server) = match answer.body {
        Page::Game => (GAME.to_owned(), "text/html; charset=utf-8", "nginx"),
        Page::Nothing => (page("<hr><center>nginx</center>\r\n"), "text/html", "nginx"),
        Page::Own => (page(""), "text/html", "awselb/2.0"),
        Page::Fixed(text) => (text.to_owned(), "text/plain; charset=utf-8", "awselb/2.0"),
    };
    let mut headers = HeaderMap::new();
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    set(SERVER, server);
    set(CONTENT_TYPE, kind);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    let body = if *method == Method::HEAD {
        Bytes::new()
    } else {
        Bytes::from(body)
    };
    let mut response = Response::new(Full::new(body).boxed_unsync());
    *response.status_mut() = answer.status;
    *response.headers_mut() = headers;
    *response.version_mut() = Version::HTTP_11;
    response
}
