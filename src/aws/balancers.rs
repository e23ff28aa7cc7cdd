//! The ALB that the controller made, found by name and tags, with everything that hangs on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_elasticloadbalancingv2::types as elb;
use futures::future::try_join_all;

use super::calls::optional;
use super::clients::Clients;
use super::convert;
use crate::lbc::{CONTROLLER_CLUSTER, IngressOwner, backend};
use crate::model::{BalancingUse, Listener, LoadBalancer, Route, SecurityGroup, Tags, TargetGroup};
use crate::ports::CallError;

/// The ALB of `origin`: the one of the predicted name if the controller's tags say that it is, else any with those tags.
/// Without listeners and target groups. One call if the name is right, besides that for the tags.
pub(super) async fn find(
    clients: &Clients,
    name: &str,
    origin: IngressOwner<'_>,
) -> Result<Option<LoadBalancer>, CallError> {
    if let Some(named) = clients.balancer_named(name).await? {
        let balancer = with_tags(clients, &named).await?;
        if origin.marked(&balancer.tags) {
            return Ok(Some(balancer));
        }
    }
    Ok(by_tags(clients, origin).await?.into_iter().next())
}

async fn with_tags(clients: &Clients, found: &elb::LoadBalancer) -> Result<LoadBalancer, CallError> {
    let balancer = convert::balancer(found);
    let tags = tags_of(clients, &balancer.arn).await?;
    Ok(LoadBalancer { tags, ..balancer })
}

async fn tags_of(clients: &Clients, arn: &str) -> Result<Tags, CallError> {
    let mut tags = clients.balancing_tags(vec![arn.to_owned()]).await?;
    Ok(Arc::unwrap_or_clone(tags.remove(arn).unwrap_or_default()))
}

/// How much is read of an ALB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// Whose its target groups are.
    Owners,
    /// And how its targets are, which takes a request for each of the lab's target groups.
    Targets,
}

/// An ALB, and what it does for the other Ingresses of its group.
pub(super) struct SharedBalancer {
    /// With everything that hangs on it for the lab.
    pub(super) balancer: LoadBalancer,
    /// Routes of the others, by backend.
    pub(super) other_backends: BTreeMap<String, Vec<Route>>,
}

impl SharedBalancer {
    /// Whether it leads to the lab, or to nobody: the ALB of a group may be there without the lab.
    pub(super) fn is_the_labs(&self) -> bool {
        self.other_backends.is_empty() || !self.balancer.target_groups.is_empty()
    }
}

/// The ALB of `origin` like [`find`], with everything that hangs on it: three round trips if the name is right, four in a
/// group.
pub(super) async fn read(
    clients: &Clients,
    name: &str,
    origin: IngressOwner<'_>,
    depth: Depth,
) -> Result<Option<SharedBalancer>, CallError> {
    if let Some(found) = read_named(clients, name, origin, depth).await? {
        return Ok(Some(found));
    }
    match by_tags(clients, origin).await?.into_iter().next() {
        None => Ok(None),
        Some(found) => Ok(Some(complete(clients, found, origin, depth).await?)),
    }
}

/// The same with its targets, and how much of what it may have the account has already: known only where the name is not right, as all ALBs
/// are looked through then.
pub(super) async fn read_with_use(
    clients: &Clients,
    name: &str,
    origin: IngressOwner<'_>,
) -> Result<(Option<SharedBalancer>, Option<BalancingUse>), CallError> {
    if let Some(found) = read_named(clients, name, origin, Depth::Targets).await? {
        return Ok((Some(found), None));
    }
    let (all, groups) = futures::try_join!(all_tagged(clients), clients.target_groups())?;
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let used = BalancingUse {
        load_balancers: count(all.len()),
        target_groups: count(groups.len()),
    };
    let found = match all.into_iter().find(|balancer| origin.marked(&balancer.tags)) {
        None => None,
        Some(found) => Some(complete(clients, found, origin, Depth::Targets).await?),
    };
    Ok((found, Some(used)))
}

/// The ALB of the predicted name, if the controller's tags say that it is that of `origin`.
async fn read_named(
    clients: &Clients,
    name: &str,
    origin: IngressOwner<'_>,
    depth: Depth,
) -> Result<Option<SharedBalancer>, CallError> {
    let Some(named) = clients.balancer_named(name).await? else {
        return Ok(None);
    };
    let named = convert::balancer(&named);
    let arn = named.arn.clone();
    let (tags, mut found) = futures::try_join!(tags_of(clients, &arn), complete(clients, named, origin, depth))?;
    let is_it = origin.marked(&tags);
    found.balancer.tags = tags;
    Ok(is_it.then_some(found))
}

