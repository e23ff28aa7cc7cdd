//! Takes a stack down: load balancer, bindings, target groups, security groups, and last the finalizers. No event reports
//! any of it, and what is held by something is tried again.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::k8s::objects;
use crate::state::Key;
use crate::state::SecurityGroup;
use crate::world::World;

use super::super::api::{self, BINDING, INGRESS, list};
use super::super::{balancer, durations};
use super::owned::{BACKEND_TAG, BINDING_FINALIZER, CLUSTER_TAG, balancer_of, is_binding_of, is_of};
use super::settings::Settings;
use super::stack::Stack;
use super::{NAME, cluster, fail, is_denied, openings, plan};

/// Finalizers of Ingresses that the controller has taken.
const FINALIZERS: [&str; 2] = ["ingress.k8s.aws/", "group.ingress.k8s.aws/"];

/// One pass over a stack without any Ingress that stays.
pub(super) fn run(world: &mut World, stack: &Stack) {
    let mut leaving = stack.leaving.iter().filter_map(|key| world.kube.get(key));
    let protected = leaving.any(|ingress| Settings::of(world, ingress).protected());
    if protected || is_denied(world) {
        fail(world, &stack.id);
        return;
    }
    if let Some(arn) = balancer_of(world, &stack.id).map(|balancer| balancer.arn.clone()) {
        balancer::load_balancer_deleted(world, &arn);
    }
    if !drop_unwanted(world, &stack.id, &BTreeMap::new()) {
        fail(world, &stack.id);
    } else if !drop_security_groups(world, stack) {
        let wait = durations::LBC_HELD.draw(world, &format!("removal of {}", stack.id));
        plan(world, &stack.id, wait);
    } else if release_leaving(world, stack) {
        world.agenda.lbc.stacks.remove(&stack.id);
    } else {
        fail(world, &stack.id);
    }
}

/// Removes bindings and target groups of a stack except the wanted ones (name -> ARN); `false` if something is in the way.
pub(super) fn drop_unwanted(world: &mut World, stack: &str, wanted: &BTreeMap<String, String>) -> bool {
    if !unbind(world, stack, wanted) {
        return false;
    }
    let groups = world.aws.target_groups.values();
    let unwanted: Vec<String> = groups
        .filter(|group| is_of(world, &group.tags, stack) && !wanted.contains_key(&group.name))
        .map(|group| group.arn.clone())
        .collect();
    for arn in unwanted {
        let group = world.aws.target_groups.get(&arn);
        let used = group.is_some_and(|group| !group.load_balancers.is_empty());
        if used {
            return false;
        }
        world.aws.target_groups.remove(&arn);
    }
    openings::revoke_unused(world);
    true
}

/// Deletes the bindings of a stack but for the wanted ones, whether or not their target groups are there; `false` if the API
/// server refuses.
fn unbind(world: &mut World, stack: &str, wanted: &BTreeMap<String, String>) -> bool {
    let bindings: Vec<Key> = BINDING
        .list(world, None)
        .filter(|(key, binding)| is_binding_of(binding, stack) && !wanted.contains_key(&key.name))
        .map(|(key, _)| key.clone())
        .collect();
    for key in bindings {
        api::delete(world, &key);
        let kept = world.kube.get(&key).is_some();
        if kept && objects::remove_finalizer(world, NAME, &key, BINDING_FINALIZER).is_err() {
            return false;
        }
    }
    true
}

/// Removes the frontend group, and the backend group if this was the last stack and the controller remembers it; `false`
/// while something uses them.
fn drop_security_groups(world: &mut World, stack: &Stack) -> bool {
    let others = INGRESS
        .list(world, None)
        .any(|(key, ingress)| is_taken(ingress, Some(&stack.finalizer).filter(|_| stack.leaving.contains(key))));
    let remembered = world.agenda.lbc.backend.clone();
    let backend = |group: &SecurityGroup| {
        remembered.as_ref() == Some(&group.id)
            && group.tags.get(CLUSTER_TAG).is_some_and(|maker| maker == cluster(world))
            && group
                .tags
                .get(BACKEND_TAG.0)
                .is_some_and(|value| value == BACKEND_TAG.1)
    };
    let mut unwanted: Vec<(bool, String)> = world
        .aws
        .security_groups
        .values()
        .filter(|group| is_of(world, &group.tags, &stack.id) || (!others && backend(group)))
        .map(|group| (backend(group), group.id.clone()))
        .collect();
    // The frontend group first.
    unwanted.sort();
    for (_, id) in unwanted {
        if is_held(world, &id) {
            return false;
        }
        world.aws.security_groups.remove(&id);
        world.agenda.lbc.backend.take_if(|remembered| *remembered == id);
    }
    true
}

/// Whether an Ingress has a finalizer of the controller beside the one that it is about to lose.
fn is_taken(ingress: &Value, but: Option<&String>) -> bool {
    let finalizers = list(ingress, "/metadata/finalizers").iter().filter_map(Value::as_str);
    let mut others = finalizers.filter(|finalizer| but.is_none_or(|lost| lost != finalizer));
    others.any(|finalizer| FINALIZERS.iter().any(|ours| finalizer.starts_with(ours)))
}

/// Whether a security group is in use by an interface, or another group's rule refers to it.
fn is_held(world: &World, id: &str) -> bool {
    let mut interfaces = world.aws.interfaces.values();
    let worn = interfaces.any(|interface| interface.groups.iter().any(|group| group == id));
    let named = |group: &SecurityGroup| group.id != id && group.rules.iter().any(|(_, _, _, source, _)| source == id);
    worn || world.aws.security_groups.values().any(named)
}

/// Takes the finalizer off the Ingresses that leave; `false` if the API server refuses.
pub(super) fn release_leaving(world: &mut World, stack: &Stack) -> bool {
    let mut done = true;
    for key in &stack.leaving {
        done &= objects::remove_finalizer(world, NAME, key, &stack.finalizer).is_ok();
    }
    done
}
