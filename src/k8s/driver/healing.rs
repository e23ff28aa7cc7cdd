//! Makes pods anew that were made before their Fargate profile could take them.
//!
//! EKS looks at a pod once, when it is made. Its admission learns of a profile some time after the profile is ACTIVE
//! (half a minute, says eksctl#3615), so the first successors may come too early too; they get their time.

use std::collections::BTreeSet;
use std::time::Duration;

use futures::FutureExt;
use futures::future::{BoxFuture, pending};
use jiff::Timestamp;

use super::remove_pod;
use crate::k8s::client::Client;
use crate::model::Object;
use crate::plan::readiness::{self, Verdict};
use crate::ports::CallError;

/// Time between two rounds.
const PAUSE: Duration = Duration::from_secs(10);

/// Deletes such pods in rounds, so that their `ReplicaSet` makes new ones.
pub(super) struct Healing {
    client: Client,
    /// Pods that have been deleted, by UID.
    deleted: BTreeSet<String>,
    /// When the last round was, while it is not known to have helped.
    last: Option<Timestamp>,
}

impl Healing {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            deleted: BTreeSet::new(),
            last: None,
        }
    }

    /// Completes when the next round is due; never while there is nothing to heal.
    pub(super) fn due(&self) -> BoxFuture<'static, ()> {
        match self.rest() {
            Some(rest) => self.client.clock().sleep(rest),
            None => pending().boxed(),
        }
    }

    /// The time until the next round; zero if it is due.
    fn rest(&self) -> Option<Duration> {
        let past = self.client.clock().elapsed(self.last?);
        Some(PAUSE.saturating_sub(past))
    }

    /// Deletes those of the pods that no profile has taken, if a round is due, and says so as long as there are any.
    pub(super) async fn look_at(&mut self, pods: &[Object]) -> Result<Option<Verdict>, CallError> {
        let stuck = readiness::stuck_pods(pods, None);
        if stuck.is_empty() {
            self.last = None;
            return Ok(None);
        }
        if self.rest().is_none_or(|rest| rest.is_zero()) {
            for (key, pin) in &stuck {
                if self.deleted.insert(pin.identity.clone()) {
                    remove_pod(&self.client, key, pin).await?;
                }
            }
            self.last = Some(self.client.clock().now());
        }
        let pods = if stuck.len() == 1 { "pod" } else { "pods" };
        Ok(Some(Verdict::pending(
            format!("recreating {} {pods}", stuck.len()),
            "they were made before the profile could take them",
        )))
    }
}
