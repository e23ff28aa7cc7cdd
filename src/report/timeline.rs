//! The steps of a run as they began and ended: a fold of its events.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::event::{Event, Record, Summary};
use crate::model::{NodeId, Op, PodStage, PodState};

/// The steps of a run, as they began and ended.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    pub(super) began: Option<Timestamp>,
    pub(super) steps: Vec<Step>,
    pub(super) skipped: Vec<NodeId>,
    /// How the run ended.
    pub(super) summary: Option<Summary>,
    pub(super) last: Option<Timestamp>,
    /// All pods that were seen, by name, each with its node as far as it had one, and whether it was there at last.
    pods: BTreeMap<String, (Option<String>, bool)>,
}

/// A step that has begun.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) node: NodeId,
    pub(super) op: Op,
    pub(super) began: Timestamp,
    /// When, and whether well.
    pub(super) ended: Option<(Timestamp, bool)>,
}

impl Timeline {
    /// Takes an event in.
    pub fn fold(&mut self, record: &Record) {
        self.began.get_or_insert(record.at);
        self.last = Some(record.at);
        match &record.event {
            // A plan is made anew where another run was quicker.
            Event::PlanReady { .. } => {
                self.steps.clear();
                self.skipped.clear();
            }
            Event::StepStarted { node, op } => self.steps.push(Step {
                node: node.clone(),
                op: *op,
                began: record.at,
                ended: None,
            }),
            Event::StepDone { node, .. } => self.end(node, record.at, true),
            Event::StepFailed { node, .. } => self.end(node, record.at, false),
            Event::StepSkipped { node, .. } => self.skip(node, record.at),
            Event::Pods { pods, .. } => self.see(pods),
            Event::Summary(summary) => self.summary = Some(summary.clone()),
            _ => {}
        }
    }

    /// What has begun is not waited for any more; what has not will not be.
    fn skip(&mut self, node: &NodeId, at: Timestamp) {
        let is_open = |step: &Step| step.node == *node && step.ended.is_none();
        if self.steps.iter().any(is_open) {
            self.end(node, at, false);
        } else {
            self.skipped.push(node.clone());
        }
    }

    fn end(&mut self, node: &NodeId, at: Timestamp, well: bool) {
        let open = |step: &&mut Step| step.node == *node && step.ended.is_none();
        if let Some(step) = self.steps.iter_mut().rev().find(open) {
            step.ended = Some((at, well));
        }
    }

    fn see(&mut self, pods: &[PodState]) {
        for (_, is_there) in self.pods.values_mut() {
            *is_there = false;
        }
        for pod in pods {
            let seen = self.pods.entry(pod.name.clone()).or_default();
            seen.0 = pod.node.clone().or(seen.0.take());
            seen.1 = pod.stage != PodStage::Stops;
        }
    }

    /// The pods that went, each with the node that it had.
    pub(super) fn gone(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let gone = self.pods.iter().filter(|(_, (_, is_there))| !is_there);
        gone.map(|(name, (node, _))| (name.as_str(), node.as_deref()))
    }

    /// Whether a step has begun.
    pub fn has_begun(&self) -> bool {
        !self.steps.is_empty()
    }
}
