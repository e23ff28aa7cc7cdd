//! The pod execution role, as IAM describes it, and who asks.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::task::Pin;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Caller {
    /// Account number.
    pub account: String,
    /// ARN of the caller.
    pub arn: String,
}

/// The name of a role: the last part of its ARN, after its path.
pub fn role_name_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Unique id (`AROA…`), different after a deletion and re-creation.
    pub id: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Trust policy, decoded.
    pub trust: Value,
    /// Attached managed policies (ARNs).
    pub attached: Vec<String>,
    /// Names of inline policies.
    pub inline: Vec<String>,
    /// Permissions boundary (ARN).
    pub permissions_boundary: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

impl Role {
    /// Distinguishes this very role from one of the same name made later.
    pub fn pin(&self) -> Pin {
        Pin::made(&self.arn, self.created_at)
    }
}
