//! Who owns which field: `metadata.managedFields` of an object, in its format `FieldsV1`.
//!
//! A set is a map from path elements to sets: `f:NAME` is a field, `k:{…}` the item of a list with these merge keys,
//! `v:…` a value of a set, `i:N` an item by position, and `.` the element itself. An empty set owns all below it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::path::{Path, PathStep};
use crate::lbc;
use crate::model::{MANAGER, Object, is_client_side_apply};

/// Managers that are controllers of the cluster: what they write beside us is their business and not drift.
const CONTROLLERS: &[&str] = &[
    "kube-controller-manager",
    "kube-apiserver",
    "kube-scheduler",
    "kubelet",
    lbc::NAME,
    "controller",
    "eks",
];

/// One entry of `metadata.managedFields`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Manager {
    /// Its name, such as `kubectl`.
    pub(crate) name: String,
    /// The subresource it wrote through, such as `scale`.
    pub(crate) subresource: Option<String>,
    /// When it last changed its set.
    pub(crate) at: Option<Timestamp>,
    /// Whether this is `kubectl apply`, whose fields become ours where the object does.
    pub(crate) is_client_side: bool,
    fields: FieldSet,
}

impl Manager {
    /// Whether this is us.
    pub(crate) fn is_us(&self) -> bool {
        self.name == MANAGER
    }

    /// Whether this is a controller of the cluster, or anybody's report of status.
    pub(crate) fn is_controller(&self) -> bool {
        CONTROLLERS.contains(&self.name.as_str()) || self.subresource.as_deref() == Some("status")
    }

    /// Whether it owns the field at `path`.
    pub(crate) fn owns(&self, path: &Path) -> bool {
        self.fields.covers(&path.0)
    }

    /// The name as users know it: `kubectl (scale)`.
    pub(crate) fn words(&self) -> String {
        match &self.subresource {
            Some(subresource) => format!("{} ({subresource})", self.name),
            None => self.name.clone(),
        }
    }

    /// The paths of the leaves it owns, for fields and keyed items; positions and values of sets end a path.
    pub(crate) fn leaves(&self) -> Vec<Path> {
        let mut found = Vec::new();
        self.fields.walk(&Path::default(), &mut found);
        found
    }
}

/// All entries of an object, in its order. What cannot be read is left out.
pub(crate) fn managers(object: &Object) -> Vec<Manager> {
    object
        .items("/metadata/managedFields")
        .filter_map(|entry| {
            let text = |name: &str| entry.get(name).and_then(Value::as_str);
            Some(Manager {
                name: text("manager")?.to_owned(),
                subresource: text("subresource").filter(|s| !s.is_empty()).map(str::to_owned),
                at: text("time").and_then(|time| time.parse().ok()),
                is_client_side: is_client_side_apply(entry),
                fields: FieldSet::parse(entry.get("fieldsV1")?.as_object()?),
            })
        })
        .collect()
}

/// A set of paths.
#[derive(Debug, Clone, PartialEq, Default)]
struct FieldSet {
    fields: BTreeMap<String, FieldSet>,
    items: Vec<(Map<String, Value>, FieldSet)>,
    positions: BTreeMap<usize, FieldSet>,
    /// Whether single values of a list are owned.
    has_values: bool,
}

impl FieldSet {
    fn parse(map: &Map<String, Value>) -> Self {
        let mut set = Self::default();
        for (element, below) in map {
            let below = || below.as_object().map(Self::parse).unwrap_or_default();
            match element.split_once(':') {
                Some(("f", name)) => {
                    set.fields.insert(name.to_owned(), below());
                }
                Some(("k", keys)) => {
                    if let Ok(keys) = serde_json::from_str(keys) {
                        set.items.push((keys, below()));
                    }
                }
                Some(("i", position)) => {
                    if let Ok(position) = position.parse() {
                        set.positions.insert(position, below());
                    }
                }
                Some(("v", _)) => set.has_values = true,
                _ => {}
            }
        }
        set
    }

    /// Whether the set ends here and so owns all below.
    fn is_leaf(&self) -> bool {
        self.fields.is_empty() && self.items.is_empty() && self.positions.is_empty()
    }

    fn covers(&self, steps: &[PathStep]) -> bool {
        let Some((first, rest)) = steps.split_first() else {
            return true;
        };
        let below = match first {
            PathStep::Field(name) => self.fields.get(name),
            PathStep::Item(keys) => self.item(keys),
            PathStep::Index(position) => self.positions.get(position),
        };
        below.map_or_else(|| false, |set| set.is_leaf() || set.covers(rest))
    }

