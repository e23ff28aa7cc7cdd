//! What somebody else has changed since we wrote it, apart from what we mean to change.
//!
//! The server knows who set each field. A field that differs and is ours is intent: the environment has changed. One
//! that another manager owns is drift. A field that is missing has no owner any more; it counts as removed by hand only
//! if a manager that is no controller has written to the object after us, else as newly wanted.

use jiff::Timestamp;
use serde_json::Value;

use super::change::Drift;
use super::diff::{Difference, is_noise};
use super::fields::{Manager, managers};
use super::path::{Path, PathStep};
use crate::lang::{Text, text};
use crate::model::Object;

/// More fields of one foreign manager than this are shown as a number.
const LISTED: usize = 6;

/// What somebody else did to an object of ours.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ForeignChanges {
    /// What differs from what we want, and single fields that others have added.
    pub(crate) drift: Vec<Drift>,
    /// Where others have added so much that only the number is shown.
    pub(crate) notes: Vec<Text>,
}

/// Reads the owners of `live` against the differences to what we want.
pub(crate) fn of_object(live: &Object, differences: &[Difference]) -> ForeignChanges {
    let managers = managers(live);
    if !managers.iter().any(Manager::is_us) {
        return ForeignChanges::default();
    }
    let mut foreign = ForeignChanges {
        drift: differences.iter().filter_map(|d| changed(d, &managers)).collect(),
        notes: Vec::new(),
    };
    additions(live, differences, &managers, &mut foreign);
    foreign
}

/// Who wants a field to be as it is, where the server says that somebody else than this program does.
pub fn author_of(object: &Object, path: &str) -> Option<String> {
    let managers = managers(object);
    let mut others = managers.iter().filter(|manager| !manager.is_us());
    let owner = others.find(|manager| manager.leaves().iter().any(|leaf| leaf.to_string() == path));
    owner.map(Manager::words)
}

/// The drift in a difference, if it is one.
fn changed(difference: &Difference, managers: &[Manager]) -> Option<Drift> {
    let owners: Vec<&Manager> = managers.iter().filter(|m| m.owns(&difference.path)).collect();
    let author = if owners.iter().any(|manager| manager.is_us()) {
        return None;
    } else if let Some(owner) = owners.first() {
        owner
    } else if difference.before.is_none() {
        last_writer(managers)?
    } else {
        return None;
    };
    Some(Drift {
        path: difference.path.to_string(),
        wanted: difference.after.clone(),
        found: difference.before.clone(),
        manager: Some(author.words()),
        at: author.at.or_else(|| answered(managers)),
        kept: false,
    })
}

/// When a controller last wrote, if that was after us. The API server keeps no time for writes through the `scale`
/// subresource; the controller's answer, a new status moments later, is the nearest thing to one.
fn answered(managers: &[Manager]) -> Option<Timestamp> {
    let ours = managers.iter().filter(|m| m.is_us()).filter_map(|m| m.at).max()?;
    let controllers = managers.iter().filter(|m| m.is_controller());
    controllers.filter_map(|m| m.at).max().filter(|at| *at >= ours)
}

/// The manager that wrote last, if it is neither us nor a controller and wrote after us.
fn last_writer(managers: &[Manager]) -> Option<&Manager> {
    let ours = managers.iter().filter(|m| m.is_us()).filter_map(|m| m.at).max()?;
    managers
        .iter()
        .filter(|m| !m.is_us() && !m.is_controller() && m.at.is_some_and(|at| at > ours))
        .max_by_key(|m| m.at)
}

/// Fields that others have added and that we leave alone.
fn additions(live: &Object, differences: &[Difference], managers: &[Manager], foreign: &mut ForeignChanges) {
    for manager in managers.iter().filter(|m| !m.is_us() && !m.is_controller()) {
        let paths = manager
            .leaves()
            .into_iter()
            .filter(|path| !is_noise(path) && !differences.iter().any(|d| d.path == *path))
            .filter(|path| !managers.iter().any(|m| m.is_us() && m.owns(path)))
            .collect();
        list_kept(live, manager, paths, foreign);
    }
}

/// Lists those of a manager's fields that are there as kept.
pub(super) fn list_kept(object: &Object, manager: &Manager, paths: Vec<Path>, foreign: &mut ForeignChanges) {
    let there: Vec<(Path, &Value)> = paths
        .into_iter()
        .filter_map(|path| find(&object.0, &path.0).map(|value| (path, value)))
        .collect();
    if there.len() > LISTED {
        foreign.notes.push(text!(
            "plan-more-fields",
            manager = manager.words(),
            count = there.len()
        ));
        return;
    }
    foreign.drift.extend(there.into_iter().map(|(path, value)| Drift {
        path: path.to_string(),
        wanted: None,
        found: Some(value.clone()),
        manager: Some(manager.words()),
        at: manager.at,
        kept: true,
    }));
}

