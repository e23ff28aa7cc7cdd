//! The driver of those nodes of a lab that are in AWS.

mod access_entry;
mod alb;
mod poller;
mod profile;
mod role;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};

use self::poller::poll_until;
use super::clients::Clients;

use crate::model::{Desired, Goal, Outputs, Pin, Tags, Task, same_lab};
use crate::ports::{CallError, Driver, ErrorClass, ProgressStream};

/// The driver of roles, profiles, access entries and load balancers.
#[derive(Clone)]
pub struct AwsDriver {
    clients: Clients,
}

impl AwsDriver {
    /// A driver that works through these clients.
    pub fn new(clients: Clients) -> Self {
        Self { clients }
    }

    async fn make(&self, task: &Task, inputs: &Outputs) -> Result<Outputs, CallError> {
        match &task.node.desired {
            Desired::Role(spec) => role::apply(&self.clients, task, spec).await,
            Desired::Profile(spec) => profile::apply(&self.clients, task, spec, inputs).await,
            // EKS makes the one and the load balancer controller the other.
            Desired::AccessEntry(_) | Desired::LoadBalancer(_) => Ok(Outputs::default()),
            Desired::Object(_) | Desired::Proof(_) | Desired::Lock(_) => Err(not_in_aws(task)),
        }
    }

    async fn remove(&self, task: &Task) -> Result<(), CallError> {
        match &task.node.desired {
            Desired::Role(spec) => role::delete(&self.clients, task, spec).await,
            Desired::Profile(spec) => profile::delete(&self.clients, task, spec).await,
            Desired::AccessEntry(spec) => access_entry::delete(&self.clients, task, spec).await,
            // Else the load balancer controller removes it once the Ingress is deleted.
            Desired::LoadBalancer(spec) => match &task.by_hand {
                Some(seen) => alb::remove(&self.clients, spec, seen).await,
                None => Ok(()),
            },
            Desired::Object(_) | Desired::Proof(_) | Desired::Lock(_) => Err(not_in_aws(task)),
        }
    }
}

impl Driver for AwsDriver {
    fn apply<'a>(&'a self, task: &'a Task, inputs: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>> {
        self.make(task, inputs).boxed()
    }

    fn delete<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<(), CallError>> {
        self.remove(task).boxed()
    }

    fn progress<'a>(&'a self, task: &'a Task, goal: Goal, _inputs: &'a Outputs) -> ProgressStream<'a> {
        let clients = &self.clients;
        match &task.node.desired {
            Desired::Role(spec) => poll_until(clients, task, role::RolePoller { clients, spec, goal }),
            Desired::Profile(spec) => poll_until(clients, task, profile::ProfilePoller::new(clients, task, spec, goal)),
            Desired::AccessEntry(spec) => {
                poll_until(clients, task, access_entry::AccessEntryPoller { clients, spec, goal })
            }
            Desired::LoadBalancer(spec) => match goal {
                Goal::Ready => poll_until(clients, task, alb::AlbProvisioning::new(clients, spec)),
                Goal::Gone => poll_until(clients, task, alb::AlbDeletion::new(clients, spec)),
            },
            Desired::Object(_) | Desired::Proof(_) | Desired::Lock(_) => {
                let error = not_in_aws(task);
                futures::stream::once(async move { Err(error) }).boxed()
            }
        }
    }
}

fn not_in_aws(task: &Task) -> CallError {
    CallError::new(ErrorClass::Invalid, task.node.id.to_string(), "it does not live in AWS")
}

/// Refuses to touch anything but what the plan saw; and that only if it is of our lab, or was taken over.
fn guard(task: &Task, operation: &str, found: &Pin, tags: &Tags, wanted: &Tags) -> Result<(), CallError> {
    let node = &task.node.id;
    match &task.pin {
        Some(pin) if pin != found => Err(CallError::new(
            ErrorClass::Conflict,
            operation,
            format!(
                "{node} is not the one the plan saw ({}, made {}); it was recreated at {}: plan again",
                pin.identity, pin.version, found.version
            ),
        )),
        Some(_) if task.adopt => Ok(()),
        _ if same_lab(tags, wanted) => Ok(()),
        _ => Err(not_ours(task, operation)),
    }
}

fn not_ours(task: &Task, operation: &str) -> CallError {
    CallError::new(
        ErrorClass::Conflict,
        operation,
        format!(
            "{} exists and does not carry the tags of this lab: it belongs to somebody else",
            task.node.id
        ),
    )
}

#[cfg(test)]
mod tests;
