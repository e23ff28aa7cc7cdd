//! `status` and `doctor`: the lab as it is, and why it does not work; and the lab as a run leaves it.

use std::time::Duration;

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::interrupt::pressed;
use super::request::Approvals;
use super::session::Session;
use super::snapshot::{Purpose, Snapshot};
use crate::k8s::{self, Settling};
use crate::lbc::Exposure;
use crate::model::{Scope, Severity};
use crate::plan::{PlanScope, with_diagnosis};
use crate::report::status::{Looked, StatusReport, report};
use crate::report::{Format, findings_view, status_view};

/// `status`
pub(super) async fn run(context: &mut Context) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let snapshot = Snapshot::take(context, &session, Purpose::look(Scope::Status)).await?;
    context.reporter.requests(&session.meter.snapshot());
    let status = describe(&session, &snapshot);
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&status);
        return Ok(Exit::Done);
    }
    let wide = context.reporter.settings().format == Format::Wide;
    let text = status_view::text(&status, wide, &context.reporter.settings().out);
    context.reporter.data(&text);
    Ok(Exit::Done)
}

/// `doctor`
pub(super) async fn doctor(context: &mut Context) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let snapshot = Snapshot::take(context, &session, Purpose::look(Scope::Doctor)).await?;
    context.reporter.requests(&session.meter.snapshot());
    let plan = snapshot.plan(session.environment(), PlanScope::Lab, Approvals::default());
    let findings = with_diagnosis(plan.findings, snapshot.diagnosis());
    if context.reporter.settings().format.is_document() {
        context.reporter.document(&findings);
    } else {
        let settings = context.reporter.settings();
        let text = findings_view::all(&findings, settings.verbose, &settings.out);
        context.reporter.data(&text);
    }
    let broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if broken { Exit::Check } else { Exit::Done })
}

/// The lab as the snapshot saw it.
fn describe(session: &Session, snapshot: &Snapshot) -> StatusReport {
    let environment = session.environment();
    let cost = snapshot.cost();
    let endpoint = snapshot.exposure.as_ref().map(Exposure::endpoint);
    report(&Looked {
        lab: &environment.lab.name,
        place: &snapshot.place,
        profile: &environment.fargate.profile,
        nodes: &snapshot.stack.nodes,
        endpoint: endpoint.as_ref(),
        aws: &snapshot.aws,
        kube: &snapshot.kube,
        cost: &cost,
        now: session.clock.now(),
    })
}

/// How long pods that are going, and their nodes, are given to be gone.
const SETTLING: Duration = Duration::from_mins(2);
/// How often is looked meanwhile.
const CADENCE: Duration = Duration::from_secs(5);

/// The lab after a run that has reached its goals. Where the run has changed nothing, `before` is still true, and only what
/// moves by itself is read again; else the lab is read once more. Then pods and nodes are watched until there are as many
/// Fargate nodes as pods, as far as that can be awaited, or until Ctrl-C.
pub(super) async fn settled(
    context: &Context,
    session: &Session,
    before: Snapshot,
    changed: bool,
) -> Result<StatusReport, AppError> {
    let wanted = before.wanted_pods();
    let mut snapshot = before;
    if changed {
        let purpose = Purpose {
            replicas: Some(wanted),
            ..Purpose::look(Scope::Status)
        };
        snapshot = Snapshot::take(context, session, purpose).await?;
    }
    let start = session.clock.now();
    loop {
        look_again(session, &mut snapshot).await?;
        let mut status = describe(session, &snapshot);
        keep_own_nodes(&mut status);
        let enough = status.pods.len() == status.nodes.len() && u32::try_from(status.pods.len()) == Ok(wanted);
        if enough || session.clock.elapsed(start) >= SETTLING {
            return Ok(status);
        }
        tokio::select! {
            () = session.clock.sleep(CADENCE) => {}
            () = pressed(context.host.interrupts.clone()) => return Ok(status),
        }
    }
}

/// Reads what moves by itself.
async fn look_again(session: &Session, snapshot: &mut Snapshot) -> Result<(), AppError> {
    let namespace = &session.environment().app.namespace;
    let seen = k8s::settling(&snapshot.client, namespace).await;
    let Settling { pods, events, nodes } = seen.map_err(|source| AppError::Call {
        what: "read the cluster",
        source,
    })?;
    snapshot.kube.pods = pods;
    snapshot.kube.events = events;
    snapshot.kube.nodes = nodes;
    Ok(())
}

/// Of the cluster's nodes, those that the lab's pods run on: other labs on the cluster have Fargate nodes too. A pod that
/// is stopping still counts, and so does its node; both go together.
fn keep_own_nodes(status: &mut StatusReport) {
    let StatusReport { nodes, pods, .. } = status;
    nodes.retain(|node| pods.iter().any(|pod| pod.node.as_deref() == Some(&node.name)));
}
