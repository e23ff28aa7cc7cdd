//! The model of a stack: what there should be in AWS, worked out from Ingresses and Services, or why that cannot be.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::state::Key;
use crate::world::World;

use super::super::api::{self, SERVICE, int, list, text};
use super::names::{self, TargetGroupName};
use super::settings::Settings;
use super::stack::Stack;
use super::{owned, subnets};

/// What a stack should be in AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) scheme: String,
    pub(super) name: String,
    pub(super) subnets: Vec<String>,
    /// Port and whether it is HTTPS.
    pub(super) ports: Vec<(u16, bool)>,
    pub(super) cidrs: Vec<String>,
    /// Security groups asked for; the controller makes its own if there are none.
    pub(super) security_groups: Vec<String>,
    pub(super) certificates: Vec<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) protected: bool,
    pub(super) target_groups: BTreeMap<String, GroupModel>,
    pub(super) rules: Vec<RuleModel>,
}

/// A target group that should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GroupModel {
    /// Value of its resource tag.
    pub(super) resource: String,
    pub(super) namespace: String,
    pub(super) service: String,
    /// The Service's port, as the Ingress names it.
    pub(super) service_port: Value,
    pub(super) port: u16,
    pub(super) target_type: String,
}

/// A rule that should be; without a target group it answers 503.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RuleModel {
    /// The listeners that have it: those of its Ingress.
    pub(super) ports: Vec<u16>,
    /// Patterns of host names; any name will do if there are none.
    pub(super) hosts: Vec<String>,
    pub(super) paths: Vec<String>,
    pub(super) target_group: Option<String>,
}

/// Works out the model, or returns the controller's message about what is wrong.
pub(super) fn build(world: &World, stack: &Stack) -> Result<Model, String> {
    let members: Vec<&Value> = stack.active.iter().filter_map(|key| world.kube.get(key)).collect();
    let settings: Vec<Settings> = members.iter().map(|ingress| Settings::of(world, ingress)).collect();
    let mut model = frame(world, stack, &settings)?;
    for ((key, ingress), settings) in stack.active.iter().zip(&members).zip(&settings) {
        let listeners = listeners(key, ingress, settings)?;
        let backends = Backends {
            world,
            stack,
            ingress,
            settings,
        };
        backends.add_to(&mut model, &listeners)?;
        model.ports.extend(listeners);
    }
    model.ports.sort_unstable();
    model.ports.dedup();
    Ok(model)
}

/// The model without ports, rules and target groups.
fn frame(world: &World, stack: &Stack, settings: &[Settings]) -> Result<Model, String> {
    let scheme = agreed(settings.iter().map(|s| s.scheme.as_deref()), "scheme")?.unwrap_or("internal");
    if !matches!(scheme, "internal" | "internet-facing") {
        return Err(format!("unknown scheme: {scheme}"));
    }
    let name = match agreed(settings.iter().map(|s| s.name.as_deref()), "load balancer name")? {
        Some(name) if name.len() > 32 => {
            return Err("load balancer name cannot be longer than 32 characters".to_owned());
        }
        Some(name) => name.to_owned(),
        None => names::balancer(&world.facts.cluster, &stack.id, scheme),
    };
    let gather = |field: fn(&Settings) -> &Vec<String>| -> Vec<String> {
        let set: BTreeSet<String> = settings.iter().flat_map(|s| field(s).iter().cloned()).collect();
        set.into_iter().collect()
    };
    let mut cidrs = gather(|s| &s.cidrs);
    if cidrs.is_empty() {
        cidrs.push("0.0.0.0/0".to_owned());
    }
    Ok(Model {
        scheme: scheme.to_owned(),
        name,
        subnets: subnets_of(world, stack, scheme, &gather(|s| &s.subnets))?,
        ports: Vec::new(),
        cidrs,
        security_groups: gather(|s| &s.security_groups),
        certificates: gather(|s| &s.certificates),
        tags: settings.iter().rev().flat_map(|s| s.tags.clone()).collect(),
        protected: settings.iter().any(Settings::protected),
        target_groups: BTreeMap::new(),
        rules: Vec::new(),
    })
}

