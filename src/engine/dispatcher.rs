//! The one loop that owns a run: starts steps, takes in what workers report, keeps time, listens to Ctrl-C.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use tokio::sync::{mpsc, watch};

use super::Drivers;
use super::in_flight::{InFlight, millis};
use super::limits::Limits;
use super::run_state::{RunState, Stage};
use super::step::{InQueue, Message, Step, Stop};
use crate::event::{Counts, Event, Failure};
use crate::model::{NodeId, Outputs, Wait};
use crate::plan::{Change, CycleError, Plan};
use crate::ports::{Clock, HEARTBEAT, Queue};

/// All that a run needs.
pub struct Run<'a> {
    /// The plan to execute; refusals and errors have been dealt with.
    pub plan: &'a Plan,
    /// The adapters that execute it.
    pub drivers: &'a dyn Drivers,
    /// The line for what a service gives to one at a time.
    pub queue: &'a dyn Queue,
    /// The run's time.
    pub clock: &'a dyn Clock,
    /// How long steps may take.
    pub limits: Limits,
    /// How often the user has pressed Ctrl-C.
    pub interrupts: watch::Receiver<u8>,
    /// How many steps may be under way at once; what is only held does not count.
    pub parallel: usize,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunOutcome {
    /// What has been done.
    pub counts: Counts,
    /// What the steps passed on to later ones.
    pub outputs: Outputs,
    /// The steps that failed.
    pub failures: Vec<(NodeId, Failure)>,
    /// The steps that were never started.
    pub skipped: Vec<NodeId>,
    /// Milliseconds each kind of step took, such as `profile`.
    pub phases: BTreeMap<String, u64>,
    /// Whether everything planned came about.
    pub complete: bool,
    /// Whether nothing was done, as another run had what this one needed first: the lab may not be any more what the plan was
    /// made for.
    pub superseded: bool,
}

type Worker<'a> = BoxFuture<'a, (NodeId, Result<Outputs, Stop>)>;

struct Dispatcher<'a, 'e> {
    run: Run<'a>,
    state: RunState<'a>,
    workers: FuturesUnordered<Worker<'a>>,
    in_flight: BTreeMap<NodeId, InFlight>,
    messages: mpsc::UnboundedSender<Message>,
    outcome: RunOutcome,
    level: u8,
    emit: &'e mut (dyn FnMut(Event) + Send),
}

/// What woke the dispatcher.
enum Wake {
    Message(Message),
    Ended(NodeId, Result<Outputs, Stop>),
    Interrupt(u8),
    Tick,
}

/// Carries `run.plan` out and reports through `emit`.
pub async fn execute(run: Run<'_>, emit: &mut (dyn FnMut(Event) + Send)) -> Result<RunOutcome, CycleError> {
    let (messages, inbox) = mpsc::unbounded_channel();
    let dispatcher = Dispatcher {
        state: RunState::new(run.plan)?,
        run,
        workers: FuturesUnordered::new(),
        in_flight: BTreeMap::new(),
        messages,
        outcome: RunOutcome::default(),
        level: 0,
        emit,
    };
    Ok(dispatcher.dispatch(inbox).await)
}

