//! Removes what the controller made, in the controller's own order, where there is no controller to do it.
//! (LBC `pkg/deploy/stack_deployer.go`: ALB, target groups, frontend group, backend group)
//!
//! One call is one pass: it does what can be done now, and is `Busy` with what is in the way. Only what the controller's
//! tags show to be of this cluster and this Ingress is touched, and of that only what the plan has shown.

use aws_sdk_ec2::types::{IpPermission, SecurityGroup as Ec2SecurityGroup, UserIdGroupPair};

use super::group_use;
use crate::aws::balancers;
use crate::aws::clients::Clients;
use crate::aws::made::made_by_controller;
use crate::lbc::{self, IngressOwner};
use crate::model::{ByHand, ControllerResources, LoadBalancerSpec, SecurityGroup};
use crate::ports::{CallError, ErrorClass};

/// One pass over what the controller made for the Ingress of `spec`.
pub(in crate::aws::drivers) async fn remove(
    clients: &Clients,
    spec: &LoadBalancerSpec,
    seen: &ByHand,
) -> Result<(), CallError> {
    let made = made_by_controller(clients, IngressOwner::of(spec)).await?;
    unchanged(&made, seen)?;
    for balancer in &made.balancers {
        clients.unprotect_balancer(&balancer.arn).await?;
        clients.delete_balancer(&balancer.arn).await?;
    }
    for group in &made.target_groups {
        clients.delete_target_group(&group.arn).await?;
    }
    for group in &made.security_groups {
        remove_group(clients, &group.id).await?;
    }
    let all = balancers::security_groups(clients, IngressOwner::of(spec)).await?;
    for shared in all.iter().filter(|group| group.shared && seen.includes(&group.id)) {
        remove_shared(clients, shared).await?;
    }
    Ok(())
}

/// Refuses what the plan has not shown: somebody may be making it now.
fn unchanged(made: &ControllerResources, seen: &ByHand) -> Result<(), CallError> {
    match made.ids().find(|id| !seen.includes(id)) {
        None => Ok(()),
        Some(new) => Err(CallError::new(
            ErrorClass::Conflict,
            "remove what the load balancer controller made",
            format!("{new} was not there when the plan was made: is the controller back? Plan again"),
        )),
    }
}

/// The group that all Ingresses of the cluster share goes with its last user.
async fn remove_shared(clients: &Clients, group: &SecurityGroup) -> Result<(), CallError> {
    if clients.interfaces_of(&group.id).await? > 0 {
        return Ok(());
    }
    remove_group(clients, &group.id).await
}

/// Removes a security group, and before that the rules by which the controller has let it in elsewhere.
async fn remove_group(clients: &Clients, id: &str) -> Result<(), CallError> {
    for other in clients.groups_referring_to(id).await? {
        let rules = rules_of_controller(&other, id);
        if !rules.is_empty() {
            let group = other.group_id().unwrap_or_default();
            clients.revoke_inbound(group, rules).await?;
        }
    }
    match clients.delete_security_group(id).await {
        Err(error) if error.class == ErrorClass::Busy => Err(match group_use::of(clients, id).await? {
            Some(user) => CallError {
                message: user.cause.to_string(),
                said: Some(Box::new(user.cause)),
                remedy: user.remedy.map(Box::new),
                ..error
            },
            None => error,
        }),
        done => done,
    }
}

/// The rules of `group` that the controller made to let in `source`.
fn rules_of_controller(group: &Ec2SecurityGroup, source: &str) -> Vec<IpPermission> {
    let is_its = |pair: &&UserIdGroupPair| {
        pair.group_id() == Some(source) && pair.description().is_some_and(lbc::is_rule_of_controller)
    };
    let permissions = group.ip_permissions().iter().filter_map(|permission| {
        let pairs: Vec<UserIdGroupPair> = permission
            .user_id_group_pairs()
            .iter()
            .filter(is_its)
            .cloned()
            .collect();
        let is_any = !pairs.is_empty();
        let only = IpPermission::builder()
            .set_ip_protocol(permission.ip_protocol().map(str::to_owned))
            .set_from_port(permission.from_port())
            .set_to_port(permission.to_port())
            .set_user_id_group_pairs(Some(pairs))
            .build();
        is_any.then_some(only)
    });
    permissions.collect()
}
