//! The course of a run: what comes after what, how long it usually takes, and when all of it will be over.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::change::Plan;
use super::graph::{CycleError, Graph, Milestone};
use super::usual::usual_of;
use crate::event::{PlannedStep, Usual};
use crate::model::{NodeId, Wait};

impl Plan {
    /// What must come before what among the steps that have something to do.
    pub fn graph(&self) -> Result<Graph, CycleError> {
        let tasks = || self.changes.iter().map(|change| &change.task);
        let goals: Vec<_> = tasks().map(|task| (task.node.id.clone(), task.goal())).collect();
        let idle: BTreeSet<&NodeId> = tasks()
            .filter(|task| task.is_idle())
            .map(|task| &task.node.id)
            .collect();
        Ok(Graph::new(&self.edges, &goals)?.without(&idle))
    }

    /// Its rows as they are reported: all but what is only held.
    pub fn steps(&self) -> Vec<PlannedStep> {
        let graph = self.graph().ok();
        let is_held = |id: &NodeId| {
            let mut changes = self.changes.iter();
            changes.any(|change| change.task.node.id == *id && change.task.wait == Wait::Held)
        };
        let steps = self.changes.iter().filter(|change| change.task.wait != Wait::Held);
        let steps = steps.map(|change| {
            let task = &change.task;
            let needs = graph.as_ref().map_or(&[][..], |graph| graph.needs(&task.node.id));
            let needed = |is_done: bool| {
                let needs = needs.iter().filter(|need| !is_held(&need.node));
                let needs = needs.filter(|need| (need.milestone != Milestone::Applied) == is_done);
                needs.map(|need| need.node.clone()).collect()
            };
            PlannedStep {
                node: task.node.id.clone(),
                op: task.op,
                wait: task.wait,
                after: needed(true),
                behind: needed(false),
                usual: (!task.is_idle()).then(|| usual_of(self, change)),
            }
        });
        steps.collect()
    }
}

/// How far a step is, by the time since the first of them began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Waiting,
    Begun(Duration),
    Done(Duration),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Leg {
    step: PlannedStep,
    at: At,
}

/// The steps of a run under way, as its events tell of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    legs: Vec<Leg>,
}

/// When something will be over: the middle, and how far from it the ninth of ten is, squared, so that what comes one after the other
/// can be added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct End {
    middle: f64,
    spread: f64,
}

impl End {
    fn later(self, usual: Usual) -> Self {
        let seconds = |ms: u64| Duration::from_millis(ms).as_secs_f64();
        let spread = seconds(usual.p90_ms.saturating_sub(usual.p50_ms));
        Self {
            middle: self.middle + seconds(usual.p50_ms),
            spread: self.spread + spread * spread,
        }
    }

    fn max(self, other: Self) -> Self {
        if other.middle > self.middle { other } else { self }
    }
}

impl Course {
    /// Of these steps, none of which has begun; what has nothing to do is no part of it.
    pub fn new(steps: &[PlannedStep]) -> Self {
        let legs = steps.iter().filter(|step| step.usual.is_some()).map(|step| Leg {
            step: step.clone(),
            at: At::Waiting,
        });
        Self { legs: legs.collect() }
    }

    /// A step began so long after the first one.
    pub fn begin(&mut self, node: &NodeId, at: Duration) {
        self.set(node, At::Begun(at));
    }

    /// A step is over.
    pub fn end(&mut self, node: &NodeId, at: Duration) {
        self.set(node, At::Done(at));
    }

    /// A step stands in line: the time until its turn is none of its own.
    pub fn wait(&mut self, node: &NodeId) {
        self.set(node, At::Waiting);
    }

    /// Whether a step has begun and goes on.
    pub fn is_under_way(&self, node: &NodeId) -> bool {
        self.leg(node).is_some_and(|leg| matches!(leg.at, At::Begun(_)))
    }

    /// A step will not be done, or not waited for.
    pub fn skip(&mut self, node: &NodeId) {
        self.legs.retain(|leg| leg.step.node != *node);
    }

