//! The lock as a node of a run: taken by `apply`, given back by `delete`; `progress` reports when it is lost.

use futures::future::{self, BoxFuture, FutureExt};
use futures::stream::{self, StreamExt};

use super::{LabLock, LockError};
use crate::lang::text;
use crate::model::{Goal, Outputs, Progress, Readiness, Task};
use crate::ports::{CallError, Driver, ErrorClass, ProgressStream};

impl Driver for LabLock {
    /// Tries once. While somebody else has the lock, the error names that one; if its namespace, which the plan has, or this run
    /// has made, is gone since, the class is `Missing`.
    fn apply<'a>(&'a self, _task: &'a Task, _inputs: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>> {
        let taken = self.acquire();
        async { taken.await.map(|()| Outputs::default()).map_err(refused) }.boxed()
    }

    fn delete<'a>(&'a self, _task: &'a Task) -> BoxFuture<'a, Result<(), CallError>> {
        self.release().boxed()
    }

    fn progress<'a>(&'a self, _task: &'a Task, _goal: Goal, _inputs: &'a Outputs) -> ProgressStream<'a> {
        let held = stream::once(future::ready(Ok(Progress::new(text!("is-held"), Readiness::Ready))));
        let lost = stream::once(
            self.lost()
                .map(|reason| Ok(Progress::new(text!("is-lost"), Readiness::Failed(reason.into())))),
        );
        held.chain(lost).boxed()
    }
}

fn refused(error: LockError) -> CallError {
    let text = error.to_string();
    match error {
        LockError::Held(holder) => CallError::new(ErrorClass::Conflict, "lock the lab", text).with_holder(holder),
        // Somebody was quicker, and has given it back since.
        LockError::Call(error) if matches!(error.class, ErrorClass::Exists | ErrorClass::Conflict) => CallError {
            class: ErrorClass::Busy,
            ..error
        },
        LockError::Call(error) => error,
    }
}
