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

/// The rows of a list, and what is wrong with it.
pub(super) fn drafts(source: &Arc<Source>, text: &str, keys: &Settings, problems: &mut Vec<Problem>) -> Vec<Draft> {
    let (root, wrong) = yaml::parse(source, text);
    problems.extend(wrong);
    let Some(root) = root.filter(|root| !root.is_null()) else {
        return Vec::new();
    };
    let what = root.describe();
    let Value::List(items) = root.value else {
        let problem = Problem::new(&root.place, format!("a roster is a list of labs, but this is {what}"));
        problems.push(problem.help("begin each lab with `- lab: NAME`; its other keys stand below `lab`"));
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
            let problem = Problem::new(&item.place, format!("a lab is a map of keys, but this is {what}"));
            self.problems.push(problem.help("write `- lab: NAME`"));
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
                let problem = Problem::new(&heading.place, "is given for the second time").key(&heading.text);
                self.problems.push(problem.help("keep one of the two"));
            }
            Column::Key(key) => draft.values.push((key, node)),
            Column::Principal => match node.value {
                Value::Scalar { .. } if node.is_null() => {}
                Value::Scalar { text, .. } => {
                    let place = node.place;
                    draft.principal = principal(&Cell { place, text }, self.problems);
                }
                Value::List(_) | Value::Map(_) => {
                    let problem = Problem::new(&node.place, format!("must be an ARN, but is {}", node.describe()));
                    self.problems
                        .push(problem.key(PRINCIPAL).help("name one role or user of IAM"));
                }
            },
            Column::Own(name) => match node.value {
                Value::Scalar { .. } if node.is_null() => {}
                Value::Scalar { text, .. } => draft.own.push((name, text)),
                Value::List(_) | Value::Map(_) => {
                    let problem = Problem::new(&node.place, format!("must be a text, but is {}", node.describe()));
                    let help = "what is your own is carried along as one text; write it in quotes";
                    self.problems.push(problem.key(name).help(help));
                }
            },
            Column::Wrong => {}
        }
    }
}
