//! Field by field: what is there against what would be there.
//!
//! An object's diff compares the live object with the server's dry run of ours, so defaults and mutations are on both
//! sides and only intent remains. What the server and the controllers keep for themselves is not shown but counted.

use serde_json::{Map, Value};

use super::change::FieldDiff;
use super::path::{Path, PathStep, keyed_items};
use crate::model::{LOOK_AGAIN_ANNOTATION, Object};

/// Fields that nobody plans: the server or a controller writes them.
const NOISE: &[&[&str]] = &[
    &["metadata", "managedFields"],
    &["metadata", "uid"],
    &["metadata", "resourceVersion"],
    &["metadata", "generation"],
    &["metadata", "creationTimestamp"],
    &["metadata", "selfLink"],
    &["status"],
    &[
        "metadata",
        "annotations",
        "kubectl.kubernetes.io/last-applied-configuration",
    ],
    &["metadata", "annotations", "deployment.kubernetes.io/revision"],
    &["metadata", "annotations", LOOK_AGAIN_ANNOTATION],
];

/// A difference with its path still in steps, so that owners can be looked up.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference {
    /// Where.
    pub(crate) path: Path,
    /// What is there.
    pub(crate) before: Option<Value>,
    /// What would be there.
    pub(crate) after: Option<Value>,
}

impl Difference {
    /// The same for the plan.
    pub(crate) fn shown(&self) -> FieldDiff {
        FieldDiff {
            path: self.path.to_string(),
            before: self.before.clone(),
            after: self.after.clone(),
        }
    }
}

/// Differences worth showing, and how many are not.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ObjectDiff {
    /// In the order of the fields' names.
    pub(crate) differences: Vec<Difference>,
    /// How many noisy fields differ, too.
    pub(crate) hidden: u32,
}

/// Whether the path is one that the server or a controller writes.
pub(crate) fn is_noise(path: &Path) -> bool {
    NOISE.iter().any(|fields| path.is_under(fields))
}

/// What turns `live` into `planned`.
pub(crate) fn objects(live: &Object, planned: &Object) -> ObjectDiff {
    let mut diff = ObjectDiff::default();
    compare(
        Some(&without_noise(&live.0)),
        Some(&without_noise(&planned.0)),
        &Path::default(),
        &mut diff.differences,
    );
    let noisy = NOISE
        .iter()
        .filter(|fields| at(&live.0, fields) != at(&planned.0, fields))
        .count();
    diff.hidden = u32::try_from(noisy).unwrap_or(u32::MAX);
    diff
}

/// What a manifest would change in `live` where no dry run of the server shows it: only fields that the manifest names are
/// looked at, since all others would get defaults or stay.
pub(crate) fn manifest(live: &Object, wanted: &Object) -> Vec<Difference> {
    let mut differences = Vec::new();
    compare(
        Some(&live.0),
        Some(&overlay(&live.0, &wanted.0)),
        &Path::default(),
        &mut differences,
    );
    differences.retain(|difference| !is_noise(&difference.path));
    differences
}

fn at<'v>(object: &'v Value, fields: &[&str]) -> Option<&'v Value> {
    fields.iter().try_fold(object, |value, field| value.get(field))
}

fn without_noise(object: &Value) -> Value {
    let mut copy = object.clone();
    for fields in NOISE {
        if let Some((last, parents)) = fields.split_last()
            && let Some(parent) = parents
                .iter()
                .try_fold(&mut copy, |value, field| value.get_mut(field))
                .and_then(Value::as_object_mut)
        {
            parent.remove(*last);
        }
    }
    copy
}

/// `live` with what `wanted` names laid over it.
fn overlay(live: &Value, wanted: &Value) -> Value {
    let (Value::Object(base), Value::Object(over)) = (live, wanted) else {
        return wanted.clone();
    };
    let mut merged = base.clone();
    for (name, value) in over {
        let laid = match (base.get(name), value) {
            (Some(Value::Array(old)), Value::Array(new)) => overlay_list(name, old, new),
            (Some(old), new) => overlay(old, new),
            (None, new) => new.clone(),
        };
        merged.insert(name.clone(), laid);
    }
    Value::Object(merged)
}

fn overlay_list(name: &str, old: &[Value], new: &[Value]) -> Value {
    let (Some(before), Some(after)) = (keyed_items(name, old), keyed_items(name, new)) else {
        let in_place = old.len() == new.len();
        let laid = new.iter().enumerate().map(|(i, item)| match old.get(i) {
            Some(was) if in_place => overlay(was, item),
            _ => item.clone(),
        });
        return laid.collect();
    };
    let over = |key: &PathStep| after.iter().find(|(other, _)| other == key).map(|(_, item)| *item);
    let kept = before
        .iter()
        .map(|(key, item)| over(key).map_or_else(|| (*item).clone(), |wanted| overlay(item, wanted)));
    let added = after
        .iter()
        .filter(|(key, _)| !before.iter().any(|(other, _)| other == key))
        .map(|(_, item)| (*item).clone());
    kept.chain(added).collect()
}

