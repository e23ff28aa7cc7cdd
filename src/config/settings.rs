//! Layers laid over each other: for every key, the value of the last layer that has one.
//!
//! `environments/defaults.yaml` is the list of keys: a map with entries is a section, an empty map has free keys, and
//! everything else is a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::embedded;
use super::problem::{Problem, quoted};
use super::source::{Location, Origin, Source};
use super::yaml::{self, Node, Value};
use crate::lang::{Text, text};
use crate::model::nearest;

/// The key by which a file names the environment that it builds on.
pub(super) const EXTENDS: &str = "extends";

/// All keys with their values.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    values: BTreeMap<String, Node>,
    maps: BTreeMap<String, BTreeMap<String, Node>>,
    /// All keys in the order of the defaults.
    order: Vec<String>,
}

/// The keys of environments, such as `app.replicas`, in the order of the defaults.
pub fn keys() -> Vec<String> {
    let (defaults, _) = Settings::defaults();
    defaults.keys().map(str::to_owned).collect()
}

/// The texts that stand in the built-in environments, whatever they are for.
pub fn built_in_texts() -> Vec<String> {
    let mut texts = Vec::new();
    for (name, text) in embedded::all() {
        let source = Arc::new(Source::BuiltIn {
            file: embedded::file(name),
            text: text.to_owned(),
        });
        if let (Some(root), _) = yaml::parse(&source, text) {
            scalars(root.value, &mut texts);
        }
    }
    texts
}

fn scalars(value: Value, texts: &mut Vec<String>) {
    match value {
        Value::Scalar { text, .. } => texts.push(text),
        Value::List(items) => items.into_iter().for_each(|item| scalars(item.value, texts)),
        Value::Map(entries) => entries.into_iter().for_each(|entry| scalars(entry.node.value, texts)),
    }
}

impl Settings {
    /// The lowest layer, which has every key.
    pub(super) fn defaults() -> (Self, Vec<Problem>) {
        let source = Arc::new(Source::BuiltIn {
            file: embedded::file("defaults"),
            text: embedded::DEFAULTS.to_owned(),
        });
        let (root, problems) = yaml::parse(&source, embedded::DEFAULTS);
        let mut settings = Self {
            values: BTreeMap::new(),
            maps: BTreeMap::new(),
            order: Vec::new(),
        };
        if let Some(root) = root {
            settings.define("", root);
        }
        (settings, problems)
    }

    fn define(&mut self, prefix: &str, node: Node) {
        match node.value {
            Value::Map(entries) if !entries.is_empty() => {
                for entry in entries {
                    self.define(&join(prefix, &entry.key), entry.node);
                }
            }
            Value::Map(_) => {
                self.order.push(prefix.to_owned());
                self.maps.insert(prefix.to_owned(), BTreeMap::new());
            }
            _ => {
                self.order.push(prefix.to_owned());
                self.values.insert(prefix.to_owned(), node);
            }
        }
    }

