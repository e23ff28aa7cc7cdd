//! The ALB that the controller made, found by name and tags, with everything that hangs on it; and what it left behind.

use std::collections::BTreeMap;

use aws_sdk_elasticloadbalancingv2::types as elb;
use futures::future::try_join_all;

use super::clients::Clients;
use super::convert;
use super::marks::{CONTROLLER_CLUSTER, Origin, Tags};
use crate::model::{Balancer, Listener, SecurityGroup, TargetGroup};
use crate::ports::CallError;

/// What the controller made and should have removed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Leftovers {
    /// Load balancers.
    pub balancers: Vec<Balancer>,
    /// Target groups, without their targets.
    pub target_groups: Vec<TargetGroup>,
    /// Security groups of the Ingress; the shared backend group is not one.
    pub security_groups: Vec<SecurityGroup>,
}

impl Leftovers {
    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.balancers.is_empty() && self.target_groups.is_empty() && self.security_groups.is_empty()
    }
}

/// The ALB of `origin`: the one of the predicted name if the controller's tags say that it is, else any with those tags.
/// Without listeners and target groups. One call if the name is right, besides that for the tags.
pub(super) async fn find(clients: &Clients, name: &str, origin: Origin<'_>) -> Result<Option<Balancer>, CallError> {
    if let Some(named) = clients.balancer_named(name).await? {
        let balancer = with_tags(clients, &named).await?;
        if origin.marked(&balancer.tags) {
            return Ok(Some(balancer));
        }
    }
    Ok(by_tags(clients, origin).await?.into_iter().next())
}

async fn with_tags(clients: &Clients, found: &elb::LoadBalancer) -> Result<Balancer, CallError> {
    let balancer = convert::balancer(found);
    let tags = tags_of(clients, &balancer.arn).await?;
    Ok(Balancer { tags, ..balancer })
}

async fn tags_of(clients: &Clients, arn: &str) -> Result<Tags, CallError> {
    let mut tags = clients.balancing_tags(vec![arn.to_owned()]).await?;
    Ok(tags.remove(arn).unwrap_or_default())
}

/// The ALB of `origin` like [`find`], with everything that hangs on it: three round trips if the name is right.
pub(super) async fn read(clients: &Clients, name: &str, origin: Origin<'_>) -> Result<Option<Balancer>, CallError> {
    if let Some(named) = clients.balancer_named(name).await? {
        let named = convert::balancer(&named);
        let arn = named.arn.clone();
        let (tags, balancer) = futures::try_join!(tags_of(clients, &arn), complete(clients, named))?;
        if origin.marked(&tags) {
            return Ok(Some(Balancer { tags, ..balancer }));
        }
    }
    match by_tags(clients, origin).await?.into_iter().next() {
        None => Ok(None),
        Some(found) => Ok(Some(complete(clients, found).await?)),
    }
}

