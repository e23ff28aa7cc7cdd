//! `apply` and `scale`: plan, agree, carry out, prove, report.

use std::path::Path;

use serde::Serialize;

use super::context::Context;
use super::error::AppError;
use super::execution::{Execution, exit_of};
use super::exit::Exit;
use super::request::{Approvals, RunOptions};
use super::session::Session;
use super::snapshot::{Purpose, Snapshot};
use super::status;
use crate::config::TargetKind;
use crate::engine::Outcome;
use crate::event::{Event, Failure, Summary};
use crate::model::{Goal, NodeId, NodeKind, Op, Wait};
use crate::plan::Plan;
use crate::plan::file::{self, SavedPlan};
use crate::report::nodes_view;
use crate::report::status::StatusReport;

/// A run as one document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunDocument<'a> {
    plan: &'a Plan,
    summary: &'a Summary,
    failures: Vec<FailedStep<'a>>,
    skipped: &'a [NodeId],
    status: Option<&'a StatusReport>,
}

#[derive(Serialize)]
struct FailedStep<'a> {
    node: &'a NodeId,
    #[serde(flatten)]
    failure: &'a Failure,
}

/// `apply`
pub(super) async fn apply(
    context: &mut Context,
    approvals: Approvals,
    options: &RunOptions,
    plan_file: Option<&Path>,
) -> Result<Exit, AppError> {
    let session = context.session().await?;
    introduce(context, &session);
    let execution = Execution::new("apply", &session);
    execution.tell_start(&mut context.reporter);
    let purpose = Purpose {
        reset_scale: approvals.reset_scale,
        ..Purpose::plan(Goal::Ready)
    };
    let snapshot = Snapshot::take(context, &session, purpose).await?;
    let plan = snapshot.plan(session.environment(), approvals);
    if let Some(path) = plan_file {
        let fresh = snapshot.saved(session.environment(), approvals, plan.clone());
        check_plan_file(&context.host.cwd.join(path), &fresh)?;
    }
    Box::pin(carry(context, &execution, snapshot, &plan, options)).await
}

/// `scale`: the same with one field changed, and nothing else.
pub(super) async fn scale(
    context: &mut Context,
    approvals: Approvals,
    options: &RunOptions,
    replicas: u32,
) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let execution = Execution::new("scale", &session);
    execution.tell_start(&mut context.reporter);
    let purpose = Purpose {
        replicas: Some(replicas),
        ..Purpose::plan(Goal::Ready)
    };
    let snapshot = Snapshot::take(context, &session, purpose).await?;
    let mut plan = snapshot.plan(session.environment(), approvals);
    keep_to_deployment(&mut plan, &session)?;
    Box::pin(carry(context, &execution, snapshot, &plan, options)).await
}

/// On the sandbox everything looks as on AWS; it must be said that it is not.
fn introduce(context: &mut Context, session: &Session) {
    if session.environment().target == TargetKind::Sandbox {
        let speed = session.environment().sandbox.speed;
        context.reporter.say(&format!(
            "This is the sandbox: an AWS region that lives in this program, {speed} times as\n\
             fast as the real one. Nothing costs money. On AWS: lab2048 apply -e workshop\n\n"
        ));
    }
}

/// Leaves of a plan what changes the number of pods, and the waits that follow from it.
fn keep_to_deployment(plan: &mut Plan, session: &Session) -> Result<(), AppError> {
    let app = &session.environment().app;
    let deployment = plan
        .changes
        .iter()
        .find(|change| change.task.node.id.kind == NodeKind::Deployment);
    if deployment.is_none_or(|change| change.task.op == Op::Create) {
        return Err(AppError::NoLab(format!(
            "there is no deployment {} in namespace {} to scale; `lab2048 apply` makes it",
            app.deployment, app.namespace
        )));
    }
    for change in &mut plan.changes {
        match change.task.node.id.kind {
            NodeKind::Deployment | NodeKind::LoadBalancer | NodeKind::Targets | NodeKind::Proof => {}
            _ => {
                change.task.op = Op::None;
                change.task.wait = Wait::None;
                change.task.recreate.clear();
                change.refusal = None;
                change.drift.clear();
                change.diffs.clear();
                change.notes.clear();
            }
        }
    }
    Ok(())
}

/// Whether the plan in the file is still the plan that would be made now.
fn check_plan_file(path: &Path, fresh: &SavedPlan) -> Result<(), AppError> {
    let path = path.to_owned();
    let text = std::fs::read_to_string(&path).map_err(|source| AppError::File {
        what: "read",
        path: path.clone(),
        source,
    })?;
    let saved = serde_json::from_str(&text).map_err(|error| AppError::PlanFile {
        path,
        source: Box::new(error),
    })?;
    file::verify(&saved, fresh).map_err(|moved| AppError::Stale {
        moved: moved.iter().map(ToString::to_string).collect(),
    })
}

/// From the plan to the end of the report.
async fn carry(
    context: &mut Context,
    execution: &Execution<'_>,
    snapshot: Snapshot,
    plan: &Plan,
    options: &RunOptions,
) -> Result<Exit, AppError> {
    let outcome = match execution.execute(context, &snapshot, plan, options).await? {
        Ok(outcome) => outcome,
        Err(exit) => return Ok(exit),
    };
    conclude(context, execution, snapshot, plan, &outcome).await
}

async fn conclude(
    context: &mut Context,
    execution: &Execution<'_>,
    snapshot: Snapshot,
    plan: &Plan,
    outcome: &Outcome,
) -> Result<Exit, AppError> {
    let session = execution.session;
    let interrupted = *context.host.interrupts.borrow() > 0;
    let exit = exit_of(outcome, interrupted);
    let status = match exit {
        Exit::Done => {
            let what = "waiting until there is one node for each pod";
            context.reporter.doing(what, session.clock.now());
            Some(status::settled(context, session, snapshot, !plan.is_idle()).await?)
        }
        _ => None,
    };
    let url = outcome
        .outputs
        .url
        .clone()
        .or(status.as_ref().and_then(|status| status.url.clone()));
    if let Some(url) = &url {
        execution.tell(
            &mut context.reporter,
            Event::Output {
                name: "url".to_owned(),
                value: url.clone(),
            },
        );
    }
    let summary = execution.summarize(&mut context.reporter, outcome, exit, url.clone());
    Execution::tell_end(&mut context.reporter, outcome, &summary);
    if context.reporter.settings().format.is_document() {
        let failures = outcome
            .failures
            .iter()
            .map(|(node, failure)| FailedStep { node, failure })
            .collect();
        let document = RunDocument {
            plan,
            summary: &summary,
            failures,
            skipped: &outcome.skipped,
            status: status.as_ref(),
        };
        context.reporter.document(&document);
        return Ok(exit);
    }
    if let Some(status) = &status {
        let wide = context.reporter.settings().format == crate::report::Format::Wide;
        let text = nodes_view::tables(status, wide, &context.reporter.settings().out);
        context.reporter.say("\n");
        context.reporter.data(&text);
        if let Some(url) = &url {
            context.reporter.data(&format!("\n{url}\n"));
        }
    }
    Ok(exit)
}
