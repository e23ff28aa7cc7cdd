//! How long a class will take: the same state machine that lets labs begin, played through beforehand with usual times.

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
    let mut play = Play {
        wants,
        usual,
        spans: vec![None; wants.len()],
        slots: BTreeMap::new(),
        coming: BinaryHeap::new(),
    };
    let mut now = Duration::ZERO;
    loop {
        let admitted = admission.admit(now);
        for lab in admitted.begin {
            play.begin(lab, now);
        }
        let again = admitted.again.map(|again| now + again);
        let next = play.coming.peek().map(|Reverse((at, _))| *at);
        let Some(next) = [again, next].into_iter().flatten().min() else {
            break;
        };
        now = next;
        while let Some(Reverse((at, happens))) = play.coming.peek().copied()
            && at <= now
        {
            play.coming.pop();
            match happens {
                Happens::SlotDone(lab) => admission.slot_done(lab),
                Happens::Ended(lab) => admission.ended(lab, true),
            }
        }
    }
    play.told()
}

/// Labs under way.
struct Play<'a> {
    wants: &'a [Wants],
    usual: Magnitudes,
    spans: Vec<Option<(Duration, Duration)>>,
    /// The labs that have had or have each cluster's slot, in order, and when it is free.
    slots: BTreeMap<usize, (Vec<usize>, Duration)>,
    coming: BinaryHeap<Reverse<(Duration, Happens)>>,
}

impl Play<'_> {
    fn begin(&mut self, lab: usize, now: Duration) {
        let Some(wants) = self.wants.get(lab) else { return };
        let mut ready = now;
        if wants.slot {
            let (labs, free) = self.slots.entry(wants.cluster).or_default();
            ready = now.max(*free) + self.usual.profile;
            labs.push(lab);
            *free = ready;
            self.coming.push(Reverse((ready, Happens::SlotDone(lab))));
        }
        let end = ready + self.usual.lab;
        if let Some(span) = self.spans.get_mut(lab) {
            *span = Some((now, end));
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
