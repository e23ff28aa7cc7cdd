//! Objects by resource, namespace and name, with one resource version for all and a log for watches.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::object::{Brief, Shared};

/// How many changes a watch can go back; older resource versions get 410 Gone.
const LOG: usize = 150;

/// Where an object is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Key {
    /// API group, empty for the core.
    pub group: String,
    /// Plural resource name, such as `deployments`.
    pub resource: String,
    /// Namespace, empty for cluster-scoped ones.
    pub namespace: String,
    /// Name.
    pub name: String,
}

impl Key {
    /// A key from its parts.
    pub(crate) fn new(group: &str, resource: &str, namespace: &str, name: &str) -> Self {
        Self {
            group: group.to_owned(),
            resource: resource.to_owned(),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }
}

/// What happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChangeKind {
    /// It came to be.
    Added,
    /// It was changed.
    Modified,
    /// It is gone.
    Deleted,
}

/// One entry of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    /// Resource version of the change.
    pub version: u64,
    /// What happened.
    pub kind: ChangeKind,
    /// To which object.
    pub key: Key,
    /// The object after the change; before it, for `Deleted`, with the version of the deletion.
    pub object: Shared,
    /// The object before the change, so that a watch with a selector can distinguish leaving from changing.
    pub before: Option<Shared>,
}

impl Change {
    fn rest(&mut self) {
        self.object.rest();
        if let Some(before) = &mut self.before {
            before.rest();
        }
    }
}

/// The newest changes, whose objects are left awake.
const AWAKE: usize = 25;

/// Objects of which there have to be more for that.
const MANY: usize = 200;

/// The resource version asked for is older than the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooOld;

/// How many of these are kept when the world is saved: a watch of another process has seen all but the newest, and the
/// file is written with every change.
const SAVED: usize = 100;

/// All objects of the cluster.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Store {
    version: u64,
    #[serde(deserialize_with = "from_pairs")]
    objects: BTreeMap<Key, Shared>,
    log: VecDeque<Change>,
    /// Highest version that has fallen out of the log.
    forgotten: u64,
    /// The newest version that is kept elsewhere, too.
    #[serde(skip)]
    kept: u64,
    /// How often an object has been woken or written since they were last put to rest; not by who reads what is on record.
    #[serde(skip)]
    woken: Count,
}

/// A number to which readers add.
#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Count {
    fn add_one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Clone for Count {
    fn clone(&self) -> Self {
        Self(self.get().into())
    }
}

/// A change as it is told to a store that has all that was before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Replay {
    key: Key,
    /// The object after the change; none if it is gone.
    object: Option<Shared>,
}

impl Store {
    /// The changes since all of it was last kept elsewhere, if they are still known.
    pub(crate) fn unkept(&self) -> Option<Vec<Replay>> {
        let changes = self.changes_since(self.kept).ok()?;
        let replays = changes.map(|change| Replay {
            key: change.key.clone(),
            object: (change.kind != ChangeKind::Deleted).then(|| change.object.clone()),
        });
        Some(replays.collect())
    }

    /// All of it has been kept elsewhere.
    pub(crate) fn note_kept(&mut self) {
        self.kept = self.version;
    }

    /// Makes the same changes here, with the same versions.
    pub(crate) fn follow(&mut self, replays: Vec<Replay>) {
        for Replay { key, object } in replays {
            match object {
                Some(object) => {
                    self.put(key, object.into_value());
                }
                None => {
                    self.remove(&key);
                }
            }
        }
        self.note_kept();
    }

    /// The resource version of the newest change.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// One object.
    pub(crate) fn get(&self, key: &Key) -> Option<&Value> {
        self.objects.get(key).map(|object| self.awake(object))
    }

