//! Who calls, and what that one may do: a policy of IAM, and groups that the cluster's roles are bound to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Somebody who may do only what is allowed. In AWS that is what the policy allows; in the cluster it is what the
/// roles there allow that are bound to one of the groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The identity-based policy of the caller, the only one.
    pub policy: Policy,
    /// The groups that the cluster knows the caller by.
    pub groups: Vec<String>,
}

/// A policy document of IAM with the elements and operators that the sandbox judges. A document with others cannot be read:
/// what is overlooked would be a permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Policy {
    /// Version of the language.
    pub version: String,
    /// Statements.
    pub statement: Vec<Statement>,
}

/// A statement of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Statement {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Patterns of actions.
    pub action: OneOrMany,
    /// Patterns of ARNs.
    pub resource: OneOrMany,
    /// What must hold, by operator and key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: BTreeMap<Operator, BTreeMap<String, OneOrMany>>,
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// Allows.
    Allow,
    /// Denies, whatever allows.
    Deny,
}

/// How a condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Operator {
    /// As they are.
    StringEquals,
    /// With wildcards.
    StringLike,
    /// As ARNs, with wildcards.
    ArnEquals,
    /// The same.
    ArnLike,
}

/// One word or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// A list.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The words.
    pub(crate) fn words(&self) -> &[String] {
        match self {
            Self::One(word) => std::slice::from_ref(word),
            Self::Many(words) => words,
        }
    }
}
