//! An AWS region and a cluster that happen to live in this process.
//!
//! Speaks the wire of EKS, EC2, ELBv2, IAM, STS and of a Kubernetes API over an in-process HTTP service ([`Sandbox::call`])
//! or a loopback socket ([`serve`]); the lifecycles behind it are a discrete-event simulation on a virtual clock. Imports
//! nothing of lab2048: to a client it is just another region.
//!
//! It repeats on purpose what lab2048 knows too (names that the load balancer controller makes, sizes that Fargate bills,
//! limits, wildcards): a world that took them from the program under test would share its errors.
//!
//! # Layers
//!
//! From the ground up; a module uses only what is above it in this list (`tests/layers.rs` holds it to that).
//!
//! | module | holds |
//! |---|---|
//! | `body`, `clock`, `wildcard`, `authority` | the type of answers, virtual and wall time, patterns, certificates |
//! | `state` | resources in AWS, objects, what is planned, what is broken: plain values |
//! | `world` | all of it as one value that notices its own changes |
//! | `k8s` | the API server: a pure service on a world, which the controllers write through too |
//! | `sim` | what happens by itself: `advance` and `settle` |
//! | `inventory` | what there is, in short |
//! | `aws`, `alb` | the services of AWS, and the HTTP that load balancers answer: pure services on a world |
//! | `core` | the holder: locks, loads, advances, settles, saves |
//! | `front` | [`Sandbox::call`]: requests by host, watches as bodies that go on |
//! | `dial` | connections to load balancers, with TLS, on no network |
//! | `serve`, `testing` | a socket in front; what tests may read and change |

pub mod serve;
pub mod testing;

mod alb;
mod authority;
mod aws;
mod body;
mod clock;
mod core;
mod dial;
mod front;
mod inventory;
mod k8s;
mod sim;
mod state;
mod wildcard;
mod world;

pub use body::Body;
pub use clock::{ProcessClock, SystemWallClock, WallClock};
pub use core::{Holder, Sandbox, StateError, StateFile, Turn, Wait, Waits};
pub use inventory::{BalancerLine, ClusterLine, GroupLine, Inventory, ObjectLine, ProfileLine, TargetGroupLine};
pub use k8s::without_effect;
pub use sim::{Attempt, Beginning, Coverage, annotation_coverage, known_annotations};
pub use state::{Breakage, ClusterFacts, UnknownBreakage};