/// Within an Ingress: exact paths before patterns, long ones before short ones.
fn precedence(rule: &RuleModel) -> (bool, usize) {
    let exact = rule.paths.iter().all(|path| !path.contains('*'));
    (exact, rule.paths.iter().map(String::len).max().unwrap_or_default())
}

/// What all members that say something agree on.
fn agreed<'a>(values: impl Iterator<Item = Option<&'a str>>, what: &str) -> Result<Option<&'a str>, String> {
    let set: BTreeSet<&str> = values.flatten().collect();
    if set.len() > 1 {
        let listed: Vec<&str> = set.into_iter().collect();
        return Err(format!("conflicting {what}: map[{}]", listed.join(" ")));
    }
    Ok(set.into_iter().next())
}

fn subnets_of(world: &World, stack: &Stack, scheme: &str, wanted: &[String]) -> Result<Vec<String>, String> {
    if !wanted.is_empty() {
        return subnets::named(world, wanted);
    }
    // An existing load balancer stays where it is, whatever has become of the tags.
    match owned::balancer_of(world, &stack.id).filter(|balancer| balancer.scheme == scheme) {
        Some(balancer) => Ok(balancer.subnets.clone()),
        None => subnets::discovered(world, scheme),
    }
}

/// The ports that an Ingress listens on, and whether they are HTTPS.
fn listeners(key: &Key, ingress: &Value, settings: &Settings) -> Result<Vec<(u16, bool)>, String> {
    let Some(asked) = &settings.listen_ports else {
        let secure = !settings.certificates.is_empty();
        return Ok(vec![if secure { (443, true) } else { (80, false) }]);
    };
    let bad = |why: &str| format!("failed to parse listen-ports configuration: `{asked}`: {why}");
    let entries: Vec<BTreeMap<String, i64>> = serde_json::from_str(asked).map_err(|e| bad(&e.to_string()))?;
    if entries.iter().all(BTreeMap::is_empty) {
        return Err(bad("empty configuration"));
    }
    let mut hosts = list(ingress, "/spec/rules").iter().map(|rule| text(rule, "/host"));
    let host = hosts.find(|host| !host.is_empty());
    let mut listeners = Vec::new();
    for (protocol, port) in entries.into_iter().flatten() {
        let secure = match protocol.as_str() {
            "HTTP" => false,
            "HTTPS" => true,
            _ => return Err(format!("listen protocol must be HTTP or HTTPS: {protocol}")),
        };
        let number = u16::try_from(port).ok().filter(|port| *port > 0);
        let number = number.ok_or_else(|| format!("listen port must be within [1, 65535]: {port}"))?;
        if let Some(host) = host.filter(|_| secure && settings.certificates.is_empty()) {
            let (namespace, name) = (&key.namespace, &key.name);
            return Err(format!(
                "ingress: {namespace}/{name}: no certificate found for host: {host}"
            ));
        }
        listeners.push((number, secure));
    }
    Ok(listeners)
}

/// The backends of one Ingress.
#[derive(Clone, Copy)]
struct Backends<'a> {
    world: &'a World,
    stack: &'a Stack,
    ingress: &'a Value,
    settings: &'a Settings,
}

