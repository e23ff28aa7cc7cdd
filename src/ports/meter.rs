//! Counts requests by API, for the summary and the budgets, and tells a watcher of each.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::model::{RequestDone, RequestWatcher};

/// A counter shared by all transports of a run.
#[derive(Clone, Default)]
pub struct RequestMeter(Arc<Inner>);

#[derive(Default)]
struct Inner {
    counts: Mutex<BTreeMap<String, u64>>,
    watcher: OnceLock<RequestWatcher>,
}

impl RequestMeter {
    /// Counts one request to `api`, such as `eks` or `kubernetes`.
    pub fn count(&self, api: &str) {
        let mut counts = self.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(api.to_owned()).or_default() += 1;
    }

    /// The counts so far.
    pub fn snapshot(&self) -> BTreeMap<String, u64> {
        self.0.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on `watcher` is told of each request; there can be one.
    pub fn watch(&self, watcher: RequestWatcher) {
        let _ = self.0.watcher.set(watcher);
    }

    /// Whether anybody is told of requests.
    pub fn is_watched(&self) -> bool {
        self.0.watcher.get().is_some()
    }

    /// Tells the watcher of a request that is over.
    pub fn done(&self, request: &RequestDone) {
        if let Some(watcher) = self.0.watcher.get() {
            watcher(request);
        }
    }
}

impl fmt::Debug for RequestMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestMeter").field(&self.snapshot()).finish()
    }
}
