//! Counts requests by API, for the summary and the budgets, and tells a watcher of each.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use std::time::Duration;

use jiff::Timestamp;

use crate::model::{RequestDone, RequestWatcher, WaitWatcher};

/// How often is told that answers are waited for.
const BETWEEN_WAITS: Duration = Duration::from_secs(10);

/// A counter shared by all transports of a run.
#[derive(Clone, Default)]
pub struct RequestMeter(Arc<Inner>);

#[derive(Default)]
struct Inner {
    counts: Mutex<BTreeMap<String, u64>>,
    watcher: OnceLock<RequestWatcher>,
    wait_watcher: OnceLock<WaitWatcher>,
    /// When it was last told of a wait.
    told: Mutex<Option<Timestamp>>,
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

impl RequestMeter {
    /// From now on `watcher` is told, now and then, that an answer is waited for; there can be one.
    pub fn on_wait(&self, watcher: WaitWatcher) {
        let _ = self.0.wait_watcher.set(watcher);
    }

    /// Tells its watcher why a question is asked again, unless it was told of one a moment ago.
    pub fn waits(&self, cause: &str, now: Timestamp) {
        let Some(watcher) = self.0.wait_watcher.get() else {
            return;
        };
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let since = told.map(|told| Duration::try_from(now.duration_since(told)).unwrap_or_default());
        if since.is_none_or(|since| since >= BETWEEN_WAITS) {
            *told = Some(now);
            watcher(cause);
        }
    }
}

impl fmt::Debug for RequestMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestMeter").field(&self.snapshot()).finish()
    }
}
