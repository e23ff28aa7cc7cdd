//! Whether a pod execution role trusts the Fargate profiles of the cluster.

use serde_json::Value;

use crate::state::ClusterFacts;
use crate::wildcard;

/// The principal that assumes pod execution roles; the same in every partition.
const PRINCIPAL: &str = "eks-fargate-pods.amazonaws.com";

/// Whether the trust policy `policy` lets EKS assume the role for the profile named `profile`.
pub(super) fn trusts(policy: &str, facts: &ClusterFacts, profile: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else {
        return false;
    };
    let context = [
        (
            "aws:sourcearn",
            format!(
                "arn:aws:eks:{}:{}:fargateprofile/{}/{profile}/",
                facts.region, facts.account, facts.cluster
            ),
        ),
        ("aws:sourceaccount", facts.account.clone()),
    ];
    let allowed = |effect: &str| {
        one_or_many(&policy["Statement"]).any(|statement| {
            statement["Effect"] == effect
                && names(&statement["Principal"]["Service"], PRINCIPAL)
                && one_or_many(&statement["Action"])
                    .filter_map(Value::as_str)
                    .any(|action| wildcard::matches(&action.to_lowercase(), "sts:assumerole"))
                && holds(&statement["Condition"], &context)
        })
    };
    allowed("Allow") && !allowed("Deny")
}

/// Whether all conditions hold; an operator or key the sandbox does not know does not.
fn holds(condition: &Value, context: &[(&str, String)]) -> bool {
    let Some(operators) = condition.as_object() else {
        return condition.is_null();
    };
    operators.iter().all(|(operator, keys)| {
        let wild = matches!(operator.as_str(), "ArnLike" | "ArnEquals" | "StringLike");
        (wild || operator == "StringEquals")
            && keys.as_object().is_some_and(|keys| {
                keys.iter().all(|(key, wanted)| {
                    context
                        .iter()
                        .find(|(name, _)| *name == key.to_lowercase())
                        .is_some_and(|(_, actual)| {
                            one_or_many(wanted)
                                .filter_map(Value::as_str)
                                .any(|wanted| equals(wanted, actual, wild))
                        })
                })
            })
    })
}

/// A profile's ARN ends in a UUID that is not known when the policy is written, so that part is left open.
fn equals(wanted: &str, actual: &str, wild: bool) -> bool {
    if wild {
        wildcard::matches(wanted, actual) || wildcard::matches(wanted, actual.trim_end_matches('/'))
    } else {
        wanted == actual
    }
}

fn names(value: &Value, wanted: &str) -> bool {
    one_or_many(value).any(|name| name == wanted)
}

fn one_or_many(value: &Value) -> impl Iterator<Item = &Value> {
    match value {
        Value::Array(items) => items.iter(),
        single => std::slice::from_ref(single).iter(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_policy_for_this_clusters_profiles_will_do() {
        let facts = ClusterFacts {
            account: "1".to_owned(),
            region: "r".to_owned(),
            cluster: "c".to_owned(),
            vpc: "vpc-1".to_owned(),
            created: jiff::Timestamp::UNIX_EPOCH,
            release: crate::state::release(),
        };
        let policy = |service: &str, condition: Value| {
            json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": service},
                "Action": "sts:AssumeRole", "Condition": condition}]})
            .to_string()
        };
        let like = |arn: &str| json!({"ArnLike": {"aws:SourceArn": arn}});
        for (policy, expected) in [
            (policy(PRINCIPAL, Value::Null), true),
            (policy(PRINCIPAL, like("arn:aws:eks:r:1:fargateprofile/c/*")), true),
            (policy(PRINCIPAL, like("arn:aws:eks:r:1:fargateprofile/c/p")), true),
            (policy(PRINCIPAL, like("arn:aws:eks:r:1:fargateprofile/other/*")), false),
            (policy(PRINCIPAL, like("arn:aws:eks:r:1:cluster/c")), false),
            (
                policy(PRINCIPAL, json!({"StringEquals": {"aws:SourceAccount": ["1", "2"]}})),
                true,
            ),
            (
                policy(PRINCIPAL, json!({"DateLessThan": {"aws:CurrentTime": "x"}})),
                false,
            ),
            (policy("eks.amazonaws.com", Value::Null), false),
            ("not json".to_owned(), false),
        ] {
            assert_eq!(trusts(&policy, &facts, "p"), expected, "{policy}");
        }
    }
}
