//! Things by name, which remember what of them was lent to be changed of late: whoever keeps them in step with something need
//! not look at all of them.

use std::collections::btree_map::{self, BTreeMap};
use std::collections::{BTreeSet, VecDeque};
use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many touches are remembered.
const REMEMBERED: usize = 256;

/// A map whose entries note when they are lent to be changed. Reading is a `BTreeMap`'s.
#[derive(Debug, Clone)]
pub struct Entries<V> {
    map: BTreeMap<String, V>,
    /// How often something was touched.
    touches: u64,
    /// The latest of them, oldest first.
    recent: VecDeque<String>,
    /// How often something had been touched when all of it was last kept elsewhere.
    kept: u64,
}

impl<V> Entries<V> {
    /// How often something was touched so far.
    pub(crate) fn touches(&self) -> u64 {
        self.touches
    }

    /// The names that were touched since there had been `touches`, if that is still known.
    pub(crate) fn touched_since(&self, touches: u64) -> Option<BTreeSet<&str>> {
        let news = usize::try_from(self.touches.checked_sub(touches)?).ok()?;
        let known = self.recent.len().checked_sub(news)?;
        Some(self.recent.range(known..).map(String::as_str).collect())
    }

    fn touch(&mut self, name: &str) {
        self.touches += 1;
        self.recent.push_back(name.to_owned());
        if self.recent.len() > REMEMBERED {
            self.recent.pop_front();
        }
    }

    fn touch_all(&mut self) {
        self.touches += 1 + REMEMBERED as u64;
        self.recent.clear();
    }

    /// An entry, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        if self.map.contains_key(name) {
            self.touch(name);
        }
        self.map.get_mut(name)
    }

    /// Puts an entry in place of what has that name.
    pub fn insert(&mut self, name: String, value: V) -> Option<V> {
        self.touch(&name);
        self.map.insert(name, value)
    }

    /// Takes an entry away.
    pub fn remove(&mut self, name: &str) -> Option<V> {
        self.touch(name);
        self.map.remove(name)
    }

    /// All entries, without their names.
    pub fn into_values(self) -> btree_map::IntoValues<String, V> {
        self.map.into_values()
    }
}

impl<V: Clone> Entries<V> {
    /// What is otherwise than when it was last kept elsewhere.
    pub(crate) fn unkept(&self) -> Changed<V> {
        if self.touches == self.kept {
            return Changed::Some(BTreeMap::new());
        }
        match self.touched_since(self.kept) {
            Some(names) => {
                let now = |name: &str| (name.to_owned(), self.map.get(name).cloned());
                Changed::Some(names.into_iter().map(now).collect())
            }
            None => Changed::All(self.map.clone()),
        }
    }

    /// All of it has been kept elsewhere.
    pub(crate) fn note_kept(&mut self) {
        self.kept = self.touches;
    }

    /// Makes the same changes here.
    pub(crate) fn follow(&mut self, changed: Changed<V>) {
        match changed {
            Changed::All(map) => {
                self.touch_all();
                self.map = map;
            }
            Changed::Some(entries) => {
                for (name, value) in entries {
                    match value {
                        Some(value) => self.insert(name, value),
                        None => self.remove(&name),
                    };
                }
            }
        }
        self.note_kept();
    }
}

/// Entries that are otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Changed<V> {
    /// These, `None` for those that are gone.
    Some(BTreeMap<String, Option<V>>),
    /// Nobody knows which: this is what there is.
    All(BTreeMap<String, V>),
}

impl<V> Changed<V> {
    /// Whether there are none.
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::Some(entries) if entries.is_empty())
    }
}

impl<V> Default for Changed<V> {
    fn default() -> Self {
        Self::Some(BTreeMap::new())
    }
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        BTreeMap::new().into()
    }
}

impl<V> From<BTreeMap<String, V>> for Entries<V> {
    fn from(map: BTreeMap<String, V>) -> Self {
        Self {
            map,
            touches: 0,
            recent: VecDeque::new(),
            kept: 0,
        }
    }
}

impl<V> Deref for Entries<V> {
    type Target = BTreeMap<String, V>;

    fn deref(&self) -> &Self::Target {
        &self.map
    }
}

/// Whoever borrows all of it to change it may change any of it.
impl<V> DerefMut for Entries<V> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.touch_all();
        &mut self.map
    }
}

impl<'a, V> IntoIterator for &'a Entries<V> {
    type Item = (&'a String, &'a V);
    type IntoIter = btree_map::Iter<'a, String, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.map.iter()
    }
}

impl<V: Serialize> Serialize for Entries<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.map.serialize(serializer)
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(BTreeMap::deserialize(deserializer)?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two maps that were alike; the second follows what the first tells.
    fn followed(change: impl FnOnce(&mut Entries<u8>)) -> (Entries<u8>, Changed<u8>) {
        let names = (0..300).map(|n| (format!("n{n}"), 0));
        let mut first = Entries::from(names.collect::<BTreeMap<_, _>>());
        let mut second = first.clone();
        change(&mut first);
        let changed = first.unkept();
        second.follow(changed.clone());
        assert_eq!(*second, *first);
        assert!(second.unkept().is_none(), "it is kept where it came from");
        first.note_kept();
        assert!(first.unkept().is_none());
        (first, changed)
    }

    #[test]
    fn whoever_follows_the_changes_has_the_same() {
        let some = |entries: &[(&str, Option<u8>)]| {
            let entries = entries.iter().map(|(name, value)| ((*name).to_owned(), *value));
            Changed::Some(entries.collect())
        };
        let (_, changed) = followed(|entries| {
            *entries.get_mut("n1").unwrap() = 7;
            entries.remove("n2");
            entries.insert("new".to_owned(), 9);
            assert_eq!(entries.get_mut("none"), None);
        });
        assert_eq!(changed, some(&[("n1", Some(7)), ("n2", None), ("new", Some(9))]));
        let (_, changed) = followed(|entries| entries.values_mut().for_each(|value| *value = 3));
        assert!(matches!(changed, Changed::All(_)));
        let (_, changed) = followed(|entries| entries.retain(|name, _| name == "n3"));
        assert_eq!(changed, Changed::All(BTreeMap::from([("n3".to_owned(), 0)])));
        let (_, changed) = followed(|entries| entries.clear());
        assert_eq!(changed, Changed::All(BTreeMap::new()));
    }

    #[test]
    fn what_is_too_long_ago_is_not_known() {
        let (mut entries, _) = followed(|_| ());
        let begin = entries.touches();
        for n in 0..REMEMBERED {
            *entries.get_mut(&format!("n{n}")).unwrap() = 1;
        }
        assert_eq!(entries.touched_since(begin).map(|names| names.len()), Some(REMEMBERED));
        entries.get_mut("n0");
        assert_eq!(entries.touched_since(begin), None);
        assert_eq!(
            entries.touched_since(begin + 1).map(|names| names.len()),
            Some(REMEMBERED)
        );
        assert!(matches!(entries.unkept(), Changed::All(_)));
        assert_eq!(
            entries.touched_since(entries.touches()).map(|names| names.len()),
            Some(0)
        );
    }
}
