//! The Fargate profile and its neighbours.

use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
use crate::config::Auto;
use crate::lang::text;
use crate::model::PROFILES_OF_CLUSTER;
use crate::readiness;

/// C18: selectors that cover the game and no more than that.
pub(super) fn selectors(facts: &Facts<'_>) -> Outcome {
    let fargate = &facts.environment.fargate;
    let namespace = &facts.environment.app.namespace;
    let labels = facts.pod_labels();
    if fargate.own && !fargate.selectors.iter().any(|s| s.covers(namespace, &labels)) {
        let selector = format!("fargate.selectors: [{{namespace: {namespace}}}]");
        let labels = format!("{labels:?}");
        return Outcome::error(text!("check-no-selector"))
            .seeing(text!("check-no-selector-for", namespace = namespace, labels = labels))
            .remedy(text!("check-no-selector-remedy", selector = selector))
            .about(facts.profile_node());
    }
    if matches!(namespace.as_str(), "default" | "kube-system") {
        return Outcome::warning(text!("check-namespace-of-cluster", namespace = namespace))
            .seeing(text!("check-namespace-set", namespace = namespace))
            .remedy(text!("check-namespace-of-cluster-remedy"));
    }
    Outcome::ok(text!("check-selectors", count = fargate.selectors.len())).seeing(namespace.clone())
}

/// Whether another profile takes the game's pods, too.
pub(super) fn overlap(facts: &Facts<'_>) -> Verdict {
    let fargate = &facts.environment.fargate;
    let labels = facts.pod_labels();
    let mut takers: Vec<&str> = seen(text!("check-what-profiles"), &facts.aws.profiles)?
        .iter()
        .filter(|profile| profile.takes(&facts.environment.app.namespace, &labels))
        .map(|p| p.name.as_str())
        .collect();
    if !fargate.own {
        let profile = &fargate.profile;
        if takers.contains(&profile.as_str()) {
            return Ok(Outcome::ok(text!("check-profile-takes", profile = profile)));
        }
        let evidence = if takers.is_empty() {
            text!("check-no-taker")
        } else {
            text!("check-takers", profiles = takers.join(", "))
        };
        return Ok(Outcome::error(text!("check-profile-takes-not", profile = profile))
            .seeing(evidence)
            .remedy(text!("check-profile-takes-not-remedy")));
    }
    takers.retain(|name| *name != fargate.profile);
    takers.sort_unstable();
    let Some(first) = takers.first() else {
        return Ok(Outcome::ok(text!("check-no-other-taker")));
    };
    let winner = if *first < fargate.profile.as_str() {
        *first
    } else {
        fargate.profile.as_str()
    };
    Ok(Outcome::warning(text!("check-other-takers", winner = winner))
        .seeing(takers.join(", "))
        .remedy(text!("check-other-takers-remedy"))
        .about(facts.profile_node()))
}

/// Whether another profile is just being made or deleted: a cluster does one at a time.
pub(super) fn slot(facts: &Facts<'_>) -> Verdict {
    let profiles = seen(text!("check-what-profiles"), &facts.aws.profiles)?;
    let own = &facts.environment.fargate.profile;
    let busy = profiles.iter().find(|p| &p.name != own && p.status.is_changing());
    Ok(match busy {
        None => Outcome::ok(text!("check-slot-free")),
        Some(profile) => {
            let (name, status) = (&profile.name, profile.status.to_string());
            Outcome::warning(text!("check-slot-taken", profile = name, status = status))
                .seeing(text!("check-one-profile-at-a-time"))
                .about(facts.profile_node())
        }
    })
}

/// Problems that EKS reports of the profile.
pub(super) fn health(facts: &Facts<'_>) -> Verdict {
    let profiles = seen(text!("check-what-profiles"), &facts.aws.profiles)?;
    let name = &facts.environment.fargate.profile;
    let Some(profile) = profiles.iter().find(|p| &p.name == name) else {
        return Ok(Outcome::ok(text!("check-profile-not-yet", profile = name)));
    };
    let verdict = readiness::profile(Some(profile));
    if profile.health.is_empty() {
        let status = profile.status.to_string();
        return Ok(Outcome::ok(text!("check-profile-is", profile = name, status = status)));
    }
    let title = text!("check-profile-problems", count = profile.health.len(), profile = name);
    Ok(Outcome::warning(title)
        .seeing(verdict.why().cloned().unwrap_or_default())
        .remedy(format!(
            "`aws eks describe-fargate-profile --cluster-name {} --fargate-profile-name {name} {}`",
            facts.site.cluster,
            facts.region_flag()
        ))
        .about(facts.profile_node()))
}

/// Whether the role's access entry is of an earlier role of the same name.
pub(super) fn access_entry(facts: &Facts<'_>) -> Verdict {
    let fargate = &facts.environment.fargate;
    if !fargate.own || fargate.role != Auto::Auto {
        return Ok(Outcome::ok(text!("check-no-role-made")));
    }
    let entry = seen(text!("check-what-access-entry"), &facts.aws.access_entry)?;
    let role = seen(text!("check-what-role"), &facts.aws.role)?;
    let Some(found) = entry else {
        return Ok(Outcome::ok(text!("check-no-access-entry-left")));
    };
    let entry = &found.principal_arn;
    if readiness::access_entry(Some(found), role.as_ref()).works() {
        return Ok(Outcome::ok(text!("check-access-entry-fresh")).seeing(entry));
    }
    let command = format!(
        "aws eks delete-access-entry --cluster-name {} --principal-arn {entry} {}",
        facts.site.cluster,
        facts.region_flag()
    );
    Ok(Outcome::error(text!("check-access-entry-stale"))
        .seeing(text!("check-access-entry-bound", entry = entry))
        .remedy(text!("check-access-entry-stale-remedy", command = command))
        .about(facts.profile_node()))
}

/// Quotas that can be told from here.
pub(super) fn quota(facts: &Facts<'_>) -> Verdict {
    let profiles = seen(text!("check-what-profiles"), &facts.aws.profiles)?;
    let own = profiles.iter().any(|p| p.name == facts.environment.fargate.profile);
    let wanted = profiles.len() + usize::from(facts.environment.fargate.own && !own);
    if wanted <= PROFILES_OF_CLUSTER {
        let title = text!("check-profiles-fit", wanted = wanted, most = PROFILES_OF_CLUSTER);
        return Ok(Outcome::ok(title).seeing(text!("check-vcpu-quota-unread")));
    }
    let title = text!("check-profiles-too-many", wanted = wanted, most = PROFILES_OF_CLUSTER);
    Ok(Outcome::warning(title)
        .seeing(text!("check-profiles", count = profiles.len()))
        .remedy(text!("check-profiles-too-many-remedy"))
        .about(facts.profile_node()))
}
