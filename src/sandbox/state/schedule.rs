//! Actions by due time, which are found by what they are about, too.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::action::Action;

/// When an action is due, and which of those due then it is.
type Place = (Timestamp, u64);

/// Actions in the order in which they happen.
#[derive(Debug, Clone, Default)]
pub(super) struct Schedule {
    due: BTreeMap<Place, Action>,
    /// The places of what is planned about each subject.
    about: BTreeMap<String, BTreeSet<Place>>,
}

impl Schedule {
    pub(super) fn insert(&mut self, place: Place, action: Action) {
        let about = self.about.entry(action.subject().to_owned()).or_default();
        about.insert(place);
        self.due.insert(place, action);
    }

    /// When something is due, earliest first.
    pub(super) fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.due.keys().map(|(due, _)| *due)
    }

    /// What is planned about a subject.
    pub(super) fn about<'a>(&'a self, subject: &str) -> impl Iterator<Item = &'a Action> {
        let places = self.about.get(subject).into_iter().flatten();
        places.filter_map(|place| self.due.get(place))
    }

    /// Takes the first action away if it is due by `now`.
    pub(super) fn pop(&mut self, now: Timestamp) -> Option<(Timestamp, Action)> {
        let place = *self.due.keys().next().filter(|(due, _)| *due <= now)?;
        Some((place.0, self.remove(place)?))
    }

    fn remove(&mut self, place: Place) -> Option<Action> {
        let action = self.due.remove(&place)?;
        if let Some(about) = self.about.get_mut(action.subject()) {
            about.remove(&place);
            if about.is_empty() {
                self.about.remove(action.subject());
            }
        }
        Some(action)
    }

    /// Takes away what is `unwanted` of what is planned about a subject; returns how much that was.
    pub(super) fn remove_about(&mut self, subject: &str, unwanted: impl Fn(&Action) -> bool) -> u64 {
        let places: Vec<Place> = self.about.get(subject).into_iter().flatten().copied().collect();
        self.remove_those(places, unwanted)
    }

    /// The same of all that is planned.
    pub(super) fn remove_all(&mut self, unwanted: impl Fn(&Action) -> bool) -> u64 {
        let places: Vec<Place> = self.due.keys().copied().collect();
        self.remove_those(places, unwanted)
    }

    fn remove_those(&mut self, places: Vec<Place>, unwanted: impl Fn(&Action) -> bool) -> u64 {
        let mut removed = 0;
        for place in places {
            if self.due.get(&place).is_some_and(&unwanted) {
                self.remove(place);
                removed += 1;
            }
        }
        removed
    }
}

/// JSON has no maps with structured keys; the actions travel as a list of pairs.
impl Serialize for Schedule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.due.iter())
    }
}

impl<'de> Deserialize<'de> for Schedule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut schedule = Self::default();
        for (place, action) in Vec::<(Place, Action)>::deserialize(deserializer)? {
            schedule.insert(place, action);
        }
        Ok(schedule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_away_is_not_found_any_more() {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let deploy = |stack: &str| Action::Deploy {
            stack: stack.to_owned(),
        };
        let mut schedule = Schedule::default();
        for (n, stack) in (1..).zip(["a", "b", "a"]) {
            schedule.insert((at(10), n), deploy(stack));
        }
        let again: Schedule = serde_json::from_str(&serde_json::to_string(&schedule).unwrap()).unwrap();
        for mut schedule in [schedule, again] {
            assert_eq!(schedule.about("a").count(), 2);
            assert_eq!(schedule.pop(at(9)), None);
            assert_eq!(schedule.pop(at(10)), Some((at(10), deploy("a"))));
            assert_eq!((schedule.about("a").count(), schedule.about("b").count()), (1, 1));
            assert_eq!(schedule.remove_about("a", |_| false), 0);
            assert_eq!(schedule.remove_about("a", |action| *action == deploy("a")), 1);
            assert_eq!(schedule.about("a").count(), 0);
            assert_eq!(schedule.remove_all(|_| true), 1);
            assert_eq!((schedule.times().count(), schedule.about.len()), (0, 0));
        }
    }
}
