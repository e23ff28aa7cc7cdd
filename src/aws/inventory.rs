//! Everything in an account and region that carries the program's tags, whatever lab it is of.

use std::sync::Arc;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use super::arn::Arn;
use super::clients::Clients;
use super::convert;
use super::reader::observed;
use crate::lbc::CONTROLLER_CLUSTER;
use crate::model::{CLUSTER_TAG, LAB_TAG, MANAGED_BY_TAG, MANAGER, Observed, Tags};
use crate::ports::CallError;

/// What the names of the program's own roles begin with; a list of roles shows no tags.
const ROLES: &str = "lab2048-";
/// Clusters or roles asked about at once.
const AT_ONCE: usize = 4;

/// Something that carries the program's tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// The lab.
    pub lab: String,
    /// Name of the lab's cluster.
    pub cluster: String,
    /// Its name.
    pub name: String,
    /// ARN, or id where AWS has none.
    pub id: String,
    /// When it was made, where AWS says that.
    pub created_at: Option<Timestamp>,
    /// Its tags; of an access entry those of its role.
    pub tags: Tags,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Load balancers.
    pub balancers: Observed<Vec<Tagged>>,
    /// Target groups.
    pub target_groups: Observed<Vec<Tagged>>,
    /// Security groups.
    pub security_groups: Observed<Vec<Tagged>>,
    /// Fargate profiles, of all clusters of the region.
    pub profiles: Observed<Vec<Tagged>>,
    /// Pod execution roles of clusters of the region.
    pub roles: Observed<Vec<Tagged>>,
    /// Access entries of these roles: EKS makes them, and gives them no tags.
    pub access_entries: Observed<Vec<Tagged>>,
}

/// Reads it.
pub async fn inventory(clients: &Clients) -> Inventory {
    let (balancers, target_groups, security_groups, profiles, (roles, access_entries)) = futures::join!(
        balancers(clients).boxed(),
        target_groups(clients).boxed(),
        security_groups(clients).boxed(),
        profiles(clients).boxed(),
        roles_with_entries(clients).boxed(),
    );
    Inventory {
        balancers: observed(balancers),
        target_groups: observed(target_groups),
        security_groups: observed(security_groups),
        profiles: observed(profiles),
        roles,
        access_entries,
    }
}

impl Tagged {
    /// Something with these tags in `region`, if they are the program's.
    fn of(region: &str, tags: Tags, (name, id): (String, String), created_at: Option<Timestamp>) -> Option<Self> {
        let lab = tags.get(LAB_TAG)?.clone();
        let is_ours = tags.get(MANAGED_BY_TAG).is_some_and(|by| by == MANAGER);
        let cluster = match tags.get(CLUSTER_TAG) {
            Some(arn) => cluster_in(region, arn)?,
            // What the controller makes has its own tag.
            None => tags.get(CONTROLLER_CLUSTER)?.clone(),
        };
        is_ours.then_some(Self {
            lab,
            cluster,
            name,
            id,
            created_at,
            tags,
        })
    }
}

/// The name of the cluster, if it is in that region. Roles are in none.
fn cluster_in(region: &str, arn: &str) -> Option<String> {
    let arn: Arn = arn.parse().ok()?;
    let name = arn.resource.strip_prefix("cluster/")?;
    (arn.region == region).then(|| name.to_owned())
}

async fn balancers(clients: &Clients) -> Result<Vec<Tagged>, CallError> {
    let all = clients.balancers().await?;
    let all: Vec<_> = all.iter().map(convert::balancer).collect();
    let arns = all.iter().map(|balancer| balancer.arn.clone()).collect();
    let mut tags = clients.balancing_tags(arns).await?;
    let tagged = all.into_iter().filter_map(|balancer| {
        let tags = tags.remove(&balancer.arn)?;
        Tagged::of(
            clients.region(),
            Arc::unwrap_or_clone(tags),
            (balancer.name, balancer.arn),
            balancer.created_at,
        )
    });
    Ok(tagged.collect())
}

