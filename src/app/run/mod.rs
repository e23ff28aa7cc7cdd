//! One run, from the first read to the report: the same for `plan`, `apply`, `scale` and `destroy`.

mod end;
mod execution;
mod request;
mod settle;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use self::end::{RunEnd, exit_of, nothing_done, obstacle};
use super::confirm::{Question, agreed};
use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::request::RunOptions;
use super::session::Session;
use super::snapshot::Snapshot;
use crate::aws;
use crate::event::{Event, Leftover, LeftoverKind, Phase, PlannedStep, Record, RunVerb, VERSION};
use crate::model::{Goal, NodeKind, Op, TargetKind, Wait};
use crate::plan::file::{self, SavedPlan};
use crate::plan::{Change, Plan, PlanScope};
use crate::report::{Page, Reporter, end_view};
use lab2048_sandbox::WallClock;

pub(super) use self::request::{PlanUse, RunRequest};

/// A run under way.
struct Run<'a> {
    session: &'a Session,
    request: &'a RunRequest,
    started: Timestamp,
    /// The reader's clock, and when the run began by it.
    wall: (Arc<dyn WallClock>, Timestamp),
}

/// Carries out one of the four verbs.
pub(super) async fn run(context: &mut Context, mut request: RunRequest) -> Result<Exit, AppError> {
    context.record_events(request.events())?;
    let session = context.session().await?;
    // Who writes a number on the command line wants that one, whatever was asked for earlier.
    if session.project.resolved.is_flag("app.replicas") {
        request.reset_scale();
    }
    let run = Run {
        session: &session,
        request: &request,
        started: session.clock.now(),
        wall: (context.host.wall.clone(), context.host.wall.now()),
    };
    run.begin(context);
    let mut end = RunEnd::default();
    let ended = Box::pin(run.stages(context, &mut end)).await;
    run.conclude(context, &end, &ended);
    ended
}

