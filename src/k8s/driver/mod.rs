//! Carries out the lab's objects: apply, delete, follow to ready or gone.

mod at_version;
mod handover;
mod look_again;
mod passage;
mod release;
mod stuck_pods;
mod watching;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, stream};

use self::watching::Watching;
use crate::k8s::api::{Apply, Client, Propagation};
use crate::model::{Desired, Goal, LAB_LABEL, Object, ObjectKey, Op, Outputs, Pin, Reminder, Task};
use crate::ports::{CallError, Driver, ErrorClass, ProgressStream};

/// The driver of every node that is an object in the cluster.
#[derive(Clone)]
pub struct ObjectDriver {
    client: Client,
}

impl ObjectDriver {
    /// A driver over this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    async fn write(&self, task: &Task) -> Result<Outputs, CallError> {
        let wanted = object_of(task)?;
        let mut outputs = Outputs::default();
        if matches!(task.op, Op::Create | Op::Update | Op::Replace) {
            let written = self.put(task, wanted).await?;
            if let Some(uid) = written.uid() {
                outputs.uids.insert(task.node.id.to_string(), uid.to_owned());
            }
        }
        if task.reminder == Some(Reminder::LookAgain) {
            look_again::ask(&self.client, &wanted.key()).await?;
        }
        for (key, pin) in &task.recreate {
            remove_pod(&self.client, key, pin).await?;
        }
        Ok(outputs)
    }

    async fn put(&self, task: &Task, wanted: &Object) -> Result<Object, CallError> {
        let mut wanted = wanted.clone();
        match (&task.op, &task.pin) {
            // The server refuses the write if the object is not the one the plan saw.
            (Op::Update, Some(pin)) => {
                if task.adopt {
                    handover::take_over(&self.client, &wanted.key(), pin).await?;
                }
                wanted.0["metadata"]["uid"] = pin.identity.as_str().into();
            }
            _ => self.make_sure_it_is_ours(&wanted).await?,
        }
        let how = Apply {
            dry_run: false,
            force: task.force,
        };
        Ok(self.client.apply(&wanted, how).await?)
    }

    /// The plan saw nothing there; what is there now may only be what an earlier attempt of ours has made.
    async fn make_sure_it_is_ours(&self, wanted: &Object) -> Result<(), CallError> {
        let key = wanted.key();
        match self.client.get(&key).await? {
            Some(live) if !live.belongs_to(wanted.label(LAB_LABEL).unwrap_or_default()) => Err(CallError::new(
                ErrorClass::Conflict,
                format!("create {key}"),
                "somebody else has made an object of this name since the plan: plan again",
            )),
            _ => Ok(()),
        }
    }

    async fn remove(&self, task: &Task) -> Result<(), CallError> {
        let wanted = object_of(task)?;
        let key = wanted.key();
        let Some(pin) = &task.pin else {
            return match self.client.get(&key).await? {
                None => Ok(()),
                Some(_) => Err(CallError::new(
                    ErrorClass::Conflict,
                    format!("DELETE {key}"),
                    "it was not there when the plan was made: plan again",
                )),
            };
        };
        // Pods must be gone before the Fargate profile may go, so a Deployment waits for its own.
        let propagation = match wanted.kind() {
            "Deployment" | "StatefulSet" | "ReplicaSet" | "Job" => Propagation::Foreground,
            _ => Propagation::Background,
        };
        self.client.delete(&key, &pin.identity, propagation).await?;
        match &task.by_hand {
            Some(seen) => release::release(&self.client, &key, seen).await,
            None => Ok(()),
        }
    }
}

impl Driver for ObjectDriver {
    fn apply<'a>(&'a self, task: &'a Task, _inputs: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>> {
        self.write(task).boxed()
    }

    fn delete<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<(), CallError>> {
        self.remove(task).boxed()
    }

    fn progress<'a>(&'a self, task: &'a Task, goal: Goal, _inputs: &'a Outputs) -> ProgressStream<'a> {
        let opened = object_of(task).and_then(|wanted| Watching::open(&self.client, task, wanted, goal));
        match opened {
            Ok(watching) => watching.reports(),
            Err(error) => stream::once(async { Err(error) }).boxed(),
        }
    }
}

/// A pod that is gone already, or has a successor of the same name, needs no deleting.
async fn remove_pod(client: &Client, key: &ObjectKey, pin: &Pin) -> Result<(), CallError> {
    match client.delete(key, &pin.identity, Propagation::Background).await {
        Err(error) if error.class == ErrorClass::Conflict => Ok(()),
        result => result,
    }
}

fn object_of(task: &Task) -> Result<&Object, CallError> {
    match &task.node.desired {
        Desired::Object(object) => Ok(object),
        _ => Err(CallError::new(
            ErrorClass::Invalid,
            task.node.id.to_string(),
            "this node is not an object in the cluster",
        )),
    }
}

#[cfg(test)]
mod tests;
