//! One life of a lab in trouble, and what was not as it has to be.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::time::Duration;

use lab2048_sandbox::testing;
use lab2048_testing::hand::{CHAPTER, PRIVATE_SUBNETS};
use lab2048_testing::others::Other;
use lab2048_testing::{Lab, Run};
use serde_json::Value;

use super::called::{Called, Typed};
use super::draw::{Pods, Seeded, Story, Trouble};
use super::tally::Tally;
use super::truth;

/// What others have deleted is gone after so long.
const GOING: Duration = Duration::from_mins(2);
/// What is only late has so long.
const LATE: Duration = Duration::from_mins(1);

/// One life under a schedule, and what was not as it has to be.
pub(super) struct Life {
    pub(super) seed: u64,
    pub(super) wrong: Vec<String>,
    pub(super) tally: Tally,
    /// What was called, under what, and how it ended.
    pub(super) told: Vec<String>,
    calls: u64,
    /// Who else was at work during the last call in trouble.
    beside: Option<Other>,
}

/// What a call is to come to.
struct Goal<'a> {
    line: &'a str,
    /// What is called until it is reached, when nothing befalls calls any more.
    again: &'a str,
    state: State,
}

/// What has to be so when a call has succeeded.
#[derive(Clone, Copy)]
enum State {
    /// The lab is there with so many pods.
    Up(usize),
    /// The same, and its profile has these subnets.
    UpOn(usize, &'static [&'static str]),
    /// Nothing of it is there, and the world is as it was.
    Gone,
    /// Nothing is known of it; what is others' is as it was.
    Any,
}

