//! What keeps a security group from being deleted.

use aws_sdk_ec2::types::IpPermission;

use crate::aws::clients::Clients;
use crate::ports::CallError;

/// What still uses a security group.
pub(super) struct GroupUse {
    /// What it is.
    pub(super) cause: String,
    /// What to do about it, where it does not go by itself.
    pub(super) remedy: Option<String>,
}

/// What still uses a security group, if anything is seen to.
pub(super) async fn of(clients: &Clients, id: &str) -> Result<Option<GroupUse>, CallError> {
    let by_itself = |cause| Some(GroupUse { cause, remedy: None });
    Ok(match clients.interfaces_of(id).await? {
        0 => rule_of_others(clients, id).await?,
        1 => by_itself(format!("a network interface of the ALB still uses {id}")),
        more => by_itself(format!("{more} network interfaces of the ALB still use {id}")),
    })
}

/// A rule of another group, which nobody takes out but who made it.
async fn rule_of_others(clients: &Clients, id: &str) -> Result<Option<GroupUse>, CallError> {
    let others = clients.groups_referring_to(id).await?;
    let mut others = others.iter().filter(|group| group.group_id() != Some(id));
    Ok(others.find_map(|group| {
        let names = |permission: &&IpPermission| {
            permission.user_id_group_pairs().iter().any(|pair| pair.group_id() == Some(id))
        };
        let rule = group.ip_permissions().iter().find(names)?;
        let other = group.group_id().unwrap_or_default();
        Some(GroupUse {
            cause: format!("an inbound rule of security group {other} still names {id} as its source"),
            remedy: Some(format!(
                "take it out: `aws ec2 revoke-security-group-ingress --group-id {other} --protocol {}{} --source-group {id}`",
                rule.ip_protocol().unwrap_or("-1"),
                ports(rule)
            )),
        })
    }))
}

/// The ports of a rule, as the AWS CLI takes them; nothing for all.
fn ports(rule: &IpPermission) -> String {
    match (rule.from_port(), rule.to_port()) {
        (Some(from), Some(to)) if from == to => format!(" --port {from}"),
        (Some(from), Some(to)) => format!(" --port {from}-{to}"),
        _ => String::new(),
    }
}
