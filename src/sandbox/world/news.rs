//! What has changed in a world since it was last told, for those who watch.

use std::collections::BTreeSet;

use super::World;
use crate::state::Key;

/// After so many changes of a cluster's objects everybody is told, so that nobody falls behind what is remembered.
const EVERYBODY: u64 = 50;

/// Objects that somebody watches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Topic {
    cluster: String,
    group: String,
    resource: String,
    /// Empty for all namespaces.
    namespace: String,
}

impl Topic {
    /// Works on the world with the cluster of these objects in hand.
    pub(crate) fn within<T>(&self, world: &mut World, work: impl FnOnce(&mut World) -> T) -> Option<T> {
        world.within(&self.cluster, work)
    }
}

/// What there is to tell.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// No object has changed.
    Nothing,
    /// Some of these.
    Of(BTreeSet<Topic>),
    /// Anything may have.
    Everything,
}

impl World {
    /// The objects of a resource in the cluster in hand, in one namespace or in all.
    pub(crate) fn topic(&self, group: &str, resource: &str, namespace: &str) -> Topic {
        Topic {
            cluster: self.facts.cluster.clone(),
            group: group.to_owned(),
            resource: resource.to_owned(),
            namespace: namespace.to_owned(),
        }
    }

    /// What has changed since this was last asked.
    pub(crate) fn news(&mut self) -> News {
        let mut topics = Some(BTreeSet::new());
        self.within_each(|world| {
            let told = world.agenda.told;
            let version = world.kube.version();
            let is_long_ago = version.saturating_sub(told.everybody) >= EVERYBODY;
            let changes = world.kube.changes_since(told.version).ok();
            match (changes.filter(|_| !is_long_ago), &mut topics) {
                (Some(changes), Some(topics)) => topics.extend(changes.flat_map(|change| world.topics_of(&change.key))),
                _ => topics = None,
            }
        });
        let everybody = topics.is_none();
        self.within_each(|world| {
            let version = world.kube.version();
            let told = &mut world.agenda.told;
            told.version = version;
            if everybody {
                told.everybody = version;
            }
        });
        match topics {
            Some(topics) if topics.is_empty() => News::Nothing,
            Some(topics) => News::Of(topics),
            None => News::Everything,
        }
    }

    fn topics_of(&self, key: &Key) -> [Topic; 2] {
        ["", &key.namespace].map(|namespace| self.topic(&key.group, &key.resource, namespace))
    }
}
