//! A driver that makes sure of the lab's lock before it changes anything: on a machine that has slept the lock may be another
//! run's by now.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;

use crate::k8s::LabLock;
use crate::model::{Goal, Outputs, Task};
use crate::ports::{CallError, Driver, ProgressStream};

/// A driver whose changes need the lock, if it was taken.
pub(super) struct Guarded<D> {
    driver: D,
    lock: Arc<LabLock>,
}

impl<D> Guarded<D> {
    /// This driver under that lock.
    pub(super) fn new(driver: D, lock: &Arc<LabLock>) -> Self {
        Self {
            driver,
            lock: Arc::clone(lock),
        }
    }
}

impl<D: Driver> Driver for Guarded<D> {
    fn apply<'a>(&'a self, task: &'a Task, inputs: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>> {
        async move {
            self.lock.confirm().await?;
            self.driver.apply(task, inputs).await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<(), CallError>> {
        async move {
            self.lock.confirm().await?;
            self.driver.delete(task).await
        }
        .boxed()
    }

    fn progress<'a>(&'a self, task: &'a Task, goal: Goal, inputs: &'a Outputs) -> ProgressStream<'a> {
        self.driver.progress(task, goal, inputs)
    }
}
