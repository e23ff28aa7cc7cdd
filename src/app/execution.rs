//! Carries a plan out and tells of it: what `apply`, `scale` and `destroy` share.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use jiff::Timestamp;

use super::confirm::{Question, agreed};
use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::lock::LabGuard;
use super::request::RunOptions;
use super::session::Session;
use super::snapshot::Snapshot;
use crate::aws::AwsDriver;
use crate::config::Timeouts;
use crate::engine::{self, Drivers, Limits, Outcome, Run};
use crate::event::{Event, PlannedStep, Record, Summary, VERSION};
use crate::k8s::ObjectDriver;
use crate::model::{Goal, NodeKind};
use crate::plan::{Plan, Refusal};
use crate::ports::Driver;
use crate::probe::{ProofDriver, Web};
use crate::report::{Reporter, end_view};

/// Steps under way at once; a lab has fewer.
const PARALLEL: usize = 8;
/// How often the live view is drawn anew, by the wall clock.
const REDRAW: Duration = Duration::from_millis(100);

/// One run of a verb that changes something.
pub(super) struct Execution<'a> {
    /// The verb.
    pub verb: &'static str,
    /// The connections.
    pub session: &'a Session,
    /// When it began.
    pub started: Timestamp,
}

/// The adapters by kind of node.
struct Adapters {
    aws: AwsDriver,
    objects: ObjectDriver,
    proof: ProofDriver,
}

impl Drivers for Adapters {
    fn driver(&self, kind: &NodeKind) -> &dyn Driver {
        match kind {
            NodeKind::Role | NodeKind::Profile | NodeKind::AccessEntry | NodeKind::LoadBalancer | NodeKind::Targets => {
                &self.aws
            }
            NodeKind::Proof => &self.proof,
            NodeKind::Namespace
            | NodeKind::Service
            | NodeKind::Ingress
            | NodeKind::Deployment
            | NodeKind::Object(_) => &self.objects,
        }
    }
}

/// What stands in the way of carrying a plan out; `None` if nothing does.
pub(super) fn obstacle(plan: &Plan) -> Option<Exit> {
    if plan.has_errors() {
        return Some(Exit::Check);
    }
    let mut exit = None;
    for (_, refusal) in plan.refusals() {
        match refusal {
            Refusal::NotOurs(_) | Refusal::NeedsReplace(_) => return Some(Exit::Refused),
            Refusal::Conflict(_) => exit = Some(Exit::Conflict),
            Refusal::Invalid(_) => exit = exit.or(Some(Exit::Failed)),
        }
    }
    exit
}

impl<'a> Execution<'a> {
    /// A run of `verb` that begins now.
    pub(super) fn new(verb: &'static str, session: &'a Session) -> Self {
        Self {
            verb,
            session,
            started: session.clock.now(),
        }
    }

    /// Tells one event.
    pub(super) fn tell(&self, reporter: &mut Reporter, event: Event) {
        reporter.event(&Record {
            v: VERSION,
            at: self.session.clock.now(),
            event,
        });
    }

    /// Tells that the run begins.
    pub(super) fn tell_start(&self, reporter: &mut Reporter) {
        let event = Event::RunStarted {
            verb: self.verb.to_owned(),
            lab: self.session.environment().lab.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            place: self.session.place(),
        };
        reporter.set_speed(self.session.speed());
        self.tell(reporter, event);
    }

    /// Tells the plan and its findings, as events.
    pub(super) fn tell_plan(&self, reporter: &mut Reporter, plan: &Plan) {
        for finding in &plan.findings {
            self.tell(reporter, Event::Finding(finding.clone()));
        }
        let steps = plan.changes.iter().map(|change| PlannedStep {
            node: change.task.node.id.clone(),
            op: change.task.op,
            wait: change.wait_words.clone(),
        });
        let event = Event::PlanReady {
            steps: steps.collect(),
            counts: plan.counts(),
            dollars_per_hour: plan.cost.hourly(),
        };
        self.tell(reporter, event);
    }

    /// Says why a plan will not be carried out.
    pub(super) fn tell_obstacle(reporter: &mut Reporter, plan: &Plan) {
        let text = end_view::obstacle(plan, &reporter.settings().err);
        reporter.note(&text);
    }

    /// Tells the plan, then carries it out, unless something stands in its way. The error side of the inner result is
    /// the exit of a call that ends here.
    pub(super) async fn execute(
        &self,
        context: &mut Context,
        snapshot: &Snapshot,
        plan: &Plan,
        options: &RunOptions,
    ) -> Result<Result<Outcome, Exit>, AppError> {
        self.tell_plan(&mut context.reporter, plan);
        context.reporter.plan(plan, self.session.clock.now(), false);
        if let Some(exit) = obstacle(plan) {
            Self::tell_obstacle(&mut context.reporter, plan);
            if context.reporter.settings().format.is_document() {
                context.reporter.document(plan);
            }
            return Ok(Err(exit));
        }
        if plan.is_idle() {
            return Ok(Ok(nothing_done()));
        }
        let outcome = self.carry_out(context, snapshot, plan, options).await?;
        Ok(outcome.ok_or(Exit::Refused))
    }

