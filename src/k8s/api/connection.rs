//! What every way to a cluster's API has in common.

use std::sync::Arc;

use crate::ports::{BearerTokens, Clock, RequestMeter};

/// What every way to connect needs.
#[derive(Clone)]
pub struct Connection {
    /// Limits of requests and pauses of watches go by it.
    pub clock: Arc<dyn Clock>,
    /// Counts requests, as `kubernetes`.
    pub meter: RequestMeter,
    /// Gives the token of each request; `None` where the kubeconfig has its own credentials.
    pub tokens: Option<Arc<dyn BearerTokens>>,
}
