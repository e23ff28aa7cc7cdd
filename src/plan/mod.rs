//! Pure planning: from what is wanted and what is there to what will be done, and how far things are.
//!
//! [`plan`] makes a [`Plan`] of a [`PlanInput`]; [`Graph`] decides what may start when; [`cost`] what it costs;
//! [`mod@file`] keeps a plan for later and lists what has changed since.

mod aws_rows;
mod balancer_removal;
mod by_hand;
mod change;
pub mod cost;
mod course;
mod describe;
mod diagnose;
mod diff;
mod drift;
mod fields;
pub mod file;
mod former;
mod graph;
mod handover;
mod input;
mod left_over;
mod lock;
mod make;
mod neighbours;
mod object_rows;
mod outline;
mod path;
mod permission;
mod prices;
mod prune;
mod record;
mod removal;
mod row;
mod shared;
mod stakes;
mod teardown;
mod usual;

pub use change::{Approach, Change, Cost, Drift, FieldDiff, ForeignField, Plan, Refusal, Validation};
pub use course::Course;
pub use diagnose::{diagnose, way_on, with_diagnosis};
pub use drift::author_of;
pub use graph::{CycleError, Graph, Milestone, Need};
pub use input::{Approvals, PlanInput, PlanScope};
pub use left_over::left_over;
pub use lock::LOCK_NAME;
pub use make::plan;
pub use outline::{AlbOutline, Outline, PortOutline, RuleOutline, SubnetOutline};
pub use prices::GOOD_FOR_DAYS;
pub use stakes::may_take_from_others;

#[cfg(test)]
pub(crate) mod tests;
