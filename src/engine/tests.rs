//! Whole runs over a scripted driver, in paused time.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt};
use serde_json::json;
use tokio::sync::watch;

use super::{Drivers, Limits, Run, RunOutcome, execute};
use crate::event::{Event, FailureClass, Leaves, Place};
use crate::model::{
    Desired, Goal, Holder, Node, NodeId, NodeKind, Object, Op, Outputs, Progress, Readiness, Task, Wait,
};
use crate::plan::{Change, Cost, Plan};
use crate::ports::{CallError, Clock, Driver, ErrorClass, ProgressStream, Queue, TestClock, Turn};
use crate::stack::{Edge, EdgeKind};

/// What the scripted driver does with one node.
#[derive(Clone, Default)]
struct Script {
    /// Errors of the first calls, before one succeeds.
    errors: Vec<ErrorClass>,
    /// How long a call takes.
    call: Duration,
    /// How long until the goal is reached after the call; `None` is never.
    goal: Option<Duration>,
    /// The goal turns out to be out of reach.
    fails: Option<&'static str>,
    /// What to do about what it waits for.
    remedy: Option<&'static str>,
    /// So many calls find that somebody else has it.
    queue: usize,
}

fn takes(seconds: u64) -> Script {
    Script {
        goal: Some(Duration::from_secs(seconds)),
        ..Script::default()
    }
}

struct Scripted {
    clock: TestClock,
    scripts: BTreeMap<NodeId, Script>,
    calls: Mutex<BTreeMap<NodeId, usize>>,
    log: Mutex<Vec<String>>,
}

impl Scripted {
    fn call<'a, T: Send + 'a>(
        &'a self,
        what: &'static str,
        task: &'a Task,
        result: T,
    ) -> BoxFuture<'a, Result<T, CallError>> {
        async move {
            let id = &task.node.id;
            let script = self.scripts.get(id).cloned().unwrap_or_else(|| takes(0));
            let nth = {
                let mut calls = self.calls.lock().unwrap();
                let nth = calls.entry(id.clone()).or_default();
                *nth += 1;
                *nth
            };
            self.clock.sleep(script.call).await;
            if nth <= script.queue {
                let class = match id.kind {
                    NodeKind::Lock => ErrorClass::Conflict,
                    _ => ErrorClass::Busy,
                };
                let holder = Holder {
                    description: "jun@laptop".to_owned(),
                    since: None,
                    expires: None,
                };
                return Err(CallError::new(class, "take", "held by jun@laptop").with_holder(holder));
            }
            if let Some(class) = script.errors.get(nth - 1) {
                return Err(CallError::new(*class, format!("{what} {id}"), "scripted"));
            }
            self.log.lock().unwrap().push(format!("{what} {id}"));
            Ok(result)
        }
        .boxed()
    }
}

impl Driver for Scripted {
    fn apply<'a>(&'a self, task: &'a Task, _: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>> {
        self.call("apply", task, Outputs::default())
    }

    fn delete<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<(), CallError>> {
        self.call("delete", task, ())
    }

    fn progress<'a>(&'a self, task: &'a Task, goal: Goal, _: &'a Outputs) -> ProgressStream<'a> {
        let script = self.scripts.get(&task.node.id).cloned().unwrap_or_else(|| takes(0));
        let remedy = script.remedy;
        let report = move |stage: &str, readiness| {
            Ok(Progress {
                remedy: remedy.map(|words| words.to_owned().into()),
                ..Progress::new(stage.to_owned(), readiness)
            })
        };
        let first = report("looking", Readiness::Pending(format!("not {goal:?}").into()));
        let last = async move {
            match (script.goal, script.fails) {
                (Some(after), None) => {
                    self.clock.sleep(after).await;
                    self.log
                        .lock()
                        .unwrap()
                        .push(format!("{goal:?} {}", task.node.id).to_lowercase());
                    report("there", Readiness::Ready)
                }
                (after, Some(cause)) => {
                    self.clock.sleep(after.unwrap_or_default()).await;
                    report("stuck", Readiness::Failed(cause.to_owned().into()))
                }
                (None, None) => std::future::pending().await,
            }
        };
        stream::once(async move { first }).chain(stream::once(last)).boxed()
    }
}

