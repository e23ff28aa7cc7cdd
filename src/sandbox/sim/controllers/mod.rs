//! The controllers of kube-controller-manager that the workshop's objects need.

mod daemon_set;
mod deployment;
mod disruption;
mod endpoint_slice;
mod garbage;
mod namespace;
mod news;
mod replica_set;
mod rollout;

pub(super) use namespace::empty_namespace;
pub(super) use news::{News, Watcher};

use crate::world::World;

/// One pass of all of them.
pub(super) fn run(world: &mut World) {
    namespace::run(world);
    garbage::run(world);
    deployment::run(world);
    replica_set::run(world);
    daemon_set::run(world);
    endpoint_slice::run(world);
    disruption::run(world);
}
