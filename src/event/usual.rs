//! How long something usually takes.

use serde::{Deserialize, Serialize};

/// How long something usually takes, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usual {
    /// Half of them take no longer.
    pub p50_ms: u64,
    /// Nine of ten take no longer.
    pub p90_ms: u64,
}