    fn item(&self, keys: &[(&'static str, Value)]) -> Option<&Self> {
        self.items
            .iter()
            .find(|(owned, _)| {
                owned
                    .iter()
                    .all(|(name, value)| keys.iter().any(|(key, other)| key == name && other == value))
            })
            .map(|(_, set)| set)
    }

    fn walk(&self, path: &Path, found: &mut Vec<Path>) {
        if self.is_leaf() {
            found.push(path.clone());
            return;
        }
        for (name, set) in &self.fields {
            set.walk(&path.field(name), found);
        }
        for (keys, set) in &self.items {
            set.walk(&path.then(PathStep::owned(keys)), found);
        }
    }
}

impl PathStep {
    /// The step to an item with the keys as `FieldsV1` gives them; names that are no merge key we know are left out.
    fn owned(keys: &Map<String, Value>) -> Self {
        const KNOWN: &[&str] = &[
            "name",
            "containerPort",
            "port",
            "protocol",
            "mountPath",
            "devicePath",
            "ip",
            "topologyKey",
            "whenUnsatisfiable",
            "uid",
            "type",
        ];
        Self::Item(
            KNOWN
                .iter()
                .filter_map(|name| Some((*name, keys.get(*name)?.clone())))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// As recorded from a real API server after `kubectl apply --server-side` and `kubectl scale`.
    fn scaled() -> Object {
        Object(json!({"metadata": {"managedFields": [
            {"manager": "lab2048", "operation": "Apply", "fieldsType": "FieldsV1", "time": "2026-11-23T23:20:39Z",
             "fieldsV1": {"f:spec": {"f:selector": {}, "f:template": {"f:spec": {"f:containers": {
                "k:{\"name\":\"app-2048\"}": {".": {}, "f:image": {}, "f:ports": {
                    "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}, "f:containerPort": {}}}}}}}}}},
            {"manager": "kubectl", "operation": "Update", "subresource": "scale", "fieldsType": "FieldsV1",
             "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            {"manager": "kube-controller-manager", "operation": "Update", "subresource": "status",
             "fieldsType": "FieldsV1", "fieldsV1": {"f:status": {"f:replicas": {}}}},
        ]}}))
    }

    fn owners(path: &Path) -> String {
        let all = managers(&scaled());
        let names: Vec<_> = all.iter().filter(|m| m.owns(path)).map(Manager::words).collect();
        names.join(", ")
    }

    #[test]
    fn owners_are_found_by_path() {
        let spec = Path::default().field("spec");
        let container = spec
            .field("template")
            .field("spec")
            .field("containers")
            .then(PathStep::Item(vec![("name", json!("app-2048"))]));
        assert_eq!(owners(&spec.field("replicas")), "kubectl (scale)");
        assert_eq!(owners(&container.field("image")), "lab2048");
        assert_eq!(owners(&container.field("imagePullPolicy")), "");
        assert_eq!(
            owners(&spec.field("selector").field("matchLabels")),
            "lab2048",
            "an empty set owns all below"
        );
        let port = PathStep::Item(vec![("containerPort", json!(80)), ("protocol", json!("TCP"))]);
        assert_eq!(
            owners(&container.field("ports").then(port).field("containerPort")),
            "lab2048"
        );
        let another = PathStep::Item(vec![("containerPort", json!(443)), ("protocol", json!("TCP"))]);
        assert_eq!(
            owners(&container.field("ports").then(another).field("containerPort")),
            "",
            "all keys of an item count"
        );
    }

    #[test]
    fn leaves_and_times_are_read() {
        let all = managers(&scaled());
        let leaves: Vec<_> = all[0].leaves().iter().map(ToString::to_string).collect();
        assert_eq!(
            leaves,
            [
                "spec.selector",
                "spec.template.spec.containers[app-2048].image",
                "spec.template.spec.containers[app-2048].ports[80/TCP].containerPort",
            ]
        );
        assert_eq!(all[0].at, Some("2026-11-23T23:20:39Z".parse().unwrap()));
        assert!(all[0].is_us() && all[1].at.is_none() && all[2].is_controller());
    }

    #[test]
    fn nonsense_is_left_out() {
        let object = Object(json!({"metadata": {"managedFields": [{"manager": "x"}, 3, {"fieldsV1": {}}]}}));
        assert!(managers(&object).is_empty());
    }
}
