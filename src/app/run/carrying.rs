//! From the plan to its outcome: others are waited for, the user is asked, and what others have changed meanwhile is looked
//! at again before anything is done.

use std::time::Duration;

use super::end::{RunEnd, exit_of, nothing_done};
use super::execution::WAIT_LOCK;
use super::settle::Before;
use super::{Outset, Run};
use crate::app::confirm::{Answer, note_refused};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::request::RunOptions;
use crate::app::snapshot::Snapshot;
use crate::event::Event;
use crate::lang::text;
use crate::model::{Goal, NodeId, NodeKind};
use crate::plan::LOCK_NAME;
use crate::plan::file::SavedPlan;
use crate::ports::HEARTBEAT;
use crate::report::run_report::ErrorReport;

/// How often is asked whether the other run has ended.
const BETWEEN: Duration = Duration::from_secs(3);
/// How often a plan is made anew because others were quicker.
const ROUNDS: usize = 5;

impl Run<'_> {
    /// From the question to the proof.
    pub(super) async fn carry_out(
        &self,
        context: &mut Context,
        saved: Option<&SavedPlan>,
        outset: Outset,
        options: &RunOptions,
        end: &mut RunEnd,
    ) -> Result<Exit, AppError> {
        let Outset { mut snapshot, mut plan } = outset;
        let mut round = 1;
        let (mut outcome, before) = loop {
            if let Some(saved) = saved {
                self.verify(context, saved, &snapshot, &plan)?;
            }
            if let Some(exit) = self.stopped_by(&mut context.reporter, &plan, end) {
                return Ok(exit);
            }
            if plan.is_idle() {
                break (nothing_done(), Before::Still(Box::new(snapshot)));
            }
            if !self.has_waited_for_others(context, &snapshot, options).await? {
                if let Answer::No(why) = self.is_agreed(context, &plan, options).await? {
                    note_refused(context, &why);
                    end.stop = Some(ErrorReport::new(
                        "refused",
                        vec![why.to_string()],
                        None,
                        Exit::Refused.code(),
                    ));
                    return Ok(Exit::Refused);
                }
                let bearings = snapshot.into_bearings();
                let outcome = self.execute(context, &bearings, &plan, options).await?;
                if !outcome.superseded || round == ROUNDS {
                    break (outcome, Before::Changed(Box::new(bearings)));
                }
            }
            round += 1;
            let style = context.reporter.settings().err;
            let again = style.say(&text!("line-superseded"));
            context.reporter.note(&format!("{again}\n"));
            Outset { snapshot, plan } = self.look(context, &self.session.as_of_now(), end).await?;
        };
        let interrupted = *context.host.interrupts.borrow() > 0;
        let exit = exit_of(&outcome, interrupted);
        self.session.with_hints(&mut outcome.failures);
        end.outcome = Some(outcome);
        match (exit, plan.goal) {
            (Exit::Done, Goal::Ready) => Ok(Box::pin(self.settle(context, before, end)).await),
            (Exit::Done, Goal::Gone) => self.find_leftovers(context, &before.into_bearings(), &plan, end).await,
            _ => Ok(exit),
        }
    }

    /// Waits until no other run is at work on the lab; returns whether one was. Before the question: nobody wants to answer
    /// one and learn then that it is too early.
    async fn has_waited_for_others(
        &self,
        context: &mut Context,
        snapshot: &Snapshot,
        options: &RunOptions,
    ) -> Result<bool, AppError> {
        let lock = self.lock(&context.host, snapshot.client.patient());
        let limit = options.wait_lock.unwrap_or(WAIT_LOCK);
        let begun = self.session.clock.awake();
        let mut told: Option<Duration> = None;
        loop {
            let asking = async { lock.holder().await.map_err(AppError::call("ask for the lab's lock")) };
            let Some(holder) = context.unless_interrupted(asking).await? else {
                return Ok(told.is_some());
            };
            let waited = self.session.clock.since(begun);
            if waited >= limit {
                return Err(AppError::Locked(holder));
            }
            if told.is_none_or(|told| waited >= told + HEARTBEAT) {
                told = Some(waited);
                let event = Event::Queued {
                    node: NodeId::new(NodeKind::Lock, LOCK_NAME),
                    holder,
                    position: None,
                    unordered: None,
                    elapsed_ms: u64::try_from(waited.as_millis()).unwrap_or(u64::MAX),
                };
                self.emit(&mut context.reporter, event);
            }
            let pause = async {
                self.session.clock.sleep(BETWEEN).await;
                Ok(())
            };
            context.unless_interrupted(pause).await?;
        }
    }
}
