//! Pure planning: from what is wanted and what is there to what will be done, and how far things are.

mod change;
mod graph;
pub mod readiness;

pub use change::{Approach, Change, Cost, Drift, FieldDiff, Plan, Refusal, Validation};
pub use graph::{CycleError, Graph, Milestone, Need};
