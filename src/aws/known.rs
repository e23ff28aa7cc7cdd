//! What is known of resources that several labs want to know: each is asked about once, however many ask, and in whatever company.
//! It is for what does not change by itself once it is there, and lies above the SDK: a class asks for the same thousands of times.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long it is good.
///
/// A controller tags what it makes from the first moment on, and later changes no tag by which anything is found (when a lab's
/// time is over is one that it may change). Rules of a listener that forward to a target group stay as they are until an
/// Ingress of theirs changes; whoever waits for that and does not find it forgets them.
pub(super) const GOOD: Duration = Duration::from_secs(300);

/// So much is known until what is not good any more is thrown away, at the least.
const MANY: usize = 1000;

/// What is known, by the resource's ARN, and when it was asked for.
type ByArn<T> = HashMap<String, (Duration, T)>;

/// What is known. Clones share it.
#[derive(Debug)]
pub(super) struct Known<T>(Arc<Mutex<ByArn<T>>>);

impl<T> Clone for Known<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> Known<T> {
    /// What is known of one at `now`.
    pub(super) fn get(&self, arn: &str, now: Duration) -> Option<T> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, known) = all.get(arn).filter(|(asked, _)| is_good(*asked, now))?;
        Some(known.clone())
    }

    /// This was asked for at `asked`.
    pub(super) fn note(&self, arn: &str, known: T, asked: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Whenever the room doubles.
        if all.len() >= MANY && all.len() == all.capacity() {
            all.retain(|_, (earlier, _)| is_good(*earlier, asked));
        }
        all.insert(arn.to_owned(), (asked, known));
    }

    /// It has turned out to be otherwise.
    pub(super) fn forget(&self, arn: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(arn);
    }
}

fn is_good(asked: Duration, now: Duration) -> bool {
    now.saturating_sub(asked) < GOOD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_for_a_while_or_until_it_is_otherwise() {
        let known = Known::default();
        let at = Duration::from_secs;
        known.note("a", 1, at(100));
        let clone = known.clone();
        assert_eq!((clone.get("b", at(399)), clone.get("a", at(399))), (None, Some(1)));
        assert_eq!(known.get("a", at(400)), None, "it is old");
        known.note("a", 2, at(400));
        known.forget("a");
        assert_eq!(known.get("a", at(401)), None);
    }
}
