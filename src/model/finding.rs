//! Results of preflight checks.

use serde::{Deserialize, Serialize};

use super::id::NodeId;
use crate::lang::Text;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Checked and fine.
    Ok,
    /// Could not be checked; the evidence has the reason.
    Unknown,
    /// The lab can work, but something is worth knowing.
    Warning,
    /// The lab cannot work; `apply` stops before its first change.
    Error,
}

impl Severity {
    /// The word for it in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The check's id, such as `C12` or `lbc-absent`; `explain ID` describes it.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// The node it concerns, if one.
    pub node: Option<NodeId>,
    /// What was checked, one line: "23 subnets, 3 of them private".
    pub title: Text,
    /// What was seen: ids and values.
    pub evidence: Text,
    /// What to do about it, as a command where there is one.
    pub remedy: Option<Text>,
}
