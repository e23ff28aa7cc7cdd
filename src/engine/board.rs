//! Where each step stands and what may start next; pure.

use std::collections::BTreeMap;

use crate::event::Counts;
use crate::model::{Goal, NodeId, NodeKind, Op, Wait};
use crate::plan::{Change, Plan};
use crate::stack::{Edge, EdgeKind};

/// How far a step is. The order is the order in which it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Milestone {
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
pub(super) struct Board<'p> {
    plan: &'p Plan,
    steps: BTreeMap<&'p NodeId, (Milestone, Option<End>)>,
    locked: bool,
    stopped: bool,
}

/// Whether a change does or awaits anything.
pub(super) fn is_idle(change: &Change) -> bool {
    change.task.op == Op::None && change.task.wait == Wait::None && change.task.recreate.is_empty()
}

impl<'p> Board<'p> {
    /// A board on which nothing has started; steps that have nothing to do are done.
    pub(super) fn new(plan: &'p Plan) -> Self {
        let steps = plan
            .changes
            .iter()
            .map(|change| {
                let milestone = if is_idle(change) {
                    Milestone::Done
                } else {
                    Milestone::Waiting
                };
                (&change.task.node.id, (milestone, None))
            })
            .collect();
        Self {
            plan,
            steps,
            locked: false,
            stopped: false,
        }
    }

    /// Whether the lab's lock can be taken now: its namespace is there (and not about to be made or gone).
    pub(super) fn can_lock(&self) -> bool {
        !self.locked
            && !self.stopped
            && self.plan.changes.iter().any(|change| {
                let at = self.milestone(&change.task.node.id);
                change.task.node.id.kind == NodeKind::Namespace
                    && match self.plan.goal {
                        Goal::Ready => at >= Milestone::Accepted || !matches!(change.task.op, Op::Create | Op::Replace),
                        Goal::Gone => at < Milestone::Started && change.task.op == Op::Delete,
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
                self.steps.get(id) == Some(&(Milestone::Waiting, None))
                    && (locked || Self::may_precede_lock(self.plan.goal, id))
                    && self.edges_to(id).all(|edge| self.is_met(edge))
            })
            .collect()
    }

    /// Before the lock is held, only what the lock itself needs may be done, and AWS resources that are safe to make twice.
    fn may_precede_lock(goal: Goal, id: &NodeId) -> bool {
        goal == Goal::Ready && matches!(id.kind, NodeKind::Namespace | NodeKind::Role | NodeKind::Profile)
    }

    fn edges_to<'s>(&'s self, id: &'s NodeId) -> impl Iterator<Item = &'p Edge> + 's {
        let steps = &self.steps;
        self.plan
            .edges
            .iter()
            .filter(move |edge| &edge.after == id && steps.contains_key(&edge.before))
    }

    fn is_met(&self, edge: &Edge) -> bool {
        let wanted = match edge.kind {
            EdgeKind::Ready => Milestone::Done,
            EdgeKind::Applied | EdgeKind::Yields => Milestone::Accepted,
        };
        self.milestone(&edge.before) >= wanted
            && self
                .steps
                .get(&edge.before)
                .is_some_and(|(at, end)| end.is_none() || *at >= wanted)
    }

    fn milestone(&self, id: &NodeId) -> Milestone {
        self.steps
            .get(id)
            .map_or(Milestone::Waiting, |(milestone, _)| *milestone)
    }

    /// A step has come as far as `milestone`.
    pub(super) fn reach(&mut self, id: &NodeId, milestone: Milestone) {
        if let Some(step) = self.steps.get_mut(id) {
            step.0 = step.0.max(milestone);
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
        self.plan.edges.iter().find_map(|edge| {
            let after = self.steps.get(&edge.after)?;
            let before = self.steps.get(&edge.before)?;
            (*after == (Milestone::Waiting, None) && before.1.is_some() && !self.is_met(edge))
                .then(|| (edge.after.clone(), edge.before.clone()))
        })
    }

    /// The steps that never started, for a run that was stopped.
    pub(super) fn never_started(&self) -> Vec<NodeId> {
        let waiting = self
            .steps
            .iter()
            .filter(|(_, step)| **step == (Milestone::Waiting, None));
        waiting.map(|(id, _)| (*id).clone()).collect()
    }

    /// What has been accepted by its API, by kind of operation.
    pub(super) fn carried_out(&self) -> Counts {
        let mut counts = Counts::default();
        for change in &self.plan.changes {
            if self.milestone(&change.task.node.id) >= Milestone::Accepted {
                counts.add(change.task.op);
            }
        }
        counts
    }

    /// Whether every step has reached its goal.
    pub(super) fn is_complete(&self) -> bool {
        self.steps.values().all(|step| *step == (Milestone::Done, None))
    }
}
