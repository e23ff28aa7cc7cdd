//! The program and its sandbox, held against parts that nobody here wrote: a real Kubernetes control plane, moto's AWS,
//! kubectl, the aws CLI and a browser. `tests/conformance/prepare` builds them; `just conformance` runs it all.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests stop where they stand and say what they saw, and real servers go by the real time"
)]

mod access;
mod clients;
mod compare;
mod drift;
mod life;