impl Life {
    /// The life of a seed, from its begin to its end.
    pub(super) fn of(seed: u64) -> Self {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build().unwrap();
        let mut life = Self {
            seed,
            wrong: Vec::new(),
            tally: Tally::default(),
            told: Vec::new(),
            calls: 0,
            beside: None,
        };
        notice_panics();
        fastrand::seed(seed);
        let lived = panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(life.live())));
        let panicked = PANIC.with(|panic| panic.borrow_mut().take());
        if let Some(text) = panicked.or(lived.err().map(|_| "somewhere".to_owned())) {
            life.wrong.push(format!("a panic: {text}"));
        }
        life
    }

    async fn live(&mut self) {
        let mut lab = Lab::with_chances(self.seed);
        let Pods { all, fewer } = Pods::of(self.seed);
        let scale = format!("scale --replicas {fewer}");
        lab.set_variable("LAB2048_SET_APP_REPLICAS", &all.to_string());
        truth::put_foreign(&lab).await;
        lab.network.guard(std::sync::Arc::new(truth::doubled));
        let fresh = World::of(&lab);
        match Story::of(self.seed) {
            Story::Plain => {
                self.reach(&lab, &fresh, Goal::up("apply", all)).await;
                self.reach(&lab, &fresh, Goal::up(&scale, fewer)).await;
            }
            Story::Adopted => {
                lab.do_chapter().await;
                self.reach(&lab, &fresh, Goal::up("apply --adopt", all)).await;
            }
            Story::Replaced => {
                let two = format!("apply --replace {}", subnets());
                self.once(&lab, "apply").await;
                self.reach(
                    &lab,
                    &fresh,
                    Goal {
                        line: &two,
                        again: &two,
                        state: State::UpOn(all, &PRIVATE_SUBNETS_OF_TWO),
                    },
                )
                .await;
            }
            Story::Shared => self.share(&lab, &fresh).await,
            Story::Neighbours => return self.neighbour(&lab, &fresh).await,
        }
        let destroy = match Story::of(self.seed) {
            Story::Adopted => "destroy --adopt",
            _ => "destroy",
        };
        self.reach(
            &lab,
            &fresh,
            Goal {
                line: destroy,
                again: destroy,
                state: State::Gone,
            },
        )
        .await;
    }

    /// Two people at one lab.
    async fn share(&mut self, lab: &Lab, fresh: &World) {
        let seeded = Seeded(self.seed);
        let Pods { all, fewer } = Pods::of(self.seed);
        let scale = format!("scale --replicas {fewer}");
        let second = ["apply", "destroy", &scale][seeded.draw(70, 3)];
        let after = Duration::from_secs(seeded.draw(71, 400) as u64);
        let trouble = Trouble::of(self.seed, self.calls);
        trouble.set(lab);
        let typed = self.typed("apply");
        let one = async { (Called::make(lab, typed).await, lab.world.now()) };
        let two = async {
            lab.world.sleep(after).await;
            let typed = typed.beside(second);
            (Called::make(lab, typed).await, lab.world.now())
        };
        let ((one, one_ended), (two, two_ended)) = tokio::join!(one, two);
        self.count(lab, &trouble);
        lab.network.set(Vec::new());
        let [one, two] = [one, two].map(|called| self.judge(called, &trouble));
        let (last, state) = if one_ended > two_ended {
            (one, State::Up(all))
        } else {
            let state = match second {
                "destroy" => State::Gone,
                "apply" => State::Up(all),
                _ => State::Up(fewer),
            };
            (two, state)
        };
        // Of what one that was killed last has left, nothing is known.
        if let Some(last) = last {
            self.hold(lab, fresh, &last, (state, self.beside)).await;
        }
        let again = Goal::up("apply --force-conflicts --reset-scale", all);
        if trouble.other.is_some() {
            self.make_up(lab).await;
        }
        self.again(lab, fresh, &again).await;
    }

    /// A lab beside another one, both in trouble.
    async fn neighbour(&mut self, lab: &Lab, fresh: &World) {
        const OTHER: &str = "--set lab.name=other";
        let Pods { all, .. } = Pods::of(self.seed);
        let trouble = Trouble::of(self.seed, self.calls);
        trouble.set(lab);
        let theirs = format!("apply {OTHER}");
        let typed = self.typed("apply");
        let (ours, others) = tokio::join!(Called::make(lab, typed), Called::make(lab, typed.beside(&theirs)));
        self.count(lab, &trouble);
        lab.network.set(Vec::new());
        let [ours, _] = [ours, others].map(|called| self.judge(called, &trouble));
        if let Some(ours) = ours {
            self.hold(lab, fresh, &ours, (State::Up(all), self.beside)).await;
        }
        if trouble.other.is_some() {
            self.make_up(lab).await;
        }
        self.again(lab, fresh, &Goal::up("apply --force-conflicts", all)).await;
        self.once(lab, &theirs).await;
        self.calls += 1;
        let trouble = Trouble::of(self.seed, self.calls);
        self.troubled(lab, "destroy", &trouble).await;
        self.once(lab, "destroy").await;
        let run = self.once(lab, &format!("plan --detailed-exitcode {OTHER}")).await;
        if run.code != 0 {
            self.wrong
                .push(format!("the neighbour's lab is not what it was: {run}"));
        }
        let gone = Goal {
            line: "",
            again: &format!("destroy {OTHER}"),
            state: State::Gone,
        };
        self.again(lab, fresh, &gone).await;
    }

    /// One call in trouble, and others until its goal is reached.
    async fn reach(&mut self, lab: &Lab, fresh: &World, goal: Goal<'_>) {
        let trouble = Trouble::of(self.seed, self.calls);
        self.calls += 1;
        let begun = lab.world.now();
        let run = self.troubled(lab, goal.line, &trouble).await;
        let succeeded = run.as_ref().is_some_and(|run| run.code == 0);
        if let Some(run) = run {
            self.hold(lab, fresh, &run, (goal.state, self.beside)).await;
        }
        let mut reruns = 0;
        if trouble.other.is_some() {
            reruns += self.mend(lab, &goal).await;
        }
        if !succeeded || trouble.other.is_some() {
            self.again(lab, fresh, &goal).await;
            reruns += 1;
        }
        let took = lab.world.now().duration_since(begun);
        self.tally.converged.push((Duration::try_from(took).unwrap(), reruns));
    }

    /// Takes back what others have done; how many calls that took.
    async fn mend(&mut self, lab: &Lab, goal: &Goal<'_>) -> usize {
        self.make_up(lab).await;
        if matches!(goal.state, State::Gone) {
            return 0;
        }
        let flags = match Story::of(self.seed) {
            Story::Adopted => "--adopt --force-conflicts".to_owned(),
            Story::Replaced => format!("--replace --force-conflicts {}", subnets()),
            _ => "--force-conflicts".to_owned(),
        };
        self.once(lab, &format!("apply {flags}")).await;
        1
    }

    /// Somebody deletes an autoscaler that somebody has made, and waits until what was deleted is gone.
    async fn make_up(&mut self, lab: &Lab) {
        if lab.live("autoscaling", "horizontalpodautoscalers", "game").is_some() {
            let path = format!("/apis/autoscaling/v2/namespaces/{CHAPTER}/horizontalpodautoscalers/game");
            lab.send("DELETE", &path, &Value::Null).await;
        }
        // What somebody has deleted goes by itself; until then a run says so and changes nothing.
        lab.world.sleep(GOING).await;
    }

    /// A call under its trouble; `None` if it was killed.
    async fn troubled(&mut self, lab: &Lab, line: &str, trouble: &Trouble) -> Option<Run> {
        trouble.set(lab);
        let called = Called::make(lab, self.typed(line)).await;
        self.count(lab, trouble);
        let sent = lab.network.sent();
        lab.network.set(Vec::new());
        let run = self.judge(called, trouble);
        self.told.push(format!("  with {sent} requests"));
        run
    }

    /// The next call of this life.
    fn typed<'a>(&self, line: &'a str) -> Typed<'a> {
        Typed {
            line,
            seeded: Seeded(self.seed),
            nth: self.told.len(),
            survives: false,
        }
    }

    /// Counts what has befallen the calls since the trouble was set, and looks for what may never be.
    fn count(&mut self, lab: &Lab, trouble: &Trouble) {
        for befell in lab.network.befell() {
            *self.tally.injected.entry(format!("{:?}", befell.fault)).or_default() += 1;
        }
        let at_work = trouble.other.filter(|(number, _)| lab.network.sent() > *number);
        self.beside = at_work.map(|(_, other)| other);
        if let Some(other) = self.beside {
            *self.tally.injected.entry(format!("somebody {other:?}")).or_default() += 1;
        }
        self.wrong.extend(truth::storms(&lab.network));
        if let Some(breach) = lab.network.breach() {
            self.wrong.push(breach);
        }
    }

    /// A call in trouble has ended; what came of it, if it was not killed.
    fn judge(&mut self, called: Called, trouble: &Trouble) -> Option<Run> {
        self.tally.silence = self.tally.silence.max(called.silence());
        self.wrong.extend(called.wrong());
        let Called { line, run, took, .. } = called;
        let end = run.as_ref().map_or("killed".to_owned(), |run| run.code.to_string());
        if run.is_none() {
            *self.tally.injected.entry(end.clone()).or_default() += 1;
        }
        self.told.push(format!("{line} -> {end} in {took:?} under {trouble}"));
        if let Some(run) = run.as_ref().filter(|run| run.code != 0) {
            self.told.extend(last_words(run));
        }
        let verb = line.split_whitespace().next().unwrap_or_default().to_owned();
        *self.tally.ends.entry((verb, end)).or_default() += 1;
        run
    }

    /// A success is one: what is only late has a minute, and longer where somebody else has been at work meanwhile.
    async fn hold(&mut self, lab: &Lab, fresh: &World, run: &Run, (state, other): (State, Option<Other>)) {
        if run.code != 0 {
            return;
        }
        let states = other.map_or(vec![state], |other| state.beside(other));
        let waits = if other.is_none() { 1 } else { 5 };
        for _ in 0..waits {
            if any(&states, lab, fresh).await.is_ok() {
                return;
            }
            lab.world.sleep(LATE).await;
        }
        if let Err(wrong) = any(&states, lab, fresh).await {
            self.wrong
                .push(format!("exit 0 beside {other:?}, but {wrong:?}\n{run}"));
        }
    }

    /// A call that nothing befalls has to succeed.
    async fn once(&mut self, lab: &Lab, line: &str) -> Run {
        let run = lab.call(line).await;
        self.told.push(format!("{line} -> {} without faults", run.code));
        if run.code != 0 {
            self.wrong.push(format!("without faults: {run}"));
        }
        run
    }

    /// The goal is reached when nothing befalls calls any more.
    async fn again(&mut self, lab: &Lab, fresh: &World, goal: &Goal<'_>) {
        let run = self.once(lab, goal.again).await;
        self.hold(lab, fresh, &run, (goal.state, None)).await;
    }
}

