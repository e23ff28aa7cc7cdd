//! How long a class will take: the same state machine that lets labs begin, played through beforehand with usual times, or to its end
//! from where it is with those that were measured.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Duration;

use super::admission::{Admission, Limits, Wants};

/// How long things usually take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Magnitudes {
    /// A Fargate profile, from being asked for to `ACTIVE`.
    pub profile: Duration,
    /// A lab whose profile is there: pods on new nodes, an ALB in service, targets healthy, the name known.
    pub lab: Duration,
}

impl Magnitudes {
    /// What the chapter's labs take: a profile one to three minutes; an ALB two to three minutes, with pods and their health
    /// checks beside it.
    pub const USUAL: Self = Self {
        profile: Duration::from_mins(2),
        lab: Duration::from_secs(210),
    };

    /// The same of a removal: a profile takes two minutes at least, an ALB with its pods and namespace about as long.
    pub const REMOVAL: Self = Self {
        profile: Duration::from_mins(2),
        lab: Duration::from_mins(2),
    };
}

/// What was measured of a class that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measured {
    profiles: Vec<Duration>,
    labs: Vec<Duration>,
}

impl Measured {
    /// A profile took so long from when its cluster was free for it.
    pub fn profile(&mut self, took: Duration) {
        self.profiles.push(took);
    }

    /// A lab took so long from when its profile was there.
    pub fn lab(&mut self, took: Duration) {
        self.labs.push(took);
    }

    /// What is to be expected of the rest: the middle one of what was measured, else what is usual.
    pub fn expects(&self, usual: Magnitudes) -> Magnitudes {
        let middle = |all: &[Duration]| {
            let mut sorted = all.to_vec();
            sorted.sort_unstable();
            sorted.get(sorted.len() / 2).copied()
        };
        Magnitudes {
            profile: middle(&self.profiles).unwrap_or(usual.profile),
            lab: middle(&self.labs).unwrap_or(usual.lab),
        }
    }
}

/// Labs that wait for each other on one cluster, because it makes one profile at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotQueue {
    /// Its labs, in the order of their turns.
    pub labs: Vec<usize>,
    /// When the last of their profiles is made.
    pub last_made_after: Duration,
}

/// When what will have come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// When each lab begins and ends; nothing for one that is not carried out.
    pub labs: Vec<Option<(Duration, Duration)>>,
    /// The queues of more than one lab.
    pub queues: Vec<SlotQueue>,
    /// When the last lab ends.
    pub total: Duration,
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    SlotDone(usize),
    Ended(usize),
}

/// Plays through how labs that want `wants` are carried out within `limits`, if all goes well. `left_out` are not carried out.
pub fn timeline(wants: &[Wants], limits: Limits, left_out: &[usize], usual: Magnitudes) -> Timeline {
    let mut admission = Admission::new(wants.iter().copied(), limits);
    for lab in left_out {
        admission.pass_over(*lab);
    }
    let mut play = Play::of(&admission, usual);
    play.through(admission, Duration::ZERO);
    play.told()
}

/// How long a class that is under way still takes from `now` (by the stopwatch that `admission` goes by), if all goes well. `ran` is
/// how long a lab has been under way, or since it has its profile.
pub fn rest(admission: &Admission, now: Duration, ran: impl Fn(usize) -> Duration, usual: Magnitudes) -> Duration {
    let mut play = Play::of(admission, usual);
    for (lab, slot) in admission.running() {
        play.is_under_way(lab, slot, now, ran(lab));
    }
    play.through(admission.clone(), now);
    play.told().total.saturating_sub(now)
}

/// What is left of `usual` after `ran`; of what takes longer than that a tenth, again and again.
fn left_of(usual: Duration, ran: Duration) -> Duration {
    usual.saturating_sub(ran).max(usual / 10)
}

