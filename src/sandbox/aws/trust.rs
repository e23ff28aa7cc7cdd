//! Whether a role trusts who wants to assume it: Fargate profiles of the cluster, or a caller.

use serde_json::Value;

use crate::state::ClusterFacts;
use crate::wildcard;

/// The principal that assumes pod execution roles; the same in every partition.
const FARGATE: &str = "eks-fargate-pods.amazonaws.com";

/// Who wants to assume a role, and what conditions are held against.
pub(super) struct Assuming {
    who: Who,
    context: Vec<(&'static str, String)>,
}

enum Who {
    Service(&'static str),
    Caller { account: String, arn: String },
}

impl Assuming {
    /// EKS, for the profile of the cluster that has that name.
    pub(super) fn for_profile(facts: &ClusterFacts, profile: &str) -> Self {
        let arn = format!(
            "arn:aws:eks:{}:{}:fargateprofile/{}/{profile}/",
            facts.region, facts.account, facts.cluster
        );
        Self {
            who: Who::Service(FARGATE),
            context: vec![("aws:sourcearn", arn), ("aws:sourceaccount", facts.account.clone())],
        }
    }

    /// Somebody of the account who calls.
    pub(super) fn by_caller(account: &str, arn: &str) -> Self {
        Self {
            who: Who::Caller {
                account: account.to_owned(),
                arn: arn.to_owned(),
            },
            context: vec![
                ("aws:principalarn", role_of(arn)),
                ("aws:principalaccount", account.to_owned()),
            ],
        }
    }

    fn is_named(&self, principal: &Value) -> bool {
        match &self.who {
            Who::Service(service) => names(&principal["Service"], service),
            Who::Caller { .. } if principal == "*" => true,
            Who::Caller { account, arn } => {
                let root = format!("arn:aws:iam::{account}:root");
                let (role, everybody) = (role_of(arn), "*".to_owned());
                [&root, account, arn, &role, &everybody]
                    .into_iter()
                    .any(|name| names(&principal["AWS"], name))
            }
        }
    }
}

/// The role that a session is of; anybody else is who they are.
fn role_of(arn: &str) -> String {
    match arn.replacen(":sts:", ":iam:", 1).split_once(":assumed-role/") {
        Some((account, session)) => {
            let role = session.split('/').next().unwrap_or_default();
            format!("{account}:role/{role}")
        }
        None => arn.to_owned(),
    }
}

/// Whether the trust policy `policy` lets that one assume the role.
pub(super) fn trusts(policy: &str, assuming: &Assuming) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(policy) else {
        return false;
    };
    let says = |effect: &str| {
        one_or_many(&policy["Statement"]).any(|statement| {
            statement["Effect"] == effect
                && assuming.is_named(&statement["Principal"])
                && one_or_many(&statement["Action"])
                    .filter_map(Value::as_str)
                    .any(|action| wildcard::matches(&action.to_lowercase(), "sts:assumerole"))
                && holds(&statement["Condition"], &assuming.context)
        })
    };
    says("Allow") && !says("Deny")
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
            (policy(FARGATE, Value::Null), true),
            (policy(FARGATE, like("arn:aws:eks:r:1:fargateprofile/c/*")), true),
            (policy(FARGATE, like("arn:aws:eks:r:1:fargateprofile/c/p")), true),
            (policy(FARGATE, like("arn:aws:eks:r:1:fargateprofile/other/*")), false),
            (policy(FARGATE, like("arn:aws:eks:r:1:cluster/c")), false),
            (
                policy(FARGATE, json!({"StringEquals": {"aws:SourceAccount": ["1", "2"]}})),
                true,
            ),
            (
                policy(FARGATE, json!({"DateLessThan": {"aws:CurrentTime": "x"}})),
                false,
            ),
            (policy("eks.amazonaws.com", Value::Null), false),
            ("not json".to_owned(), false),
        ] {
            assert_eq!(
                trusts(&policy, &Assuming::for_profile(&facts, "p")),
                expected,
                "{policy}"
            );
        }
    }

    #[test]
    fn callers_are_named_by_account_role_or_session() {
        let arn = "arn:aws:sts::1:assumed-role/way/minji";
        let caller = Assuming::by_caller("1", arn);
        let policy = |principal: Value, action: &str| {
            json!({"Statement": {"Effect": "Allow", "Principal": principal, "Action": action}}).to_string()
        };
        for (principal, expected) in [
            (json!("*"), true),
            (json!({"AWS": "*"}), true),
            (json!({"AWS": "1"}), true),
            (json!({"AWS": ["2", "arn:aws:iam::1:root"]}), true),
            (json!({"AWS": "arn:aws:iam::1:role/way"}), true),
            (json!({"AWS": arn}), true),
            (json!({"AWS": "arn:aws:iam::2:root"}), false),
            (json!({"AWS": "arn:aws:iam::1:role/other"}), false),
            (json!({"Service": FARGATE}), false),
        ] {
            let text = policy(principal, "sts:AssumeRole");
            assert_eq!(trusts(&text, &caller), expected, "{text}");
        }
        assert!(!trusts(&policy(json!("*"), "sts:TagSession"), &caller));
    }
}
