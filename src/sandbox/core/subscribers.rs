//! Who waits for changes of which objects: a change wakes those whom it concerns, and of hundreds who watch most sleep on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::world::{News, Topic};

/// Those who wait, by what they wait for.
#[derive(Default)]
pub(super) struct Subscribers(Mutex<HashMap<Topic, Arc<Notify>>>);

impl Subscribers {
    /// Is notified of each change of a topic from now on.
    pub(super) fn join(&self, topic: Topic) -> Arc<Notify> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(topic).or_default().clone()
    }

    /// Tells those whom it concerns; who has gone meanwhile is forgotten.
    pub(super) fn tell(&self, news: &News) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            News::Nothing => {}
            News::Of(topics) => {
                for topic in topics {
                    if let Some(waiting) = all.get(topic) {
                        waiting.notify_waiters();
                    }
                }
            }
            News::Everything => {
                all.retain(|_, waiting| Arc::strong_count(waiting) > 1);
                all.values().for_each(|waiting| waiting.notify_waiters());
            }
        }
    }
}
