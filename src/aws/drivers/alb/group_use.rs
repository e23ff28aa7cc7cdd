//! What keeps a security group from being deleted.

use aws_sdk_ec2::types::IpPermission;

use crate::aws::clients::Clients;
use crate::lang::{Text, text};
use crate::ports::CallError;

/// What still uses a security group.
pub(super) struct GroupUse {
    /// What it is.
    pub(super) cause: Text,
    /// What to do about it, where it does not go by itself.
    pub(super) remedy: Option<Text>,
}

/// What still uses a security group, if anything is seen to.
pub(super) async fn of(clients: &Clients, id: &str) -> Result<Option<GroupUse>, CallError> {
    Ok(match clients.interfaces_of(id).await? {
        0 => rule_of_others(clients, id).await?,
        count => Some(GroupUse {
            cause: text!("is-interfaces-use", count = count, id = id),
            remedy: None,
        }),
    })
}

/// A rule of another group, which nobody takes out but who made it.
async fn rule_of_others(clients: &Clients, id: &str) -> Result<Option<GroupUse>, CallError> {
    let others = clients.groups_referring_to(id).await?;
    let mut others = others.iter().filter(|group| group.group_id() != Some(id));
    Ok(others.find_map(|group| {
        let names = |permission: &&IpPermission| {
            permission
                .user_id_group_pairs()
                .iter()
                .any(|pair| pair.group_id() == Some(id))
        };
        let rule = group.ip_permissions().iter().find(names)?;
        let other = group.group_id().unwrap_or_default();
        let command = format!(
            "aws ec2 revoke-security-group-ingress --group-id {other} --protocol {}{} --source-group {id}",
            rule.ip_protocol().unwrap_or("-1"),
            ports(rule)
        );
        Some(GroupUse {
            cause: text!("is-rule-names", other = other, id = id),
            remedy: Some(text!("is-take-rule-out", command = command)),
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
