//! The lab's lock, as the engine wants it.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Mutex;

use super::host::Host;
use crate::engine::Guard;
use crate::k8s::{Client, LabLock, LockError, LockGuard};
use crate::ports::{CallError, Clock, ErrorClass};

/// A holder that was killed lets its lease expire after 30 s; so long, and a little more, a run waits for it.
const PATIENCE: Duration = Duration::from_secs(33);
/// How often it looks meanwhile.
const CADENCE: Duration = Duration::from_secs(3);

/// Takes the lab's lock when the engine asks for it.
pub(super) struct LabGuard {
    lock: LabLock,
    clock: Arc<dyn Clock>,
    held: Mutex<Option<LockGuard>>,
}

impl LabGuard {
    /// The lock in `namespace`, to be held for `verb`.
    pub(super) fn new(client: Client, namespace: &str, clock: Arc<dyn Clock>, host: &Host, verb: &str) -> Self {
        let lock = LabLock::new(client, namespace, holder(host, verb));
        Self {
            lock,
            clock,
            held: Mutex::new(None),
        }
    }

    async fn take(&self) -> Result<(), CallError> {
        let start = self.clock.now();
        loop {
            match self.lock.clone().acquire().await {
                Ok(guard) => {
                    *self.held.lock().await = Some(guard);
                    return Ok(());
                }
                Err(LockError::Call(error)) => {
                    // Somebody was quicker, and has given it back since.
                    let raced = matches!(error.class, ErrorClass::Exists | ErrorClass::Conflict);
                    if !(raced || error.class.is_transient()) || self.clock.elapsed(start) >= PATIENCE {
                        return Err(error);
                    }
                }
                Err(held @ LockError::Held { .. }) => {
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
        async move {
            let lost = self.held.lock().await.as_ref().map(LockGuard::lost);
            if let Some(mut lost) = lost
                && let Ok(reason) = lost.wait_for(Option::is_some).await
            {
                return reason.clone().unwrap_or_default();
            }
            std::future::pending().await
        }
        .boxed()
    }

    fn release(&self) -> BoxFuture<'_, ()> {
        async move {
            if let Some(guard) = self.held.lock().await.take() {
                // A lease that cannot be given back expires by itself.
                let _ = guard.release().await;
            }
        }
        .boxed()
    }
}

/// Who holds the lock, for others to read: `kim@cloud9 apply (4711-9f3c21d0)`. The last part is drawn: process ids and names
/// of machines repeat, and a run must not take another's lock for its own.
fn holder(host: &Host, verb: &str) -> String {
    let user = host.variable("USER").or(host.variable("LOGNAME")).unwrap_or("somebody");
    let machine = host
        .variable("HOSTNAME")
        .or(host.variable("HOST"))
        .unwrap_or("localhost");
    let drawn = RandomState::new().build_hasher().finish();
    format!("{user}@{machine} {verb} ({}-{:08x})", std::process::id(), drawn >> 32)
}
