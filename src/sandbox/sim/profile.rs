//! Lifecycles of Fargate profiles and their roles.

use crate::state::Breakage;
use crate::state::{AccessEntry, Profile, Role};
use crate::wildcard;
use crate::world::World;

use super::api::{self, POD};
use super::durations;
use crate::state::Action;

/// Label of a pod that runs on Fargate: its profile.
pub(super) const PROFILE_LABEL: &str = "eks.amazonaws.com/fargate-profile";

/// A profile has been put into the state as `CREATING`: plans what becomes of it.
pub(crate) fn profile_created(world: &mut World, name: &str) {
    let Some(arn) = world.aws.profiles.get(name).map(|profile| profile.arn.clone()) else {
        return;
    };
    let wait = durations::PROFILE_CREATION.draw(world, &format!("creation of {name}"));
    let now = world.now();
    world.agenda.after(now, wait, Action::ProfileReady { arn });
}

/// A profile has been marked `DELETING`: plans its pods' eviction and its end.
pub(crate) fn profile_deleted(world: &mut World, name: &str) {
    let Some(arn) = world.aws.profiles.get(name).map(|profile| profile.arn.clone()) else {
        return;
    };
    let pods: Vec<_> = POD
        .list(world, None)
        .filter(|(_, pod)| api::label(pod, PROFILE_LABEL) == Some(name))
        .map(|(key, _)| key.clone())
        .collect();
    for pod in pods {
        api::delete(world, &pod);
    }
    let wait = durations::PROFILE_DELETION.draw(world, &format!("deletion of {name}"));
    let now = world.now();
    world.agenda.after(now, wait, Action::ProfileGone { arn });
}

/// A role has been put into the state: sets from when the other services see it (`Role::propagated`).
pub(crate) fn role_created(world: &mut World, name: &str) {
    let wait = durations::ROLE_PROPAGATION.draw(world, &format!("propagation of {name}"));
    let now = world.now();
    if let Some(role) = world.aws.roles.get_mut(name) {
        role.propagated = now.checked_add(wait).unwrap_or(now);
        let arn = role.arn.clone();
        let for_fargate = is_for_fargate(role);
        if for_fargate && world.is_broken(Breakage::StaleAccessEntry) {
            leave_stale_entry(world, &arn);
        }
    }
}

/// Whether a role is one that Fargate's machines take on.
pub(super) fn is_for_fargate(role: &Role) -> bool {
    role.trust.contains("eks-fargate-pods.amazonaws.com")
}

/// An access entry as an earlier role of the same name left it: bound to that role's unique id.
pub(super) fn leave_stale_entry(world: &mut World, arn: &str) {
    let hex = world.draw_hex(&format!("earlier {arn}"), 17).to_uppercase();
    let entry = AccessEntry {
        principal: arn.to_owned(),
        kind: "FARGATE_LINUX".to_owned(),
        role_id: format!("AROA{hex}"),
        created: world.facts.created,
    };
    world.aws.access_entries.insert(arn.to_owned(), entry);
}

/// A profile that was being created becomes ACTIVE, or fails.
pub(super) fn ready(world: &mut World, arn: &str) {
    let now = world.now();
    let failed = world.is_broken(Breakage::ProfileFailed);
    let Some(profile) = by_arn(world, arn) else { return };
    if profile.status != "CREATING" {
        return;
    }
    let role = profile.role_arn.clone();
    if failed {
        "CREATE_FAILED".clone_into(&mut profile.status);
        let message = format!("Pod execution role {role} is already in use by a node group of the cluster");
        profile
            .health
            .push(("PodExecutionRoleAlreadyInUse".to_owned(), message, vec![role]));
    } else {
        "ACTIVE".clone_into(&mut profile.status);
        profile.active_since = Some(now);
        map_role(world, &role);
    }
}

/// EKS lets machines with the role join, unless there is an entry for its ARN already: that one stays as it is, even if
/// it is bound to an earlier role.
fn map_role(world: &mut World, arn: &str) {
    let now = world.now();
    let Some(id) = world
        .aws
        .roles
        .values()
        .find(|role| role.arn == arn)
        .map(|role| role.id.clone())
    else {
        return;
    };
    if !world.aws.access_entries.contains_key(arn) {
        let entry = AccessEntry {
            principal: arn.to_owned(),
            kind: "FARGATE_LINUX".to_owned(),
            role_id: id,
            created: now,
        };
        world.aws.access_entries.insert(arn.to_owned(), entry);
    }
}

/// A profile that was being deleted is gone. Its access entry stays, as in AWS.
pub(super) fn gone(world: &mut World, arn: &str) {
    let is_gone = |profile: &&Profile| profile.arn == arn && profile.status == "DELETING";
    let name = world
        .aws
        .profiles
        .values()
        .find(is_gone)
        .map(|profile| profile.name.clone());
    if let Some(name) = name {
        world.aws.profiles.remove(&name);
    }
}

fn by_arn<'a>(world: &'a mut World, arn: &str) -> Option<&'a mut Profile> {
    let mut profiles = world.aws.profiles.values();
    let name = profiles.find(|profile| profile.arn == arn)?.name.clone();
    world.aws.profiles.get_mut(&name)
}

/// The profile that takes a new pod: the one its label names, or else the alphanumerically first one that matches.
pub(super) fn takes<'a>(world: &'a World, pod: &serde_json::Value) -> Option<&'a str> {
    let forced = api::label(pod, PROFILE_LABEL);
    let labels = &pod["metadata"]["labels"];
    let has_label = |key: &str, value: &str| {
        labels.as_object().is_some_and(|labels| {
            labels
                .iter()
                .any(|(k, v)| wildcard::matches(key, k) && v.as_str().is_some_and(|v| wildcard::matches(value, v)))
        })
    };
    world
        .aws
        .profiles
        .values()
        .filter(|profile| profile.status == "ACTIVE" && forced.is_none_or(|name| name == profile.name))
        .find(|profile| {
            profile.selectors.iter().any(|selector| {
                wildcard::matches(&selector.namespace, api::namespace(pod))
                    && selector.labels.iter().all(|(key, value)| has_label(key, value))
            })
        })
        .map(|profile| profile.name.as_str())
}
