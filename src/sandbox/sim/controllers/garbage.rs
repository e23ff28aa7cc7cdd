//! The garbage collector: what belongs to objects that are gone goes too. And pods of nodes that are gone.

use std::collections::BTreeSet;

use crate::k8s::objects;
use crate::state::{Brief, Key};
use crate::world::World;

use super::super::api::{self, CONTROLLER_MANAGER, NAMESPACED, NODE, POD, SERVICE};
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
fn all(world: &World) -> impl Iterator<Item = (&Key, &Brief)> {
    NAMESPACED
        .into_iter()
        .filter(|resource| resource.resource != "events")
        .chain([NODE])
        .flat_map(|resource| resource.briefs(world))
}

fn collect_orphans(world: &mut World) {
    if all(world).all(|(_, object)| object.owners.is_empty()) {
        return;
    }
    let alive: BTreeSet<&str> = all(world).map(|(_, object)| &*object.uid).collect();
    let orphans: Vec<Key> = all(world)
        .filter(|(_, object)| {
            let mut owners = object.owners.iter();
            !object.owners.is_empty()
                && !object.is_deleting
                && owners.all(|owner| !alive.contains(&*owner.uid) && is_known(&owner.kind))
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
        .filter(|(_, object)| object.is_deleting && object.finalizers.iter().any(|name| **name == *finalizer))
        .map(|(key, object)| (key.clone(), object.uid.to_string()))
        .collect()
}

/// Foreground deletion: dependents first, then the owner.
fn finish_deletions(world: &mut World) {
    const FOREGROUND: &str = "foregroundDeletion";
    for (key, uid) in waiting_for(world, FOREGROUND) {
        let mut done = true;
        for dependent in objects::dependents(world, &uid) {
            let blocks = world.kube.brief(&dependent).is_some_and(|object| {
                let mut owners = object.owners.iter();
                owners.any(|owner| *owner.uid == *uid && owner.waits)
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
        .briefs(world)
        .filter(|(_, pod)| !pod.node.is_empty() && world.kube.brief(&NODE.key("", &pod.node)).is_none())
        .map(|(key, _)| key.clone())
        .collect();
    for key in lost {
        api::remove(world, &key);
    }
}
