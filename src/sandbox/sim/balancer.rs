//! Application load balancers: provisioning, target health, network interfaces, names in DNS.

use std::net::{IpAddr, Ipv4Addr};

use super::api::{ENDPOINT_SLICE, list};
use super::lbc::{self, CLUSTER_TAG};
use super::{durations, pods};
use crate::state::{Action, LoadBalancer, Target, TargetGroup};
use crate::world::World;

/// Description of a load balancer's network interfaces.
pub(super) fn interface_description(arn: &str) -> String {
    let path = arn.split_once("loadbalancer/").map_or(arn, |(_, path)| path);
    format!("ELB {path}")
}

/// Deletion of a load balancer has been accepted: takes it out of the state at once, frees its target groups, and lets
/// its network interfaces linger for a while.
pub(crate) fn load_balancer_deleted(world: &mut World, arn: &str) {
    if !world.aws.load_balancers.contains_key(arn) {
        return;
    }
    world.aws.load_balancers.remove(arn);
    let groups = world.aws.target_groups.values();
    let users = groups.filter(|group| group.load_balancers.iter().any(|user| user == arn));
    let users: Vec<String> = users.map(|group| group.arn.clone()).collect();
    for group in users {
        if let Some(group) = world.aws.target_groups.get_mut(&group) {
            group.load_balancers.retain(|user| user != arn);
        }
    }
    world
        .agenda
        .cancel(arn, |action| matches!(action, Action::BalancerActive { .. }));
    let wait = durations::INTERFACES_LINGER.draw(world, &format!("interfaces of {arn}"));
    let now = world.now();
    let description = interface_description(arn);
    world.agenda.after(now, wait, Action::InterfacesGone { description });
}

/// A load balancer is provisioned.
pub(super) fn activate(world: &mut World, arn: &str) {
    if let Some(balancer) = world.aws.load_balancers.get_mut(arn) {
        "active".clone_into(&mut balancer.state);
    }
}

/// Registers a target, or takes one back that was draining.
pub(super) fn register(world: &mut World, group: &str, target: Target) {
    if let Some(group) = world.aws.target_groups.get_mut(group) {
        group
            .targets
            .retain(|old| (&old.id, old.port) != (&target.id, target.port));
        group.targets.push(target);
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
    }
}

/// A target that was draining is forgotten.
pub(super) fn drained(world: &mut World, group: &str, id: &str, port: u16) {
    if let Some(group) = world.aws.target_groups.get_mut(group) {
        group
            .targets
            .retain(|target| (target.id.as_str(), target.port) != (id, port) || target.state != "draining");
    }
}

fn target_mut<'a>(world: &'a mut World, group: &str, id: &str, port: u16) -> Option<&'a mut Target> {
    let is_it = |target: &Target| target.id == id && target.port == port;
    // Only what is there is borrowed to be changed.
    if !world.aws.target_groups.get(group)?.targets.iter().any(is_it) {
        return None;
    }
    let targets = &mut world.aws.target_groups.get_mut(group)?.targets;
    targets.iter_mut().find(|target| is_it(target))
}

/// One pass: targets of a group without a load balancer are unused, those of an active one are checked.
pub(super) fn run(world: &mut World) {
    let seen = (world.aws.target_groups.touches(), world.aws.load_balancers.touches());
    let before = world.agenda.seen.targets.replace(seen);
    if before == Some(seen) {
        return;
    }
    for (group, id, port, next) in due(world, before) {
        take(world, &group, &id, port, &next);
    }
}

/// Address or instance and port of a target of a group, and what becomes of it.
type Due = (String, String, u16, TargetChange);

/// What is due for the targets of this cluster's groups that may have changed since the touches of groups and of load balancers
/// had been `before`.
fn due(world: &World, before: Option<(u64, u64)>) -> Vec<Due> {
    let aws = &world.aws;
    let groups = before.and_then(|(groups, _)| aws.target_groups.touched_since(groups));
    let balancers = before.and_then(|(_, balancers)| aws.load_balancers.touched_since(balancers));
    let is_touched = |group: &TargetGroup| {
        let (Some(groups), Some(balancers)) = (&groups, &balancers) else {
            return true;
        };
        let mut users = group.load_balancers.iter();
        groups.contains(group.arn.as_str()) || users.any(|user| balancers.contains(user.as_str()))
    };
    let concerned = aws
        .target_groups
        .values()
        .filter(|group| is_touched(group) && is_here(world, group));
    concerned.flat_map(|group| due_in(world, group)).collect()
}

/// Whether a group is of the cluster in hand; one that nobody says is anybody's belongs to all.
fn is_here(world: &World, group: &TargetGroup) -> bool {
    group
        .tags
        .get(CLUSTER_TAG)
        .is_none_or(|cluster| *cluster == world.facts.cluster)
}

