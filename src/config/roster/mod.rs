//! Rosters: the labs of a class, one a row.
//!
//! A row is one more layer of its lab's environment: above the files, below variables and flags. A column is a key of
//! environments (`lab` is `lab.name`), `principal`, who works on the lab, or the instructor's own, which is carried along.

mod column;
mod draft;
mod listed;
mod load;
mod tabular;

use std::collections::BTreeMap;

use super::loader::Resolved;

/// The labs of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Roster {
    /// The file, as shown to users.
    pub label: String,
    /// Its text, as it was read.
    pub text: String,
    /// The columns that are the instructor's own, in their order.
    pub columns: Vec<String>,
    /// The labs, in their order; no name or namespace of a cluster is there twice.
    pub labs: Vec<RosterLab>,
}

/// One lab of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct RosterLab {
    /// The line where it begins, from 1.
    pub line: usize,
    /// Its environment.
    pub resolved: Resolved,
    /// Who works on it: the ARN of a role or user of IAM.
    pub principal: Option<String>,
    /// What the instructor's own columns have for it.
    pub own: BTreeMap<String, String>,
}

impl RosterLab {
    /// The lab's name.
    pub fn name(&self) -> &str {
        &self.resolved.environment.lab.name
    }
}

#[cfg(test)]
mod tests;
