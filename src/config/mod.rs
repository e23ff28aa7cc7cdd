//! Environments: which lab, where, and with which values.
//!
//! [`Loader::load`] takes the defaults, what the environment builds on, its file, variables and flags, lays them over
//! each other and checks the result; everything that is wrong comes back at once as [`Problems`].
//! `environments/defaults.yaml` is the list of keys and their documentation.

mod carried;
mod catalog;
mod chain;
mod crosscheck;
mod embedded;
mod environment;
mod library;
mod loader;
mod overrides;
mod parts;
mod problem;
mod reader;
mod resolve;
mod roster;
mod rules;
mod schema;
mod settings;
mod source;
mod values;
mod yaml;

pub use carried::{CarriedEnvironment, CarriedFile};
pub use catalog::{Listed, ListedState, NameError, new_environment};
pub use environment::{
    App, Cluster, ClusterAccess, Environment, Fargate, Ingress, Lab, LeftToAuto, Resources, Sandbox, TargetKind,
    Timeouts,
};
pub use loader::{Loader, Resolved, ShownValue};
pub use overrides::{Setting, VARIABLE_PREFIX};
pub use problem::{Problem, Problems};
pub use roster::{Roster, RosterLab};
pub use rules::check_cluster_name;
pub use schema::schema;
pub use settings::{built_in_texts, keys};
pub use source::Origin;
pub use values::Auto;

#[cfg(test)]
mod tests;
