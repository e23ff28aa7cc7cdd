//! Fargate profiles: whether EKS lets one take pods, and what keeps it from going.

use std::collections::BTreeMap;

use super::verdict::Verdict;
use crate::lang::{Text, text};
use crate::model::{HealthIssue, Profile, ProfileStatus};

/// Whether the profile takes pods. One that is ACTIVE with problems takes them, and some may not start.
pub fn profile(found: Option<&Profile>) -> Verdict {
    let Some(profile) = found else {
        return Verdict::absent(text!("is-no-profile"));
    };
    let (stage, issues) = (stage(profile), issues(&profile.health));
    let why = |otherwise: Text| issues.as_ref().map_or(otherwise, Text::from);
    match profile.status {
        ProfileStatus::Active => match issues {
            None => Verdict::ready(stage),
            Some(issues) => Verdict::degraded(stage, issues),
        },
        ProfileStatus::CreateFailed | ProfileStatus::DeleteFailed => {
            Verdict::failed(stage, why(text!("is-eks-no-reason")))
        }
        ProfileStatus::Deleting => Verdict::deleting(stage, why(text!("is-deleted-by-somebody"))),
        ProfileStatus::Creating | ProfileStatus::Other(_) => Verdict::pending(stage, why(text!("is-eks-sets-up"))),
    }
}

/// The profile that EKS gives the pods in `namespace` with these labels to: of those that take them the first by its name.
pub fn taker<'p>(
    profiles: impl IntoIterator<Item = &'p Profile>,
    namespace: &str,
    labels: &BTreeMap<String, String>,
) -> Option<&'p Profile> {
    let takers = profiles.into_iter().filter(|each| each.takes(namespace, labels));
    takers
        .filter(|each| profile(Some(each)).works())
        .min_by(|one, other| one.name.cmp(&other.name))
}

/// What keeps the profile from going.
pub fn profile_gone(found: Option<&Profile>) -> Verdict {
    let Some(profile) = found else {
        return Verdict::absent(text!("is-gone"));
    };
    let (stage, issues) = (stage(profile), issues(&profile.health));
    let why = |otherwise: Text| issues.map_or(otherwise, Text::from);
    match profile.status {
        ProfileStatus::DeleteFailed => Verdict::failed(stage, why(text!("is-eks-no-reason"))),
        ProfileStatus::Deleting => Verdict::deleting(stage, why(text!("is-eks-evicts"))),
        _ => Verdict::pending(stage, why(text!("is-eks-not-begun"))),
    }
}

fn stage(profile: &Profile) -> String {
    profile.status.to_string()
}

/// The problems that EKS reports, in one line.
fn issues(issues: &[HealthIssue]) -> Option<String> {
    let texts: Vec<String> = issues.iter().map(ToString::to_string).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}
