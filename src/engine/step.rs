//! One step: the call or calls of its change, then the wait for its goal.

use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, watch};

use super::failure::{self, Reached};
use crate::event::{Failure, RetryReason};
use crate::lang::Text;
use crate::model::{Goal, Holder, NodeId, Op, Outputs, PodState, Progress, Readiness, Task, Wait};
use crate::ports::{Backoff, CallError, Clock, Driver, ErrorClass, Queue};

/// What a worker reports to the dispatcher while it works.
#[derive(Debug)]
pub(super) enum Message {
    /// It is in this stage, for this reason.
    Stage {
        node: NodeId,
        stage: Text,
        cause: Option<Text>,
        outputs: Outputs,
    },
    /// Its pods are so far.
    Pods { node: NodeId, pods: Vec<PodState> },
    /// A call will be tried again.
    Retry {
        node: NodeId,
        attempt: u32,
        delay: Duration,
        reason: RetryReason,
        cause: Text,
    },
    /// Somebody else has what it needs; it waits for its turn.
    Queued { node: NodeId, place: InQueue },
    /// The API has accepted the change.
    Accepted { node: NodeId, outputs: Outputs },
}

/// That a step waits until somebody else has done.
#[derive(Debug)]
pub(super) struct InQueue {
    pub(super) holder: Holder,
    /// Its place in line, from 1.
    pub(super) position: Option<u32>,
    /// Why that is not known, where there should be one.
    pub(super) unordered: Option<Text>,
}

impl Message {
    /// The node that it is about.
    pub(super) fn node(&self) -> &NodeId {
        match self {
            Self::Stage { node, .. }
            | Self::Pods { node, .. }
            | Self::Retry { node, .. }
            | Self::Queued { node, .. }
            | Self::Accepted { node, .. } => node,
        }
    }
}

/// How long the last look of a wait may take, the answer to a call that is under way when its step's time is over, and that
/// to giving back what was held.
pub(super) const LAST_LOOK: Duration = Duration::from_secs(10);

/// Level of interruption at which nothing new is begun, not even what waits in a queue.
pub(super) const START_NOTHING: u8 = 1;
/// Level of interruption at which waits are dropped.
const DROP_WAITS: u8 = 2;

/// One step, with all that its worker needs.
pub(super) struct Step<'a> {
    pub(super) task: &'a Task,
    pub(super) driver: &'a dyn Driver,
    /// The line for what is given to one at a time.
    pub(super) queue: &'a dyn Queue,
    pub(super) clock: &'a dyn Clock,
    pub(super) limit: Duration,
    pub(super) inputs: Outputs,
    pub(super) messages: mpsc::UnboundedSender<Message>,
    pub(super) interrupts: watch::Receiver<u8>,
    /// Turns true when nothing needs this step's goal, or what it holds, any more.
    pub(super) moot: watch::Receiver<bool>,
}

/// How a step ended short of its goal.
#[derive(Debug)]
pub(super) enum Stop {
    /// It failed.
    Failed(Failure),
    /// Nothing needs its goal any more, so the wait was dropped; the change itself is made.
    Moot,
    /// What it was to be taken in is not there any more: others have been at work since the plan was made.
    Superseded,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Everything that changes while a step is executed.
pub(super) struct Progressing {
    /// When it began, later by the time that it has queued.
    pub(super) started: Duration,
    /// How long it has queued.
    pub(super) queued: Duration,
    pub(super) reached: Reached,
    backoff: Backoff,
    /// Last known reason for not being there yet.
    cause: Option<Text>,
    /// What to do about that reason, where it is known.
    remedy: Option<Text>,
    /// Last known stage.
    pub(super) stage: Option<Text>,
    pub(super) outputs: Outputs,
}

/// An answer of the service: somebody else has it.
pub(super) struct Refused<'e> {
    /// The answer.
    pub(super) error: &'e CallError,
    /// Who has it.
    pub(super) holder: &'e Holder,
    /// When to ask again where nobody keeps a line.
    pub(super) pause: Duration,
}

