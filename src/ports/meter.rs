//! Counts requests by API, for the summary and the budgets, and tells a watcher of each.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use futures::future::{self, Either};
use jiff::Timestamp;

use super::clock::{Clock, HEARTBEAT};
use crate::model::{RequestDone, RequestWatcher, WaitWatcher};

/// A counter shared by all transports of a run.
#[derive(Clone, Default)]
pub struct RequestMeter(Arc<Inner>);

#[derive(Default)]
struct Inner {
    counts: Mutex<BTreeMap<String, u64>>,
    watcher: OnceLock<RequestWatcher>,
    /// Who is told of waits, and how long an answer may take before it is one.
    wait_watcher: OnceLock<(WaitWatcher, Duration)>,
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
    /// From now on `watcher` is told, now and then, that an answer is waited for, of a single one after `long`; there can be one
    /// watcher.
    pub fn on_wait(&self, watcher: WaitWatcher, long: Duration) {
        let _ = self.0.wait_watcher.set((watcher, long));
    }

    /// Tells its watcher why a question is asked again, unless it was told of one a moment ago.
    pub fn waits(&self, cause: &str, now: Timestamp) {
        let Some((watcher, _)) = self.0.wait_watcher.get() else {
            return;
        };
        let mut told = self.0.told.lock().unwrap_or_else(PoisonError::into_inner);
        let since = told.map(|told| Duration::try_from(now.duration_since(told)).unwrap_or_default());
        if since.is_none_or(|since| since >= HEARTBEAT) {
            *told = Some(now);
            watcher(cause);
        }
    }

    /// Waits for the answer to `what`, and tells its watcher of it while that takes long.
    pub fn attend<'a, T: 'a>(
        &'a self,
        clock: &'a dyn Clock,
        what: &'a str,
        answer: impl Future<Output = T> + 'a,
    ) -> impl Future<Output = T> + 'a {
        // Calls are large, and are in many futures.
        let mut answer = Box::pin(answer);
        async move {
            let Some((_, long)) = self.0.wait_watcher.get() else {
                return answer.await;
            };
            loop {
                match future::select(answer.as_mut(), clock.sleep(*long)).await {
                    Either::Left((answer, _)) => return answer,
                    Either::Right(_) => self.waits(&format!("{what} is not answered"), clock.now()),
                }
            }
        }
    }
}

impl fmt::Debug for RequestMeter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestMeter").field(&self.snapshot()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::TestClock;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_takes_long_is_told_of() {
        let meter = RequestMeter::default();
        let clock = TestClock::start();
        let begun = clock.now();
        let told: Arc<Mutex<Vec<(u64, String)>>> = Arc::default();
        let kept = told.clone();
        let at = move || clock.elapsed(begun).as_secs();
        let watcher = Arc::new(move |cause: &str| kept.lock().unwrap().push((at(), cause.to_owned())));
        meter.on_wait(watcher, Duration::from_secs(15));
        for (seconds, told_at) in [(14, vec![]), (40, vec![29, 44])] {
            let answer = async {
                clock.sleep(Duration::from_secs(seconds)).await;
                seconds
            };
            assert_eq!(meter.attend(&clock, "GET nodes", answer).await, seconds);
            let expected: Vec<_> = told_at
                .into_iter()
                .map(|at| (at, "GET nodes is not answered".to_owned()))
                .collect();
            assert_eq!(*told.lock().unwrap(), expected);
        }
    }
}
