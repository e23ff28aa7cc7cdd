//! The lab's lock: a Lease in its namespace, so that two runs never change one lab at the same time.
//!
//! The holder renews it every ten seconds; one that has not been renewed for thirty is free. Whether it has, is judged
//! by the local clock against the lease's `renewTime`: machines whose clocks are further apart than that could both
//! hold it, which the UID and version preconditions of every write then make harmless. A holder that could not renew it for so
//! long, because its machine was asleep, asks before it changes anything more ([`LabLock::confirm`]): another run may have it
//! by then, or may have had it and given it back.
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
use jiff::Timestamp;
use tokio::sync::{Mutex, Notify, oneshot, watch};
use tokio::task::JoinHandle;

use self::lease::{DURATION, Lease, Renewal};
pub use self::owner::{LockOwner, LockProcess};
use super::api::Client;
use crate::model::Holder;
use crate::ports::{CallError, ErrorClass};

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
    hold: Arc<watch::Sender<Hold>>,
    stop: oneshot::Sender<()>,
    _renewing: Renewing,
}

/// What is known of a lock that was taken.
#[derive(Debug, Clone)]
struct Hold {
    /// When it was last known to be ours.
    renewed: Timestamp,
    /// How often in a row its renewal was refused.
    refusals: u32,
    state: HoldState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum HoldState {
    /// Even if it has expired: as long as nobody else has taken it, it is ours.
    Ours,
    /// It is gone with its namespace.
    Moot,
    /// It is not ours any more: why.
    Lost(String),
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
        let begun = self.lease.clock().now();
        self.lease.take().await?;
        let hold = Arc::new(watch::Sender::new(Hold {
            renewed: begun,
            refusals: 0,
            state: HoldState::Ours,
        }));
        let (stop, stopped) = oneshot::channel();
        let (lease, changed) = (self.lease.clone(), Arc::clone(&self.changed));
        let renewing = tokio::spawn(renew_until(lease, changed, stopped, Arc::clone(&hold)));
        *self.held.lock().await = Some(Held {
            hold,
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
        if let Some(hold) = self.hold().await
            && let Ok(hold) = hold.subscribe().wait_for(Hold::is_lost).await
            && let HoldState::Lost(reason) = &hold.state
        {
            return format!("the lab's lock {reason}");
        }
        future::pending().await
    }

    /// Makes sure that the lock is still ours, if it was taken and may have expired since; whoever changes anything asks that
    /// before. It asks nobody as long as the lock is renewed in time.
    pub async fn confirm(&self) -> Result<(), CallError> {
        let Some(hold) = self.hold().await else {
            return Ok(());
        };
        let Hold { renewed, state, .. } = hold.borrow().clone();
        if state == HoldState::Ours && self.lease.clock().elapsed(renewed) > DURATION {
            renew(&self.lease, &hold).await?;
        }
        match &hold.borrow().state {
            HoldState::Lost(reason) => Err(CallError::new(
                ErrorClass::Conflict,
                "keep the lab's lock",
                format!("it {reason}"),
            )),
            HoldState::Ours | HoldState::Moot => Ok(()),
        }
    }

    async fn hold(&self) -> Option<Arc<watch::Sender<Hold>>> {
        self.held.lock().await.as_ref().map(|held| Arc::clone(&held.hold))
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

impl Hold {
    fn is_lost(&self) -> bool {
        matches!(self.state, HoldState::Lost(_))
    }

    /// Takes in what a renewal has come to that began at `begun`.
    fn take_in(&mut self, renewal: &Renewal, begun: Timestamp) {
        self.refusals = match renewal {
            Renewal::Denied(_) => self.refusals + 1,
            _ => 0,
        };
        match renewal {
            Renewal::Held => self.renewed = begun,
            Renewal::Moot => self.state = HoldState::Moot,
            Renewal::Lost(holder) => self.state = HoldState::Lost(format!("was lost to {holder}")),
            // Who may not renew it cannot keep others out.
            Renewal::Denied(why) if self.refusals >= REFUSALS => {
                self.state = HoldState::Lost(format!("cannot be renewed: {why}"));
            }
            Renewal::Denied(_) | Renewal::Failed(_) => {}
        }
    }
}

/// Renews the lease once, and records what has come of it; an error says that this is not known.
async fn renew(lease: &Lease, hold: &watch::Sender<Hold>) -> Result<(), CallError> {
    let begun = lease.clock().now();
    let renewal = lease.renew().await;
    hold.send_modify(|hold| hold.take_in(&renewal, begun));
    match renewal {
        Renewal::Failed(error) => Err(error),
        _ => Ok(()),
    }
}

async fn renew_until(
    lease: Lease,
    changed: Arc<Notify>,
    mut stopped: oneshot::Receiver<()>,
    hold: Arc<watch::Sender<Hold>>,
) {
    while hold.borrow().state == HoldState::Ours {
        tokio::select! {
            biased;
            _ = &mut stopped => return,
            () = changed.notified() => {}
            () = lease.clock().sleep(RENEWAL) => {}
        }
        // What is not known now will be at the next renewal.
        let _ = renew(&lease, &hold).await;
    }
}

#[cfg(test)]
mod tests;
