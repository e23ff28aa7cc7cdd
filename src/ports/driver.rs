//! What the engine asks of an adapter.

use futures::future::BoxFuture;
use futures::stream::BoxStream;

use super::call::CallError;
use crate::model::{Goal, Outputs, Progress, Task};

/// Reports of a wait; ends after `Ready` or `Failed`.
pub type ProgressStream<'a> = BoxStream<'a, Result<Progress, CallError>>;

/// Carries out one kind of node. Implementations keep no state between calls that a rerun would miss.
///
/// A node that is held ([`crate::model::Wait::Held`]) is taken by `apply`, given back by `delete`, and lost when `progress`
/// reports a failure in between.
pub trait Driver: Send + Sync {
    /// Creates or changes it as the task describes (`Op::Create`, `Op::Update`, pods to recreate); returns once the API has accepted that.
    ///
    /// Must be safe to repeat: what is there already as wanted is a success.
    fn apply<'a>(&'a self, task: &'a Task, inputs: &'a Outputs) -> BoxFuture<'a, Result<Outputs, CallError>>;

    /// Deletes it, if it is still the thing in the task's pin; returns once the API has accepted that.
    ///
    /// What is missing already is a success.
    fn delete<'a>(&'a self, task: &'a Task) -> BoxFuture<'a, Result<(), CallError>>;

    /// Follows it to the goal, at the adapter's own cadence, and reports each poll.
    ///
    /// An error item ends the stream; the engine opens a new one if the error may pass.
    fn progress<'a>(&'a self, task: &'a Task, goal: Goal, inputs: &'a Outputs) -> ProgressStream<'a>;
}