    /// The keys that can be set, in the order of the defaults.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(String::as_str)
    }

    /// The value of a key.
    pub(super) fn value(&self, key: &str) -> Option<&Node> {
        self.values.get(key)
    }

    /// The entries of a map with free keys.
    pub(super) fn map(&self, key: &str) -> impl Iterator<Item = (&str, &Node)> {
        self.maps
            .get(key)
            .into_iter()
            .flatten()
            .map(|(key, node)| (key.as_str(), node))
    }

    /// Where every value came from; entries of maps by their own key, such as `lab.tags.team`.
    pub(super) fn origins(&self) -> BTreeMap<String, Origin> {
        let values = self
            .values
            .iter()
            .map(|(key, node)| (key.clone(), Origin::from(&node.place)));
        let entries = self.maps.iter().flat_map(|(map, entries)| {
            entries
                .iter()
                .map(move |(key, node)| (join(map, key), Origin::from(&node.place)))
        });
        values.chain(entries).collect()
    }

    /// Lays a file over what is there.
    pub(super) fn overlay(&mut self, root: Node, problems: &mut Vec<Problem>) {
        let what = root.describe();
        let Value::Map(entries) = root.value else {
            let problem = Problem::new(&root.place, text!("config-environment-is-map", what = what));
            problems.push(problem.help(text!("config-environment-is-map.remedy")));
            return;
        };
        for entry in entries {
            if entry.key != EXTENDS {
                self.overlay_entry("", &entry.key, &entry.place, entry.node, problems);
            }
        }
    }

    fn overlay_entry(&mut self, prefix: &str, key: &str, place: &Location, node: Node, problems: &mut Vec<Problem>) {
        let path = join(prefix, key);
        if let Some(slot) = self.values.get_mut(&path) {
            *slot = node;
        } else if self.maps.contains_key(&path) {
            self.overlay_map(&path, node, problems);
        } else if self.is_section(&path) {
            match node.value {
                Value::Map(entries) => {
                    for entry in entries {
                        self.overlay_entry(&path, &entry.key, &entry.place, entry.node, problems);
                    }
                }
                // A section with all its lines commented out.
                _ if node.is_null() => {}
                _ => {
                    let problem = Problem::new(&node.place, text!("config-section-is-value", what = node.describe()));
                    let keys = self.keys_of(&path);
                    problems.push(problem.help(text!("config-its-keys", keys = keys)).key(path));
                }
            }
        } else {
            problems.push(self.unknown(&path, place));
        }
    }

    fn overlay_map(&mut self, path: &str, node: Node, problems: &mut Vec<Problem>) {
        let Some(map) = self.maps.get_mut(path) else { return };
        if node.is_null() {
            map.clear();
            return;
        }
        let what = node.describe();
        let Value::Map(entries) = node.value else {
            let problem = Problem::new(&node.place, text!("config-map-is", what = what)).key(path);
            problems.push(problem.help(text!("config-such-as", example = "{team: blue}")));
            return;
        };
        for entry in entries {
            if entry.node.is_null() {
                map.remove(&entry.key);
            } else {
                map.insert(entry.key, entry.node);
            }
        }
    }

    /// Lays one value over what is there, given by the path of its key (from a flag or a variable).
    pub(super) fn set(&mut self, path: &str, node: Node, problems: &mut Vec<Problem>) {
        let place = node.place.clone();
        let into_map = self.map_of(path).map(str::to_owned);
        if path == EXTENDS {
            let problem = Problem::new(&place, text!("config-extends-in-file")).key(EXTENDS);
            problems.push(problem.help(text!("config-extends-in-file.remedy")));
            return;
        }
        // Free keys have dots of their own: everything after the map's name is the key.
        if let Some(map) = into_map {
            let key = path[map.len() + 1..].to_owned();
            let entries = self.maps.entry(map).or_default();
            if node.is_null() {
                entries.remove(&key);
            } else {
                entries.insert(key, node);
            }
        } else if self.is_section(path) {
            let problem = Problem::new(&place, text!("config-is-section")).key(path);
            problems.push(problem.help(text!("config-its-keys", keys = self.keys_of(path))));
        } else {
            self.overlay_entry("", path, &place, node, problems);
        }
    }

    /// Whether a value can be set by this path; an entry of a map with free keys is one.
    pub(super) fn is_key(&self, path: &str) -> bool {
        self.values.contains_key(path) || self.maps.contains_key(path) || self.map_of(path).is_some()
    }

    /// The map with free keys that a path leads into.
    fn map_of(&self, path: &str) -> Option<&str> {
        let leads_into = |map: &&str| path.strip_prefix(*map).is_some_and(|rest| rest.starts_with('.'));
        self.maps.keys().map(String::as_str).find(leads_into)
    }

    /// Whether it is the name of keys that have more to them.
    pub(super) fn is_section(&self, path: &str) -> bool {
        let inside = format!("{path}.");
        self.keys().any(|key| key.starts_with(&inside))
    }

    /// The keys of a section, for messages.
    pub(super) fn keys_of(&self, section: &str) -> String {
        let inside = format!("{section}.");
        let keys: std::collections::BTreeSet<&str> = self
            .keys()
            .filter_map(|key| key.strip_prefix(&inside))
            .map(|rest| rest.split('.').next().unwrap_or(rest))
            .collect();
        keys.into_iter()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn unknown(&self, path: &str, place: &Location) -> Problem {
        let problem = Problem::new(place, text!("config-unknown-key"));
        problem.key(path).help(self.remedy(path))
    }

    /// What to write instead of a key that there is not.
    pub(super) fn remedy(&self, path: &str) -> Text {
        let sections = self
            .keys()
            .filter_map(|key| key.split_once('.'))
            .map(|(section, _)| section);
        if let Some(near) = nearest(path, self.keys().chain(sections).chain([EXTENDS])) {
            return text!("config-did-you-mean", near = near);
        }
        let section = path
            .rsplit_once('.')
            .filter(|(section, _)| !self.keys_of(section).is_empty());
        match section {
            Some((section, _)) => text!(
                "config-keys-of",
                section = quoted(section),
                keys = self.keys_of(section)
            ),
            None => text!("config-all-keys"),
        }
    }
}

/// The path of a key below a section.
pub(super) fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}
