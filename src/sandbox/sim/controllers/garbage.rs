//! The garbage collector: what belongs to objects that are gone goes too. And pods of nodes that are gone.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::k8s::objects;
use crate::state::Key;
use crate::world::World;

use super::super::api::{self, CONTROLLER_MANAGER, NAMESPACED, NODE, POD, SERVICE, list, text};
use super::news::News;

pub(super) fn run(world: &mut World) {
    if News::of_belongings(world).is_none() {
        return;
    }
    leave_orphans(world);
    collect_orphans(world);
    finish_deletions(world);
    collect_pods_of_lost_nodes(world);
}

/// Every object that can own others, or be owned.
fn all(world: &World) -> impl Iterator<Item = (&Key, &Value)> {
    NAMESPACED
        .into_iter()
        .filter(|resource| resource.resource != "events")
        .chain([NODE])
        .flat_map(|resource| resource.list(world, None))
}

fn owners(object: &Value) -> impl Iterator<Item = &Value> {
    list(object, "/metadata/ownerReferences").iter()
}

fn collect_orphans(world: &mut World) {
    if all(world).all(|(_, object)| owners(object).next().is_none()) {
        return;
    }
    let alive: BTreeSet<&str> = all(world).map(|(_, object)| api::uid(object)).collect();
    let orphans: Vec<Key> = all(world)
        .filter(|(_, object)| {
            let mut owners = owners(object).peekable();
            owners.peek().is_some()
                && !api::deleting(object)
                && owners.all(|owner| !alive.contains(text(owner, "/uid")) && is_known(text(owner, "/kind")))
        })
        .map(|(key, _)| key.clone())
        .collect();
    for key in orphans {
        api::delete(world, &key);
    }
}

/// Whether objects of the kind are kept in the store, so that an absent owner is really gone.
fn is_known(kind: &str) -> bool {
    NAMESPACED
        .iter()
        .chain([&NODE, &SERVICE])
        .any(|resource| resource.kind == kind)
}

/// Deletion that leaves orphans: dependents lose their reference, then the owner goes.
fn leave_orphans(world: &mut World) {
    for (key, uid) in waiting_for(world, objects::ORPHAN) {
        // Refused only if a webhook is down; the next pass tries again.
        let all_disowned = objects::dependents(world, &uid)
            .into_iter()
            .all(|dependent| objects::disown(world, CONTROLLER_MANAGER.0, &dependent, &uid).is_ok());
        if all_disowned {
            let _ = objects::remove_finalizer(world, CONTROLLER_MANAGER.0, &key, objects::ORPHAN);
        }
    }
}

/// The objects being deleted that wait for the collector under this finalizer, with their UIDs.
fn waiting_for(world: &World, finalizer: &str) -> Vec<(Key, String)> {
    all(world)
        .filter(|(_, object)| {
            api::deleting(object) && list(object, "/metadata/finalizers").iter().any(|f| f == finalizer)
        })
        .map(|(key, object)| (key.clone(), api::uid(object).to_owned()))
        .collect()
}

/// Foreground deletion: dependents first, then the owner.
fn finish_deletions(world: &mut World) {
    const FOREGROUND: &str = "foregroundDeletion";
    for (key, uid) in waiting_for(world, FOREGROUND) {
        let mut done = true;
        for dependent in objects::dependents(world, &uid) {
            let blocks = world.kube.get(&dependent).is_some_and(|object| {
                owners(object).any(|owner| text(owner, "/uid") == uid && owner["blockOwnerDeletion"] == true)
            });
            api::delete(world, &dependent);
            done &= !blocks || world.kube.get(&dependent).is_none();
        }
        if done {
            // Refused only if a webhook is down; the next pass tries again.
            let _ = objects::remove_finalizer(world, CONTROLLER_MANAGER.0, &key, FOREGROUND);
        }
    }
}

fn collect_pods_of_lost_nodes(world: &mut World) {
    let lost: Vec<Key> = POD
        .list(world, None)
        .filter(|(_, pod)| {
            let node = text(pod, "/spec/nodeName");
            !node.is_empty() && world.kube.get(&NODE.key("", node)).is_none()
        })
        .map(|(key, _)| key.clone())
        .collect();
    for key in lost {
        api::remove(world, &key);
    }
}
