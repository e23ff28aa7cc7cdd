//! The rules that the controller gives a listener of the ALB for an Ingress.
//! (LBC `pkg/ingress/model_build_listener_rules.go`, `enhanced_backend_builder.go`, `config_types.go`, `rule_optimizer.go`)

mod action;
mod condition;
mod json;
mod request;

use serde_json::Value;

use super::annotations;
use super::settings::{IngressSettings, ListenPort};
use crate::lang::text;
use crate::model::{Object, matches_wildcard};
use action::{Redirect, action, unreadable};
use condition::{Condition, ExtraCondition};

pub(super) use action::Action;
pub(super) use request::{ClientRequest, sample};

/// A rule of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    /// Patterns of host names; any will do if there are none.
    pub(super) hosts: Vec<String>,
    /// Patterns of paths; any will do if there are none.
    pub(super) paths: Vec<String>,
    /// What it asks beside these.
    pub(super) extra_conditions: Vec<ExtraCondition>,
    /// What it does.
    pub(super) action: Action,
}

impl Rule {
    /// Whether it leads to a Service.
    pub(super) fn leads_to(&self, service: &str) -> bool {
        matches!(&self.action, Action::Forward(services) if services.iter().any(|name| name == service))
    }

    /// Whether it is sure to take a request.
    pub(super) fn takes(&self, request: &ClientRequest) -> bool {
        let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches_wildcard(pattern, text));
        let host = request.host.as_deref().unwrap_or_default().to_ascii_lowercase();
        let of_host = self.hosts.is_empty() || any(&self.hosts, &host);
        let of_path = self.paths.is_empty() || any(&self.paths, &request.path);
        of_host && of_path && self.extra_conditions.iter().all(|condition| condition.takes(request))
    }

    /// Adds further conditions.
    fn add(&mut self, conditions: Vec<Condition>) {
        for condition in conditions {
            match condition {
                Condition::Hosts(hosts) => self.hosts.extend(hosts),
                Condition::Paths(paths) => self.paths.extend(paths),
                Condition::Extra(condition) => self.extra_conditions.push(condition),
            }
        }
    }

    /// Whether it takes every request that the other takes, as far as the controller compares them.
    fn covers(&self, other: &Self) -> bool {
        let within = |own: &[String], others: &[String]| {
            own.is_empty() || (!others.is_empty() && others.iter().all(|pattern| own.contains(pattern)))
        };
        let all_paths = self.paths.iter().any(|pattern| pattern == "/*");
        self.extra_conditions.is_empty()
            && within(&self.hosts, &other.hosts)
            && (all_paths || within(&self.paths, &other.paths))
    }

    /// Whether it sends a client round in a circle; the controller leaves such rules out.
    fn is_endless(&self, listener: ListenPort) -> bool {
        let Action::Redirect(to) = &self.action else {
            return false;
        };
        let protocol = if listener.https { "HTTPS" } else { "HTTP" };
        let port = listener.port.to_string();
        let stays = |asked: &Option<String>, same: &str, also: &dyn Fn(&str) -> bool| {
            asked.as_deref().is_none_or(|value| value == same || also(value))
        };
        stays(&to.host, "#{host}", &|host| self.hosts.iter().any(|own| own == host))
            && stays(&to.path, "/#{path}", &|path| self.paths.iter().any(|own| own == path))
            && stays(&to.port, "#{port}", &|value| value == port)
            && stays(&to.protocol, "#{protocol}", &|value| value == protocol)
            && stays(&to.query, "#{query}", &|_| false)
    }
}

/// The rules of a listener for an Ingress in the order in which they are tried, the one for all other requests last.
pub(super) fn rules(ingress: &Object, settings: &IngressSettings, listener: ListenPort) -> Vec<Rule> {
    if settings.ssl_redirect.is_some() && !listener.https {
        return vec![everything(Action::Redirect(Redirect {
            protocol: Some("HTTPS".to_owned()),
            ..Redirect::default()
        }))];
    }
    let mut kept: Vec<Rule> = Vec::new();
    for rule in written(ingress) {
        let shadowed = |earlier: &Rule| matches!(earlier.action, Action::Redirect(_)) && earlier.covers(&rule);
        if !rule.is_endless(listener) && !kept.iter().any(shadowed) {
            kept.push(rule);
        }
    }
    let default = ingress.at("/spec/defaultBackend");
    kept.push(everything(default.map_or_else(
        || Action::Fixed("404".to_owned()),
        |backend| action(ingress, backend),
    )));
    kept
}

fn everything(action: Action) -> Rule {
    Rule {
        hosts: Vec::new(),
        paths: Vec::new(),
        extra_conditions: Vec::new(),
        action,
    }
}

/// The rules as the Ingress has them, its paths in the controller's order: exact ones, then prefixes from the longest to
/// the shortest, then the others as written.
fn written(ingress: &Object) -> Vec<Rule> {
    let mut rules = Vec::new();
    for of_host in ingress.items("/spec/rules") {
        let paths = of_host.pointer("/http/paths").and_then(Value::as_array);
        let mut paths: Vec<&Value> = paths.into_iter().flatten().collect();
        paths.sort_by_key(|path| match path["pathType"].as_str() {
            Some("Exact") => (0, 0),
            Some("Prefix") => (1, usize::MAX - path["path"].as_str().unwrap_or_default().len()),
            _ => (2, 0),
        });
        rules.extend(paths.into_iter().map(|path| rule(ingress, of_host, path)));
    }
    rules
}

fn rule(ingress: &Object, of_host: &Value, path: &Value) -> Rule {
    let word = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let host = word(of_host, "host");
    let (pattern, kind) = (word(path, "path"), word(path, "pathType"));
    let mut rule = Rule {
        hosts: if host.is_empty() { Vec::new() } else { vec![host] },
        paths: patterns(&pattern, &kind),
        extra_conditions: Vec::new(),
        action: action(ingress, &path["backend"]),
    };
    // (LBC `buildPathPatternsForPrefixPathType`, `buildPathPatternsForExactPathType`)
    if matches!(kind.as_str(), "Prefix" | "Exact") && pattern.contains(['*', '?']) {
        rule.action = Action::Unreadable(text!("cause-ingress-path-wildcards", kind = &kind, path = &pattern));
    }
    let service = path.pointer("/backend/service/name").and_then(Value::as_str);
    let service = service.unwrap_or_default();
    if let Some(text) = annotations::conditions(ingress, service) {
        match condition::parse(text) {
            Ok(conditions) => rule.add(conditions),
            Err(why) => rule.action = Action::Unreadable(unreadable(&format!("conditions.{service}"), why)),
        }
    }
    if rule.hosts.is_empty() && rule.paths.is_empty() && rule.extra_conditions.is_empty() {
        rule.paths.push("/*".to_owned());
    }
    for host in &mut rule.hosts {
        host.make_ascii_lowercase();
    }
    rule
}

/// The patterns of a path. (LBC `buildPathPatterns`)
fn patterns(path: &str, kind: &str) -> Vec<String> {
    match (kind, path) {
        (_, "") => Vec::new(),
        ("Prefix", "/") => vec!["/*".to_owned()],
        ("Prefix", prefix) => {
            let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
            vec![prefix.to_owned(), format!("{prefix}/*")]
        }
        _ => vec![path.to_owned()],
    }
}
