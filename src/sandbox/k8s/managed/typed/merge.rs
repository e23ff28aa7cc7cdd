//! Merges one value into another.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value};

use super::super::path::PathStep;
use super::{Form, as_list, as_map, element, form, indexed, member};
use crate::k8s::schema::{Elements, Shape};

/// `live` with `config` merged into it: scalars and atomic values of `config` win, maps and lists are merged by key.
pub(in super::super) fn merge(shape: &Shape, live: &Value, config: &Value) -> Value {
    merged(shape, Some(live), Some(config)).unwrap_or(Value::Null)
}

fn merged(shape: &Shape, live: Option<&Value>, config: Option<&Value>) -> Option<Value> {
    let form = form(shape, config.or(live));
    let (atomic, empty) = match form {
        Form::Scalar => (true, true),
        Form::Map => (
            shape.is_atomic_map(),
            as_map(live).is_none_or(Map::is_empty) && as_map(config).is_none_or(Map::is_empty),
        ),
        Form::List => (
            *shape.elements() == Elements::Atomic,
            as_list(live).is_empty() && as_list(config).is_empty(),
        ),
    };
    if atomic || empty {
        config.or(live).cloned()
    } else if form == Form::Map {
        merge_maps(shape, as_map(live), as_map(config))
    } else {
        merge_lists(shape, as_list(live), as_list(config))
    }
}

fn merge_maps(shape: &Shape, live: Option<&Map<String, Value>>, config: Option<&Map<String, Value>>) -> Option<Value> {
    let names: BTreeSet<&String> = live.into_iter().chain(config).flat_map(Map::keys).collect();
    let mut all = Map::new();
    for name in names {
        let live = live.and_then(|map| map.get(name));
        let config = config.and_then(|map| map.get(name));
        if let Some(value) = merged(member(shape, name), live, config) {
            all.insert(name.clone(), value);
        }
    }
    (!all.is_empty()).then_some(Value::Object(all))
}

fn merge_lists(shape: &Shape, live: &[Value], config: &[Value]) -> Option<Value> {
    let merge = ListMerge::new(
        element(shape),
        indexed(shape.elements(), live),
        indexed(shape.elements(), config),
    );
    let all = merge.run();
    (!all.is_empty()).then_some(Value::Array(all))
}

/// The merge of two keyed lists: elements of both keep the order of the configuration, those of the live list alone
/// stay where they were between them.
struct ListMerge<'a> {
    shape: &'a Shape,
    live: VecDeque<(PathStep, &'a Value)>,
    config: VecDeque<(PathStep, &'a Value)>,
    /// The live element of a key; none where several have it, as duplicates are replaced rather than merged.
    live_by_step: BTreeMap<PathStep, Option<&'a Value>>,
    config_by_step: BTreeMap<PathStep, &'a Value>,
    /// Keys of both lists that are still to come, in the configuration's order.
    shared: VecDeque<PathStep>,
    taken: BTreeSet<PathStep>,
    all: Vec<Value>,
}

impl<'a> ListMerge<'a> {
    fn new(shape: &'a Shape, live: Vec<(PathStep, &'a Value)>, config: Vec<(PathStep, &'a Value)>) -> Self {
        let mut live_by_step = BTreeMap::new();
        for (step, item) in &live {
            live_by_step
                .entry(step.clone())
                .and_modify(|seen| *seen = None)
                .or_insert(Some(*item));
        }
        let shared = config
            .iter()
            .map(|(step, _)| step)
            .filter(|step| live_by_step.contains_key(step))
            .cloned()
            .collect();
        Self {
            shape,
            config_by_step: config.iter().cloned().collect(),
            live: live.into(),
            config: config.into(),
            live_by_step,
            shared,
            taken: BTreeSet::new(),
            all: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Value> {
        while !self.live.is_empty() || !self.config.is_empty() {
            self.step();
        }
        self.all
    }

    fn step(&mut self) {
        let live = self.live.front().cloned();
        let config = self.config.front().map(|(step, _)| step.clone());
        if let (Some((live, _)), Some(config)) = (&live, &config) {
            if live == config {
                self.live.pop_front();
                self.take_config();
                return;
            }
            if self.config_by_step.contains_key(live) && self.shared.front().is_some_and(|next| next != live) {
                // An element of both, but not the one whose turn it is.
                self.live.pop_front();
                return;
            }
        }
        if let Some((step, item)) = live {
            if !self.config_by_step.contains_key(&step) {
                self.live.pop_front();
                self.push(Some(item), None);
                return;
            }
            if self.taken.contains(&step) {
                self.live.pop_front();
            }
        }
        self.take_config();
    }

    /// Takes the configuration's next element, merged with the live one of its key.
    fn take_config(&mut self) {
        let Some((step, item)) = self.config.pop_front() else {
            return;
        };
        self.push(self.live_by_step.get(&step).copied().flatten(), Some(item));
        if self.shared.front() == Some(&step) {
            self.shared.pop_front();
        }
        self.taken.insert(step);
    }

    fn push(&mut self, live: Option<&Value>, config: Option<&Value>) {
        self.all.extend(merged(self.shape, live, config));
    }
}
