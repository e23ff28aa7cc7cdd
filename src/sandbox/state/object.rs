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

/// At least one is there.
#[derive(Debug, Default)]
struct Forms {
    tree: OnceLock<Value>,
    text: OnceLock<Arc<RawValue>>,
}

impl Shared {
    fn of_text(text: Arc<RawValue>) -> Self {
        let forms = Forms::default();
        forms.text.get_or_init(|| text);
        Self(Arc::new(forms))
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
    #[cfg(test)]
    pub(super) fn is_at_rest(&self) -> bool {
        self.0.tree.get().is_none()
    }

    /// Lets it rest here, whatever others do with it.
    pub(crate) fn rest(&mut self) {
        if self.0.tree.get().is_none() {
            return;
        }
        if let Some(text) = self.text().cloned() {
            *self = Self::of_text(text);
        }
    }
}

/// The tree of a text, which was one or was read as JSON.
fn parsed(text: &RawValue) -> Option<Value> {
    serde_json::from_str(text.get()).ok()
}

impl From<Value> for Shared {
    fn from(object: Value) -> Self {
        let forms = Forms::default();
        forms.tree.get_or_init(|| object);
        Self(Arc::new(forms))
    }
}

impl Deref for Shared {
    type Target = Value;

    fn deref(&self) -> &Value {
        let Forms { tree, text } = &*self.0;
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
        resting.change(|value| value["spec"] = json!([]));
        assert_eq!((&resting["spec"], &held["spec"]), (&json!([]), &object["spec"]));
    }
}
