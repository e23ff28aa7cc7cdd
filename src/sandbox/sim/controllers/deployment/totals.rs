//! How many replicas of a Deployment are how far.

use serde_json::{Map, Value};

use super::sets::HASH;
use crate::sim::api::{self, int};

/// Totals over the `ReplicaSet`s of a Deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) replicas: i64,
    pub(super) updated: i64,
    pub(super) ready: i64,
    pub(super) available: i64,
    pub(super) terminating: i64,
}

impl Totals {
    /// Counted over the sets; `hash` names the newest one.
    pub(super) fn of(sets: &[Value], hash: &str) -> Self {
        let sum = |field: &str| sets.iter().filter_map(|set| int(set, field)).sum();
        let is_new = |set: &&Value| api::label(set, HASH) == Some(hash);
        Self {
            replicas: sum("/status/replicas"),
            updated: sets
                .iter()
                .find(is_new)
                .and_then(|set| int(set, "/status/replicas"))
                .unwrap_or_default(),
            ready: sum("/status/readyReplicas"),
            available: sum("/status/availableReplicas"),
            terminating: sum("/status/terminatingReplicas"),
        }
    }

    /// As the status has them.
    pub(super) fn in_status(deployment: &Value) -> Self {
        let field = |name: &str| int(&deployment["status"], name).unwrap_or_default();
        Self {
            replicas: field("/replicas"),
            updated: field("/updatedReplicas"),
            ready: field("/readyReplicas"),
            available: field("/availableReplicas"),
            terminating: field("/terminatingReplicas"),
        }
    }

    /// Whether all replicas are of the newest template and available.
    pub(super) fn complete(self, wanted: i64) -> bool {
        self.updated == wanted && self.replicas == wanted && self.available == wanted
    }

    /// Whether the rollout has come on since.
    pub(super) fn better_than(self, before: Self) -> bool {
        self.updated > before.updated
            || self.replicas - self.updated < before.replicas - before.updated
            || self.ready > before.ready
            || self.available > before.available
    }

    /// The status that reports them; `held` is how many replicas all the sets are to have.
    pub(super) fn status(self, deployment: &Value, held: i64) -> Map<String, Value> {
        let mut status = Map::new();
        for (field, count) in [
            ("replicas", self.replicas),
            ("updatedReplicas", self.updated),
            ("readyReplicas", self.ready),
            ("availableReplicas", self.available),
            ("unavailableReplicas", (held - self.available).max(0)),
        ] {
            if count > 0 {
                status.insert(field.to_owned(), count.into());
            }
        }
        status.insert("terminatingReplicas".to_owned(), self.terminating.into());
        status.insert(
            "observedGeneration".to_owned(),
            deployment["metadata"]["generation"].clone(),
        );
        for field in ["collisionCount", "conditions"] {
            if let Some(kept) = deployment["status"].get(field) {
                status.insert(field.to_owned(), kept.clone());
            }
        }
        status
    }
}
