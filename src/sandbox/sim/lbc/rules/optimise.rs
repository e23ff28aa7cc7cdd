//! Rules that the controller leaves out: redirects that lead back to themselves, and what a redirect before it takes
//! everything from. (LBC `pkg/ingress/rule_optimizer.go`)

use super::rule::RuleModel;
use crate::state::{Redirect, RuleAction, RuleCondition};

/// The rules of the listener on `port` that are kept, in their order.
pub(super) fn kept(rules: Vec<RuleModel>, port: u16, secure: bool) -> Vec<RuleModel> {
    let mut kept: Vec<RuleModel> = Vec::new();
    for rule in rules {
        let shadows = |earlier: &RuleModel| {
            matches!(earlier.action, RuleAction::Redirect(_)) && covers(&earlier.conditions, &rule.conditions)
        };
        if !is_endless(&rule, port, secure) && !kept.iter().any(shadows) {
            kept.push(rule);
        }
    }
    kept
}

/// Whether a redirect leads back to what the rule takes.
fn is_endless(rule: &RuleModel, port: u16, secure: bool) -> bool {
    let RuleAction::Redirect(to) = &rule.action else {
        return false;
    };
    let same = Redirect::default();
    let values = |of: fn(&RuleCondition) -> Option<&Vec<String>>| rule.conditions.iter().find_map(of);
    let names = |values: Option<&Vec<String>>, text: &String| values.is_some_and(|values| values.contains(text));
    let protocol = if secure { "HTTPS" } else { "HTTP" };
    (to.host == same.host || names(values(hosts), &to.host))
        && (to.path == same.path || names(values(paths), &to.path))
        && (to.port == same.port || to.port == port.to_string())
        && (to.protocol == same.protocol || to.protocol == protocol)
        && to.query == same.query
}

fn hosts(condition: &RuleCondition) -> Option<&Vec<String>> {
    match condition {
        RuleCondition::Host(hosts) => Some(hosts),
        _ => None,
    }
}

fn paths(condition: &RuleCondition) -> Option<&Vec<String>> {
    match condition {
        RuleCondition::Path(paths) => Some(paths),
        _ => None,
    }
}

/// Whether whatever has the conditions of `other` has these as well, as far as the controller compares them.
fn covers(own: &[RuleCondition], other: &[RuleCondition]) -> bool {
    let within = |condition: &RuleCondition| match condition {
        RuleCondition::Path(patterns) if patterns.iter().any(|pattern| pattern == "/*") => true,
        RuleCondition::Host(patterns) => other.iter().find_map(hosts).is_some_and(|of| is_part(of, patterns)),
        RuleCondition::Path(patterns) => other.iter().find_map(paths).is_some_and(|of| is_part(of, patterns)),
        others => other.contains(others),
    };
    own.iter().all(within)
}

fn is_part(of: &[String], patterns: &[String]) -> bool {
    of.iter().all(|pattern| patterns.contains(pattern))
}