    /// Nothing begins any more.
    pub fn stop(&mut self) {
        self.legs.retain(|leg| leg.at != At::Waiting);
    }

    fn set(&mut self, node: &NodeId, at: At) {
        if let Some(leg) = self.legs.iter_mut().find(|leg| leg.step.node == *node) {
            leg.at = at;
        }
    }

    /// How long this step usually takes.
    pub fn usual(&self, node: &NodeId) -> Option<Usual> {
        self.leg(node).and_then(|leg| leg.step.usual)
    }

    /// How many steps it has.
    pub fn len(&self) -> usize {
        self.legs.len()
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.legs.is_empty()
    }

    /// Whether this step is usually over within some seconds.
    pub fn is_quick(&self, node: &NodeId) -> bool {
        const QUICK: u64 = 10_000;
        self.usual(node).is_some_and(|usual| usual.p50_ms < QUICK)
    }

    fn leg(&self, node: &NodeId) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.step.node == *node)
    }

    /// The steps that have not begun, each with those it still waits for.
    pub fn to_come(&self) -> Vec<(&NodeId, Vec<&NodeId>)> {
        let waiting = self.legs.iter().filter(|leg| leg.at == At::Waiting);
        let is_over = |id: &NodeId| self.leg(id).is_none_or(|leg| matches!(leg.at, At::Done(_)));
        let has_begun = |id: &NodeId| self.leg(id).is_none_or(|leg| leg.at != At::Waiting);
        let awaited = |leg: &'_ Leg| {
            let after = leg.step.after.iter().filter(|id| !is_over(id));
            let behind = leg.step.behind.iter().filter(|id| !has_begun(id));
            after.chain(behind).cloned().collect::<BTreeSet<NodeId>>()
        };
        waiting
            .map(|leg| {
                let awaited = awaited(leg);
                let names = self.legs.iter().map(|leg| &leg.step.node);
                (&leg.step.node, names.filter(|id| awaited.contains(id)).collect())
            })
            .collect()
    }

    /// How long all of it takes, counted from the first step's beginning, as seen at `now`: what is over took what it took, what goes on
    /// for longer than usual is given as much more as it may still need, and what is to come takes what is usual.
    pub fn whole(&self, now: Duration) -> Usual {
        let mut ends = BTreeMap::new();
        let end = self.legs.iter().map(|leg| self.end_of(leg, now, &mut ends));
        let end = end.fold(End::default(), End::max);
        let ms =
            |seconds: f64| u64::try_from(Duration::from_secs_f64(seconds.max(0.0)).as_millis()).unwrap_or(u64::MAX);
        Usual {
            p50_ms: ms(end.middle),
            p90_ms: ms(end.middle + end.spread.sqrt()),
        }
    }

    fn end_of<'a>(&'a self, leg: &'a Leg, now: Duration, ends: &mut BTreeMap<&'a NodeId, End>) -> End {
        if let Some(end) = ends.get(&leg.step.node) {
            return *end;
        }
        // Whoever comes back here in a circle, which no plan has, finds this.
        ends.insert(&leg.step.node, End::default());
        let end = match leg.at {
            At::Done(at) => End {
                middle: at.as_secs_f64(),
                spread: 0.0,
            },
            At::Begun(at) => under_way(leg.step.usual.unwrap_or_default(), at, now),
            At::Waiting => self.start_of(leg, now, ends).later(leg.step.usual.unwrap_or_default()),
        };
        ends.insert(&leg.step.node, end);
        end
    }

    fn start_of<'a>(&'a self, leg: &'a Leg, now: Duration, ends: &mut BTreeMap<&'a NodeId, End>) -> End {
        let mut start = End {
            middle: now.as_secs_f64(),
            spread: 0.0,
        };
        for id in &leg.step.after {
            if let Some(leg) = self.leg(id) {
                start = start.max(self.end_of(leg, now, ends));
            }
        }
        for id in &leg.step.behind {
            if let Some(leg) = self.leg(id).filter(|leg| leg.at == At::Waiting) {
                start = start.max(self.start_of(leg, now, ends));
            }
        }
        start
    }
}

