//! Who set which field, as `metadata.managedFields` has it in its format `FieldsV1`.
//!
//! A set of fields is a map from path elements to sets: `f:NAME` is a field, `k:{…}` the item of a list with these merge
//! keys, `v:…` a value of a set, `i:N` an item by position, and `.` the element itself. An empty set owns all below it.

use serde_json::{Map, Value};

use crate::model::object::Object;

/// The manager under which `kubectl apply` writes.
const CLIENT_SIDE_APPLY: &str = "kubectl-client-side-apply";
/// The annotation in which `kubectl apply` keeps what it sent.
const LAST_APPLIED: [&str; 3] = [
    "f:metadata",
    "f:annotations",
    "f:kubectl.kubernetes.io/last-applied-configuration",
];

/// Whether an entry is of `kubectl apply` or a relative that keeps the same annotation: `kubectl create --save-config`,
/// and kubectl before 1.19 under other names.
///
/// What it owns is the whole of a manifest, defaults included, so who takes the object over takes all of it: else fields
/// that nobody wishes any more stay for ever. (kubectl migrates in the same way, `k8s.io/client-go/util/csaupgrade`)
pub fn is_client_side_apply(entry: &Value) -> bool {
    let fields = |of: &Value| {
        LAST_APPLIED
            .iter()
            .try_fold(of.clone(), |value, name| value.get(name).cloned())
    };
    let is_whole = entry["subresource"].as_str().unwrap_or_default().is_empty();
    is_whole
        && entry["operation"] == "Update"
        && (entry["manager"] == CLIENT_SIDE_APPLY || fields(&entry["fieldsV1"]).is_some())
}

impl Object {
    /// The entries of `metadata.managedFields` with all that `kubectl apply` owned given to `manager`, as applied by it;
    /// `None` if there is nothing to give. Entries of another version of the object's API are left as they are.
    pub fn handed_over_to(&self, manager: &str) -> Option<Vec<Value>> {
        let version = self.at("/apiVersion")?;
        let (given, mut kept): (Vec<Value>, Vec<Value>) = self
            .items("/metadata/managedFields")
            .cloned()
            .partition(|entry| is_client_side_apply(entry) && entry["apiVersion"] == *version);
        if given.is_empty() {
            return None;
        }
        let is_ours = |entry: &&mut Value| is_applied_by(entry, manager) && entry["apiVersion"] == *version;
        let mut fields = Value::Object(Map::new());
        for entry in &given {
            unite(&mut fields, &entry["fieldsV1"]);
        }
        if let Some(ours) = kept.iter_mut().find(is_ours) {
            unite(&mut ours["fieldsV1"], &fields);
        } else {
            let mut ours = given.into_iter().next()?;
            ours["manager"] = manager.into();
            ours["operation"] = "Apply".into();
            ours["fieldsV1"] = fields;
            kept.push(ours);
        }
        Some(kept)
    }

    /// What `manager` has applied: the fields that it owns, with the values that they have now. Applied again it changes
    /// nothing. `None` if it has applied nothing.
    pub fn applied_by(&self, manager: &str) -> Option<Self> {
        let entry = self
            .items("/metadata/managedFields")
            .find(|entry| is_applied_by(entry, manager))?;
        let mut applied = extract(&self.0, entry["fieldsV1"].as_object()?);
        for field in ["apiVersion", "kind"] {
            applied[field] = self.0[field].clone();
        }
        for field in ["name", "namespace"] {
            if let Some(value) = self.0["metadata"].get(field) {
                applied["metadata"][field] = value.clone();
            }
        }
        Some(Self(applied))
    }
}

fn is_applied_by(entry: &Value, manager: &str) -> bool {
    entry["manager"] == manager && entry["operation"] == "Apply"
}

/// Adds the fields of `more`.
fn unite(fields: &mut Value, more: &Value) {
    let (Some(all), Some(more)) = (fields.as_object_mut(), more.as_object()) else {
        return;
    };
    for (element, below) in more {
        match all.get_mut(element) {
            Some(known) => unite(known, below),
            None => {
                all.insert(element.clone(), below.clone());
            }
        }
    }
}

/// The part of `value` that is in the set.
fn extract(value: &Value, fields: &Map<String, Value>) -> Value {
    if fields.is_empty() {
        return value.clone();
    }
    match value {
        Value::Object(map) => {
            let owned = map.iter().filter_map(|(name, value)| {
                let below = fields.get(&format!("f:{name}"))?.as_object()?;
                Some((name.clone(), extract(value, below)))
            });
            Value::Object(owned.collect())
        }
        // In the order in which the items are there.
        Value::Array(items) => {
            let owned = items.iter().enumerate();
            owned
                .filter_map(|(position, item)| extract_item(position, item, fields))
                .collect()
        }
        scalar => scalar.clone(),
    }
}

