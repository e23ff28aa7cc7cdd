//! Who begins when: a state machine without a clock of its own.
//!
//! Labs begin in the order of the roster, as far as there is room: so many at once in all, a first one alone on each cluster
//! (a canary: what fails it would fail all), no more than a few on a cluster that wait for its one profile slot, and with a pause
//! between two in one region, because the load balancer controllers of a region share Elastic Load Balancing's rate, and all pods the
//! rate at which Fargate starts them.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::lang::{Text, text};

/// Labs with a profile of their own that are under way on a cluster until their profile is made: one has the slot, the other is
/// ready for it.
const AHEAD: usize = 2;

/// How long Fargate takes to admit one pod, in a region of an account: twenty a second, beyond a hundred at once.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html>
const LAUNCH: Duration = Duration::from_millis(50);

/// What a lab needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wants {
    /// Its cluster.
    pub cluster: usize,
    /// The region and account that it is in.
    pub region: usize,
    /// Whether it makes or deletes a profile of its own, of which a cluster does one at a time.
    pub slot: bool,
    /// How many pods it has Fargate start.
    pub launches: u32,
}

/// Within what labs are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many at once, at most.
    pub parallel: usize,
    /// With how many failures no further ones begin.
    pub failures: usize,
    /// Whether the first of each cluster goes alone.
    pub canary: bool,
    /// How long after one the next begins in its region.
    pub pace: Duration,
}

/// Why a lab was never begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barred {
    /// The first lab of its cluster has failed.
    Canary,
    /// Too many have failed.
    Failures,
    /// Nothing new is to begin.
    Stopped,
}

impl Barred {
    /// The same for people.
    pub fn text(self) -> Text {
        match self {
            Self::Canary => text!("fleet-barred-canary"),
            Self::Failures => text!("fleet-barred-failures"),
            Self::Stopped => text!("fleet-barred-stopped"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    /// Begun; whether it still needs the slot.
    Running {
        slot: bool,
    },
    Ended,
    Barred(Barred),
}

/// How the first lab of a cluster fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Canary {
    Running(usize),
    Passed,
    Failed,
}

/// Who may begin now, and when that is worth asking again although nobody has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The labs, in order.
    pub begin: Vec<usize>,
    /// After how long.
    pub again: Option<Duration>,
}

/// How many labs are under way.
#[derive(Debug, Default)]
struct Crowd {
    running: usize,
    /// How many of each cluster have its slot, or wait for it.
    slots: BTreeMap<usize, usize>,
}

impl Crowd {
    fn add(&mut self, wants: Wants, slot: bool) {
        self.running += 1;
        if slot {
            *self.slots.entry(wants.cluster).or_default() += 1;
        }
    }
}

/// The labs of a class, waiting, running and ended.
#[derive(Debug, Clone)]
pub struct Admission {
    labs: Vec<(Wants, State)>,
    limits: Limits,
    canaries: BTreeMap<usize, Canary>,
    /// When the last one began, and how many pods it starts, by region.
    begun: BTreeMap<usize, (Duration, u32)>,
    failures: usize,
    is_stopped: bool,
}

impl Admission {
    /// A class none of which has begun.
    pub fn new(labs: impl IntoIterator<Item = Wants>, limits: Limits) -> Self {
        Self {
            labs: labs.into_iter().map(|wants| (wants, State::Waiting)).collect(),
            limits,
            canaries: BTreeMap::new(),
            begun: BTreeMap::new(),
            failures: 0,
            is_stopped: false,
        }
    }

    /// Lets begin who may; `now` is any stopwatch.
    pub fn admit(&mut self, now: Duration) -> Admitted {
        let mut admitted = Admitted {
            begin: Vec::new(),
            again: None,
        };
        let mut crowd = self.crowd();
        for lab in 0..self.labs.len() {
            let Some((wants, State::Waiting)) = self.labs.get(lab).copied() else {
                continue;
            };
            if let Some(barred) = self.bar(wants) {
                self.set(lab, State::Barred(barred));
                continue;
            }
            if !self.has_room(&crowd, wants) {
                continue;
            }
            if let Some(pause) = self.pause(wants, now) {
                admitted.again = Some(admitted.again.map_or(pause, |again| again.min(pause)));
                continue;
            }
            if self.limits.canary {
                self.canaries.entry(wants.cluster).or_insert(Canary::Running(lab));
            }
            self.begun.insert(wants.region, (now, wants.launches));
            crowd.add(wants, wants.slot);
            self.set(lab, State::Running { slot: wants.slot });
            admitted.begin.push(lab);
        }
        admitted
    }