impl Backends<'_> {
    fn add_to(self, model: &mut Model, listeners: &[(u16, bool)]) -> Result<(), String> {
        let ports: Vec<u16> = listeners.iter().map(|(port, _)| *port).collect();
        let mut own = Vec::new();
        let rules = list(self.ingress, "/spec/rules").iter();
        for (host, path) in
            rules.flat_map(|rule| list(rule, "/http/paths").iter().map(|path| (text(rule, "/host"), path)))
        {
            let target_group = self.add_group(model, &path["backend"]["service"])?;
            own.push(RuleModel {
                ports: ports.clone(),
                hosts: if host.is_empty() {
                    Vec::new()
                } else {
                    vec![host.to_owned()]
                },
                paths: patterns(text(path, "/path"), text(path, "/pathType")),
                target_group,
            });
        }
        let default = &self.ingress["spec"]["defaultBackend"]["service"];
        if default.is_object() {
            let target_group = self.add_group(model, default)?;
            own.push(RuleModel {
                ports,
                hosts: Vec::new(),
                paths: vec!["/*".to_owned()],
                target_group,
            });
        }
        own.sort_by_key(|rule| Reverse(precedence(rule)));
        model.rules.append(&mut own);
        Ok(())
    }

    /// The target group of a backend; `None` if its Service does not exist, which the controller tolerates.
    fn add_group(self, model: &mut Model, backend: &Value) -> Result<Option<String>, String> {
        let (home, ingress) = (api::namespace(self.ingress), api::name(self.ingress));
        let name = text(backend, "/name");
        let Some(service) = self.world.kube.get(&SERVICE.key(home, name)) else {
            return Ok(None);
        };
        let target_type = self.settings.target_type.as_deref().unwrap_or("instance");
        let wanted = &backend["port"];
        let service_port = wanted.get("number").or_else(|| wanted.get("name"));
        let service_port = service_port.cloned().unwrap_or(Value::Null);
        let written = service_port
            .as_str()
            .map_or_else(|| service_port.to_string(), str::to_owned);
        let port = group_port(service, &service_port, &written, target_type);
        let port = port.map_err(|why| format!("ingress: {home}/{ingress}: {why}"))?;
        let group = TargetGroupName {
            cluster: &self.world.facts.cluster,
            stack: &self.stack.id,
            ingress: (home, ingress),
            service: (home, name, api::uid(service)),
            port: &written,
            target_port: port,
            target_type,
        }
        .text();
        let wanted = GroupModel {
            resource: format!("{home}/{ingress}-{name}:{written}"),
            namespace: home.to_owned(),
            service: name.to_owned(),
            service_port,
            port,
            target_type: target_type.to_owned(),
        };
        model.target_groups.insert(group.clone(), wanted);
        Ok(Some(group))
    }
}

/// The port of the target group for a Service's port.
fn group_port(service: &Value, wanted: &Value, written: &str, target_type: &str) -> Result<u16, String> {
    if !matches!(target_type, "instance" | "ip") {
        return Err(format!("unknown targetType: {target_type}"));
    }
    let port = list(service, "/spec/ports")
        .iter()
        .find(|port| port["port"] == *wanted || (wanted.is_string() && port["name"] == *wanted))
        .ok_or_else(|| {
            let (namespace, name) = (api::namespace(service), api::name(service));
            format!("unable to find port {written} on service {namespace}/{name}")
        })?;
    let number = if target_type == "instance" {
        int(port, "/nodePort")
    } else if port["targetPort"].is_string() {
        // A named port may differ from pod to pod; the group's own port is then never used.
        Some(1)
    } else {
        int(port, "/targetPort").or_else(|| int(port, "/port"))
    };
    let number = number
        .and_then(|port| u16::try_from(port).ok())
        .filter(|port| *port > 0);
    number.ok_or_else(|| {
        "TargetGroup port is empty. When using Instance targets, your service must be of type 'NodePort' or 'LoadBalancer'".to_owned()
    })
}

/// The path patterns of a rule.
fn patterns(path: &str, kind: &str) -> Vec<String> {
    let trimmed = path.trim_end_matches('/');
    match kind {
        "Prefix" if trimmed.is_empty() => vec!["/*".to_owned()],
        "Prefix" => vec![trimmed.to_owned(), format!("{trimmed}/*")],
        _ if path.is_empty() => vec!["/*".to_owned()],
        _ => vec![path.to_owned()],
    }
}
