//! From an environment to what should exist: nodes, and which must come before which.

mod graph;

pub use graph::{Edge, EdgeKind, Site, Stack};
