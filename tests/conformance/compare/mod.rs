//! The sandbox against the real thing, answer by answer.
//!
//! The same requests go to both; the answers are compared as JSON after what is random (ids, times,
//! versions) has got stable names. What may differ is in `accepted.yaml`, each with its reason; an entry that no
//! longer differs fails too, so that the file can only shrink.

mod aws;
mod kubernetes;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

/// Differences that are as they should be.
const ACCEPTED: &str = include_str!("accepted.yaml");

/// One difference that is as it should be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Accepted {
    /// The suite that asks: `kubernetes` or `aws`.
    suite: String,
    /// Names of requests.
    requests: Vec<String>,
    /// Where in the answer: a JSON pointer, in which `*` is any step; all below it is meant too.
    at: String,
    /// Why that is right.
    reason: String,
}

/// What a suite has compared so far.
pub(crate) struct Comparison {
    suite: &'static str,
    accepted: Vec<Accepted>,
    used: BTreeSet<(usize, String)>,
    asked: BTreeMap<String, Outcome>,
    report: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Equal,
    Accepted,
    Different,
}

impl Comparison {
    /// Nothing compared yet.
    pub(crate) fn of(suite: &'static str) -> Self {
        let mut accepted: Vec<Accepted> = serde_saphyr::from_str(ACCEPTED).unwrap();
        accepted.retain(|entry| entry.suite == suite);
        for entry in &accepted {
            assert!(
                entry.reason.len() > 10,
                "an accepted difference has no reason: {entry:?}"
            );
        }
        Self {
            suite,
            accepted,
            used: BTreeSet::new(),
            asked: BTreeMap::new(),
            report: String::new(),
        }
    }

    /// Takes in both answers to the request called `name`. Names are unique within a suite.
    pub(crate) fn compare(&mut self, name: &str, sandbox: &Value, real: &Value) {
        let mut outcome = Outcome::Equal;
        for difference in differences(sandbox, real) {
            let found = self.accepted.iter().position(|entry| {
                entry.requests.iter().any(|request| request == name) && is_below(&difference.at, &entry.at)
            });
            if let Some(index) = found {
                self.used.insert((index, name.to_owned()));
                outcome = if outcome == Outcome::Equal {
                    Outcome::Accepted
                } else {
                    outcome
                };
            } else {
                outcome = Outcome::Different;
                let Difference { at, sandbox, real } = difference;
                let _ = writeln!(self.report, "{name} at {at}:\n  sandbox {sandbox}\n  real    {real}");
            }
        }
        let before = self.asked.insert(name.to_owned(), outcome);
        assert!(before.is_none(), "two requests are called {name}");
    }

    /// Prints the sum, and fails if anything differs that may not, or no longer differs.
    pub(crate) fn finish(self, at_least: usize) {
        let count = |wanted| self.asked.values().filter(|outcome| **outcome == wanted).count();
        let (equal, accepted) = (count(Outcome::Equal), count(Outcome::Accepted));
        println!(
            "{}: requests {}, equal {equal}, accepted differences {accepted}",
            self.suite,
            self.asked.len()
        );
        let entries = self.accepted.iter().enumerate();
        let named = entries.flat_map(|(index, entry)| entry.requests.iter().map(move |name| (index, name.clone())));
        let idle: Vec<String> = named
            .filter(|used| !self.used.contains(used))
            .map(|(index, name)| format!("{name} at {}", self.accepted[index].at))
            .collect();
        assert!(
            self.report.is_empty(),
            "differences that nobody accepted:\n{}",
            self.report
        );
        assert!(
            idle.is_empty(),
            "accepted differences that are none any more: {idle:#?}"
        );
        assert!(self.asked.len() >= at_least, "only {} requests", self.asked.len());
    }
}

/// One place in which two answers differ.
struct Difference {
    at: String,
    sandbox: Value,
    real: Value,
}

fn is_below(at: &str, top: &str) -> bool {
    let mut steps = at.split('/');
    top.split('/')
        .all(|wanted| steps.next().is_some_and(|step| wanted == "*" || wanted == step))
}

fn differences(sandbox: &Value, real: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", Some(sandbox), Some(real), &mut found);
    found
}

/// What is missing on one side shows as `null` there.
fn walk(at: &str, sandbox: Option<&Value>, real: Option<&Value>, found: &mut Vec<Difference>) {
    match (sandbox, real) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for key in keys {
                let step = key.replace('~', "~0").replace('/', "~1");
                walk(&format!("{at}/{step}"), left.get(key), right.get(key), found);
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            for index in 0..left.len().max(right.len()) {
                walk(&format!("{at}/{index}"), left.get(index), right.get(index), found);
            }
        }
        (left, right) if left == right => {}
        (left, right) => found.push(Difference {
            at: at.to_owned(),
            sandbox: left.cloned().unwrap_or_default(),
            real: right.cloned().unwrap_or_default(),
        }),
    }
}
