//! The HTTP that load balancers answer: rules to actions, target groups to the game.

mod page;
mod redirect;
mod request;

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Request, Response, StatusCode};

use crate::body::Body;
use crate::sim;
use crate::state::{Certificate, Listener, Rule, RuleAction, RuleCondition, Target, TargetGroup};
use crate::world::World;
use page::{AlbResponse, Page};
use request::AlbRequest;

/// Answers an HTTP request to a load balancer's name.
pub(crate) fn answer(world: &mut World, host: &str, request: &Request<Bytes>) -> Response<Body> {
    let to = AlbRequest::new(host, request);
    let answer = match route(world, to) {
        Outcome::Answer(answer) => answer,
        Outcome::Forward(group) => forward(world, &group.clone(), to.path),
    };
    page::render(answer, request.method())
}

/// What a listener does with a request.
enum Outcome<'w> {
    /// It is answered by the load balancer itself.
    Answer(AlbResponse),
    /// It goes to a target of this group.
    Forward(&'w TargetGroup),
}

/// The certificates of the listener on a port of the load balancer of this DNS name, the first for clients that name nobody;
/// none if it speaks no TLS, `None` if nothing listens there.
pub(crate) fn certificates(world: &World, host: &str, port: u16) -> Option<Vec<Certificate>> {
    let listener = listener(world, host, port)?;
    let certificate = |arn: &String| {
        let known = world.aws.certificates.get(arn).cloned();
        known.unwrap_or_else(|| Certificate {
            names: names_asked_for(listener),
            ..Certificate::default()
        })
    };
    Some(listener.certificates.iter().map(certificate).collect())
}

/// All listeners with TLS: the load balancer's name in DNS, and the port.
pub(crate) fn listeners_with_tls(world: &World) -> Vec<(String, u16)> {
    let balancers = world.aws.load_balancers.values();
    let listeners =
        balancers.flat_map(|balancer| balancer.listeners.iter().map(|listener| (&balancer.dns_name, listener)));
    let secure = listeners.filter(|(_, listener)| listener.protocol == "HTTPS");
    secure.map(|(name, listener)| (name.clone(), listener.port)).collect()
}

/// The names that a listener's rules ask for, or one of the documentation's where they ask for none.
fn names_asked_for(listener: &Listener) -> Vec<String> {
    let conditions = listener.rules.iter().flat_map(|rule| &rule.conditions);
    let hosts = conditions.filter_map(|condition| match condition {
        RuleCondition::Host(hosts) => Some(hosts),
        _ => None,
    });
    let names: BTreeSet<String> = hosts.flatten().cloned().collect();
    if names.is_empty() {
        return vec!["game.example.com".to_owned()];
    }
    names.into_iter().collect()
}

/// The listener on a port of the load balancer of this DNS name, if that is in service.
fn listener<'w>(world: &'w World, host: &str, port: u16) -> Option<&'w Listener> {
    let balancer = sim::by_host(world, host)?;
    balancer.listeners.iter().find(|listener| listener.port == port)
}

fn route<'w>(world: &'w World, request: AlbRequest<'_>) -> Outcome<'w> {
    let own = |status| Outcome::Answer(AlbResponse::own(status));
    let Some(listener) = listener(world, request.balancer, request.port) else {
        return own(StatusCode::SERVICE_UNAVAILABLE);
    };
    if (listener.protocol == "HTTPS") != request.secure {
        return own(StatusCode::BAD_REQUEST);
    }
    let mut rules: Vec<&Rule> = listener.rules.iter().collect();
    rules.sort_by_key(|rule| rule.priority);
    let rule = rules.into_iter().find(|rule| request.fits(rule));
    match rule.map_or(&listener.default, |rule| &rule.action) {
        RuleAction::Fixed(answer) => Outcome::Answer(AlbResponse::fixed(answer)),
        RuleAction::Redirect(to) => Outcome::Answer(AlbResponse::redirect(to, redirect::location(to, request))),
        RuleAction::Forward(groups) => {
            // Requests come too seldom for shares of them to mean anything: the heaviest group gets all.
            let heaviest = groups.iter().rev().max_by_key(|(_, weight)| *weight);
            match heaviest.and_then(|(arn, _)| world.aws.target_groups.get(arn)) {
                Some(group) => Outcome::Forward(group),
                None => own(StatusCode::SERVICE_UNAVAILABLE),
            }
        }
    }
}

/// A group with a healthy target serves the game; one with only unhealthy targets is tried all the same.
fn forward(world: &mut World, group: &TargetGroup, path: &str) -> AlbResponse {
    let healthy = group.targets.iter().filter(|target| target.state == "healthy");
    let mut asked: Vec<&Target> = healthy.collect();
    // Of targets that are all unhealthy AWS asks all; who only has not the page of the health check answers.
    let answers = |target: &&Target| {
        target
            .reason
            .as_ref()
            .is_some_and(|(code, _)| code == "Target.ResponseCodeMismatch")
    };
    if asked.is_empty() {
        asked.extend(group.targets.iter().filter(answers));
    }
    if !asked.is_empty() {
        let pod = sim::next_pod(world, group, &asked);
        match StatusCode::from_u16(sim::answer(path)) {
            Ok(StatusCode::OK) => AlbResponse::of_pod(StatusCode::OK, Page::Game(pod)),
            _ => AlbResponse::of_pod(StatusCode::NOT_FOUND, Page::Nothing),
        }
    } else if group.targets.iter().any(|target| target.state == "unhealthy") {
        AlbResponse::own(StatusCode::BAD_GATEWAY)
    } else {
        AlbResponse::own(StatusCode::SERVICE_UNAVAILABLE)
    }
}
