//! Turns to look at a lab of a class.

use tokio::sync::{Semaphore, SemaphorePermit};

/// Labs that are looked at at once. All the questions about one lab, on their way together, take a third of a megabyte; labs
/// of a class share most answers, so that more of them at once are no faster.
const AT_ONCE: usize = 16;

/// Who has one may look.
pub(in crate::app) struct Turns(Semaphore);

/// A turn under way.
pub(in crate::app) struct Turn<'a>(#[expect(dead_code, reason = "lasts as long as it is held")] SemaphorePermit<'a>);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }
}

impl Turns {
    /// Waits for a turn, which lasts until what is returned is dropped. Turns are given in the order in which they are asked for.
    pub(in crate::app) async fn next(&self) -> Option<Turn<'_>> {
        // Nobody closes it.
        self.0.acquire().await.ok().map(Turn)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn so_many_look_at_once_and_all_in_the_end() {
        let (turns, looking, most) = (Turns::default(), AtomicUsize::new(0), AtomicUsize::new(0));
        let looks = (0..100).map(async |_| {
            let _turn = turns.next().await;
            most.fetch_max(looking.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            looking.fetch_sub(1, Ordering::Relaxed);
        });
        assert_eq!(join_all(looks).await.len(), 100);
        assert_eq!(most.into_inner(), AT_ONCE);
    }
}
