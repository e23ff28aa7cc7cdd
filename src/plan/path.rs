//! Paths into Kubernetes objects that survive reordering: items of lists are named by their merge keys.

use std::fmt;

use serde_json::Value;

/// One step down into an object.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PathStep {
    /// A field of a map.
    Field(String),
    /// The item of a list whose merge keys have these values.
    Item(Vec<(&'static str, Value)>),
    /// The item at a position of a list that has no merge keys.
    Index(usize),
}

/// A path into an object, from its root.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Path(pub(crate) Vec<PathStep>);

/// Lists that the API server merges by keys, by field name; a port of a Service goes by `port`, one of a container by
/// `containerPort` (`x-kubernetes-list-map-keys` of the built-in kinds).
const MERGE_KEYS: &[(&str, &[&str])] = &[
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("ownerReferences", &["uid"]),
    ("conditions", &["type"]),
];

/// The merge keys of the list in field `name`, judged by its first item where the name alone does not decide.
fn merge_keys(name: &str, items: &[Value]) -> Option<&'static [&'static str]> {
    if name == "ports" {
        let first = items.first()?;
        return if first.get("containerPort").is_some() {
            Some(&["containerPort", "protocol"])
        } else if first.get("port").is_some() {
            Some(&["port", "protocol"])
        } else {
            None
        };
    }
    MERGE_KEYS
        .iter()
        .find_map(|(field, keys)| (*field == name).then_some(*keys))
}

/// The item's merge keys with their values; `None` where one is missing (a missing protocol is TCP).
fn item_step(item: &Value, keys: &'static [&'static str]) -> Option<PathStep> {
    keys.iter()
        .map(|key| match item.get(key) {
            Some(value) => Some((*key, value.clone())),
            None if *key == "protocol" => Some((*key, Value::from("TCP"))),
            None => None,
        })
        .collect::<Option<_>>()
        .map(PathStep::Item)
}

/// The steps to each item of the list in field `name`, if all of them have their merge keys.
pub(crate) fn keyed_items<'v>(name: &str, items: &'v [Value]) -> Option<Vec<(PathStep, &'v Value)>> {
    let keys = merge_keys(name, items)?;
    items
        .iter()
        .map(|item| Some((item_step(item, keys)?, item)))
        .collect::<Option<_>>()
}

impl Path {
    /// This path and one step further.
    pub(crate) fn then(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// This path and one field further.
    pub(crate) fn field(&self, name: &str) -> Self {
        self.then(PathStep::Field(name.to_owned()))
    }

    /// The name of the last field on the path.
    pub(crate) fn last_field(&self) -> &str {
        self.0
            .iter()
            .rev()
            .find_map(|step| match step {
                PathStep::Field(name) => Some(name.as_str()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// Whether the path begins with these fields.
    pub(crate) fn is_under(&self, fields: &[&str]) -> bool {
        self.0.len() >= fields.len()
            && self
                .0
                .iter()
                .zip(fields)
                .all(|(step, field)| matches!(step, PathStep::Field(name) if name == field))
    }
}

impl fmt::Display for Path {
    /// `spec.template.spec.containers[app-2048].ports[80/TCP]`; names with dots are in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Field(name) if name.contains(['.', '/']) => write!(f, "[{name}]")?,
                PathStep::Field(name) if i == 0 => f.write_str(name)?,
                PathStep::Field(name) => write!(f, ".{name}")?,
                PathStep::Index(position) => write!(f, "[{position}]")?,
                PathStep::Item(keys) => {
                    let values: Vec<String> = keys.iter().map(|(_, value)| plain(value)).collect();
                    write!(f, "[{}]", values.join("/"))?;
                }
            }
        }
        Ok(())
    }
}

/// A value without the quotes of JSON.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths_read_like_the_manifest() {
        let ports = [json!({"containerPort": 80})];
        let step = keyed_items("ports", &ports).unwrap().remove(0).0;
        let path = Path::default()
            .field("spec")
            .field("containers")
            .then(PathStep::Item(vec![("name", json!("app"))]))
            .field("ports")
            .then(step);
        assert_eq!(path.to_string(), "spec.containers[app].ports[80/TCP]");
        let label = Path::default()
            .field("metadata")
            .field("labels")
            .field("app.kubernetes.io/name");
        assert_eq!(label.to_string(), "metadata.labels[app.kubernetes.io/name]");
        assert!(label.is_under(&["metadata", "labels"]) && !label.is_under(&["spec"]));
    }

    #[test]
    fn lists_without_their_keys_are_not_keyed() {
        assert!(keyed_items("containers", &[json!({"image": "x"})]).is_none());
        assert!(keyed_items("rules", &[json!({"host": "x"})]).is_none());
        assert!(
            keyed_items("ports", &[json!({"name": "http"})]).is_none(),
            "a NetworkPolicy's ports"
        );
    }
}
