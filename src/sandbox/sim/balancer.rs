//! Application load balancers: provisioning, target health, network interfaces, and the HTTP they answer.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, SERVER};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt, Full};

use crate::aws::{LoadBalancer, Target, TargetGroup};
use crate::core::{Body, Sandbox};
use crate::world::World;

use super::agenda::Action;
use super::api::{ENDPOINT_SLICE, list};
use super::{durations, pods};

/// The page that the pods serve: the game.
const GAME: &str = include_str!("game.html");

/// Description of a load balancer's network interfaces.
pub(super) fn interface_description(arn: &str) -> String {
    let path = arn.split_once("loadbalancer/").map_or(arn, |(_, path)| path);
    format!("ELB {path}")
}

/// Deletion of a load balancer has been accepted: takes it out of the state at once, frees its target groups, and lets
/// its network interfaces linger for a while.
pub fn load_balancer_deleted(world: &mut World, arn: &str) {
    if world.aws.load_balancers.remove(arn).is_none() {
        return;
    }
    for group in world.aws.target_groups.values_mut() {
        group.load_balancers.retain(|user| user != arn);
    }
    world
        .agenda
        .cancel(|action| matches!(action, Action::BalancerActive { arn: planned } if planned == arn));
    let wait = durations::INTERFACES_LINGER.draw(world);
    let now = world.now();
    let description = interface_description(arn);
    world.agenda.after(now, wait, Action::InterfacesGone { description });
    world.touch();
}

/// A load balancer is provisioned.
pub(super) fn activate(world: &mut World, arn: &str) {
    if let Some(balancer) = world.aws.load_balancers.get_mut(arn) {
        "active".clone_into(&mut balancer.state);
        world.touch();
    }
}

/// Registers a target, or takes one back that was draining.
pub(super) fn register(world: &mut World, group: &str, target: Target) {
    if let Some(group) = world.aws.target_groups.get_mut(group) {
        group
            .targets
            .retain(|old| (&old.id, old.port) != (&target.id, target.port));
        group.targets.push(target);
        world.touch();
    }
}

/// Deregisters a target: it drains, which takes a while even when it is long gone.
pub(super) fn deregister(world: &mut World, group: &str, id: &str, port: u16) {
    if let Some(target) = target_mut(world, group, id, port) {
        "draining".clone_into(&mut target.state);
        target.reason = Some((
            "Target.DeregistrationInProgress".to_owned(),
            "Target deregistration is in progress".to_owned(),
        ));
        let action = Action::TargetDrained {
            group: group.to_owned(),
            id: id.to_owned(),
            port,
        };
        let now = world.now();
        world.agenda.after(now, durations::DEREGISTRATION_DELAY, action);
        world.touch();
    }
}

/// A target that was draining is forgotten.
pub(super) fn drained(world: &mut World, group: &str, id: &str, port: u16) {
    if let Some(group) = world.aws.target_groups.get_mut(group) {
        group
            .targets
            .retain(|target| (target.id.as_str(), target.port) != (id, port) || target.state != "draining");
        world.touch();
    }
}

fn target_mut<'a>(world: &'a mut World, group: &str, id: &str, port: u16) -> Option<&'a mut Target> {
    let targets = &mut world.aws.target_groups.get_mut(group)?.targets;
    targets.iter_mut().find(|target| target.id == id && target.port == port)
}

/// One pass: targets of a group without a load balancer are unused, those of an active one are checked.
pub(super) fn run(world: &mut World) {
    let mut due = Vec::new();
    for group in world.aws.target_groups.values() {
        let active = group
            .load_balancers
            .iter()
            .filter_map(|arn| world.aws.load_balancers.get(arn))
            .any(|balancer| balancer.state == "active");
        for target in &group.targets {
            let used = !group.load_balancers.is_empty();
            let next = match target.state.as_str() {
                "unused" if used => Next::Initial,
                "draining" | "unused" => continue,
                _ if !used => Next::Unused,
                "initial" if active && !is_checked(world, &group.arn, target) => Next::Check,
                _ => continue,
            };
            due.push((group.arn.clone(), target.id.clone(), target.port, next));
        }
    }
    for (group, id, port, next) in due {
        take(world, &group, &id, port, &next);
    }
}

/// What becomes of a target.
enum Next {
    Initial,
    Unused,
    Check,
}

fn is_checked(world: &World, arn: &str, target: &Target) -> bool {
    world.agenda.has(|action| {
        matches!(action, Action::HealthChecked { group, id, port } if group == arn && *id == target.id && *port == target.port)
    })
}

