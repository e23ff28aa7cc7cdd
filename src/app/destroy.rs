//! `destroy`: the lab is wanted absent; then a look for what is left over.

use super::carry::{Carrier, exit_of};
use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::request::{Conduct, Consent};
use super::survey::{Purpose, Survey, wanted};
use crate::aws::{self, Leftovers};
use crate::model::Goal;

/// Carries out the verb.
pub(super) async fn run(context: &mut Context, conduct: &Conduct) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let carrier = Carrier::new("destroy", &session);
    carrier.tell_start(&mut context.reporter);
    let survey = Survey::first(context, &session, Purpose::plan(Goal::Gone)).await?;
    let plan = survey.plan(session.environment(), Consent::default());
    let outcome = match carrier.undertake(context, &survey, &plan, conduct).await? {
        Ok(outcome) => outcome,
        Err(exit) => return Ok(exit),
    };
    let interrupted = *context.host.interrupts.borrow() > 0;
    let mut exit = exit_of(&outcome, interrupted);
    if exit == Exit::Done {
        let names = wanted(session.environment(), &survey.site.cluster);
        let left = aws::leftovers(&session.aws, &survey.site.cluster, &names)
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
    let summary = carrier.summarize(&mut context.reporter, &outcome, exit, None);
    if !plan.is_idle() {
        Carrier::tell_end(&mut context.reporter, &outcome, &summary);
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
