//! One run, from the first read to the report: the same for `plan`, `apply`, `scale` and `destroy`.

mod carrying;
mod end;
mod execution;
mod guarded;
mod leftovers;
mod next;
mod page;
mod plan_file;
mod request;
mod settle;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use self::end::RunEnd;
use self::settle::{Before, Settled};
use super::confirm::{Answer, Question, agreed};
use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::interrupt::{Waiter, given_up};
use super::last_run;
use super::request::RunOptions;
use super::session::Session;
use super::snapshot::Snapshot;
use crate::event::{Event, Phase, PodSubnet, Record, RunVerb, VERSION};
use crate::lang::text;
use crate::model::{Goal, NodeKind, Op, TargetKind};
use crate::plan::file::SavedPlan;
use crate::plan::{Course, Plan, PlanScope, Refusal};
use crate::report::run_report::ErrorReport;
use crate::report::{Format, Page, Reporter, markdown};
use lab2048_sandbox::WallClock;

pub(super) use self::end::obstacle_of;
pub(super) use self::leftovers::{Remains, remains};
pub(super) use self::next::after_apply;
pub(super) use self::plan_file::{flags, plan_for_file, saved, show};
pub(super) use self::request::{PlanUse, RunRequest};

/// A run under way.
struct Run<'a> {
    session: &'a Session,
    request: &'a RunRequest,
    /// By the clock's stopwatch.
    started: Duration,
    /// The reader's clock, and when the run began by it.
    wall: (Arc<dyn WallClock>, Timestamp),
}

/// Carries out one of the four verbs.
pub(super) async fn run(context: &mut Context, mut request: RunRequest) -> Result<Exit, AppError> {
    let (session, saved) = match opened(context, &request).await {
        Ok(opened) => opened,
        Err(error) => {
            end::conclude_unbegun(&mut context.reporter, request.verb, &error);
            return Err(error);
        }
    };
    in_session(context, &session, &mut request, saved.as_ref()).await.result
}

/// How a run has ended.
pub(super) struct Ended {
    /// With which exit, or why it could not go on.
    pub result: Result<Exit, AppError>,
    /// Why the plan was not executed, where that is no error of the run.
    pub stop: Option<ErrorReport>,
}

/// The same over connections that are open.
pub(super) async fn in_session(
    context: &mut Context,
    session: &Session,
    request: &mut RunRequest,
    saved: Option<&SavedPlan>,
) -> Ended {
    request.take_in(&session.project.resolved);
    // A duration counts from one moment, however often the plan is made; that of a plan in a file from when that was made.
    let begun = saved.map_or_else(|| session.clock.now(), |saved| saved.made);
    request.purpose.begun.get_or_insert(begun);
    let run = Run {
        session,
        request,
        started: session.clock.awake(),
        wall: (context.host.wall.clone(), context.host.wall.now()),
    };
    run.begin(context);
    let mut end = RunEnd::default();
    let waiter = Waiter::of(&context.host);
    let result = tokio::select! {
        biased;
        ended = Box::pin(run.stages(context, saved, &mut end)) => ended,
        error = given_up(waiter) => Err(error),
    };
    let seen = Box::pin(run.look_for_page(context, &end)).await;
    run.conclude(context, &end, &result);
    run.write_page(context, &end, &seen, result.as_ref().err());
    Ended { result, stop: end.stop }
}

/// From where a run sets out.
struct Outset {
    /// What was there.
    snapshot: Snapshot,
    /// What follows from it.
    plan: Arc<Plan>,
}

/// What a run needs before it can begin: files that it reads and writes, and connections.
async fn opened(context: &mut Context, request: &RunRequest) -> Result<(Session, Option<SavedPlan>), AppError> {
    let saved = plan_file::opened(&context.host, request)?;
    if let Some(path) = &request.page {
        super::page::may_be_written(&context.host, path)?;
    }
    context.record_events(request.events())?;
    if let (PlanUse::Execute { .. }, Some(path)) = (&request.plan_use, &context.host.last_run)
        && let Some(keeper) = last_run::keeper(path)
    {
        context.reporter.let_follow(keeper);
    }
    let session = context.session().await?;
    Ok((session, saved))
}

/// The plan that a run of this request makes of what was read.
pub(super) fn plan_of(session: &Session, request: &RunRequest, snapshot: &Snapshot) -> Plan {
    let mut plan = snapshot.plan(request.scope, request.approvals);
    plan.findings = session.with_remedies(plan.findings);
    for change in &mut plan.changes {
        for refusal in &mut change.refusals {
            if let Refusal::NoController { remedy, .. } = refusal {
                *remedy = session.controller_remedy(remedy);
            }
        }
    }
    plan
}

