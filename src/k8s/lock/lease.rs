//! The Lease that a lab's lock is: reads and writes of one holder.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::line::{Line, Waiter};
use super::{LockError, LockOwner, LockProcess};
use crate::k8s::api::{Client, Propagation, Select, kind_of};
use crate::model::{Holder, MANAGED_BY_LABEL, MANAGER, Object, ObjectKey, QUEUES_ANNOTATION};
use crate::ports::{CallError, Clock, ErrorClass};

/// Group and version of Leases.
const API: &str = "coordination.k8s.io/v1";
/// Name of the Lease.
const NAME: &str = "lab2048";
/// How long a lease is good without being renewed.
pub(super) const DURATION: Duration = Duration::from_secs(30);
/// Between a holder's description and its id.
const BEFORE_ID: &str = " #";

/// The lease of one lab, as one holder sees it.
#[derive(Clone)]
pub(super) struct Lease {
    client: Client,
    namespace: String,
    /// Description and id.
    holder: String,
    /// The process that holds it.
    process: Option<LockProcess>,
    /// What of this run waits in line, which others read on the lease.
    line: Arc<Mutex<Line>>,
    /// The lease as it was last written. Whoever writes it has this in hand: this run never has two versions of it under way.
    written: Arc<tokio::sync::Mutex<Option<Object>>>,
}

/// What one renewal came to.
pub(super) enum Renewal {
    Held,
    /// The namespace is gone, and with it everybody's chance to take the lock.
    Moot,
    /// Somebody else has it: who.
    Lost(String),
    /// We may not, or not any more: why.
    Denied(String),
    /// It is not known.
    Failed(CallError),
}

impl Renewal {
    fn without_answer(error: CallError) -> Self {
        match error.class {
            ErrorClass::Denied => Self::Denied(error.to_string()),
            _ => Self::Failed(error),
        }
    }
}

impl Lease {
    /// The lease in `namespace`, for a holder that is described so and gets an id of its own: users, machines and process
    /// ids repeat, and a run must not take another's lock for its own.
    pub(super) fn new(client: Client, namespace: String, owner: LockOwner) -> Self {
        let id = RandomState::new().build_hasher().finish();
        let LockOwner { description, process } = owner;
        let place = process.as_ref().map_or_else(String::new, LockProcess::place);
        Self {
            client,
            namespace,
            holder: format!("{description}{BEFORE_ID}{id:016x}{place}"),
            process,
            line: Arc::default(),
            written: Arc::default(),
        }
    }

    /// Description and id of the holder.
    pub(super) fn holder(&self) -> &str {
        &self.holder
    }

    /// What of this run waits in line.
    pub(super) fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn clock(&self) -> &Arc<dyn Clock> {
        self.client.clock()
    }

    /// Takes it, from a holder that has let it expire if need be.
    pub(super) async fn take(&self) -> Result<(), LockError> {
        let taken = match self.client.get(&self.key()).await? {
            None => self.client.create(&self.ours(None)).await,
            Some(live) => {
                if let Some(holder) = self.other_holder(&live) {
                    return Err(LockError::Held(holder));
                }
                self.client.replace(&self.ours(Some(&live))).await
            }
        };
        match taken {
            Ok(ours) => {
                *self.written.lock().await = Some(ours);
                Ok(())
            }
            // Somebody was quicker.
            Err(error)
                if matches!(
                    error.class,
                    ErrorClass::Exists | ErrorClass::Conflict | ErrorClass::Busy
                ) =>
            {
                let live = self.client.get(&self.key()).await?;
                let holder = live.as_ref().and_then(|live| self.other_holder(live));
                Err(holder.map_or(LockError::Call(error), LockError::Held))
            }
            Err(error) => Err(LockError::Call(error)),
        }
    }

    /// Who else has it now, if anybody does.
    pub(super) async fn other(&self) -> Result<Option<Holder>, CallError> {
        let live = self.client.get(&self.key()).await?;
        Ok(live.and_then(|live| self.other_holder(&live)))
    }

    /// Everybody else in the cluster who waits in line: the live holders of its labs' leases.
    pub(super) async fn waiters(&self) -> Result<Vec<Waiter>, CallError> {
        let all = Select {
            labels: format!("{MANAGED_BY_LABEL}={MANAGER}"),
            ..Select::name(NAME)
        };
        let leases = self.client.list(kind_of(API, "Lease")?, None, &all).await?;
        let others = leases.items.iter().filter(|lease| self.other_holder(lease).is_some());
        Ok(others
            .filter_map(|lease| Waiter::read(lease, holder_of(lease)?))
            .collect())
    }

