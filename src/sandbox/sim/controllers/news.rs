//! What has changed since a controller last looked: of everything else it knows already that it has nothing to do.

use std::collections::BTreeSet;

use super::super::api::{Kind, MUTATING_WEBHOOKS, NAMESPACE, NODE, POD, VALIDATING_WEBHOOKS, at, deleting, list, text};
use super::super::pods::is_fargate_node;
use crate::state::{Change, ChangeKind, Key};
use crate::world::World;

/// Who looks for itself. What it has seen is at that place of what the agenda's `seen` has of objects.
#[derive(Debug, Clone, Copy)]
pub(in super::super) enum Watcher {
    Deployments,
    ReplicaSets,
    DaemonSets,
    EndpointSlices,
    Budgets,
    Garbage,
    Namespaces,
    Pods,
    Places,
    Stacks,
    Bindings,
}

/// Where something has changed.
#[derive(Debug)]
pub(in super::super) enum News {
    /// Anywhere, or nobody knows.
    Everywhere,
    /// In these namespaces, if in any.
    In(BTreeSet<String>),
}

impl News {
    /// Where objects of these kinds have changed since `who` asked last. Other changes of the cluster as a whole, and those in the
    /// namespaces of webhooks that may have refused something, concern everybody.
    pub(in super::super) fn of(world: &mut World, who: Watcher, kinds: &[&Kind]) -> Self {
        // A machine of Fargate is its one pod's.
        let is_machine = |change: &Change| is_of(change, NODE) && is_fargate_node(&change.object);
        Self::that(world, who, |change| {
            kinds.iter().any(|kind| is_of(change, kind)) && !is_machine(change)
        })
    }

    /// Where pods have changed, or something has happened to them that no object shows.
    pub(in super::super) fn of_pods(world: &mut World) -> Self {
        let stirred = std::mem::take(&mut world.agenda.seen.stirred);
        match Self::of(world, Watcher::Pods, &[POD]) {
            Self::Everywhere => Self::Everywhere,
            Self::In(namespaces) => Self::In(&namespaces | &stirred),
        }
    }

    /// Where machines and addresses may have become free: pods and nodes have come, have gone, or have got another place.
    pub(in super::super) fn of_places(world: &mut World) -> Self {
        Self::that(world, Watcher::Places, |change| {
            let Some(before) = change.before.as_ref().filter(|_| change.kind == ChangeKind::Modified) else {
                return is_of(change, POD) || is_of(change, NODE);
            };
            let differs = |field| at(&change.object, field) != at(before, field);
            is_of(change, POD) && (differs("/spec/nodeName") || differs("/status/podIP"))
        })
    }

    /// The same for what the garbage collector is for: objects that come and go, that are being deleted, or that belong to
    /// others than before.
    pub(super) fn of_belongings(world: &mut World) -> Self {
        Self::that(world, Watcher::Garbage, |change| {
            let Some(before) = change.before.as_ref().filter(|_| change.kind == ChangeKind::Modified) else {
                return true;
            };
            let differs = |field| at(&change.object, field) != at(before, field);
            deleting(&change.object)
                || list(&change.object, "/metadata/ownerReferences") != list(before, "/metadata/ownerReferences")
                || differs("/spec/nodeName")
        })
    }

    fn that(world: &mut World, who: Watcher, concerns: impl Fn(&Change) -> bool) -> Self {
        let version = world.kube.version();
        let seen = world.agenda.seen.objects[who as usize].replace(version);
        if seen == Some(version) {
            return Self::In(BTreeSet::new());
        }
        let Some(Ok(changes)) = seen.map(|seen| world.kube.changes_since(seen)) else {
            return Self::Everywhere;
        };
        let homes = webhook_homes(world);
        let mut namespaces = BTreeSet::new();
        for change in changes.filter(|change| change.key.resource != "events") {
            let namespace = match change.key.namespace.as_str() {
                // A machine of Fargate comes and goes with every pod.
                "" if is_of(change, NODE) && !concerns(change) => continue,
                "" if is_of(change, NAMESPACE) => change.key.name.as_str(),
                "" => return Self::Everywhere,
                namespace if homes.contains(namespace) && change.key.resource != "leases" => return Self::Everywhere,
                namespace if concerns(change) => namespace,
                _ => continue,
            };
            if !namespaces.contains(namespace) {
                namespaces.insert(namespace.to_owned());
            }
        }
        Self::In(namespaces)
    }

    /// The namespaces that are there, of those in which something has changed.
    pub(super) fn namespaces(&self, world: &World) -> Vec<Key> {
        match self {
            Self::Everywhere => NAMESPACE.keys(world, None),
            Self::In(names) => names.iter().map(|name| NAMESPACE.key("", name)).collect(),
        }
    }

    /// Whether nothing has changed.
    pub(in super::super) fn is_none(&self) -> bool {
        matches!(self, Self::In(namespaces) if namespaces.is_empty())
    }

    /// Whether something has changed that may concern this object.
    pub(in super::super) fn concerns(&self, key: &Key) -> bool {
        match self {
            Self::Everywhere => true,
            Self::In(namespaces) => namespaces.contains(&key.namespace),
        }
    }

    /// The keys of a kind's objects that something may have changed for.
    pub(in super::super) fn keys(&self, world: &World, kind: &Kind) -> Vec<Key> {
        if self.is_none() {
            return Vec::new();
        }
        let all = world.kube.keys(kind.group, kind.resource, None);
        all.filter(|key| self.concerns(key)).cloned().collect()
    }
}

fn is_of(change: &Change, kind: &Kind) -> bool {
    kind.resource == change.key.resource && kind.group == change.key.group
}

/// Where the services of webhooks are: once they work, what was refused before is not any more.
fn webhook_homes(world: &World) -> BTreeSet<&str> {
    let configurations = [MUTATING_WEBHOOKS, VALIDATING_WEBHOOKS].into_iter();
    let configurations = configurations.flat_map(|kind| kind.list(world, None));
    let webhooks = configurations.flat_map(|(_, configuration)| list(configuration, "/webhooks"));
    webhooks
        .map(|webhook| text(webhook, "/clientConfig/service/namespace"))
        .collect()
}
