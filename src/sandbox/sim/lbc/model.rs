//! The model of a stack: what there should be in AWS, worked out from Ingresses and Services, or why that cannot be.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::World;

use super::backends::{Backends, TargetGroups};
use super::listening::{self, Listening};
use super::names;
use super::rules::{self, PortRules};
use super::settings::Settings;
use super::stack::Stack;
use super::{addons, cluster, owned, security_groups, subnets};

/// What a stack should be in AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) scheme: String,
    /// Whether it is to have addresses of IPv6, too.
    pub(super) dual_stack: bool,
    pub(super) name: String,
    pub(super) subnets: Vec<String>,
    /// Port and whether it is HTTPS.
    pub(super) ports: Vec<(u16, bool)>,
    pub(super) cidrs: Vec<String>,
    /// Security groups asked for; the controller makes its own if there are none.
    pub(super) security_groups: Vec<String>,
    pub(super) certificates: Vec<String>,
    /// The TLS policy of the HTTPS listeners, if one is asked for.
    pub(super) policy: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    /// Attributes of the load balancer.
    pub(super) attributes: BTreeMap<String, String>,
    /// Target groups by name.
    pub(super) target_groups: TargetGroups,
    /// The rules of each listener, by its port.
    pub(super) rules: BTreeMap<u16, PortRules>,
    /// ARN of the web ACL in front of it.
    pub(super) web_acl: Option<String>,
}

impl Model {
    /// Whether the load balancer is to be protected from deletion.
    pub(super) fn protected(&self) -> bool {
        let value = self.attributes.get("deletion_protection.enabled");
        value.is_some_and(|value| value == "true")
    }
}

/// Works out the model, or returns the controller's message about what is wrong; in the controller's order.
pub(super) fn build(world: &World, stack: &Stack) -> Result<Model, String> {
    let ingresses = stack.active.iter().filter_map(|key| world.kube.get(key));
    let members: Vec<Settings<'_>> = ingresses.map(|ingress| Settings::of(world, ingress)).collect();
    let listening: Vec<Listening> = members
        .iter()
        .map(|member| listening::of(*member))
        .collect::<Result<_, _>>()?;
    let ports = listening::merge(&listening)?;
    let mut model = frame(world, stack, (&members, &listening), ports)?;
    let ssl_redirect = listening::ssl_redirect(&members, &model.ports)?.map(|port| port.to_string());
    for port in model.ports.clone() {
        let all = members.iter().zip(&listening);
        let here = all.filter(|(_, listening)| listening.ports.contains(&port));
        let here: Vec<Backends<'_>> = here
            .map(|(member, _)| Backends {
                world,
                stack,
                ingress: member.ingress,
                settings: *member,
            })
            .collect();
        let rules = rules::build(&mut model.target_groups, port, &here, ssl_redirect.as_deref())?;
        model.rules.insert(port.0, rules);
    }
    model.web_acl = addons::check(&members)?;
    Ok(model)
}

/// The model without rules and target groups.
fn frame(
    world: &World,
    stack: &Stack,
    (members, listening): (&[Settings<'_>], &[Listening]),
    ports: Vec<(u16, bool)>,
) -> Result<Model, String> {
    let all = |pointer: &'static str, name: &'static str| members.iter().map(move |member| member.text(pointer, name));
    let scheme = agreed(all("/spec/scheme", "scheme"), "scheme", go_set)?.unwrap_or("internal");
    if !matches!(scheme, "internal" | "internet-facing") {
        return Err(format!("unknown scheme: {scheme}"));
    }
    let addresses = agreed(all("/spec/ipAddressType", "ip-address-type"), "IPAddressType", go_list)?;
    let addresses = addresses.unwrap_or("ipv4");
    if !matches!(addresses, "ipv4" | "dualstack" | "dualstack-without-public-ipv4") {
        return Err(format!("unknown IPAddressType: {addresses}"));
    }
    let subnets = subnets_of(world, stack, scheme, members)?;
    let security_groups = security_groups::given(world, members)?;
    for (member, listening) in members.iter().zip(listening) {
        addons::check_balancer(*member, &listening.ports)?;
    }
    let attributes = ("/spec/loadBalancerAttributes", "load-balancer-attributes");
    let attributes = addons::agreed_map(members, attributes, "loadBalancerAttribute")?;
    let tags = addons::agreed_map(members, ("/spec/tags", "tags"), "tag")?;
    let name = all("/spec/loadBalancerName", "load-balancer-name");
    let name = match agreed(name, "load balancer name", go_set)? {
        Some(name) if name.len() > 32 => {
            return Err("load balancer name cannot be longer than 32 characters".to_owned());
        }
        Some(name) => name.to_owned(),
        None => names::balancer(cluster(world), &stack.id, scheme),
    };
    let gather = |field: fn(&Listening) -> &Vec<String>| -> Vec<String> {
        let set: BTreeSet<String> = listening
            .iter()
            .flat_map(|listening| field(listening).iter().cloned())
            .collect();
        set.into_iter().collect()
    };
    let mut cidrs = gather(|listening| &listening.cidrs);
    if cidrs.is_empty() {
        cidrs.push("0.0.0.0/0".to_owned());
    }
    Ok(Model {
        scheme: scheme.to_owned(),
        dual_stack: addresses != "ipv4",
        name,
        subnets,
        ports,
        cidrs,
        security_groups,
        certificates: gather(|listening| &listening.certificates),
        policy: listening.iter().find_map(|listening| listening.policy.clone()),
        tags,
        attributes,
        target_groups: TargetGroups::new(),
        rules: BTreeMap::new(),
        web_acl: None,
    })
}

/// What all members that say something agree on.
fn agreed<'a>(
    values: impl Iterator<Item = Option<&'a str>>,
    what: &str,
    shown: fn(&BTreeSet<&str>) -> String,
) -> Result<Option<&'a str>, String> {
    let set: BTreeSet<&str> = values.flatten().collect();
    if set.len() > 1 {
        return Err(format!("conflicting {what}: {}", shown(&set)));
    }
    Ok(set.into_iter().next())
}

/// A set as Go prints it.
fn go_set(set: &BTreeSet<&str>) -> String {
    let members: Vec<String> = set.iter().map(|member| format!("{member}:{{}}")).collect();
    format!("map[{}]", members.join(" "))
}

/// A list as Go prints it.
fn go_list(set: &BTreeSet<&str>) -> String {
    let members: Vec<&str> = set.iter().copied().collect();
    format!("[{}]", members.join(" "))
}

fn subnets_of(world: &World, stack: &Stack, scheme: &str, members: &[Settings<'_>]) -> Result<Vec<String>, String> {
    if let Some(chosen) = subnets::given(world, members)? {
        return Ok(chosen);
    }
    // An existing load balancer stays where it is, whatever has become of the tags.
    match owned::balancer_of(world, &stack.id).filter(|balancer| balancer.scheme == scheme) {
        Some(balancer) => Ok(balancer.subnets.clone()),
        None => subnets::discovered(world, scheme),
    }
}
