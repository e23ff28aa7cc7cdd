//! What has changed since a controller last looked: of everything else it knows already that it has nothing to do.

use std::collections::BTreeSet;

use super::super::api::{Kind, MUTATING_WEBHOOKS, VALIDATING_WEBHOOKS, at, deleting, list, text};
use crate::state::{Change, ChangeKind, Key};
use crate::world::World;

/// Who looks for itself. What it has seen is at that place of the agenda's `seen`.
#[derive(Debug, Clone, Copy)]
pub(super) enum Watcher {
    Deployments,
    ReplicaSets,
    DaemonSets,
    EndpointSlices,
    Budgets,
    Garbage,
}

/// Where something has changed.
#[derive(Debug)]
pub(super) enum News {
    /// Anywhere, or nobody knows.
    Everywhere,
    /// In these namespaces, if in any.
    In(BTreeSet<String>),
}

impl News {
    /// Where objects of these kinds have changed since `who` asked last. Changes of the cluster as a whole, and in the
    /// namespaces of webhooks that may have refused something, concern everybody.
    pub(super) fn of(world: &mut World, who: Watcher, kinds: &[&Kind]) -> Self {
        Self::that(world, who, |change| {
            kinds
                .iter()
                .any(|kind| kind.resource == change.key.resource && kind.group == change.key.group)
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
        let seen = world.agenda.seen[who as usize].replace(version);
        let Some(Ok(changes)) = seen.map(|seen| world.kube.changes_since(seen)) else {
            return Self::Everywhere;
        };
        let homes = webhook_homes(world);
        let mut namespaces = BTreeSet::new();
        for change in changes.filter(|change| change.key.resource != "events") {
            let namespace = change.key.namespace.as_str();
            if namespace.is_empty() || (homes.contains(namespace) && change.key.resource != "leases") {
                return Self::Everywhere;
            }
            if !namespaces.contains(namespace) && concerns(change) {
                namespaces.insert(namespace.to_owned());
            }
        }
        Self::In(namespaces)
    }

    /// Whether nothing has changed.
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::In(namespaces) if namespaces.is_empty())
    }

    /// Whether something has changed that may concern this object.
    pub(super) fn concerns(&self, key: &Key) -> bool {
        match self {
            Self::Everywhere => true,
            Self::In(namespaces) => namespaces.contains(&key.namespace),
        }
    }

    /// The keys of a kind's objects that something may have changed for.
    pub(super) fn keys(&self, world: &World, kind: &Kind) -> Vec<Key> {
        if self.is_none() {
            return Vec::new();
        }
        let all = kind.list(world, None).map(|(key, _)| key);
        all.filter(|key| self.concerns(key)).cloned().collect()
    }
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
