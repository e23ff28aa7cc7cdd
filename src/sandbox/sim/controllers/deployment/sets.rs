//! The `ReplicaSet`s of a Deployment as it finds them.

use serde_json::Value;

use crate::sim::api::{self, REPLICA_SET, annotation, controller_uid, int, text, uid};
use crate::sim::controllers::rollout::Scale;
use crate::world::World;

/// Annotation: which revision of the Deployment a set is.
pub(super) const REVISION: &str = "deployment.kubernetes.io/revision";
/// Label: the name of the pod template.
pub(super) const HASH: &str = "pod-template-hash";

/// The `ReplicaSet`s of a Deployment, oldest first.
pub(super) fn sets_of(world: &World, deployment: &Value) -> Vec<Value> {
    let mut sets: Vec<Value> = REPLICA_SET
        .list(world, Some(api::namespace(deployment)))
        .filter(|(_, set)| controller_uid(set) == Some(uid(deployment)))
        .map(|(_, set)| set.clone())
        .collect();
    sets.sort_by_key(|set| {
        (
            text(set, "/metadata/creationTimestamp").to_owned(),
            revision(set),
            api::name(set).to_owned(),
        )
    });
    sets
}

/// The revision that a set is, 0 if it does not say.
pub(super) fn revision(set: &Value) -> i64 {
    annotation(set, REVISION)
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// How large a set is to be and is.
pub(super) fn scale_of(set: &Value) -> Scale {
    Scale {
        spec: int(set, "/spec/replicas").unwrap_or_default(),
        pods: int(set, "/status/replicas").unwrap_or_default()
            + int(set, "/status/terminatingReplicas").unwrap_or_default(),
        available: int(set, "/status/availableReplicas").unwrap_or_default(),
    }
}

/// Name of a pod template by its content: FNV-1a of its JSON, in the letters that Kubernetes uses.
pub(super) fn template_hash(template: &Value) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hash = 0x811c_9dc5_u32;
    for byte in template.to_string().bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    let digits = hash.to_string();
    digits
        .bytes()
        .map(|digit| char::from(LETTERS[usize::from(digit) % LETTERS.len()]))
        .collect()
}
