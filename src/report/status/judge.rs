//! How a lab is, in one word, and what keeps it from being better; judged by [`crate::readiness`], node by node.

use super::LabState;
use crate::lang::{Text, text};
use crate::model::{AwsView, KubeView, Node, NodeId, NodeKind, Observed};
use crate::plan;
use crate::readiness::{self, State, Verdict};

/// How a lab is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    /// In one word.
    pub(super) state: LabState,
    /// What keeps it from being ready: what is being deleted, else the first thing that stands in its way, else the first
    /// that is not there yet.
    pub(super) reason: Option<Text>,
    /// What does, if it is one node.
    pub(super) node: Option<NodeId>,
    /// What to do about that, where it is known.
    pub(super) remedy: Option<Text>,
    /// What works, but not as it should.
    pub(super) degraded: Vec<Text>,
}

/// Judges the lab by its nodes, in their order.
pub(super) fn judge(nodes: &[Node], aws: &AwsView, kube: &KubeView) -> Judgement {
    let observed: Vec<(&Node, Observed<Verdict>)> = nodes
        .iter()
        .map(|node| (node, readiness::node(node, aws, kube)))
        .collect();
    let known = || {
        observed
            .iter()
            .filter_map(|(node, verdict)| Some((*node, verdict.known()?)))
    };
    let unread = observed
        .iter()
        .find(|(_, verdict)| matches!(verdict, Observed::Unknown(_)))
        .map(|(node, _)| text!("run-unread", node = node.id.to_string()));
    let is_there = known().any(|(node, verdict)| is_part(&node.id.kind) && verdict.state != State::Absent);
    let worst = known()
        .filter(|(_, verdict)| !verdict.works())
        // The first of those that weigh the same.
        .min_by_key(|(_, verdict)| std::cmp::Reverse(weight(&verdict.state)));
    let (state, reason) = if is_there {
        let state = match worst.map(|(_, verdict)| &verdict.state) {
            Some(State::Deleting(_)) => LabState::Deleting,
            Some(_) => LabState::Progressing,
            None if unread.is_some() => LabState::Progressing,
            None if wants_no_pod(kube) => LabState::Stopped,
            None => LabState::Ready,
        };
        let stopped = (state == LabState::Stopped).then(|| text!("run-scaled-to-zero"));
        (
            state,
            worst
                .map(|(node, verdict)| fault(&node.id, verdict))
                .or(unread)
                .or(stopped),
        )
    } else {
        match unread {
            None => (LabState::Absent, None),
            // What was not seen may be there all the same.
            Some(_) => (LabState::Progressing, Some(text!("run-nothing-seen"))),
        }
    };
    let worst = worst.filter(|_| is_there);
    let remedy = worst.and_then(|(node, verdict)| plan::way_on(node, verdict, aws));
    let degraded = known()
        .filter(|(_, verdict)| matches!(verdict.state, State::Degraded(_)))
        .map(|(_, verdict)| verdict.why().unwrap_or(&verdict.stage).clone())
        .collect();
    Judgement {
        state,
        reason,
        node: worst.map(|(node, _)| node.id.clone()),
        remedy,
        degraded,
    }
}

/// How much a state explains of a lab that does not work.
fn weight(state: &State) -> u8 {
    match state {
        State::Deleting(_) => 3,
        State::Blocked(_) | State::Failed(_) => 2,
        State::Pending(_) | State::Absent => 1,
        State::Ready | State::Degraded(_) => 0,
    }
}

/// Whether the lab's Deployment is scaled to nothing.
fn wants_no_pod(kube: &KubeView) -> bool {
    kube.live_of_kind("Deployment")
        .is_some_and(|deployment| deployment.number("/spec/replicas") == Some(0))
}

/// Whether a lab of which only such a node is there is there at all: a role and a namespace may serve others, too.
fn is_part(kind: &NodeKind) -> bool {
    !matches!(kind, NodeKind::Role | NodeKind::Namespace | NodeKind::AccessEntry)
}

/// What is wrong with a node, in words. The stages of what lives in AWS name it themselves.
fn fault(id: &NodeId, verdict: &Verdict) -> Text {
    match (&id.kind, &verdict.state) {
        (NodeKind::LoadBalancer | NodeKind::Targets, State::Absent) => text!("run-no-balancer"),
        (_, State::Absent) => text!("run-missing", node = id.to_string()),
        (NodeKind::Profile, _) => text!("run-profile-is", state = verdict.text()),
        (NodeKind::Role, _) => text!("run-role-is", state = verdict.text()),
        (NodeKind::LoadBalancer | NodeKind::Targets, _) => verdict.text(),
        _ => Text::list([Text::verbatim(id.to_string()), verdict.text()], ": "),
    }
}
