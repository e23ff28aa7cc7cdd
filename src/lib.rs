//! lab2048 puts the EKS Fargate 2048 workshop lab on a cluster, proves that it works, and removes every trace of it.
//!
//! The library exists for the binary of the same name and for its tests; it promises no stable interface.
//! ARCHITECTURE.md has the map; modules are listed here from the ground up.

pub mod lang;

pub mod model;

pub mod event;
pub mod files;

pub mod lbc;
pub mod permissions;
pub mod ports;

pub mod net;
pub mod programs;
pub mod readiness;

pub mod config;
pub mod render;

pub mod stack;

pub mod checks;
pub mod plan;

pub mod aws;
pub mod k8s;
pub mod probe;

pub mod engine;
pub mod fleet;
pub mod lessons;
pub mod report;

pub mod app;

pub mod cli;

#[cfg(test)]
mod fuzz;