impl Drivers for Scripted {
    fn driver(&self, _: &NodeKind) -> &dyn Driver {
        self
    }
}

/// A line in which somebody is so far behind, look by look, and is not seen after that.
#[derive(Default)]
struct Places {
    turns: Mutex<Vec<Turn>>,
    log: Mutex<Vec<String>>,
}

impl Places {
    fn of(mut turns: Vec<Turn>) -> Self {
        turns.reverse();
        Self {
            turns: Mutex::new(turns),
            log: Mutex::default(),
        }
    }
}

impl Queue for Places {
    fn turn<'a>(&'a self, task: &'a Task, heard: Option<&'a Holder>) -> BoxFuture<'a, Turn> {
        let turn = match task.node.id.kind {
            NodeKind::Profile => self.turns.lock().unwrap().pop(),
            _ => None,
        };
        if turn.is_some() {
            let knows = if heard.is_some() { "refused" } else { "looks" };
            self.log.lock().unwrap().push(knows.to_owned());
        }
        std::future::ready(turn.unwrap_or(Turn::Unordered(None))).boxed()
    }

    fn step_aside(&self, task: &Task) {
        self.log.lock().unwrap().push(format!("aside {}", task.node.id));
    }

    fn leave(&self, task: &Task) {
        if task.node.id.kind == NodeKind::Profile {
            self.log.lock().unwrap().push("leaves".to_owned());
        }
    }
}

fn place(position: u32) -> Turn {
    let holder = (position > 1).then(|| Holder {
        description: format!("number {position} of before"),
        since: None,
        expires: None,
    });
    Turn::Place { position, holder }
}

fn id(text: &str) -> NodeId {
    text.parse().unwrap()
}

fn change(node: &str, op: Op, wait: Wait) -> Change {
    let node = Node {
        id: id(node),
        desired: Desired::Object(Object(json!({}))),
    };
    Change::of(node, op).waiting(wait, "")
}

fn edge(before: &str, after: &str, kind: EdgeKind) -> Edge {
    Edge {
        before: id(before),
        after: id(after),
        kind,
    }
}

fn plan(goal: Goal, changes: Vec<Change>, edges: Vec<Edge>) -> Plan {
    Plan {
        lab: "lab".to_owned(),
        place: Place::default(),
        goal,
        changes,
        edges,
        findings: Vec::new(),
        cost: Cost::Unknown { region: String::new() },
    }
}

/// The workshop's lab, all to be made.
fn first_apply() -> Plan {
    let create = |node| change(node, Op::Create, Wait::Ready);
    plan(
        Goal::Ready,
        vec![
            create("role/r"),
            create("profile/p"),
            create("namespace/n"),
            create("service/s"),
            create("ingress/i"),
            create("deployment/d"),
            change("balancer/b", Op::None, Wait::Ready),
            change("proof/x", Op::None, Wait::Ready),
        ],
        vec![
            edge("role/r", "profile/p", EdgeKind::Ready),
            edge("profile/p", "deployment/d", EdgeKind::Ready),
            edge("namespace/n", "service/s", EdgeKind::Applied),
            edge("namespace/n", "deployment/d", EdgeKind::Applied),
            edge("service/s", "ingress/i", EdgeKind::Applied),
            edge("ingress/i", "balancer/b", EdgeKind::Yields),
            edge("balancer/b", "proof/x", EdgeKind::Ready),
            edge("deployment/d", "proof/x", EdgeKind::Ready),
        ],
    )
}

const LIMITS: Limits = Limits {
    lock: Duration::from_secs(33),
    profile: Duration::from_mins(15),
    rollout: Duration::from_mins(10),
    balancer: Duration::from_mins(10),
    deletion: Duration::from_mins(30),
};

