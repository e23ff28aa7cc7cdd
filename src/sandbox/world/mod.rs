//! The state of the world: one serialisable value, changed only under the sandbox's lock.

mod clusters;
mod news;
mod steps;

pub(crate) use news::{News, Topic};
pub(crate) use steps::Step;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::clock::VirtualClock;
use crate::state::{Agenda, AwsState, Breakage, Caller, ClusterFacts, Rates, Store, Tracked};
use clusters::Cluster;

/// Everything there is.
///
/// A world notices its own changes: see [`World::version`]. What is no change by itself (the clock's progress, how many
/// chances were drawn, what is planned) is kept with the next one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    /// Number of changes other than those of objects, as far as `aws` has not counted them itself.
    revision: u64,
    /// The virtual clock.
    pub(crate) clock: VirtualClock,
    /// Seed of all chances.
    seed: u64,
    /// How many chances have been drawn for each thing, or how often it was counted, by the thing's hash.
    #[serde(default)]
    draws: BTreeMap<u64, u64>,
    /// For which of them some were drawn since the world was last kept.
    #[serde(skip)]
    drawn: BTreeSet<u64>,
    /// How often something was only tried.
    #[serde(default)]
    tries: u64,
    /// Number of AWS calls answered.
    #[serde(default)]
    calls: u64,
    /// How fast AWS was asked of late.
    #[serde(default)]
    pub(crate) rates: Rates,
    /// Account, region, and the cluster in hand.
    pub(crate) facts: ClusterFacts,
    /// What has been broken on purpose.
    broken: BTreeSet<Breakage>,
    /// Who calls, if that one may not do everything.
    #[serde(default)]
    caller: Option<Caller>,
    /// Resources in AWS.
    pub(crate) aws: Tracked<AwsState>,
    /// Objects in the cluster in hand; they have versions of their own.
    pub(crate) kube: Store,
    /// What will happen by itself in it.
    pub(crate) agenda: Agenda,
    /// The account's other clusters.
    #[serde(default)]
    others: Vec<Cluster>,
}

/// Nobody counts so far.
const MOST: u64 = 1 << 60;

/// Tells one state of a world from the next: the versions of its objects, and the number of all other changes.
pub(crate) type WorldVersion = (u64, u64);

impl World {
    /// A world with nothing in it.
    pub(crate) fn empty(seed: u64, clock: VirtualClock, facts: ClusterFacts) -> Self {
        Self {
            revision: 0,
            clock,
            seed,
            draws: BTreeMap::new(),
            drawn: BTreeSet::new(),
            tries: 0,
            calls: 0,
            rates: Rates::default(),
            facts,
            broken: BTreeSet::new(),
            caller: None,
            aws: Tracked::default(),
            kube: Store::default(),
            agenda: Agenda::default(),
            others: Vec::new(),
        }
    }

    /// Differs from what it was before if anything has changed.
    pub(crate) fn version(&self) -> WorldVersion {
        let others: u64 = self.others.iter().map(Cluster::version).sum();
        let (objects, rest) = self.version_in_hand();
        (objects + others, rest)
    }

    /// The same for what concerns the cluster in hand.
    pub(crate) fn version_in_hand(&self) -> WorldVersion {
        (self.kube.version(), self.revision + self.aws.changes())
    }

    /// Takes the changes that `aws` has counted into the number that is saved.
    pub(crate) fn settle_version(&mut self) {
        self.revision += self.aws.take_changes();
    }

    /// What about this world no world can have, if anything: a file may have been edited.
    pub(crate) fn impossible(&self) -> Option<String> {
        let counts = [
            self.revision,
            self.tries,
            self.calls,
            self.kube.version(),
            self.agenda.planned(),
        ];
        let draws = self.draws.values().copied();
        let others = self.others.iter().flat_map(Cluster::counts);
        if let Some(count) = counts
            .into_iter()
            .chain(draws)
            .chain(others)
            .find(|count| *count > MOST)
        {
            return Some(format!("it has counted to {count}"));
        }
        let others = self.others.iter().flat_map(Cluster::times);
        let due = self
            .agenda
            .times()
            .chain(others)
            .find(|due| !VirtualClock::goes_to(*due));
        let due = due.map(|due| format!("something is to happen at {due}"));
        self.clock.impossible().or(due)
    }

    /// Makes this world, which is put in place of `old`, differ from it for whoever watches.
    pub(crate) fn follow(&mut self, old: &Self) {
        self.revision = old.version().1 + 1;
    }

