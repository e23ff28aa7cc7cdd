//! A roster in YAML: a list of maps, one a lab.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::problem::Problem;
use super::super::settings::{Settings, join};
use super::super::source::Source;
use super::super::yaml::{self, Entry, Node, Value};
use super::column::{Column, PRINCIPAL};
use super::draft::{Draft, principal};
use super::tabular::Cell;
use crate::lang::text;

/// The rows of a list, and what is wrong with it.
pub(super) fn drafts(source: &Arc<Source>, text: &str, keys: &Settings, problems: &mut Vec<Problem>) -> Vec<Draft> {
    let (root, wrong) = yaml::parse(source, text);
    problems.extend(wrong);
    let Some(root) = root.filter(|root| !root.is_null()) else {
        return Vec::new();
    };
    let what = root.describe();
    let Value::List(items) = root.value else {
        let problem = Problem::new(&root.place, text!("config-roster-is-list", what = what));
        problems.push(problem.help(text!("config-roster-is-list.remedy")));
        return Vec::new();
    };
    let mut list = List {
        keys,
        known: BTreeMap::new(),
        problems,
    };
    items.into_iter().filter_map(|item| list.draft(item)).collect()
}

struct List<'a> {
    keys: &'a Settings,
    /// What each heading stands for: a wrong one is told once, not for each lab.
    known: BTreeMap<String, Column>,
    problems: &'a mut Vec<Problem>,
}

impl List<'_> {
    fn draft(&mut self, item: Node) -> Option<Draft> {
        let what = item.describe();
        let Value::Map(entries) = item.value else {
            let problem = Problem::new(&item.place, text!("config-lab-is-map", what = what));
            self.problems
                .push(problem.help(text!("config-write", word = "- lab: NAME")));
            return None;
        };
        let mut draft = Draft::at(item.place);
        for entry in entries {
            self.take(&mut draft, "", entry);
        }
        Some(draft)
    }

    /// Takes a key, or those below a section.
    fn take(&mut self, draft: &mut Draft, prefix: &str, entry: Entry) {
        let path = join(prefix, &entry.key);
        match entry.node.value {
            Value::Map(entries) if self.keys.is_section(&path) => {
                for entry in entries {
                    self.take(draft, &path, entry);
                }
            }
            value => {
                let node = Node { value, ..entry.node };
                let heading = Cell {
                    place: entry.place,
                    text: path,
                };
                self.put(draft, &heading, node);
            }
        }
    }

    fn put(&mut self, draft: &mut Draft, heading: &Cell, node: Node) {
        let column = match self.known.get(&heading.text) {
            Some(column) => column.clone(),
            None => Column::of(heading, self.keys, self.problems),
        };
        self.known.insert(heading.text.clone(), column.clone());
        match column {
            Column::Key(key) if draft.values.iter().any(|(taken, _)| *taken == key) => {
                let problem = Problem::new(&heading.place, text!("config-given-twice")).key(&heading.text);
                self.problems.push(problem.help(text!("config-given-twice.remedy")));
            }
            Column::Key(key) => draft.values.push((key, node)),
            Column::Principal => match node.value {
                Value::Scalar { .. } if node.is_null() => {}
                Value::Scalar { text, .. } => {
                    let place = node.place;
                    draft.principal = principal(&Cell { place, text }, self.problems);
                }
                Value::List(_) | Value::Map(_) => {
                    let problem = Problem::new(&node.place, text!("config-must-be-arn", what = node.describe()));
                    let help = text!("config-must-be-arn.remedy");
                    self.problems.push(problem.key(PRINCIPAL).help(help));
                }
            },
            Column::Own(name) => match node.value {
                Value::Scalar { .. } if node.is_null() => {}
                Value::Scalar { text, .. } => draft.own.push((name, text)),
                Value::List(_) | Value::Map(_) => {
                    let problem = Problem::new(&node.place, text!("config-must-be-one-text", what = node.describe()));
                    let help = text!("config-must-be-one-text.remedy");
                    self.problems.push(problem.key(name).help(help));
                }
            },
            Column::Wrong => {}
        }
    }
}
