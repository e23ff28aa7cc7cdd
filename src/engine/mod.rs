//! Executes a plan: one dispatcher loop over the graph, one worker a step.
//!
//! The dispatcher owns all state of the run and is the only one to emit events; workers own one step each and talk to
//! it by channel. Nothing here knows AWS or Kubernetes: every call goes through a [`Driver`].

mod dispatcher;
mod failure;
mod holding;
mod in_flight;
mod limits;
mod run_state;
mod step;
mod turn;

#[cfg(test)]
mod tests;

pub use dispatcher::{Run, RunOutcome, execute};
pub use limits::Limits;

use crate::model::NodeKind;
use crate::ports::Driver;

/// Which adapter executes which kind of node.
pub trait Drivers: Send + Sync {
    /// The driver for nodes of `kind`.
    fn driver(&self, kind: &NodeKind) -> &dyn Driver;
}