    /// A lab is not to begin, as it is done already, or cannot.
    pub fn pass_over(&mut self, lab: usize) {
        self.set(lab, State::Ended);
    }

    /// A lab does not need its cluster's profile slot any more.
    pub fn slot_done(&mut self, lab: usize) {
        if let Some((_, State::Running { slot })) = self.labs.get_mut(lab) {
            *slot = false;
        }
    }

    /// A lab has ended, well or not.
    pub fn ended(&mut self, lab: usize, well: bool) {
        self.set(lab, State::Ended);
        self.failures += usize::from(!well);
        for canary in self.canaries.values_mut() {
            if *canary == Canary::Running(lab) {
                *canary = if well { Canary::Passed } else { Canary::Failed };
            }
        }
    }

    /// A lab has begun and is let be: nothing was done, so that it tells nothing of its cluster.
    pub fn withdrawn(&mut self, lab: usize) {
        self.set(lab, State::Ended);
        self.canaries.retain(|_, canary| *canary != Canary::Running(lab));
    }

    /// Nothing new is to begin.
    pub fn stop(&mut self) {
        self.is_stopped = true;
    }

    /// The place of a lab among those that wait, from 1.
    pub fn position(&self, lab: usize) -> Option<usize> {
        let waits = |(_, state): &&(Wants, State)| *state == State::Waiting;
        self.labs.get(lab).filter(|lab| waits(lab))?;
        Some(self.labs.iter().take(lab + 1).filter(waits).count())
    }

    /// What each lab needs.
    pub(super) fn wants(&self) -> impl Iterator<Item = Wants> {
        self.labs.iter().map(|(wants, _)| *wants)
    }

    /// The labs under way, each with whether it still needs its cluster's slot.
    pub(super) fn running(&self) -> impl Iterator<Item = (usize, bool)> {
        self.labs
            .iter()
            .enumerate()
            .filter_map(|(lab, (_, state))| match state {
                State::Running { slot } => Some((lab, *slot)),
                _ => None,
            })
    }

    /// The labs that were never begun, with why.
    pub fn barred(&self) -> impl Iterator<Item = (usize, Barred)> {
        let barred = |(lab, (_, state)): (usize, &(Wants, State))| match state {
            State::Barred(why) => Some((lab, *why)),
            _ => None,
        };
        self.labs.iter().enumerate().filter_map(barred)
    }

    fn set(&mut self, lab: usize, state: State) {
        if let Some(entry) = self.labs.get_mut(lab) {
            entry.1 = state;
        }
    }

    fn bar(&self, wants: Wants) -> Option<Barred> {
        if self.is_stopped {
            return Some(Barred::Stopped);
        }
        if self.canaries.get(&wants.cluster) == Some(&Canary::Failed) {
            return Some(Barred::Canary);
        }
        (self.failures > self.limits.failures).then_some(Barred::Failures)
    }

    /// The labs under way.
    fn crowd(&self) -> Crowd {
        let mut crowd = Crowd::default();
        for (wants, state) in &self.labs {
            if let State::Running { slot } = state {
                crowd.add(*wants, *slot);
            }
        }
        crowd
    }

    fn has_room(&self, crowd: &Crowd, wants: Wants) -> bool {
        let is_alone = matches!(self.canaries.get(&wants.cluster), Some(Canary::Running(_)));
        let ahead = crowd.slots.get(&wants.cluster).copied().unwrap_or_default();
        crowd.running < self.limits.parallel.max(1) && !is_alone && (!wants.slot || ahead < AHEAD)
    }

