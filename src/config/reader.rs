//! Reads typed values out of settings and collects everything that is invalid.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::problem::{Problem, in_quotes, quoted};
use super::rules::{Flaw, Rule};
use super::settings::Settings;
use super::source::Location;
use super::values::Auto;
use super::yaml::{Node, Value, is_no_text, is_null};
use crate::lang::{Text, text};

/// The word for "found out by the program".
const AUTO: &str = "auto";

/// Settings being read. A method answers `None` when it has noted a problem (or, for optional keys, when there is nothing).
pub(super) struct Reader<'a> {
    settings: &'a Settings,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            problems: Vec::new(),
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Notes a flaw of a key at the place where its value was written.
    pub(super) fn note(&mut self, key: &str, flaw: Flaw) {
        if let Some(node) = self.settings.value(key) {
            let place = node.place.clone();
            self.note_at(key, &place, flaw);
        }
    }

    /// Notes a flaw of an entry of a map with free keys.
    pub(super) fn note_entry(&mut self, map: &str, entry: &str, flaw: Flaw) {
        let place = self
            .settings
            .map(map)
            .find(|(key, _)| *key == entry)
            .map(|(_, node)| node.place.clone());
        if let Some(place) = place {
            self.note_at(&format!("{map}.{entry}"), &place, flaw);
        }
    }

    fn note_at(&mut self, shown: &str, place: &Location, flaw: Flaw) {
        let mut problem = Problem::new(place, flaw.message).key(shown);
        if flaw.is_missing {
            problem = problem.missing_value();
        }
        self.problems.push(match flaw.help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }

    fn taken<T>(&mut self, shown: &str, place: &Location, result: Result<T, Flaw>) -> Option<T> {
        result.map_err(|flaw| self.note_at(shown, place, flaw)).ok()
    }

    fn node(&self, key: &str) -> Option<&'a Node> {
        self.settings.value(key)
    }

    fn given(&mut self, key: &str, remedy: Text) -> Option<&'a Node> {
        let node = self.node(key)?;
        if node.is_null() {
            let flaw = Flaw::missing().help(remedy);
            self.note_at(key, &node.place, flaw);
            return None;
        }
        Some(node)
    }

    /// A text that must be there.
    pub(super) fn text<T>(&mut self, key: &str, rule: Rule<T>) -> Option<T> {
        let node = self.given(key, text!("config-give-value", key = key))?;
        self.taken(key, &node.place, text(node).and_then(rule))
    }

    /// A text, or nothing.
    pub(super) fn optional<T>(&mut self, key: &str, rule: Rule<T>) -> Option<T> {
        let node = self.node(key).filter(|node| !node.is_null())?;
        self.taken(key, &node.place, text(node).and_then(rule))
    }

    /// A text that may look like a number, or nothing.
    pub(super) fn optional_amount<T>(&mut self, key: &str, rule: Rule<T>) -> Option<T> {
        let node = self.node(key).filter(|node| !node.is_null())?;
        self.taken(
            key,
            &node.place,
            scalar(node, text!("config-must-be-number-or-text")).and_then(rule),
        )
    }

    /// `auto`, or a text.
    pub(super) fn auto<T>(&mut self, key: &str, rule: Rule<T>) -> Option<Auto<T>> {
        let node = self.given(key, text!("config-write-auto-or-value"))?;
        let result = text(node).and_then(|text| match text {
            AUTO => Ok(Auto::Auto),
            text => rule(text).map(Auto::Given),
        });
        self.taken(key, &node.place, result)
    }

    /// A duration; a bare number is refused for want of a unit.
    pub(super) fn amount<T>(&mut self, key: &str, rule: Rule<T>) -> Option<T> {
        let node = self.given(key, text!("config-give-duration"))?;
        let result = scalar(node, text!("config-must-be-written-duration")).and_then(rule);
        self.taken(key, &node.place, result)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, choices: &[(&str, T)]) -> Option<T> {
        let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let node = self.given(key, text!("config-one-of", words = words.join(", ")))?;
        let result = scalar(node, text!("config-must-be-word")).and_then(|text| {
            let found = choices.iter().find(|(word, _)| *word == text);
            found.map(|(_, value)| *value).ok_or_else(|| {
                let words_of_choice = any_of(&words);
                let value = in_quotes(text);
                let flaw = Flaw::new(text!("config-must-be-one-of", words = words_of_choice, value = value));
                match crate::model::nearest(text, words.iter().copied()) {
                    Some(near) => flaw.help(text!("config-did-you-mean", near = near)),
                    None => flaw,
                }
            })
        });
        self.taken(key, &node.place, result)
    }

    /// `true` or `false`; in a variable or flag also the other usual words.
    pub(super) fn flag(&mut self, key: &str) -> Option<bool> {
        let node = self.given(key, text!("config-write-boolean"))?;
        let result = match &node.value {
            Value::Scalar { text, plain: true } if text == "true" => Ok(true),
            Value::Scalar { text, plain: true } if text == "false" => Ok(false),
            Value::Scalar { text, .. } => match meant_as(text) {
                Some(meant) if !node.place.source.is_file() => Ok(meant),
                meant => Err(no_boolean(text, meant)),
            },
            _ => Err(Flaw::new(text!("config-must-be-boolean", what = node.describe()))),
        };
        self.taken(key, &node.place, result)
    }

    /// A number in a range.
    pub(super) fn number<T>(&mut self, key: &str, range: &RangeInclusive<T>, sort: Number) -> Option<T>
    where
        T: FromStr + PartialOrd + Display,
    {
        let node = self.given(key, text!("config-give-number"))?;
        let flaw = |what: Text| {
            let must = match sort {
                Number::Whole => text!("config-must-be-whole-number"),
                Number::Any => text!("config-must-be-number"),
            };
            let (least, most) = (range.start().to_string(), range.end().to_string());
            Flaw::new(must.with("least", least).with("most", most).with("what", what))
        };
        let result = match &node.value {
            Value::Scalar { text, plain: true } => match text.parse::<T>() {
                Ok(number) if range.contains(&number) => Ok(number),
                _ if text.parse::<f64>().is_ok() => Err(flaw(quoted(text).into())),
                _ => Err(flaw(node.describe())),
            },
            Value::Scalar { text, .. } if text.parse::<T>().is_ok() => {
                Err(flaw(node.describe()).help(text!("config-write-without-quotes", number = quoted(text))))
            }
            _ => Err(flaw(node.describe())),
        };
        self.taken(key, &node.place, result)
    }

    /// A number in a range, or nothing.
    pub(super) fn optional_number<T>(&mut self, key: &str, range: &RangeInclusive<T>, sort: Number) -> Option<T>
    where
        T: FromStr + PartialOrd + Display,
    {
        self.node(key).filter(|node| !node.is_null())?;
        self.number(key, range, sort)
    }

    /// A list of texts, each by the rule, none twice.
    pub(super) fn texts(&mut self, key: &str, rule: Rule<String>) -> Option<Vec<String>> {
        let node = self.given(key, text!("config-write-empty-list"))?;
        self.list_of(key, node, rule)
    }

    /// `auto`, or a list of texts that is not empty.
    pub(super) fn auto_texts(&mut self, key: &str, rule: Rule<String>) -> Option<Auto<Vec<String>>> {
        let node = self.given(key, text!("config-write-auto-or-list"))?;
        if is_auto(node) {
            return Some(Auto::Auto);
        }
        let list = self.list_of(key, node, rule)?;
        if list.is_empty() {
            self.note_at(key, &node.place, Flaw::new(text!("config-list-empty")));
            return None;
        }
        Some(Auto::Given(list))
    }

    fn list_of(&mut self, key: &str, node: &'a Node, rule: Rule<String>) -> Option<Vec<String>> {
        let items = self.items(key, node)?;
        let mut list = Vec::new();
        for (position, item) in items.iter().enumerate() {
            let shown = format!("{key}[{position}]");
            if let Some(entry) = self.taken(&shown, &item.place, text(item).and_then(rule)) {
                if list.contains(&entry) {
                    let flaw = Flaw::new(text!("config-in-list-twice", value = in_quotes(&entry)));
                    self.note_at(&shown, &item.place, flaw);
                }
                list.push(entry);
            }
        }
        (list.len() == items.len()).then_some(list)
    }

    /// The items of a list, or `None` (with a problem) where there is none.
    fn items(&mut self, key: &str, node: &'a Node) -> Option<&'a [Node]> {
        if let Value::List(items) = &node.value {
            return Some(items);
        }
        let flaw = Flaw::new(text!("config-must-be-list", what = node.describe()));
        let flaw = match &node.value {
            Value::Scalar { text, .. } if !text.is_empty() => {
                flaw.help(text!("config-list-of-one", value = quoted(text)))
            }
            _ => flaw,
        };
        self.note_at(key, &node.place, flaw);
        None
    }

    /// `auto`, or the items of a list, each with the name it goes by in messages.
    pub(super) fn auto_items(&mut self, key: &str) -> Option<Auto<Vec<(String, &'a Node)>>> {
        let node = self.given(key, text!("config-write-auto-or-list"))?;
        if is_auto(node) {
            return Some(Auto::Auto);
        }
        let items = self.items(key, node)?;
        let named = items
            .iter()
            .enumerate()
            .map(|(position, item)| (format!("{key}[{position}]"), item));
        Some(Auto::Given(named.collect()))
    }

    /// The entries of a map in a list: known keys only.
    pub(super) fn item_map(
        &mut self,
        shown: &str,
        item: &'a Node,
        known: &[&str],
    ) -> Option<BTreeMap<&'a str, &'a Node>> {
        let Value::Map(entries) = &item.value else {
            let (keys, what) = (all_of(known), item.describe());
            let flaw = Flaw::new(text!("config-must-be-map-with", keys = keys, what = what));
            self.note_at(shown, &item.place, flaw);
            return None;
        };
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let help = match crate::model::nearest(&entry.key, known.iter().copied()) {
                Some(near) => text!("config-did-you-mean", near = near),
                None => text!("config-the-keys", keys = all_of(known)),
            };
            let flaw = Flaw::new(text!("config-unknown-key")).help(help);
            self.note_at(&format!("{shown}.{}", entry.key), &entry.place, flaw);
        }
        Some(entries.iter().map(|entry| (entry.key.as_str(), &entry.node)).collect())
    }

    /// One text of such a map.
    pub(super) fn item_text(&mut self, shown: &str, node: &'a Node, rule: Rule<String>) -> Option<String> {
        self.taken(shown, &node.place, text(node).and_then(rule))
    }

    /// Notes a flaw of an item of a list.
    pub(super) fn note_item(&mut self, shown: &str, item: &Node, flaw: Flaw) {
        self.note_at(shown, &item.place, flaw);
    }

    /// A map of texts inside such a map.
    pub(super) fn item_texts(&mut self, shown: &str, node: &'a Node, rules: Pair) -> BTreeMap<String, String> {
        if node.is_null() {
            return BTreeMap::new();
        }
        let Value::Map(entries) = &node.value else {
            let flaw = Flaw::new(text!("config-must-be-map", what = node.describe()));
            self.note_at(shown, &node.place, flaw);
            return BTreeMap::new();
        };
        let pairs: Vec<(&str, &Node)> = entries.iter().map(|entry| (entry.key.as_str(), &entry.node)).collect();
        self.pairs(shown, &pairs, rules)
    }

    /// A map with free keys.
    pub(super) fn map(&mut self, key: &str, rules: Pair) -> BTreeMap<String, String> {
        let settings = self.settings;
        let pairs: Vec<(&str, &Node)> = settings.map(key).collect();
        self.pairs(key, &pairs, rules)
    }

    fn pairs(&mut self, shown: &str, pairs: &[(&str, &Node)], rules: Pair) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        for (name, node) in pairs {
            let shown = format!("{shown}.{name}");
            let result = (rules.key)(name).and_then(|name| Ok((name, (rules.value)(text(node)?)?)));
            map.extend(self.taken(&shown, &node.place, result));
        }
        map
    }
}

