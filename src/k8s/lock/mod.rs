//! The lab's lock: a Lease in its namespace, so that two runs never change one lab at the same time.
//!
//! The holder renews it every ten seconds; one that has not been renewed for thirty is free. Whether it has, is judged
//! by the local clock against the lease's `renewTime`: machines whose clocks are further apart than that could both
//! hold it, which the UID and version preconditions of every write then make harmless.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{self, Either};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;

use crate::k8s::api::{Client, Propagation};
use crate::model::{MANAGED_BY_LABEL, MANAGER, Object, ObjectKey};
use crate::ports::{CallError, Clock, ErrorClass};

/// Name of the Lease.
const NAME: &str = "lab2048";
/// How long a lease is good without being renewed.
const DURATION: Duration = Duration::from_secs(30);
/// How often it is renewed.
const RENEWAL: Duration = Duration::from_secs(10);

/// The lock is not to be had.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LockError {
    /// Somebody else is at work on the lab.
    #[error("the lab is locked by {holder} since {since}")]
    Held {
        /// Who: user, host, verb, process.
        holder: String,
        /// Since when.
        since: String,
    },
    /// The lock could not be asked for.
    #[error("the lab's lock could not be taken")]
    Call(#[from] CallError),
}

/// The lock of one lab, not yet taken.
#[derive(Clone)]
pub struct LabLock {
    client: Client,
    namespace: String,
    holder: String,
}

/// The lock while it is held; renewed in the background. Dropping it stops the renewal and leaves the lease to expire.
pub struct LockGuard {
    lock: LabLock,
    lost: watch::Receiver<Option<String>>,
    stop: Option<oneshot::Sender<()>>,
    renewing: JoinHandle<()>,
}

/// What one renewal came to.
enum Renewal {
    Held,
    /// The namespace is going or gone, and with it everybody's chance to take the lock.
    Moot,
    /// Somebody else has it: who.
    Lost(String),
    Failed,
}

impl LabLock {
    /// The lock of the lab in `namespace`; `holder` is what others will be told, such as `kim@cloud9 apply (4711)`.
    pub fn new(client: Client, namespace: impl Into<String>, holder: impl Into<String>) -> Self {
        Self {
            client,
            namespace: namespace.into(),
            holder: holder.into(),
        }
    }

    /// Takes the lock, from a holder that has let it expire if need be, and keeps it renewed.
    /// The namespace must exist; otherwise the call fails with class `Missing`.
    pub async fn acquire(self) -> Result<LockGuard, LockError> {
        let taken = match self.client.get(&self.key()).await? {
            None => self.client.create(&self.lease(None)).await,
            Some(live) => {
                if let Some(held) = self.held(&live) {
                    return Err(held);
                }
                self.client.replace(&self.lease(Some(&live))).await
            }
        };
        match taken {
            Ok(_) => Ok(self.keep()),
            // Somebody was quicker.
            Err(error) if matches!(error.class, ErrorClass::Exists | ErrorClass::Conflict) => {
                let live = self.client.get(&self.key()).await?;
                let held = live.as_ref().and_then(|live| self.held(live));
                Err(held.unwrap_or(LockError::Call(error)))
            }
            Err(error) => Err(LockError::Call(error)),
        }
    }

    fn keep(self) -> LockGuard {
        let (say_lost, lost) = watch::channel(None);
        let (stop, stopped) = oneshot::channel();
        let renewing = tokio::spawn(self.clone().renew_until(stopped, say_lost));
        LockGuard {
            lock: self,
            lost,
            stop: Some(stop),
            renewing,
        }
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        self.client.clock()
    }

    fn key(&self) -> ObjectKey {
        ObjectKey {
            api_version: "coordination.k8s.io/v1".to_owned(),
            kind: "Lease".to_owned(),
            namespace: Some(self.namespace.clone()),
            name: NAME.to_owned(),
        }
    }

    /// Somebody else's hold on the lease, unless it has expired.
    fn held(&self, live: &Object) -> Option<LockError> {
        let holder = live.text("/spec/holderIdentity").filter(|holder| !holder.is_empty())?;
        if holder == self.holder {
            return None;
        }
        let renewed: Timestamp = live.text("/spec/renewTime").and_then(|time| time.parse().ok())?;
        let seconds = live
            .number("/spec/leaseDurationSeconds")
            .and_then(|s| u64::try_from(s).ok());
        let duration = seconds.map_or(DURATION, Duration::from_secs);
        (self.clock().elapsed(renewed) <= duration).then(|| LockError::Held {
            holder: holder.to_owned(),
            since: live.text("/spec/acquireTime").unwrap_or("an unknown time").to_owned(),
        })
    }

