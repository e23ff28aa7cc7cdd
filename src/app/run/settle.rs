//! The end of a run: what still changes by itself gets time to settle, so that the report shows the lab as it stays.

use std::time::Duration;

use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::reach;
use crate::app::session::Session;
use crate::app::snapshot::{Bearings, Purpose, Snapshot};
use crate::app::status::describe;
use crate::event::Phase;
use crate::k8s::{self, Settling};
use crate::lang::{Text, text};
use crate::model::{KubeView, Object, ObjectState, Scope};
use crate::plan;
use crate::readiness;
use crate::report::status::StatusReport;
use crate::stack::{ReplicaChoice, ReplicaSource};

/// How long pods that are going, and their nodes, are given to be gone.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often the lab is read meanwhile.
const CADENCE: Duration = Duration::from_secs(5);

/// What is known of the lab from before the run.
pub(super) enum Before {
    /// All of it is still true: nothing was changed.
    Still(Box<Snapshot>),
    /// What outlives the run's changes.
    Changed(Box<Bearings>),
}

impl Before {
    pub(super) fn into_bearings(self) -> Bearings {
        match self {
            Self::Still(snapshot) => snapshot.into_bearings(),
            Self::Changed(bearings) => *bearings,
        }
    }
}

/// The lab after a run that has reached its goals.
pub(super) struct Settled {
    /// The lab.
    pub(super) status: StatusReport,
    /// What somebody else has asked for since, if that is not what the run was to bring about.
    pub(super) overruled: Option<Text>,
}

/// The lab after a run that has reached its goals. Where the run has changed nothing, `before` is still true, and only what
/// moves by itself is read again; else the lab is read once more. Unless that shows it at rest, the Deployment's pods are watched
/// until they are as many as it wants by then, be it by its own number or an autoscaler's, each on its node. Ctrl-C ends that at
/// once, with what is known by then.
pub(super) async fn settled(context: &mut Context, session: &Session, before: Before) -> Result<Settled, AppError> {
    let (asked, mut snapshot, is_fresh) = match before {
        Before::Still(snapshot) => (snapshot.replicas.clone(), *snapshot, false),
        Before::Changed(bearings) => {
            let replicas = bearings.replicas;
            let purpose = Purpose {
                replicas: Some(replicas.count),
                ..Purpose::look(Scope::Status)
            };
            (replicas, Snapshot::take(context, session, purpose).await?, true)
        }
    };
    let asking = async { Ok(reach::endpoint(session, &snapshot).await) };
    let endpoint = context.unless_interrupted(asking).await.unwrap_or_default();
    if !(is_fresh && is_at_rest(&asked, &snapshot.kube)) {
        let settling = Box::pin(reread_until_settled(session, &mut snapshot, &asked));
        match context.while_busy(session, Phase::Settling, settling).await {
            Err(AppError::Interrupted) => {}
            settled => settled?,
        }
    }
    let mut status = describe(session, &snapshot, endpoint.as_ref());
    keep_own_nodes(&mut status);
    let overruled = overruled(&asked, &snapshot.kube);
    Ok(Settled { status, overruled })
}

/// Reads what moves by itself until it has come to rest, or has had its time. What somebody else has asked for is theirs to
/// wait for.
async fn reread_until_settled(
    session: &Session,
    snapshot: &mut Snapshot,
    asked: &ReplicaChoice,
) -> Result<(), AppError> {
    let start = session.clock.awake();
    loop {
        reread(session, snapshot).await?;
        if is_at_rest(asked, &snapshot.kube) || session.clock.since(start) >= PATIENCE {
            return Ok(());
        }
        session.clock.sleep(CADENCE).await;
    }
}

/// Whether there is nothing to wait for.
fn is_at_rest(asked: &ReplicaChoice, kube: &KubeView) -> bool {
    overruled(asked, kube).is_some() || is_settled(kube)
}