impl<'a> Dispatcher<'a, '_> {
    async fn dispatch(mut self, mut inbox: mpsc::UnboundedReceiver<Message>) -> RunOutcome {
        let mut interrupts = self.run.interrupts.clone();
        loop {
            self.start_what_can();
            self.release_idle();
            if self.workers.is_empty() {
                return self.finish();
            }
            let heartbeat = self.run.clock.sleep(self.until_heartbeat());
            let wake = tokio::select! {
                biased;
                Some(message) = inbox.recv() => Wake::Message(message),
                Some((node, result)) = self.workers.next() => Wake::Ended(node, result),
                level = raised(&mut interrupts, self.level) => Wake::Interrupt(level),
                () = heartbeat => Wake::Tick,
            };
            match wake {
                Wake::Message(message) => self.take_in(message),
                Wake::Ended(node, result) => {
                    // What it has said at last comes before its end.
                    while let Ok(message) = inbox.try_recv() {
                        self.take_in(message);
                    }
                    self.end(node, result);
                }
                Wake::Interrupt(level) => self.interrupt(level),
                Wake::Tick => self.heartbeat(),
            }
        }
    }

    /// How many steps are at work, apart from those that only hold something.
    fn at_work(&self) -> usize {
        self.in_flight.values().filter(|step| !step.is_held).count()
    }

    fn start_what_can(&mut self) {
        for change in self.state.startable() {
            let is_held = change.task.wait == Wait::Held;
            if !is_held && self.at_work() >= self.run.parallel {
                return;
            }
            self.start(change);
        }
    }

    /// Releases what is held only for steps that are over, or for one that waits for its release.
    fn release_idle(&mut self) {
        for node in self.state.releasable(self.at_work() > 0) {
            if let Some(step) = self.in_flight.get(&node) {
                step.drop_it();
            }
        }
    }

    fn start(&mut self, change: &'a Change) {
        let task = &change.task;
        let id = task.node.id.clone();
        let limit = self.run.limits.of(task);
        self.state.reach(&id, Stage::Started);
        let in_flight = InFlight::new(task, limit, self.run.clock.awake());
        let moot = in_flight.moot();
        if !in_flight.is_held {
            (self.emit)(Event::StepStarted {
                node: id.clone(),
                op: task.op,
            });
        }
        self.in_flight.insert(id.clone(), in_flight);
        let step = Step {
            task,
            driver: self.run.drivers.driver(&id.kind),
            queue: self.run.queue,
            clock: self.run.clock,
            limit,
            inputs: self.outcome.outputs.clone(),
            messages: self.messages.clone(),
            interrupts: self.run.interrupts.clone(),
            moot,
        };
        self.workers.push(async move { (id, step.execute().await) }.boxed());
    }

    fn take_in(&mut self, message: Message) {
        let now = self.run.clock.awake();
        if let Some(step) = self.in_flight.get_mut(message.node())
            && !matches!(message, Message::Queued { .. })
        {
            step.leaves_queue(now);
        }
        match message {
            Message::Accepted { node, outputs } => self.accepted(node, outputs),
            Message::Stage {
                node,
                stage,
                cause,
                outputs,
            } => {
                self.outcome.outputs.merge(outputs);
                let Some(step) = self.in_flight.get_mut(&node) else {
                    return;
                };
                if step.update(&stage, cause.as_ref(), now) {
                    let elapsed_ms = step.elapsed_ms(self.run.clock);
                    (self.emit)(Event::StepProgress {
                        node,
                        stage,
                        elapsed_ms,
                        cause,
                    });
                }
            }
            Message::Pods { node, pods } => {
                if self.in_flight.get_mut(&node).is_some_and(|step| step.pods_are(&pods)) {
                    (self.emit)(Event::Pods { node, pods });
                }
            }
            Message::Queued { node, place } => self.queued(&node, place, now),
            Message::Retry {
                node,
                attempt,
                delay,
                reason,
                cause,
            } => {
                if let Some(step) = self.in_flight.get_mut(&node) {
                    step.retries(&cause, reason, now);
                }
                (self.emit)(Event::StepRetried {
                    node,
                    reason,
                    attempt,
                    delay_ms: millis(delay),
                    cause,
                });
            }
        }
    }

    fn accepted(&mut self, node: NodeId, outputs: Outputs) {
        self.state.reach(&node, Stage::Accepted);
        self.outcome.outputs.merge(outputs.clone());
        // What is taken at once is no news; what others have had before is.
        if let Some(step) = self.in_flight.get_mut(&node)
            && step.is_taken()
        {
            let elapsed_ms = step.elapsed_ms(self.run.clock);
            (self.emit)(Event::StepDone {
                node,
                op: step.op,
                elapsed_ms,
                outputs,
            });
            // What others have done meanwhile, the plan does not know.
            self.outcome.superseded = true;
            self.state.stop();
        }
    }

    fn queued(&mut self, node: &NodeId, place: InQueue, now: Duration) {
        if let Some(step) = self.in_flight.get_mut(node)
            && step.queues(place, now)
            && let Some(event) = step.report_queue(node, self.run.clock)
        {
            (self.emit)(event);
        }
    }

    fn end(&mut self, node: NodeId, result: Result<Outputs, Stop>) {
        let Some(step) = self.in_flight.remove(&node) else {
            return;
        };
        let elapsed_ms = step.elapsed_ms(self.run.clock);
        if !step.is_held {
            let phase = self.outcome.phases.entry(node.kind.word().to_owned()).or_default();
            *phase = elapsed_ms.max(*phase);
        }
        match result {
            Ok(outputs) => {
                self.state.reach(&node, Stage::Done);
                self.outcome.outputs.merge(outputs.clone());
                if !step.is_held {
                    (self.emit)(Event::StepDone {
                        node,
                        op: step.op,
                        elapsed_ms,
                        outputs,
                    });
                }
            }
            Err(Stop::Moot) => {
                (self.emit)(Event::StepSkipped {
                    node: node.clone(),
                    blocked_by: None,
                });
                self.outcome.skipped.push(node.clone());
                self.skip_what_needs(&node);
            }
            Err(Stop::Superseded) => {
                self.outcome.superseded = true;
                self.state.stop();
            }
            Err(Stop::Failed(failure)) => self.fail(node, failure, step.is_held),
        }
    }

    fn fail(&mut self, node: NodeId, failure: Failure, is_held: bool) {
        (self.emit)(Event::StepFailed {
            node: node.clone(),
            failure: failure.clone(),
        });
        self.skip_what_needs(&node);
        self.outcome.failures.push((node, failure));
        if is_held {
            // Somebody else is at work: nothing more is started, and what we wait for is theirs.
            self.state.stop();
            self.in_flight.values().for_each(InFlight::drop_it);
        }
        self.drop_moot_waits();
    }

    /// What needs a step that does not come to its goal is not started.
    fn skip_what_needs(&mut self, node: &NodeId) {
        for (skipped, blocked_by) in self.state.fail(node) {
            self.outcome.skipped.push(skipped.clone());
            (self.emit)(Event::StepSkipped {
                node: skipped,
                blocked_by: Some(blocked_by),
            });
        }
    }

    /// A wait that is for nothing any more is dropped.
    fn drop_moot_waits(&mut self) {
        for (node, step) in &self.in_flight {
            if self.state.is_moot(node) {
                step.drop_it();
            }
        }
    }

    fn interrupt(&mut self, level: u8) {
        self.level = level;
        self.state.stop();
        (self.emit)(Event::Interrupted { level });
    }

    /// How long until some step has been silent for too long.
    fn until_heartbeat(&self) -> Duration {
        let silences = self.in_flight.values();
        let silences = silences.filter_map(|step| step.until_heartbeat(self.run.clock));
        silences.min().unwrap_or(HEARTBEAT)
    }

    fn heartbeat(&mut self) {
        for (node, step) in &mut self.in_flight {
            if let Some(event) = step.heartbeat(node, self.run.clock) {
                (self.emit)(event);
            }
        }
    }

    fn finish(mut self) -> RunOutcome {
        for node in self.state.never_started() {
            self.outcome.skipped.push(node.clone());
            if !self.outcome.superseded {
                (self.emit)(Event::StepSkipped { node, blocked_by: None });
            }
        }
        self.outcome.counts = self.state.done_counts();
        self.outcome.complete = self.state.is_complete() && self.outcome.failures.is_empty();
        self.outcome
    }
}

/// Completes when the user has pressed Ctrl-C more often than `seen`.
async fn raised(interrupts: &mut watch::Receiver<u8>, seen: u8) -> u8 {
    match interrupts.wait_for(|level| *level > seen).await {
        Ok(level) => *level,
        Err(_) => std::future::pending().await,
    }
}