    /// The lease as ours: anew, or in place of the live one (which must not have changed meanwhile).
    fn lease(&self, live: Option<&Object>) -> Object {
        let now = micros(self.clock().now());
        let ours = live.is_some_and(|live| live.text("/spec/holderIdentity") == Some(&self.holder));
        let acquired = live
            .filter(|_| ours)
            .and_then(|live| live.at("/spec/acquireTime").cloned());
        let transitions = live.and_then(|live| live.number("/spec/leaseTransitions")).unwrap_or(0);
        let mut metadata = json!({
            "name": NAME, "namespace": self.namespace, "labels": {MANAGED_BY_LABEL: MANAGER},
        });
        if let Some(version) = live.and_then(Object::resource_version) {
            metadata["resourceVersion"] = version.into();
        }
        Object(json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata,
            "spec": {
                "holderIdentity": self.holder,
                "leaseDurationSeconds": DURATION.as_secs(),
                "acquireTime": acquired.unwrap_or_else(|| Value::from(now.clone())),
                "renewTime": now,
                "leaseTransitions": transitions + i64::from(live.is_some() && !ours),
            },
        }))
    }

    async fn renew_until(self, mut stopped: oneshot::Receiver<()>, say_lost: watch::Sender<Option<String>>) {
        let mut renewed = self.clock().now();
        loop {
            let pause = self.clock().sleep(RENEWAL);
            if let Either::Left(_) = future::select(&mut stopped, pause).await {
                return;
            }
            let lost = match self.renew().await {
                Renewal::Held => {
                    renewed = self.clock().now();
                    None
                }
                Renewal::Moot => return,
                Renewal::Lost(holder) => Some(format!("the lab's lock was lost to {holder}")),
                Renewal::Failed => (self.clock().elapsed(renewed) > DURATION)
                    .then(|| "the lab's lock could not be renewed before it expired".to_owned()),
            };
            if lost.is_some() {
                // Nobody listens any more if the run has ended; that is all right.
                let _ = say_lost.send(lost);
                return;
            }
        }
    }

    async fn renew(&self) -> Renewal {
        let written = match self.client.get(&self.key()).await {
            Ok(Some(live)) if live.text("/spec/holderIdentity") != Some(&self.holder) => {
                let holder = live.text("/spec/holderIdentity").filter(|holder| !holder.is_empty());
                return Renewal::Lost(holder.unwrap_or("another run").to_owned());
            }
            Ok(Some(live)) => self.client.replace(&self.lease(Some(&live))).await,
            Ok(None) => self.client.create(&self.lease(None)).await,
            Err(error) => Err(error),
        };
        match written {
            Ok(_) => Renewal::Held,
            Err(error) => match error.class {
                // Creating it fails so when the namespace is gone (Missing) or going (Busy).
                ErrorClass::Missing | ErrorClass::Busy => Renewal::Moot,
                ErrorClass::Exists => Renewal::Lost("another run".to_owned()),
                _ => Renewal::Failed,
            },
        }
    }
}

impl LockGuard {
    /// Says how the lock was lost once it is: somebody else holds it, or it could not be renewed until it expired.
    pub fn lost(&self) -> watch::Receiver<Option<String>> {
        self.lost.clone()
    }

    /// Gives the lock back. A lease that is not ours any more, or gone with its namespace, is left alone.
    pub async fn release(mut self) -> Result<(), CallError> {
        if let Some(stop) = self.stop.take() {
            // An error means that the renewal has ended by itself.
            let _ = stop.send(());
        }
        let key = self.lock.key();
        let Some(live) = self.lock.client.get(&key).await? else {
            return Ok(());
        };
        if live.text("/spec/holderIdentity") != Some(&self.lock.holder) {
            return Ok(());
        }
        let uid = live.uid().unwrap_or_default();
        match self.lock.client.delete(&key, uid, Propagation::Background).await {
            Err(error) if error.class == ErrorClass::Conflict => Ok(()),
            result => result,
        }
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

/// A time as the API spells it in leases.
fn micros(time: Timestamp) -> String {
    format!("{time:.6}")
}

#[cfg(test)]
mod tests;
