//! Whether an answer has the form that the Kubernetes API promises, in the fields that decisions rest on.
//!
//! Objects stay untyped, and a field of another type would be read as one that is not there: a Lease as nobody's, a finalizer as
//! gone. Such an answer is no answer; it is asked again.

use serde_json::Value;

/// What a field has to be, if it is there at all.
#[derive(Clone, Copy)]
enum Form {
    Text,
    Number,
    Texts,
    TextMap,
    Maps,
}

impl Form {
    fn is_of(self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Number => value.is_i64(),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Self::TextMap => value
                .as_object()
                .is_some_and(|entries| entries.values().all(Value::is_string)),
            Self::Maps => value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        }
    }
}

/// `ObjectMeta`, which all kinds have.
const METADATA: [(&str, Form); 11] = [
    ("name", Form::Text),
    ("namespace", Form::Text),
    ("uid", Form::Text),
    ("resourceVersion", Form::Text),
    ("generation", Form::Number),
    ("creationTimestamp", Form::Text),
    ("deletionTimestamp", Form::Text),
    ("finalizers", Form::Texts),
    ("labels", Form::TextMap),
    ("annotations", Form::TextMap),
    ("ownerReferences", Form::Maps),
];

/// `LeaseSpec`: who may change the lab.
const LEASE: [(&str, Form); 5] = [
    ("holderIdentity", Form::Text),
    ("leaseDurationSeconds", Form::Number),
    ("leaseTransitions", Form::Number),
    ("acquireTime", Form::Text),
    ("renewTime", Form::Text),
];

/// What is not as promised in an object, a list of objects, or an object in a list; nothing if all is.
pub(super) fn flaw(answer: &Value) -> Option<String> {
    let kind = match answer.get("kind") {
        Some(Value::String(kind)) => kind.as_str(),
        Some(_) => return Some("kind is not a text".to_owned()),
        None => "",
    };
    match (kind.strip_suffix("List"), answer.get("items")) {
        (Some(kind), Some(Value::Array(items))) => items.iter().find_map(|item| of_object(kind, item)),
        (Some(_), Some(Value::Null)) => None,
        (Some(_), Some(_)) => Some("items is not a list".to_owned()),
        _ => of_object(kind, answer),
    }
}

fn of_object(kind: &str, object: &Value) -> Option<String> {
    let spec = || {
        let is_lease = kind == "Lease";
        is_lease.then(|| of_fields("spec", object, &LEASE)).flatten()
    };
    of_fields("metadata", object, &METADATA).or_else(spec)
}

/// The first field of a part that is of another form.
fn of_fields(part: &str, object: &Value, fields: &[(&str, Form)]) -> Option<String> {
    let entries = match object.get(part)? {
        Value::Object(entries) => entries,
        Value::Null => return None,
        _ => return Some(format!("{part} is not a map")),
    };
    let is_wrong = |(field, form): &&(&str, Form)| {
        let value = entries.get(*field).filter(|value| !value.is_null());
        value.is_some_and(|value| !form.is_of(value))
    };
    let (field, _) = fields.iter().find(is_wrong)?;
    Some(format!("{part}.{field} has another type"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_has_another_type_is_found_and_what_is_not_there_is_no_flaw() {
        let lease = json!({"kind": "Lease", "metadata": {
            "name": "lab2048", "namespace": "game", "uid": "u", "resourceVersion": "7", "generation": 1,
            "creationTimestamp": null, "finalizers": ["a"], "labels": {"a": "b"}, "ownerReferences": [{"kind": "Pod"}],
        }, "spec": {"holderIdentity": "kim", "leaseDurationSeconds": 30, "renewTime": "2026-11-24T09:00:00.000000Z"}});
        let list = |item: &Value| json!({"kind": "LeaseList", "metadata": {"resourceVersion": "9"}, "items": [item]});
        assert_eq!(flaw(&lease), None);
        assert_eq!(flaw(&list(&lease)), None);
        for (pointer, words) in [
            ("/metadata/name", "metadata.name has another type"),
            ("/metadata/resourceVersion", "metadata.resourceVersion has another type"),
            ("/metadata/generation", "metadata.generation has another type"),
            ("/metadata/finalizers", "metadata.finalizers has another type"),
            ("/metadata/finalizers/0", "metadata.finalizers has another type"),
            ("/metadata/labels/a", "metadata.labels has another type"),
            (
                "/metadata/ownerReferences/0",
                "metadata.ownerReferences has another type",
            ),
            ("/metadata", "metadata is not a map"),
            ("/spec", "spec is not a map"),
            ("/spec/holderIdentity", "spec.holderIdentity has another type"),
            (
                "/spec/leaseDurationSeconds",
                "spec.leaseDurationSeconds has another type",
            ),
        ] {
            let mut spoilt = lease.clone();
            let place = spoilt.pointer_mut(pointer).unwrap();
            *place = json!([7]);
            assert_eq!(flaw(&spoilt).as_deref(), Some(words), "{pointer}");
            assert_eq!(flaw(&list(&spoilt)).as_deref(), Some(words), "{pointer} in a list");
        }
        assert_eq!(flaw(&json!({"kind": 7})).as_deref(), Some("kind is not a text"));
        let no_list = json!({"kind": "PodList", "items": {}});
        assert_eq!(flaw(&no_list).as_deref(), Some("items is not a list"));
        assert_eq!(flaw(&json!({"kind": "PodList", "items": null})), None);
    }
}
