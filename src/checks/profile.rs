//! The Fargate profile and its neighbours.

use super::access::count;
use super::facts::Facts;
use super::outcome::{Outcome, Verdict, seen};
use crate::config::Auto;
use crate::model::PROFILES_OF_CLUSTER;
use crate::readiness;

/// C18: selectors that cover the game and no more than that.
pub(super) fn selectors(facts: &Facts<'_>) -> Outcome {
    let fargate = &facts.environment.fargate;
    let namespace = &facts.environment.app.namespace;
    let labels = facts.pod_labels();
    if fargate.own && !fargate.selectors.iter().any(|s| s.covers(namespace, &labels)) {
        return Outcome::error("no selector of the profile covers the game's pods: they would stay Pending for ever")
            .seeing(format!("pods in namespace {namespace} with labels {labels:?}"))
            .remedy(format!(
                "add a selector for it: fargate.selectors: [{{namespace: {namespace}}}]"
            ))
            .about(facts.profile_node());
    }
    if matches!(namespace.as_str(), "default" | "kube-system") {
        return Outcome::warning(format!("namespace {namespace} is shared with the cluster's own pods"))
            .seeing(format!("app.namespace is {namespace}"))
            .remedy("use a namespace of the lab's own: --set app.namespace=NAME");
    }
    Outcome::ok(count(fargate.selectors.len(), "selector")).seeing(namespace.clone())
}

/// Whether another profile takes the game's pods, too.
pub(super) fn overlap(facts: &Facts<'_>) -> Verdict {
    let fargate = &facts.environment.fargate;
    let labels = facts.pod_labels();
    let mut takers: Vec<&str> = seen("the Fargate profiles", &facts.aws.profiles)?
        .iter()
        .filter(|profile| profile.takes(&facts.environment.app.namespace, &labels))
        .map(|p| p.name.as_str())
        .collect();
    if !fargate.own {
        let there = takers.contains(&fargate.profile.as_str());
        return Ok(if there {
            Outcome::ok(format!("profile {} takes the game's pods", fargate.profile))
        } else {
            Outcome::error(format!("profile {} does not take the game's pods", fargate.profile))
                .seeing(format!(
                    "profiles that do: {}",
                    if takers.is_empty() {
                        "none".to_owned()
                    } else {
                        takers.join(", ")
                    }
                ))
                .remedy("correct fargate.profile, or let the lab have its own: --set fargate.own=true")
        });
    }
    takers.retain(|name| *name != fargate.profile);
    takers.sort_unstable();
    let Some(first) = takers.first() else {
        return Ok(Outcome::ok("no other profile takes the game's pods"));
    };
    let winner = if *first < fargate.profile.as_str() {
        *first
    } else {
        fargate.profile.as_str()
    };
    Ok(Outcome::warning(format!(
        "other profiles take the game's pods, too; {winner} wins, the first by its name"
    ))
    .seeing(takers.join(", "))
    .remedy("narrow the other's selectors, or use it: --set fargate.own=false --set fargate.profile=NAME")
    .about(facts.profile_node()))
}

/// Whether another profile is just being made or deleted: a cluster does one at a time.
pub(super) fn slot(facts: &Facts<'_>) -> Verdict {
    let profiles = seen("the Fargate profiles", &facts.aws.profiles)?;
    let own = &facts.environment.fargate.profile;
    let busy = profiles.iter().find(|p| &p.name != own && p.status.is_changing());
    Ok(match busy {
        None => Outcome::ok("no other profile is being made or deleted"),
        Some(profile) => Outcome::warning(format!(
            "profile {} is {}: ours waits until that is over",
            profile.name, profile.status
        ))
        .seeing("a cluster makes or deletes one profile at a time")
        .about(facts.profile_node()),
    })
}

/// Problems that EKS reports of the profile.
pub(super) fn health(facts: &Facts<'_>) -> Verdict {
    let profiles = seen("the Fargate profiles", &facts.aws.profiles)?;
    let name = &facts.environment.fargate.profile;
    let Some(profile) = profiles.iter().find(|p| &p.name == name) else {
        return Ok(Outcome::ok(format!("profile {name} does not exist yet")));
    };
    let verdict = readiness::profile(Some(profile));
    if profile.health.is_empty() {
        return Ok(Outcome::ok(format!("profile {name} is {}", profile.status)));
    }
    Ok(Outcome::warning(format!(
        "EKS reports {} of profile {name}",
        count(profile.health.len(), "problem")
    ))
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
        return Ok(Outcome::ok("the lab makes no role, so it leaves no access entry"));
    }
    let entry = seen("the role's access entry", &facts.aws.access_entry)?;
    let role = seen("the pod execution role", &facts.aws.role)?;
    let Some(found) = entry else {
        return Ok(Outcome::ok("no access entry of an earlier role is left"));
    };
    let entry = &found.principal_arn;
    if readiness::access_entry(Some(found), role.as_ref()).works() {
        return Ok(Outcome::ok("the role's access entry is newer than the role").seeing(entry));
    }
    Ok(
        Outcome::error("the cluster still has the access entry of an earlier role of this name: nodes could not join")
            .seeing(format!("{entry}: the entry is bound to the role that was deleted"))
            .remedy(format!(
                "`aws eks delete-access-entry --cluster-name {} --principal-arn {entry} {}`; then make the profile again",
                facts.site.cluster,
                facts.region_flag()
            ))
            .about(facts.profile_node()),
    )
}

/// Quotas that can be told from here.
pub(super) fn quota(facts: &Facts<'_>) -> Verdict {
    let profiles = seen("the Fargate profiles", &facts.aws.profiles)?;
    let own = profiles.iter().any(|p| p.name == facts.environment.fargate.profile);
    let wanted = profiles.len() + usize::from(facts.environment.fargate.own && !own);
    if wanted <= PROFILES_OF_CLUSTER {
        return Ok(Outcome::ok(format!(
            "{wanted} of {PROFILES_OF_CLUSTER} profiles that a cluster may have by default"
        ))
        .seeing("the quota of Fargate vCPUs of the account is not read"));
    }
    Ok(Outcome::warning(format!(
        "{wanted} profiles are more than the {PROFILES_OF_CLUSTER} that a cluster may have by default"
    ))
    .seeing(count(profiles.len(), "profile"))
    .remedy("share one profile with a wildcard selector (environment shared-cluster), or ask AWS for a higher quota")
    .about(facts.profile_node()))
}
