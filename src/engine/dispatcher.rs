//! The one loop that owns a run: starts steps, takes in what workers report, keeps time, listens to Ctrl-C.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::sync::{mpsc, watch};

use super::Drivers;
use super::guard::Guard;
use super::limits::Limits;
use super::run_state::{RunState, Stage};
use super::step::{Message, Step, Stop};
use crate::event::{Counts, Event, Failure, FailureClass, Leaves};
use crate::model::{NodeId, NodeKind, Op, Outputs};
use crate::plan::{Change, CycleError, Plan};
use crate::ports::{CallError, Clock, ErrorClass};

/// How long a step may be silent before it is said to be alive.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// All that a run needs.
pub struct Run<'a> {
    /// What to carry out; refusals and errors have been dealt with.
    pub plan: &'a Plan,
    /// Who carries it out.
    pub drivers: &'a dyn Drivers,
    /// The run's time.
    pub clock: &'a dyn Clock,
    /// How long steps may take.
    pub limits: Limits,
    /// The lab's lock.
    pub guard: &'a dyn Guard,
    /// How often the user has pressed Ctrl-C.
    pub interrupts: watch::Receiver<u8>,
    /// How many steps may be under way at once.
    pub parallel: usize,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What has been done.
    pub counts: Counts,
    /// What the steps handed on.
    pub outputs: Outputs,
    /// The steps that failed.
    pub failures: Vec<(NodeId, Failure)>,
    /// The steps that were never started.
    pub skipped: Vec<NodeId>,
    /// Milliseconds each kind of step took, such as `profile`.
    pub phases: BTreeMap<String, u64>,
    /// Whether everything planned came about.
    pub complete: bool,
}

type Worker<'a> = BoxFuture<'a, (NodeId, Result<Outputs, Stop>)>;

/// A step under way, as the dispatcher sees it.
struct InFlight {
    op: Op,
    started: Timestamp,
    limit: Duration,
    /// When something was last said of it.
    said: Timestamp,
    stage: String,
    cause: Option<String>,
    moot: watch::Sender<bool>,
}

struct Dispatcher<'a, 'e> {
    run: Run<'a>,
    board: RunState<'a>,
    workers: FuturesUnordered<Worker<'a>>,
    in_flight: BTreeMap<NodeId, InFlight>,
    messages: mpsc::UnboundedSender<Message>,
    outcome: Outcome,
    level: u8,
    emit: &'e mut (dyn FnMut(Event) + Send),
}

/// What woke the dispatcher.
enum Wake {
    Message(Message),
    Ended(NodeId, Result<Outputs, Stop>),
    Locked(Result<(), CallError>),
    LockLost(String),
    Interrupt(u8),
    Tick,
}

/// Carries `run.plan` out and tells of it through `emit`.
pub async fn execute(run: Run<'_>, emit: &mut (dyn FnMut(Event) + Send)) -> Result<Outcome, CycleError> {
    let (messages, inbox) = mpsc::unbounded_channel();
    let guard = run.guard;
    let dispatcher = Dispatcher {
        board: RunState::new(run.plan)?,
        run,
        workers: FuturesUnordered::new(),
        in_flight: BTreeMap::new(),
        messages,
        outcome: Outcome::default(),
        level: 0,
        emit,
    };
    let outcome = dispatcher.dispatch(inbox).await;
    guard.release().await;
    Ok(outcome)
}