    /// Renews it, if it is still ours, with what waits in line now. It is read only if somebody else has written it since this
    /// run did: hundreds of labs renew theirs all the time.
    pub(super) async fn renew(&self) -> Renewal {
        let mut written = self.written.lock().await;
        if let Some(known) = written.as_ref() {
            match self.client.replace(&self.ours(Some(known))).await {
                Ok(ours) => {
                    *written = Some(ours);
                    return Renewal::Held;
                }
                Err(error) if is_outdated(&error) => *written = None,
                Err(error) => return Renewal::without_answer(error),
            }
        }
        let renewed = match self.client.get(&self.key()).await {
            Ok(Some(live)) => match holder_of(&live) {
                Some(other) if other != self.holder => return Renewal::Lost(description_of(other).to_owned()),
                // What somebody has made nobody's can be ours again.
                _ => self.client.replace(&self.ours(Some(&live))).await,
            },
            Ok(None) => return self.without_lease().await,
            Err(error) => Err(error),
        };
        match renewed {
            Ok(ours) => {
                *written = Some(ours);
                Renewal::Held
            }
            Err(error) => Renewal::without_answer(error),
        }
    }

    /// What it means that there is no lease: it went with its namespace, or somebody who had taken it has given it back.
    async fn without_lease(&self) -> Renewal {
        let namespace = ObjectKey {
            api_version: "v1".to_owned(),
            kind: "Namespace".to_owned(),
            namespace: None,
            name: self.namespace.clone(),
        };
        match self.client.get(&namespace).await {
            Ok(Some(live)) if !live.is_deleting() => {
                Renewal::Lost("another run, which has given it back since".to_owned())
            }
            Ok(_) => Renewal::Moot,
            Err(error) => Renewal::without_answer(error),
        }
    }

    /// Releases it. One that is not ours any more, or gone with its namespace, is left alone.
    pub(super) async fn release(&self) -> Result<(), CallError> {
        // A renewal under way would make it again.
        let mut written = self.written.lock().await;
        *written = None;
        let Some(live) = self.client.get(&self.key()).await?.filter(|live| self.is_ours(live)) else {
            return Ok(());
        };
        let uid = live.uid().unwrap_or_default();
        match self.client.delete(&self.key(), uid, Propagation::Background).await {
            Err(error) if error.class == ErrorClass::Conflict => Ok(()),
            result => result,
        }
    }

    fn key(&self) -> ObjectKey {
        ObjectKey {
            api_version: API.to_owned(),
            kind: "Lease".to_owned(),
            namespace: Some(self.namespace.clone()),
            name: NAME.to_owned(),
        }
    }

    fn is_ours(&self, live: &Object) -> bool {
        holder_of(live) == Some(&self.holder)
    }

    /// Somebody else who holds the lease, unless it has expired.
    fn other_holder(&self, live: &Object) -> Option<Holder> {
        let holder = holder_of(live)?;
        if self.is_ours(live) || self.process.as_ref().is_some_and(|process| process.is_over(holder)) {
            return None;
        }
        let renewed: Timestamp = live.text("/spec/renewTime").and_then(|time| time.parse().ok())?;
        let seconds = live
            .number("/spec/leaseDurationSeconds")
            .and_then(|s| u64::try_from(s).ok());
        let duration = seconds.map_or(DURATION, Duration::from_secs);
        (self.clock().elapsed(renewed) <= duration).then(|| Holder {
            description: description_of(holder).to_owned(),
            since: live.text("/spec/acquireTime").and_then(|time| time.parse().ok()),
            expires: renewed.saturating_add(duration).ok(),
        })
    }

    /// The lease as ours: a new one, or in place of the live one (which must not have changed meanwhile).
    fn ours(&self, live: Option<&Object>) -> Object {
        let now = micros(self.clock().now());
        let ours = live.is_some_and(|live| self.is_ours(live));
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
        // Without it a server would make a lease anew that is gone: one that somebody else had, and has given back.
        // (k8s.io/kubernetes, `pkg/registry/coordination/lease/strategy.go`: `AllowCreateOnUpdate`)
        if let Some(uid) = live.and_then(Object::uid) {
            metadata["uid"] = uid.into();
        }
        if let Some(written) = self.line().written() {
            metadata["annotations"] = json!({QUEUES_ANNOTATION: written});
        }
        Object(json!({
            "apiVersion": API, "kind": "Lease", "metadata": metadata,
            "spec": {
                "holderIdentity": self.holder,
                "leaseDurationSeconds": DURATION.as_secs(),
                "acquireTime": acquired.unwrap_or_else(|| Value::from(now.clone())),
                "renewTime": now,
                "leaseTransitions": transitions + i64::from(live.is_some() && !ours),
            },
        }))
    }
}

/// Whether a write was refused because the lease is not any more as it was known, or not there.
fn is_outdated(error: &CallError) -> bool {
    matches!(
        error.class,
        ErrorClass::Conflict | ErrorClass::Busy | ErrorClass::Missing
    )
}

fn holder_of(live: &Object) -> Option<&str> {
    live.text("/spec/holderIdentity").filter(|holder| !holder.is_empty())
}

/// A holder as people know it, without its id.
fn description_of(holder: &str) -> &str {
    holder
        .rsplit_once(BEFORE_ID)
        .map_or(holder, |(description, _)| description)
}

/// A time as the API spells it in leases.
fn micros(time: Timestamp) -> String {
    format!("{time:.6}")
}