fn take(world: &mut World, group: &str, id: &str, port: u16, next: &Next) {
    let (state, code, text) = match next {
        Next::Initial => (
            "initial",
            "Elb.RegistrationInProgress",
            "Target registration is in progress",
        ),
        Next::Unused => (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        ),
        Next::Check => (
            "initial",
            "Elb.InitialHealthChecking",
            "Initial health checks in progress",
        ),
    };
    if let Some(target) = target_mut(world, group, id, port) {
        state.clone_into(&mut target.state);
        target.reason = Some((code.to_owned(), text.to_owned()));
        world.touch();
    }
    if matches!(next, Next::Check) {
        let wait = durations::HEALTH_CHECKS.draw(world);
        let now = world.now();
        let action = Action::HealthChecked {
            group: group.to_owned(),
            id: id.to_owned(),
            port,
        };
        world.agenda.after(now, wait, action);
    }
}

/// The health checks of a target have come to a result.
pub(super) fn health_checked(world: &mut World, group: &str, id: &str, port: u16) {
    let answers = match world
        .aws
        .target_groups
        .get(group)
        .map(|group| group.target_type.as_str())
    {
        Some("instance") => node_port_answers(world),
        _ => pods::listens_on(world, id, port),
    };
    let Some(target) = target_mut(world, group, id, port).filter(|target| target.state == "initial") else {
        return;
    };
    if answers {
        "healthy".clone_into(&mut target.state);
        target.reason = None;
    } else {
        "unhealthy".clone_into(&mut target.state);
        target.reason = Some((
            "Target.FailedHealthChecks".to_owned(),
            "Health checks failed".to_owned(),
        ));
    }
    world.touch();
}

/// kube-proxy answers on a node port as long as any Service outside kube-system has a ready endpoint behind it.
fn node_port_answers(world: &World) -> bool {
    ENDPOINT_SLICE
        .list(world, None)
        .filter(|(key, _)| !matches!(key.namespace.as_str(), "kube-system" | "default"))
        .flat_map(|(_, slice)| list(slice, "/endpoints"))
        .any(|endpoint| endpoint["conditions"]["ready"] == true)
}

/// The addresses a load balancer's name has in DNS; none before it is active, or for names that are nobody's.
pub fn resolve(world: &World, host: &str) -> Vec<IpAddr> {
    let Some(balancer) = by_host(world, host) else {
        return Vec::new();
    };
    let description = interface_description(&balancer.arn);
    let private = world
        .aws
        .interfaces
        .values()
        .filter(|interface| interface.description == description);
    private
        .filter_map(|interface| interface.address.parse::<Ipv4Addr>().ok())
        .map(|address| {
            if balancer.scheme == "internal" {
                address
            } else {
                // An address of Amazon's in Seoul that goes with the private one.
                let [_, _, third, fourth] = address.octets();
                Ipv4Addr::new(43, 201, third, fourth)
            }
        })
        .map(IpAddr::V4)
        .collect()
}

fn by_host<'a>(world: &'a World, host: &str) -> Option<&'a LoadBalancer> {
    let name = host.split(':').next().unwrap_or(host).trim_end_matches('.');
    let mut balancers = world.aws.load_balancers.values();
    balancers.find(|balancer| balancer.state == "active" && balancer.dns_name.eq_ignore_ascii_case(name))
}

/// What a load balancer answers: status, body, content type, and whether it comes from a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Answer {
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
pub fn answer_as_balancer(sandbox: &Sandbox, host: &str, request: &Request<Bytes>) -> Response<Body> {
    let port = request
        .uri()
        .port_u16()
        .or_else(|| host.rsplit_once(':')?.1.parse().ok());
    let secure = request.uri().scheme_str() == Some("https");
    let port = port.unwrap_or(if secure { 443 } else { 80 });
    let answer = sandbox.with(|world| route(world, host, port, request.uri().path()));
    render(answer, request.method())
}

fn route(world: &World, host: &str, port: u16, path: &str) -> Answer {
    let own = |status| Answer {
        status,
        body: Page::Own,
    };
    let Some(balancer) = by_host(world, host) else {
        return own(StatusCode::SERVICE_UNAVAILABLE);
    };
    let Some(listener) = balancer.listeners.iter().find(|listener| listener.port == port) else {
        return own(StatusCode::SERVICE_UNAVAILABLE);
    };
    let mut rules: Vec<_> = listener.rules.iter().collect();
    rules.sort_by_key(|rule| rule.priority);
    let matches = |pattern: &String| super::profile::matches(pattern, path);
    match rules.into_iter().find(|rule| rule.paths.iter().any(matches)) {
        None => Answer {
            status: StatusCode::NOT_FOUND,
            body: Page::Fixed(""),
        },
        Some(rule) => match rule
            .target_group
            .as_ref()
            .and_then(|arn| world.aws.target_groups.get(arn))
        {
            None => Answer {
                status: StatusCode::SERVICE_UNAVAILABLE,
                body: Page::Fixed("Backend service does not exist"),
            },
            Some(group) => forward(group, path),
        },
    }
}

/// A group with a healthy target serves the game; one with only unhealthy targets is tried all the same, in vain.
fn forward(group: &TargetGroup, path: &str) -> Answer {
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
    Answer { status, body }
}

fn render(answer: Answer, method: &Method) -> Response<Body> {
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
