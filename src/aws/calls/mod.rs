//! One method per AWS operation that the program uses: request, answer in the program's types, classified error.
//!
//! Operations are named as IAM names them, so that an error and a policy use the same names.

mod ec2;
mod eks;
mod elb;
mod iam;
mod sts;

pub(super) use ec2::VpcAttribute;

use crate::ports::{CallError, ErrorClass};

/// Makes "there is no such thing" an answer instead of an error.
pub(super) fn optional<T>(result: Result<T, CallError>) -> Result<Option<T>, CallError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.class == ErrorClass::Missing => Ok(None),
        Err(error) => Err(error),
    }
}

/// An answer that lacks what it is for.
fn incomplete(operation: &str, what: &str) -> CallError {
    CallError::new(ErrorClass::Other, operation, format!("the answer has no {what}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::permissions::{self, Extent, Place, ProfileUse};

    const SOURCES: [&str; 5] = [
        include_str!("ec2.rs"),
        include_str!("eks.rs"),
        include_str!("elb.rs"),
        include_str!("iam.rs"),
        include_str!("sts.rs"),
    ];
    /// What EKS checks of the caller of `CreateFargateProfile` beside the action itself.
    const CHECKED_BY_EKS: [&str; 2] = ["iam:CreateServiceLinkedRole", "iam:PassRole"];

    /// What no policy has to allow.
    const FOR_EVERYBODY: &str = "sts:GetCallerIdentity";

    /// All texts of the form `service:Operation`.
    fn operations(source: &str) -> impl Iterator<Item = String> {
        source.split('"').skip(1).step_by(2).filter_map(|text| {
            let (service, operation) = text.split_once(':')?;
            let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric());
            let named = is_word(service) && is_word(operation) && operation.starts_with(char::is_uppercase);
            named.then(|| text.to_owned())
        })
    }

    #[test]
    fn the_policies_allow_exactly_what_is_called() {
        let actions = |extent: Extent, boundary: Option<&str>| -> BTreeSet<String> {
            let place = Place {
                cluster: None,
                region: None,
                namespace: "game".to_owned(),
                profile: ProfileUse::Own {
                    boundary: boundary.map(str::to_owned),
                },
                shares_profile: false,
                kinds: Vec::new(),
                only: None,
            };
            permissions::policy(extent, &place).actions().into_iter().collect()
        };
        let mut allowed = actions(Extent::Full, None);
        allowed.extend(actions(Extent::Full, Some("arn:aws:iam::1:policy/limit")));
        let mut apart = actions(Extent::WithoutController, None);
        // What a sweep may do to more than the lab's cluster, every verb may to that.
        apart.extend(actions(Extent::Sweep, None).difference(&allowed).cloned());
        let mut used: BTreeSet<String> = SOURCES.iter().flat_map(|source| operations(source)).collect();
        assert!(used.len() > 30, "the scan misses operations: {used:?}");
        assert!(used.remove(FOR_EVERYBODY));
        used.extend(CHECKED_BY_EKS.map(str::to_owned));
        let needed: BTreeSet<String> = used.difference(&apart).cloned().collect();
        assert_eq!(allowed, needed);
    }
}
