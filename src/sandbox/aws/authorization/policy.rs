//! Whether a policy allows an action on a resource.

use crate::state::{Effect, OneOrMany, Operator, Policy, Statement};
use crate::wildcard;

/// Parts of an ARN; the last has everything that follows.
const PARTS: usize = 6;

/// What a call asks of the caller's policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    /// `service:Action`.
    pub(super) action: String,
    /// ARN, or `*` where the action has no resources.
    pub(super) resource: String,
    /// Condition keys and their values.
    pub(super) context: Vec<(String, String)>,
}

impl Need {
    /// An action that has no resources.
    pub(super) fn anywhere(action: impl Into<String>) -> Self {
        Self::on(action, "*")
    }

    /// An action on a resource.
    pub(super) fn on(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: Vec::new(),
        }
    }

    /// With the value of a condition key.
    pub(super) fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.context.push((key.into(), value.into()));
        self
    }
}

/// What a policy says to a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling {
    Allowed,
    /// Nothing allows it.
    NotAllowed,
    /// Something denies it.
    Denied,
}

/// What the policy says to this.
pub(super) fn ruling(policy: &Policy, need: &Need) -> Ruling {
    let is_there = |effect: Effect| {
        let mut statements = policy.statement.iter();
        statements.any(|statement| statement.effect == effect && applies(statement, need))
    };
    if is_there(Effect::Deny) {
        Ruling::Denied
    } else if is_there(Effect::Allow) {
        Ruling::Allowed
    } else {
        Ruling::NotAllowed
    }
}

fn applies(statement: &Statement, need: &Need) -> bool {
    let action = need.action.to_lowercase();
    any(&statement.action, |pattern| {
        wildcard::matches(&pattern.to_lowercase(), &action)
    }) && any(&statement.resource, |pattern| is_arn_like(pattern, &need.resource))
        && statement
            .condition
            .iter()
            .all(|(operator, keys)| keys.iter().all(|(key, wanted)| holds(*operator, key, wanted, need)))
}

/// Whether a condition holds. A key that the call does not have holds for nothing.
fn holds(operator: Operator, key: &str, wanted: &OneOrMany, need: &Need) -> bool {
    let value = need.context.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
    value.is_some_and(|(_, value)| {
        any(wanted, |wanted| match operator {
            Operator::StringEquals => wanted == value,
            Operator::StringLike => wildcard::matches(wanted, value),
            Operator::ArnEquals | Operator::ArnLike => is_arn_like(wanted, value),
        })
    })
}

fn any(words: &OneOrMany, is_it: impl Fn(&str) -> bool) -> bool {
    words.words().iter().any(|word| is_it(word))
}

/// Whether an ARN matches a pattern, part by part: a wildcard does not reach over a colon into the next part.
fn is_arn_like(pattern: &str, arn: &str) -> bool {
    if pattern == "*" {
        return true;
    }
    let (pattern, arn): (Vec<&str>, Vec<&str>) =
        (pattern.splitn(PARTS, ':').collect(), arn.splitn(PARTS, ':').collect());
    pattern.len() == arn.len()
        && pattern
            .iter()
            .zip(arn)
            .all(|(pattern, part)| wildcard::matches(pattern, part))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn policy(statements: &serde_json::Value) -> Policy {
        serde_json::from_value(json!({"Version": "2012-10-17", "Statement": statements})).unwrap()
    }

    #[test]
    fn actions_resources_and_conditions_all_count() {
        let policy = policy(&json!([
            {"Effect": "Allow", "Action": ["iam:PassRole", "ec2:Describe*"], "Resource": "arn:*:iam::*:role/lab-*",
             "Condition": {"StringEquals": {"iam:PassedToService": ["a.amazonaws.com", "b.amazonaws.com"]}}},
            {"Effect": "Allow", "Action": "eks:*", "Resource": ["*"]},
            {"Effect": "Deny", "Action": "eks:DeleteCluster", "Resource": "*"},
        ]));
        let role = "arn:aws:iam::1:role/lab-x";
        let pass = |role: &str, service: &str| Need::on("iam:PassRole", role).with("IAM:passedtoservice", service);
        for (need, expected) in [
            (pass(role, "a.amazonaws.com"), Ruling::Allowed),
            (pass(role, "b.amazonaws.com"), Ruling::Allowed),
            (pass(role, "c.amazonaws.com"), Ruling::NotAllowed),
            (pass("arn:aws:iam::1:role/other", "a.amazonaws.com"), Ruling::NotAllowed),
            (Need::on("iam:PassRole", role), Ruling::NotAllowed),
            (
                Need::anywhere("iam:passrole").with("iam:PassedToService", "a.amazonaws.com"),
                Ruling::NotAllowed,
            ),
            (Need::anywhere("EKS:listclusters"), Ruling::Allowed),
            (
                Need::on("eks:DeleteCluster", "arn:aws:eks:r:1:cluster/c"),
                Ruling::Denied,
            ),
            (Need::anywhere("ec2:DescribeSubnets"), Ruling::NotAllowed),
            (Need::anywhere("s3:ListBuckets"), Ruling::NotAllowed),
        ] {
            assert_eq!(ruling(&policy, &need), expected, "{need:?}");
        }
    }

    #[test]
    fn wildcards_stay_in_their_part_of_an_arn() {
        assert!(is_arn_like("arn:*:eks:*:*:cluster/*", "arn:aws:eks:r:1:cluster/a/b"));
        assert!(!is_arn_like("arn:*:cluster/*", "arn:aws:eks:r:1:cluster/a"));
        assert!(
            !is_arn_like("arn:*:eks:*:*:cluster/*", "*"),
            "a call on everything needs a grant on everything"
        );
    }

    #[test]
    fn what_is_not_judged_is_not_read() {
        for statement in [
            json!({"Effect": "Allow", "NotAction": "a:b", "Resource": "*"}),
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "*", "Principal": "*"}),
            json!({"Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "::"}}}),
        ] {
            let document = json!({"Version": "2012-10-17", "Statement": [statement]});
            assert!(
                serde_json::from_value::<Policy>(document.clone()).is_err(),
                "{document}"
            );
        }
    }
}
