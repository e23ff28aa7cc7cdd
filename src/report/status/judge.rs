//! How a lab is, in one word, and what keeps it from being better; judged by [`crate::readiness`], node by node.

use super::LabState;
use crate::model::{AwsView, KubeView, Node, NodeId, NodeKind, Observed};
use crate::readiness::{self, State, Verdict};

/// How a lab is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    /// In one word.
    pub(super) state: LabState,
    /// The first thing that keeps it from being ready.
    pub(super) reason: Option<String>,
    /// What works, but not as it should.
    pub(super) degraded: Vec<String>,
}

/// Judges the lab by its nodes, in their order.
pub(super) fn judge(nodes: &[Node], aws: &AwsView, kube: &KubeView) -> Judgement {
    let observed: Vec<(&NodeId, Observed<Verdict>)> = nodes
        .iter()
        .map(|node| (&node.id, readiness::node(node, aws, kube)))
        .collect();
    let known = || {
        observed
            .iter()
            .filter_map(|(id, verdict)| Some((*id, verdict.known()?)))
    };
    let unread = observed
        .iter()
        .find(|(_, verdict)| matches!(verdict, Observed::Unknown(_)))
        .map(|(id, _)| format!("{id} could not be read"));
    let is_there = known().any(|(id, verdict)| is_part(&id.kind) && verdict.state != State::Absent);
    let (state, reason) = if is_there {
        let fault = known()
            .find(|(_, verdict)| !verdict.works())
            .map(|(id, verdict)| fault(id, verdict));
        match fault.or(unread) {
            None => (LabState::Ready, None),
            reason => (LabState::Progressing, reason),
        }
    } else {
        match unread {
            None => (LabState::Absent, None),
            // What was not seen may be there all the same.
            Some(_) => (LabState::Progressing, Some("nothing of it could be seen".to_owned())),
        }
    };
    let degraded = known()
        .filter(|(_, verdict)| matches!(verdict.state, State::Degraded(_)))
        .map(|(_, verdict)| verdict.why().unwrap_or(&verdict.stage).to_owned())
        .collect();
    Judgement {
        state,
        reason,
        degraded,
    }
}

/// Whether a lab of which only such a node is there is there at all: a role and a namespace may serve others, too.
fn is_part(kind: &NodeKind) -> bool {
    !matches!(kind, NodeKind::Role | NodeKind::Namespace | NodeKind::AccessEntry)
}

/// What is wrong with a node, in words. The stages of what lives in AWS name it themselves.
fn fault(id: &NodeId, verdict: &Verdict) -> String {
    match (&id.kind, &verdict.state) {
        (NodeKind::LoadBalancer | NodeKind::Targets, State::Absent) => "there is no load balancer yet".to_owned(),
        (_, State::Absent) => format!("{id} is missing"),
        (NodeKind::Role | NodeKind::Profile | NodeKind::LoadBalancer | NodeKind::Targets, _) => verdict.to_string(),
        _ => format!("{id}: {verdict}"),
    }
}