async fn target_groups(clients: &Clients) -> Result<Vec<Tagged>, CallError> {
    let all = clients.target_groups().await?;
    let names = all.iter().filter_map(|group| {
        let (name, arn) = (group.target_group_name()?, group.target_group_arn()?);
        Some((name.to_owned(), arn.to_owned()))
    });
    let names: Vec<(String, String)> = names.collect();
    let mut tags = clients
        .balancing_tags(names.iter().map(|(_, arn)| arn.clone()).collect())
        .await?;
    let tagged = names.into_iter().filter_map(|(name, arn)| {
        let tags = tags.remove(&arn)?;
        Tagged::of(clients.region(), Arc::unwrap_or_clone(tags), (name, arn), None)
    });
    Ok(tagged.collect())
}

async fn security_groups(clients: &Clients) -> Result<Vec<Tagged>, CallError> {
    let all = clients.security_groups_by_tag(MANAGED_BY_TAG, MANAGER).await?;
    let tagged = all
        .into_iter()
        .filter_map(|group| Tagged::of(clients.region(), group.tags, (group.name, group.id), None));
    Ok(tagged.collect())
}

async fn profiles(clients: &Clients) -> Result<Vec<Tagged>, CallError> {
    let clusters = clients.cluster_names().await?;
    let asked = stream::iter(clusters).map(|cluster| async move { clients.profiles(&cluster).await });
    let all: Vec<_> = asked.buffered(AT_ONCE).try_collect().await?;
    let tagged = all.into_iter().flatten().filter_map(|profile| {
        let name = (profile.name, profile.arn);
        Tagged::of(clients.region(), profile.tags, name, profile.created_at)
    });
    Ok(tagged.collect())
}

async fn roles_with_entries(clients: &Clients) -> (Observed<Vec<Tagged>>, Observed<Vec<Tagged>>) {
    let roles = match roles(clients).await {
        Ok(roles) => roles,
        Err(error) => {
            let why = Observed::Unknown(error.text());
            return (why.clone(), why);
        }
    };
    let entries = observed(access_entries(clients, &roles).await);
    (Observed::Known(roles), entries)
}

async fn roles(clients: &Clients) -> Result<Vec<Tagged>, CallError> {
    let names = clients.role_names(ROLES).await?;
    let asked = stream::iter(names).map(|name| async move { clients.bare_role(&name).await });
    let found: Vec<_> = asked.buffered(AT_ONCE).try_collect().await?;
    // One that is deleted between the list and its own call is simply not there.
    let tagged = found.into_iter().flatten().filter_map(|role| {
        let name = (role.name, role.arn);
        Tagged::of(clients.region(), role.tags, name, role.created_at)
    });
    Ok(tagged.collect())
}

async fn access_entries(clients: &Clients, roles: &[Tagged]) -> Result<Vec<Tagged>, CallError> {
    let mut clusters: Vec<&str> = roles.iter().map(|role| role.cluster.as_str()).collect();
    clusters.sort_unstable();
    clusters.dedup();
    let mut found = Vec::new();
    for cluster in clusters {
        let principals = clients.principals(cluster).await?;
        let known = roles
            .iter()
            .filter(|role| role.cluster == cluster && principals.contains(&role.id));
        found.extend(known.map(|role| Tagged {
            created_at: None,
            ..role.clone()
        }));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged(tags: &[(&str, &str)]) -> Option<(String, String)> {
        let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        let name = ("n".to_owned(), "i".to_owned());
        Tagged::of("eu-west-1", tags.collect(), name, None).map(|found| (found.lab, found.cluster))
    }

    #[test]
    fn only_what_carries_our_tags_and_is_of_the_region_is_found() {
        let (lab, by) = ((LAB_TAG, "a"), (MANAGED_BY_TAG, MANAGER));
        let here = (CLUSTER_TAG, "arn:aws:eks:eu-west-1:1:cluster/c");
        let of_controller = (CONTROLLER_CLUSTER, "d");
        let found = |cluster: &str| Some(("a".to_owned(), cluster.to_owned()));
        assert_eq!(tagged(&[lab, by, here]), found("c"));
        assert_eq!(tagged(&[lab, by, of_controller]), found("d"));
        assert_eq!(tagged(&[lab, by]), None, "whose cluster it is nobody knows");
        assert_eq!(tagged(&[lab, here]), None);
        assert_eq!(tagged(&[by, here]), None);
        assert_eq!(tagged(&[lab, (MANAGED_BY_TAG, "helm"), here]), None);
        let elsewhere = (CLUSTER_TAG, "arn:aws:eks:us-east-1:1:cluster/c");
        assert_eq!(tagged(&[lab, by, elsewhere]), None);
    }
}