    /// The virtual time of the change under way.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.virtual_now
    }

    /// Puts the clock ahead to `target` for everybody.
    pub(crate) fn jump_to(&mut self, target: Timestamp) {
        self.clock.set(target, self.clock.wall);
        self.revision += 1;
    }

    /// Makes the clock run at `speed` virtual seconds per second.
    pub(crate) fn set_speed(&mut self, speed: f64) {
        #[expect(clippy::float_cmp, reason = "a copy is compared with its original")]
        if self.clock.speed != speed {
            self.clock.speed = speed;
            self.revision += 1;
        }
    }

    /// Whether something has been broken on purpose.
    pub(crate) fn is_broken(&self, what: Breakage) -> bool {
        self.broken.contains(&what)
    }

    /// What has been broken on purpose.
    pub(crate) fn broken(&self) -> impl Iterator<Item = Breakage> {
        self.broken.iter().copied()
    }

    /// Notes that something is broken, or whole again.
    pub(crate) fn set_broken(&mut self, what: Breakage, broken: bool) {
        let new = if broken {
            self.broken.insert(what)
        } else {
            self.broken.remove(&what)
        };
        self.revision += u64::from(new);
    }

    /// Who calls; `None` is somebody who may do everything.
    pub(crate) fn caller(&self) -> Option<&Caller> {
        self.caller.as_ref()
    }

    /// Has somebody else call from now on.
    pub(crate) fn set_caller(&mut self, caller: Option<Caller>) {
        self.caller = caller;
        self.revision += 1;
    }

    /// From now on all chances come from another seed.
    pub(crate) fn reseed(&mut self, seed: u64) {
        self.seed = seed;
    }

    /// Seed of all chances.
    pub(crate) fn seed(&self) -> u64 {
        self.seed
    }

    /// A number that looks random and follows from the seed, from `what` it is for, and from how many were drawn for that
    /// before: whatever else happens in between, and when, has no part in it.
    pub(crate) fn draw(&mut self, what: &str) -> u64 {
        let nth = self.count(what) + 1;
        mix(self.seed ^ hash(what) ^ mix(nth))
    }

    /// Counts `what`; how often it was counted before. Like a chance that is drawn this is no change by itself.
    pub(crate) fn count(&mut self, what: &str) -> u64 {
        let hash = hash(what);
        self.drawn.insert(hash);
        let counted = self.draws.entry(hash).or_default();
        *counted += 1;
        *counted - 1
    }

    /// A number that looks random and follows from the seed and from `what` it is for.
    pub(crate) fn chance(&self, what: &str) -> u64 {
        mix(self.seed ^ hash(what))
    }

    /// Lower-case hexadecimal digits drawn from the seed, for ids.
    pub(crate) fn draw_hex(&mut self, what: &str, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.draw(what));
        }
        text.truncate(digits);
        text
    }

    /// A UUID (version 4 in form) drawn from the seed.
    pub(crate) fn draw_uuid(&mut self, what: &str) -> String {
        uuid(&self.draw_hex(what, 32))
    }

    /// Does what is only tried, with chances of its own: what is made later is another thing, and its story is the same
    /// whether or not it was tried before.
    pub(crate) fn try_out<T>(&mut self, attempt: impl FnOnce(&mut Self) -> T) -> T {
        self.tries += 1;
        let (seed, draws) = (self.seed, self.draws.clone());
        self.seed = mix(seed ^ mix(self.tries));
        let outcome = attempt(self);
        (self.seed, self.draws) = (seed, draws);
        outcome
    }

    /// A UUID for a request that somebody makes now.
    pub(crate) fn request_id(&self, operation: &str) -> String {
        let chance = self.chance(&format!("{operation} {}", self.now()));
        uuid(&format!("{chance:016x}{:016x}", mix(chance)))
    }

    /// A UUID for the answer to the next AWS call: it distinguishes one answer from the next, and uses up no random number.
    pub(crate) fn next_call_id(&mut self) -> String {
        self.calls += 1;
        let (high, low) = (mix(self.seed ^ mix(self.calls)), mix(self.calls));
        uuid(&format!("{high:016x}{low:016x}"))
    }
}

/// FNV-1a over a text.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// 32 hexadecimal digits as a UUID (version 4 in form).
fn uuid(hex: &str) -> String {
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[0..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

/// `SplitMix64`'s finaliser: every bit of the input moves every bit of the output.
pub(crate) fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
