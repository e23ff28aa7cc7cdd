//! The one judgement of how a client reaches the game: which listener, under which name, on which path.

use super::rules::{Action, ClientRequest, Rule, rules, sample};
use super::settings::{IngressSettings, ListenPort};
use crate::lang::{Text, text};
use crate::model::{Endpoint, Object, Route};

/// How a client reaches the game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// A GET leads there; where a rule asks for a header, one that has it.
    Open(Endpoint),
    /// A rule leads there, but no GET from here can be sure to fit: another method is asked for, or an address to come from.
    Narrowed {
        /// The port of the rule's listener.
        port: u16,
        /// What a request must have.
        why: Text,
    },
    /// No request leads there.
    Closed(Text),
}

impl Reach {
    /// How an Ingress with these settings leads to a Service.
    ///
    /// Of several ways the plainest is taken: a listener with TLS before one without, no header asked for before one, no
    /// particular name before one, the shortest path.
    pub fn of(ingress: &Object, settings: &IngressSettings, service: &str) -> Self {
        if let Some(problem) = settings.problems.first() {
            return Self::Closed(problem.clone());
        }
        let mut listeners = settings.listeners.clone();
        listeners.sort_by_key(|listener| !listener.https);
        let mut obstacle = None;
        for listener in listeners {
            let rules = rules(ingress, settings, listener);
            if let Some(why) = rules.iter().find_map(unreadable) {
                return Self::Closed(why.clone());
            }
            let ways: Vec<RouteResult> = ways(&rules, service).collect();
            if let Some(best) = ways
                .iter()
                .filter_map(|way| way.as_ref().ok())
                .min_by_key(|way| rank(way))
            {
                return Self::Open(endpoint(best, listener, tls_name(ingress)));
            }
            let first = ways.into_iter().find_map(Result::err);
            obstacle = obstacle.or(first.map(|obstacle| obstacle.on(listener)));
        }
        obstacle.unwrap_or_else(|| Self::Closed(text!("cause-ingress-without-rule", service = service)))
    }

    /// The endpoint, if a request from here leads there.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match self {
            Self::Open(endpoint) => Some(endpoint),
            Self::Narrowed { .. } | Self::Closed(_) => None,
        }
    }

    /// Why no request from here leads there.
    pub fn obstacle(&self) -> Option<Text> {
        match self {
            Self::Open(_) => None,
            Self::Narrowed { why, .. } => Some(text!("cause-ingress-asks", asked = why)),
            Self::Closed(why) => Some(why.clone()),
        }
    }
}

fn unreadable(rule: &Rule) -> Option<&Text> {
    match &rule.action {
        Action::Unreadable(why) => Some(why),
        _ => None,
    }
}

/// A name that the Ingress has certificates for, where its rules ask for none.
fn tls_name(ingress: &Object) -> Option<&str> {
    ingress.text("/spec/tls/0/hosts/0")
}

/// A request that leads to the Service, or why one rule's does not.
type RouteResult = Result<ClientRequest, Blocked>;

/// Why a rule that leads to the Service gets no request from here.
enum Blocked {
    Narrowed(Text),
    /// By an earlier rule; the path of its own.
    Shadowed(Text),
}

impl Blocked {
    fn on(self, listener: ListenPort) -> Reach {
        match self {
            Self::Narrowed(why) => Reach::Narrowed {
                port: listener.port,
                why,
            },
            Self::Shadowed(path) => Reach::Closed(text!("cause-ingress-shadowed", path = path)),
        }
    }
}

/// How far a request is from the plainest one.
fn rank(request: &ClientRequest) -> (bool, bool, bool, usize) {
    let ClientRequest {
        host,
        path,
        query,
        headers,
    } = request;
    (!headers.is_empty(), host.is_some(), !query.is_empty(), path.len())
}

fn endpoint(request: &ClientRequest, listener: ListenPort, tls_name: Option<&str>) -> Endpoint {
    let tls_name = tls_name.filter(|_| listener.https).map(sample);
    Endpoint {
        https: listener.https,
        port: listener.port,
        host: request.host.clone().or(tls_name),
        path: request.path_and_query(),
        headers: request.headers.clone(),
    }
}

/// For each rule that leads to the Service, a request that it takes.
fn ways<'r>(rules: &'r [Rule], service: &'r str) -> impl Iterator<Item = RouteResult> + 'r {
    let leading = rules.iter().enumerate().filter(|(_, rule)| rule.leads_to(service));
    leading.map(|(index, rule)| {
        let mut template = ClientRequest::default();
        for condition in &rule.extra_conditions {
            condition.fulfil(&mut template).map_err(Blocked::Narrowed)?;
        }
        let hosts: Vec<Option<String>> = match rule.hosts.as_slice() {
            [] => vec![None],
            hosts => hosts.iter().map(|host| Some(sample(host))).collect(),
        };
        let paths: Vec<String> = match rule.paths.as_slice() {
            [] => vec!["/".to_owned()],
            paths => paths.iter().map(|path| sample(path)).collect(),
        };
        let requests = hosts.iter().flat_map(|host| {
            paths.iter().map(|path| ClientRequest {
                host: host.clone(),
                path: path.clone(),
                ..template.clone()
            })
        });
        let is_free = |request: &ClientRequest| !rules[..index].iter().any(|earlier| earlier.takes(request));
        let shadowed = || {
            let path = rule.paths.first().map(Text::from);
            Blocked::Shadowed(path.unwrap_or_else(|| text!("cause-ingress-all-paths")))
        };
        requests.filter(is_free).min_by_key(rank).ok_or_else(shadowed)
    })
}

/// What the ALB answers for the Ingress: a route for each of its rules on each of its listeners that leads to a Service.
pub fn routes(ingress: &Object, settings: &IngressSettings) -> Vec<Route> {
    let mut routes = Vec::new();
    for listener in &settings.listeners {
        let mut rules = rules(ingress, settings, *listener);
        // What takes all that is left is no rule of its own in AWS.
        rules.pop();
        let forwarding = rules
            .into_iter()
            .filter(|rule| matches!(rule.action, Action::Forward(_)));
        routes.extend(forwarding.map(|rule| Route {
            port: listener.port,
            hosts: rule.hosts,
            paths: rule.paths,
            narrowed: !rule.extra_conditions.is_empty(),
        }));
    }
    routes
}

#[cfg(test)]
mod tests;
