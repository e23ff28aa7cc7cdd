//! An AWS region and a cluster that happen to live in this process.
//!
//! Speaks the wire of EKS, EC2, ELBv2, IAM, STS and of a Kubernetes API over an in-process HTTP service; the lifecycles
//! behind it are a discrete-event simulation on a virtual clock. Imports nothing of the rest of the crate: to a client
//! it is just another region.

pub mod aws;
pub mod k8s;
pub mod serve;
pub mod sim;

mod clock;
mod core;
mod disk;
mod inventory;
mod world;

pub use clock::{SystemWall, VirtualClock, Wall};
pub use core::{Body, Sandbox};
pub use disk::StateError;
pub use inventory::{BalancerLine, GroupLine, Inventory, ObjectLine, ProfileLine, TargetGroupLine, inventory};
pub use world::{Breakage, ClusterFacts, UnknownBreakage, World};
