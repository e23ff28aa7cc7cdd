//! Who stands in line for what a cluster gives to one at a time, as the Leases of its labs have it; pure.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use crate::model::{NodeId, Object, QUEUES_ANNOTATION};

/// The most characters of what others have written that are passed on.
const MOST: usize = 200;

/// What the annotation says.
#[derive(Debug, Deserialize)]
struct Written {
    since: Timestamp,
    cluster: String,
    /// Who has it, as the writer knows.
    holder: String,
}

/// Another run in line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Waiter {
    /// Since when it waits.
    since: Timestamp,
    /// The id of the Lease's holder.
    id: String,
    /// The cluster whose it waits for.
    cluster: String,
    /// Who has it, as it was told.
    pub(super) holder: String,
}

impl Waiter {
    /// The holder of a Lease, if it waits. What cannot be read counts as nothing: nobody waits for a riddle.
    pub(super) fn read(lease: &Object, id: &str) -> Option<Self> {
        let text = lease.annotation(QUEUES_ANNOTATION)?;
        let Written { since, cluster, holder } = serde_json::from_str(text).ok()?;
        Some(Self {
            since,
            id: id.to_owned(),
            cluster,
            holder: holder.chars().take(MOST).collect(),
        })
    }
}

/// One step of this run in line.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    since: Timestamp,
    cluster: String,
    /// Others may go first for now.
    is_aside: bool,
}

/// What of this run is in line.
#[derive(Debug, Default)]
pub(super) struct Line {
    entries: BTreeMap<NodeId, Entry>,
    /// Who has it, as was last heard.
    heard: String,
}

impl Line {
    /// The step waits from now on, or as it has before. What others read may be out of date then.
    pub(super) fn join(&mut self, step: &NodeId, cluster: &str, now: Timestamp) {
        let entry = self.entries.entry(step.clone()).or_insert_with(|| Entry {
            since: now,
            cluster: cluster.to_owned(),
            is_aside: false,
        });
        entry.is_aside = false;
    }

    /// Whether the step waits.
    pub(super) fn has(&self, step: &NodeId) -> bool {
        self.entries.contains_key(step)
    }

    /// Records who has it.
    pub(super) fn hear(&mut self, holder: &str) {
        holder.clone_into(&mut self.heard);
    }

    /// The step lets others go first for now; returns whether that is new.
    pub(super) fn step_aside(&mut self, step: &NodeId) -> bool {
        let entry = self.entries.get_mut(step).filter(|entry| !entry.is_aside);
        entry.map(|entry| entry.is_aside = true).is_some()
    }

    /// The step waits no more; returns whether it did.
    pub(super) fn leave(&mut self, step: &NodeId) -> bool {
        self.entries.remove(step).is_some()
    }

    /// What others are to read: since when the first of this run's steps waits.
    pub(super) fn written(&self) -> Option<String> {
        let entries = self.entries.values().filter(|entry| !entry.is_aside);
        let first = entries.min_by_key(|entry| entry.since)?;
        let written = json!({"since": first.since, "cluster": first.cluster, "holder": self.heard});
        Some(written.to_string())
    }

    /// The place of a step that waits, from 1, and who is the first of all others that wait for the same, if one is before it.
    /// Of two since the same moment the ids decide.
    pub(super) fn place<'w>(&self, step: &NodeId, id: &str, others: &'w [Waiter]) -> Option<(u32, Option<&'w Waiter>)> {
        let own = self.entries.get(step)?;
        let is_before =
            |waiter: &&Waiter| waiter.cluster == own.cluster && (waiter.since, waiter.id.as_str()) < (own.since, id);
        let before = others.iter().filter(is_before);
        let first = before.clone().min_by_key(|waiter| (waiter.since, &waiter.id));
        let of_this_run = self.entries.iter();
        let of_this_run = of_this_run
            .filter(|(_, entry)| !entry.is_aside && entry.cluster == own.cluster)
            .filter(|(other, entry)| (entry.since, *other) < (own.since, step));
        let ahead = before.count() + of_this_run.count();
        Some((u32::try_from(ahead).unwrap_or(u32::MAX).saturating_add(1), first))
    }
}

