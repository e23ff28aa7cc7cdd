//! `status` and `doctor`: the lab as it is, and why it does not work.

use std::path::Path;

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::open;
use super::page;
use super::reach;
use super::request::{Approvals, FailOn};
use super::run::after_apply;
use super::session::Session;
use super::snapshot::{Purpose, Snapshot};
use crate::lang::text;
use crate::model::{Endpoint, Scope};
use crate::plan::{PlanScope, with_diagnosis};
use crate::report::lab_page::LabPage;
use crate::report::next_view::{self, Commands};
use crate::report::status::{LabState, StatusInput, StatusReport, report};
use crate::report::{Format, findings_view, plan_view, status_view};

/// `status`
pub(super) async fn run(context: &mut Context, detailed_exitcode: bool, html: Option<&Path>) -> Result<Exit, AppError> {
    if let Some(path) = html {
        page::may_be_written(&context.host, path)?;
    }
    let session = context.session().await?;
    context.reading(&session);
    let snapshot = Snapshot::take(context, &session, Purpose::look(Scope::Status)).await?;
    context.reporter.yield_terminal();
    context.reporter.requests(&session.meter.snapshot());
    let endpoint = reach::endpoint(&session, &snapshot).await;
    let status = describe(&session, &snapshot, endpoint.as_ref());
    let settings = context.reporter.settings();
    if settings.format.is_document() {
        context.reporter.document(&status);
    } else {
        let text = status_view::text(&status, settings.format == Format::Wide, &settings.out);
        context.reporter.data(&text);
        let commands = context.commands();
        context.offer(&after_status(Some(&status), &commands));
    }
    // The address of a game that does not answer is no result; the tree has it, as the Ingress's host.
    let shown = (!settings.format.is_document() && status.state == LabState::Ready).then_some(status.url.as_deref());
    if let Some(url) = shown.flatten() {
        let lines = status_view::address_lines(&status, &settings.out);
        open::print_address(context, session.environment().target, url, &lines);
    }
    if let Some(path) = html {
        write_page(context, &session, &status, path)?;
    }
    Ok(
        if detailed_exitcode && !matches!(status.state, LabState::Ready | LabState::Stopped) {
            Exit::Changes
        } else {
            Exit::Done
        },
    )
}

/// The lab as a page in this file.
fn write_page(context: &Context, session: &Session, status: &StatusReport, path: &Path) -> Result<(), AppError> {
    let shown = LabPage {
        lab: &status.lab,
        place: &status.place,
        now: session.clock.now(),
        seen: Ok(status),
        run: None,
        next: &after_status(Some(status), &context.commands()),
    };
    page::write(&context.host, path, &shown)
}

/// What there is to do with a lab that is as it is, if that is known.
pub(super) fn after_status(status: Option<&StatusReport>, commands: &Commands) -> Vec<next_view::NextStep> {
    match status.map(|status| status.state) {
        Some(LabState::Ready) => after_apply(commands, status),
        Some(LabState::Absent) => vec![
            (commands.of("plan", ""), text!("next-would")),
            (commands.of("apply", ""), text!("next-up")),
        ],
        _ => vec![(commands.of("doctor", ""), text!("next-why"))],
    }
}

/// `doctor`
pub(super) async fn doctor(context: &mut Context, fail_on: FailOn) -> Result<Exit, AppError> {
    let session = context.session().await?;
    context.reading(&session);
    let snapshot = Snapshot::take(context, &session, Purpose::look(Scope::Doctor)).await?;
    context.reporter.yield_terminal();
    context.reporter.requests(&session.meter.snapshot());
    let plan = snapshot.plan(PlanScope::Lab, Approvals::default());
    let plan_changes = plan.changes_something();
    let findings = session.with_remedies(with_diagnosis(plan.findings, snapshot.diagnosis()));
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&findings);
    } else {
        let settings = context.reporter.settings();
        let place = plan_view::context(&snapshot.place).map_or_else(String::new, |context| context + "\n");
        let text = place + &findings_view::all(&findings, settings.verbose, &settings.out);
        context.reporter.data(&text);
    }
    let broken = findings.iter().any(|finding| finding.severity >= fail_on.severity());
    if broken {
        return Ok(Exit::Check);
    }
    if !context.reporter.settings().format.is_document() {
        let commands = context.commands();
        let steps = if plan_changes {
            vec![(commands.of("apply", ""), text!("next-up-or-mend"))]
        } else {
            vec![(commands.of("status", ""), text!("next-status"))]
        };
        context.offer(&steps);
    }
    Ok(Exit::Done)
}

/// The lab as the snapshot saw it, with the game at `endpoint`.
pub(super) fn describe(session: &Session, snapshot: &Snapshot, endpoint: Option<&Endpoint>) -> StatusReport {
    let environment = snapshot.environment();
    let cost = snapshot.cost();
    let exposure = snapshot.exposure.as_ref();
    let status = report(&StatusInput {
        lab: &environment.lab.name,
        place: &snapshot.place,
        profile: &environment.fargate.profile,
        nodes: &snapshot.stack.nodes,
        endpoint,
        obstacle: exposure.and_then(|exposure| exposure.reach.obstacle()),
        aws: &snapshot.aws,
        kube: &snapshot.kube,
        cost: &cost,
        now: session.clock.now(),
    });
    let remedy = status.remedy.clone().zip(status.node.as_ref());
    let remedy = remedy.map(|(remedy, node)| session.with_hint(node, remedy));
    StatusReport { remedy, ..status }
}