/// The ALB of the predicted name with its listeners, which is what its address follows from; without targets. Three round
/// trips, four requests outside a group.
pub(super) async fn read_address(
    clients: &Clients,
    name: &str,
    origin: IngressOwner<'_>,
) -> Result<Option<LoadBalancer>, CallError> {
    if origin.is_group() {
        // Which listener leads to the lab is known only with all target groups and their tags.
        let found = read(clients, name, origin, Depth::Owners).await?;
        return Ok(found.filter(SharedBalancer::is_the_labs).map(|found| found.balancer));
    }
    if let Some(named) = clients.balancer_named(name).await? {
        let named = convert::balancer(&named);
        let arn = named.arn.clone();
        let (tags, balancer) = futures::try_join!(tags_of(clients, &arn), with_listeners(clients, named))?;
        if origin.marked(&tags) {
            return Ok(Some(LoadBalancer { tags, ..balancer }));
        }
    }
    match by_tags(clients, origin).await?.into_iter().next() {
        None => Ok(None),
        Some(found) => Ok(Some(with_listeners(clients, found).await?)),
    }
}

/// An ALB that leads to one Ingress alone, with its listeners: every rule that forwards is the lab's.
async fn with_listeners(clients: &Clients, balancer: LoadBalancer) -> Result<LoadBalancer, CallError> {
    let listeners = optional(clients.listeners(&balancer.arn).await)?.unwrap_or_default();
    let rules = rules_of(clients, &listeners).await?;
    let listeners = listeners
        .iter()
        .zip(&rules)
        .map(|(listener, rules)| described(listener, forwarding(rules).count()))
        .collect();
    Ok(LoadBalancer { listeners, ..balancer })
}

/// The rules of each; one that has gone meanwhile has none.
async fn rules_of(clients: &Clients, listeners: &[elb::Listener]) -> Result<Vec<Arc<[elb::Rule]>>, CallError> {
    let rules = listeners.iter().map(async |listener| {
        let arn = listener.listener_arn().unwrap_or_default();
        Ok(optional(clients.rules(arn).await)?.unwrap_or_default())
    });
    try_join_all(rules).await
}

/// A listener with the number of its rules that lead to the lab.
fn described(listener: &elb::Listener, rules: usize) -> Listener {
    Listener {
        port: port_of(listener),
        protocol: listener
            .protocol()
            .map(|protocol| protocol.as_str().into())
            .unwrap_or_default(),
        forwarding_rules: u32::try_from(rules).unwrap_or(u32::MAX),
    }
}

/// All ALBs that the controller marked as made for `origin`.
pub(super) async fn by_tags(clients: &Clients, origin: IngressOwner<'_>) -> Result<Vec<LoadBalancer>, CallError> {
    let mut all = all_tagged(clients).await?;
    all.retain(|balancer| origin.marked(&balancer.tags));
    Ok(all)
}

