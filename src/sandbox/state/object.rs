//! An object of the cluster, as the store, its log and whoever reads it have it in common.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

/// An object that several have in common. It travels as if it were each one's own.
///
/// It is a tree while somebody works with it and text while it rests: a tree, with a node for each of some hundred small maps,
/// takes twenty times the room. Who reads a resting one makes a tree of it again.
#[derive(Debug, Clone)]
pub(crate) struct Shared(Arc<Forms>);

/// Tree or text is there, or both.
#[derive(Debug, Default)]
struct Forms {
    tree: OnceLock<Value>,
    text: OnceLock<Arc<RawValue>>,
    brief: OnceLock<Arc<Brief>>,
}

/// What some look through all objects for: it is at hand while they rest, too. A text that is not there is empty.
#[derive(Debug, Default)]
pub(crate) struct Brief {
    /// UID.
    pub uid: Box<str>,
    /// Whose it is.
    pub owners: Box<[Owner]>,
    /// What its deletion waits for.
    pub finalizers: Box<[Box<str>]>,
    /// Whether it is being deleted.
    pub is_deleting: bool,
    /// The node that a pod is on.
    pub node: Box<str>,
    /// The address of a pod.
    pub address: Box<str>,
    /// When an event happened last.
    pub last: Box<str>,
    /// The target group that a binding is for, by its ARN.
    pub target_group: Box<str>,
}

/// An owner of an object.
#[derive(Debug)]
pub(crate) struct Owner {
    /// UID.
    pub uid: Box<str>,
    /// Kind.
    pub kind: Box<str>,
    /// Whether its deletion waits for the object's.
    pub waits: bool,
}

impl Brief {
    fn of(object: &Value) -> Self {
        let text = |value: &Value| Box::from(value.as_str().unwrap_or_default());
        let metadata = &object["metadata"];
        let items = |name: &str| metadata[name].as_array().into_iter().flatten();
        let owner = |owner: &Value| Owner {
            uid: text(&owner["uid"]),
            kind: text(&owner["kind"]),
            waits: owner["blockOwnerDeletion"] == true,
        };
        Self {
            uid: text(&metadata["uid"]),
            owners: items("ownerReferences").map(owner).collect(),
            finalizers: items("finalizers").map(text).collect(),
            is_deleting: metadata["deletionTimestamp"].is_string(),
            node: text(&object["spec"]["nodeName"]),
            address: text(&object["status"]["podIP"]),
            last: text(&object["lastTimestamp"]),
            target_group: text(&object["spec"]["targetGroupARN"]),
        }
    }
}

impl Shared {
    fn of_text(text: Arc<RawValue>) -> Self {
        Self(Arc::new(Forms {
            text: text.into(),
            ..Forms::default()
        }))
    }

    /// What is at hand of it, whether it rests or not.
    pub(crate) fn brief(&self) -> &Arc<Brief> {
        let Forms { tree, text, brief } = &*self.0;
        brief.get_or_init(|| {
            let brief = match tree.get() {
                Some(tree) => Brief::of(tree),
                None => Brief::of(&text.get().and_then(|text| parsed(text)).unwrap_or_default()),
            };
            Arc::new(brief)
        })
    }

    fn text(&self) -> Option<&Arc<RawValue>> {
        if self.0.text.get().is_none()
            && let Some(tree) = self.0.tree.get()
        {
            let text = serde_json::value::to_raw_value(tree).ok()?;
            self.0.text.get_or_init(|| text.into());
        }
        self.0.text.get()
    }

    /// The object, for somebody who may change it.
    pub(crate) fn into_value(self) -> Value {
        match Arc::try_unwrap(self.0) {
            Ok(mut forms) => forms
                .tree
                .take()
                .or_else(|| parsed(forms.text.get()?))
                .unwrap_or_default(),
            Err(shared) => Value::clone(&Self(shared)),
        }
    }

    /// Changes it here; others who have it keep it as it was.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Value)) {
        let mut tree = Value::clone(self);
        change(&mut tree);
        *self = tree.into();
    }

    /// Whether it rests.
    pub(super) fn is_at_rest(&self) -> bool {
        self.0.tree.get().is_none()
    }

    /// Lets it rest here, whatever others do with it.
    pub(crate) fn rest(&mut self) {
        if self.0.tree.get().is_none() {
            return;
        }
        if let Some(text) = self.text().cloned() {
            let brief = Arc::clone(self.brief());
            *self = Self(Arc::new(Forms {
                tree: OnceLock::new(),
                text: text.into(),
                brief: brief.into(),
            }));
        }
    }
}

/// The tree of a text, which was one or was read as JSON.
fn parsed(text: &RawValue) -> Option<Value> {
    serde_json::from_str(text.get()).ok()
}

impl From<Value> for Shared {
    fn from(object: Value) -> Self {
        Self(Arc::new(Forms {
            tree: object.into(),
            ..Forms::default()
        }))
    }
}

impl Deref for Shared {
    type Target = Value;

    fn deref(&self) -> &Value {
        let Forms { tree, text, .. } = &*self.0;
        tree.get_or_init(|| text.get().and_then(|text| parsed(text)).unwrap_or_default())
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Serialize for Shared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.text.get() {
            Some(text) => text.serialize(serializer),
            None => Value::serialize(self, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Shared {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|text| Self::of_text(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_that_rests_is_the_same_to_everybody() {
        let object = json!({"metadata": {"name": "a", "labels": {"x": "\u{1b}"}}, "spec": [1, 2.5, null]});
        let mut resting = Shared::from(object.clone());
        let held = resting.clone();
        resting.rest();
        assert!(resting.is_at_rest() && !held.is_at_rest(), "who has it keeps the tree");
        let written = serde_json::to_string(&[&resting]).unwrap();
        assert_eq!(written, serde_json::to_string(&[&held]).unwrap());
        assert!(resting.is_at_rest(), "nothing has to be made of it to be written");
        let read: [Shared; 1] = serde_json::from_str(&written).unwrap();
        assert!(read[0].is_at_rest());
        assert_eq!(*read[0], object);
        assert_eq!(resting.clone().into_value(), object);
        assert!(read[0].brief().uid.is_empty());
        resting.change(|value| value["spec"] = json!([]));
        assert_eq!((&resting["spec"], &held["spec"]), (&json!([]), &object["spec"]));
    }

    #[test]
    fn what_is_looked_for_is_at_hand_without_a_tree() {
        let object = json!({
            "metadata": {"uid": "u", "deletionTimestamp": "t", "finalizers": ["f"],
                "ownerReferences": [{"uid": "o", "kind": "ReplicaSet", "blockOwnerDeletion": true}, {}]},
            "spec": {"nodeName": "n"}, "lastTimestamp": null});
        let text = object.to_string();
        let read: Shared = serde_json::from_str(&text).unwrap();
        for shared in [read, object.into()] {
            let was_at_rest = shared.is_at_rest();
            let brief = shared.brief();
            assert_eq!(
                (&*brief.uid, &*brief.node, &*brief.last, brief.is_deleting),
                ("u", "n", "", true)
            );
            assert_eq!(*brief.finalizers, ["f".into()]);
            let owners: Vec<_> = brief
                .owners
                .iter()
                .map(|owner| (&*owner.uid, &*owner.kind, owner.waits))
                .collect();
            assert_eq!(owners, [("o", "ReplicaSet", true), ("", "", false)]);
            assert_eq!(shared.is_at_rest(), was_at_rest);
        }
    }
}
