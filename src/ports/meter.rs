//! Counts requests by API, for the summary and the budgets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A counter shared by all transports of a run.
#[derive(Debug, Clone, Default)]
pub struct RequestMeter(Arc<Mutex<BTreeMap<String, u64>>>);

impl RequestMeter {
    /// Counts one request to `api`, such as `eks` or `kubernetes`.
    pub fn count(&self, api: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(api.to_owned()).or_default() += 1;
    }

    /// The counts so far.
    pub fn snapshot(&self) -> BTreeMap<String, u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