/// All ALBs of the region, with their tags.
async fn all_tagged(clients: &Clients) -> Result<Vec<LoadBalancer>, CallError> {
    let all: Vec<LoadBalancer> = clients
        .balancers()
        .await?
        .iter()
        .filter(|balancer| balancer.r#type() == Some(&elb::LoadBalancerTypeEnum::Application))
        .map(convert::balancer)
        .collect();
    let mut tags = clients
        .balancing_tags(all.iter().map(|balancer| balancer.arn.clone()).collect())
        .await?;
    let tagged = all.into_iter().map(|balancer| LoadBalancer {
        tags: Arc::unwrap_or_clone(tags.remove(&balancer.arn).unwrap_or_default()),
        ..balancer
    });
    Ok(tagged.collect())
}

/// The ALB with listeners, rules and target groups, with targets if `depth` says so: two round trips more, three in a group. What goes between two of
/// the questions is not there: whoever removes a neighbour, or the lab, does so at any time.
pub(super) async fn complete(
    clients: &Clients,
    balancer: LoadBalancer,
    origin: IngressOwner<'_>,
    depth: Depth,
) -> Result<SharedBalancer, CallError> {
    let (listeners, groups) = futures::join!(
        clients.listeners(&balancer.arn),
        clients.target_groups_of(&balancer.arn)
    );
    let (listeners, groups) = (optional(listeners)?.unwrap_or_default(), groups?);
    let (rules, target_group_owners) = futures::try_join!(
        rules_of(clients, &listeners),
        target_group_owners(clients, &groups, origin, depth)
    )?;
    Ok(SharedBalancer {
        other_backends: target_group_owners.other_backends(&listeners, &rules),
        balancer: LoadBalancer {
            listeners: listeners
                .iter()
                .zip(&rules)
                .map(|(listener, rules)| target_group_owners.listener(listener, rules))
                .collect(),
            target_groups: target_group_owners.own,
            ..balancer
        },
    })
}

/// Whose the target groups of an ALB are.
struct TargetGroupOwners {
    /// The lab's, with their targets.
    own: Vec<TargetGroup>,
    /// What the others serve, by ARN.
    others: BTreeMap<String, String>,
}

async fn target_group_owners(
    clients: &Clients,
    groups: &[elb::TargetGroup],
    origin: IngressOwner<'_>,
    depth: Depth,
) -> Result<TargetGroupOwners, CallError> {
    let mut own: Vec<TargetGroup> = groups.iter().map(target_group).collect();
    let mut others = BTreeMap::new();
    if origin.is_group() {
        let tags = clients
            .balancing_tags(own.iter().map(|group| group.arn.clone()).collect())
            .await?;
        own.retain(|group| tags.get(&group.arn).is_some_and(|tags| origin.serves(tags)));
        others = tags
            .iter()
            .filter(|(_, tags)| !origin.serves(tags))
            .map(|(arn, tags)| match backend(tags) {
                // Somebody added it by hand.
                "" => (arn.clone(), arn.clone()),
                backend => (arn.clone(), backend.to_owned()),
            })
            .collect();
    }
    if depth == Depth::Owners {
        return Ok(TargetGroupOwners { own, others });
    }
    let targets = own.into_iter().map(async |group| {
        let targets = optional(clients.targets(&group.arn).await)?;
        Ok::<_, CallError>(targets.map(|targets| TargetGroup { targets, ..group }))
    });
    let own = try_join_all(targets).await?.into_iter().flatten().collect();
    Ok(TargetGroupOwners { own, others })
}

impl TargetGroupOwners {
    fn listener(&self, listener: &elb::Listener, rules: &[elb::Rule]) -> Listener {
        let is_own = |arn: &String| self.own.iter().any(|group| group.arn == *arn);
        let own = forwarding(rules).filter(|rule| convert::forwards_to(rule.actions()).iter().any(is_own));
        described(listener, own.count())
    }

    fn other_backends(&self, listeners: &[elb::Listener], rules: &[Arc<[elb::Rule]>]) -> BTreeMap<String, Vec<Route>> {
        // A target group without a rule belongs to somebody all the same.
        let mut found: BTreeMap<String, Vec<Route>> = self
            .others
            .values()
            .map(|backend| (backend.clone(), Vec::new()))
            .collect();
        for (listener, rules) in listeners.iter().zip(rules) {
            for rule in forwarding(rules) {
                for arn in convert::forwards_to(rule.actions()) {
                    if let Some(routes) = self.others.get(&arn).and_then(|backend| found.get_mut(backend)) {
                        routes.push(convert::route(port_of(listener), rule));
                    }
                }
            }
        }
        found
    }
}

/// The port a listener is on.
pub(super) fn port_of(listener: &elb::Listener) -> u16 {
    listener
        .port()
        .and_then(|port| u16::try_from(port).ok())
        .unwrap_or_default()
}

/// The rules that forward to a target group; the default one does so for an Ingress with a default backend.
pub(super) fn forwarding(rules: &[elb::Rule]) -> impl Iterator<Item = &elb::Rule> {
    rules
        .iter()
        .filter(|rule| !convert::forwards_to(rule.actions()).is_empty())
}

fn target_group(group: &elb::TargetGroup) -> TargetGroup {
    TargetGroup {
        arn: group.target_group_arn().unwrap_or_default().to_owned(),
        name: group.target_group_name().unwrap_or_default().to_owned(),
        target_type: group.target_type().map(|kind| kind.as_str().into()).unwrap_or_default(),
        targets: Vec::new(),
    }
}

/// All target groups that the controller marked as made for the Ingress of `origin`, without their targets.
pub(super) async fn target_groups(clients: &Clients, origin: IngressOwner<'_>) -> Result<Vec<TargetGroup>, CallError> {
    let groups: BTreeMap<String, TargetGroup> = clients
        .target_groups()
        .await?
        .iter()
        .map(target_group)
        .map(|group| (group.arn.clone(), group))
        .collect();
    let tags = clients.balancing_tags(groups.keys().cloned().collect()).await?;
    let marked = |arn: &str| tags.get(arn).is_some_and(|tags| origin.serves(tags));
    Ok(groups
        .into_iter()
        .filter(|(arn, _)| marked(arn))
        .map(|(_, group)| group)
        .collect())
}

/// The security groups of `origin`, and the cluster's shared backend group.
pub(super) async fn security_groups(
    clients: &Clients,
    origin: IngressOwner<'_>,
) -> Result<Vec<SecurityGroup>, CallError> {
    let groups = clients
        .security_groups_by_tag(CONTROLLER_CLUSTER, origin.cluster)
        .await?;
    Ok(groups
        .into_iter()
        .filter(|group| group.shared || origin.marked(&group.tags))
        .collect())
}
