//! `destroy`: the lab is wanted absent; then a look for what is left over.

use super::context::Context;
use super::error::AppError;
use super::execution::{Execution, exit_of};
use super::exit::Exit;
use super::request::{Approvals, RunOptions};
use super::snapshot::{Purpose, Snapshot, names};
use crate::aws::{self, Leftovers};
use crate::model::Goal;

/// Carries out the verb.
pub(super) async fn run(context: &mut Context, options: &RunOptions) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let execution = Execution::new("destroy", &session);
    execution.tell_start(&mut context.reporter);
    let snapshot = Snapshot::take(context, &session, Purpose::plan(Goal::Gone)).await?;
    let plan = snapshot.plan(session.environment(), Approvals::default());
    let outcome = match execution.execute(context, &snapshot, &plan, options).await? {
        Ok(outcome) => outcome,
        Err(exit) => return Ok(exit),
    };
    let interrupted = *context.host.interrupts.borrow() > 0;
    let mut exit = exit_of(&outcome, interrupted);
    if exit == Exit::Done {
        let names = names(session.environment(), &snapshot.site.cluster);
        let left = aws::leftovers(&session.aws, &snapshot.site.cluster, &names)
            .await
            .map_err(|source| AppError::Call {
                what: "look for what is left over",
                source,
            })?;
        if !left.is_empty() {
            tell_leftovers(context, &left);
            exit = Exit::Failed;
        }
    }
    let summary = execution.summarize(&mut context.reporter, &outcome, exit, None);
    if !plan.is_idle() {
        Execution::tell_end(&mut context.reporter, &outcome, &summary);
    }
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&summary);
    }
    Ok(exit)
}

fn tell_leftovers(context: &mut Context, left: &Leftovers) {
    let balancers = left
        .balancers
        .iter()
        .map(|balancer| format!("  load balancer {} ({})", balancer.name, balancer.arn));
    let targets = left
        .target_groups
        .iter()
        .map(|group| format!("  target group {} ({})", group.name, group.arn));
    let groups = left
        .security_groups
        .iter()
        .map(|group| format!("  security group {} ({})", group.name, group.id));
    let lines: Vec<_> = balancers.chain(targets).chain(groups).collect();
    context.reporter.note(&format!(
        "These are left over; the load balancer controller made them and did not remove them:\n{}\n",
        lines.join("\n")
    ));
}