impl Run<'_> {
    fn begin(&self, context: &mut Context) {
        let environment = self.session.environment();
        // On the sandbox everything looks as on AWS; so the output must make clear that it is not.
        if self.request.verb == RunVerb::Apply && environment.target == TargetKind::Sandbox {
            let style = context.reporter.settings().err;
            let mut page = Page::new(&style);
            let speed = environment.sandbox.speed.to_string();
            page.entry("", &style.say(&text!("ask-sandbox", speed = speed)));
            page.line("");
            context.reporter.info(&page.into_text());
        }
        context.reporter.set_speed(self.session.speed());
        let event = Event::RunStarted {
            verb: self.request.verb,
            lab: environment.lab.name.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            place: self.session.place(),
        };
        self.emit(&mut context.reporter, event);
    }

    fn record(&self, event: Event) -> Record {
        Record {
            v: VERSION,
            at: self.session.clock.now(),
            event,
        }
    }

    fn emit(&self, reporter: &mut Reporter, event: Event) {
        reporter.event(&self.record(event));
    }

    /// From the first read to the last; what comes about on the way is kept in `end`.
    async fn stages(
        &self,
        context: &mut Context,
        saved: Option<&SavedPlan>,
        end: &mut RunEnd,
    ) -> Result<Exit, AppError> {
        self.emit(&mut context.reporter, Event::Phase { phase: Phase::Reading });
        let outset = self.look(context, self.session, end).await?;
        match &self.request.plan_use {
            PlanUse::Show {
                out, detailed_exitcode, ..
            } => {
                let Outset { snapshot, plan } = outset;
                if let Some(path) = out {
                    self.save(context, path, &snapshot, &plan)?;
                }
                Ok(match self.stopped_by(&mut context.reporter, &plan, end) {
                    Some(exit) => exit,
                    None if *detailed_exitcode && plan.changes_something() => Exit::Changes,
                    None => Exit::Done,
                })
            }
            PlanUse::Execute { options, .. } => Box::pin(self.carry_out(context, saved, outset, options, end)).await,
        }
    }

    /// Reads what is there and makes the plan, which is shown.
    async fn look(&self, context: &mut Context, session: &Session, end: &mut RunEnd) -> Result<Outset, AppError> {
        let snapshot = Snapshot::take(context, session, self.request.purpose).await?;
        let plan = Arc::new(self.plan(&snapshot)?);
        end.plan = Some(Arc::clone(&plan));
        self.show(context, &plan, pod_subnets(&snapshot));
        Ok(Outset { snapshot, plan })
    }

    /// The plan that follows from what was read.
    fn plan(&self, snapshot: &Snapshot) -> Result<Plan, AppError> {
        let environment = self.session.environment();
        let plan = plan_of(self.session, self.request, snapshot);
        if self.request.scope == PlanScope::Replicas {
            let mut changes = plan.changes.iter();
            let deployment = changes.find(|change| change.task.node.id.kind == NodeKind::Deployment);
            if deployment.is_none_or(|change| change.task.op == Op::Create) {
                let app = &environment.app;
                return Err(AppError::NoLab(text!(
                    "error-no-deployment",
                    deployment = &app.deployment,
                    namespace = &app.namespace,
                )));
            }
        }
        Ok(plan)
    }

    /// Shows the plan and its findings: as data if it is what was asked for, else as progress; and as events.
    fn show(&self, context: &mut Context, plan: &Plan, subnets: Vec<PodSubnet>) {
        let commands = context.commands();
        let reporter = &mut context.reporter;
        for finding in &plan.findings {
            self.emit(reporter, Event::Finding(finding.clone()));
        }
        let steps = plan.steps();
        let event = Event::PlanReady {
            usual: plan
                .changes_something()
                .then(|| Course::new(&steps).whole(Duration::ZERO)),
            subnets,
            steps,
            counts: plan.counts(),
            dollars_per_hour: plan.cost.hourly(),
            balancer_dollars_per_hour: plan.cost.balancer_hourly(),
        };
        self.emit(reporter, event);
        let as_data = matches!(self.request.plan_use, PlanUse::Show { .. });
        if as_data && reporter.settings().format == Format::Markdown {
            let outlook = end::outlook(plan, self.request.fail_on.severity());
            reporter.data(&markdown::text(plan, self.session.clock.now(), outlook));
            return;
        }
        reporter.plan(plan, self.session.clock.now(), as_data, &commands);
        if as_data {
            reporter.requests(&self.session.meter.snapshot());
        }
    }

    /// Asks whether the user wants it, if the environment demands that.
    async fn is_agreed(&self, context: &mut Context, plan: &Plan, options: &RunOptions) -> Result<Answer, AppError> {
        let environment = self.session.environment();
        let question = match plan.goal {
            Goal::Ready => Question::GoOn,
            Goal::Gone => Question::Remove(&environment.lab.name),
        };
        let wanted = self.session.project.resolved.asks() && plan.changes_something();
        agreed(context, options, wanted, &question, environment.target).await
    }

    /// The lab as the run leaves it. All goals are reached: what fails here is reported and fails nothing. That somebody else
    /// wants something else by then is a conflict.
    async fn settle(&self, context: &mut Context, before: Before, end: &mut RunEnd) -> Exit {
        let phase = Phase::Settling;
        self.emit(&mut context.reporter, Event::Phase { phase });
        match settle::settled(context, self.session, before).await {
            Ok(Settled { status, overruled }) => {
                end.status = Some(status);
                if let Some(overruled) = overruled {
                    let style = context.reporter.settings().err;
                    let note = style.say(&text!("line-overruled-meanwhile", what = &overruled));
                    context.reporter.note(&format!("{note}\n"));
                    end.stop = Some(ErrorReport::new(
                        "conflict",
                        vec![overruled.to_string()],
                        None,
                        Exit::Conflict.code(),
                    ));
                    return Exit::Conflict;
                }
            }
            // Whoever does not want to wait has the address already.
            Err(AppError::Interrupted) => {}
            Err(error) => context.complain(&error),
        }
        Exit::Done
    }
}

/// The subnets of the cluster's network, where they were read: by its address a pod is known to be in one of them.
fn pod_subnets(snapshot: &Snapshot) -> Vec<PodSubnet> {
    let subnets = snapshot.aws.subnets.items().iter();
    let subnets = subnets.map(|subnet| PodSubnet {
        id: subnet.id.clone(),
        zone: subnet.zone.clone(),
        cidr: subnet.cidr.clone(),
    });
    subnets.collect()
}