/// When a step will be over that began at `since` and still goes on.
fn under_way(usual: Usual, since: Duration, now: Duration) -> End {
    let begun = End {
        middle: since.as_secs_f64(),
        spread: 0.0,
    };
    let end = begun.later(usual);
    let (now, latest) = (now.as_secs_f64(), end.middle + end.spread.sqrt());
    if now <= end.middle {
        return end;
    }
    // Later than half of them: halfway to where nine of ten are over, or as long again as a tenth of what has passed.
    let rest = ((latest - now) / 2.0).max((now - begun.middle) / 10.0);
    End {
        middle: now + rest,
        spread: rest * rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Op;

    fn id(name: &str) -> NodeId {
        format!("{name}/x").parse().unwrap()
    }

    fn step(name: &str, after: &[&str], behind: &[&str], usual: (u64, u64)) -> PlannedStep {
        let (p50, p90) = usual;
        PlannedStep {
            node: id(name),
            op: Op::Create,
            wait: Wait::Ready,
            after: after.iter().map(|name| id(name)).collect(),
            behind: behind.iter().map(|name| id(name)).collect(),
            usual: Some(Usual {
                p50_ms: p50 * 1000,
                p90_ms: p90 * 1000,
            }),
        }
    }

    /// The lab's own shape: an ALB beside the profile and its pods.
    fn course() -> Course {
        Course::new(&[
            step("profile", &[], &[], (100, 130)),
            step("ingress", &[], &[], (10, 10)),
            step("balancer", &[], &["ingress"], (60, 80)),
            step("deployment", &["profile"], &[], (40, 80)),
            step("targets", &["deployment"], &["balancer"], (20, 20)),
        ])
    }

    fn whole(course: &Course, now: u64) -> (u64, u64) {
        let whole = course.whole(Duration::from_secs(now));
        (whole.p50_ms / 1000, whole.p90_ms / 1000)
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn what_comes_one_after_the_other_adds_up_and_what_may_be_late_by_its_squares() {
        // 30 and 40 late: 50 together.
        assert_eq!(whole(&course(), 0), (160, 210));
    }

    #[test]
    fn what_is_over_took_what_it_took() {
        let mut course = course();
        course.begin(&id("profile"), at(0));
        course.begin(&id("balancer"), at(0));
        course.end(&id("profile"), at(50));
        assert_eq!(whole(&course, 50), (110, 150));
        course.begin(&id("deployment"), at(50));
        // Later than half of them: halfway to where nine of ten are over.
        assert_eq!(whole(&course, 110).0, 110 + 10 + 20);
        // Later than nine of ten: a tenth more of what has passed.
        assert_eq!(whole(&course, 250).0, 250 + 20 + 20);
    }

    #[test]
    fn who_waits_for_what_is_told_as_far_as_it_is_not_over() {
        let mut course = course();
        let waits = |course: &Course, name: &str| -> Vec<String> {
            let all = course.to_come();
            let (_, needs) = all.iter().find(|(node, _)| **node == id(name)).unwrap();
            needs.iter().map(ToString::to_string).collect()
        };
        assert_eq!(waits(&course, "targets"), ["balancer/x", "deployment/x"]);
        course.begin(&id("balancer"), at(1));
        assert_eq!(waits(&course, "targets"), ["deployment/x"]);
    }

    #[test]
    fn what_will_not_be_done_is_no_part_of_it_any_more() {
        let mut course = course();
        course.begin(&id("profile"), at(0));
        course.skip(&id("deployment"));
        course.skip(&id("targets"));
        assert_eq!(whole(&course, 1), (100, 130));
        course.stop();
        assert!(course.to_come().is_empty());
        assert_eq!(course.len(), 1, "the profile goes on");
    }

    #[test]
    fn a_step_in_line_has_not_begun() {
        let mut course = course();
        course.begin(&id("profile"), at(0));
        course.wait(&id("profile"));
        assert_eq!(whole(&course, 300).0, 300 + 160);
    }
}
