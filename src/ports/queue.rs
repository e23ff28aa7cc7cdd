//! The line of those who wait for what a service gives to one at a time.

use futures::future::BoxFuture;

use crate::model::{Holder, Task};

/// When a step may ask the service for what it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// It has a place in line. Only the first asks.
    Place {
        /// From 1.
        position: u32,
        /// Who has it now, as the first in line was told; `None` for the first.
        holder: Option<Holder>,
    },
    /// Nobody keeps a line, or it cannot be seen: everybody asks on their own. Holds why, where there should be one.
    Unordered(Option<String>),
}

/// Keeps the line across processes: whoever has waited for longest is the first.
///
/// Nobody is kept waiting by one who is gone: whoever dies, or cannot be seen to live, has no place.
pub trait Queue: Send + Sync {
    /// The task's turn. `heard` is who has what it needs, if the service has refused it with that: then it takes the last place,
    /// or keeps the one that it has. Before the service was asked, it takes one only if others wait already.
    fn turn<'a>(&'a self, task: &'a Task, heard: Option<&'a Holder>) -> BoxFuture<'a, Turn>;

    /// Lets others go first until the task asks for its turn again; it keeps its place.
    fn step_aside(&self, task: &Task);

    /// The task waits no more.
    fn leave(&self, task: &Task);
}
