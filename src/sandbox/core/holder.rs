//! Who has the lock of a world.

use serde::{Deserialize, Serialize};

/// A process that has a world's lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Its number.
    pub process: i32,
    /// What it was called as, such as `lab2048 apply`.
    pub command: String,
}
