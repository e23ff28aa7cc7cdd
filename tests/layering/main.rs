//! Rules about the sources as a whole: which room may use which, how long things may be, where modules are.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod arrows;
mod sizes;
mod source;

use std::path::{Path, PathBuf};

/// A path in the repository.
fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Fails with all of `breaches`, a line each.
#[track_caller]
fn none(breaches: &[String], advice: &str) {
    assert!(breaches.is_empty(), "\n{}\n{advice}", breaches.join("\n"));
}
