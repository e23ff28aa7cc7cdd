//! `status` and `doctor`: the lab as it is, and why it does not work.

mod watch;

use std::path::Path;

use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::open;
use crate::app::page;
use crate::app::reach;
use crate::app::request::{Approvals, FailOn, StatusOptions};
use crate::app::run::after_apply;
use crate::app::session::Session;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::event::Place;
use crate::lang::text;
use crate::model::{Endpoint, Finding, Scope};
use crate::plan::{PlanScope, with_diagnosis};
use crate::report::lab_page::LabPage;
use crate::report::next_view::{self, Commands};
use crate::report::status::{LabState, StatusInput, StatusReport, report};
use crate::report::{Format, findings_junit, findings_sarif, findings_view, plan_view, status_view};

/// `status`
pub(in crate::app) async fn run(context: &mut Context, options: &StatusOptions) -> Result<Exit, AppError> {
    if let Some(path) = &options.html {
        page::may_be_written(&context.host, path)?;
    }
    let session = context.session().await?;
    context.reading(&session);
    let status = if options.watch {
        watch::until_interrupted(context, &session).await?
    } else {
        look(context, &session).await?
    };
    context.reporter.yield_terminal();
    context.reporter.requests(&session.meter.snapshot());
    show(context, &session, &status);
    if let Some(path) = &options.html {
        write_page(context, &session, &status, path)?;
    }
    let is_as_wanted = matches!(status.state, LabState::Ready | LabState::Stopped);
    Ok(if options.detailed_exitcode && !is_as_wanted {
        Exit::Changes
    } else {
        Exit::Done
    })
}

/// The lab as it is now.
async fn look(context: &mut Context, session: &Session) -> Result<StatusReport, AppError> {
    let snapshot = Snapshot::take(context, session, Purpose::look(Scope::Status)).await?;
    let endpoint = reach::endpoint(session, &snapshot).await;
    Ok(describe(session, &snapshot, endpoint.as_ref()))
}

/// Prints the lab, and what can be done with it.
fn show(context: &mut Context, session: &Session, status: &StatusReport) {
    let settings = context.reporter.settings();
    if settings.format.is_document() {
        context.reporter.document(status);
        return;
    }
    let text = status_view::text(status, settings.format == Format::Wide, &settings.out);
    context.reporter.data(&text);
    let commands = context.commands();
    context.offer(&after_status(Some(status), &commands));
    // The address of a game that does not answer is no result; the tree has it, as the Ingress's host.
    if let Some(url) = status.url.as_deref().filter(|_| status.state == LabState::Ready) {
        let lines = status_view::address_lines(status, &settings.out);
        open::print_address(context, session.environment().target, url, &lines);
    }
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
    page::write(context, path, &shown)
}

/// What there is to do with a lab that is as it is, if that is known.
pub(in crate::app) fn after_status(status: Option<&StatusReport>, commands: &Commands) -> Vec<next_view::NextStep> {
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
pub(in crate::app) async fn doctor(context: &mut Context, fail_on: FailOn) -> Result<Exit, AppError> {
    let session = context.session().await?;
    context.reading(&session);
    let snapshot = Snapshot::take(context, &session, Purpose::look(Scope::Doctor)).await?;
    context.reporter.yield_terminal();
    context.reporter.requests(&session.meter.snapshot());
    let plan = snapshot.plan(PlanScope::Lab, Approvals::default());
    let plan_changes = plan.changes_something();
    let findings = session.with_remedies(with_diagnosis(plan.findings, snapshot.diagnosis()));
    show_findings(context, &session, &snapshot.place, &findings, fail_on);
    let broken = findings.iter().any(|finding| finding.severity >= fail_on.severity());
    if broken {
        return Ok(Exit::Check);
    }
    if !context.reporter.settings().format.is_for_programs() {
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

/// Prints what was found, in the format of the call.
fn show_findings(context: &mut Context, session: &Session, place: &Place, findings: &[Finding], fail_on: FailOn) {
    let reporter = &mut context.reporter;
    let settings = reporter.settings();
    let lab = &session.environment().lab.name;
    match settings.format {
        Format::Json | Format::Yaml => reporter.document(&findings),
        Format::Sarif => {
            let resolved = &session.project.resolved;
            let built_in = || format!("environments/{}.yaml", resolved.environment.name);
            let file = resolved.file().map_or_else(built_in, str::to_owned);
            reporter.document(&findings_sarif::sarif(lab, &file, findings));
        }
        Format::Junit => reporter.made(findings_junit::junit(lab, place, findings, fail_on.severity())),
        Format::Human | Format::Plain | Format::Wide | Format::Markdown | Format::Csv | Format::Html => {
            let context = plan_view::context(place, &settings.out);
            let context = context.map_or_else(String::new, |context| context + "\n");
            reporter.data(&(context + &findings_view::all(findings, settings.verbose, &settings.out)));
        }
    }
}

/// The lab as the snapshot saw it, with the game at `endpoint`.
pub(in crate::app) fn describe(session: &Session, snapshot: &Snapshot, endpoint: Option<&Endpoint>) -> StatusReport {
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
