//! The end of a run: what still changes by itself gets time to settle, so that the report shows the lab as it stays.

use std::time::Duration;

use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::session::Session;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::app::status::describe;
use crate::k8s::{self, Settling};
use crate::model::Scope;
use crate::report::status::StatusReport;

/// How long pods that are going, and their nodes, are given to be gone.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often the lab is read meanwhile.
const CADENCE: Duration = Duration::from_secs(5);

/// The lab after a run that has reached its goals. Where the run has changed nothing, `before` is still true, and only what
/// moves by itself is read again; else the lab is read once more. Then pods and nodes are watched until there are as many
/// Fargate nodes as pods, as far as that can be awaited. Ctrl-C ends that at once, with what is known by then.
pub(super) async fn settled(
    context: &Context,
    session: &Session,
    before: Snapshot,
    changed: bool,
) -> Result<StatusReport, AppError> {
    let wanted = before.replicas.count;
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
        let looked = context
            .unless_interrupted(Box::pin(reread(session, &mut snapshot)))
            .await;
        let mut status = describe(session, &snapshot);
        keep_own_nodes(&mut status);
        match looked {
            Err(AppError::Interrupted) => return Ok(status),
            looked => looked?,
        }
        let is_settled = status.pods.len() == status.nodes.len() && u32::try_from(status.pods.len()) == Ok(wanted);
        if is_settled || session.clock.elapsed(start) >= PATIENCE {
            return Ok(status);
        }
        let pause = async {
            session.clock.sleep(CADENCE).await;
            Ok(())
        };
        if context.unless_interrupted(pause).await.is_err() {
            return Ok(status);
        }
    }
}

/// Reads what moves by itself.
async fn reread(session: &Session, snapshot: &mut Snapshot) -> Result<(), AppError> {
    let namespace = &session.environment().app.namespace;
    let seen = k8s::settling(&snapshot.client, namespace).await;
    let Settling { pods, events, nodes } = seen.map_err(AppError::call("read the cluster"))?;
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
