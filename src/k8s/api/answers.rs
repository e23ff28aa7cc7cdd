//! What a cluster has answered lately, for the labs of a class.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::model::Object;
use crate::ports::{CallError, Clock};

/// How long an answer is good. Plans of a class are made over minutes, and whoever mends the cluster meanwhile waits for no more
/// than this.
pub(super) const KEEPS: Duration = Duration::from_secs(20);

/// An answer, and when it was asked for.
struct Kept {
    asked: Duration,
    objects: Arc<[Object]>,
}

/// Whoever has the lock asks; the others wait for what comes of it.
type Answer = Arc<tokio::sync::Mutex<Option<Kept>>>;

/// Answers by question. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Answers(Arc<Mutex<HashMap<String, Answer>>>);

impl Answers {
    /// The answer to `question`, which `asking` gets where nobody has been told it lately. One that could not be got is asked for
    /// by whoever wants it next.
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
        let mut kept = answer.lock().await;
        let now = clock.awake();
        if let Some(kept) = kept.as_ref().filter(|kept| now.saturating_sub(kept.asked) < KEEPS) {
            return Ok(Arc::clone(&kept.objects));
        }
        let objects = asking.await?;
        *kept = Some(Kept {
            asked: now,
            objects: Arc::clone(&objects),
        });
        Ok(objects)
    }
}
