//! Pure preflight checks: findings from what was observed.
//!
//! One table ([`all`]) holds every check with its explanation in plain words; those that can be checked have a
//! function from [`Facts`] to one outcome. [`run`] makes one finding of each, the good ones too.

mod access;
mod alb_subnets;
mod annotations;
mod controller;
mod explain;
mod facts;
mod image;
mod ingress;
mod limits;
mod network;
mod outcome;
mod pods;
mod profile;
mod registry;
mod size;

pub use alb_subnets::public_addresses;
pub use explain::{Docs, Explained, Explanation, Names};
pub use facts::{Facts, Unrehearsed};
pub use registry::{Check, all, explain, run, search};

#[cfg(test)]
mod tests;
