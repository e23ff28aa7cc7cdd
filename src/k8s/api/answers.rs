//! What a cluster has answered lately, for the labs of a class.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::model::Object;
use crate::ports::{CallError, Clock};

/// How long an answer is good. Plans of a class are made over minutes, and whoever mends the cluster meanwhile waits for no more
/// than this.
pub(super) const KEEPS: Duration = Duration::from_secs(20);

/// What has come of a question, when it was asked, and when that was known.
struct Kept {
    asked: Duration,
    known: Duration,
    answer: Result<Arc<[Object]>, CallError>,
}

/// Whoever has the lock asks; the others wait for what comes of it, be it an answer or none.
type Answer = Arc<tokio::sync::Mutex<Option<Kept>>>;

/// Answers by question. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Answers(Arc<Mutex<HashMap<String, Answer>>>);

impl Answers {
    /// The answer to `question`, which `asking` gets where nobody has been told it lately. One that could not be got is none for
    /// all who have waited for it, and asked for by whoever comes later.
    pub(super) async fn to(
        &self,
        question: String,
        clock: &dyn Clock,
        asking: impl Future<Output = Result<Arc<[Object]>, CallError>>,
    ) -> Result<Arc<[Object]>, CallError> {
        let answer = {
            let mut answers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(answers.entry(question).or_default())
        };
        let begun = clock.awake();
        let mut kept = answer.lock().await;
        let now = clock.awake();
        let is_good = |kept: &&Kept| match kept.answer {
            Ok(_) => now.saturating_sub(kept.asked) < KEEPS,
            Err(_) => begun < kept.known,
        };
        if let Some(kept) = kept.as_ref().filter(is_good) {
            return kept.answer.clone();
        }
        let answer = asking.await;
        *kept = Some(Kept {
            asked: now,
            known: clock.awake(),
            answer: answer.clone(),
        });
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures::future::join_all;

    use super::*;
    use crate::ports::{ErrorClass, TestClock};

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_told_of_a_failure_and_who_comes_later_asks() {
        let (answers, asked) = (Answers::default(), Cell::new(0));
        let (clock, count) = (&TestClock::start(), &asked);
        let ask = || {
            answers.to("question".to_owned(), clock, async {
                count.set(count.get() + 1);
                clock.sleep(Duration::from_secs(60)).await;
                match count.get() {
                    1 => Err(CallError::new(ErrorClass::Unreachable, "list", "no answer")),
                    _ => Ok(Arc::from([])),
                }
            })
        };
        let failed = join_all((0..16).map(|_| ask())).await;
        assert!(failed.iter().all(Result::is_err));
        assert_eq!(asked.get(), 1, "they do not wait one after the other");
        assert!(ask().await.is_ok());
        assert_eq!(asked.get(), 2);
    }
}
