//! The program is killed at random points of what it sends, and called again. Labs side by side on one cluster each live a
//! life of kills; `LAB2048_CONFORMANCE_KILLS` has another number of them, `LAB2048_CONFORMANCE_SEED` the seed of a failure.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use lab2048_testing::workshop::Workshop;
use lab2048_testing::workshop::participant::{Participant, REPLICAS};
use lab2048_testing::workshop::relay::Side;
use lab2048_testing::{Call, Run};

use super::{SOON, variable};

/// How many kills there are.
const KILLS: u64 = 40;
/// How many labs share them.
const LABS: u64 = 8;

/// The chapter's own manifest.
const MANIFEST: &str = include_str!("../workshop.yaml");

/// What is called on a lab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verb {
    Apply,
    Scale,
    Replace,
    Adopt,
    Destroy,
    DestroyAdopted,
}

impl Verb {
    /// How many pieces it sends, about.
    fn pieces(self) -> usize {
        match self {
            Self::Apply | Self::Adopt | Self::Replace => 85,
            Self::Scale => 72,
            Self::Destroy | Self::DestroyAdopted => 62,
        }
    }
}

/// What a lab is, between two calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// There is nothing of it.
    Gone,
    /// It was made by hand.
    ByHand,
    /// It is up, with so many pods.
    Up(usize),
}

/// One lab and its kills.
struct Life<'w> {
    workshop: &'w Workshop,
    participant: Participant,
    random: Rng,
    state: State,
    /// How many of the cluster's private subnets the profile is to have.
    subnets: usize,
    tally: Tally,
}

/// By verb, how often it was called to be killed, and how often that came in time.
type Tally = BTreeMap<Verb, [usize; 2]>;

impl<'w> Life<'w> {
    async fn begin(workshop: &'w Workshop, number: u64, seed: u64) -> Self {
        Self {
            workshop,
            participant: workshop.participant(&format!("life{number}")).await,
            random: Rng::with_seed(seed.wrapping_add(number)),
            state: State::Gone,
            subnets: 3,
            tally: Tally::default(),
        }
    }

    /// The next verb to be killed: the one of those that make sense that was called least.
    async fn next(&mut self) -> Verb {
        let mut verbs = match self.state {
            State::Gone => vec![Verb::Apply, Verb::Adopt],
            State::Up(_) => vec![Verb::Scale, Verb::Replace, Verb::Destroy],
            State::ByHand => vec![Verb::Adopt],
        };
        self.random.shuffle(&mut verbs);
        verbs.sort_by_key(|verb| self.tally.get(verb).map_or(0, |[called, _]| *called));
        if verbs[0] == Verb::Adopt {
            self.make_by_hand().await;
        }
        verbs[0]
    }

    /// Does the chapter with kubectl, and without a profile.
    async fn make_by_hand(&mut self) {
        let lab = &self.participant.lab;
        let manifest = MANIFEST
            .replace("fargate-game-2048", lab)
            .replace("replicas: 5", &format!("replicas: {REPLICAS}"));
        let file = self.participant.workdir.path("workshop.yaml");
        std::fs::write(&file, manifest).unwrap();
        let line = format!("apply -f {}", file.display());
        self.workshop.plane.kubectl(&line).await.exits(0);
        self.state = State::ByHand;
    }

    /// What is called, and what the lab is to be then.
    fn plan(&self, verb: Verb) -> (String, State) {
        let pods = match self.state {
            State::Up(pods) => pods,
            State::Gone | State::ByHand => REPLICAS,
        };
        match verb {
            Verb::Apply => ("apply".to_owned(), State::Up(pods)),
            Verb::Adopt => ("apply --adopt".to_owned(), State::Up(pods)),
            Verb::Scale => {
                let other = if pods == 3 { 1 } else { 3 };
                (format!("scale --replicas {other}"), State::Up(other))
            }
            Verb::Replace => {
                let subnets = &self.workshop.moto.network.private[..5 - self.subnets];
                let line = format!("apply --replace --set fargate.subnets=[{}]", subnets.join(","));
                (line, State::Up(pods))
            }
            Verb::Destroy => ("destroy".to_owned(), State::Gone),
            Verb::DestroyAdopted => ("destroy --adopt".to_owned(), State::Gone),
        }
    }