fn compare(before: Option<&Value>, after: Option<&Value>, path: &Path, found: &mut Vec<Difference>) {
    match (before, after) {
        _ if before == after => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => compare_maps(old, new, path, found),
        // A map of labels that is new or gone is shown label by label.
        (None, Some(Value::Object(new))) if is_text_map(path) => compare_maps(&Map::new(), new, path, found),
        (Some(Value::Object(old)), None) if is_text_map(path) => compare_maps(old, &Map::new(), path, found),
        (Some(Value::Array(old)), Some(Value::Array(new))) => compare_lists(old, new, path, found),
        _ => found.push(Difference {
            path: path.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
}

fn is_text_map(path: &Path) -> bool {
    path.is_under(&["metadata"]) && matches!(path.last_field(), "labels" | "annotations")
}

fn compare_maps(old: &Map<String, Value>, new: &Map<String, Value>, path: &Path, found: &mut Vec<Difference>) {
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        compare(old.get(name), new.get(name), &path.field(name), found);
    }
}

fn compare_lists(old: &[Value], new: &[Value], path: &Path, found: &mut Vec<Difference>) {
    if let (Some(before), Some(after)) = (keyed_items(path.last_field(), old), keyed_items(path.last_field(), new)) {
        for (key, item) in &before {
            let now = after.iter().find(|(other, _)| other == key).map(|(_, item)| *item);
            compare(Some(item), now, &path.then(key.clone()), found);
        }
        for (key, item) in after
            .iter()
            .filter(|(key, _)| !before.iter().any(|(other, _)| other == key))
        {
            compare(None, Some(item), &path.then(key.clone()), found);
        }
    } else if old.len() == new.len() {
        for (i, (was, is)) in old.iter().zip(new).enumerate() {
            compare(Some(was), Some(is), &path.then(PathStep::Index(i)), found);
        }
    } else {
        found.push(Difference {
            path: path.clone(),
            before: Some(old.to_vec().into()),
            after: Some(new.to_vec().into()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(differences: &[Difference]) -> String {
        differences
            .iter()
            .map(|d| {
                let value = |v: &Option<Value>| v.as_ref().map_or("-".to_owned(), Value::to_string);
                format!("{}: {} -> {}", d.path, value(&d.before), value(&d.after))
            })
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn live() -> Object {
        Object(json!({
            "metadata": {"uid": "u", "resourceVersion": "7", "generation": 1, "labels": {"a": "1"}, "managedFields": []},
            "spec": {"replicas": 5, "template": {"spec": {"containers": [
                {"name": "side", "image": "s"},
                {"name": "app-2048", "image": "old", "ports": [{"containerPort": 80, "protocol": "TCP"}]},
            ]}}},
            "status": {"readyReplicas": 5},
        }))
    }

    #[test]
    fn intent_is_shown_and_noise_counted() {
        let mut planned = live();
        planned.0["metadata"]["generation"] = json!(2);
        planned.0["metadata"]["managedFields"] = json!([{}]);
        planned.0["metadata"]["annotations"] = json!({"lab2048.dev/replicas": "3"});
        planned.0["spec"]["replicas"] = json!(3);
        planned.0["spec"]["template"]["spec"]["containers"] = json!([
            {"name": "app-2048", "image": "new", "ports": [{"containerPort": 8080, "protocol": "TCP"}]},
            {"name": "side", "image": "s"},
        ]);
        let diff = objects(&live(), &planned);
        assert_eq!(diff.hidden, 2);
        insta::assert_snapshot!(text(&diff.differences), @r#"
        metadata.annotations[lab2048.dev/replicas]: - -> "3"
        spec.replicas: 5 -> 3
        spec.template.spec.containers[app-2048].image: "old" -> "new"
        spec.template.spec.containers[app-2048].ports[80/TCP]: {"containerPort":80,"protocol":"TCP"} -> -
        spec.template.spec.containers[app-2048].ports[8080/TCP]: - -> {"containerPort":8080,"protocol":"TCP"}
        "#);
    }

    #[test]
    fn the_same_object_has_no_differences() {
        assert_eq!(objects(&live(), &live()), ObjectDiff::default());
    }

    #[test]
    fn a_manifest_changes_only_what_it_names() {
        let wanted = Object(json!({
            "metadata": {"labels": {"b": "2"}},
            "spec": {"replicas": 5, "template": {"spec": {"containers": [
                {"name": "app-2048", "image": "new", "ports": [{"containerPort": 80}]},
            ]}}},
        }));
        insta::assert_snapshot!(text(&manifest(&live(), &wanted)), @r#"
        metadata.labels.b: - -> "2"
        spec.template.spec.containers[app-2048].image: "old" -> "new"
        "#);
    }

    #[test]
    fn lists_without_keys_are_compared_by_position_or_as_a_whole() {
        let old = Object(json!({"spec": {"rules": [{"host": "a"}], "args": ["x"]}}));
        let new = Object(json!({"spec": {"rules": [{"host": "b"}], "args": ["x", "y"]}}));
        insta::assert_snapshot!(text(&objects(&old, &new).differences), @r#"
        spec.args: ["x"] -> ["x","y"]
        spec.rules[0].host: "a" -> "b"
        "#);
    }
}
