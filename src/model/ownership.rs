//! How the program recognises what it made in AWS: three tags, all of which must be as we write them.

use std::collections::BTreeMap;

use super::object::MANAGED_BY_LABEL;

/// Tag with the lab's name.
pub const LAB_TAG: &str = "lab2048:lab";
/// Tag with the ARN of the cluster that the lab is on. IAM knows no regions, so the cluster's name would not distinguish two
/// clusters of one name apart.
pub const CLUSTER_TAG: &str = "lab2048:cluster";
/// Tag with our own name, [`super::MANAGER`].
pub const MANAGED_BY_TAG: &str = MANAGED_BY_LABEL;

/// Tag of the lab's pod execution role: the name of the Fargate profile that it was made for. It tells later that a
/// profile that is missing was there.
pub const PROFILE_TAG: &str = "lab2048:profile";

/// Tags of an AWS resource.
pub type Tags = BTreeMap<String, String>;

/// Whether `found` are the tags of the very lab on the very cluster that `wanted` are for.
pub fn same_lab(found: &Tags, wanted: &Tags) -> bool {
    [LAB_TAG, CLUSTER_TAG, MANAGED_BY_TAG]
        .iter()
        .all(|key| wanted.contains_key(*key) && found.get(*key) == wanted.get(*key))
}

/// The tags of `wanted` that `found` lacks or has with another value.
pub fn lacking(found: &Tags, wanted: &Tags) -> Tags {
    wanted
        .iter()
        .filter(|(key, value)| found.get(*key) != Some(value))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
