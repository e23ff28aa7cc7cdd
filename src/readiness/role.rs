//! Pod execution roles: ready once the policy that Fargate needs is attached; whether one that somebody else made will do.

use serde_json::Value;

use super::verdict::Verdict;
use crate::lang::text;
use crate::model::{Profile, Role, RoleSpec, matches_wildcard};

/// Who assumes a pod execution role, in every partition.
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html>
const FARGATE: &str = "eks-fargate-pods.amazonaws.com";
/// The managed policy that such a role needs, by its name.
const POLICY: &str = "AmazonEKSFargatePodExecutionRolePolicy";

/// Whether the role can start pods.
pub fn role(found: Option<&Role>, wanted: &RoleSpec) -> Verdict {
    match found {
        None => Verdict::absent(text!("is-no-role")),
        Some(role) if role.attached.contains(&wanted.policy_arn) => Verdict::ready(text!("is-ready")),
        Some(_) => Verdict::pending(
            text!("is-awaiting-policy"),
            text!("is-policy-not-yet", policy = &wanted.policy_arn),
        ),
    }
}

/// Whether the role that a profile has can start its pods: Fargate may assume it for that profile, and it has the policy.
pub fn role_of_profile(found: Option<&Role>, profile: &Profile) -> Verdict {
    let Some(role) = found else {
        return Verdict::absent(text!("is-no-role"));
    };
    if !trusts_fargate(&role.trust, profile) {
        return Verdict::failed(text!("is-role-trust"), text!("is-not-assumable", service = FARGATE));
    }
    if !role.attached.iter().any(|arn| arn.ends_with(&format!("/{POLICY}"))) {
        return Verdict::failed(text!("is-role-policy"), text!("is-policy-lacking", policy = POLICY));
    }
    Verdict::ready(text!("is-ready"))
}

/// Whether a statement of the trust policy lets Fargate assume the role for the profile.
fn trusts_fargate(trust: &Value, profile: &Profile) -> bool {
    one_or_more(&trust["Statement"]).any(|statement| {
        let names = |field: &Value, wanted: &[&str]| {
            one_or_more(field)
                .filter_map(Value::as_str)
                .any(|word| wanted.contains(&word))
        };
        statement["Effect"] == "Allow"
            && names(&statement["Principal"]["Service"], &[FARGATE])
            && names(&statement["Action"], &["sts:AssumeRole", "sts:*", "*"])
            && conditions(statement).all(|(key, values)| is_met(key, values, profile))
    })
}

/// IAM writes a list of one element as that element.
fn one_or_more(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(items) => items.iter(),
        single => std::slice::from_ref(single).iter(),
    }
}

/// Keys and values of a statement's conditions, whatever their operator.
fn conditions(statement: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    operators.flat_map(|(_, keys)| keys.as_object().into_iter().flatten())
}

/// Whether EKS meets a condition when it asks for the profile; of conditions on anything else that is not known.
fn is_met(key: &str, values: &Value, profile: &Profile) -> bool {
    let account = profile.arn.split(':').nth(4).unwrap_or_default();
    let asked = match key.to_ascii_lowercase().as_str() {
        "aws:sourcearn" => profile.arn.as_str(),
        "aws:sourceaccount" => account,
        _ => return true,
    };
    one_or_more(values)
        .filter_map(Value::as_str)
        .any(|pattern| matches_wildcard(pattern, asked))
}

/// Whether the role is gone.
pub fn role_gone(found: Option<&Role>) -> Verdict {
    match found {
        None => Verdict::absent(text!("is-gone")),
        Some(_) => Verdict::deleting(text!("is-still-there"), text!("is-iam-not-everywhere")),
    }
}
