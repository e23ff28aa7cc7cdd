//! Where each step stands and what may start next; pure.

use std::collections::BTreeMap;

use super::failure::goal_of;
use crate::event::Counts;
use crate::model::{Goal, NodeId, NodeKind, Op, Wait};
use crate::plan::{Change, CycleError, Graph, Milestone, Plan};

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
    locked: bool,
    stopped: bool,
}

/// Whether a change does or awaits anything.
pub(super) fn is_idle(change: &Change) -> bool {
    change.task.op == Op::None && change.task.wait == Wait::None && change.task.recreate.is_empty()
}

impl<'p> RunState<'p> {
    /// A board on which nothing has started; steps that have nothing to do are done.
    pub(super) fn new(plan: &'p Plan) -> Result<Self, CycleError> {
        let goals: Vec<_> = plan
            .changes
            .iter()
            .map(|change| (change.task.node.id.clone(), goal_of(&change.task)))
            .collect();
        let graph = Graph::new(&plan.edges, &goals)?;
        let steps = plan
            .changes
            .iter()
            .map(|change| {
                let stage = if is_idle(change) { Stage::Done } else { Stage::Waiting };
                (&change.task.node.id, (stage, None))
            })
            .collect();
        Ok(Self {
            plan,
            graph,
            steps,
            locked: false,
            stopped: false,
        })
    }

    /// Whether the lab's lock can be taken now: its namespace is there (and not about to be made or gone).
    pub(super) fn can_lock(&self) -> bool {
        !self.locked
            && !self.stopped
            && self.plan.changes.iter().any(|change| {
                let at = self.stage(&change.task.node.id);
                change.task.node.id.kind == NodeKind::Namespace
                    && match self.plan.goal {
                        Goal::Ready => at >= Stage::Accepted || !matches!(change.task.op, Op::Create | Op::Replace),
                        Goal::Gone => at < Stage::Started && change.task.op == Op::Delete,
                    }
            })
    }

    /// Whether the plan has a namespace that the lock can live in at some time of the run.
    fn wants_lock(&self) -> bool {
        self.plan.changes.iter().any(|change| {
            change.task.node.id.kind == NodeKind::Namespace
                && (self.plan.goal == Goal::Ready || change.task.op == Op::Delete)
        })
    }

    /// The lock has been taken.
    pub(super) fn lock_taken(&mut self) {
        self.locked = true;
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
        let locked = self.locked || !self.wants_lock();
        self.plan
            .changes
            .iter()
            .filter(|change| {
                let id = &change.task.node.id;
                self.steps.get(id) == Some(&(Stage::Waiting, None))
                    && (locked || Self::may_precede_lock(self.plan.goal, id))
                    && self
                        .graph
                        .why_blocked(id, |node, milestone| self.has_reached(node, milestone))
                        .is_empty()
            })
            .collect()
    }

    /// Before the lock is held, only what the lock itself needs may be done, and AWS resources that are safe to make twice.
    fn may_precede_lock(goal: Goal, id: &NodeId) -> bool {
        goal == Goal::Ready && matches!(id.kind, NodeKind::Namespace | NodeKind::Role | NodeKind::Profile)
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
            .filter(|id| self.steps.get(id) == Some(&(Stage::Waiting, None)))
            .find_map(|id| {
                let unmet = self
                    .graph
                    .why_blocked(id, |node, milestone| self.has_reached(node, milestone));
                let never = unmet.into_iter().find(|need| ended(&need.node))?;
                Some((id.clone(), never.node.clone()))
            })
    }

    /// Whether steps need this one's goal, and none of them can start any more.
    pub(super) fn is_moot(&self, id: &NodeId) -> bool {
        let mut dependants = self.graph.dependants(id).peekable();
        dependants.peek().is_some()
            && dependants.all(|later| self.steps.get(later).is_some_and(|(_, end)| *end == Some(End::Skipped)))
    }

    /// The steps that never started, for a run that was stopped.
    pub(super) fn never_started(&self) -> Vec<NodeId> {
        let waiting = self.steps.iter().filter(|(_, step)| **step == (Stage::Waiting, None));
        waiting.map(|(id, _)| (*id).clone()).collect()
    }

    /// What has been accepted by its API, by kind of operation.
    pub(super) fn carried_out(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.plan.changes {
            if self.stage(&change.task.node.id) >= Stage::Accepted {
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
