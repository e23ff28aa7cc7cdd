//! What follows from a seed: the story of a life, and the trouble of each of its calls.

use std::fmt;
use std::time::Duration;

use lab2048_testing::Lab;
use lab2048_testing::faults::{Fault, Schedule};
use lab2048_testing::others::Other;

/// Parts of the labels of requests that troubles are kept to.
const SERVICES: [&str; 8] = ["", "", "Kubernetes", "Eks", "Balancing", "Iam", "Ec2", "Sts"];

/// Reads that somebody may not be allowed.
const READS: [&str; 12] = [
    "Ec2 POST DescribeSubnets",
    "Ec2 POST DescribeRouteTables",
    "Ec2 POST DescribeSecurityGroups",
    "Iam POST GetRole",
    "Iam POST ListAttachedRolePolicies",
    "Eks GET /clusters/eksworkshop/fargate-profiles",
    "Eks GET /clusters/eksworkshop/access-entries",
    "Balancing POST DescribeLoadBalancers",
    "Balancing POST DescribeTargetHealth",
    "Balancing POST DescribeTags",
    "Kubernetes GET /api/v1/nodes",
    "Kubernetes GET /api/v1/namespaces/fargate-game-2048/pods",
];

/// More requests than any call sends that is not in trouble.
const REQUESTS: usize = 220;

/// Numbers that follow from a seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seeded(pub(crate) u64);

impl Seeded {
    /// A number below `of`, for the purpose `salt`.
    pub(crate) fn draw(self, salt: u64, of: usize) -> usize {
        usize::try_from(mixed(self.0, salt) % of as u64).unwrap()
    }

    /// Whether something is to be that happens once in `of` times.
    fn once_in(self, salt: u64, of: usize) -> bool {
        self.draw(salt, of) == 0
    }

    fn pick<T: Copy>(self, salt: u64, from: &[T]) -> T {
        from[self.draw(salt, from.len())]
    }

    fn seconds(self, salt: u64, range: std::ops::Range<u64>) -> Duration {
        Duration::from_secs(range.start + mixed(self.0, salt) % (range.end - range.start))
    }
}

/// A number that follows from both.
fn mixed(seed: u64, salt: u64) -> u64 {
    let mut z = seed
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(salt.wrapping_mul(0xbf58_476d_1ce4_e5b9));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What a life is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    /// A lab is made, scaled and removed.
    Plain,
    /// A lab made by hand is taken over and removed.
    Adopted,
    /// A lab gets another profile and is removed.
    Replaced,
    /// Two people make one lab at once; then it is removed.
    Shared,
    /// A lab is made beside another one that is being made; then it is removed.
    Neighbours,
}

impl Story {
    pub(super) fn of(seed: u64) -> Self {
        Seeded(seed).pick(
            40,
            &[
                Self::Plain,
                Self::Plain,
                Self::Plain,
                Self::Plain,
                Self::Plain,
                Self::Adopted,
                Self::Replaced,
                Self::Replaced,
                Self::Shared,
                Self::Neighbours,
            ],
        )
    }
}

/// How many pods a lab has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pods {
    pub(super) all: usize,
    /// After it is scaled.
    pub(super) fewer: usize,
}

impl Pods {
    /// Two show as much as five, and take half as long; the chapter's own manifest has five.
    pub(super) fn of(seed: u64) -> Self {
        if Story::of(seed) == Story::Adopted || Seeded(seed).once_in(41, 8) {
            Self { all: 5, fewer: 3 }
        } else {
            Self { all: 2, fewer: 1 }
        }
    }
}

/// What befalls one call.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    schedules: Vec<Schedule>,
    kill_at: Option<usize>,
    pub(super) other: Option<(usize, Other)>,
}

impl Trouble {
    /// The trouble of the call number `nth` in the life of a seed.
    pub(super) fn of(seed: u64, nth: u64) -> Self {
        let drawn = seed.wrapping_add(nth.wrapping_mul(1_000_003));
        let seeded = Seeded(drawn);
        // The rarer ones are asked first: they would not be seen behind the others.
        let rare = [denied(seeded), untrusted(seeded), outage(seeded)];
        let mut schedules: Vec<Schedule> = rare.into_iter().flatten().collect();
        schedules.push(rain(seeded, drawn));
        Self {
            schedules,
            kill_at: seeded.once_in(50, 5).then(|| seeded.draw(51, REQUESTS)),
            other: seeded
                .once_in(60, 4)
                .then(|| (seeded.draw(61, REQUESTS), seeded.pick(62, &Other::ALL))),
        }
    }

    /// Puts it between the lab's calls and the world.
    pub(super) fn set(&self, lab: &Lab) {
        lab.network.set(self.schedules.clone());
        if let Some(number) = self.kill_at {
            lab.network.kill_at(number);
        }
        if let Some((number, other)) = self.other {
            lab.network.at(number, other.deed());
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for schedule in &self.schedules {
            let Schedule { rate, faults, only, .. } = schedule;
            write!(f, "{faults:?} at {rate} on {only:?}")?;
            if let Some(lasts) = schedule.lasts {
                write!(f, " from {:?} for {lasts:?}", schedule.from)?;
            }
            f.write_str("; ")?;
        }
        if let Some(number) = self.kill_at {
            write!(f, "killed at {number}; ")?;
        }
        if let Some((number, other)) = self.other {
            write!(f, "{other:?} at {number}")?;
        }
        Ok(())
    }
}

/// Faults here and there, for as long as the call takes.
fn rain(seeded: Seeded, drawn: u64) -> Schedule {
    let kinds = 1 + seeded.draw(2, 6) as u64;
    Schedule {
        seed: drawn,
        rate: seeded.pick(1, &[0.02, 0.05, 0.1, 0.25, 0.5]),
        faults: (0..kinds).map(|n| seeded.pick(10 + n, &Fault::PASSING)).collect(),
        only: seeded.pick(3, &SERVICES).to_owned(),
        ..Schedule::default()
    }
}

/// One service, or all of them, for seconds or minutes.
fn outage(seeded: Seeded) -> Option<Schedule> {
    let fault = seeded.pick(
        5,
        &[
            Fault::LostBefore,
            Fault::Unwell(503),
            Fault::Silent,
            Fault::Throttled,
            Fault::Expired,
        ],
    );
    let lasts = if seeded.once_in(9, 4) {
        seeded.seconds(7, 120..600)
    } else {
        seeded.seconds(7, 5..125)
    };
    let only = seeded.pick(8, &SERVICES);
    seeded
        .once_in(4, 3)
        .then(|| Schedule::outage(only, fault, seeded.seconds(6, 0..400), lasts))
}

/// One read that is not allowed.
fn denied(seeded: Seeded) -> Option<Schedule> {
    let day = Duration::from_secs(86_400);
    seeded
        .once_in(30, 10)
        .then(|| Schedule::outage(seeded.pick(31, &READS), Fault::Denied, Duration::ZERO, day))
}

/// A role that EKS cannot assume for longer than usual.
fn untrusted(seeded: Seeded) -> Option<Schedule> {
    let lasts = seeded.seconds(21, 30..90);
    seeded
        .once_in(20, 6)
        .then(|| Schedule::outage("", Fault::Untrusted, Duration::ZERO, lasts))
        .map(|schedule| Schedule {
            only: "fargate-profiles".to_owned(),
            ..schedule
        })
}
