//! What the tests and benchmarks of lab2048 have in common: places where calls of the program are made, and what comes of
//! them.
//!
//! - [`Lab`]: calls inside the test's own process, on a world of their own, in virtual time. What is asked of the program
//!   is asked here unless it takes a process.
//! - [`faults`]: a bad network between such calls and their world; [`others`]: who else is at work on it.
//! - [`rights`]: somebody who may do in such a world only what the program asks for, or less.
//! - [`Workdir`]: calls of the built binary from a folder and an environment of their own.
//! - [`Call`]: such a call while it is under way. [`Run`]: how a call of any kind ended and what it printed.
//! - [`workshop`]: a control plane, an AWS and what EKS has beside them, for the conformance tier.
//! - [`seeds`]: what is tried with many of them.
//! - [`circles`], [`source`]: Rust sources, read as far as rules about paths and sizes need.
//! - [`events`], [`history`], [`figures`], [`cost`]: what runs reported, what happened in a world meanwhile, what runs
//!   cost.
#![expect(
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::print_stdout,
    clippy::return_self_not_must_use,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise and prints what it saw; real servers go by the real time"
)]

mod answers;
mod call;
pub mod circles;
pub mod cost;
pub mod events;
pub mod faults;
pub mod figures;
pub mod hand;
pub mod history;
mod lab;
pub mod others;
pub mod process;
pub mod rights;
mod run;
pub mod seeds;
pub mod source;
mod workdir;
pub mod workshop;

/// As the program has it: what is tested spends a tenth of its time less in making and freeing.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use call::Call;
pub use lab::{Lab, Pressed};
pub use run::{Code, Run, Silence};
pub use workdir::{SPEED, Workdir, binary};
