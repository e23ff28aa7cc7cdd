//! `status` and `doctor`: the lab as it is, and why it does not work.

use std::time::Duration;

use super::context::Context;
use super::error::AppError;
use super::exit::Exit;
use super::request::Approvals;
use super::session::Session;
use super::snapshot::{Purpose, Snapshot};
use crate::k8s;
use crate::model::{Goal, Severity};
use crate::report::status::{Looked, StatusReport, report};
use crate::report::{Format, findings_view, status_view};

/// `status`
pub(super) async fn run(context: &mut Context) -> Result<Exit, AppError> {
    let session = context.session().await?;
    let snapshot = Snapshot::first(context, &session, Purpose::look()).await?;
    let status = look(&session, &snapshot).await?;
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
    let snapshot = Snapshot::first(context, &session, Purpose::look()).await?;
    let plan = snapshot.plan(session.environment(), Approvals::default());
    let mut findings = plan.findings;
    findings.extend(snapshot.diagnosis());
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

/// The lab as it is now, nodes included; AWS as the snapshot saw it.
async fn look(session: &Session, snapshot: &Snapshot) -> Result<StatusReport, AppError> {
    let environment = session.environment();
    let request = snapshot.request(environment);
    let kube = k8s::status_view(&snapshot.client, &request)
        .await
        .map_err(|source| AppError::Call {
            what: "read the cluster",
            source,
        })?;
    let cost = snapshot.cost();
    Ok(report(&Looked {
        lab: &environment.lab.name,
        place: &snapshot.place,
        profile: &environment.fargate.profile,
        aws: &snapshot.aws,
        kube: &kube,
        cost: &cost,
        now: session.clock.now(),
    }))
}

/// How long pods that are going, and their nodes, are given to be gone.
const SETTLING: Duration = Duration::from_mins(2);
/// How often is looked meanwhile.
const CADENCE: Duration = Duration::from_secs(5);

/// The lab after a run: looks again until there are as many Fargate nodes as pods, as far as it can be awaited.
pub(super) async fn settled(session: &Session, before: &Snapshot) -> Result<StatusReport, AppError> {
    let wanted = before.wanted_pods();
    let start = session.clock.now();
    let snapshot = Snapshot::take(
        session,
        Purpose {
            replicas: Some(wanted),
            ..Purpose::plan(Goal::Ready)
        },
    )
    .await?;
    loop {
        let mut status = look(session, &snapshot).await?;
        keep_own_nodes(&mut status);
        let enough = status.pods.len() == status.nodes.len() && u32::try_from(status.pods.len()) == Ok(wanted);
        if enough || session.clock.elapsed(start) >= SETTLING {
            return Ok(status);
        }
        session.clock.sleep(CADENCE).await;
    }
}

/// Of the cluster's nodes, those that the lab's pods run on: other labs on the cluster have Fargate nodes too. A pod that
/// is stopping still counts, and so does its node; both go together.
fn keep_own_nodes(status: &mut StatusReport) {
    let StatusReport { nodes, pods, .. } = status;
    nodes.retain(|node| pods.iter().any(|pod| pod.node.as_deref() == Some(&node.name)));
}