/// The rules of a map's keys and values.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) key: Rule<String>,
    pub(super) value: Rule<String>,
}

/// A sort of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// Without a fraction.
    Whole,
    /// With one or without.
    Any,
}

fn is_auto(node: &Node) -> bool {
    matches!(&node.value, Value::Scalar { text, .. } if text == AUTO)
}

/// Words of which it has to be one.
fn any_of(words: &[&str]) -> Text {
    let words = words.iter().map(|word| Text::from(format!("`{word}`")));
    let either = words.reduce(|first, second| text!("config-or", first = first, second = second));
    either.unwrap_or_default()
}

/// Words that belong together.
fn all_of(words: &[&str]) -> Text {
    let words = words.iter().map(|word| Text::from(format!("`{word}`")));
    let both = words.reduce(|first, second| text!("config-and", first = first, second = second));
    both.unwrap_or_default()
}

/// A scalar; `must` says what it has to be.
fn scalar(node: &Node, must: Text) -> Result<&str, Flaw> {
    match &node.value {
        Value::Scalar { text, .. } => Ok(text),
        _ => Err(Flaw::new(must.with("what", node.describe()))),
    }
}

/// A text. In a file a number or boolean without quotes is none, because other readers of YAML would take it for what
/// it looks like; in a variable or flag everything is a text that is wanted as one.
fn text(node: &Node) -> Result<&str, Flaw> {
    let text = scalar(node, text!("config-must-be-text"))?;
    let has_quotes = !matches!(node.value, Value::Scalar { plain: true, .. }) || !node.place.source.is_file();
    if has_quotes || !(is_no_text(text) || is_null(text)) {
        return Ok(text);
    }
    let flaw = Flaw::new(text!("config-must-be-text", what = node.describe()));
    Err(flaw.help(text!("config-put-in-quotes", text = quoted(text))))
}

/// What a word other than `true` and `false` is meant as.
fn meant_as(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "y" | "true" | "1" => Some(true),
        "no" | "off" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

fn no_boolean(text: &str, meant: Option<bool>) -> Flaw {
    let flaw = Flaw::new(text!("config-must-be-boolean", what = in_quotes(text)));
    match meant {
        Some(meant) => flaw.help(text!("config-write", word = meant.to_string())),
        None => flaw,
    }
}
