//! `plan`: what would be done, and nothing else.

use super::context::Context;
use super::error::AppError;
use super::execution::{Execution, nothing_done, obstacle};
use super::exit::Exit;
use super::request::PlanOptions;
use super::snapshot::{Purpose, Snapshot};
use crate::model::Goal;

/// Carries out the verb.
pub(super) async fn run(context: &mut Context, options: &PlanOptions) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let execution = Execution::new("plan", &session);
    execution.tell_start(&mut context.reporter);
    let goal = if options.destroy { Goal::Gone } else { Goal::Ready };
    let purpose = Purpose {
        reset_scale: options.approvals.reset_scale,
        ..Purpose::plan(goal)
    };
    let snapshot = Snapshot::take(context, &session, purpose).await?;
    let plan = snapshot.plan(session.environment(), options.approvals);
    execution.tell_plan(&mut context.reporter, &plan);
    context.reporter.plan(&plan, session.clock.now(), true);
    context.reporter.requests(&session.meter.snapshot());
    if let Some(path) = &options.out {
        let path = context.host.cwd.join(path);
        let saved = snapshot.saved(session.environment(), options.approvals, plan.clone());
        let text = serde_json::to_string_pretty(&saved).map_err(|error| AppError::Io {
            what: "write the plan",
            source: error.into(),
        })?;
        std::fs::write(&path, text).map_err(|source| AppError::File {
            what: "write",
            path,
            source,
        })?;
    }
    let exit = match obstacle(&plan) {
        Some(exit) => {
            Execution::tell_obstacle(&mut context.reporter, &plan);
            exit
        }
        None if options.detailed_exitcode && plan.changes_something() => Exit::Changes,
        None => Exit::Done,
    };
    execution.summarize(&mut context.reporter, &nothing_done(), exit, None);
    Ok(exit)
}
