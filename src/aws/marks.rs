//! By which tags things are told apart: ours, and the controller's.

use std::collections::BTreeMap;

use crate::stack::{CLUSTER_TAG, LAB_TAG, MANAGED_BY_TAG};

/// The controller's tag for the cluster. (LBC `pkg/deploy/tracking/provider.go`)
pub(super) const CONTROLLER_CLUSTER: &str = "elbv2.k8s.aws/cluster";
/// The controller's tag for the Ingress or its group.
pub(super) const CONTROLLER_STACK: &str = "ingress.k8s.aws/stack";

/// Tags of a resource.
pub(super) type Tags = BTreeMap<String, String>;

/// Whether `found` are the tags of the very lab on the very cluster that `wanted` are for.
pub(super) fn same_lab(found: &Tags, wanted: &Tags) -> bool {
    [LAB_TAG, CLUSTER_TAG, MANAGED_BY_TAG]
        .iter()
        .all(|key| wanted.contains_key(*key) && found.get(*key) == wanted.get(*key))
}

/// The tags of `wanted` that `found` lacks or has with another value.
pub(super) fn lacking(found: &Tags, wanted: &Tags) -> Tags {
    wanted
        .iter()
        .filter(|(key, value)| found.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Which Ingress, or group of them, the controller made something for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin<'a> {
    /// Cluster name.
    pub(super) cluster: &'a str,
    /// `<namespace>/<ingress>` or the group's name.
    pub(super) stack: &'a str,
}

impl Origin<'_> {
    /// Whether the controller marked it as made for this.
    pub(super) fn marked(self, tags: &Tags) -> bool {
        let is = |key: &str, value: &str| tags.get(key).is_some_and(|found| found == value);
        is(CONTROLLER_CLUSTER, self.cluster) && is(CONTROLLER_STACK, self.stack)
    }
}