/// Labs under way.
struct Play {
    wants: Vec<Wants>,
    usual: Magnitudes,
    spans: Vec<Option<(Duration, Duration)>>,
    /// The labs that have had or have each cluster's slot, in order, and when it is free.
    slots: BTreeMap<usize, (Vec<usize>, Duration)>,
    coming: BinaryHeap<Reverse<(Duration, Happens)>>,
}

impl Play {
    fn of(admission: &Admission, usual: Magnitudes) -> Self {
        let wants: Vec<Wants> = admission.wants().collect();
        Self {
            usual,
            spans: vec![None; wants.len()],
            wants,
            slots: BTreeMap::new(),
            coming: BinaryHeap::new(),
        }
    }

    /// Lets pass what comes, from `now` on, until nothing does.
    fn through(&mut self, mut admission: Admission, mut now: Duration) {
        loop {
            let admitted = admission.admit(now);
            for lab in admitted.begin {
                self.begin(lab, now);
            }
            let again = admitted.again.map(|again| now + again);
            let next = self.coming.peek().map(|Reverse((at, _))| *at);
            let Some(next) = [again, next].into_iter().flatten().min() else {
                break;
            };
            now = next;
            while let Some(Reverse((at, happens))) = self.coming.peek().copied()
                && at <= now
            {
                self.coming.pop();
                match happens {
                    Happens::SlotDone(lab) => admission.slot_done(lab),
                    Happens::Ended(lab) => admission.ended(lab, true),
                }
            }
        }
    }

    fn begin(&mut self, lab: usize, now: Duration) {
        let Some(wants) = self.wants.get(lab).copied() else {
            return;
        };
        let profile = self.usual.profile;
        let ready = if wants.slot {
            self.has_slot(lab, wants, now, profile)
        } else {
            now
        };
        self.ends(lab, now, ready + self.usual.lab);
    }

    /// A lab that has begun before the play: whether it still needs the slot, and for how long it has had what it works with now.
    fn is_under_way(&mut self, lab: usize, slot: bool, now: Duration, ran: Duration) {
        let Some(wants) = self.wants.get(lab).copied() else {
            return;
        };
        let end = if slot {
            let is_first = !self.slots.contains_key(&wants.cluster);
            let ran = if is_first { ran } else { Duration::ZERO };
            let profile = left_of(self.usual.profile, ran);
            self.has_slot(lab, wants, now, profile) + self.usual.lab
        } else {
            now + left_of(self.usual.lab, ran)
        };
        self.ends(lab, now, end);
    }

    /// A lab has its cluster's slot once that is free, and for so long; until when.
    fn has_slot(&mut self, lab: usize, wants: Wants, now: Duration, takes: Duration) -> Duration {
        let (labs, free) = self.slots.entry(wants.cluster).or_default();
        let ready = now.max(*free) + takes;
        labs.push(lab);
        *free = ready;
        self.coming.push(Reverse((ready, Happens::SlotDone(lab))));
        ready
    }

    fn ends(&mut self, lab: usize, begun: Duration, end: Duration) {
        if let Some(span) = self.spans.get_mut(lab) {
            *span = Some((begun, end));
        }
        self.coming.push(Reverse((end, Happens::Ended(lab))));
    }

