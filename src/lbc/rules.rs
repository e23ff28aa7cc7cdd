//! The rules that the controller gives a listener of the ALB for an Ingress.
//! (LBC `pkg/ingress/model_build_listener_rules.go`, `enhanced_backend_builder.go`, `config_types.go`, `rule_optimizer.go`)

use serde_json::{Map, Value};

use super::annotations;
use super::settings::{IngressSettings, ListenPort};
use crate::model::{Object, matches_wildcard};

/// What a rule does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// Sends it to these Services.
    Forward(Vec<String>),
    /// Sends the client elsewhere.
    Redirect(Redirect),
    /// Answers it itself, with this status.
    Fixed(String),
    /// The controller cannot read it, and makes nothing of the whole Ingress; why.
    Unreadable(String),
}

/// Where a redirect leads; what is missing stays as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Redirect {
    host: Option<String>,
    path: Option<String>,
    port: Option<String>,
    protocol: Option<String>,
    query: Option<String>,
}

/// What a rule asks of a request beside host and path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ExtraCondition {
    /// A query that has these, as written behind `?`.
    Query(String),
    /// Something that a browser's plain request does not have, in words.
    Unusual(String),
}

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

    /// Whether it takes a plain request for this host and path.
    pub(super) fn takes(&self, host: Option<&str>, path: &str) -> bool {
        let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches_wildcard(pattern, text));
        let host = host.unwrap_or_default().to_ascii_lowercase();
        let of_host = self.hosts.is_empty() || any(&self.hosts, &host);
        of_host && (self.paths.is_empty() || any(&self.paths, path)) && self.extra_conditions.is_empty()
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
    let mut rule = Rule {
        hosts: if host.is_empty() { Vec::new() } else { vec![host] },
        paths: patterns(&word(path, "path"), &word(path, "pathType")),
        extra_conditions: Vec::new(),
        action: action(ingress, &path["backend"]),
    };
    let service = path.pointer("/backend/service/name").and_then(Value::as_str);
    let service = service.unwrap_or_default();
    if let Some(text) = annotations::conditions(ingress, service)
        && let Err(why) = add_conditions(&mut rule, text)
    {
        rule.action = Action::Unreadable(format!("annotation conditions.{service}: {why}"));
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

/// What is done for a backend: that of an annotation if its port is named `use-annotation`, else its Service's.
fn action(ingress: &Object, backend: &Value) -> Action {
    let name = backend.pointer("/service/name").and_then(Value::as_str);
    let name = name.unwrap_or_default();
    let port = backend.pointer("/service/port/name").and_then(Value::as_str);
    if port != Some("use-annotation") {
        return Action::Forward(vec![name.to_owned()]);
    }
    let Some(text) = annotations::action(ingress, name) else {
        // "Backend action does not exist"
        return Action::Fixed("503".to_owned());
    };
    let annotated = parse(text).and_then(|action| annotated(&action));
    annotated.unwrap_or_else(|why| Action::Unreadable(format!("annotation actions.{name}: {why}")))
}

/// JSON of an annotation, with the names of its fields in small letters: Go does not mind how they are written.
fn parse(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map(small).map_err(|error| error.to_string())
}

fn small(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map
                .into_iter()
                .map(|(key, value)| (key.to_ascii_lowercase(), small(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.into_iter().map(small).collect(),
        other => other,
    }
}

/// An action as an annotation writes it.
fn annotated(action: &Value) -> Result<Action, String> {
    match action["type"].as_str() {
        Some("forward") => {
            let groups = action["forwardconfig"]["targetgroups"].as_array();
            let groups = groups.into_iter().flatten();
            // A weight of nought gets nothing.
            let services = groups
                .filter(|group| group["weight"].as_u64() != Some(0))
                .filter_map(|group| group["servicename"].as_str());
            Ok(Action::Forward(services.map(str::to_owned).collect()))
        }
        Some("redirect") => {
            let field = |name: &str| action["redirectconfig"][name].as_str().map(str::to_owned);
            Ok(Action::Redirect(Redirect {
                host: field("host"),
                path: field("path"),
                port: field("port"),
                protocol: field("protocol"),
                query: field("query"),
            }))
        }
        Some("fixed-response") => {
            let status = action["fixedresponseconfig"]["statuscode"].as_str();
            Ok(Action::Fixed(status.unwrap_or_default().to_owned()))
        }
        other => Err(format!("unknown action type {}", other.unwrap_or("(none)"))),
    }
}

/// Adds the further conditions that an annotation writes.
fn add_conditions(rule: &mut Rule, text: &str) -> Result<(), String> {
    let parsed = parse(text)?;
    for condition in parsed.as_array().into_iter().flatten() {
        let values = |config: &str| -> Vec<String> {
            let values = condition[config]["values"].as_array().into_iter().flatten();
            values.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let unusual = match condition["field"].as_str().unwrap_or_default() {
            "host-header" => {
                rule.hosts.extend(values("hostheaderconfig"));
                continue;
            }
            "path-pattern" => {
                rule.paths.extend(values("pathpatternconfig"));
                continue;
            }
            "query-string" => {
                rule.extra_conditions
                    .push(query(&condition["querystringconfig"]["values"][0])?);
                continue;
            }
            "http-request-method" => {
                let methods = values("httprequestmethodconfig");
                if methods.iter().any(|method| method == "GET") {
                    continue;
                }
                format!("the method {}", methods.join(" or "))
            }
            "http-header" => {
                let name = condition["httpheaderconfig"]["httpheadername"].as_str();
                format!("the header {}", name.unwrap_or_default())
            }
            "source-ip" => format!("a sender in {}", values("sourceipconfig").join(" or ")),
            other => return Err(format!("unknown condition {other}")),
        };
        rule.extra_conditions.push(ExtraCondition::Unusual(unusual));
    }
    Ok(())
}

/// Of several pairs in a condition one will do.
fn query(pair: &Value) -> Result<ExtraCondition, String> {
    let value = pair["value"].as_str().ok_or("a query without a value")?;
    Ok(ExtraCondition::Query(match pair["key"].as_str() {
        Some(key) => format!("{key}={value}"),
        None => value.to_owned(),
    }))
}
