//! What a removal may have left behind: what the controller, EKS and the program itself made for a lab.

use futures::FutureExt;

use super::clients::Clients;
use super::convert;
use super::made::made_by_controller;
use super::reader::{if_wanted, observed};
use super::wanted::WantedNames;
use crate::lbc::{self, CONTROLLER_CLUSTER, CONTROLLER_STACK};
use crate::model::{
    AccessEntry, ControllerResources, LoadBalancer, Observed, Profile, Role, SecurityGroup, Tags, role_name_of,
    same_lab,
};
use crate::ports::CallError;

/// What is still there of a lab.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Leftovers {
    /// What the controller made.
    pub by_controller: Observed<ControllerResources>,
    /// Load balancers with the name that the controller gives the lab's, and without its tags.
    pub untagged: Observed<Vec<LoadBalancer>>,
    /// Fargate profiles with the lab's tags.
    pub profiles: Observed<Vec<Profile>>,
    /// The pod execution role of the lab's name, if it has the lab's tags.
    pub role: Observed<Option<Role>>,
    /// The access entry that EKS made for that role.
    pub access_entry: Observed<Option<AccessEntry>>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// All that a lab can have.
    Whole,
    /// What the controller made: the lab's profile and role are another's.
    OfController,
}

/// By what the things of a lab are known.
#[derive(Debug, Clone)]
pub struct LabMarks {
    /// Cluster name.
    pub cluster: String,
    /// The tags of what is the lab's.
    pub tags: Tags,
    /// The ARN of the role that the program makes for the lab.
    pub role_arn: String,
}

/// What is still there of the lab that `marks` and all the names it has had describe. What a group shares is none of it as long as it serves
/// another Ingress.
pub async fn leftovers(clients: &Clients, wanted: &[WantedNames], marks: &LabMarks, search: Search) -> Leftovers {
    let whole = search == Search::Whole;
    let (by_controller, untagged, profiles, role, access_entry) = futures::join!(
        made_under_all_names(clients, wanted, &marks.cluster),
        untagged(clients, wanted).boxed(),
        if_wanted(whole, profiles(clients, marks)).boxed(),
        if_wanted(whole, role(clients, marks)).boxed(),
        if_wanted(whole, access_entry(clients, marks)).boxed(),
    );
    Leftovers {
        by_controller: observed(by_controller),
        untagged: observed(untagged),
        profiles,
        role,
        access_entry,
    }
}

/// The security group that all Ingresses of the cluster share, if there is nothing left that it could be for: a controller
/// that has been restarted since its last Ingress was deleted does not know it any more. (LBC
/// `pkg/networking/backend_sg_provider.go`, `releaseSG`) None also where that cannot be seen.
pub async fn forgotten_group(clients: &Clients, cluster: &str) -> Option<SecurityGroup> {
    let groups = clients.security_groups_by_tag(CONTROLLER_CLUSTER, cluster).await.ok()?;
    // Whoever has a group of an Ingress is about to have an ALB, or has not got rid of it yet.
    let [group] = <[SecurityGroup; 1]>::try_from(groups).ok()?;
    let is_worn = clients.interfaces_of(&group.id).await.ok()? > 0;
    let named = clients.groups_referring_to(&group.id).await.ok()?;
    let is_free = !is_worn && named.iter().all(|other| other.group_id() == Some(&group.id));
    (group.shared && is_free).then_some(group)
}

async fn made_under_all_names(
    clients: &Clients,
    wanted: &[WantedNames],
    cluster: &str,
) -> Result<ControllerResources, CallError> {
    let mut all = ControllerResources::default();
    for names in wanted {
        let found = made_by_controller(clients, names.origin(cluster)).await?;
        all.balancers.extend(found.balancers);
        all.target_groups.extend(found.target_groups);
        all.security_groups.extend(found.security_groups);
    }
    Ok(all)
}

/// Nobody else's load balancer has a name that the controller has computed: the cluster and the Ingress are in it.
async fn untagged(clients: &Clients, wanted: &[WantedNames]) -> Result<Vec<LoadBalancer>, CallError> {
    let names = wanted.iter().map(|names| names.balancer_name.as_str());
    let mut found = Vec::new();
    for name in names.filter(|name| lbc::is_computed_name(name)) {
        let Some(named) = clients.balancer_named(name).await? else {
            continue;
        };
        let named = convert::balancer(&named);
        let mut tags = clients.balancing_tags(vec![named.arn.clone()]).await?;
        let tags = tags.remove(&named.arn).unwrap_or_default();
        if !tags.contains_key(CONTROLLER_CLUSTER) || !tags.contains_key(CONTROLLER_STACK) {
            found.push(named);
        }
    }
    Ok(found)
}

async fn profiles(clients: &Clients, marks: &LabMarks) -> Result<Vec<Profile>, CallError> {
    let all = clients.profiles(&marks.cluster).await?.into_iter();
    Ok(all.filter(|profile| same_lab(&profile.tags, &marks.tags)).collect())
}

async fn role(clients: &Clients, marks: &LabMarks) -> Result<Option<Role>, CallError> {
    let role = clients.bare_role(role_name_of(&marks.role_arn)).await?;
    Ok(role.filter(|role| same_lab(&role.tags, &marks.tags)))
}

/// Most labs of a class have none, and the list of a cluster's is one question for all of them.
async fn access_entry(clients: &Clients, marks: &LabMarks) -> Result<Option<AccessEntry>, CallError> {
    // Who may not see the list may see the entry.
    if clients.is_for_class()
        && let Ok(principals) = clients.principals(&marks.cluster).await
        && !principals.contains(&marks.role_arn)
    {
        return Ok(None);
    }
    clients.access_entry(&marks.cluster, &marks.role_arn).await
}