    fn told(self) -> Timeline {
        let total = self.spans.iter().flatten().map(|(_, end)| *end).max();
        let queues = self.slots.into_values().filter(|(labs, _)| labs.len() > 1);
        Timeline {
            total: total.unwrap_or_default(),
            queues: queues
                .map(|(labs, free)| SlotQueue {
                    labs,
                    last_made_after: free,
                })
                .collect(),
            labs: self.spans,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: Magnitudes = Magnitudes {
        profile: Duration::from_mins(2),
        lab: Duration::from_mins(3),
    };

    fn limits(parallel: usize) -> Limits {
        Limits {
            parallel,
            failures: 1,
            canary: false,
            pace: Duration::from_secs(1),
        }
    }

    fn labs(slot: bool, clusters: &[usize]) -> Vec<Wants> {
        let wants = |cluster: &usize| Wants {
            launches: 0,
            cluster: *cluster,
            region: 0,
            slot,
        };
        clusters.iter().map(wants).collect()
    }

    #[test]
    fn labs_with_profiles_of_their_own_queue_on_their_cluster() {
        let told = timeline(&labs(true, &[0, 0, 0, 1]), limits(10), &[], USUAL);
        assert_eq!(told.queues.len(), 1, "one lab is no queue");
        assert_eq!(told.queues[0].labs, [0, 1, 2]);
        // Two minutes a profile, one after the other, the third lab let in when the first is done with the slot.
        assert_eq!(told.queues[0].last_made_after, Duration::from_mins(6));
        assert_eq!(told.total, Duration::from_mins(9));
        let alone = told.labs[3].unwrap();
        assert_eq!(alone.0 + Duration::from_mins(5), alone.1);
    }

    #[test]
    fn what_is_under_way_is_played_to_its_end_with_what_was_measured() {
        let minutes = |n: u64| Duration::from_mins(n);
        let now = minutes(100);
        let mut admission = Admission::new(labs(false, &[0; 5]), limits(2));
        let left = |admission: &Admission, ran: u64, usual| rest(admission, now, |_| minutes(ran), usual).as_secs();
        assert_eq!(left(&admission, 0, USUAL), 540, "three rounds of two");
        assert_eq!(admission.admit(now).begin, [0]);
        admission.admit(now + Duration::from_secs(1));
        assert_eq!(
            left(&admission, 2, USUAL),
            60 + 360,
            "one minute of the two under way, then two rounds"
        );
        assert_eq!(left(&admission, 9, USUAL), 18 + 360, "late ones are about to end");
        let mut measured = Measured::default();
        assert_eq!(measured.expects(USUAL), USUAL);
        for took in [1, 9, 5] {
            measured.lab(minutes(took));
        }
        measured.profile(minutes(4));
        let expected = measured.expects(USUAL);
        assert_eq!((expected.lab, expected.profile), (minutes(5), minutes(4)));
        assert_eq!(left(&admission, 2, expected), 180 + 600);
        admission.stop();
        assert_eq!(left(&admission, 2, USUAL), 60, "nothing more begins");
    }

    #[test]
    fn who_waits_for_the_slot_has_his_turn_after_who_has_it() {
        let mut admission = Admission::new(labs(true, &[0, 0, 0]), limits(9));
        admission.admit(Duration::ZERO);
        let now = Duration::from_secs(1);
        admission.admit(now);
        let left = |admission: &Admission| rest(admission, now, |_| Duration::from_mins(1), USUAL);
        // One minute of the first profile, two of each of the others, and the last lab on it.
        assert_eq!(left(&admission), Duration::from_mins(1 + 2 + 2 + 3));
        admission.slot_done(0);
        assert_eq!(left(&admission), Duration::from_mins(1 + 2 + 3));
    }

    #[test]
    fn labs_on_a_shared_profile_only_wait_for_room() {
        let told = timeline(&labs(false, &[0; 5]), limits(2), &[4], USUAL);
        let begins: Vec<_> = told
            .labs
            .iter()
            .map(|span| span.map(|(begin, _)| begin.as_secs()))
            .collect();
        assert_eq!(begins, [Some(0), Some(1), Some(180), Some(181), None]);
        assert_eq!((told.total.as_secs(), told.queues.len()), (361, 0));
    }

    #[test]
    fn the_first_of_a_cluster_goes_alone_where_that_is_wanted() {
        let limits = Limits {
            canary: true,
            ..limits(9)
        };
        let told = timeline(&labs(false, &[0, 0, 1]), limits, &[], USUAL);
        let begins: Vec<_> = told.labs.iter().flatten().map(|(begin, _)| begin.as_secs()).collect();
        assert_eq!(begins, [0, 180, 1]);
    }
}
