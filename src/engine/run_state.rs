//! How far each step is and what may start next; pure.

use std::collections::BTreeMap;

use crate::event::Counts;
use crate::model::{NodeId, Op, Wait};
use crate::plan::{Change, CycleError, Graph, Milestone, Need, Plan};

/// How far a step is. The order is the order in which it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Not started.
    Waiting,
    /// Under way.
    Started,
    /// Its API has accepted the change.
    Accepted,
    /// Its goal is reached.
    Done,
}

/// How a step that will not reach its goal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Failed,
    Skipped,
}

/// All steps of a run.
#[derive(Debug)]
pub(super) struct RunState<'p> {
    plan: &'p Plan,
    graph: Graph,
    steps: BTreeMap<&'p NodeId, (Stage, Option<End>)>,
    stopped: bool,
}

impl<'p> RunState<'p> {
    /// Nothing has started; steps that have nothing to do are done, and pass on what they need.
    pub(super) fn new(plan: &'p Plan) -> Result<Self, CycleError> {
        let tasks = || plan.changes.iter().map(|change| &change.task);
        let graph = plan.graph()?;
        let steps = tasks().map(|task| {
            let stage = if task.is_idle() { Stage::Done } else { Stage::Waiting };
            (&task.node.id, (stage, None))
        });
        Ok(Self {
            plan,
            graph,
            steps: steps.collect(),
            stopped: false,
        })
    }

    /// Nothing new is to start.
    pub(super) fn stop(&mut self) {
        self.stopped = true;
    }

    /// The steps that may start now, in the order of the plan.
    pub(super) fn startable(&self) -> Vec<&'p Change> {
        if self.stopped {
            return Vec::new();
        }
        self.plan
            .changes
            .iter()
            .filter(|change| {
                let id = &change.task.node.id;
                self.is_waiting(id) && self.unmet(id).is_empty()
            })
            .collect()
    }

    /// What is held and may be given back: nothing else is at work (`busy`) or can start, or a step only waits for that.
    pub(super) fn releasable(&self, busy: bool) -> Vec<NodeId> {
        let over = !busy && self.startable().is_empty();
        let tasks = self.plan.changes.iter().map(|change| &change.task);
        tasks
            .filter(|task| task.wait == Wait::Held && self.stage(&task.node.id) == Stage::Accepted)
            .map(|task| &task.node.id)
            .filter(|id| over || self.is_in_the_way(id))
            .cloned()
            .collect()
    }

    /// Whether some step needs nothing more than that this one is over.
    fn is_in_the_way(&self, id: &NodeId) -> bool {
        let only_this = |other: &&NodeId| {
            let unmet = self.unmet(other);
            !unmet.is_empty() && unmet.iter().all(|need| need.node == *id)
        };
        !self.stopped
            && self
                .graph
                .dependants(id)
                .any(|other| self.is_waiting(other) && only_this(&other))
    }

    fn is_waiting(&self, id: &NodeId) -> bool {
        self.steps.get(id) == Some(&(Stage::Waiting, None))
    }

    fn unmet(&self, id: &NodeId) -> Vec<&Need> {
        self.graph
            .why_blocked(id, |node, milestone| self.has_reached(node, milestone))
    }

    /// A node that failed after its acceptance still counts as accepted: what it yields can be followed.
    fn has_reached(&self, id: &NodeId, milestone: Milestone) -> bool {
        match milestone {
            Milestone::Applied => self.stage(id) >= Stage::Accepted,
            Milestone::Ready | Milestone::Gone => self.stage(id) == Stage::Done,
        }
    }

    fn stage(&self, id: &NodeId) -> Stage {
        self.steps.get(id).map_or(Stage::Waiting, |(stage, _)| *stage)
    }

    /// A step has come as far as `stage`.
    pub(super) fn reach(&mut self, id: &NodeId, stage: Stage) {
        if let Some(step) = self.steps.get_mut(id) {
            step.0 = step.0.max(stage);
        }
    }

    /// A step has failed. Returns the steps that cannot start any more, each with the one that keeps it.
    pub(super) fn fail(&mut self, id: &NodeId) -> Vec<(NodeId, NodeId)> {
        if let Some(step) = self.steps.get_mut(id) {
            step.1 = Some(End::Failed);
        }
        let mut skipped = Vec::new();
        while let Some((after, before)) = self.next_blocked() {
            if let Some(step) = self.steps.get_mut(&after) {
                step.1 = Some(End::Skipped);
            }
            skipped.push((after, before));
        }
        skipped
    }

    /// A step that has not started and waits for something that will never come.
    fn next_blocked(&self) -> Option<(NodeId, NodeId)> {
        let ended = |id: &NodeId| self.steps.get(id).is_some_and(|(_, end)| end.is_some());
        self.graph
            .nodes()
            .iter()
            .filter(|id| self.is_waiting(id))
            .find_map(|id| {
                let never = self.unmet(id).into_iter().find(|need| ended(&need.node))?;
                Some((id.clone(), never.node.clone()))
            })
    }

    /// Whether to wait for this step's goal is for nothing: no step that needs it can start any more, or it is made by
    /// another step (as the ALB is, by the controller, from the Ingress) that has failed.
    pub(super) fn is_moot(&self, id: &NodeId) -> bool {
        self.is_needless(id) || self.is_abandoned(id)
    }

    fn is_abandoned(&self, id: &NodeId) -> bool {
        let mut changes = self.plan.changes.iter();
        let change = changes.find(|change| change.task.node.id == *id);
        change.is_some_and(|change| change.task.op == Op::None)
            && self.graph.needs(id).iter().any(|need| {
                let step = self.steps.get(&need.node);
                step.is_some_and(|(_, end)| *end == Some(End::Failed))
            })
    }

    fn is_needless(&self, id: &NodeId) -> bool {
        let mut dependants = self.graph.dependants(id).peekable();
        dependants.peek().is_some()
            && dependants.all(|later| self.steps.get(later).is_some_and(|(_, end)| *end == Some(End::Skipped)))
    }

    /// The steps that never started, for a run that was stopped.
    pub(super) fn never_started(&self) -> Vec<NodeId> {
        let waiting = self.steps.iter().filter(|(_, step)| **step == (Stage::Waiting, None));
        waiting.map(|(id, _)| (*id).clone()).collect()
    }

    /// What has been done, by kind of operation: a step counts when its wait is over, too.
    pub(super) fn done_counts(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.plan.changes {
            if self.stage(&change.task.node.id) == Stage::Done {
                counts.add(change.task.op);
            }
        }
        counts
    }

    /// Whether every step has reached its goal.
    pub(super) fn is_complete(&self) -> bool {
        self.steps.values().all(|step| *step == (Stage::Done, None))
    }
}