/// The value at a path.
pub(super) fn find<'v>(value: &'v Value, steps: &[PathStep]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |value, step| match step {
        PathStep::Field(name) => value.get(name),
        PathStep::Index(position) => value.get(position),
        PathStep::Item(keys) => value
            .as_array()?
            .iter()
            .find(|item| keys.iter().all(|(key, wanted)| item.get(key) == Some(wanted))),
    })
}

/// An object of a lab that is otherwise there has been deleted by somebody.
pub(crate) fn deleted() -> Drift {
    Drift {
        path: String::new(),
        wanted: None,
        found: None,
        manager: None,
        at: None,
        kept: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::diff;
    use serde_json::json;

    fn live(extra: &Value) -> Object {
        let mut object = json!({
            "metadata": {"labels": {"a": "1"}, "annotations": {"note": "x"}, "managedFields": [
                {"manager": "lab2048", "operation": "Apply", "time": "2026-11-23T10:00:00Z",
                 "fieldsV1": {"f:metadata": {"f:labels": {"f:a": {}}}, "f:spec": {"f:image": {}}}},
                {"manager": "kube-controller-manager", "operation": "Update", "time": "2026-11-23T12:00:00Z",
                 "fieldsV1": {"f:metadata": {"f:annotations": {"f:own": {}}}}},
            ]},
            "spec": {"replicas": 3, "image": "old"},
        });
        object["metadata"]["managedFields"]
            .as_array_mut()
            .unwrap()
            .push(extra.clone());
        Object(object)
    }

    fn lines(live: &Object, wanted: &Value) -> Vec<String> {
        let mut planned = live.clone();
        json_patch::merge(&mut planned.0, wanted);
        let foreign = of_object(live, &diff::objects(live, &planned).differences);
        let line = |d: &Drift| {
            let value = |v: &Option<Value>| v.as_ref().map_or("-".to_owned(), Value::to_string);
            let (by, kept) = (d.manager.as_deref().unwrap_or("?"), if d.kept { " kept" } else { "" });
            format!("{} {} -> {} by {by}{kept}", d.path, value(&d.found), value(&d.wanted))
        };
        let notes = foreign.notes.iter().map(ToString::to_string);
        foreign.drift.iter().map(line).chain(notes).collect()
    }

    #[test]
    fn what_another_manager_owns_is_drift_and_what_is_ours_is_intent() {
        let scaled = live(
            &json!({"manager": "kubectl", "operation": "Update", "subresource": "scale",
            "fieldsV1": {"f:spec": {"f:replicas": {}}}}),
        );
        let wanted = json!({"spec": {"replicas": 5, "image": "new"}});
        assert_eq!(lines(&scaled, &wanted), ["spec.replicas 3 -> 5 by kubectl (scale)"]);
    }

    #[test]
    fn a_missing_field_is_drift_only_if_somebody_wrote_after_us() {
        let wanted = json!({"metadata": {"labels": {"b": "2"}}});
        let entry = |at: &str| json!({"manager": "kubectl-edit", "operation": "Update", "time": at, "fieldsV1": {}});
        assert_eq!(
            lines(&live(&entry("2026-11-23T11:00:00Z")), &wanted),
            ["metadata.labels.b - -> \"2\" by kubectl-edit"]
        );
        assert!(lines(&live(&entry("2026-11-23T09:00:00Z")), &wanted).is_empty());
    }

    #[test]
    fn additions_of_others_are_kept() {
        let noted = live(&json!({"manager": "kubectl-annotate", "operation": "Update",
            "fieldsV1": {"f:metadata": {"f:annotations": {"f:note": {}, "f:own": {}}}}}));
        assert_eq!(
            lines(&noted, &json!({})),
            ["metadata.annotations.note \"x\" -> - by kubectl-annotate kept"]
        );
    }

    #[test]
    fn an_object_that_we_never_wrote_has_no_drift() {
        let mut foreign = live(&json!({"manager": "helm", "fieldsV1": {"f:spec": {"f:replicas": {}}}}));
        foreign.0["metadata"]["managedFields"].as_array_mut().unwrap().remove(0);
        assert!(lines(&foreign, &json!({"spec": {"replicas": 5}})).is_empty());
    }
}
