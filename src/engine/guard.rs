//! The lab's lock as the engine sees it.

use futures::FutureExt;
use futures::future::{self, BoxFuture};

use crate::ports::CallError;

/// Keeps two runs from working on one lab at once. It lives in the lab's namespace, so it is taken as soon as that exists.
pub trait Guard: Send + Sync {
    /// Takes the lock and keeps it; an error of class `Conflict` names the holder.
    fn acquire(&self) -> BoxFuture<'_, Result<(), CallError>>;

    /// Completes when the lock, once taken, has been lost to somebody else, with the reason.
    fn lost(&self) -> BoxFuture<'_, String>;

    /// Gives the lock back; before the namespace is deleted and at the end of the run.
    fn release(&self) -> BoxFuture<'_, ()>;
}

/// No lock at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoGuard;

impl Guard for NoGuard {
    fn acquire(&self) -> BoxFuture<'_, Result<(), CallError>> {
        future::ready(Ok(())).boxed()
    }

    fn lost(&self) -> BoxFuture<'_, String> {
        future::pending().boxed()
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        future::ready(()).boxed()
    }
}