    /// Kills one call at a random point; calls the same again, or now and then `destroy`; and looks what the lab is then.
    async fn be_killed(&mut self) {
        let verb = self.next().await;
        let number = self.random.usize(1..=verb.pieces());
        let side = if self.random.bool() { Side::Before } else { Side::After };
        let (line, goal) = self.plan(verb);
        let (in_time, killed) = self.killed(&line, number, side).await;
        let counts = self.tally.entry(verb).or_default();
        *counts = [counts[0] + 1, counts[1] + usize::from(in_time)];
        let instead = in_time && verb != Verb::Destroy && self.random.u8(..4) == 0;
        let again = match verb {
            Verb::Adopt if instead => Verb::DestroyAdopted,
            _ if instead => Verb::Destroy,
            _ => verb,
        };
        let (line, goal) = if again == verb { (line, goal) } else { self.plan(again) };
        let run = Call::start(&self.participant.workdir, &line).end(SOON).await;
        self.state = goal;
        if goal == State::Gone {
            self.subnets = 3;
        } else if again == Verb::Replace {
            self.subnets = 5 - self.subnets;
        }
        let wrong = self.wrong(&run).await;
        assert!(
            wrong.is_empty(),
            "{wrong:#?}\n{} killed at piece {number}, {side:?} it was passed on:\n{killed}\nand then: {run}",
            self.participant.lab
        );
    }

    /// Kills a call there; whether it had not ended by then, and what it had printed.
    async fn killed(&mut self, line: &str, number: usize, side: Side) -> (bool, Run) {
        let traffic = &self.participant.traffic;
        let halted = traffic.halt_at(number, side);
        let mut call = Call::start(&self.participant.workdir, line);
        let in_time = tokio::select! {
            _ = halted => true,
            ended = call.ends_within(SOON) => {
                assert!(ended, "{line} neither ends nor sends {number} pieces: {}", call.killed());
                false
            }
        };
        if side == Side::After && in_time {
            // What was passed on arrives.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let run = call.killed();
        traffic.cut();
        (in_time, run)
    }

    /// What is not as it is to be after the last run.
    async fn wrong(&self, run: &Run) -> Vec<String> {
        let mut wrong = match self.state {
            State::Up(pods) => self.participant.lacks(pods).await,
            State::Gone => self.participant.leftovers().await,
            State::ByHand => Vec::new(),
        };
        if run.code != 0 {
            wrong.push(format!("it ended with {}", run.code));
        }
        let subnets = self.participant.subnets().await.len();
        if self.state != State::Gone && subnets != self.subnets {
            wrong.push(format!(
                "the profile has {subnets} subnets, {} were wanted",
                self.subnets
            ));
        }
        wrong
    }
}

#[tokio::test]
async fn killed_at_random_points_a_rerun_ends_in_the_truth() {
    let seed = variable("LAB2048_CONFORMANCE_SEED").unwrap_or_else(|| fastrand::u64(..1_000_000));
    let kills = variable("LAB2048_CONFORMANCE_KILLS").unwrap_or(KILLS);
    println!("kills: seed {seed} (again: just kills {kills} {seed})");
    let workshop = Workshop::open().await;
    let begun = tokio::time::Instant::now();
    let lives = (0..LABS).map(async |number| {
        let mut life = Life::begin(&workshop, number, seed).await;
        let share = (number..kills).step_by(usize::try_from(LABS).unwrap()).count();
        // Some calls end before they come to the piece at which they were to be killed.
        while life.tally.values().map(|[_, killed]| killed).sum::<usize>() < share {
            life.be_killed().await;
        }
        life.tally
    });
    let tallies = futures::future::join_all(lives).await;
    let mut all = Tally::default();
    for (verb, [called, killed]) in tallies.into_iter().flatten() {
        let counts = all.entry(verb).or_default();
        *counts = [counts[0] + called, counts[1] + killed];
    }
    println!("of so many calls so many were killed in time: {all:?}");
    println!("{kills} kills in {:?}", begun.elapsed());
}