/// Whether somebody waits for what this cluster gives.
pub(super) fn has_waiters(others: &[Waiter], cluster: &str) -> bool {
    others.iter().any(|waiter| waiter.cluster == cluster)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_510_800 + second).unwrap()
    }

    fn step(name: &str) -> NodeId {
        format!("profile/{name}").parse().unwrap()
    }

    /// A line in which one step of a run waits.
    fn line(since: i64) -> Line {
        let mut line = Line::default();
        line.join(&step("p"), "eksworkshop", at(since));
        line.hear("profile x, which EKS makes now");
        line
    }

    fn lease(annotation: impl Into<Value>) -> Object {
        Object(json!({"metadata": {"annotations": {QUEUES_ANNOTATION: annotation.into()}}}))
    }

    /// What others read of a line.
    fn seen(line: &Line, id: &str) -> Option<Waiter> {
        Waiter::read(&lease(line.written()?), id)
    }

    #[test]
    fn whoever_has_waited_for_longest_is_the_first_and_ids_decide_between_equals() {
        let runs = [("c", 7), ("a", 9), ("b", 7), ("d", 2), ("e", 30)];
        let place = |id: &str, since| {
            let others = runs.iter().filter(|(other, _)| *other != id);
            let others: Vec<Waiter> = others.filter_map(|(id, since)| seen(&line(*since), id)).collect();
            line(since).place(&step("p"), id, &others).unwrap().0
        };
        let places = runs.map(|(id, since)| (place(id, since), id));
        let in_order: BTreeSet<_> = places.into_iter().collect();
        assert_eq!(
            in_order.into_iter().collect::<Vec<_>>(),
            [(1, "d"), (2, "b"), (3, "c"), (4, "a"), (5, "e")]
        );
    }

    #[test]
    fn the_first_says_for_all_who_has_it() {
        let mut first = line(1);
        first.hear("profile y, which EKS deletes now");
        let others = [seen(&line(2), "b").unwrap(), seen(&first, "a").unwrap()];
        let (position, before) = line(3)
            .place(&step("p"), "c", &others)
            .map(|(n, first)| (n, first.cloned()))
            .unwrap();
        assert_eq!(position, 3);
        assert_eq!(before.unwrap().holder, "profile y, which EKS deletes now");
        assert_eq!(first.place(&step("p"), "a", &[]), Some((1, None)));
    }

    #[test]
    fn who_waits_elsewhere_or_lets_others_go_first_is_not_in_the_way() {
        let mut elsewhere = Line::default();
        elsewhere.join(&step("p"), "another", at(1));
        let others = [seen(&elsewhere, "a").unwrap()];
        assert_eq!(line(3).place(&step("p"), "c", &others), Some((1, None)));
        assert!(!has_waiters(&others, "eksworkshop") && has_waiters(&others, "another"));
        let mut aside = line(1);
        assert!(aside.step_aside(&step("p")) && !aside.step_aside(&step("p")));
        assert_eq!(seen(&aside, "a"), None);
        aside.join(&step("p"), "eksworkshop", at(9));
        assert_eq!(seen(&aside, "a").unwrap().since, at(1), "its place is kept");
        assert!(aside.leave(&step("p")) && !aside.leave(&step("p")));
        assert_eq!((aside.written(), aside.place(&step("p"), "a", &[])), (None, None));
    }

    #[test]
    fn two_steps_of_a_run_are_one_to_others_and_two_to_each_other() {
        let mut both = line(1);
        both.join(&step("q"), "eksworkshop", at(5));
        let other = [seen(&line(3), "b").unwrap()];
        assert_eq!(both.place(&step("p"), "a", &other).unwrap().0, 1);
        assert_eq!(both.place(&step("q"), "a", &other).unwrap().0, 3);
        assert_eq!(seen(&both, "a").unwrap().since, at(1));
        both.leave(&step("p"));
        assert_eq!(seen(&both, "a").unwrap().since, at(5));
    }

    #[test]
    fn what_strangers_write_is_read_with_care() {
        for text in [
            "",
            "yes",
            "{}",
            r#"{"since": 7, "cluster": "c", "holder": "h"}"#,
            r#"["2026-11-24T00:00:00Z"]"#,
        ] {
            assert_eq!(Waiter::read(&lease(text), "a"), None, "{text}");
        }
        assert_eq!(Waiter::read(&lease(7), "a"), None);
        let long = json!({"since": at(1), "cluster": "c", "holder": "한".repeat(9000), "more": true});
        let read = Waiter::read(&lease(long.to_string()), "a").unwrap();
        assert_eq!(read.holder.chars().count(), MOST);
    }
}
