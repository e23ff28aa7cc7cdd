//! By which tags things are told apart: ours, and the controller's.

use std::collections::BTreeMap;

use crate::stack::{CLUSTER_TAG, LAB_TAG, MANAGED_BY_TAG};

/// The controller's tag for the cluster. (LBC `pkg/deploy/tracking/provider.go`)
pub(super) const CONTROLLER_CLUSTER: &str = "elbv2.k8s.aws/cluster";
/// The controller's tag for the Ingress or its group.
pub(super) const CONTROLLER_STACK: &str = "ingress.k8s.aws/stack";
/// The controller's tag for the part of a stack.
const CONTROLLER_RESOURCE: &str = "ingress.k8s.aws/resource";

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
    /// `<namespace>/<ingress>` of the lab.
    pub(super) ingress: &'a str,
}

/// What a target group serves, as the controller tags it: `<namespace>/<ingress>-<service>:<port>`.
/// (LBC `pkg/ingress/model_build_target_group.go`, `buildTargetGroupResourceID`)
pub(super) fn backend(tags: &Tags) -> &str {
    tags.get(CONTROLLER_RESOURCE).map_or("", String::as_str)
}

impl Origin<'_> {
    /// Whether other Ingresses may share what was made for this one.
    pub(super) fn is_group(self) -> bool {
        self.stack != self.ingress
    }

    /// Whether a target group with these tags serves the lab's own Ingress.
    pub(super) fn serves(self, tags: &Tags) -> bool {
        let part = backend(tags).strip_prefix(self.ingress);
        self.marked(tags) && (!self.is_group() || part.is_some_and(|part| part.starts_with('-')))
    }

    /// Whether the controller marked it as made for this.
    pub(super) fn marked(self, tags: &Tags) -> bool {
        let is = |key: &str, value: &str| tags.get(key).is_some_and(|found| found == value);
        is(CONTROLLER_CLUSTER, self.cluster) && is(CONTROLLER_STACK, self.stack)
    }
}
