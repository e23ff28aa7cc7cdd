//! The program and its sandbox, held against real parts.
//!
//! Nobody here wrote the Kubernetes control plane, kubectl, the aws CLI and the browser, and moto's AWS is others' picture
//! of the real one. What EKS has beside them is not to be had on one machine: Fargate, the load balancer controller and the
//! way to the ALB are written here ([`lab2048_testing::workshop`]), by the same hands as the sandbox's. They prove that the
//! program works with a real API server and real clients between it and them, not that they behave as AWS's do; names and
//! messages of theirs are held against recordings of the real controller elsewhere.
//!
//! `tests/conformance/prepare` builds the parts; `just conformance` runs it all.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests stop where they fail and print what they saw, and real servers go by the real time"
)]

mod access;
mod bad_days;
mod clients;
mod compare;
mod drift;
mod fleet_job;
mod formats;
mod life;
