//! What has changed in a world since it was last kept, for somebody who has the world as it was then.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::World;
use crate::clock::VirtualClock;
use crate::state::{
    AccessEntry, AccountChanges, Agenda, Breakage, Caller, Changed, ClusterFacts, Profile, Rates, Replay,
};

/// The way from one version of a world to a later one.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Step {
    revision: u64,
    clock: VirtualClock,
    seed: u64,
    draws: BTreeMap<u64, u64>,
    tries: u64,
    calls: u64,
    rates: Rates,
    facts: ClusterFacts,
    broken: BTreeSet<Breakage>,
    caller: Option<Caller>,
    account: Option<AccountChanges>,
    clusters: Vec<ClusterStep>,
}

/// The same for what belongs to one cluster.
#[derive(Debug, Serialize, Deserialize)]
struct ClusterStep {
    cluster: String,
    #[serde(default, skip_serializing_if = "Changed::is_none")]
    profiles: Changed<Profile>,
    #[serde(default, skip_serializing_if = "Changed::is_none")]
    access_entries: Changed<AccessEntry>,
    objects: Vec<Replay>,
    agenda: Option<Agenda>,
}

/// A step that is no step from this world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a step of another world")]
pub(crate) struct StrangeStep;

impl World {
    /// What has changed since the world was last kept; `None` if so much has that nobody knows all of it.
    pub(crate) fn unkept(&mut self) -> Option<Step> {
        let account = (self.aws.changes() > 0).then(|| self.aws.unkept());
        self.revision += self.aws.take_changes();
        let mut clusters = Vec::new();
        let mut is_known = true;
        self.within_each(|world| match world.unkept_in_hand() {
            Some(step) => clusters.extend(step),
            None => is_known = false,
        });
        let drawn = |of: &u64| Some((*of, *self.draws.get(of)?));
        is_known.then(|| Step {
            revision: self.revision,
            clock: self.clock,
            seed: self.seed,
            draws: self.drawn.iter().filter_map(drawn).collect(),
            tries: self.tries,
            calls: self.calls,
            rates: self.rates.clone(),
            facts: self.facts.clone(),
            broken: self.broken.clone(),
            caller: self.caller.clone(),
            account,
            clusters,
        })
    }

    /// The same for the cluster in hand; the inner one is `None` if nothing has.
    #[expect(clippy::option_option, reason = "nothing has changed, and nobody knows what has")]
    fn unkept_in_hand(&self) -> Option<Option<ClusterStep>> {
        let objects = self.kube.unkept()?;
        let (profiles, access_entries) = (self.aws.profiles.unkept(), self.aws.access_entries.unkept());
        let is_idle = objects.is_empty() && profiles.is_none() && access_entries.is_none() && !self.agenda.is_unkept();
        let agenda = (!objects.is_empty() || self.agenda.is_unkept()).then(|| self.agenda.clone());
        Some((!is_idle).then(|| ClusterStep {
            cluster: self.facts.cluster.clone(),
            profiles,
            access_entries,
            objects,
            agenda,
        }))
    }

    /// Everything has been kept.
    pub(crate) fn note_kept(&mut self) {
        self.drawn.clear();
        self.aws.unmarked().note_kept();
        self.within_each(|world| {
            let aws = world.aws.unmarked();
            aws.profiles.note_kept();
            aws.access_entries.note_kept();
            world.kube.note_kept();
            world.agenda.note_kept();
        });
    }

    /// Goes the same way that somebody else has gone.
    pub(crate) fn follow_step(&mut self, step: Step) -> Result<(), StrangeStep> {
        if self.broken != step.broken {
            self.forget_seen();
        }
        self.clock = step.clock;
        self.seed = step.seed;
        self.draws.extend(step.draws);
        (self.tries, self.calls) = (step.tries, step.calls);
        self.rates = step.rates;
        self.facts = step.facts;
        self.broken = step.broken;
        self.caller = step.caller;
        if let Some(account) = step.account {
            self.aws.unmarked().follow(account);
        }
        for cluster in step.clusters {
            let name = cluster.cluster.clone();
            self.within(&name, |world| world.follow_in_hand(cluster))
                .ok_or(StrangeStep)?;
        }
        self.aws.take_changes();
        self.revision = step.revision;
        Ok(())
    }

    fn follow_in_hand(&mut self, step: ClusterStep) {
        let aws = self.aws.unmarked();
        aws.profiles.follow(step.profiles);
        aws.access_entries.follow(step.access_entries);
        self.kube.follow(step.objects);
        if let Some(agenda) = step.agenda {
            self.agenda.follow(agenda);
        }
    }
}
