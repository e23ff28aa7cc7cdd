//! Recreates pods that were made before their Fargate profile could take them.
//!
//! EKS looks at a pod once, when it is made. Its admission learns of a profile some time after the profile is ACTIVE
//! (half a minute, says eksctl#3615), so the first successors may come too early too; they get their time.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, pending};
use jiff::Timestamp;

use super::remove_pod;
use crate::k8s::api::Client;
use crate::lang::text;
use crate::model::Object;
use crate::ports::CallError;
use crate::readiness::{self, Verdict};

/// Time from the first such pod to the first round: its siblings are being made.
const SETTLE: Duration = Duration::from_secs(1);
/// Time between two rounds.
const PAUSE: Duration = Duration::from_secs(10);

/// Deletes such pods in rounds, so that their `ReplicaSet` makes new ones.
pub(super) struct StuckPods {
    client: Client,
    /// Pods that have been deleted, by UID.
    deleted: BTreeSet<String>,
    /// When the next round is due, while there are such pods.
    next: Option<Timestamp>,
}

impl StuckPods {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            deleted: BTreeSet::new(),
            next: None,
        }
    }

    /// Completes when the next round is due; never while there are no such pods.
    pub(super) fn due(&self) -> BoxFuture<'static, ()> {
        match self.next {
            Some(next) => self.client.clock().sleep(self.until(next)),
            None => pending().boxed(),
        }
    }

    fn until(&self, next: Timestamp) -> Duration {
        Duration::try_from(next.duration_since(self.client.clock().now())).unwrap_or_default()
    }

    /// Deletes those of the pods that no profile has taken, if a round is due, and says so as long as there are any.
    pub(super) async fn recreate(&mut self, pods: &[Object]) -> Result<Option<Verdict>, CallError> {
        let stuck = readiness::stuck_pods(pods, None);
        if stuck.is_empty() {
            self.next = None;
            return Ok(None);
        }
        let now = self.client.clock().now();
        let next = *self.next.get_or_insert(now + SETTLE);
        if self.until(next).is_zero() {
            for (key, pin) in &stuck {
                if self.deleted.insert(pin.identity.clone()) {
                    remove_pod(&self.client, key, pin).await?;
                }
            }
            self.next = Some(now + PAUSE);
        }
        Ok(Some(Verdict::pending(
            text!("is-recreating-pods"),
            text!("is-pods-made-too-early"),
        )))
    }
}