struct FinishedRun {
    outcome: RunOutcome,
    events: Vec<Event>,
    log: Vec<String>,
    took: Duration,
}

impl FinishedRun {
    /// The events as short lines, without those of a node's ordinary life if `brief`.
    fn story(&self) -> String {
        let mut text = String::new();
        for event in &self.events {
            let _ = match event {
                Event::StepStarted { node, op } => writeln!(text, "start {node} {op:?}"),
                Event::StepProgress {
                    node,
                    stage,
                    cause,
                    elapsed_ms,
                } => {
                    writeln!(
                        text,
                        "stage {node} {stage} ({}) {elapsed_ms}",
                        cause.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string)
                    )
                }
                Event::Heartbeat {
                    node,
                    elapsed_ms,
                    remaining_ms,
                    ..
                } => {
                    writeln!(text, "alive {node} {elapsed_ms} of {}", elapsed_ms + remaining_ms)
                }
                Event::StepRetried { node, attempt, .. } => writeln!(text, "retry {node} {attempt}"),
                Event::StepDone { node, elapsed_ms, .. } => writeln!(text, "done {node} {elapsed_ms}"),
                Event::StepFailed { node, failure } => {
                    writeln!(
                        text,
                        "fail {node} {:?} leaves {:?}: {}",
                        failure.class,
                        failure.leaves,
                        crate::lang::Text::list(&failure.causes, ": ")
                    )
                }
                Event::StepSkipped { node, blocked_by } => {
                    writeln!(
                        text,
                        "skip {node} {}",
                        blocked_by.as_ref().map(ToString::to_string).unwrap_or_default()
                    )
                }
                Event::Interrupted { level } => writeln!(text, "interrupted {level}"),
                other => writeln!(text, "{other:?}"),
            };
        }
        text
    }
}

async fn run_with(plan: Plan, scripts: &[(&str, Script)], interrupts: watch::Receiver<u8>) -> FinishedRun {
    run_in_line(plan, scripts, interrupts, &Places::default()).await
}

async fn run_in_line(
    plan: Plan,
    scripts: &[(&str, Script)],
    interrupts: watch::Receiver<u8>,
    queue: &Places,
) -> FinishedRun {
    let clock = TestClock::start();
    let scripts = scripts
        .iter()
        .map(|(node, script)| (id(node), script.clone()))
        .collect();
    let drivers = Scripted {
        clock,
        scripts,
        calls: Mutex::default(),
        log: Mutex::default(),
    };
    let start = clock.now();
    let mut events = Vec::new();
    let run = Run {
        plan: &plan,
        drivers: &drivers,
        queue,
        clock: &clock,
        limits: LIMITS,
        interrupts,
        parallel: 8,
    };
    let outcome = execute(run, &mut |event| events.push(event)).await.unwrap();
    let took = clock.elapsed(start);
    FinishedRun {
        outcome,
        events,
        log: drivers.log.into_inner().unwrap(),
        took,
    }
}

async fn run(plan: Plan, scripts: &[(&str, Script)]) -> FinishedRun {
    let (_keep, interrupts) = watch::channel(0);
    run_with(plan, scripts, interrupts).await
}

#[tokio::test(start_paused = true)]
async fn slow_steps_overlap_and_the_run_takes_as_long_as_its_critical_path() {
    let scripts = [
        ("profile/p", takes(180)),
        ("deployment/d", takes(60)),
        ("balancer/b", takes(150)),
        ("proof/x", takes(5)),
    ];
    let ran = run(first_apply(), &scripts).await;
    assert!(ran.outcome.complete, "{}", ran.story());
    assert_eq!(ran.took, Duration::from_secs(180 + 60 + 5));
    assert_eq!(ran.outcome.counts.create, 6);
    let at = |what: &str| {
        ran.log
            .iter()
            .position(|line| line == what)
            .unwrap_or_else(|| panic!("{what}: {:?}", ran.log))
    };
    assert!(
        at("apply ingress/i") < at("ready profile/p"),
        "the ALB is built while the profile is"
    );
    assert!(
        at("ready profile/p") < at("apply deployment/d"),
        "pods made earlier would stay Pending"
    );
    assert!(at("apply service/s") < at("apply ingress/i"));
    assert_eq!(ran.log.last().unwrap(), "ready proof/x");
}