/// What a run said last that has not succeeded.
fn last_words(run: &Run) -> Vec<String> {
    const LINES: usize = 8;
    let lines: Vec<&str> = run.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = lines.iter().skip(lines.len().saturating_sub(LINES));
    last.map(|line| format!("    | {line}")).collect()
}

/// One of these states, or what is not so of the first.
async fn any(states: &[State], lab: &Lab, fresh: &World) -> Result<(), Vec<String>> {
    let mut first = None;
    for state in states {
        let wrong = state.wrong(lab, fresh).await;
        if wrong.is_empty() {
            return Ok(());
        }
        first.get_or_insert(wrong);
    }
    Err(first.unwrap_or_default())
}

impl<'a> Goal<'a> {
    fn up(line: &'a str, pods: usize) -> Self {
        Self {
            line,
            again: line,
            state: State::Up(pods),
        }
    }
}

impl State {
    /// What may be so instead, where somebody else has done that meanwhile, and perhaps after the run's last look.
    fn beside(self, other: Other) -> Vec<Self> {
        let Self::Up(pods) = self else {
            return match (self, other) {
                (Self::UpOn(..), Other::DeletesIngress | Other::DeletesDeployment) => vec![Self::Any],
                // With another profile, too, the pods are as many as somebody has asked for.
                (Self::UpOn(_, subnets), Other::Scales(other)) => {
                    vec![self, Self::UpOn(usize::try_from(other).unwrap(), subnets)]
                }
                // Nobody brings back what is gone.
                _ => vec![self],
            };
        };
        match other {
            Other::DeletesIngress | Other::DeletesDeployment => vec![Self::Any],
            Other::Scales(other) => vec![Self::Up(pods), Self::Up(usize::try_from(other).unwrap())],
            Other::Labels
            | Other::SetsImage
            | Other::Autoscales
            | Other::DeletesPods
            | Other::DropsLock
            | Other::StealsLock => vec![self],
        }
    }

