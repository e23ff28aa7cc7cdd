//! The one loop of all waits: one answer after the other, until one is the last.

use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};

use super::call::CallError;
use crate::model::{Progress, Readiness};

/// What `next` gives, time and again, up to the first that `is_last`. When to give it is its own affair: it pauses
/// between two reads, or waits for news.
pub fn poll<'a, S, T>(
    state: S,
    next: impl for<'s> Fn(&'s mut S) -> BoxFuture<'s, T> + Send + 'a,
    is_last: fn(&T) -> bool,
) -> BoxStream<'a, T>
where
    S: Send + 'a,
    T: Send + 'a,
{
    stream::unfold(Some((state, next)), move |polling| async move {
        let (mut state, next) = polling?;
        let answer = next(&mut state).await;
        let more = !is_last(&answer);
        Some((answer, more.then_some((state, next))))
    })
    .boxed()
}

/// Whether a report is the last of its wait: the goal is reached, or cannot be reached, or the call failed.
pub fn is_settled(report: &Result<Progress, CallError>) -> bool {
    !matches!(report, Ok(progress) if matches!(progress.readiness, Readiness::Pending(_)))
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;
    use crate::ports::ErrorClass;

    #[tokio::test]
    async fn nothing_is_asked_after_the_last_answer() {
        fn count(asked: &mut u32) -> BoxFuture<'_, u32> {
            *asked += 1;
            assert!(*asked <= 3);
            std::future::ready(*asked).boxed()
        }
        let answers: Vec<u32> = poll(0, count, |asked| *asked == 3).collect().await;
        assert_eq!(answers, [1, 2, 3]);
    }

    #[test]
    fn a_wait_ends_with_goal_failure_or_error() {
        let report = |readiness| Ok(Progress::new("", readiness));
        assert!(!is_settled(&report(Readiness::Pending("".into()))));
        assert!(is_settled(&report(Readiness::Ready)));
        assert!(is_settled(&report(Readiness::Failed("".into()))));
        assert!(is_settled(&Err(CallError::new(ErrorClass::Busy, "x", "y"))));
    }
}
