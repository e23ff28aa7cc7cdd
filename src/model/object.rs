//! Kubernetes objects as plain JSON, with the few accessors everybody needs.
//!
//! The lab handles any kind a template may add, so objects stay untyped; `serde_json::Value` also keeps
//! fields that our client library does not know yet, which a diff must not lose.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The field manager and the value of [`MANAGED_BY_LABEL`] under which we write.
pub const MANAGER: &str = "lab2048";
/// Marks every object of a lab; the value is [`MANAGER`].
pub const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
/// Names the lab an object belongs to.
pub const LAB_LABEL: &str = "lab2048.dev/lab";
/// On a Namespace: it was handed out to a participant with `fleet access`, and what they may do is written in it.
pub const HANDED_OUT_LABEL: &str = "lab2048.dev/handed-out";
/// On the Deployment: the number of replicas asked for with `scale`, kept by later plans.
pub const REPLICAS_ANNOTATION: &str = "lab2048.dev/replicas";
/// On an Ingress: when the load balancer controller was last told to look at it again, which it does at every change.
pub const LOOK_AGAIN_ANNOTATION: &str = "lab2048.dev/look-again";
/// On the Lease of a lab's lock: that its holder waits for what its cluster gives to one at a time, and since when.
pub const QUEUES_ANNOTATION: &str = "lab2048.dev/queues";

/// Where an object lives: enough to build its URL without discovery.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ObjectKey {
    /// Group and version, such as `apps/v1`.
    pub api_version: String,
    /// Kind, such as `Deployment`.
    pub kind: String,
    /// Namespace; none for cluster-scoped kinds.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind.to_lowercase(), self.name)
    }
}

/// One Kubernetes object, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Object(pub Value);

impl Object {
    /// A copy without `metadata.managedFields`.
    #[must_use]
    pub fn without_managers(&self) -> Self {
        let Value::Object(fields) = &self.0 else {
            return self.clone();
        };
        let copied = |(name, value): (&String, &Value)| match value {
            Value::Object(metadata) if name == "metadata" => {
                let kept = metadata.iter().filter(|(name, _)| *name != "managedFields");
                let kept = kept.map(|(name, value)| (name.clone(), value.clone()));
                (name.clone(), Value::Object(kept.collect()))
            }
            _ => (name.clone(), value.clone()),
        };
        Self(Value::Object(fields.iter().map(copied).collect()))
    }

    /// The value at a JSON pointer such as `/spec/replicas`.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        if pointer.contains('~') {
            return self.0.pointer(pointer);
        }
        // What has no escapes needs no copies of its parts, as `Value::pointer` makes them; this is called more than anything.
        pointer.split('/').skip(1).try_fold(&self.0, |value, part| match value {
            Value::Object(map) => map.get(part),
            Value::Array(items) => items.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The text at a JSON pointer.
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer).and_then(Value::as_str)
    }

    /// The whole number at a JSON pointer.
    pub fn number(&self, pointer: &str) -> Option<i64> {
        self.at(pointer).and_then(Value::as_i64)
    }

    /// Whether the boolean at a JSON pointer is true.
    pub fn flag(&self, pointer: &str) -> bool {
        self.at(pointer).and_then(Value::as_bool) == Some(true)
    }

    /// The elements of the list at a JSON pointer; none where there is no list.
    pub fn items(&self, pointer: &str) -> impl Iterator<Item = &Value> {
        self.at(pointer).and_then(Value::as_array).into_iter().flatten()
    }

    /// `metadata.name`, empty when absent.
    pub fn name(&self) -> &str {
        self.text("/metadata/name").unwrap_or_default()
    }

    /// `metadata.namespace`.
    pub fn namespace(&self) -> Option<&str> {
        self.text("/metadata/namespace")
    }

    /// `kind`, empty when absent.
    pub fn kind(&self) -> &str {
        self.text("/kind").unwrap_or_default()
    }

    /// `metadata.uid`.
    pub fn uid(&self) -> Option<&str> {
        self.text("/metadata/uid")
    }

    /// `metadata.resourceVersion`.
    pub fn resource_version(&self) -> Option<&str> {
        self.text("/metadata/resourceVersion")
    }

    /// Whether the object has a deletion timestamp.
    pub fn is_deleting(&self) -> bool {
        self.at("/metadata/deletionTimestamp").is_some()
    }

    /// A label's value.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.at("/metadata/labels")?.get(key)?.as_str()
    }

    /// An annotation's value.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.at("/metadata/annotations")?.get(key)?.as_str()
    }

    /// The text entries of the map at a JSON pointer, such as `/metadata/labels`.
    pub fn text_map(&self, pointer: &str) -> BTreeMap<String, String> {
        self.at(pointer)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())))
            .collect()
    }

    /// Kind and name of the object that manages this one, if one does.
    pub fn controller(&self) -> Option<(&str, &str)> {
        let mut owners = self.items("/metadata/ownerReferences");
        let controller = owners.find(|owner| owner["controller"] == true)?;
        Some((controller["kind"].as_str()?, controller["name"].as_str()?))
    }

    /// Where the object lives.
    pub fn key(&self) -> ObjectKey {
        ObjectKey {
            api_version: self.text("/apiVersion").unwrap_or_default().to_owned(),
            kind: self.kind().to_owned(),
            namespace: self.namespace().map(str::to_owned),
            name: self.name().to_owned(),
        }
    }

    /// Whether the object has the labels of the lab named `lab`.
    pub fn belongs_to(&self, lab: &str) -> bool {
        self.label(MANAGED_BY_LABEL) == Some(MANAGER) && self.label(LAB_LABEL) == Some(lab)
    }

    /// Whether it is a Namespace that was handed out to a participant: a lab uses it as it is, and does not own it.
    pub fn is_handed_out(&self) -> bool {
        self.kind() == "Namespace" && self.label(HANDED_OUT_LABEL).is_some()
    }
}
