//! The access entry that EKS made for the pod execution role and leaves behind.
//!
//! It is bound to the role's unique id: a role of the same name made later is refused by the cluster because of it.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::poller::{self, Poll};
use crate::aws::clients::Clients;
use crate::lang::text;
use crate::model::{AccessEntrySpec, Goal, Task};
use crate::ports::{CallError, ErrorClass};
use crate::readiness;

/// Deletes the entry, if no profile needs it any more.
pub(super) async fn delete(clients: &Clients, task: &Task, spec: &AccessEntrySpec) -> Result<(), CallError> {
    const OPERATION: &str = "eks:DeleteAccessEntry";
    let Some(entry) = clients.access_entry(&spec.cluster, &spec.principal_arn).await? else {
        return Ok(());
    };
    if task.pin.as_ref().is_some_and(|pin| *pin != entry.pin()) {
        return Err(CallError::new(
            ErrorClass::Conflict,
            OPERATION,
            format!(
                "the access entry of {} is not the one the plan saw: plan again",
                spec.principal_arn
            ),
        ));
    }
    let users = users(clients, spec).await?;
    if !users.is_empty() {
        return Err(CallError::new(
            ErrorClass::Conflict,
            OPERATION,
            format!(
                "the role {} still serves the profile {}",
                spec.principal_arn,
                users.join(", ")
            ),
        ));
    }
    clients.delete_access_entry(&spec.cluster, &spec.principal_arn).await
}

/// Profiles that use the entry's role.
async fn users(clients: &Clients, spec: &AccessEntrySpec) -> Result<Vec<String>, CallError> {
    let profiles = clients.profiles(&spec.cluster).await?.into_iter();
    let users = profiles.filter(|profile| profile.role_arn == spec.principal_arn);
    Ok(users.map(|profile| profile.name).collect())
}

/// Looks at the entry.
pub(super) struct AccessEntryPoller<'a> {
    pub(super) clients: &'a Clients,
    pub(super) spec: &'a AccessEntrySpec,
    pub(super) goal: Goal,
}

impl poller::Poller for AccessEntryPoller<'_> {
    fn poll(&mut self) -> BoxFuture<'_, Result<Poll, CallError>> {
        async move {
            let entry = self
                .clients
                .access_entry(&self.spec.cluster, &self.spec.principal_arn)
                .await?;
            Ok(match (self.goal, entry) {
                (Goal::Gone, entry) => Poll::judged(readiness::access_entry_gone(entry.as_ref()), Goal::Gone),
                (Goal::Ready, Some(_)) => Poll::ready(text!("is-entry-there")),
                (Goal::Ready, None) => Poll::pending(text!("is-awaiting-entry"), text!("is-entry-comes-with-profile")),
            })
        }
        .boxed()
    }
}