#[tokio::test(start_paused = true)]
async fn a_failure_stops_what_needs_it_and_waits_that_serve_nothing_any_more() {
    let failing = Script {
        fails: Some("role in use"),
        goal: Some(Duration::from_secs(30)),
        ..Script::default()
    };
    let ran = run(
        first_apply(),
        &[
            ("profile/p", failing),
            ("balancer/b", takes(100)),
            ("service/s", takes(50)),
        ],
    )
    .await;
    assert!(!ran.outcome.complete);
    assert_eq!(
        ran.took,
        Duration::from_secs(50),
        "the service serves the ingress and is waited for, the balancer is not"
    );
    assert!(ran.log.contains(&"ready service/s".to_owned()), "{:?}", ran.log);
    let story = ran.story();
    let ends: Vec<_> = story
        .lines()
        .filter(|line| line.starts_with("fail") || line.starts_with("skip"))
        .collect();
    insta::assert_snapshot!(ends.join("\n"), @r"
    fail profile/p Failed leaves Something: stuck: role in use
    skip deployment/d profile/p
    skip proof/x deployment/d
    skip balancer/b
    ");
}

#[tokio::test(start_paused = true)]
async fn a_silent_wait_gives_a_sign_of_life_every_ten_seconds_and_ends_at_its_limit() {
    let plan = plan(
        Goal::Ready,
        vec![change("balancer/b", Op::None, Wait::Ready)],
        Vec::new(),
    );
    let ran = run(plan, &[("balancer/b", Script::default())]).await;
    let story = ran.story();
    assert_eq!(story.matches("alive").count(), 59, "{story}");
    assert!(story.contains("alive balancer/b 10000 of 600000"), "{story}");
    assert!(
        story.ends_with("fail balancer/b Timeout leaves Something: not ready within 10m: not Ready\n"),
        "{story}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_and_what_cannot_is_not() {
    let errors = vec![ErrorClass::Propagating, ErrorClass::Throttled, ErrorClass::Unreachable];
    let plan = plan(
        Goal::Ready,
        vec![
            change("profile/p", Op::Create, Wait::None),
            change("service/s", Op::Create, Wait::None),
        ],
        Vec::new(),
    );
    let scripts = [
        (
            "profile/p",
            Script {
                errors,
                ..Script::default()
            },
        ),
        (
            "service/s",
            Script {
                errors: vec![ErrorClass::Denied],
                ..Script::default()
            },
        ),
    ];
    let ran = run(plan, &scripts).await;
    insta::assert_snapshot!(ran.story(), @r"
    start profile/p Create
    start service/s Create
    retry profile/p 2
    fail service/s Failed leaves Nothing: apply service/s: scripted
    retry profile/p 3
    retry profile/p 4
    done profile/p 4503
    ");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_never_succeeds_ends_at_the_limit_with_its_cause() {
    let plan = plan(
        Goal::Ready,
        vec![change("profile/p", Op::Create, Wait::Ready)],
        Vec::new(),
    );
    let script = Script {
        errors: vec![ErrorClass::Unreachable; 1000],
        ..Script::default()
    };
    let ran = run(plan, &[("profile/p", script)]).await;
    let story = ran.story();
    let end = "fail profile/p Timeout leaves Nothing: not ready within 15m: apply profile/p: scripted\n";
    assert!(story.ends_with(end), "{story}");
    // A retry is a sign of life itself.
    assert!(!story.contains("alive profile/p 10000 "), "{story}");
}

#[tokio::test(start_paused = true)]
async fn deletion_goes_the_other_way_and_the_balancer_follows_the_ingress() {
    let delete = |node| change(node, Op::Delete, Wait::Gone);
    let changes = vec![
        delete("ingress/i"),
        change("balancer/b", Op::None, Wait::Gone),
        delete("service/s"),
        delete("namespace/n"),
    ];
    let edges = vec![
        edge("ingress/i", "balancer/b", EdgeKind::Yields),
        edge("ingress/i", "service/s", EdgeKind::Ready),
        edge("balancer/b", "service/s", EdgeKind::Ready),
        edge("service/s", "namespace/n", EdgeKind::Ready),
    ];
    let ran = run(
        plan(Goal::Gone, changes, edges),
        &[("ingress/i", takes(40)), ("balancer/b", takes(60))],
    )
    .await;
    assert_eq!(
        ran.log,
        [
            "delete ingress/i",
            "gone ingress/i",
            "gone balancer/b",
            "delete service/s",
            "gone service/s",
            "delete namespace/n",
            "gone namespace/n"
        ]
    );
    assert_eq!(ran.took, Duration::from_secs(60));
    assert_eq!(ran.outcome.counts.delete, 3);
}

#[tokio::test(start_paused = true)]
async fn a_replacement_is_a_deletion_its_wait_and_a_creation() {
    let ran = run(
        plan(
            Goal::Ready,
            vec![change("profile/p", Op::Replace, Wait::Ready)],
            Vec::new(),
        ),
        &[("profile/p", takes(60))],
    )
    .await;
    assert_eq!(
        ran.log,
        [
            "delete profile/p",
            "gone profile/p",
            "apply profile/p",
            "ready profile/p"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_interrupt_starts_nothing_new_and_lets_what_runs_end() {
    let (press, interrupts) = watch::channel(0);
    let pressed = async {
        TestClock::start().sleep(Duration::from_secs(20)).await;
        press.send_replace(1);
    };
    let scripts = [("profile/p", takes(180)), ("balancer/b", takes(90))];
    let (ran, ()) = tokio::join!(run_with(first_apply(), &scripts, interrupts), pressed);
    assert_eq!(ran.took, Duration::from_secs(180));
    assert!(!ran.outcome.complete);
    assert_eq!(ran.outcome.skipped, [id("deployment/d"), id("proof/x")]);
    assert!(ran.outcome.failures.is_empty());
}

#[tokio::test(start_paused = true)]
async fn the_second_interrupt_drops_waits_but_not_calls() {
    let (press, interrupts) = watch::channel(0);
    let pressed = async {
        TestClock::start().sleep(Duration::from_secs(20)).await;
        press.send_replace(2);
    };
    let slow_call = Script {
        call: Duration::from_secs(30),
        ..takes(0)
    };
    let plan = plan(
        Goal::Ready,
        vec![
            change("profile/p", Op::Create, Wait::Ready),
            change("service/s", Op::Create, Wait::None),
        ],
        Vec::new(),
    );
    let scripts = [("profile/p", takes(180)), ("service/s", slow_call)];
    let (ran, ()) = tokio::join!(run_with(plan, &scripts, interrupts), pressed);
    assert_eq!(ran.took, Duration::from_secs(30), "the call under way has landed");
    assert_eq!(ran.outcome.counts.create, 1, "what is not waited for is not done");
    let (node, failure) = &ran.outcome.failures[0];
    assert_eq!(
        (node, failure.class, failure.leaves),
        (&id("profile/p"), FailureClass::Interrupted, Leaves::Something)
    );
}

const LOCK: &str = "lock/lab2048";

/// The workshop's lab, all to be made, with the lab's lock.
fn locked_apply() -> Plan {
    let mut plan = first_apply();
    plan.changes.push(change(LOCK, Op::None, Wait::Held));
    plan.edges.push(edge("namespace/n", LOCK, EdgeKind::Applied));
    let after = ["service/s", "ingress/i", "deployment/d", "balancer/b", "proof/x"];
    plan.edges
        .extend(after.map(|after| edge(LOCK, after, EdgeKind::Applied)));
    plan
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_taken_before_what_needs_it_and_given_back_last() {
    let ran = run(locked_apply(), &[("profile/p", takes(180))]).await;
    assert!(ran.outcome.complete, "{}", ran.story());
    let at = |line: &str| ran.log.iter().position(|logged| logged == line).unwrap();
    assert!(at("apply namespace/n") < at("apply lock/lab2048"), "{:?}", ran.log);
    assert!(at("apply lock/lab2048") < at("apply service/s"), "{:?}", ran.log);
    assert_eq!(ran.log.last().unwrap(), "delete lock/lab2048");
    assert_eq!(
        ran.log.iter().filter(|line| line.ends_with(LOCK)).count(),
        3,
        "{:?}",
        ran.log
    );
    assert!(!ran.story().contains(LOCK), "a free lock is no news:\n{}", ran.story());
    assert_eq!(ran.outcome.counts.create, 6);
    assert!(!ran.outcome.phases.contains_key("lock"));
}

#[tokio::test(start_paused = true)]
async fn a_lock_held_by_somebody_else_stops_the_run_before_the_shared_objects() {
    let held = Script { queue: 100, ..takes(0) };
    let ran = run(locked_apply(), &[("role/r", takes(10)), (LOCK, held)]).await;
    let (node, failure) = &ran.outcome.failures[0];
    assert_eq!((node, failure.class), (&id(LOCK), FailureClass::Conflict));
    assert!(failure.causes[0].to_string().contains("jun@laptop"), "{failure:?}");
    assert!(failure.hint.to_string().contains("other run has ended"), "{failure:?}");
    assert!(
        !ran.log
            .iter()
            .any(|line| line.contains("service") || line.contains("deployment") || line.contains("delete")),
        "{:?}",
        ran.log
    );
    let of = |wanted: fn(&Event) -> bool| ran.events.iter().filter(|event| wanted(event)).count();
    assert_eq!(
        of(|event| matches!(event, Event::StepFailed { .. })),
        1,
        "{}",
        ran.story()
    );
    let queued = of(|event| matches!(event, Event::Queued { holder, .. } if holder.description == "jun@laptop"));
    assert_eq!(queued, 4, "at once, and every ten seconds: {}", ran.story());
    assert!(ran.took <= Duration::from_secs(33), "{:?}", ran.took);
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_becomes_free_is_taken_and_that_is_reported() {
    let held = Script { queue: 4, ..takes(0) };
    let ran = run(locked_apply(), &[(LOCK, held)]).await;
    assert!(ran.outcome.superseded && !ran.outcome.complete, "{}", ran.story());
    assert!(
        !ran.log.contains(&"apply service/s".to_owned()),
        "the plan may be true no more: {:?}",
        ran.log
    );
    assert_eq!(ran.log.last().unwrap(), "delete lock/lab2048");
    assert_eq!(ran.took, Duration::from_secs(12));
    assert!(ran.story().contains("done lock/lab2048 12000"), "{}", ran.story());
}

#[tokio::test(start_paused = true)]
async fn a_lock_whose_namespace_has_gone_leaves_the_plan_to_be_made_anew() {
    // Another run removes the lab: its namespace is terminating, then gone.
    let gone = Script {
        errors: vec![ErrorClass::Busy, ErrorClass::Missing],
        ..takes(0)
    };
    let ran = run(locked_apply(), &[(LOCK, gone)]).await;
    assert!(ran.outcome.superseded && !ran.outcome.complete, "{}", ran.story());
    assert!(ran.outcome.failures.is_empty(), "{}", ran.story());
    assert!(!ran.log.contains(&"apply service/s".to_owned()), "{:?}", ran.log);
}

#[tokio::test(start_paused = true)]
async fn time_in_a_queue_is_not_time_of_the_step() {
    // Three quarters of an hour in the queue, and three minutes of the fifteen that it may take.
    let crowded = Script {
        queue: 700,
        ..takes(180)
    };
    let ran = run(first_apply(), &[("profile/p", crowded)]).await;
    assert!(ran.outcome.complete, "{}", ran.story());
    assert!(ran.took > Duration::from_mins(30), "{:?}", ran.took);
    assert!(ran.story().contains("done profile/p 180000"), "{}", ran.story());
    let endless = Script {
        queue: usize::MAX,
        ..takes(0)
    };
    let ran = run(first_apply(), &[("profile/p", endless)]).await;
    assert!(
        !ran.outcome.complete && ran.took < Duration::from_hours(4),
        "{:?}",
        ran.took
    );
}

/// Position, holder and time of what is told of a place in line.
fn told(ran: &FinishedRun) -> Vec<(Option<u32>, String, u64)> {
    let queued = ran.events.iter().filter_map(|event| match event {
        Event::Queued {
            holder,
            position,
            elapsed_ms,
            ..
        } => Some((*position, holder.description.clone(), elapsed_ms / 1000)),
        _ => None,
    });
    queued.collect()
}

#[tokio::test(start_paused = true)]
async fn whoever_came_first_asks_first_and_places_are_told_every_ten_seconds() {
    let crowded = Script { queue: 3, ..takes(180) };
    // Refused, it looks until it is the first; then it asks, is refused twice more and asks again.
    let queue = Places::of([1, 3, 2, 2, 1, 1, 1].map(place).to_vec());
    let (_keep, interrupts) = watch::channel(0);
    let ran = run_in_line(first_apply(), &[("profile/p", crowded)], interrupts, &queue).await;
    assert!(ran.outcome.complete, "{}", ran.story());
    assert!(ran.story().contains("done profile/p 180000"), "{}", ran.story());
    assert_eq!(ran.took, Duration::from_secs(3 * 5 + 2 * 3 + 180));
    let third = (Some(3), "number 3 of before".to_owned(), 0);
    let second = (Some(2), "number 2 of before".to_owned(), 10);
    let first = (Some(1), "jun@laptop".to_owned(), 20);
    assert_eq!(told(&ran), [third, second, first], "{}", ran.story());
    let looks = [
        "looks", "refused", "looks", "looks", "looks", "refused", "refused", "leaves",
    ];
    assert_eq!(*queue.log.lock().unwrap(), looks);
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_when_others_wait_does_not_push_in() {
    let queue = Places::of([2, 1].map(place).to_vec());
    let (_keep, interrupts) = watch::channel(0);
    let ran = run_in_line(first_apply(), &[("profile/p", takes(180))], interrupts, &queue).await;
    assert!(ran.outcome.complete, "{}", ran.story());
    assert_eq!(
        ran.took,
        Duration::from_secs(5 + 180),
        "the service is asked when the line is over"
    );
    assert_eq!(told(&ran), [(Some(2), "number 2 of before".to_owned(), 0)]);
}

#[tokio::test(start_paused = true)]
async fn a_place_is_given_up_on_ctrl_c_and_kept_while_the_service_fails() {
    let (press, interrupts) = watch::channel(0);
    let pressed = async {
        TestClock::start().sleep(Duration::from_secs(12)).await;
        press.send_replace(1);
    };
    let queue = Places::of(vec![place(9); 100]);
    let scripts = [("profile/p", takes(180))];
    let (ran, ()) = tokio::join!(run_in_line(first_apply(), &scripts, interrupts, &queue), pressed);
    let (node, failure) = &ran.outcome.failures[0];
    assert_eq!((node, failure.class), (&id("profile/p"), FailureClass::Interrupted));
    assert_eq!(failure.leaves, Leaves::Nothing);
    assert_eq!(queue.log.lock().unwrap().last().unwrap(), "leaves");

    let failing = Script {
        errors: vec![ErrorClass::Unreachable; 2],
        ..takes(180)
    };
    let queue = Places::of(vec![place(1)]);
    let (_keep, interrupts) = watch::channel(0);
    let ran = run_in_line(first_apply(), &[("profile/p", failing)], interrupts, &queue).await;
    assert!(ran.outcome.complete, "{}", ran.story());
    assert_eq!(
        *queue.log.lock().unwrap(),
        ["looks", "aside profile/p", "aside profile/p", "leaves"],
        "others may go meanwhile"
    );
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_ends_the_wait_for_the_lock() {
    let (press, interrupts) = watch::channel(0);
    let pressed = async {
        TestClock::start().sleep(Duration::from_secs(10)).await;
        press.send_replace(1);
    };
    let held = Script { queue: 100, ..takes(0) };
    let scripts = [(LOCK, held)];
    let (ran, ()) = tokio::join!(run_with(locked_apply(), &scripts, interrupts), pressed);
    assert_eq!(ran.took, Duration::from_secs(10));
    assert_eq!(ran.outcome.failures[0].1.class, FailureClass::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn a_lost_lock_starts_nothing_more() {
    let lost = Script {
        fails: Some("taken over by jun@laptop"),
        ..takes(60)
    };
    let ran = run(locked_apply(), &[("profile/p", takes(180)), (LOCK, lost)]).await;
    assert!(!ran.log.contains(&"apply deployment/d".to_owned()), "{:?}", ran.log);
    assert_eq!(ran.outcome.failures[0].1.class, FailureClass::Conflict);
    assert_eq!(ran.outcome.failures[0].1.causes, ["taken over by jun@laptop"]);
    assert_eq!(
        ran.took,
        Duration::from_secs(60),
        "what is waited for is another run's: {:?}",
        ran.log
    );
}

#[tokio::test(start_paused = true)]
async fn the_lock_is_given_back_before_its_namespace_goes_and_not_later() {
    let delete = |node| change(node, Op::Delete, Wait::Gone);
    let changes = vec![
        delete("service/s"),
        delete("namespace/n"),
        delete("profile/p"),
        change(LOCK, Op::None, Wait::Held),
    ];
    let edges = vec![
        edge("service/s", "namespace/n", EdgeKind::Ready),
        edge(LOCK, "service/s", EdgeKind::Applied),
        edge(LOCK, "profile/p", EdgeKind::Applied),
        edge(LOCK, "namespace/n", EdgeKind::Ready),
    ];
    let scripts = [
        ("profile/p", takes(120)),
        ("service/s", takes(5)),
        ("namespace/n", takes(30)),
    ];
    let ran = run(plan(Goal::Gone, changes, edges), &scripts).await;
    assert!(ran.outcome.complete, "{}", ran.story());
    assert_eq!(
        ran.took,
        Duration::from_secs(120),
        "the namespace does not wait for the profile"
    );
    let at = |line: &str| ran.log.iter().position(|logged| logged == line).unwrap();
    assert!(at("apply lock/lab2048") < at("delete service/s"), "{:?}", ran.log);
    assert!(at("gone service/s") < at("delete lock/lab2048"), "{:?}", ran.log);
    assert!(at("delete lock/lab2048") < at("delete namespace/n"), "{:?}", ran.log);
}

#[tokio::test(start_paused = true)]
async fn an_unchanged_lab_that_is_not_ready_is_still_waited_for() {
    let changes = vec![
        change("deployment/d", Op::None, Wait::Ready),
        change("service/s", Op::None, Wait::None),
    ];
    let ran = run(plan(Goal::Ready, changes, Vec::new()), &[("deployment/d", takes(30))]).await;
    assert_eq!(ran.log, ["ready deployment/d"]);
    assert!(ran.outcome.complete);
    assert!(ran.outcome.counts.is_empty());
}
