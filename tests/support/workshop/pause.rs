//! Namespaces in which a stand-in does nothing for the moment, so that what waits for it can be looked at.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Namespaces in which nothing is done for now. Clones are about the same.
#[derive(Clone, Default)]
pub struct Pause(Arc<Mutex<BTreeSet<String>>>);

impl Pause {
    /// From now on nothing is done in this namespace.
    pub fn begin(&self, namespace: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(namespace.to_owned());
    }

    /// It is worked in again.
    pub fn end(&self, namespace: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(namespace);
    }

    /// Whether nothing is to be done in this namespace, if it is one.
    pub(super) fn is_on(&self, namespace: Option<&str>) -> bool {
        let paused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        namespace.is_some_and(|namespace| paused.contains(namespace))
    }
}
