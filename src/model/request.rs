//! A request to an API, as a trace of the run has it.

use std::sync::Arc;
use std::time::Duration;

/// Who is told of each request that is over.
pub type RequestWatcher = Arc<dyn Fn(&RequestDone) + Send + Sync>;

/// Who is told, now and then, why an answer is still waited for.
pub type WaitWatcher = Arc<dyn Fn(&str) + Send + Sync>;

/// A request that is over. It has nothing of what was sent or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestDone {
    /// Which API, such as `eks` or `kubernetes`.
    pub api: &'static str,
    /// What was asked, such as `DescribeCluster` or `GET deployment/deployment-2048`.
    pub operation: String,
    /// The HTTP status of the answer; `None` if there was none.
    pub status: Option<u16>,
    /// How long it took.
    pub took: Duration,
    /// Which attempt it was, from 1.
    pub attempt: u32,
}
