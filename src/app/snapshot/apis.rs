//! Connections to clusters that the labs of a class have in common, so that many labs are no many clients to a server, and a
//! credential plugin runs for some and not for each.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Mutex as Queue;

/// Labs on one connection: each has some five watches and requests at once, and a server lets a connection have a hundred.
/// (k8s.io/apiserver, `pkg/server/secure_serving.go`)
const LABS: usize = 12;

/// What has been made for some labs of a class, by what leads to it.
pub(in crate::app) struct InCommon<T>(Mutex<HashMap<String, Slot<T>>>);

/// Whoever has the lock makes it; the others wait for what comes of it.
type Slot<T> = Arc<Queue<Option<Handed<T>>>>;

/// Something, and how many have got it.
struct Handed<T> {
    it: T,
    labs: usize,
}

impl<T> Default for InCommon<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> InCommon<T> {
    /// What `words` lead to, described to the last detail; `making` makes it anew where there is none, or none for one more, and
    /// `joined` is what comes of that beside an earlier one.
    pub(super) async fn get<E>(
        &self,
        words: String,
        making: impl Future<Output = Result<T, E>>,
        joined: impl FnOnce(T, Option<&T>) -> T,
    ) -> Result<T, E> {
        let slot = {
            let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(open.entry(words).or_default())
        };
        let mut slot = slot.lock().await;
        if let Some(handed) = slot.as_mut().filter(|handed| handed.labs < LABS) {
            handed.labs += 1;
            return Ok(handed.it.clone());
        }
        let it = joined(making.await?, slot.as_ref().map(|earlier| &earlier.it));
        *slot = Some(Handed {
            it: it.clone(),
            labs: 1,
        });
        Ok(it)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn a_dozen_labs_have_one_connection_and_a_failure_is_one_labs() {
        let made = Cell::new(0_u32);
        let (common, counter) = (InCommon::default(), &made);
        let get = |words: &str| {
            let making = async move {
                tokio::task::yield_now().await;
                counter.set(counter.get() + 1);
                match counter.get() {
                    1 => Err("refused"),
                    number => Ok(number),
                }
            };
            let joined = |number, earlier: Option<&u32>| number + 100 * earlier.copied().unwrap_or_default();
            common.get(words.to_owned(), making, joined)
        };
        assert_eq!(get("a").await, Err("refused"));
        let same = join_all((0..LABS).map(|_| get("a"))).await;
        assert!(same.iter().all(|it| *it == Ok(2)), "{same:?}");
        assert_eq!(
            (get("b").await, get("a").await, get("a").await),
            (Ok(3), Ok(204), Ok(204))
        );
    }
}
