//! The pod execution role.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::poller::{self, Poll};
use super::{guard, not_ours};
use crate::aws::clients::Clients;
use crate::aws::errors;
use crate::lang::text;
use crate::model::{Goal, Op, Outputs, Role, RoleSpec, Task, lacking, same_lab};
use crate::ports::{CallError, ErrorClass};
use crate::readiness;

/// Makes the role, or brings what is there to what is wanted, in place.
pub(super) async fn apply(clients: &Clients, task: &Task, spec: &RoleSpec) -> Result<Outputs, CallError> {
    if matches!(task.op, Op::Create | Op::Replace) {
        match create(clients, spec).await {
            Err(error) if error.class == ErrorClass::Exists => {}
            outcome => return outcome.map(outputs),
        }
    }
    let Some(role) = clients.role(&spec.name).await? else {
        return create(clients, spec).await.map(outputs);
    };
    match task.op {
        Op::Update => guard(task, "iam:UpdateAssumeRolePolicy", &role.pin(), &role.tags, &spec.tags)?,
        _ if same_lab(&role.tags, &spec.tags) => {}
        _ => return Err(not_ours(task, "iam:CreateRole")),
    }
    converge(clients, &role, spec).await?;
    Ok(outputs(role.arn))
}

fn outputs(role_arn: String) -> Outputs {
    Outputs {
        role_arn: Some(role_arn),
        ..Outputs::default()
    }
}

async fn create(clients: &Clients, spec: &RoleSpec) -> Result<String, CallError> {
    let arn = clients.create_role(spec).await?;
    clients
        .attach_policy(&spec.name, &spec.policy_arn)
        .await
        .map_err(|error| match error.class {
            // IAM answers from many places; this one does not know the role yet. A rerun finds it.
            ErrorClass::Missing if !errors::is_missing_policy(&error) => CallError {
                class: ErrorClass::Propagating,
                ..error
            },
            _ => error,
        })?;
    Ok(arn)
}

async fn converge(clients: &Clients, role: &Role, spec: &RoleSpec) -> Result<(), CallError> {
    if role.trust != spec.trust {
        clients.set_trust(spec).await?;
    }
    if role.permissions_boundary != spec.permissions_boundary {
        clients
            .set_boundary(&spec.name, spec.permissions_boundary.as_deref())
            .await?;
    }
    let tags = lacking(&role.tags, &spec.tags);
    if !tags.is_empty() {
        clients.tag_role(&spec.name, &tags).await?;
    }
    if !role.attached.contains(&spec.policy_arn) {
        clients.attach_policy(&spec.name, &spec.policy_arn).await?;
    }
    Ok(())
}

/// Deletes the role with every policy on it, also those that somebody attached by hand (Fargate logging): IAM refuses
/// to delete a role that has any.
pub(super) async fn delete(clients: &Clients, task: &Task, spec: &RoleSpec) -> Result<(), CallError> {
    const OPERATION: &str = "iam:DeleteRole";
    let Some(role) = clients.role(&spec.name).await? else {
        return Ok(());
    };
    guard(task, OPERATION, &role.pin(), &role.tags, &spec.tags)?;
    for policy in &role.attached {
        clients.detach_policy(&spec.name, policy).await?;
    }
    for policy in &role.inline {
        clients.delete_inline_policy(&spec.name, policy).await?;
    }
    clients
        .delete_role(&spec.name)
        .await
        .map_err(|error| match error.class {
            // Everything has just been detached; either IAM has not noticed, or somebody attached more.
            ErrorClass::Conflict => CallError {
                class: ErrorClass::Propagating,
                ..error
            },
            _ => error,
        })
}

/// Looks at the role.
pub(super) struct RolePoller<'a> {
    pub(super) clients: &'a Clients,
    pub(super) spec: &'a RoleSpec,
    pub(super) goal: Goal,
}

impl poller::Poller for RolePoller<'_> {
    fn poll(&mut self) -> BoxFuture<'_, Result<Poll, CallError>> {
        async move {
            let role = self.clients.role(&self.spec.name).await?;
            Ok(judge(role.as_ref(), self.spec, self.goal))
        }
        .boxed()
    }
}

fn judge(role: Option<&Role>, spec: &RoleSpec, goal: Goal) -> Poll {
    match (goal, role) {
        (Goal::Gone, role) => Poll::judged(readiness::role_gone(role), goal),
        (Goal::Ready, None) => Poll::pending(text!("is-awaiting-role"), text!("is-iam-not-showing")),
        (Goal::Ready, Some(found)) => {
            let verdict = readiness::role(Some(found), spec);
            let outputs = if verdict.works() {
                outputs(found.arn.clone())
            } else {
                Outputs::default()
            };
            Poll::judged(verdict, goal).with(outputs)
        }
    }
}
