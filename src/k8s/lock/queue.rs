//! The line for a cluster's one profile slot, kept on the leases of its labs: whoever has waited for longest is the first.
//!
//! Whoever cannot be seen has no place and keeps nobody waiting: a lease that is not renewed counts as free, and without
//! the right to read the others' everybody asks on their own.

use futures::future::{BoxFuture, FutureExt};

use super::LabLock;
use super::lease::Renewal;
use super::line::{Waiter, has_waiters};
use crate::model::{Desired, Holder, Task};
use crate::ports::{ErrorClass, Queue, Turn};

impl Queue for LabLock {
    fn turn<'a>(&'a self, task: &'a Task, heard: Option<&'a Holder>) -> BoxFuture<'a, Turn> {
        async move {
            let Some(cluster) = cluster_of(task) else {
                return Turn::Unordered(None);
            };
            // Who does not hold the lock has nothing that others could read.
            if self.held.lock().await.is_none() {
                return Turn::Unordered(None);
            }
            self.turn_in(cluster, task, heard).await.unwrap_or_else(Turn::Unordered)
        }
        .boxed()
    }

    fn step_aside(&self, task: &Task) {
        if self.lease.line().step_aside(&task.node.id) {
            self.changed.notify_one();
        }
    }

    fn leave(&self, task: &Task) {
        if self.lease.line().leave(&task.node.id) {
            self.changed.notify_one();
        }
    }
}

/// The cluster that makes or deletes one at a time of what the task is about.
fn cluster_of(task: &Task) -> Option<&str> {
    match &task.node.desired {
        Desired::Profile(spec) => Some(&spec.cluster),
        _ => None,
    }
}

impl LabLock {
    /// The turn of a task that needs the slot of `cluster`; an error is why nobody can say.
    async fn turn_in(&self, cluster: &str, task: &Task, heard: Option<&Holder>) -> Result<Turn, Option<String>> {
        let step = &task.node.id;
        let is_in_line = self.lease.line().has(step);
        let mut others = None;
        if heard.is_none() && !is_in_line {
            let waiters = self.waiters().await?;
            if !has_waiters(&waiters, cluster) {
                return Ok(first());
            }
            others = Some(waiters);
        }
        self.join(cluster, task, heard).await?;
        let others = match others {
            Some(others) => others,
            None => self.waiters().await?,
        };
        let mut line = self.lease.line();
        let Some((position, before)) = line.place(step, self.lease.holder(), &others) else {
            return Err(None);
        };
        let holder = before.map(|first| first.holder.clone());
        if let Some(holder) = &holder {
            line.hear(holder);
        }
        Ok(Turn::Place {
            position,
            holder: holder.map(named),
        })
    }

    /// Takes a place at the end of the line, or keeps the one that the task has, for others to read.
    async fn join(&self, cluster: &str, task: &Task, heard: Option<&Holder>) -> Result<(), Option<String>> {
        let is_news = {
            let mut line = self.lease.line();
            let before = line.written();
            line.join(&task.node.id, cluster, self.lease.clock().now());
            if let Some(heard) = heard {
                line.hear(&heard.description);
            }
            line.written() != before
        };
        if !is_news {
            return Ok(());
        }
        match self.lease.renew().await {
            Renewal::Held => Ok(()),
            Renewal::Denied(why) => Err(Some(why)),
            Renewal::Moot | Renewal::Lost(_) | Renewal::Failed(_) => Err(None),
        }
    }

    async fn waiters(&self) -> Result<Vec<Waiter>, Option<String>> {
        if let Some(why) = self.unseen.get() {
            return Err(Some(why.clone()));
        }
        match self.lease.waiters().await {
            Ok(waiters) => Ok(waiters),
            Err(error) if error.class == ErrorClass::Denied => {
                Err(Some(self.unseen.get_or_init(|| error.message).clone()))
            }
            // It may be had again in a moment.
            Err(_) => Err(None),
        }
    }
}

/// The turn of one who is the first.
fn first() -> Turn {
    Turn::Place {
        position: 1,
        holder: None,
    }
}

fn named(description: String) -> Holder {
    Holder {
        description,
        since: None,
        expires: None,
    }
}
