//! What a listener's rules should be.

use crate::state::{RuleAction, RuleCondition};

/// The rules of one listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim::lbc) struct PortRules {
    /// In the order in which they are tried.
    pub(in crate::sim::lbc) rules: Vec<RuleModel>,
    /// What happens to all other requests.
    pub(in crate::sim::lbc) default: RuleAction,
}

/// A rule that should be; its action names target groups of the stack, or has the ARNs of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim::lbc) struct RuleModel {
    pub(in crate::sim::lbc) conditions: Vec<RuleCondition>,
    pub(in crate::sim::lbc) action: RuleAction,
}