impl Run<'_> {
    fn begin(&self, context: &mut Context) {
        let environment = self.session.environment();
        // On the sandbox everything looks as on AWS; so the output must make clear that it is not.
        if self.request.verb == RunVerb::Apply && environment.target == TargetKind::Sandbox {
            let mut page = Page::new(&context.reporter.settings().err);
            page.entry(
                "",
                &format!(
                    "This is the sandbox: an AWS region that lives in this program, {} times as fast as the real one. \
                     Nothing costs money. On AWS: `lab2048 apply -e workshop`",
                    environment.sandbox.speed
                ),
            );
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
    async fn stages(&self, context: &mut Context, end: &mut RunEnd) -> Result<Exit, AppError> {
        let RunRequest { purpose, plan_use, .. } = self.request;
        self.emit(&mut context.reporter, Event::Phase { phase: Phase::Reading });
        let snapshot = Snapshot::take(context, self.session, *purpose).await?;
        let plan = self.plan(&snapshot)?;
        end.plan = Some(plan.clone());
        self.show(&mut context.reporter, &plan);
        let options = match plan_use {
            PlanUse::Show {
                out, detailed_exitcode, ..
            } => {
                if let Some(path) = out {
                    save(&context.host.cwd.join(path), &self.saved(&snapshot, &plan))?;
                }
                return Ok(match self.stopped_by(&mut context.reporter, &plan) {
                    Some(exit) => exit,
                    None if *detailed_exitcode && plan.changes_something() => Exit::Changes,
                    None => Exit::Done,
                });
            }
            PlanUse::Execute { options, plan_file } => {
                if let Some(path) = plan_file {
                    verify(&context.host.cwd.join(path), &self.saved(&snapshot, &plan))?;
                }
                options
            }
        };
        if let Some(exit) = self.stopped_by(&mut context.reporter, &plan) {
            return Ok(exit);
        }
        if !self.is_agreed(context, &plan, options).await? {
            context.reporter.note("Nothing was changed.\n");
            return Ok(Exit::Refused);
        }
        let outcome = if plan.is_idle() {
            nothing_done()
        } else {
            self.execute(context, &snapshot, &plan, options).await?
        };
        let interrupted = *context.host.interrupts.borrow() > 0;
        let exit = exit_of(&outcome, interrupted);
        end.outcome = Some(outcome);
        match (exit, purpose.goal) {
            (Exit::Done, Goal::Ready) => {
                self.settle(context, snapshot, !plan.is_idle(), end).await;
                Ok(exit)
            }
            (Exit::Done, Goal::Gone) => self.find_leftovers(context, &snapshot, end).await,
            _ => Ok(exit),
        }
    }

    /// The plan that follows from what was read.
    fn plan(&self, snapshot: &Snapshot) -> Result<Plan, AppError> {
        let environment = self.session.environment();
        let mut plan = snapshot.plan(self.request.scope, self.request.approvals);
        plan.findings = self.session.with_remedies(plan.findings);
        if self.request.scope == PlanScope::Replicas {
            let mut changes = plan.changes.iter();
            let deployment = changes.find(|change| change.task.node.id.kind == NodeKind::Deployment);
            if deployment.is_none_or(|change| change.task.op == Op::Create) {
                let app = &environment.app;
                return Err(AppError::NoLab(format!(
                    "there is no deployment {} in namespace {} to scale; `lab2048 apply` makes it",
                    app.deployment, app.namespace
                )));
            }
        }
        Ok(plan)
    }

    /// Prints the obstacle to a plan, if there is one; returns the exit it leads to.
    fn stopped_by(&self, reporter: &mut Reporter, plan: &Plan) -> Option<Exit> {
        let only_looks = matches!(self.request.plan_use, PlanUse::Show { .. });
        let exit = obstacle(plan, only_looks)?;
        let text = end_view::obstacle(plan, self.session.clock.now(), &reporter.settings().err);
        reporter.note(&text);
        Some(exit)
    }

    fn saved(&self, snapshot: &Snapshot, plan: &Plan) -> SavedPlan {
        let RunRequest { scope, approvals, .. } = self.request;
        snapshot.saved(*scope, *approvals, plan.clone())
    }

    /// Shows the plan and its findings: as data if it is what was asked for, else as progress; and as events.
    fn show(&self, reporter: &mut Reporter, plan: &Plan) {
        for finding in &plan.findings {
            self.emit(reporter, Event::Finding(finding.clone()));
        }
        // What is only held is no step to be reported.
        let tasks = plan.changes.iter().map(|change| &change.task);
        let steps = tasks.filter(|task| task.wait != Wait::Held).map(|task| PlannedStep {
            node: task.node.id.clone(),
            op: task.op,
            wait: task.wait,
        });
        let event = Event::PlanReady {
            steps: steps.collect(),
            counts: plan.counts(),
            dollars_per_hour: plan.cost.hourly(),
        };
        self.emit(reporter, event);
        let as_data = matches!(self.request.plan_use, PlanUse::Show { .. });
        reporter.plan(plan, self.session.clock.now(), as_data);
        if as_data {
            reporter.requests(&self.session.meter.snapshot());
        }
    }

    /// Asks whether the user wants it, if the environment demands that.
    async fn is_agreed(&self, context: &mut Context, plan: &Plan, options: &RunOptions) -> Result<bool, AppError> {
        let environment = self.session.environment();
        let question = match plan.goal {
            Goal::Ready => Question::GoOn,
            Goal::Gone => Question::Remove(&environment.lab.name),
        };
        let wanted = self.session.project.resolved.asks() && plan.changes_something();
        agreed(context, options, (wanted, environment.target), &question).await
    }

    /// The lab as the run leaves it. All goals are reached: what fails here is reported and fails nothing.
    async fn settle(&self, context: &mut Context, snapshot: Snapshot, changed: bool, end: &mut RunEnd) {
        let phase = Phase::Settling;
        self.emit(&mut context.reporter, Event::Phase { phase });
        match settle::settled(context, self.session, snapshot, changed).await {
            Ok(status) => end.status = Some(status),
            // Whoever does not want to wait has the address already.
            Err(AppError::Interrupted) => {}
            Err(error) => context.complain(&error),
        }
    }

    /// What the controller made and did not remove.
    async fn find_leftovers(
        &self,
        context: &mut Context,
        snapshot: &Snapshot,
        end: &mut RunEnd,
    ) -> Result<Exit, AppError> {
        // What an Ingress has that stays is in use.
        let stays = |change: &Change| change.task.pin.is_some() && change.task.is_idle();
        let mut changes = end.plan.iter().flat_map(|plan| &plan.changes);
        if changes.any(|change| change.task.node.id.kind == NodeKind::Ingress && stays(change)) {
            return Ok(Exit::Done);
        }
        let phase = Phase::Leftovers;
        self.emit(&mut context.reporter, Event::Phase { phase });
        let cluster = &snapshot.site.cluster;
        let search = async {
            let mut found = Vec::new();
            for names in snapshot.all_names() {
                let left = aws::leftovers(&self.session.aws, cluster, &names).await;
                found.extend(leftovers(left.map_err(AppError::call("look for what is left over"))?));
            }
            Ok(found)
        };
        end.leftovers = context.unless_interrupted(search).await?;
        if end.leftovers.is_empty() {
            return Ok(Exit::Done);
        }
        let items = end.leftovers.clone();
        self.emit(&mut context.reporter, Event::Leftovers { items });
        context.reporter.note(&end_view::leftovers(&end.leftovers));
        Ok(Exit::Failed)
    }
}

fn leftovers(found: aws::Leftovers) -> Vec<Leftover> {
    let of = |kind, name, id| Leftover { kind, name, id };
    let balancers = found.balancers.into_iter();
    let groups = found.target_groups.into_iter();
    let firewalls = found.security_groups.into_iter();
    balancers
        .map(|found| of(LeftoverKind::LoadBalancer, found.name, found.arn))
        .chain(groups.map(|found| of(LeftoverKind::TargetGroup, found.name, found.arn)))
        .chain(firewalls.map(|found| of(LeftoverKind::SecurityGroup, found.name, found.id)))
        .collect()
}

/// Writes the plan to a file.
fn save(path: &Path, saved: &SavedPlan) -> Result<(), AppError> {
    let text = serde_json::to_string_pretty(saved).map_err(|error| AppError::Io {
        what: "write the plan",
        source: error.into(),
    })?;
    std::fs::write(path, text).map_err(|source| AppError::File {
        what: "write",
        path: path.to_owned(),
        source,
    })
}

/// Whether the plan in the file is still the plan that would be made now.
fn verify(path: &Path, fresh: &SavedPlan) -> Result<(), AppError> {
    let text = std::fs::read_to_string(path).map_err(|source| AppError::File {
        what: "read",
        path: path.to_owned(),
        source,
    })?;
    let saved = serde_json::from_str(&text).map_err(|error| AppError::PlanFile {
        path: path.to_owned(),
        source: Box::new(error),
    })?;
    file::verify(&saved, fresh).map_err(|moved| AppError::Stale {
        moved: moved.iter().map(ToString::to_string).collect(),
    })
}
