//! From an environment to what should exist: nodes, and which must come before which.
//!
//! Pure: [`context`] and [`trust_context`] are the values that templates get, [`build()`] and [`build_absent`] turn what
//! came out of them into a [`Stack`].

mod balancer_tags;
mod build;
mod expiry;
mod exposure;
#[cfg(test)]
pub(crate) mod fixtures;
mod graph;
mod inputs;
mod kept;
mod names;
mod ownership;
mod replicas;

pub use balancer_tags::as_group_member;
pub use build::{StackInput, build, build_absent, object_id};
pub use expiry::{expire, expires, recorded};
pub use exposure::exposure;
pub use graph::{ClusterContext, Edge, EdgeKind, Stack};
pub use inputs::{context, trust_context};
pub use kept::{Kept, keep, role_to_read};
pub use names::role_name;
pub use ownership::{is_ours, ownership_tags};
pub use replicas::{ReplicaChoice, ReplicaSource, autoscaler_of, rescaled, scale_intent};

#[cfg(test)]
mod tests;