/// All ALBs that the controller marked as made for `origin`.
pub(super) async fn by_tags(clients: &Clients, origin: Origin<'_>) -> Result<Vec<Balancer>, CallError> {
    let all: Vec<Balancer> = clients
        .balancers()
        .await?
        .iter()
        .filter(|balancer| balancer.r#type() == Some(&elb::LoadBalancerTypeEnum::Application))
        .map(convert::balancer)
        .collect();
    let mut tags = clients
        .balancing_tags(all.iter().map(|balancer| balancer.arn.clone()).collect())
        .await?;
    Ok(all
        .into_iter()
        .map(|balancer| Balancer {
            tags: tags.remove(&balancer.arn).unwrap_or_default(),
            ..balancer
        })
        .filter(|balancer| origin.marked(&balancer.tags))
        .collect())
}

/// The ALB with listeners, rules, target groups and targets: two round trips more.
async fn complete(clients: &Clients, balancer: Balancer) -> Result<Balancer, CallError> {
    let (listeners, groups) = futures::try_join!(
        clients.listeners(&balancer.arn),
        clients.target_groups_of(&balancer.arn)
    )?;
    let listeners = try_join_all(listeners.iter().map(|listener| with_rules(clients, listener)));
    let groups = try_join_all(groups.iter().map(|group| with_targets(clients, group)));
    let (listeners, target_groups) = futures::try_join!(listeners, groups)?;
    Ok(Balancer {
        listeners,
        target_groups,
        ..balancer
    })
}

async fn with_rules(clients: &Clients, listener: &elb::Listener) -> Result<Listener, CallError> {
    let rules = clients.rules(listener.listener_arn().unwrap_or_default()).await?;
    Ok(Listener {
        port: port_of(listener),
        protocol: listener
            .protocol()
            .map(|protocol| protocol.as_str().to_owned())
            .unwrap_or_default(),
        forwarding_rules: u32::try_from(forwarding(&rules).count()).unwrap_or(u32::MAX),
    })
}

/// The port a listener is on.
pub(super) fn port_of(listener: &elb::Listener) -> u16 {
    listener
        .port()
        .and_then(|port| u16::try_from(port).ok())
        .unwrap_or_default()
}

/// The rules, beside the default one, that forward to a target group.
pub(super) fn forwarding(rules: &[elb::Rule]) -> impl Iterator<Item = &elb::Rule> {
    rules
        .iter()
        .filter(|rule| rule.is_default() != Some(true) && !convert::forwards_to(rule.actions()).is_empty())
}

async fn with_targets(clients: &Clients, group: &elb::TargetGroup) -> Result<TargetGroup, CallError> {
    let mut reduced = target_group(group);
    reduced.targets = clients.targets(&reduced.arn).await?;
    Ok(reduced)
}

fn target_group(group: &elb::TargetGroup) -> TargetGroup {
    TargetGroup {
        arn: group.target_group_arn().unwrap_or_default().to_owned(),
        name: group.target_group_name().unwrap_or_default().to_owned(),
        target_type: group
            .target_type()
            .map(|kind| kind.as_str().to_owned())
            .unwrap_or_default(),
        targets: Vec::new(),
    }
}

/// All target groups that the controller marked as made for `origin`, without their targets.
pub(super) async fn target_groups(clients: &Clients, origin: Origin<'_>) -> Result<Vec<TargetGroup>, CallError> {
    let groups: BTreeMap<String, TargetGroup> = clients
        .target_groups()
        .await?
        .iter()
        .map(target_group)
        .map(|group| (group.arn.clone(), group))
        .collect();
    let tags = clients.balancing_tags(groups.keys().cloned().collect()).await?;
    let marked = |arn: &str| tags.get(arn).is_some_and(|tags: &Tags| origin.marked(tags));
    Ok(groups
        .into_iter()
        .filter(|(arn, _)| marked(arn))
        .map(|(_, group)| group)
        .collect())
}

/// The security groups of `origin`, and the cluster's shared backend group.
pub(super) async fn security_groups(clients: &Clients, origin: Origin<'_>) -> Result<Vec<SecurityGroup>, CallError> {
    let groups = clients
        .security_groups_by_tag(CONTROLLER_CLUSTER, origin.cluster)
        .await?;
    Ok(groups
        .into_iter()
        .filter(|group| group.shared || origin.marked(&group.tags))
        .collect())
}

/// What the controller made for the Ingress `stack` (`<namespace>/<ingress>`, or a group's name) of `cluster` and is
/// still there, by its tags.
pub async fn leftovers(clients: &Clients, cluster: &str, stack: &str) -> Result<Leftovers, CallError> {
    let origin = Origin { cluster, stack };
    let (balancers, target_groups, security_groups) = futures::try_join!(
        by_tags(clients, origin),
        target_groups(clients, origin),
        security_groups(clients, origin)
    )?;
    Ok(Leftovers {
        balancers,
        target_groups,
        security_groups: security_groups.into_iter().filter(|group| !group.shared).collect(),
    })
}