    /// What is not so.
    async fn wrong(self, lab: &Lab, fresh: &World) -> Vec<String> {
        let mut wrong = match self {
            Self::Up(pods) => truth::missing(lab, pods).await,
            Self::UpOn(pods, subnets) => {
                let mut wrong = truth::missing(lab, pods).await;
                let profiles = testing::aws(&lab.world).profiles;
                let has = profiles.get(CHAPTER).map(|profile| profile.subnets.clone());
                if has.as_ref().is_none_or(|has| has != subnets) {
                    wrong.push(format!("the profile's subnets are {has:?}"));
                }
                wrong
            }
            Self::Gone => fresh.left(lab),
            Self::Any => Vec::new(),
        };
        wrong.extend(truth::touched(lab, &fresh.foreign));
        wrong
    }
}

/// The world before the lab.
struct World {
    shape: String,
    foreign: BTreeMap<String, String>,
}

impl World {
    fn of(lab: &Lab) -> Self {
        Self {
            shape: shape(lab),
            foreign: truth::foreign(lab),
        }
    }

    /// What is left of the lab.
    fn left(&self, lab: &Lab) -> Vec<String> {
        let now = shape(lab);
        if now == self.shape { Vec::new() } else { vec![now] }
    }
}

/// The shape of the world, without the role that eksctl keeps for other profiles.
fn shape(lab: &Lab) -> String {
    let roles: Vec<String> = lab.inventory().roles.into_keys().collect();
    let roles: Vec<&String> = roles.iter().filter(|name| !name.starts_with("eksctl-")).collect();
    let shape = lab.shape();
    let (_, rest) = shape.split_once('\n').unwrap_or_default();
    format!("roles {roles:?}\n{rest}")
}

/// The subnets of the profile that takes another's place.
const PRIVATE_SUBNETS_OF_TWO: [&str; 2] = [PRIVATE_SUBNETS[0], PRIVATE_SUBNETS[1]];

/// The same as a flag.
pub(super) fn subnets() -> String {
    let [one, two] = PRIVATE_SUBNETS_OF_TWO;
    format!(r#"--set fargate.subnets=["{one}","{two}"]"#)
}

thread_local! {
    /// What panicked in this thread last.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on panics are known, also those of tasks that nobody waits for.
fn notice_panics() {
    static NOTICED: Once = Once::new();
    NOTICED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            PANIC.with(|panic| *panic.borrow_mut() = Some(info.to_string()));
            before(info);
        }));
    });
    PANIC.with(|panic| panic.borrow_mut().take());
}
