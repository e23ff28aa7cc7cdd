//! Patience with calls that change nothing: they are made again for a while before a run gives up on them. What changes
//! something is made again by the engine alone, which reports it step by step.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::ErrorClass;
use super::backoff::Backoff;
use super::call::CallError;
use super::clock::Clock;
use super::meter::RequestMeter;

/// How long where nothing answers: nobody without a way there wants to wait much longer to learn that.
const WITHOUT_ANSWER: Duration = Duration::from_secs(10);
/// How long where something answers that it cannot do it now.
const WITH_ANSWER: Duration = Duration::from_secs(30);
/// How long where answers have come before: there is a way, and an API server that starts anew is back in less.
const ONCE_ANSWERED: Duration = Duration::from_mins(1);

/// Whether a service has done what was asked of it in this run. Clones share it.
#[derive(Clone, Default)]
pub struct HasAnswered(Arc<AtomicBool>);

impl HasAnswered {
    /// It has, from now on.
    pub fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How long a question is asked again.
#[derive(Clone)]
pub struct Patience {
    clock: Arc<dyn Clock>,
    meter: RequestMeter,
    has_answered: HasAnswered,
}

impl Patience {
    /// Patience by this clock, with a service that has answered before or has not; whoever watches `meter` is told of it.
    pub fn new(clock: Arc<dyn Clock>, meter: RequestMeter, has_answered: HasAnswered) -> Self {
        Self {
            clock,
            meter,
            has_answered,
        }
    }

    /// Makes a call until it is answered, or patience is at its end. What the service asks us to wait is waited, if there
    /// is as much patience left.
    pub async fn with<T, E, F>(&self, call: impl Fn() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
        E: AsRef<CallError>,
    {
        let begun = self.clock.awake();
        let mut backoff = Backoff::of(&"look");
        loop {
            let error = match call().await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(most) = self.most(error.as_ref()) else {
                return Err(error);
            };
            let left = most.saturating_sub(self.clock.since(begun));
            match backoff.after(error.as_ref()) {
                Some(pause) if pause < left => {
                    self.meter.waits(&error.as_ref().to_string(), self.clock.now());
                    self.clock.sleep(pause).await;
                }
                _ => return Err(error),
            }
        }
    }

    /// How long there is patience with an error; none with one that says something about the thing asked for.
    fn most(&self, error: &CallError) -> Option<Duration> {
        match error.class {
            ErrorClass::Throttled | ErrorClass::Unreachable if self.has_answered.get() => Some(ONCE_ANSWERED),
            ErrorClass::Throttled => Some(WITH_ANSWER),
            ErrorClass::Unreachable if error.code.is_some() => Some(WITH_ANSWER),
            ErrorClass::Unreachable => Some(WITHOUT_ANSWER),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::ports::TestClock;

    /// How a call ends that fails so for `seconds`, how often it was made, and after how many seconds it ended.
    async fn asked(error: CallError, seconds: u64, before: bool) -> (bool, u32, u64, Vec<String>) {
        let clock = TestClock::start();
        let begun = clock.now();
        let meter = RequestMeter::default();
        let told: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = told.clone();
        let watcher = Arc::new(move |cause: &str| kept.lock().unwrap().push(cause.to_owned()));
        meter.on_wait(watcher, Duration::from_secs(5));
        let calls = AtomicU32::new(0);
        let has_answered = HasAnswered::default();
        if before {
            has_answered.note();
        }
        let answer = Patience::new(Arc::new(clock), meter, has_answered)
            .with(|| async {
                calls.fetch_add(1, Ordering::SeqCst);
                if clock.elapsed(begun).as_secs() >= seconds {
                    Ok(())
                } else {
                    Err(error.clone())
                }
            })
            .await;
        let told = told.lock().unwrap().clone();
        (answer.is_ok(), calls.into_inner(), clock.elapsed(begun).as_secs(), told)
    }

    fn error(class: ErrorClass, code: Option<&str>, retry_after: Option<u64>) -> CallError {
        let mut error = CallError::new(class, "GET nodes", "no");
        error.code = code.map(Into::into);
        error.retry_after = retry_after.map(Duration::from_secs);
        error
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_asked_again_and_told() {
        use ErrorClass::{Throttled, Unreachable};
        for (error, seconds, before) in [
            (error(Throttled, Some("TooManyRequests"), None), 20, false),
            (error(Throttled, None, Some(7)), 20, false),
            (error(Unreachable, Some("ServiceUnavailable"), None), 20, false),
            (error(Unreachable, None, None), 5, false),
            (error(Unreachable, None, None), 40, true),
        ] {
            let (answered, calls, took, told) = asked(error.clone(), seconds, before).await;
            assert!(
                answered && took >= seconds && took < seconds + 15 && calls < 12,
                "{error}: {calls}, {took} s"
            );
            assert!(told.first().is_some_and(|text| text.contains("GET nodes")), "{told:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn patience_has_an_end_and_a_long_pause_is_not_begun() {
        use ErrorClass::{Denied, Throttled, Unreachable};
        for (error, most, before) in [
            (error(Throttled, Some("TooManyRequests"), None), 30, false),
            (error(Unreachable, None, None), 10, false),
            (error(Unreachable, None, None), 60, true),
            (error(Throttled, None, Some(600)), 0, true),
            (error(Denied, Some("Forbidden"), None), 0, true),
        ] {
            let (answered, _, took, _) = asked(error.clone(), 1000, before).await;
            assert!(!answered && took <= most, "{error}: {took} s");
        }
    }
}
