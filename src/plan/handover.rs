//! What becomes of the fields of an object that is taken over: those that `kubectl apply` owned become ours, so that what
//! of them we do not wish goes; those of others stay.
//!
//! The server cannot be asked what the first part leads to, as a dry run keeps nothing between two requests. It is computed
//! here from two of its answers: what it would make of ours on top of what is there, and of ours alone.

use serde_json::Value;

use super::diff::is_noise;
use super::drift::{ForeignChanges, find, list_kept};
use super::fields::managers;
use super::path::{Path, PathStep};
use crate::model::Object;

/// The object as it will be: `planned`, the answer to the dry run, without what only `kubectl apply` wished. `alone` is the
/// answer for ours alone; its defaults take the place of what goes.
pub(super) fn result(planned: &Object, alone: Option<&Object>) -> Object {
    let managers = managers(planned);
    let mut result = planned.clone();
    let stays = |path: &Path| {
        managers
            .iter()
            .any(|manager| !manager.is_client_side && manager.owns(path))
    };
    for manager in managers.iter().filter(|manager| manager.is_client_side) {
        for path in manager.leaves().iter().filter(|path| !stays(path)) {
            let default = alone.and_then(|alone| find(&alone.0, &path.0));
            set(&mut result.0, &Path::default(), &path.0, default, &stays);
        }
    }
    result
}

/// What others have set and keep, as far as it is not what the server itself would set. `result` is the object as it will
/// be; its `managedFields` are those of the dry run.
pub(super) fn kept(result: &Object, alone: Option<&Object>) -> ForeignChanges {
    let managers = managers(result);
    let mut kept = ForeignChanges::default();
    let others = managers
        .iter()
        .filter(|manager| !manager.is_us() && !manager.is_controller() && !manager.is_client_side);
    for manager in others {
        let is_theirs = |path: &Path| {
            let default = alone.and_then(|alone| find(&alone.0, &path.0));
            !is_noise(path)
                && !managers.iter().any(|manager| manager.is_us() && manager.owns(path))
                && find(&result.0, &path.0) != default
        };
        let paths = manager.leaves().into_iter().filter(is_theirs).collect();
        list_kept(result, manager, paths, &mut kept);
    }
    kept
}

/// Gives the field at `path` below `steps` a value, or removes it together with the maps and items that it was all of,
/// unless they stay.
fn set(value: &mut Value, path: &Path, steps: &[PathStep], new: Option<&Value>, stays: &dyn Fn(&Path) -> bool) {
    let Some((first, rest)) = steps.split_first() else {
        if let Some(new) = new {
            *value = new.clone();
        }
        return;
    };
    let here = path.then(first.clone());
    let Some(below) = child(value, first) else { return };
    set(below, &here, rest, new, stays);
    let is_bare = is_bare(below, first);
    let goes = new.is_none() && (rest.is_empty() || is_bare) && !stays(&here);
    // A merge key goes with its item.
    if goes && !path.0.last().is_some_and(|item| is_key(item, first)) {
        remove(value, first);
    }
}

/// Whether nothing is left of a map, or of an item but its merge keys.
fn is_bare(value: &Value, step: &PathStep) -> bool {
    let is_key = |name: &String| matches!(step, PathStep::Item(keys) if keys.iter().any(|(key, _)| key == name));
    match value {
        Value::Object(map) => map.keys().all(is_key),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn is_key(item: &PathStep, field: &PathStep) -> bool {
    match (item, field) {
        (PathStep::Item(keys), PathStep::Field(name)) => keys.iter().any(|(key, _)| key == name),
        _ => false,
    }
}

fn child<'v>(value: &'v mut Value, step: &PathStep) -> Option<&'v mut Value> {
    match step {
        PathStep::Field(name) => value.get_mut(name),
        PathStep::Index(position) => value.get_mut(position),
        PathStep::Item(_) => {
            let position = position(value, step)?;
            value.get_mut(position)
        }
    }
}

fn position(list: &Value, step: &PathStep) -> Option<usize> {
    let PathStep::Item(keys) = step else { return None };
    let is_it = |item: &Value| keys.iter().all(|(key, wanted)| item.get(key) == Some(wanted));
    list.as_array()?.iter().position(is_it)
}

fn remove(value: &mut Value, step: &PathStep) {
    let item = position(value, step);
    match (value, step) {
        (Value::Object(map), PathStep::Field(name)) => {
            map.remove(name);
        }
        (Value::Array(items), PathStep::Item(_)) => {
            if let Some(position) = item {
                items.remove(position);
            }
        }
        // The server names no positions in lists that it merges.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// A Deployment that kubectl applied and scaled, and somebody annotated, as a dry run of ours would leave it.
    fn planned() -> Object {
        Object(json!({
            "apiVersion": "apps/v1",
            "metadata": {"name": "d", "labels": {"ours": "1", "theirs": "1"}, "annotations": {"note": "x"}, "managedFields": [
                {"manager": "lab2048", "operation": "Apply", "fieldsV1": {
                    "f:metadata": {"f:labels": {"f:ours": {}}},
                    "f:spec": {"f:replicas": {}, "f:containers": {"k:{\"name\":\"app\"}": {".": {}, "f:name": {}, "f:image": {}}}}}},
                {"manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "apps/v1", "fieldsV1": {
                    "f:metadata": {"f:labels": {".": {}, "f:theirs": {}}},
                    "f:spec": {"f:limit": {}, "f:default": {}, "f:containers": {
                        "k:{\"name\":\"app\"}": {".": {}, "f:name": {}, "f:image": {}, "f:env": {
                            ".": {}, "k:{\"name\":\"A\"}": {".": {}, "f:name": {}, "f:value": {}}}},
                        "k:{\"name\":\"side\"}": {".": {}, "f:name": {}, "f:image": {}}}}}},
                {"manager": "kubectl-annotate", "operation": "Update", "fieldsV1": {
                    "f:metadata": {"f:annotations": {"f:note": {}}}}},
            ]},
            "spec": {"replicas": 5, "limit": 7, "default": "changed", "containers": [
                {"name": "app", "image": "i", "env": [{"name": "A", "value": "1"}]},
                {"name": "side", "image": "s"},
            ]},
        }))
    }

    #[test]
    fn what_only_kubectl_apply_wished_goes_or_becomes_the_default() {
        let alone = Object(json!({"spec": {"default": "set by the server"}}));
        let result = result(&planned(), Some(&alone));
        assert_eq!(result.0["metadata"]["labels"], json!({"ours": "1"}));
        assert_eq!(
            result.0["spec"],
            json!({"replicas": 5, "default": "set by the server", "containers": [{"name": "app", "image": "i"}]})
        );
        assert_eq!(
            result.0["metadata"]["annotations"],
            json!({"note": "x"}),
            "somebody else's"
        );
    }

    #[test]
    fn what_others_set_is_listed_unless_the_server_would_set_it() {
        let lines = |alone: &Value| -> Vec<String> {
            let alone = Object(alone.clone());
            let kept = kept(&result(&planned(), Some(&alone)), Some(&alone));
            kept.drift.iter().map(|drift| drift.path.clone()).collect()
        };
        assert_eq!(lines(&json!({})), ["metadata.annotations.note"]);
        assert!(lines(&json!({"metadata": {"annotations": {"note": "x"}}})).is_empty());
    }
}