    /// Asks, if the environment wants that, then carries the plan out. `None` if the user does not agree.
    async fn carry_out(
        &self,
        context: &mut Context,
        snapshot: &Snapshot,
        plan: &Plan,
        options: &RunOptions,
    ) -> Result<Option<Outcome>, AppError> {
        let environment = self.session.environment();
        let question = match plan.goal {
            Goal::Ready => Question::GoOn,
            Goal::Gone => Question::Remove(&environment.lab.name),
        };
        if plan.changes_something() && !agreed(context, options, environment.confirm, &question).await? {
            context.reporter.note("Nothing was changed.\n");
            return Ok(None);
        }
        let adapters = Adapters {
            aws: AwsDriver::new(self.session.aws.clone()),
            objects: ObjectDriver::new(snapshot.client.clone()),
            proof: self.proof(),
        };
        let clock = self.session.clock.clone();
        let guard = LabGuard::new(
            snapshot.client.clone(),
            &environment.app.namespace,
            clock,
            &context.host,
            self.verb,
        );
        let run = Run {
            plan,
            drivers: &adapters,
            clock: &*self.session.clock,
            limits: limits(environment.timeouts, options.timeout),
            guard: &guard,
            interrupts: context.host.interrupts.clone(),
            parallel: PARALLEL,
        };
        Ok(Some(self.dispatch(run, &mut context.reporter).await?))
    }

    async fn dispatch(&self, run: Run<'_>, reporter: &mut Reporter) -> Result<Outcome, AppError> {
        let clock = &self.session.clock;
        let shared = Mutex::new(reporter);
        let with = |work: &dyn Fn(&mut Reporter)| work(&mut shared.lock().unwrap_or_else(PoisonError::into_inner));
        let mut emit = |event: Event| {
            let record = Record {
                v: VERSION,
                at: clock.now(),
                event,
            };
            with(&|reporter| reporter.event(&record));
        };
        let redraw = async {
            loop {
                wall_pause().await;
                with(&|reporter| reporter.tick(clock.now()));
            }
        };
        let running = engine::execute(run, &mut emit);
        tokio::select! {
            outcome = running => Ok(outcome?),
            () = redraw => Ok(Outcome::default()),
        }
    }

    fn proof(&self) -> ProofDriver {
        let Session {
            clock,
            meter,
            resolver,
            transport,
            ..
        } = self.session;
        let web = match transport {
            Some(transport) => Web::over(transport.clone(), clock.clone(), meter.clone()),
            None => Web::network(clock.clone(), meter.clone()),
        };
        ProofDriver::new(web, resolver.clone(), clock.clone())
    }

    /// The summary of a run, told as an event too.
    pub(super) fn summarize(
        &self,
        reporter: &mut Reporter,
        outcome: &Outcome,
        exit: Exit,
        url: Option<String>,
    ) -> Summary {
        let elapsed = self.session.clock.elapsed(self.started);
        let summary = Summary {
            verb: self.verb.to_owned(),
            ok: matches!(exit, Exit::Done | Exit::Changes),
            exit_code: exit.code(),
            counts: outcome.counts,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            phases: outcome.phases.clone(),
            requests: self.session.meter.snapshot(),
            url,
        };
        self.tell(reporter, Event::Summary(summary.clone()));
        summary
    }

    /// Says how a run ended: its failures, then its numbers.
    pub(super) fn tell_end(reporter: &mut Reporter, outcome: &Outcome, summary: &Summary) {
        let style = reporter.settings().err;
        for (node, failure) in &outcome.failures {
            let text = end_view::failure(node, failure, &style);
            reporter.note(&text);
        }
        if outcome.failures.is_empty() && summary.exit_code == Exit::Interrupted.code() {
            reporter.note(left_by_interrupt(&summary.verb));
        }
        reporter.say(&end_view::summary(summary, &style));
    }
}

/// The exit of a run that ended so.
pub(super) fn exit_of(outcome: &Outcome, interrupted: bool) -> Exit {
    if outcome.complete {
        return Exit::Done;
    }
    if interrupted {
        return Exit::Interrupted;
    }
    match Exit::of_failures(outcome.failures.iter().map(|(_, failure)| failure.class)) {
        Exit::Done => Exit::Failed,
        exit => exit,
    }
}

/// What an interrupted run leaves, where no failed step tells of it.
fn left_by_interrupt(verb: &str) -> &'static str {
    if verb == "destroy" {
        return "Interrupted. What is left stays and keeps costing until it is removed.\n\
                Run the same command again: it goes on from here.\n";
    }
    "Interrupted. What is there stays and keeps costing until it is removed.\n\
     Run the same command again: it goes on from here; `lab2048 destroy` removes\n\
     what is there.\n"
}

/// A run that had nothing to do.
pub(super) fn nothing_done() -> Outcome {
    Outcome {
        complete: true,
        ..Outcome::default()
    }
}

fn limits(timeouts: Timeouts, every: Option<Duration>) -> Limits {
    Limits {
        profile: every.unwrap_or(timeouts.profile),
        rollout: every.unwrap_or(timeouts.rollout),
        balancer: every.unwrap_or(timeouts.balancer),
        deletion: every.unwrap_or(timeouts.deletion),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a screen is redrawn by the wall clock, however fast the run's own is"
)]
async fn wall_pause() {
    tokio::time::sleep(REDRAW).await;
}
