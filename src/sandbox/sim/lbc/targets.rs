//! The controller's other half: targets follow the endpoints of the bound Service.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::state::Key;
use crate::state::Target;
use crate::world::World;

use super::super::api::{self, BINDING, ENDPOINT_SLICE, NODE, Note, SERVICE, int, is_true, label, list, text};
use super::super::controllers::{News, Watcher};
use super::super::{balancer, durations, pods};
use super::is_alive;
use super::openings::open_ports;
use crate::state::Action;

/// Address or instance, port, zone.
type TargetAddress = (String, u16, String);

/// Plans the change of targets where they are not what the endpoints say.
pub(super) fn run(world: &mut World) {
    let news = News::of(world, Watcher::Bindings, &[BINDING, ENDPOINT_SLICE, SERVICE, NODE]);
    let touches = world.aws.target_groups.touches();
    let before = world.agenda.seen.bound.replace(touches);
    if news.is_none() && before == Some(touches) {
        return;
    }
    let touched = before.and_then(|before| world.aws.target_groups.touched_since(before));
    let is_touched = |arn: &str| touched.as_ref().is_none_or(|touched| touched.contains(arn));
    let bindings = BINDING.briefs(world).filter(|(_, binding)| !binding.is_deleting);
    let concerned = bindings.filter(|(key, binding)| news.concerns(key) || is_touched(&binding.target_group));
    let out_of_step = concerned.filter_map(|(key, binding)| {
        let differs = wanted(world, key, world.kube.get(key)?) != registered(world, &binding.target_group);
        differs.then(|| Action::SyncTargets {
            group: binding.target_group.to_string(),
        })
    });
    let out_of_step: Vec<Action> = out_of_step.filter(|action| !world.agenda.has(action)).collect();
    for action in out_of_step {
        let Action::SyncTargets { group } = &action else {
            continue;
        };
        let wait = durations::LBC_TARGETS.draw(world, &format!("targets of {group}"));
        let now = world.now();
        world.agenda.after(now, wait, action);
    }
}

/// Targets that should be registered.
fn wanted(world: &World, key: &Key, binding: &Value) -> BTreeSet<TargetAddress> {
    let service = text(binding, "/spec/serviceRef/name");
    let Some(port) = service_port(world, key, binding) else {
        return BTreeSet::new();
    };
    if text(binding, "/spec/targetType") == "instance" {
        return instances(world, port);
    }
    let port_name = text(port, "/name");
    ENDPOINT_SLICE
        .list(world, Some(&key.namespace))
        .filter(|(_, slice)| label(slice, "kubernetes.io/service-name") == Some(service))
        .flat_map(|(_, slice)| {
            let mut ports = list(slice, "/ports").iter();
            let number = ports.find(|port| text(port, "/name") == port_name);
            let number = number.and_then(|port| u16::try_from(int(port, "/port")?).ok());
            let endpoints = list(slice, "/endpoints").iter();
            let ready = endpoints.filter(|endpoint| endpoint["conditions"]["ready"] == true);
            ready.filter_map(move |endpoint| {
                let address = text(endpoint, "/addresses/0").to_owned();
                Some((address, number?, text(endpoint, "/zone").to_owned()))
            })
        })
        .collect()
}

fn service_port<'a>(world: &'a World, key: &Key, binding: &Value) -> Option<&'a Value> {
    let name = text(binding, "/spec/serviceRef/name");
    let service = world.kube.get(&SERVICE.key(&key.namespace, name))?;
    let wanted = &binding["spec"]["serviceRef"]["port"];
    let mut ports = list(service, "/spec/ports").iter();
    ports.find(|port| port["port"] == *wanted || port["name"] == *wanted)
}

/// EC2 nodes at the Service's node port; Fargate's machines have none.
fn instances(world: &World, port: &Value) -> BTreeSet<TargetAddress> {
    let Some(node_port) = int(port, "/nodePort").and_then(|port| u16::try_from(port).ok()) else {
        return BTreeSet::new();
    };
    NODE.list(world, None)
        .filter(|(_, node)| !pods::is_fargate_node(node) && is_true(node, "Ready"))
        .filter_map(|(_, node)| {
            let instance = text(node, "/spec/providerID").rsplit('/').next()?.to_owned();
            let zone = label(node, "topology.kubernetes.io/zone")
                .unwrap_or_default()
                .to_owned();
            Some((instance, node_port, zone))
        })
        .collect()
}

fn registered(world: &World, arn: &str) -> BTreeSet<TargetAddress> {
    let group = world.aws.target_groups.get(arn);
    let targets = group.map(|group| group.targets.as_slice()).unwrap_or_default().iter();
    targets
        .filter(|target| target.state != "draining")
        .map(|target| (target.id.clone(), target.port, target.zone.clone()))
        .collect()
}

/// Registers and deregisters what has changed.
pub(in super::super) fn sync(world: &mut World, arn: &str) {
    if !is_alive(world) {
        return;
    }
    let found = BINDING
        .briefs(world)
        .find(|(_, binding)| *binding.target_group == *arn && !binding.is_deleting);
    let found = found.and_then(|(key, _)| Some((key.clone(), world.kube.get(key)?.clone())));
    let Some((key, binding)) = found else { return };
    let (wanted, registered) = (wanted(world, &key, &binding), registered(world, arn));
    open_ports(world, &binding);
    for (id, port, _) in registered.difference(&wanted) {
        balancer::deregister(world, arn, id, *port);
    }
    for (id, port, zone) in wanted.difference(&registered) {
        let code = "Elb.RegistrationInProgress".to_owned();
        let target = Target {
            id: id.clone(),
            port: *port,
            zone: zone.clone(),
            state: "initial".to_owned(),
            reason: Some((code, "Target registration is in progress".to_owned())),
        };
        balancer::register(world, arn, target);
    }
    let note = Note {
        from: "targetGroupBinding",
        warning: false,
        reason: "SuccessfullyReconciled",
        message: "Successfully reconciled",
    };
    api::emit(world, &key, note);
}
