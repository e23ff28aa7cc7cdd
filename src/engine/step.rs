//! One step: the call or calls of its change, then the wait for its goal.

use std::time::Duration;

use futures::StreamExt;
use futures::future::BoxFuture;
use tokio::sync::{mpsc, watch};

use super::failure::{self, Reached};
use crate::event::{Failure, RetryReason};
use crate::model::{Goal, Holder, NodeId, Op, Outputs, Progress, Readiness, Task, Wait, format_duration};
use crate::ports::{Backoff, CallError, Clock, Driver, ErrorClass};

/// What a worker reports to the dispatcher while it works.
#[derive(Debug)]
pub(super) enum Message {
    /// It is in this stage, for this reason.
    Stage {
        node: NodeId,
        stage: String,
        cause: Option<String>,
        outputs: Outputs,
    },
    /// A call will be tried again.
    Retry {
        node: NodeId,
        attempt: u32,
        delay: Duration,
        reason: RetryReason,
        cause: String,
    },
    /// Somebody else has what it needs; it asks again soon.
    Queued { node: NodeId, holder: Holder },
    /// The API has accepted the change.
    Accepted { node: NodeId, outputs: Outputs },
}

impl Message {
    /// The node that it is about.
    pub(super) fn node(&self) -> &NodeId {
        match self {
            Self::Stage { node, .. }
            | Self::Retry { node, .. }
            | Self::Queued { node, .. }
            | Self::Accepted { node, .. } => node,
        }
    }
}

/// How long the last look of a wait may take, the answer to a call that is under way when its step's time is over, and that
/// to giving back what was held.
const LAST_LOOK: Duration = Duration::from_secs(10);

/// How long a step may wait in a queue, which does not count as its own time: a class of thirty, each with a profile of its
/// own, that begins at once.
const LONGEST_QUEUE: Duration = Duration::from_hours(3);

/// Level of interruption at which nothing new is begun, not even what waits in a queue.
const START_NOTHING: u8 = 1;
/// Level of interruption at which waits are dropped.
const DROP_WAITS: u8 = 2;

/// One step, with all that its worker needs.
pub(super) struct Step<'a> {
    pub(super) task: &'a Task,
    pub(super) driver: &'a dyn Driver,
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
struct Progressing {
    /// When it began, later by the time that it has queued.
    started: Duration,
    /// How long it has queued.
    queued: Duration,
    reached: Reached,
    backoff: Backoff,
    /// Last known reason for not being there yet.
    cause: Option<String>,
    /// What to do about that reason, where it is known.
    remedy: Option<String>,
    /// Last known stage.
    stage: Option<String>,
    outputs: Outputs,
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

    /// Holds what was taken until nothing needs it any more, then gives it back.
    async fn hold(&mut self, at: &Progressing) -> Result<(), Stop> {
        let (driver, task, inputs) = (self.driver, self.task, at.outputs.clone());
        let mut reports = driver.progress(task, Goal::Ready, &inputs);
        loop {
            tokio::select! {
                biased;
                () = made_moot(&mut self.moot) => break,
                report = reports.next() => match report {
                    Some(Ok(Progress { readiness: Readiness::Failed(reason), .. })) => {
                        return Err(failure::of_loss(reason).into());
                    }
                    Some(_) => {}
                    None => {
                        made_moot(&mut self.moot).await;
                        break;
                    }
                },
            }
        }
        self.give_back().await;
        Ok(())
    }

    /// Gives back what was held. What cannot be given back expires by itself; until then others wait for it.
    async fn give_back(&self) {
        let given = tokio::select! {
            given = self.driver.delete(self.task) => given.map_err(|error| error.to_string()),
            () = self.clock.sleep(LAST_LOOK) => Err(format!("no answer within {}", format_duration(LAST_LOOK))),
        };
        if let Err(why) = given {
            self.send(Message::Stage {
                node: self.task.node.id.clone(),
                stage: "not given back".to_owned(),
                cause: Some(format!("{why}; it expires by itself")),
                outputs: Outputs::default(),
            });
        }
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

    /// Makes one call until it succeeds, cannot succeed, or the step's time is over. A call under way has a little longer than
    /// that: only its answer says whether it has taken effect.
    async fn call<'c, T>(
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
                    remedy.as_deref(),
                ));
            }
        };
        at.cause.clone_from(&cause);
        at.stage = Some(stage.clone()).filter(|stage| !stage.is_empty());
        at.remedy.clone_from(&remedy);
        // Whoever waits may mend it meanwhile.
        let cause = cause.map(|cause| match &remedy {
            Some(remedy) => format!("{cause}; {remedy}"),
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
        at.cause = Some(error.to_string());
        at.remedy = error.remedy.as_deref().map(str::to_owned);
        let queues = error.held_by.is_some() && task.wait != Wait::Held;
        if left.is_zero() || at.queued >= LONGEST_QUEUE {
            return Err(match &error.held_by {
                Some(_) => failure::of_queue(error),
                None => self.out_of_time(at),
            });
        }
        // Whoever asks us to wait for longer than there is time gets one more try at its end.
        let delay = if queues { delay } else { delay.min(left) };
        if queues {
            at.started += delay;
            at.queued += delay;
        }
        let node = task.node.id.clone();
        let (message, patience) = if let Some(holder) = &error.held_by {
            let holder = (**holder).clone();
            (Message::Queued { node, holder }, START_NOTHING)
        } else {
            let attempt = at.backoff.tries() + 1;
            let cause = error.to_string();
            let reason = match error.class {
                ErrorClass::Propagating => RetryReason::Propagating,
                _ => RetryReason::Other,
            };
            let retry = Message::Retry {
                node,
                attempt,
                delay,
                reason,
                cause,
            };
            (retry, DROP_WAITS)
        };
        self.send(message);
        tokio::select! {
            () = self.clock.sleep(delay) => Ok(()),
            () = pressed(&mut self.interrupts, patience) => Err(failure::of_interrupt(task, at.reached, at.stage.take())),
        }
    }

    /// The failure of a step whose time is over, by the last that was known of it.
    fn out_of_time(&self, at: &mut Progressing) -> Failure {
        failure::of_time(self.task, at.reached, self.limit, at.cause.take(), at.remedy.as_deref())
    }

    fn time_left(&self, at: &Progressing) -> Duration {
        self.limit.saturating_sub(self.clock.since(at.started))
    }

    fn send(&self, message: Message) {
        // The dispatcher outlives its workers; if it is gone, the run is over and nobody listens.
        let _ = self.messages.send(message);
    }
}

/// Completes once the user has pressed Ctrl-C so often.
async fn pressed(interrupts: &mut watch::Receiver<u8>, times: u8) {
    if interrupts.wait_for(|level| *level >= times).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Completes once nothing needs the step's goal any more.
async fn made_moot(moot: &mut watch::Receiver<bool>) {
    if moot.wait_for(|moot| *moot).await.is_err() {
        std::future::pending::<()>().await;
    }
}
