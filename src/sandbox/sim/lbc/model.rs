//! The model of a stack: what there should be in AWS, worked out from Ingresses and Services, or why that cannot be.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::state::Key;
use crate::world::World;

use super::super::api::{list, text};
use super::backends::{Backends, TargetGroups};
use super::names;
use super::rules::{self, PortRules};
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
    /// Target groups by name.
    pub(super) target_groups: TargetGroups,
    /// The rules of each listener, by its port.
    pub(super) rules: BTreeMap<u16, PortRules>,
}

/// Works out the model, or returns the controller's message about what is wrong.
pub(super) fn build(world: &World, stack: &Stack) -> Result<Model, String> {
    let members: Vec<&Value> = stack.active.iter().filter_map(|key| world.kube.get(key)).collect();
    let settings: Vec<Settings> = members.iter().map(|ingress| Settings::of(world, ingress)).collect();
    let mut model = frame(world, stack, &settings)?;
    let mut listening = Vec::new();
    for ((key, ingress), settings) in stack.active.iter().zip(&members).zip(&settings) {
        let ports = listeners(key, ingress, settings)?;
        let backends = Backends {
            world,
            stack,
            ingress,
            settings,
        };
        model.ports.extend(&ports);
        listening.push((backends, ports));
    }
    model.ports.sort_unstable();
    model.ports.dedup();
    let ssl_redirect = settings.iter().find_map(|settings| settings.ssl_redirect.as_deref());
    for port in model.ports.clone() {
        let here = listening.iter().filter(|(_, ports)| ports.contains(&port));
        let here: Vec<Backends<'_>> = here.map(|(backends, _)| *backends).collect();
        let rules = rules::build(&mut model.target_groups, port, &here, ssl_redirect)?;
        model.rules.insert(port.0, rules);
    }
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
        target_groups: TargetGroups::new(),
        rules: BTreeMap::new(),
    })
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
