//! Deleting: preconditions, finalizers, grace periods and propagation.

use std::time::Duration;

use serde_json::{Value, json};

use super::meta;
use super::resources::Kind;
use super::status::Status;
use crate::state::Key;
use crate::world::World;

/// The finalizer of an object whose dependents are to lose their reference first.
pub(crate) const ORPHAN: &str = "orphan";

/// What happens to the objects that name the deleted one as their owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Propagation {
    /// They are deleted afterwards, by the garbage collector.
    #[default]
    Background,
    /// They are deleted first; the owner waits with the finalizer `foregroundDeletion`.
    Foreground,
    /// They lose the reference and stay.
    Orphan,
}

/// How to delete.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    /// Seconds a pod gets to stop; the pod's own wish if not given.
    pub grace: Option<i64>,
    /// What becomes of dependents.
    pub propagation: Propagation,
    /// The UID the object must have.
    pub uid: Option<String>,
    /// The resource version the object must have.
    pub resource_version: Option<String>,
    /// Whether nothing is stored.
    pub dry_run: bool,
}

/// What came of a deletion.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// The object is gone; this is what it was.
    Gone(Value),
    /// The object waits for its finalizers or its grace period; this is what it is now.
    Waiting(Value),
}

/// Deletes an object, or marks it as being deleted.
pub(crate) fn delete(world: &mut World, kind: &'static Kind, key: &Key, options: &Options) -> Result<Outcome, Status> {
    let live = world
        .kube
        .get(key)
        .cloned()
        .ok_or_else(|| Status::not_found(kind, &key.name))?;
    check_preconditions(kind, &live, options)?;
    refuse_system_namespaces(kind, key)?;
    let mut object = live.clone();
    match options.propagation {
        Propagation::Orphan => meta::add_finalizer(&mut object, ORPHAN),
        Propagation::Foreground => meta::add_finalizer(&mut object, "foregroundDeletion"),
        Propagation::Background => {}
    }
    let grace = grace_period(kind, &live, options.grace);
    if !meta::has_finalizers(&object) && grace == 0 {
        if !options.dry_run {
            world.kube.remove(key);
        }
        if kind.is("Pod") {
            mark(world, kind, &mut object, 0);
            if !options.dry_run {
                object["metadata"]["resourceVersion"] = world.kube.version().to_string().into();
            }
            return Ok(Outcome::Gone(object));
        }
        return Ok(Outcome::Gone(live));
    }
    mark(world, kind, &mut object, grace);
    if object != live && !options.dry_run {
        let version = world.kube.put(key.clone(), object.clone());
        object["metadata"]["resourceVersion"] = version.to_string().into();
    }
    Ok(Outcome::Waiting(object))
}

fn check_preconditions(kind: &Kind, live: &Value, options: &Options) -> Result<(), Status> {
    let name = meta::name(live);
    if let Some(uid) = &options.uid
        && uid != meta::text(live, "uid")
    {
        let why = format!(
            "the UID in the precondition ({uid}) does not match the UID in record ({}). The object might have been deleted and then recreated",
            meta::text(live, "uid")
        );
        return Err(Status::precondition(kind, name, &why));
    }
    if let Some(version) = &options.resource_version
        && version != meta::text(live, "resourceVersion")
    {
        let why = format!(
            "the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({}). The object might have been modified",
            meta::text(live, "resourceVersion")
        );
        return Err(Status::precondition(kind, name, &why));
    }
    Ok(())
}

fn refuse_system_namespaces(kind: &Kind, key: &Key) -> Result<(), Status> {
    if kind.is("Namespace") && matches!(key.name.as_str(), "default" | "kube-system" | "kube-public") {
        return Err(Status::forbidden(kind, &key.name, "this namespace may not be deleted"));
    }
    Ok(())
}

/// Only pods on a node are stopped gently.
fn grace_period(kind: &Kind, live: &Value, wanted: Option<i64>) -> i64 {
    let scheduled = live["spec"]["nodeName"].as_str().is_some_and(|node| !node.is_empty());
    let ended = matches!(live["status"]["phase"].as_str(), Some("Succeeded" | "Failed"));
    if !kind.is("Pod") || !scheduled || ended {
        return 0;
    }
    wanted
        .or_else(|| live["spec"]["terminationGracePeriodSeconds"].as_i64())
        .unwrap_or(30)
        .max(0)
}

fn mark(world: &World, kind: &Kind, object: &mut Value, grace: i64) {
    let known = object["metadata"]["deletionGracePeriodSeconds"].as_i64();
    if meta::is_deleting(object) && known.is_some_and(|known| known <= grace) {
        return;
    }
    let wait = Duration::from_secs(u64::try_from(grace).unwrap_or_default());
    let due = world.now().checked_add(wait).unwrap_or(world.now());
    let first = !meta::is_deleting(object);
    object["metadata"]["deletionTimestamp"] = meta::time(due).into();
    if !kind.is("Namespace") {
        object["metadata"]["deletionGracePeriodSeconds"] = json!(grace);
    }
    if first && meta::generation(object) > 0 {
        object["metadata"]["generation"] = json!(meta::generation(object) + 1);
    }
    if kind.is("Namespace") {
        object["status"]["phase"] = "Terminating".into();
    }
}

/// The objects that name the owner with this UID.
pub(crate) fn dependents(world: &World, uid: &str) -> Vec<Key> {
    world
        .kube
        .all_briefs()
        .filter(|(_, object)| object.owners.iter().any(|owner| *owner.uid == *uid))
        .map(|(key, _)| key.clone())
        .collect()
}
