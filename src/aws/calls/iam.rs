//! IAM: the pod execution role and its policies.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;

use super::super::clients::Clients;
use super::super::convert;
use super::super::errors::classify;
use super::{incomplete, optional};
use crate::model::{Role, RoleSpec};
use crate::ports::{CallError, ErrorClass};

/// What a reader in the console sees of the role.
const DESCRIPTION: &str = "Pod execution role of a 2048 lab on EKS Fargate, made by lab2048";

impl Clients {
    /// A role with its policies; `None` if there is none of that name. Two round trips: most roles that are looked for are not
    /// there.
    pub(in crate::aws) async fn role(&self, name: &str) -> Result<Option<Role>, CallError> {
        let Some(role) = self.bare_role(name).await? else {
            return Ok(None);
        };
        let (attached, inline) = futures::join!(self.attached_policies(name), self.inline_policies(name));
        Ok(Some(Role {
            attached: optional(attached)?.unwrap_or_default(),
            inline: optional(inline)?.unwrap_or_default(),
            ..role
        }))
    }

    /// A role without its policies.
    pub(in crate::aws) async fn bare_role(&self, name: &str) -> Result<Option<Role>, CallError> {
        const OPERATION: &str = "iam:GetRole";
        let answer = self.iam().get_role().role_name(name).send().await;
        let Some(answer) = optional(answer.map_err(|error| classify(OPERATION, &error)))? else {
            return Ok(None);
        };
        let role = answer.role().ok_or_else(|| incomplete(OPERATION, "role"))?;
        Ok(Some(Role {
            name: role.role_name().to_owned(),
            arn: role.arn().to_owned(),
            id: role.role_id().to_owned(),
            created_at: convert::timestamp(role.create_date()),
            trust: convert::policy_document(role.assume_role_policy_document()),
            attached: Vec::new(),
            inline: Vec::new(),
            permissions_boundary: role
                .permissions_boundary()
                .and_then(|boundary| boundary.permissions_boundary_arn())
                .map(str::to_owned),
            tags: convert::iam_tags(role.tags()),
        }))
    }

    /// Names of all roles of the account that begin so. IAM knows no such filter, but for paths, and shows no tags.
    pub(in crate::aws) async fn role_names(&self, prefix: &str) -> Result<Vec<String>, CallError> {
        let roles: Vec<_> = self
            .iam()
            .list_roles()
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("iam:ListRoles", &error))?;
        let names = roles.iter().map(aws_sdk_iam::types::Role::role_name);
        Ok(names
            .filter(|name| name.starts_with(prefix))
            .map(str::to_owned)
            .collect())
    }

    /// ARNs of the managed policies attached to a role.
    pub(in crate::aws) async fn attached_policies(&self, role: &str) -> Result<Vec<String>, CallError> {
        let policies: Vec<_> = self
            .iam()
            .list_attached_role_policies()
            .role_name(role)
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("iam:ListAttachedRolePolicies", &error))?;
        Ok(policies
            .iter()
            .filter_map(|policy| policy.policy_arn())
            .map(str::to_owned)
            .collect())
    }

    async fn inline_policies(&self, role: &str) -> Result<Vec<String>, CallError> {
        self.iam()
            .list_role_policies()
            .role_name(role)
            .into_paginator()
            .items()
            .send()
            .try_collect()
            .await
            .map_err(|error| classify("iam:ListRolePolicies", &error))
    }

    /// Makes a role, without policies.
    pub(in crate::aws) async fn create_role(&self, spec: &RoleSpec) -> Result<String, CallError> {
        const OPERATION: &str = "iam:CreateRole";
        let answer = self
            .iam()
            .create_role()
            .role_name(&spec.name)
            .description(DESCRIPTION)
            .assume_role_policy_document(spec.trust.to_string())
            .set_permissions_boundary(spec.permissions_boundary.clone())
            .set_tags(Some(iam_tags(OPERATION, &spec.tags)?))
            .send()
            .await
            .map_err(|error| classify(OPERATION, &error))?;
        let role = answer.role().ok_or_else(|| incomplete(OPERATION, "role"))?;
        Ok(role.arn().to_owned())
    }

    /// Replaces a role's trust policy.
    pub(in crate::aws) async fn set_trust(&self, spec: &RoleSpec) -> Result<(), CallError> {
        self.iam()
            .update_assume_role_policy()
            .role_name(&spec.name)
            .policy_document(spec.trust.to_string())
            .send()
            .await
            .map_err(|error| classify("iam:UpdateAssumeRolePolicy", &error))?;
        Ok(())
    }

    /// Adds tags to a role or changes their values.
    pub(in crate::aws) async fn tag_role(&self, role: &str, tags: &BTreeMap<String, String>) -> Result<(), CallError> {
        const OPERATION: &str = "iam:TagRole";
        self.iam()
            .tag_role()
            .role_name(role)
            .set_tags(Some(iam_tags(OPERATION, tags)?))
            .send()
            .await
            .map_err(|error| classify(OPERATION, &error))?;
        Ok(())
    }

    /// Sets a role's permissions boundary, or takes it away.
    pub(in crate::aws) async fn set_boundary(&self, role: &str, boundary: Option<&str>) -> Result<(), CallError> {
        if let Some(arn) = boundary {
            self.iam()
                .put_role_permissions_boundary()
                .role_name(role)
                .permissions_boundary(arn)
                .send()
                .await
                .map_err(|error| classify("iam:PutRolePermissionsBoundary", &error))?;
        } else {
            let answer = self
                .iam()
                .delete_role_permissions_boundary()
                .role_name(role)
                .send()
                .await;
            optional(answer.map_err(|error| classify("iam:DeleteRolePermissionsBoundary", &error)))?;
        }
        Ok(())
    }

    /// Attaches a managed policy.
    pub(in crate::aws) async fn attach_policy(&self, role: &str, policy: &str) -> Result<(), CallError> {
        self.iam()
            .attach_role_policy()
            .role_name(role)
            .policy_arn(policy)
            .send()
            .await
            .map_err(|error| classify("iam:AttachRolePolicy", &error))?;
        Ok(())
    }

    /// Detaches a managed policy.
    pub(in crate::aws) async fn detach_policy(&self, role: &str, policy: &str) -> Result<(), CallError> {
        let answer = self
            .iam()
            .detach_role_policy()
            .role_name(role)
            .policy_arn(policy)
            .send()
            .await;
        optional(answer.map_err(|error| classify("iam:DetachRolePolicy", &error)))?;
        Ok(())
    }

    /// Deletes an inline policy.
    pub(in crate::aws) async fn delete_inline_policy(&self, role: &str, policy: &str) -> Result<(), CallError> {
        let answer = self
            .iam()
            .delete_role_policy()
            .role_name(role)
            .policy_name(policy)
            .send()
            .await;
        optional(answer.map_err(|error| classify("iam:DeleteRolePolicy", &error)))?;
        Ok(())
    }

    /// Deletes a role that has no policies left.
    pub(in crate::aws) async fn delete_role(&self, role: &str) -> Result<(), CallError> {
        let answer = self.iam().delete_role().role_name(role).send().await;
        optional(answer.map_err(|error| classify("iam:DeleteRole", &error)))?;
        Ok(())
    }
}

fn iam_tags(operation: &str, tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, CallError> {
    tags.iter()
        .map(|(key, value)| Tag::builder().key(key).value(value).build())
        .collect::<Result<_, _>>()
        .map_err(|error| CallError::new(ErrorClass::Invalid, operation, error.to_string()))
}
