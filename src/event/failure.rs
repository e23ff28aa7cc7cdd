//! How a step failed, and what that leaves behind.

use serde::{Deserialize, Serialize};

use crate::lang::Text;

/// How a step failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Which way.
    pub class: FailureClass,
    /// What went wrong, causes included, outermost first.
    pub causes: Vec<Text>,
    /// What it leaves behind.
    pub leaves: Leaves,
    /// The one command or action to go on.
    pub hint: Text,
    /// The stage that a step was in which was not waited for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Text>,
}

/// Which way a step failed; the exit code follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FailureClass {
    /// A call or the goal failed.
    Failed,
    /// The limit of the wait was reached.
    Timeout,
    /// Somebody else holds or changed something.
    Conflict,
    /// The user stopped the run.
    Interrupted,
}

/// What a failed step leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Leaves {
    /// Nothing was made or changed.
    Nothing,
    /// Something is there that a rerun goes on with and `destroy` removes.
    Something,
    /// It is not known whether the call took effect.
    Unknown,
}
