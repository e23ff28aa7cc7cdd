//! An object under another name, for dry runs: in another namespace while its own is missing, in its own to learn what
//! would become of it if nothing of its name were there.
//!
//! Whatever the server answers is told with the names that the reader has given.

use serde_json::Value;

use crate::model::Object;
use crate::ports::CallError;

/// The namespace of stand-ins.
const NAMESPACE: &str = "default";
/// The end of their names; nothing of that name is ever made.
const SUFFIX: &str = "-lab2048-dry-run";
/// Longest name of a Service.
const NAME_LIMIT: usize = 63;

/// A stand-in, and whose.
pub(super) struct StandIn {
    /// What is sent in place of the object.
    pub(super) object: Object,
    name: String,
    /// The object's own namespace, where the stand-in is in another.
    namespace: Option<String>,
}

impl StandIn {
    /// The stand-in for `object` in its own namespace.
    pub(super) fn beside(object: &Object) -> Self {
        let mut stand_in = object.clone();
        stand_in.0["metadata"]["name"] = name(object.name()).into();
        Self {
            object: stand_in,
            name: object.name().to_owned(),
            namespace: None,
        }
    }

    /// The stand-in for `object` in another namespace.
    pub(super) fn elsewhere(object: &Object) -> Self {
        let mut stand_in = Self::beside(object);
        stand_in.object.0["metadata"]["namespace"] = NAMESPACE.into();
        stand_in.namespace = object.namespace().map(str::to_owned);
        stand_in
    }

    /// What the server would make of the object itself, from what it would make of the stand-in.
    pub(super) fn restored(&self, mut answer: Object) -> Object {
        self.restore(&mut answer.0);
        if let Some(namespace) = &self.namespace {
            answer.0["metadata"]["namespace"] = namespace.as_str().into();
        }
        answer
    }

    fn restore(&self, value: &mut Value) {
        match value {
            Value::String(text) if text.contains(self.object.name()) => {
                *text = text.replace(self.object.name(), &self.name);
            }
            Value::Array(list) => list.iter_mut().for_each(|value| self.restore(value)),
            Value::Object(map) => map.values_mut().for_each(|value| self.restore(value)),
            _ => {}
        }
    }

    /// An error about the stand-in as one about the object.
    pub(super) fn restored_error(&self, error: CallError) -> CallError {
        CallError {
            operation: self.words(&error.operation).into(),
            message: self.words(&error.message),
            ..error
        }
    }

    /// A text of the server with the object's own name and namespace.
    pub(super) fn words(&self, text: &str) -> String {
        let Some(own) = &self.namespace else {
            return text.replace(self.object.name(), &self.name);
        };
        let both = format!("{NAMESPACE}/{}", self.object.name());
        let text = text.replace(&both, &format!("{own}/{}", self.name));
        let text = text.replace(self.object.name(), &self.name);
        let mut words = String::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(NAMESPACE) {
            let (before, after) = (&rest[..at], &rest[at + NAMESPACE.len()..]);
            words.push_str(before);
            let namespace = names_a_namespace(&words) && !after.starts_with(is_part_of_a_name);
            words.push_str(if namespace { own } else { NAMESPACE });
            rest = after;
        }
        words + rest
    }
}

/// A name of the stand-in's. What is too long, or just not too long, for the server stays so.
fn name(name: &str) -> String {
    if name.len() + SUFFIX.len() <= NAME_LIMIT {
        return format!("{name}{SUFFIX}");
    }
    let kept = name
        .char_indices()
        .map(|(at, _)| at)
        .take_while(|at| at + SUFFIX.len() <= name.len());
    let kept = &name[..kept.last().unwrap_or_default()];
    format!("{}{SUFFIX}", kept.trim_end_matches(['-', '.']))
}

/// Whether a text ends where the name of a namespace follows: `namespace "`, `namespaces/`, `"namespace":"`.
fn names_a_namespace(before: &str) -> bool {
    let word = before.trim_end_matches([' ', ':', '=', '/', '"', '\'', '`', '\\']);
    let lower = word.to_lowercase();
    word.len() < before.len() && (lower.ends_with("namespace") || lower.ends_with("namespaces"))
}

fn is_part_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn service(name: &str) -> Object {
        Object(json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "game"}}))
    }

    #[test]
    fn every_text_has_the_objects_own_names() {
        let stand_in = StandIn::elsewhere(&service("svc"));
        assert_eq!(stand_in.object.name(), "svc-lab2048-dry-run");
        assert_eq!(stand_in.object.namespace(), Some("default"));
        for (said, told) in [
            (
                "Service \"svc-lab2048-dry-run\" is invalid: spec.ports[0].targetPort: Invalid value: \"80\"",
                "Service \"svc\" is invalid: spec.ports[0].targetPort: Invalid value: \"80\"",
            ),
            (
                "default/svc-lab2048-dry-run is already taken",
                "game/svc is already taken",
            ),
            ("in the namespace \"default\": no", "in the namespace \"game\": no"),
            ("in namespace default, by default", "in namespace game, by default"),
            (
                "{\"namespace\":\"default\",\"name\":\"svc-lab2048-dry-run\"}",
                "{\"namespace\":\"game\",\"name\":\"svc\"}",
            ),
            (
                "namespaces/default: namespace default-2",
                "namespaces/game: namespace default-2",
            ),
            (
                ".spec.volumes[0].configMap.defaultMode: namespace must be default",
                ".spec.volumes[0].configMap.defaultMode: namespace must be default",
            ),
        ] {
            assert_eq!(stand_in.words(said), told);
        }
        let answer = Object(
            json!({"kind": "Job", "metadata": {"name": "svc-lab2048-dry-run", "namespace": "default"},
            "spec": {"template": {"metadata": {"labels": {"job-name": "svc-lab2048-dry-run"}}}}}),
        );
        let restored = stand_in.restored(answer).0;
        assert_eq!(
            restored,
            json!({"kind": "Job", "metadata": {"name": "svc", "namespace": "game"},
                "spec": {"template": {"metadata": {"labels": {"job-name": "svc"}}}}})
        );
    }

    #[test]
    fn beside_the_object_only_names_are_put_back() {
        let namespace = Object(json!({"kind": "Namespace", "metadata": {"name": "game"}}));
        let stand_in = StandIn::beside(&namespace);
        let answer = Object(json!({"kind": "Namespace", "metadata": {"name": "game-lab2048-dry-run",
            "labels": {"kubernetes.io/metadata.name": "game-lab2048-dry-run"}}}));
        assert_eq!(
            stand_in.restored(answer).0,
            json!({"kind": "Namespace", "metadata": {"name": "game", "labels": {"kubernetes.io/metadata.name": "game"}}})
        );
        assert_eq!(stand_in.words("namespace \"default\""), "namespace \"default\"");
    }

    #[test]
    fn a_name_is_as_long_as_the_server_would_see_it() {
        for length in [1, 47, 48, 63, 64, 200] {
            let own = "n".repeat(length);
            let stood_in = StandIn::elsewhere(&service(&own)).object.name().to_owned();
            assert_ne!(stood_in, own);
            assert!(stood_in.ends_with(SUFFIX));
            assert_eq!(
                stood_in.len() > NAME_LIMIT,
                length > NAME_LIMIT,
                "{length}: {}",
                stood_in.len()
            );
        }
    }
}