    /// An object for somebody who reads all of it.
    fn awake<'a>(&self, object: &'a Shared) -> &'a Value {
        if object.is_at_rest() {
            self.woken.add_one();
        }
        object
    }

    /// What is at hand of one object.
    pub(crate) fn brief(&self, key: &Key) -> Option<&Brief> {
        self.objects.get(key).map(|object| &**object.brief())
    }

    /// The objects of a resource, in one namespace or in all, ordered by namespace and name.
    pub(crate) fn list<'a>(
        &'a self,
        group: &'a str,
        resource: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Key, &'a Value)> {
        let there = self.shared(group, resource, namespace);
        there.map(|(key, object)| (key, self.awake(object)))
    }

    /// The same without a look at more than what is at hand.
    pub(crate) fn briefs<'a>(
        &'a self,
        group: &'a str,
        resource: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Key, &'a Brief)> {
        let there = self.shared(group, resource, namespace);
        there.map(|(key, object)| (key, &**object.brief()))
    }

    /// The same without a look at any.
    pub(crate) fn keys<'a>(
        &'a self,
        group: &'a str,
        resource: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Key> {
        self.shared(group, resource, namespace).map(|(key, _)| key)
    }

    fn shared<'a>(
        &'a self,
        group: &'a str,
        resource: &'a str,
        namespace: Option<&'a str>,
    ) -> impl Iterator<Item = (&'a Key, &'a Shared)> {
        let first = Key::new(group, resource, namespace.unwrap_or_default(), "");
        self.objects.range(first..).take_while(move |(key, _)| {
            key.group == group && key.resource == resource && namespace.is_none_or(|ns| key.namespace == ns)
        })
    }

    /// What is at hand of all objects, ordered by key.
    pub(crate) fn all_briefs(&self) -> impl Iterator<Item = (&Key, &Brief)> {
        self.objects.iter().map(|(key, object)| (key, &**object.brief()))
    }

    /// All objects, ordered by key.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&Key, &Value)> {
        self.objects.iter().map(|(key, object)| (key, self.awake(object)))
    }

    /// The oldest resource version a watch can start from.
    pub(crate) fn oldest(&self) -> u64 {
        self.forgotten
    }

    /// Puts an object in place of whatever is there, as the next resource version (which it writes into the object).
    ///
    /// UID, creation time, generation and managed fields are the caller's business.
    pub(crate) fn put(&mut self, key: Key, mut object: Value) -> u64 {
        self.version += 1;
        object["metadata"]["resourceVersion"] = Value::String(self.version.to_string());
        let object = Shared::from(object);
        let before = self.objects.insert(key.clone(), object.clone());
        let kind = if before.is_some() {
            ChangeKind::Modified
        } else {
            ChangeKind::Added
        };
        self.record(Change {
            version: self.version,
            kind,
            key,
            object,
            before,
        });
        self.version
    }

    /// Changes an object without a new resource version: for heartbeats, which say nothing new and would drown the log.
    pub(crate) fn refresh(&mut self, key: &Key, change: impl FnOnce(&mut Value)) {
        if let Some(object) = self.objects.get_mut(key) {
            object.change(change);
        }
    }

    /// Removes an object for good.
    pub(crate) fn remove(&mut self, key: &Key) -> Option<Shared> {
        let before = self.objects.remove(key)?;
        self.version += 1;
        let mut object = Value::clone(&before);
        object["metadata"]["resourceVersion"] = Value::String(self.version.to_string());
        self.record(Change {
            version: self.version,
            kind: ChangeKind::Deleted,
            key: key.clone(),
            object: object.into(),
            before: Some(before.clone()),
        });
        Some(before)
    }

    /// The changes after resource version `version`.
    pub(crate) fn changes_since(&self, version: u64) -> Result<impl Iterator<Item = &Change>, TooOld> {
        if version < self.forgotten {
            return Err(TooOld);
        }
        let first = self.log.partition_point(|change| change.version <= version);
        Ok(self.log.range(first..))
    }

    fn record(&mut self, change: Change) {
        self.woken.add_one();
        self.log.push_back(change);
        while self.log.len() > LOG {
            if let Some(old) = self.log.pop_front() {
                self.forgotten = old.version;
            }
        }
    }

    /// How often an object has been woken or written since they were last put to rest; none where there are few, which never are.
    pub(crate) fn awakened(&self) -> usize {
        if self.objects.len() <= MANY {
            0
        } else {
            self.woken.get()
        }
    }

    /// Puts to rest what nothing has happened to of late, and all that is on record, if that is much. Who only reads an object
    /// wakes it, too.
    pub(crate) fn rest(&mut self) {
        if self.awakened() == 0 {
            return;
        }
        self.woken = Count::default();
        let latest = self.log.iter().rev().take(AWAKE);
        let restless: BTreeSet<&Key> = latest.map(|change| &change.key).collect();
        for (key, object) in &mut self.objects {
            if !restless.contains(key) {
                object.rest();
            }
        }
        self.log.iter_mut().for_each(Change::rest);
    }
}

/// What of a store is saved. JSON has no maps with structured keys; objects travel as a list of pairs.
#[derive(Serialize)]
struct Saved<'a> {
    version: u64,
    objects: Vec<(&'a Key, &'a Shared)>,
    log: Vec<&'a Change>,
    forgotten: u64,
}

impl Serialize for Store {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (older, newer) = (self.log.len().saturating_sub(SAVED), self.log.len().min(SAVED));
        let forgotten = older.checked_sub(1).and_then(|newest| self.log.get(newest));
        Saved {
            version: self.version,
            objects: self.objects.iter().collect(),
            log: self.log.iter().rev().take(newer).rev().collect(),
            forgotten: forgotten.map_or(self.forgotten, |change| change.version),
        }
        .serialize(serializer)
    }
}

fn from_pairs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Key, Shared>, D::Error> {
    Ok(Vec::<(Key, Shared)>::deserialize(deserializer)?.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_that_nothing_happens_to_rest() {
        let mut store = Store::default();
        for n in 0..2 * MANY {
            store.put(
                Key::new("", "pods", "x", &format!("p{n}")),
                json!({"metadata": {"n": n}}),
            );
        }
        let at_rest = |store: &Store| store.objects.values().filter(|object| object.is_at_rest()).count();
        assert_eq!((at_rest(&store), store.awakened()), (0, 2 * MANY));
        store.rest();
        assert_eq!((at_rest(&store), store.awakened()), (2 * MANY - AWAKE, 0));
        let read = store.list("", "pods", Some("x"));
        assert!(read.map(|(_, object)| &object["metadata"]["n"]).all(Value::is_u64));
        assert_eq!((at_rest(&store), store.awakened()), (0, 2 * MANY - AWAKE));
    }

    #[test]
    fn a_saved_store_keeps_its_objects_and_the_newest_changes() {
        let mut store = Store::default();
        for n in 0..SAVED + 20 {
            store.put(Key::new("", "pods", "x", &format!("p{}", n % 7)), json!({"n": n}));
        }
        let text = serde_json::to_string(&store).unwrap();
        let loaded: Store = serde_json::from_str(&text).unwrap();
        assert_eq!(loaded.version(), store.version());
        assert!(loaded.all().eq(store.all()));
        assert_eq!(loaded.changes_since(20).map(Iterator::count), Ok(SAVED));
        assert!(loaded.changes_since(19).is_err(), "older ones are forgotten");
        assert_eq!(store.changes_since(0).map(Iterator::count), Ok(SAVED + 20));
    }
}
