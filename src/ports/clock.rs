//! Time as a port.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::Timestamp;
use tokio::time::Instant;

/// The only source of time in the program: dates by [`Clock::now`], limits by [`Clock::awake`].
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// A reading of a stopwatch, of which only differences mean something. It does not jump when the date is set, and stands
    /// still while the process is suspended or the machine sleeps: limits go by it.
    fn awake(&self) -> Duration;

    /// Completes once `duration` has passed by that stopwatch.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;

    /// How long it is since the stopwatch showed `begun`.
    fn since(&self, begun: Duration) -> Duration {
        self.awake().saturating_sub(begun)
    }

    /// How much of this clock's time lies between `since` and now; zero if `since` is later.
    fn elapsed(&self, since: Timestamp) -> Duration {
        Duration::try_from(self.now().duration_since(since)).unwrap_or_default()
    }
}

/// How long a wait may be silent before a sign of life is given of it.
pub const HEARTBEAT: Duration = Duration::from_secs(10);

/// How often a sleeper looks at the stopwatch.
const BEAT: Duration = Duration::from_secs(1);
/// A longer time between two looks was spent suspended; a machine that is merely busy is late by less.
const LONGEST_BEAT: Duration = Duration::from_secs(5);

/// The machine's clock. Its stopwatch goes by the monotonic clock, and whoever sleeps by it looks at it every second, so that
/// the time for which nobody looked shows: the process was stopped (Ctrl-Z, a paused machine), or the lid was closed.
#[derive(Debug, Clone, Default)]
pub struct SystemClock(Arc<Mutex<Stopwatch>>);

/// Time that was counted, up to the last look.
#[derive(Debug, Default)]
struct Stopwatch {
    counted: Duration,
    looked: Option<Instant>,
}

impl Stopwatch {
    fn look(&mut self, now: Instant) -> Duration {
        let since = self.looked.map(|last| now.saturating_duration_since(last));
        self.counted += since.unwrap_or_default().min(LONGEST_BEAT);
        self.looked = Some(now);
        self.counted
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn awake(&self) -> Duration {
        let mut stopwatch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stopwatch.look(Instant::now())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everybody else sleeps by"
    )]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        let end = clock.awake() + duration;
        async move {
            loop {
                let left = end.saturating_sub(clock.awake());
                if left.is_zero() {
                    return;
                }
                tokio::time::sleep(left.min(BEAT)).await;
            }
        }
        .boxed()
    }
}

/// A clock that goes by tokio's time, so that a test with paused time runs through hours at once.
#[cfg(test)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct TestClock(Instant);

#[cfg(test)]
impl TestClock {
    /// Starts at 2026-11-24T00:00:00Z. Needs a runtime with `start_paused = true`.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

#[cfg(test)]
impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        "2026-11-24T00:00:00Z".parse::<Timestamp>().unwrap() + self.0.elapsed()
    }

    fn awake(&self) -> Duration {
        self.0.elapsed()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everybody else sleeps by"
    )]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(duration).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nobody_could_look_does_not_count() {
        let clock = SystemClock::default();
        let begun = clock.awake();
        clock.sleep(Duration::from_secs(20)).await;
        let slept = clock.since(begun);
        assert!(
            slept >= Duration::from_secs(20) && slept < Duration::from_secs(21),
            "{slept:?}"
        );
        let sleeper = clock.sleep(Duration::from_secs(20));
        // The process is stopped: time goes on, and nobody looks.
        tokio::time::advance(Duration::from_secs(300)).await;
        let asleep = clock.since(begun + slept);
        assert_eq!(asleep, LONGEST_BEAT);
        let woken = Instant::now();
        sleeper.await;
        assert_eq!(woken.elapsed(), Duration::from_secs(15), "what was left to sleep");
    }
}
