//! The lab's lock: a Lease in its namespace, so that two runs never change one lab at the same time.
//!
//! The holder renews it every ten seconds; one that has not been renewed for thirty is free. Whether it has, is judged
//! by the local clock against the lease's `renewTime`: machines whose clocks are further apart than that could both
//! hold it, which the UID and version preconditions of every write then make harmless.
//!
//! The Leases of all labs of a cluster are also the line for what the cluster gives to one at a time: who waits for it says
//! on its own since when, and reads on the others' who was there before.

mod driver;
mod lease;
mod line;
mod owner;
mod queue;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::future;
use tokio::sync::{Mutex, Notify, oneshot, watch};
use tokio::task::JoinHandle;

use self::lease::{Lease, Renewal};
pub use self::owner::{LockOwner, LockProcess};
use super::api::Client;
use crate::model::Holder;
use crate::ports::CallError;

/// How often the lease is renewed.
const RENEWAL: Duration = Duration::from_secs(10);

/// How often in a row the renewal is refused until the lock counts as lost: it has expired by then.
const REFUSALS: u32 = 3;

/// How often it is tried to give the lock back: what is not given back keeps others waiting.
const RELEASES: u32 = 3;
/// How long between two tries.
const BETWEEN_RELEASES: Duration = Duration::from_secs(1);

/// The lock is not to be had.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LockError {
    /// Somebody else is at work on the lab.
    #[error("the lab is locked by {0}")]
    Held(Holder),
    /// The lock could not be asked for.
    #[error("the lab's lock could not be taken")]
    Call(#[from] CallError),
}

/// The lock of one lab, for one run. It is renewed in the background while it is held; dropping it stops the renewal and
/// leaves the lease to expire.
pub struct LabLock {
    lease: Lease,
    held: Mutex<Option<Held>>,
    /// Wakes the renewal, as others are to read something else on the lease.
    changed: Arc<Notify>,
    /// Why the other labs' leases may not be read, once that is known.
    unseen: OnceLock<String>,
}

/// The lock while it is held.
struct Held {
    lost: watch::Receiver<Option<String>>,
    stop: oneshot::Sender<()>,
    _renewing: Renewing,
}

/// The task that renews; it ends with its owner.
struct Renewing(JoinHandle<()>);

impl Drop for Renewing {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl LabLock {
    /// The lock of the lab in `namespace`. Two locks are two holders, whatever their owner.
    pub fn new(client: Client, namespace: impl Into<String>, owner: LockOwner) -> Self {
        Self {
            lease: Lease::new(client, namespace.into(), owner),
            held: Mutex::new(None),
            changed: Arc::default(),
            unseen: OnceLock::new(),
        }
    }

    /// Takes the lock, from a holder that has let it expire if need be, and keeps it renewed.
    /// The namespace must exist; otherwise the call fails with class `Missing`.
    pub async fn acquire(&self) -> Result<(), LockError> {
        self.lease.take().await?;
        let (say_lost, lost) = watch::channel(None);
        let (stop, stopped) = oneshot::channel();
        let renewing = tokio::spawn(renew_until(
            self.lease.clone(),
            Arc::clone(&self.changed),
            stopped,
            say_lost,
        ));
        *self.held.lock().await = Some(Held {
            lost,
            stop,
            _renewing: Renewing(renewing),
        });
        Ok(())
    }

    /// Who else has it now, if anybody does.
    pub async fn holder(&self) -> Result<Option<Holder>, CallError> {
        self.lease.other().await
    }

    /// Completes when the lock, once taken, has been lost to somebody else, with the reason.
    pub async fn lost(&self) -> String {
        let lost = self.held.lock().await.as_ref().map(|held| held.lost.clone());
        if let Some(mut lost) = lost
            && let Ok(reason) = lost.wait_for(Option::is_some).await
        {
            return reason.clone().unwrap_or_default();
        }
        future::pending().await
    }

    /// Gives the lock back, if it is held. A lease that is not ours any more, or gone with its namespace, is left alone.
    pub async fn release(&self) -> Result<(), CallError> {
        let Some(held) = self.held.lock().await.take() else {
            return Ok(());
        };
        // An error means that the renewal has ended by itself.
        let _ = held.stop.send(());
        let mut tries = 1;
        loop {
            match self.lease.release().await {
                Err(error) if error.class.is_transient() && tries < RELEASES => tries += 1,
                released => return released,
            }
            self.lease.clock().sleep(BETWEEN_RELEASES).await;
        }
    }
}

async fn renew_until(
    lease: Lease,
    changed: Arc<Notify>,
    mut stopped: oneshot::Receiver<()>,
    say_lost: watch::Sender<Option<String>>,
) {
    let mut refusals = 0;
    loop {
        tokio::select! {
            biased;
            _ = &mut stopped => return,
            () = changed.notified() => {}
            () = lease.clock().sleep(RENEWAL) => {}
        }
        let renewal = lease.renew().await;
        refusals = match renewal {
            Renewal::Denied(_) => refusals + 1,
            _ => 0,
        };
        let lost = match renewal {
            Renewal::Moot => return,
            Renewal::Lost(holder) => Some(format!("the lab's lock was lost to {holder}")),
            // Who may not renew it cannot keep others out.
            Renewal::Denied(why) if refusals >= REFUSALS => Some(format!("the lab's lock cannot be renewed: {why}")),
            // Even if it has expired: as long as nobody else has taken it, it is still ours.
            Renewal::Held | Renewal::Denied(_) | Renewal::Failed => None,
        };
        if lost.is_some() {
            // Nobody listens any more if the run has ended; that is all right.
            let _ = say_lost.send(lost);
            return;
        }
    }
}

#[cfg(test)]
mod tests;
