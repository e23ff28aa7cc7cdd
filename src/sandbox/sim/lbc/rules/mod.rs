//! The rules of a stack's listeners, worked out of Ingresses and of the annotations `actions.*` and `conditions.*`.
//! (LBC `pkg/ingress/model_build_listener_rules.go`, `rule_optimizer.go`)

mod annotated;
mod conditions;
mod optimise;
mod rule;

use serde_json::Value;

use super::super::api::{self, list, text};
use super::addons;
use super::backends::{Backends, TargetGroups};
use crate::state::{Redirect, RuleAction, RuleCondition};
use annotated::Action;
pub(super) use rule::{PortRules, RuleModel};

/// Works out the rules of the listener on `port` for the Ingresses that listen there, in the group's order; their target
/// groups are added to `groups`.
pub(super) fn build(
    groups: &mut TargetGroups,
    (port, secure): (u16, bool),
    members: &[Backends<'_>],
    ssl_redirect: Option<&str>,
) -> Result<PortRules, String> {
    if let Some(to) = ssl_redirect.filter(|_| !secure) {
        let default = RuleAction::Redirect(Redirect {
            protocol: "HTTPS".to_owned(),
            port: to.to_owned(),
            ..Redirect::default()
        });
        return Ok(PortRules {
            rules: Vec::new(),
            default,
        });
    }
    let default = default(groups, members)?;
    let mut rules = Vec::new();
    for member in members {
        let auth = addons::check_auth(member.settings.annotations(), secure);
        auth.map_err(|why| about(member.ingress, &why))?;
        for rule in list(member.ingress, "/spec/rules") {
            for path in sorted(list(rule, "/http/paths")) {
                let built = self::rule(groups, *member, text(rule, "/host"), path);
                rules.push(built.map_err(|why| about(member.ingress, &why))?);
            }
        }
    }
    let rules = optimise::kept(rules, port, secure);
    Ok(PortRules { rules, default })
}

fn about(ingress: &Value, why: &str) -> String {
    format!("ingress: {}: {why}", name_of(ingress))
}

fn name_of(ingress: &Value) -> String {
    format!("{}/{}", api::namespace(ingress), api::name(ingress))
}

/// What happens to requests that no rule takes: what the one default backend of the listener's Ingresses says.
fn default(groups: &mut TargetGroups, members: &[Backends<'_>]) -> Result<RuleAction, String> {
    let has_default = |member: &&Backends<'_>| member.ingress["spec"]["defaultBackend"].is_object();
    let with: Vec<&Backends<'_>> = members.iter().filter(has_default).collect();
    match with.as_slice() {
        [] => Ok(RuleAction::not_found()),
        [member] => action(groups, **member, &member.ingress["spec"]["defaultBackend"])
            .map_err(|why| about(member.ingress, &why)),
        more => {
            let names: Vec<String> = more.iter().map(|member| name_of(member.ingress)).collect();
            Err(format!(
                "multiple ingress defined default backend: [{}]",
                names.join(" ")
            ))
        }
    }
}

/// Exact paths first, then prefixes from the longest to the shortest, then the others as written.
fn sorted(paths: &[Value]) -> Vec<&Value> {
    let mut sorted: Vec<&Value> = paths.iter().collect();
    sorted.sort_by_key(|path| match text(path, "/pathType") {
        "Exact" => (0, 0),
        "Prefix" => (1, usize::MAX - text(path, "/path").len()),
        _ => (2, 0),
    });
    sorted
}

fn rule(groups: &mut TargetGroups, member: Backends<'_>, host: &str, path: &Value) -> Result<RuleModel, String> {
    let backend = &path["backend"];
    let mut hosts: Vec<String> = Some(host)
        .filter(|host| !host.is_empty())
        .map(str::to_owned)
        .into_iter()
        .collect();
    let mut paths = patterns(text(path, "/path"), text(path, "/pathType"))?;
    let mut conditions = Vec::new();
    for condition in conditions::of(member.ingress, text(backend, "/service/name"))? {
        match condition {
            RuleCondition::Host(more) => hosts.extend(more),
            RuleCondition::Path(more) => paths.extend(more),
            other => conditions.push(other),
        }
    }
    let action = action(groups, member, backend)?;
    if !hosts.is_empty() {
        conditions.push(RuleCondition::Host(hosts));
    }
    if !paths.is_empty() {
        conditions.push(RuleCondition::Path(paths));
    }
    if conditions.is_empty() {
        conditions.push(RuleCondition::Path(vec!["/*".to_owned()]));
    }
    Ok(RuleModel { conditions, action })
}

/// The path patterns of a rule.
fn patterns(path: &str, kind: &str) -> Result<Vec<String>, String> {
    let wild = path.contains(['*', '?']);
    Ok(match kind {
        _ if path.is_empty() => Vec::new(),
        "Prefix" if path == "/" => vec!["/*".to_owned()],
        "Prefix" if wild => return Err(format!("prefix path shouldn't contain wildcards: {path}")),
        "Prefix" => {
            let path = path.strip_suffix('/').unwrap_or(path);
            vec![path.to_owned(), format!("{path}/*")]
        }
        "Exact" if wild => return Err(format!("exact path shouldn't contain wildcards: {path}")),
        _ => vec![path.to_owned()],
    })
}

/// What is done for a backend: that of an annotation if its port is named `use-annotation`, else its Service's.
fn action(groups: &mut TargetGroups, member: Backends<'_>, backend: &Value) -> Result<RuleAction, String> {
    let name = text(backend, "/service/name");
    let port = &backend["service"]["port"];
    let action = if port["name"] == "use-annotation" {
        annotated::of(member.ingress, name)?
    } else {
        let port = port.get("number").or_else(|| port.get("name"));
        Action::service(name, port.cloned().unwrap_or(Value::Null))
    };
    let wanted = match action {
        Action::Done(action) => return Ok(action),
        Action::Forward(wanted) => wanted,
    };
    // A single Service that does not exist is tolerated.
    if let [only] = wanted.as_slice()
        && let Some((service, _)) = &only.service
        && !member.has(service)
    {
        return Ok(annotated::unavailable("Backend service does not exist"));
    }
    let mut forward = Vec::new();
    for group in wanted {
        let target = match (&group.service, group.arn) {
            (Some((service, port)), _) => member.add_group(groups, service, port)?,
            (None, arn) => arn.unwrap_or_default(),
        };
        forward.push((target, group.weight));
    }
    Ok(RuleAction::Forward(forward))
}
