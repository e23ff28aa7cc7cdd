//! The tags of load balancers and target groups that several labs want to know: each resource is asked about once, however many
//! ask, and in whatever company.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::model::Tags;

/// How long they are good: a controller tags what it makes from the first moment on, and later changes no tag by which
/// anything is found (when a lab's time is over is one that it may change).
const GOOD: Duration = Duration::from_secs(300);

/// What is known of tags, and when it was asked for. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownTags(Arc<Mutex<HashMap<String, (Duration, Tags)>>>);

impl KnownTags {
    /// What is known at `now` of these, and what has to be asked.
    pub(super) fn of(&self, arns: Vec<String>, now: Duration) -> (BTreeMap<String, Tags>, Vec<String>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (asked, _)| now.saturating_sub(*asked) < GOOD);
        let mut known = BTreeMap::new();
        let mut unknown = arns;
        unknown.retain(|arn| match all.get(arn) {
            Some((_, tags)) => {
                known.insert(arn.clone(), tags.clone());
                false
            }
            None => true,
        });
        (known, unknown)
    }

    /// These were asked for at `asked`.
    pub(super) fn note(&self, tags: &BTreeMap<String, Tags>, asked: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(tags.iter().map(|(arn, tags)| (arn.clone(), (asked, tags.clone()))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_not_known_is_asked() {
        let known = KnownTags::default();
        let arns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let at = Duration::from_secs;
        let tags = BTreeMap::from([("a".to_owned(), Tags::from([("k".to_owned(), "v".to_owned())]))]);
        known.note(&tags, at(100));
        let (found, asked) = known.of(arns(&["a", "b"]), at(399));
        assert_eq!((found, asked), (tags, arns(&["b"])));
        assert_eq!(known.of(arns(&["a"]), at(400)).1, arns(&["a"]), "it is old");
    }
}
