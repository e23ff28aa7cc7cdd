//! What is on record of a class: a line of JSON for each run of a lab that has ended. A line is written as a whole and synced,
//! so that a process that is killed loses nothing but the time of the labs under way; a last line that is half is none.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::RunVerb;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When, by the clock of the run.
    pub at: Timestamp,
    /// What was carried out.
    pub verb: RunVerb,
    /// The lab's name.
    pub lab: String,
    /// Its cluster, as the roster has it.
    pub cluster: String,
    /// How it ended.
    pub exit_code: u8,
    /// Where the game answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

impl Entry {
    /// The line, with its end.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string(self)? + "\n")
    }
}

/// What every line begins with.
const BEGIN: &str = "{\"at\":\"";

/// The last that is known of each lab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Journal {
    last: BTreeMap<(String, String), Entry>,
}

impl Journal {
    /// Whether a file of this text is a journal, or may become one: it has nothing, or begins with a line of ours, be it half.
    pub fn is_one(text: &str) -> bool {
        match text.split_once('\n') {
            Some((first, _)) => serde_json::from_str::<Entry>(first).is_ok(),
            None => BEGIN.starts_with(text) || text.starts_with(BEGIN),
        }
    }

    /// Reads the lines; what is not whole is passed over.
    pub fn read(text: &str) -> Self {
        let entries = text.lines().filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        let last = entries.map(|entry| ((entry.cluster.clone(), entry.lab.clone()), entry));
        Self { last: last.collect() }
    }

    /// The last that is on record of a lab.
    pub fn entry(&self, cluster: &str, lab: &str) -> Option<&Entry> {
        self.last.get(&(cluster.to_owned(), lab.to_owned()))
    }

    /// The record that this was done to a lab and has come about, if nothing was done to it since.
    pub fn done(&self, cluster: &str, lab: &str, verb: RunVerb) -> Option<&Entry> {
        self.entry(cluster, lab)
            .filter(|entry| entry.verb == verb && entry.exit_code == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(verb: RunVerb, lab: &str, exit_code: u8) -> String {
        let entry = Entry {
            at: "2026-11-24T09:00:00Z".parse().unwrap(),
            verb,
            lab: lab.to_owned(),
            cluster: "eks1".to_owned(),
            exit_code,
            url: None,
            cause: None,
        };
        entry.line().unwrap()
    }

    #[test]
    fn the_last_line_of_a_lab_counts_and_half_a_line_does_not() {
        let text = [
            entry(RunVerb::Apply, "a", 1),
            entry(RunVerb::Apply, "a", 0),
            entry(RunVerb::Apply, "b", 0),
            entry(RunVerb::Destroy, "b", 0),
            entry(RunVerb::Apply, "c", 5),
            "{\"at\":\"2026".to_owned(),
        ];
        let journal = Journal::read(&text.concat());
        let done = |lab| journal.done("eks1", lab, RunVerb::Apply).is_some();
        assert!(done("a") && !done("b") && !done("c") && !done("d"));
        assert!(journal.done("eks1", "b", RunVerb::Destroy).is_some());
        assert!(journal.done("eks2", "a", RunVerb::Apply).is_none());
        assert_eq!(journal.entry("eks1", "c").unwrap().exit_code, 5);
    }
}
