//! How two values differ, field by field.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::field_set::FieldSet;
use super::super::path::PathStep;
use super::{Form, as_list, as_map, element, form, indexed, member, same};
use crate::k8s::schema::{Elements, Shape};

/// The fields in which the new value differs from the old one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Comparison {
    /// In the old value only.
    pub(in super::super) removed: FieldSet,
    /// In both, with different values.
    pub(in super::super) modified: FieldSet,
    /// In the new value only.
    pub(in super::super) added: FieldSet,
}

impl Comparison {
    /// Fields that are new or have another value.
    pub(in super::super) fn changed(&self) -> FieldSet {
        self.modified.union(&self.added)
    }

    /// The comparison in the fields that `keep` lets through.
    pub(in super::super) fn filtered(self, keep: impl Fn(&FieldSet) -> FieldSet) -> Self {
        Self {
            removed: keep(&self.removed),
            modified: keep(&self.modified),
            added: keep(&self.added),
        }
    }
}

/// Compares two values of one shape.
pub(in super::super) fn compare(shape: &Shape, old: &Value, new: &Value) -> Comparison {
    let mut walk = Walk::default();
    walk.compare(shape, Some(old), Some(new));
    walk.found
}

/// Either side, where it has the value.
type Side<'a> = Option<&'a Value>;

#[derive(Default)]
struct Walk {
    path: Vec<PathStep>,
    found: Comparison,
}

impl Walk {
    fn compare(&mut self, shape: &Shape, old: Side<'_>, new: Side<'_>) {
        // Most of an object stays as it is at most of its changes.
        if old == new {
            return;
        }
        let (of_old, of_new) = (form(shape, old), form(shape, new));
        let leaf = if new.is_none() {
            self.compare_as(of_old, shape, old, new)
        } else if old.is_none() || of_old == of_new {
            self.compare_as(of_new, shape, old, new)
        } else {
            self.compare_as(of_old, shape, old, new);
            self.compare_as(of_new, shape, old, new)
        };
        if !leaf {
            self.note_presence(old, new);
        }
    }

    /// Compares the values as scalars, maps or lists; returns whether they were taken as a whole.
    fn compare_as(&mut self, form: Form, shape: &Shape, old: Side<'_>, new: Side<'_>) -> bool {
        let (atomic, empty) = match form {
            Form::Scalar => (true, true),
            Form::Map => (
                shape.is_atomic_map(),
                as_map(old).is_none_or(serde_json::Map::is_empty) && as_map(new).is_none_or(serde_json::Map::is_empty),
            ),
            Form::List => (
                *shape.elements() == Elements::Atomic,
                as_list(old).is_empty() && as_list(new).is_empty(),
            ),
        };
        if atomic || empty {
            self.compare_whole(old, new);
            return true;
        }
        if form == Form::Map {
            self.compare_maps(shape, old, new);
        } else {
            self.compare_lists(shape, old, new);
        }
        false
    }

    fn note_presence(&mut self, old: Side<'_>, new: Side<'_>) {
        if old.is_none() {
            self.found.added.insert(&self.path);
        } else if new.is_none() {
            self.found.removed.insert(&self.path);
        }
    }

    fn compare_whole(&mut self, old: Side<'_>, new: Side<'_>) {
        match (old, new) {
            (Some(old), Some(new)) if !same(old, new) => self.found.modified.insert(&self.path),
            _ => self.note_presence(old, new),
        }
    }

    fn compare_maps(&mut self, shape: &Shape, old: Side<'_>, new: Side<'_>) {
        let (old, new) = (as_map(old), as_map(new));
        let names: BTreeSet<&String> = old.into_iter().chain(new).flat_map(|map| map.keys()).collect();
        for name in names {
            self.path.push(PathStep::field(name));
            let (old, new) = (old.and_then(|m| m.get(name)), new.and_then(|m| m.get(name)));
            self.compare(member(shape, name), old, new);
            self.path.pop();
        }
    }

    fn compare_lists(&mut self, shape: &Shape, old: Side<'_>, new: Side<'_>) {
        let old = indexed(shape.elements(), as_list(old));
        let new = indexed(shape.elements(), as_list(new));
        let steps: BTreeSet<&PathStep> = old.iter().chain(&new).map(|(step, _)| step).collect();
        for step in steps {
            self.path.push(step.clone());
            self.compare_elements(element(shape), &with_step(&old, step), &with_step(&new, step));
            self.path.pop();
        }
    }

    /// Elements with one key: one at most on each side, or else duplicates, which are compared as a whole.
    fn compare_elements(&mut self, shape: &Shape, old: &[&Value], new: &[&Value]) {
        match (old, new) {
            ([] | [_], [] | [_]) => self.compare(shape, old.first().copied(), new.first().copied()),
            ([_, _, ..], [_, _, ..]) => {
                if old.len() != new.len() || !old.iter().zip(new).all(|(a, b)| same(a, b)) {
                    self.found.modified.insert(&self.path);
                }
            }
            ([_, _, ..], _) => {
                if let Some(new) = new.first() {
                    self.compare(shape, None, Some(new));
                }
                self.found.removed.insert(&self.path);
            }
            (_, _) => {
                if let Some(old) = old.first() {
                    self.compare(shape, Some(old), None);
                }
                self.found.added.insert(&self.path);
            }
        }
    }
}

fn with_step<'a>(items: &[(PathStep, &'a Value)], step: &PathStep) -> Vec<&'a Value> {
    items.iter().filter(|(s, _)| s == step).map(|(_, item)| *item).collect()
}