/// Whether somebody else has asked for another number of pods since; an autoscaler may.
fn overruled(asked: &ReplicaChoice, kube: &KubeView) -> Option<Text> {
    if matches!(asked.why, ReplicaSource::Autoscaler(_)) {
        return None;
    }
    let deployment = kube.live_of_kind("Deployment")?;
    let now = deployment.number("/spec/replicas").unwrap_or(1);
    if now == i64::from(asked.count) {
        return None;
    }
    let text = match plan::author_of(deployment, "spec.replicas") {
        Some(author) => text!("line-overruled-by", author = author),
        None => text!("line-overruled"),
    };
    let text = text.with("name", deployment.name()).with("count", asked.count);
    Some(text.with("now", u64::try_from(now).unwrap_or_default()))
}

/// Reads what moves by itself.
async fn reread(session: &Session, snapshot: &mut Snapshot) -> Result<(), AppError> {
    let app = &session.environment().app;
    let seen = k8s::settling(&snapshot.client.patient(), &app.namespace, &app.deployment).await;
    let Settling {
        deployment,
        pods,
        events,
        nodes,
    } = seen.map_err(AppError::call("read the cluster"))?;
    let kube = &mut snapshot.kube;
    let is_it = |state: &&mut ObjectState| state.key.kind == "Deployment" && state.key.name == app.deployment;
    if let Some(state) = kube.objects.iter_mut().find(is_it) {
        state.live = deployment;
    }
    kube.pods = pods;
    kube.events = events;
    kube.nodes = nodes;
    Ok(())
}

/// Whether the Deployment has as many pods as it wants now, none of them stopping, each on a node that is there. What else
/// runs in the namespace is somebody else's.
fn is_settled(kube: &KubeView) -> bool {
    let Some(deployment) = kube.live_of_kind("Deployment") else {
        return true;
    };
    let wanted = deployment.number("/spec/replicas").unwrap_or(1);
    let own = readiness::pods_of(deployment, kube.pods.items());
    let has_node = |pod: &&Object| {
        let name = pod.text("/spec/nodeName").unwrap_or_default();
        // Not everybody may read nodes.
        kube.nodes
            .known()
            .is_none_or(|nodes| nodes.iter().any(|node| node.name() == name))
    };
    i64::try_from(own.len()) == Ok(wanted) && own.iter().all(|pod| !pod.is_deleting() && has_node(pod))
}

/// Of the cluster's nodes, those that the lab's pods run on: other labs on the cluster have Fargate nodes too. A pod that
/// is stopping still counts, and so does its node; both go together.
fn keep_own_nodes(status: &mut StatusReport) {
    let StatusReport { nodes, pods, .. } = status;
    nodes.retain(|node| pods.iter().any(|pod| pod.node.as_deref() == Some(&node.name)));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Observed;
    use crate::stack::fixtures::{Lab, known};

    /// A change of a lab that has settled, and whether it still has.
    type Change = (fn(&mut Lab), bool);

    #[test]
    fn only_the_deployments_own_pods_are_counted_and_by_what_it_wants_now() {
        let changes: &[Change] = &[
            (|_| {}, true),
            (|lab| lab.live("Deployment")["spec"]["replicas"] = json!(7), false),
            (
                |lab| {
                    let mut other = known(&mut lab.kube.pods)[0].clone();
                    other.0["metadata"]["labels"] = json!({"run": "shell"});
                    known(&mut lab.kube.pods).push(other);
                },
                true,
            ),
            (
                |lab| known(&mut lab.kube.pods)[0].0["metadata"]["deletionTimestamp"] = json!("2026-11-23T12:00:00Z"),
                false,
            ),
            (
                |lab| known(&mut lab.kube.pods)[0].0["spec"]["nodeName"] = json!("gone"),
                false,
            ),
            (
                |lab| {
                    lab.live("Deployment")["spec"]["replicas"] = json!(3);
                    known(&mut lab.kube.pods).truncate(3);
                },
                true,
            ),
            (|lab| lab.remove("Deployment"), true),
        ];
        for (number, (change, settled)) in changes.iter().enumerate() {
            let mut lab = Lab::running();
            let nodes = lab.kube.pods.items().iter().map(|pod| {
                let name = pod.text("/spec/nodeName").unwrap();
                Object(json!({"kind": "Node", "metadata": {"name": name}}))
            });
            lab.kube.nodes = Observed::Known(nodes.collect());
            change(&mut lab);
            assert_eq!(is_settled(&lab.kube), *settled, "{number}");
        }
    }
}