/// The part of a list's item that is in the list's set, its merge keys included.
fn extract_item(position: usize, item: &Value, fields: &Map<String, Value>) -> Option<Value> {
    fields
        .iter()
        .find_map(|(element, below)| match element.split_once(':')? {
            ("k", keys) => {
                let keys: Map<String, Value> = serde_json::from_str(keys).ok()?;
                if !keys.iter().all(|(name, value)| item.get(name) == Some(value)) {
                    return None;
                }
                let mut part = extract(item, below.as_object()?);
                for (name, value) in keys {
                    part[name] = value;
                }
                Some(part)
            }
            ("v", value) => (serde_json::from_str::<Value>(value).ok()? == *item).then(|| item.clone()),
            ("i", index) => (index.parse() == Ok(position)).then(|| item.clone()),
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(entries: &Value) -> Object {
        Object(json!({
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": "game", "namespace": "ns", "uid": "u", "labels": {"a": "1", "b": "2"},
                "finalizers": ["x", "y"], "managedFields": entries},
            "spec": {"replicas": 3, "template": {"spec": {"containers": [
                {"name": "side", "image": "s"},
                {"name": "app", "image": "i", "imagePullPolicy": "Always", "resources": {},
                 "ports": [{"containerPort": 80, "protocol": "TCP"}]},
            ]}}},
            "status": {"replicas": 3},
        }))
    }

    fn entry(manager: &str, operation: &str, fields: &Value) -> Value {
        json!({"manager": manager, "operation": operation, "apiVersion": "apps/v1", "fieldsType": "FieldsV1",
            "time": "2026-11-23T10:00:00Z", "fieldsV1": fields})
    }

    #[test]
    fn what_was_applied_has_the_fields_of_the_manager_with_their_present_values() {
        let fields = json!({
            "f:metadata": {"f:labels": {"f:a": {}}, "f:finalizers": {"v:\"y\"": {}}},
            "f:spec": {"f:replicas": {}, "f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"app\"}": {
                ".": {}, "f:name": {}, "f:image": {}, "f:resources": {},
                "f:ports": {"k:{\"containerPort\":80,\"protocol\":\"TCP\"}": {".": {}}}}}}}},
        });
        let live = object(&json!([
            entry("us", "Update", &json!({})),
            entry("us", "Apply", &fields)
        ]));
        assert_eq!(
            live.applied_by("us").unwrap().0,
            json!({
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": {"name": "game", "namespace": "ns", "labels": {"a": "1"}, "finalizers": ["y"]},
                "spec": {"replicas": 3, "template": {"spec": {"containers": [
                    {"name": "app", "image": "i", "resources": {}, "ports": [{"containerPort": 80, "protocol": "TCP"}]},
                ]}}},
            })
        );
        assert_eq!(live.applied_by("them"), None);
    }

    #[test]
    fn what_kubectl_applied_is_handed_over_and_nothing_else() {
        let annotated = json!({"f:metadata": {"f:annotations": {
            ".": {}, "f:kubectl.kubernetes.io/last-applied-configuration": {}}}});
        let image = json!({"f:spec": {"f:image": {}}});
        let scaled = json!({"manager": "kubectl", "operation": "Update", "subresource": "scale", "apiVersion": "apps/v1",
            "fieldsV1": {"f:spec": {"f:replicas": {}}}});
        let others = [scaled, entry("kubectl-edit", "Update", &json!({"f:spec": {"f:x": {}}}))];
        let all = |ours: &[Value]| {
            let mut entries = vec![
                entry("kubectl-client-side-apply", "Update", &image),
                entry("kubectl", "Update", &annotated),
            ];
            entries.extend(others.iter().chain(ours).cloned());
            object(&json!(entries)).handed_over_to("us").unwrap()
        };
        let mut united = annotated.clone();
        united["f:spec"] = json!({"f:image": {}});
        let new = all(&[]);
        assert_eq!(new[..2], others);
        assert_eq!(
            (&new[2]["manager"], &new[2]["operation"]),
            (&json!("us"), &json!("Apply"))
        );
        assert_eq!(new[2]["fieldsV1"], united);

        let with_ours = all(&[entry("us", "Apply", &json!({"f:spec": {"f:image": {}, "f:y": {}}}))]);
        united["f:spec"]["f:y"] = json!({});
        assert_eq!((with_ours.len(), &with_ours[2]["fieldsV1"]), (3, &united));

        assert_eq!(object(&json!(others)).handed_over_to("us"), None);
    }
}
