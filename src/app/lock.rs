//! The lab's lock, as the engine wants it.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;

use super::host::Host;
use crate::engine::Guard;
use crate::k8s::{Client, LabLock, LockError};
use crate::ports::{CallError, Clock, ErrorClass};

/// A holder that was killed lets its lease expire after 30 s; so long, and a little more, a run waits for it.
const PATIENCE: Duration = Duration::from_secs(33);
/// How often it looks meanwhile.
const CADENCE: Duration = Duration::from_secs(3);

/// Takes the lab's lock when the engine asks for it.
pub(super) struct LabGuard {
    lock: LabLock,
    clock: Arc<dyn Clock>,
}

impl LabGuard {
    /// The lock in `namespace`, to be held for `verb`.
    pub(super) fn new(client: Client, namespace: &str, clock: Arc<dyn Clock>, host: &Host, verb: &str) -> Self {
        let lock = LabLock::new(client, namespace, &holder(host, verb));
        Self { lock, clock }
    }

    async fn take(&self) -> Result<(), CallError> {
        let start = self.clock.now();
        loop {
            match self.lock.acquire().await {
                Ok(()) => return Ok(()),
                Err(LockError::Call(error)) => {
                    // Somebody was quicker, and has given it back since.
                    let raced = matches!(error.class, ErrorClass::Exists | ErrorClass::Conflict);
                    if !(raced || error.class.is_transient()) || self.clock.elapsed(start) >= PATIENCE {
                        return Err(error);
                    }
                }
                Err(held @ LockError::Held(_)) => {
                    if self.clock.elapsed(start) >= PATIENCE {
                        return Err(CallError::new(ErrorClass::Conflict, "lock the lab", held.to_string()));
                    }
                }
            }
            self.clock.sleep(CADENCE).await;
        }
    }
}

impl Guard for LabGuard {
    fn acquire(&self) -> BoxFuture<'_, Result<(), CallError>> {
        self.take().boxed()
    }

    fn lost(&self) -> BoxFuture<'_, String> {
        self.lock.lost().boxed()
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        async move {
            // A lease that cannot be given back expires by itself.
            let _ = self.lock.release().await;
        }
        .boxed()
    }
}

/// Who holds the lock, for others to read: `kim@cloud9 apply (4711)`.
fn holder(host: &Host, verb: &str) -> String {
    let user = host.variable("USER").or(host.variable("LOGNAME")).unwrap_or("somebody");
    let machine = host
        .variable("HOSTNAME")
        .or(host.variable("HOST"))
        .unwrap_or("localhost");
    format!("{user}@{machine} {verb} ({})", std::process::id())
}
