//! When a lab's time is over, as `status` shows it.

use jiff::Timestamp;
use serde::Serialize;

use crate::lang::Text;
use crate::report::times;

/// When a lab's time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LifeEnd {
    /// The time.
    pub at: Timestamp,
    /// Whether it has come.
    pub is_over: bool,
    /// The same in words.
    #[serde(skip)]
    pub words: Text,
}

impl LifeEnd {
    /// As it is at `now`.
    pub(super) fn of(at: Timestamp, now: Timestamp) -> Self {
        Self {
            at,
            is_over: at <= now,
            words: times::end(at, now),
        }
    }
}