fn due_in<'a>(world: &'a World, group: &'a TargetGroup) -> impl Iterator<Item = Due> + 'a {
    let used = !group.load_balancers.is_empty();
    let balancers = group
        .load_balancers
        .iter()
        .filter_map(|arn| world.aws.load_balancers.get(arn));
    let active = balancers.into_iter().any(LoadBalancer::serves);
    group.targets.iter().filter_map(move |target| {
        let next = match target.state.as_str() {
            "unused" if used => TargetChange::Initial,
            "draining" | "unused" => return None,
            _ if !used => TargetChange::Unused,
            "initial" if active && !is_checked(world, &group.arn, target) => TargetChange::Check,
            _ => return None,
        };
        Some((group.arn.clone(), target.id.clone(), target.port, next))
    })
}

/// What becomes of a target.
enum TargetChange {
    Initial,
    Unused,
    Check,
}

fn is_checked(world: &World, arn: &str, target: &Target) -> bool {
    world.agenda.has(&Action::HealthChecked {
        group: arn.to_owned(),
        id: target.id.clone(),
        port: target.port,
    })
}

fn take(world: &mut World, group: &str, id: &str, port: u16, next: &TargetChange) {
    let (state, code, text) = match next {
        TargetChange::Initial => (
            "initial",
            "Elb.RegistrationInProgress",
            "Target registration is in progress",
        ),
        TargetChange::Unused => (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        ),
        TargetChange::Check => (
            "initial",
            "Elb.InitialHealthChecking",
            "Initial health checks in progress",
        ),
    };
    if let Some(target) = target_mut(world, group, id, port) {
        state.clone_into(&mut target.state);
        target.reason = Some((code.to_owned(), text.to_owned()));
    }
    if matches!(next, TargetChange::Check) {
        let wait = durations::HEALTH_CHECKS.draw(world, &format!("health of {id}"));
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
    let sick = sickness(world, group, id, port);
    let is_asked = |target: &&mut Target| matches!(target.state.as_str(), "initial" | "healthy" | "unhealthy");
    let Some(target) = target_mut(world, group, id, port).filter(is_asked) else {
        return;
    };
    let state = if sick.is_some() { "unhealthy" } else { "healthy" };
    state.clone_into(&mut target.state);
    target.reason = sick;
}

/// Why a target does not pass its health checks, if it does not: code and text.
fn sickness(world: &World, group: &str, id: &str, port: u16) -> Option<(String, String)> {
    let group = world.aws.target_groups.get(group)?;
    let reason = |code: &str, text: String| Some((format!("Target.{code}"), text));
    if group.target_type == "instance" {
        let failed = "Health checks failed".to_owned();
        return if node_port_answers(world) {
            None
        } else {
            reason("FailedHealthChecks", failed)
        };
    }
    if !lbc::is_open(world) {
        return reason("Timeout", "Request timed out".to_owned());
    }
    if !pods::listens_on(world, id, port) {
        return reason("FailedHealthChecks", "Health checks failed".to_owned());
    }
    let (path, wanted) = &group.health;
    let code = answer(if path.is_empty() { "/" } else { path });
    if accepts(wanted, code) {
        None
    } else {
        reason(
            "ResponseCodeMismatch",
            format!("Health checks failed with these codes: [{code}]"),
        )
    }
}

/// What the game answers to a request for a path.
pub(crate) fn answer(path: &str) -> u16 {
    if matches!(path, "/" | "/index.html") { 200 } else { 404 }
}

/// Whether success codes such as `200`, `200,202` and `200-399` contain a code.
fn accepts(wanted: &str, code: u16) -> bool {
    let wanted = if wanted.is_empty() { "200" } else { wanted };
    let mut parts = wanted.split(',').map(str::trim);
    parts.any(|part| match part.split_once('-') {
        Some((from, to)) => {
            from.parse().is_ok_and(|from: u16| from <= code) && to.parse().is_ok_and(|to: u16| code <= to)
        }
        None => part.parse() == Ok(code),
    })
}

/// Something about how targets are reached or asked has changed: the next health checks show it.
pub(super) fn ask_again(world: &mut World) {
    let groups = world.aws.target_groups.values();
    let here = groups.filter(|group| is_here(world, group));
    let here: Vec<String> = here.map(|group| group.arn.clone()).collect();
    for group in here {
        ask_group_again(world, &group);
    }
}

/// The same for one target group.
pub(super) fn ask_group_again(world: &mut World, arn: &str) {
    let Some(group) = world.aws.target_groups.get(arn) else {
        return;
    };
    let asked = group
        .targets
        .iter()
        .filter(|target| matches!(target.state.as_str(), "healthy" | "unhealthy"));
    let asked: Vec<(String, u16)> = asked.map(|target| (target.id.clone(), target.port)).collect();
    for (id, port) in asked {
        let wait = durations::HEALTH_CHECKS.draw(world, &format!("health of {id}"));
        let now = world.now();
        let group = arn.to_owned();
        world.agenda.after(now, wait, Action::HealthChecked { group, id, port });
    }
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
pub(crate) fn resolve(world: &World, host: &str) -> Vec<IpAddr> {
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

/// The load balancer of this DNS name, if it is in service.
pub(crate) fn by_host<'a>(world: &'a World, host: &str) -> Option<&'a LoadBalancer> {
    let name = host.split(':').next().unwrap_or(host).trim_end_matches('.');
    let mut balancers = world.aws.load_balancers.values();
    balancers.find(|balancer| balancer.serves() && balancer.dns_name.eq_ignore_ascii_case(name))
}