impl<'a> Dispatcher<'a, '_> {
    async fn dispatch(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) -> Outcome {
        let guard = self.run.guard;
        let mut interrupts = self.run.interrupts.clone();
        let mut locking: Option<BoxFuture<'a, Result<(), CallError>>> = None;
        let mut lost: Option<BoxFuture<'a, String>> = None;
        loop {
            if locking.is_none() && lost.is_none() && self.board.can_lock() && self.level == 0 {
                locking = Some(guard.acquire());
            }
            self.start_what_can().await;
            if self.workers.is_empty() && locking.is_none() {
                break;
            }
            let heartbeat = self.run.clock.sleep(self.until_heartbeat());
            let wake = tokio::select! {
                biased;
                Some(message) = inbox.recv() => Wake::Message(message),
                Some((node, result)) = self.workers.next(), if !self.workers.is_empty() => Wake::Ended(node, result),
                result = pending_or(&mut locking) => Wake::Locked(result),
                reason = pending_or(&mut lost) => Wake::LockLost(reason),
                level = raised(&mut interrupts, self.level) => Wake::Interrupt(level),
                () = heartbeat => Wake::Tick,
            };
            match wake {
                Wake::Message(message) => self.take_in(message),
                Wake::Ended(node, result) => self.end(node, result),
                Wake::Locked(Ok(())) => {
                    locking = None;
                    lost = Some(guard.lost());
                    self.board.lock_taken();
                }
                Wake::Locked(Err(error)) => {
                    locking = None;
                    self.give_up_lock(&error);
                }
                Wake::LockLost(reason) => {
                    lost = None;
                    let error = CallError::new(ErrorClass::Conflict, "lock", reason);
                    self.give_up_lock(&error);
                }
                Wake::Interrupt(level) => self.interrupt(level),
                Wake::Tick => self.heartbeat(),
            }
        }
        self.finish()
    }

    async fn start_what_can(&mut self) {
        for change in self.board.startable() {
            if self.workers.len() >= self.run.parallel {
                return;
            }
            // The lock lives in the namespace and would not survive it.
            if change.task.node.id.kind == NodeKind::Namespace && change.task.op == Op::Delete {
                self.run.guard.release().await;
            }
            self.start(change);
        }
    }

    fn start(&mut self, change: &'a Change) {
        let task = &change.task;
        let id = task.node.id.clone();
        let now = self.run.clock.now();
        let limit = self.run.limits.of(task);
        self.board.reach(&id, Stage::Started);
        let in_flight = InFlight {
            op: task.op,
            started: now,
            limit,
            said: now,
            stage: String::new(),
            cause: None,
            moot: watch::Sender::new(false),
        };
        let moot = in_flight.moot.subscribe();
        self.in_flight.insert(id.clone(), in_flight);
        (self.emit)(Event::StepStarted {
            node: id.clone(),
            op: task.op,
        });
        let step = Step {
            task,
            driver: self.run.drivers.driver(&id.kind),
            clock: self.run.clock,
            limit,
            inputs: self.outcome.outputs.clone(),
            messages: self.messages.clone(),
            interrupts: self.run.interrupts.clone(),
            moot,
        };
        self.workers.push(async move { (id, step.carry_out().await) }.boxed());
    }

    fn take_in(&mut self, message: Message) {
        let now = self.run.clock.now();
        match message {
            Message::Accepted { node, outputs } => {
                self.board.reach(&node, Stage::Accepted);
                self.outcome.outputs.merge(outputs);
            }
            Message::Stage {
                node,
                stage,
                cause,
                outputs,
            } => {
                self.outcome.outputs.merge(outputs);
                let Some(in_flight) = self.in_flight.get_mut(&node) else {
                    return;
                };
                if in_flight.stage == stage && in_flight.cause == cause {
                    return;
                }
                in_flight.stage.clone_from(&stage);
                in_flight.cause.clone_from(&cause);
                in_flight.said = now;
                let elapsed_ms = elapsed_ms(self.run.clock, in_flight.started);
                (self.emit)(Event::StepProgress {
                    node,
                    stage,
                    elapsed_ms,
                    cause,
                });
            }
            Message::Retry {
                node,
                attempt,
                delay,
                cause,
            } => {
                if let Some(in_flight) = self.in_flight.get_mut(&node) {
                    in_flight.cause = Some(cause.clone());
                    in_flight.said = now;
                }
                (self.emit)(Event::StepRetried {
                    node,
                    attempt,
                    delay_ms: millis(delay),
                    cause,
                });
            }
        }
    }

    fn end(&mut self, node: NodeId, result: Result<Outputs, Stop>) {
        let Some(in_flight) = self.in_flight.remove(&node) else {
            return;
        };
        let elapsed_ms = elapsed_ms(self.run.clock, in_flight.started);
        let phase = self.outcome.phases.entry(node.kind.word().to_owned()).or_default();
        *phase = elapsed_ms.max(*phase);
        match result {
            Ok(outputs) => {
                self.board.reach(&node, Stage::Done);
                self.outcome.outputs.merge(outputs.clone());
                (self.emit)(Event::StepDone {
                    node,
                    op: in_flight.op,
                    elapsed_ms,
                    outputs,
                });
            }
            Err(Stop::Moot) => {
                (self.emit)(Event::StepSkipped {
                    node: node.clone(),
                    blocked_by: None,
                });
                self.outcome.skipped.push(node);
            }
            Err(Stop::Failed(failure)) => {
                (self.emit)(Event::StepFailed {
                    node: node.clone(),
                    failure: failure.clone(),
                });
                for (skipped, blocked_by) in self.board.fail(&node) {
                    self.outcome.skipped.push(skipped.clone());
                    (self.emit)(Event::StepSkipped {
                        node: skipped,
                        blocked_by: Some(blocked_by),
                    });
                }
                self.outcome.failures.push((node, failure));
                self.drop_moot_waits();
            }
        }
    }

    /// A wait is for those that come after it: when none of them can come any more, it is dropped.
    fn drop_moot_waits(&mut self) {
        for (node, in_flight) in &self.in_flight {
            if self.board.is_moot(node) {
                in_flight.moot.send_replace(true);
            }
        }
    }

    /// The lock is held by somebody else, or cannot be had: nothing more is started.
    fn give_up_lock(&mut self, error: &CallError) {
        self.board.stop();
        let (class, hint) = if error.class == ErrorClass::Conflict {
            (
                FailureClass::Conflict,
                "wait until the other run has ended, then run the same command again",
            )
        } else {
            (FailureClass::Failed, "run the same command again: it goes on from here")
        };
        let failure = Failure {
            class,
            causes: vec![error.to_string()],
            leaves: Leaves::Something,
            hint: hint.to_owned(),
        };
        let node = NodeId::new(NodeKind::Object("lease".to_owned()), "lab2048");
        (self.emit)(Event::StepFailed {
            node: node.clone(),
            failure: failure.clone(),
        });
        self.outcome.failures.push((node, failure));
    }

    fn interrupt(&mut self, level: u8) {
        self.level = level;
        self.board.stop();
        (self.emit)(Event::Interrupted { level });
    }

    /// How long until some step has been silent for too long.
    fn until_heartbeat(&self) -> Duration {
        let silences = self
            .in_flight
            .values()
            .map(|in_flight| HEARTBEAT.saturating_sub(self.run.clock.elapsed(in_flight.said)));
        silences.min().unwrap_or(HEARTBEAT)
    }

    fn heartbeat(&mut self) {
        let clock = self.run.clock;
        for (node, in_flight) in &mut self.in_flight {
            if clock.elapsed(in_flight.said) < HEARTBEAT {
                continue;
            }
            in_flight.said = clock.now();
            let elapsed = clock.elapsed(in_flight.started);
            (self.emit)(Event::Heartbeat {
                node: node.clone(),
                stage: in_flight.stage.clone(),
                elapsed_ms: millis(elapsed),
                remaining_ms: millis(in_flight.limit.saturating_sub(elapsed)),
                cause: in_flight.cause.clone(),
            });
        }
    }

    fn finish(mut self) -> Outcome {
        for node in self.board.never_started() {
            self.outcome.skipped.push(node.clone());
            (self.emit)(Event::StepSkipped { node, blocked_by: None });
        }
        self.outcome.counts = self.board.carried_out();
        self.outcome.complete = self.board.is_complete() && self.outcome.failures.is_empty();
        self.outcome
    }
}

/// Completes with the future's result, which is then taken out of its slot; never, if there is none.
async fn pending_or<T>(slot: &mut Option<BoxFuture<'_, T>>) -> T {
    match slot {
        Some(future) => future.await,
        None => std::future::pending().await,
    }
}

/// Completes when the user has pressed Ctrl-C more often than `seen`.
async fn raised(interrupts: &mut watch::Receiver<u8>, seen: u8) -> u8 {
    match interrupts.wait_for(|level| *level > seen).await {
        Ok(level) => *level,
        Err(_) => std::future::pending().await,
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn elapsed_ms(clock: &dyn Clock, since: Timestamp) -> u64 {
    millis(clock.elapsed(since))
}
