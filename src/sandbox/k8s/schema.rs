//! Types of the cluster's objects: which fields there are, and how lists and maps are merged.

/// The type of one kind of object.
#[derive(Debug, Clone, Copy)]
pub struct Schema;

/// The schema of a kind, such as `apps/v1` `Deployment`; of an unknown one nothing is known but its metadata.
pub fn of(_api_version: &str, _kind: &str) -> Schema {
    Schema
}
