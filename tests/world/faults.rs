//! A bad network and a process that is killed: however a run ends, its exit is true, and another run ends in the same lab.
#![expect(
    clippy::print_stdout,
    reason = "what befell how many lives is what a long run of this is for"
)]

use std::collections::BTreeMap;
use std::time::Duration;

use lab2048_testing::faults::{Fault, Schedule};
use lab2048_testing::{Lab, Run};

/// Virtual time within which a run has to end, whatever befalls it: its longest limits one after the other.
const END: Duration = Duration::from_secs(4 * 3600);
/// The most requests to one service within ten seconds: the first look asks for much at once.
const STORM: usize = 80;

/// How many schedules are run; `LAB2048_FAULTS` has another number.
fn schedules() -> u64 {
    let number = std::env::var("LAB2048_FAULTS").ok();
    number.and_then(|number| number.parse().ok()).unwrap_or(24)
}

/// The schedule of a seed: which faults, how often, where.
fn schedule(seed: u64) -> Vec<Schedule> {
    let draw = |salt: u64, of: usize| usize::try_from(mixed(seed, salt) % of as u64).unwrap();
    let rate = [0.02, 0.05, 0.1, 0.25, 0.5][draw(1, 5)];
    let kinds = 1 + draw(2, 6);
    let faults = (0..kinds).map(|n| Fault::PASSING[draw(10 + n as u64, Fault::PASSING.len())]);
    let services = ["", "Kubernetes", "Eks", "Balancing", "Iam", "Ec2", "Sts"];
    let mut all = vec![Schedule {
        seed,
        rate,
        faults: faults.collect(),
        only: services[draw(3, services.len())].to_owned(),
        ..Schedule::default()
    }];
    if draw(4, 3) == 0 {
        let outage = [Fault::LostBefore, Fault::Unwell(503), Fault::Silent][draw(5, 3)];
        let from = Duration::from_secs(mixed(seed, 6) % 400);
        let lasts = Duration::from_secs(5 + mixed(seed, 7) % 120);
        all.insert(
            0,
            Schedule::outage(services[draw(8, services.len())], outage, from, lasts),
        );
    }
    all
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

/// Why the lab is not as wanted; nothing if it is.
fn missing(lab: &Lab, pods: usize) -> Vec<String> {
    let world = lab.inventory();
    let mut wrong = Vec::new();
    let profiles: Vec<_> = world.profiles.iter().map(|profile| profile.status.as_str()).collect();
    if profiles != ["ACTIVE"] {
        wrong.push(format!("profiles {profiles:?}"));
    }
    let balancers: Vec<_> = world
        .load_balancers
        .iter()
        .map(|balancer| balancer.state.as_str())
        .collect();
    if balancers != ["active"] {
        wrong.push(format!("balancers {balancers:?}"));
    }
    let ours = world
        .roles
        .iter()
        .filter(|(name, _)| name.starts_with("lab2048-"))
        .count();
    if ours != 1 {
        wrong.push(format!("roles {:?}", world.roles));
    }
    let healthy: Vec<_> = world
        .target_groups
        .iter()
        .map(|group| group.targets.get("healthy").copied())
        .collect();
    if healthy != [Some(pods)] {
        wrong.push(format!("targets {healthy:?}"));
    }
    if lab.fargate_nodes() != pods {
        wrong.push(format!("{} nodes", lab.fargate_nodes()));
    }
    wrong
}

/// What is left of the lab.
fn left(lab: &Lab, fresh: &str) -> Vec<String> {
    let shape = lab.shape();
    if shape == fresh { Vec::new() } else { vec![shape] }
}

/// One life under a schedule, and what was not as it has to be.
struct Life {
    seed: u64,
    wrong: Vec<String>,
    befell: BTreeMap<Fault, usize>,
    ends: BTreeMap<String, usize>,
}

impl Life {
    /// One call, under the schedule if there is one.
    async fn call(&mut self, lab: &Lab, line: &str, under: Vec<Schedule>) -> Run {
        let is_bad = !under.is_empty();
        lab.network.set(under);
        let (run, took) = lab.timed(line).await;
        for befell in lab.network.befell() {
            *self.befell.entry(befell.fault).or_default() += 1;
        }
        let busiest = lab.network.busiest(Duration::from_secs(10));
        if busiest > STORM {
            self.wrong
                .push(format!("{line}: {busiest} requests to one service within ten seconds"));
        }
        if took > END {
            self.wrong.push(format!("{line}: took {took:?}"));
        }
        lab.network.set(Vec::new());
        if is_bad {
            let verb = line.split_whitespace().next().unwrap_or_default();
            *self.ends.entry(format!("{verb} {}", run.code)).or_default() += 1;
        }
        run
    }

    /// A success is one: what is only late has a minute.
    async fn hold(&mut self, lab: &Lab, run: &Run, wrong: impl Fn(&Lab) -> Vec<String>) {
        if run.code != 0 || wrong(lab).is_empty() {
            return;
        }
        lab.world.sleep(Duration::from_secs(60)).await;
        let wrong = wrong(lab);
        if !wrong.is_empty() {
            self.wrong.push(format!("exit 0, but {wrong:?}\n{run}"));
        }
    }

    /// A call that has to succeed, as nothing befalls it.
    async fn again(&mut self, lab: &Lab, line: &str) -> Run {
        let run = self.call(lab, line, Vec::new()).await;
        if run.code != 0 {
            self.wrong.push(format!("without faults: {run}"));
        }
        run
    }

    async fn live(seed: u64) -> Self {
        let mut life = Self {
            seed,
            wrong: Vec::new(),
            befell: BTreeMap::new(),
            ends: BTreeMap::new(),
        };
        let lab = Lab::new(seed);
        let fresh = lab.shape();
        let run = life.call(&lab, "apply", schedule(seed)).await;
        life.hold(&lab, &run, |lab| missing(lab, 5)).await;
        if run.code != 0 {
            let run = life.again(&lab, "apply").await;
            life.hold(&lab, &run, |lab| missing(lab, 5)).await;
        }
        let run = life.call(&lab, "scale --replicas 3", schedule(seed + 1_000_000)).await;
        life.hold(&lab, &run, |lab| missing(lab, 3)).await;
        let run = life.call(&lab, "destroy", schedule(seed + 2_000_000)).await;
        life.hold(&lab, &run, |lab| left(lab, &fresh)).await;
        if run.code != 0 {
            let run = life.again(&lab, "destroy").await;
            life.hold(&lab, &run, |lab| left(lab, &fresh)).await;
        }
        life
    }
}

/// Lives with these seeds on both cores.
fn lives(seeds: impl Iterator<Item = u64>) -> Vec<Life> {
    let seeds: Vec<u64> = seeds.collect();
    let halves: Vec<Vec<u64>> = (0..2)
        .map(|half| seeds.iter().copied().skip(half).step_by(2).collect())
        .collect();
    let running = halves.into_iter().map(|seeds| {
        std::thread::spawn(move || {
            let lives = seeds.into_iter().map(|seed| {
                let mut runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = runtime.enable_all().start_paused(true).build().unwrap();
                runtime.block_on(Life::live(seed))
            });
            lives.collect::<Vec<Life>>()
        })
    });
    let running: Vec<_> = running.collect();
    running.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
}

#[test]
fn runs_under_faults_end_in_the_truth() {
    let first = std::env::var("LAB2048_FAULTS_FROM")
        .ok()
        .and_then(|from| from.parse().ok())
        .unwrap_or(1);
    let lives = lives(first..first + schedules());
    let (mut befell, mut ends) = (BTreeMap::new(), BTreeMap::new());
    for life in &lives {
        for (fault, count) in &life.befell {
            *befell.entry(*fault).or_insert(0) += count;
        }
        for (end, count) in &life.ends {
            *ends.entry(end.clone()).or_insert(0) += count;
        }
    }
    println!("{} lives; befell: {befell:?}; ended: {ends:?}", lives.len());
    let wrong: Vec<String> = lives
        .iter()
        .filter(|life| !life.wrong.is_empty())
        .map(|life| {
            format!(
                "seed {seed} (again: LAB2048_FAULTS_FROM={seed} LAB2048_FAULTS=1 cargo test --test world faults): {}",
                life.wrong.join("\n"),
                seed = life.seed
            )
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        lives.len(),
        wrong.join("\n\n")
    );
}

/// A call that is killed when its request number `number` has arrived, on a lab that `before` has prepared.
async fn killed_everywhere(before: &[&str], line: &str, again: &[&str], step: usize) -> usize {
    let mut number = 0;
    loop {
        let lab = Lab::new(7);
        let fresh = lab.shape();
        for line in before {
            lab.call(line).await.exits(0);
        }
        if lab.call_killed_at(line, number).await.is_some() {
            return number;
        }
        for line in again {
            lab.call(line).await.exits(0);
        }
        if again.last() == Some(&"destroy") {
            assert_eq!(lab.shape(), fresh, "{line} killed at request {number}, then {again:?}");
        } else {
            let wrong = missing(&lab, if line.starts_with("scale") { 3 } else { 5 });
            assert!(
                wrong.is_empty(),
                "{line} killed at request {number}, then {again:?}: {wrong:?}"
            );
        }
        number += step;
    }
}

/// How many requests lie between two kills; `LAB2048_KILLS=1` kills at every one.
fn kill_step() -> usize {
    let step = std::env::var("LAB2048_KILLS").ok();
    step.and_then(|step| step.parse().ok()).unwrap_or(29)
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_request_the_same_verb_ends_in_the_same_lab() {
    let step = kill_step();
    let applied = killed_everywhere(&[], "apply", &["apply"], step).await;
    let scaled = killed_everywhere(&["apply"], "scale --replicas 3", &["scale --replicas 3"], step).await;
    let destroyed = killed_everywhere(&["apply"], "destroy", &["destroy"], step).await;
    println!("requests: apply {applied}, scale {scaled}, destroy {destroyed}");
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_request_destroy_leaves_nothing() {
    let step = kill_step();
    killed_everywhere(&[], "apply", &["destroy"], step).await;
    killed_everywhere(&["apply"], "scale --replicas 3", &["destroy"], step).await;
}

/// One fault that befalls the first requests with that in their label.
fn first(fault: Fault, only: &str, most: usize) -> Vec<Schedule> {
    vec![Schedule {
        rate: 1.0,
        faults: vec![fault],
        only: only.to_owned(),
        most: Some(most),
        ..Schedule::default()
    }]
}

#[tokio::test(start_paused = true)]
async fn refused_reads_end_nothing() {
    let lab = Lab::new(5);
    lab.network.set(first(Fault::Throttled, "Kubernetes GET", 2));
    lab.call("apply").await.exits(0);
    for (fault, only, line) in [
        (Fault::Throttled, "Kubernetes", "plan"),
        (Fault::ThrottledFor(9), "Kubernetes GET", "status"),
        (Fault::Unwell(503), "Kubernetes DRYRUN", "plan"),
        (Fault::Truncated, "Kubernetes GET", "doctor"),
        (Fault::LostBefore, "Eks GET", "status"),
        (Fault::Throttled, "Eks GET", "doctor"),
        (Fault::Unwell(500), "Balancing", "status"),
    ] {
        lab.network.set(first(fault, only, 3));
        lab.call(line).await.exits(0);
        assert!(!lab.network.befell().is_empty(), "{fault:?} on {only}");
    }
    lab.network.set(first(Fault::Unwell(503), "GET /api/v1/nodes", 3));
    lab.call("scale --replicas 4").await.exits(0).prints("http://");
    assert_eq!(lab.network.befell().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_an_answer_is_told() {
    let lab = Lab::new(5);
    lab.network.set(vec![Schedule::outage(
        "Kubernetes",
        Fault::Unwell(503),
        Duration::ZERO,
        Duration::from_secs(12),
    )]);
    let run = lab.call("plan").await.exits(0);
    run.prints("no answer yet, trying again: GET");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_for_fails_no_removal() {
    let (lab, twin) = (Lab::new(5), Lab::new(5));
    twin.call("apply").await.exits(0);
    let (run, took) = twin.timed("destroy").await;
    run.exits(0);
    lab.call("apply").await.exits(0);
    // What the same removal asks of Elastic Load Balancing in its last second is the search alone.
    let from = took.saturating_sub(Duration::from_secs(1));
    let outage = Schedule::outage("Balancing", Fault::Unwell(500), from, Duration::from_secs(3600));
    lab.network.set(vec![outage]);
    let run = lab.call("destroy").await.exits(0);
    run.prints("looked for load balancers: not known (elasticloadbalancing:");
}

#[tokio::test(start_paused = true)]
async fn routes_that_cannot_be_read_are_no_proof() {
    let lab = Lab::new(5);
    let denied = Schedule::outage(
        "DescribeRouteTables",
        Fault::Denied,
        Duration::ZERO,
        Duration::from_secs(9000),
    );
    lab.network.set(vec![denied]);
    let run = lab.call("plan").await.exits(0);
    run.prints("not checked: C8")
        .prints("ec2:DescribeRouteTables")
        .prints("chosen by EKS")
        .does_not_print("no private subnet");
    lab.call("doctor").await.exits(0).prints("ec2:DescribeRouteTables");
    lab.call("apply").await.exits(0);
}
