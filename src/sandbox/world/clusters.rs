//! The clusters of the account. One is in hand: what belongs to it is where everybody looks for it. The others are put away.

use std::mem::swap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::World;
use crate::state::{AccessEntry, Agenda, Entries, Profile, Seen, Store};

/// So often an object of any cluster has been woken or written until they are put to rest again. Awake it takes some thirty
/// kilobytes, and to look which ones are takes a while.
const RESTLESS: usize = 400;

/// A cluster that is not in hand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cluster {
    pub(crate) name: String,
    created: Timestamp,
    pub(crate) profiles: Entries<Profile>,
    pub(crate) access_entries: Entries<AccessEntry>,
    pub(crate) kube: Store,
    agenda: Agenda,
}

impl Cluster {
    pub(super) fn version(&self) -> u64 {
        self.kube.version()
    }

    pub(super) fn counts(&self) -> [u64; 2] {
        [self.kube.version(), self.agenda.planned()]
    }

    pub(super) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.agenda.times()
    }
}

impl World {
    /// The names of all clusters; the one in hand comes first.
    pub(crate) fn clusters(&self) -> impl Iterator<Item = &str> {
        let others = self.others.iter().map(|cluster| cluster.name.as_str());
        std::iter::once(self.facts.cluster.as_str()).chain(others)
    }

    /// The clusters that are not in hand.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Cluster> {
        self.others.iter()
    }

    /// The cluster whose endpoint has this name.
    pub(crate) fn cluster_at(&self, host: &str) -> Option<String> {
        let host = host.split(':').next().unwrap_or_default();
        let mut clusters = self.clusters();
        clusters
            .find(|cluster| self.facts.endpoint_host_of(cluster) == host)
            .map(str::to_owned)
    }

    /// Adds a cluster with nothing in it.
    pub(crate) fn add_cluster(&mut self, name: &str) {
        self.others.push(Cluster {
            name: name.to_owned(),
            created: self.facts.created,
            profiles: Entries::default(),
            access_entries: Entries::default(),
            kube: Store::default(),
            agenda: Agenda::default(),
        });
        self.revision += 1;
    }

    /// Works on the world with the cluster of that name in hand; `None` if there is none.
    pub(crate) fn within<T>(&mut self, name: &str, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.facts.cluster == name {
            return Some(work(self));
        }
        let place = self.others.iter().position(|cluster| cluster.name == name)?;
        Some(self.within_other(place, work))
    }

    /// The same for each cluster, one after the other.
    pub(crate) fn within_each(&mut self, mut work: impl FnMut(&mut Self)) {
        work(self);
        for place in 0..self.others.len() {
            self.within_other(place, &mut work);
        }
    }

    /// Works in the cluster in which the next thing is due, if it is due by `until`.
    pub(crate) fn within_next<T>(&mut self, until: Timestamp, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let others = self.others.iter().enumerate();
        let others = others.filter_map(|(place, cluster)| Some((cluster.agenda.next()?, Some(place))));
        let here = self.agenda.next().map(|due| (due, None));
        let (_, place) = here.into_iter().chain(others).min().filter(|(due, _)| *due <= until)?;
        Some(match place {
            Some(place) => self.within_other(place, work),
            None => work(self),
        })
    }

    /// When the next thing is due in any of them.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        let others = self.others.iter().filter_map(|cluster| cluster.agenda.next());
        self.agenda.next().into_iter().chain(others).min()
    }

    /// Lets the objects of all clusters rest that nobody works with, if they are many.
    pub(crate) fn rest(&mut self) {
        let awakened = self.others.iter().map(|cluster| cluster.kube.awakened());
        if awakened.sum::<usize>() + self.kube.awakened() < RESTLESS {
            return;
        }
        self.kube.rest();
        for cluster in &mut self.others {
            cluster.kube.rest();
        }
    }

    /// The controllers of all clusters have to look at everything again.
    pub(crate) fn forget_seen(&mut self) {
        self.agenda.seen = Seen::default();
        for cluster in &mut self.others {
            cluster.agenda.seen = Seen::default();
        }
    }

    fn within_other<T>(&mut self, place: usize, work: impl FnOnce(&mut Self) -> T) -> T {
        self.exchange(place);
        let result = work(self);
        self.exchange(place);
        result
    }

    /// Puts the cluster in hand away, and takes another one.
    fn exchange(&mut self, place: usize) {
        let Some(other) = self.others.get_mut(place) else {
            return;
        };
        // It is no change of the account that somebody looks elsewhere.
        let aws = self.aws.unmarked();
        swap(&mut self.facts.cluster, &mut other.name);
        swap(&mut self.facts.created, &mut other.created);
        swap(&mut aws.profiles, &mut other.profiles);
        swap(&mut aws.access_entries, &mut other.access_entries);
        swap(&mut self.kube, &mut other.kube);
        swap(&mut self.agenda, &mut other.agenda);
    }
}