impl Step<'_> {
    /// Executes the step to its goal.
    pub(super) async fn execute(mut self) -> Result<Outputs, Stop> {
        let mut at = Progressing {
            started: self.clock.awake(),
            queued: Duration::ZERO,
            reached: Reached::Nothing,
            backoff: Backoff::of(&self.task.node.id),
            cause: None,
            remedy: None,
            stage: None,
            outputs: Outputs::default(),
        };
        if matches!(self.task.op, Op::Delete | Op::Replace) {
            self.delete(&mut at).await?;
        }
        let writes = matches!(self.task.op, Op::Create | Op::Update | Op::Replace) || !self.task.recreate.is_empty();
        if writes || self.task.wait == Wait::Held {
            self.apply(&mut at).await?;
        }
        at.reached = Reached::Acceptance;
        let node = self.task.node.id.clone();
        self.send(Message::Accepted {
            node,
            outputs: at.outputs.clone(),
        });
        match self.task.wait {
            Wait::None => {}
            Wait::Ready => self.follow(&mut at, Goal::Ready).await?,
            Wait::Gone => self.follow(&mut at, Goal::Gone).await?,
            Wait::Held => self.hold(&at).await?,
        }
        Ok(at.outputs)
    }

    async fn delete(&mut self, at: &mut Progressing) -> Result<(), Stop> {
        let (driver, task) = (self.driver, self.task);
        self.call(at, || driver.delete(task)).await?;
        at.reached = Reached::Deletion;
        if task.op == Op::Replace {
            self.follow(at, Goal::Gone).await?;
        }
        Ok(())
    }

    async fn apply(&mut self, at: &mut Progressing) -> Result<(), Stop> {
        let (driver, task, inputs) = (self.driver, self.task, self.inputs.clone());
        let outputs = self.call(at, || driver.apply(task, &inputs)).await?;
        at.outputs.merge(outputs);
        Ok(())
    }

    /// Makes one call, when its turn has come, until it succeeds, cannot succeed, or the step's time is over.
    async fn call<'c, T>(
        &mut self,
        at: &mut Progressing,
        call: impl Fn() -> BoxFuture<'c, Result<T, CallError>>,
    ) -> Result<T, Stop> {
        let result = match self.await_turn(at, None).await {
            Ok(()) => self.call_until_answered(at, call).await,
            Err(failure) => Err(failure.into()),
        };
        self.queue.leave(self.task);
        result
    }

    /// A call under way has a little longer than the step: only its answer says whether it has taken effect.
    async fn call_until_answered<'c, T>(
        &mut self,
        at: &mut Progressing,
        call: impl Fn() -> BoxFuture<'c, Result<T, CallError>>,
    ) -> Result<T, Stop> {
        loop {
            let most = self.time_left(at) + LAST_LOOK;
            let answer = tokio::select! {
                answer = call() => answer,
                () = self.clock.sleep(most) => return Err(failure::of_silence(self.task, self.limit).into()),
            };
            match answer {
                Ok(result) => {
                    at.backoff.reset();
                    return Ok(result);
                }
                Err(error) if self.task.wait == Wait::Held && error.class == ErrorClass::Missing => {
                    return Err(Stop::Superseded);
                }
                Err(error) => self.wait_after(at, &error).await?,
            }
        }
    }

    /// Follows the node to `goal`.
    async fn follow(&mut self, at: &mut Progressing, goal: Goal) -> Result<(), Stop> {
        let (driver, task) = (self.driver, self.task);
        loop {
            let mut inputs = self.inputs.clone();
            inputs.merge(at.outputs.clone());
            let mut reports = driver.progress(task, goal, &inputs);
            let error = loop {
                let left = self.time_left(at);
                let item = tokio::select! {
                    item = reports.next() => item,
                    () = self.clock.sleep(left) => {
                        drop(reports);
                        return self.look_once_more(at, goal, &inputs).await;
                    }
                    () = pressed(&mut self.interrupts, DROP_WAITS) => {
                        return Err(failure::of_interrupt(task, at.reached, at.stage.take()).into());
                    }
                    () = made_moot(&mut self.moot) => return Err(Stop::Moot),
                };
                match item {
                    None => break None,
                    Some(Err(error)) => break Some(error),
                    Some(Ok(report)) => {
                        at.backoff.reset();
                        if self.judge(at, report)? {
                            return Ok(());
                        }
                    }
                }
            };
            drop(reports);
            let error =
                error.unwrap_or_else(|| CallError::new(ErrorClass::Unreachable, "watch", "the progress ended early"));
            self.wait_after(at, &error).await?;
        }
    }

    /// The end of a wait whose time is over: on a machine that was asleep meanwhile, or too busy to look, the goal may have
    /// been reached long ago.
    async fn look_once_more(&self, at: &mut Progressing, goal: Goal, inputs: &Outputs) -> Result<(), Stop> {
        let mut reports = self.driver.progress(self.task, goal, inputs);
        let report = tokio::select! {
            report = reports.next() => report,
            () = self.clock.sleep(LAST_LOOK) => None,
        };
        if let Some(Ok(report)) = report
            && self.judge(at, report)?
        {
            return Ok(());
        }
        Err(self.out_of_time(at).into())
    }

    /// Records one report and passes it on; returns whether the goal is reached.
    fn judge(&self, at: &mut Progressing, report: Progress) -> Result<bool, Failure> {
        let Progress {
            stage,
            readiness,
            remedy,
            outputs,
            pods,
        } = report;
        at.outputs.merge(outputs.clone());
        let (ready, cause) = match readiness {
            Readiness::Ready => (true, None),
            Readiness::Pending(cause) => (false, Some(cause).filter(|cause| !cause.is_empty())),
            Readiness::Failed(cause) => {
                return Err(failure::of_goal(
                    self.task,
                    at.reached,
                    vec![stage, cause],
                    remedy.as_ref(),
                ));
            }
        };
        self.send(Message::Pods {
            node: self.task.node.id.clone(),
            pods,
        });
        at.cause.clone_from(&cause);
        at.stage = Some(stage.clone()).filter(|stage| !stage.is_empty());
        at.remedy.clone_from(&remedy);
        // Whoever waits may mend it meanwhile.
        let cause = cause.map(|cause| match &remedy {
            Some(remedy) => Text::list([&cause, remedy], "; "),
            None => cause,
        });
        self.send(Message::Stage {
            node: self.task.node.id.clone(),
            stage,
            cause,
            outputs,
        });
        Ok(ready)
    }

    /// Waits as long as `error` asks for, or ends the step if another try is of no use.
    async fn wait_after(&mut self, at: &mut Progressing, error: &CallError) -> Result<(), Failure> {
        let task = self.task;
        let left = self.time_left(at);
        let Some(delay) = at.backoff.after(error) else {
            return Err(failure::of_call(task, at.reached, error));
        };
        at.cause = Some(error.text());
        at.remedy = error.remedy.as_deref().cloned();
        if let Some(holder) = error.held_by.as_deref().filter(|_| task.wait != Wait::Held) {
            let refused = Refused {
                error,
                holder,
                pause: delay,
            };
            return self.await_turn(at, Some(refused)).await;
        }
        self.queue.step_aside(task);
        if left.is_zero() {
            return Err(match &error.held_by {
                Some(_) => failure::of_queue(error.text()),
                None => self.out_of_time(at),
            });
        }
        // Whoever asks us to wait for longer than there is time gets one more try at its end.
        let delay = delay.min(left);
        let (message, patience) = match &error.held_by {
            Some(holder) => (self.held(holder), START_NOTHING),
            None => (self.retry(at, error, delay), DROP_WAITS),
        };
        self.send(message);
        tokio::select! {
            () = self.clock.sleep(delay) => Ok(()),
            () = pressed(&mut self.interrupts, patience) => Err(failure::of_interrupt(task, at.reached, at.stage.take())),
        }
    }

    fn retry(&self, at: &Progressing, error: &CallError, delay: Duration) -> Message {
        Message::Retry {
            node: self.task.node.id.clone(),
            attempt: at.backoff.tries() + 1,
            delay,
            reason: match error.class {
                ErrorClass::Propagating => RetryReason::Propagating,
                _ => RetryReason::Other,
            },
            cause: error.text(),
        }
    }

    /// The failure of a step whose time is over, by the last that was known of it.
    fn out_of_time(&self, at: &mut Progressing) -> Failure {
        failure::of_time(self.task, at.reached, self.limit, at.cause.take(), at.remedy.as_ref())
    }

    fn time_left(&self, at: &Progressing) -> Duration {
        self.limit.saturating_sub(self.clock.since(at.started))
    }

    pub(super) fn send(&self, message: Message) {
        // The dispatcher outlives its workers; if it is gone, the run is over and nobody listens.
        let _ = self.messages.send(message);
    }
}

/// Completes once the user has pressed Ctrl-C so often.
pub(super) async fn pressed(interrupts: &mut watch::Receiver<u8>, times: u8) {
    if interrupts.wait_for(|level| *level >= times).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Completes once nothing needs the step's goal any more.
pub(super) async fn made_moot(moot: &mut watch::Receiver<bool>) {
    if moot.wait_for(|moot| *moot).await.is_err() {
        std::future::pending::<()>().await;
    }
}