    /// How long it is still too early.
    fn pause(&self, wants: Wants, now: Duration) -> Option<Duration> {
        let (begun, launches) = self.begun.get(&wants.region)?;
        let pace = self.limits.pace.max(LAUNCH * *launches);
        let since = now.saturating_sub(*begun);
        pace.checked_sub(since).filter(|pause| !pause.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn on(cluster: usize) -> Wants {
        Wants {
            cluster,
            region: 0,
            slot: false,
            launches: 0,
        }
    }

    fn limits() -> Limits {
        Limits {
            parallel: 3,
            failures: 1,
            canary: false,
            pace: Duration::ZERO,
        }
    }

    fn begun(admission: &mut Admission) -> Vec<usize> {
        admission.admit(Duration::ZERO).begin
    }

    #[test]
    fn labs_begin_in_order_as_far_as_there_is_room() {
        let mut admission = Admission::new([on(0); 5], limits());
        assert_eq!(begun(&mut admission), [0, 1, 2]);
        assert!(begun(&mut admission).is_empty());
        assert_eq!(
            (admission.position(3), admission.position(4), admission.position(0)),
            (Some(1), Some(2), None)
        );
        admission.ended(1, true);
        assert_eq!(begun(&mut admission), [3]);
        admission.ended(0, true);
        admission.ended(2, true);
        assert_eq!(begun(&mut admission), [4]);
    }

    #[test]
    fn the_first_of_each_cluster_goes_alone_and_its_failure_bars_the_others() {
        let canary = Limits {
            canary: true,
            parallel: 9,
            failures: 9,
            ..limits()
        };
        let mut admission = Admission::new([on(0), on(0), on(1), on(1), on(0)], canary);
        assert_eq!(begun(&mut admission), [0, 2]);
        admission.ended(0, true);
        assert_eq!(begun(&mut admission), [1, 4]);
        admission.ended(2, false);
        assert!(begun(&mut admission).is_empty());
        let barred: Vec<_> = admission.barred().collect();
        assert_eq!(barred, [(3, Barred::Canary)]);
        admission.ended(1, false);
        admission.ended(4, true);
        assert_eq!(admission.barred().count(), 1, "a later failure bars nobody");
    }

    #[test]
    fn one_that_is_let_be_is_no_failure_and_another_goes_first() {
        let canary = Limits {
            canary: true,
            failures: 0,
            ..limits()
        };
        let mut admission = Admission::new([on(0); 4], canary);
        assert_eq!(begun(&mut admission), [0]);
        admission.withdrawn(0);
        assert_eq!(begun(&mut admission), [1], "alone");
        admission.ended(1, true);
        assert_eq!(begun(&mut admission), [2, 3]);
        admission.withdrawn(2);
        assert_eq!(admission.barred().count(), 0);
    }

    #[test]
    fn of_those_with_a_profile_of_their_own_two_are_ahead_on_a_cluster() {
        let slot = |cluster| Wants {
            slot: true,
            ..on(cluster)
        };
        let many = Limits {
            parallel: 9,
            ..limits()
        };
        let mut admission = Admission::new([slot(0), slot(0), slot(0), on(0), slot(1)], many);
        assert_eq!(begun(&mut admission), [0, 1, 3, 4]);
        admission.slot_done(0);
        assert_eq!(begun(&mut admission), [2]);
        admission.slot_done(7);
        admission.ended(1, true);
        assert!(begun(&mut admission).is_empty());
    }

    #[test]
    fn many_pods_hold_up_who_comes_after_them() {
        let large = Wants { launches: 100, ..on(0) };
        let elsewhere = Wants { region: 1, ..on(2) };
        let mut admission = Admission::new([large, on(1), elsewhere], limits());
        let admitted = admission.admit(Duration::ZERO);
        assert_eq!((admitted.begin, admitted.again), (vec![0, 2], Some(5 * SECOND)));
        assert_eq!(admission.admit(5 * SECOND).begin, [1]);
    }

    #[test]
    fn a_region_has_a_pace() {
        let paced = Limits {
            pace: SECOND,
            parallel: 9,
            ..limits()
        };
        let elsewhere = Wants { region: 1, ..on(2) };
        let mut admission = Admission::new([on(0), on(1), elsewhere], paced);
        let first = admission.admit(10 * SECOND);
        assert_eq!((first.begin, first.again), (vec![0, 2], Some(SECOND)));
        let early = admission.admit(10 * SECOND + SECOND / 4);
        assert_eq!((early.begin, early.again), (vec![], Some(SECOND * 3 / 4)));
        let late = admission.admit(11 * SECOND);
        assert_eq!((late.begin, late.again), (vec![1], None));
    }

    #[test]
    fn too_many_failures_and_ctrl_c_let_nobody_begin_any_more() {
        let mut admission = Admission::new([on(0); 6], limits());
        begun(&mut admission);
        admission.ended(0, false);
        assert_eq!(begun(&mut admission), [3], "one failure is allowed");
        admission.ended(1, false);
        assert!(begun(&mut admission).is_empty());
        assert_eq!(
            admission.barred().collect::<Vec<_>>(),
            [(4, Barred::Failures), (5, Barred::Failures)]
        );

        let mut admission = Admission::new([on(0); 4], limits());
        begun(&mut admission);
        admission.stop();
        admission.ended(0, true);
        assert!(begun(&mut admission).is_empty());
        assert_eq!(admission.barred().collect::<Vec<_>>(), [(3, Barred::Stopped)]);
    }
}
