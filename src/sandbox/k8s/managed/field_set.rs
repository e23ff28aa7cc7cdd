//! Sets of fields: the trees that `FieldsV1` writes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::path::PathStep;
use crate::k8s::schema::Shape;

/// A set of field paths. A path in it does not imply the paths above or below.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldSet {
    /// Never holds a node that is neither a member nor has members below.
    nodes: BTreeMap<PathStep, Node>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Node {
    /// The path that ends here is in the set.
    member: bool,
    below: FieldSet,
}

impl Node {
    fn is_empty(&self) -> bool {
        !self.member && self.below.is_empty()
    }
}

impl FieldSet {
    /// Whether no path is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Adds a path; the empty one, the whole object, is never in a set.
    pub(crate) fn insert(&mut self, path: &[PathStep]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        let node = self.nodes.entry(first.clone()).or_default();
        if rest.is_empty() {
            node.member = true;
        } else {
            node.below.insert(rest);
        }
    }

    /// A set of paths of plain fields, such as `["metadata", "name"]`.
    pub(crate) fn of_fields(paths: &[&[&str]]) -> Self {
        let mut set = Self::default();
        for path in paths {
            let path: Vec<_> = path.iter().map(|name| PathStep::field(name)).collect();
            set.insert(&path);
        }
        set
    }

    /// Whether the one-step path is in it.
    pub(crate) fn has(&self, step: &PathStep) -> bool {
        self.nodes.get(step).is_some_and(|node| node.member)
    }

    /// The paths that begin with `step`, without it.
    pub(crate) fn below(&self, step: &PathStep) -> Option<&Self> {
        self.nodes
            .get(step)
            .map(|node| &node.below)
            .filter(|below| !below.is_empty())
    }

    /// Paths of either.
    #[must_use]
    pub(crate) fn union(&self, other: &Self) -> Self {
        let mut all = self.clone();
        for (step, theirs) in &other.nodes {
            let ours = all.nodes.entry(step.clone()).or_default();
            ours.member |= theirs.member;
            ours.below = ours.below.union(&theirs.below);
        }
        all
    }

    /// Paths of both.
    #[must_use]
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        self.with_nodes(|step, ours| {
            let theirs = other.nodes.get(step)?;
            Some(Node {
                member: ours.member && theirs.member,
                below: ours.below.intersection(&theirs.below),
            })
        })
    }

    /// Paths that are not in `other`; a path stays when `other` has only the one above or below it.
    #[must_use]
    pub(crate) fn difference(&self, other: &Self) -> Self {
        self.with_nodes(|step, ours| {
            let Some(theirs) = other.nodes.get(step) else {
                return Some(ours.clone());
            };
            Some(Node {
                member: ours.member && !theirs.member,
                below: ours.below.difference(&theirs.below),
            })
        })
    }

    /// Paths that are not in `other`, nor below one that is.
    #[must_use]
    pub(crate) fn without(&self, other: &Self) -> Self {
        self.with_nodes(|step, ours| match other.nodes.get(step) {
            None => Some(ours.clone()),
            Some(theirs) if theirs.member => None,
            Some(theirs) => Some(Node {
                member: ours.member,
                below: ours.below.without(&theirs.below),
            }),
        })
    }

    /// Paths that are in `other`, or below one that is.
    #[must_use]
    pub(crate) fn within(&self, other: &Self) -> Self {
        self.with_nodes(|step, ours| {
            let theirs = other.nodes.get(step)?;
            if theirs.member {
                return Some(ours.clone());
            }
            Some(Node {
                member: false,
                below: ours.below.within(&theirs.below),
            })
        })
    }

    /// The set, and the named fields on the way to its paths (but not the keys of maps on the way).
    #[must_use]
    pub(crate) fn with_named_fields(&self, shape: Option<&Shape>) -> Self {
        self.with_nodes(|step, ours| {
            let (named, inner) = match step {
                PathStep::Field(name) => (
                    shape.is_some_and(|s| s.names_field(name)),
                    shape.and_then(|s| s.member(name)),
                ),
                _ => (false, shape.and_then(Shape::element)),
            };
            Some(Node {
                member: ours.member || (named && !ours.below.is_empty()),
                below: ours.below.with_named_fields(inner),
            })
        })
    }

    /// All paths: at each level those that end there first, then those below.
    pub(crate) fn paths(&self) -> Vec<Vec<PathStep>> {
        let mut all = Vec::new();
        self.collect(&mut Vec::new(), &mut all);
        all
    }

    fn collect(&self, prefix: &mut Vec<PathStep>, all: &mut Vec<Vec<PathStep>>) {
        for (step, _) in self.nodes.iter().filter(|(_, node)| node.member) {
            all.push([&prefix[..], std::slice::from_ref(step)].concat());
        }
        for (step, node) in &self.nodes {
            prefix.push(step.clone());
            node.below.collect(prefix, all);
            prefix.pop();
        }
    }

    fn with_nodes(&self, change: impl Fn(&PathStep, &Node) -> Option<Node>) -> Self {
        let nodes = self
            .nodes
            .iter()
            .filter_map(|(step, node)| Some((step.clone(), change(step, node)?)))
            .filter(|(_, node)| !node.is_empty())
            .collect();
        Self { nodes }
    }

    /// `FieldsV1`.
    pub(crate) fn to_json(&self) -> Value {
        let fields = self.nodes.iter().map(|(step, node)| {
            let mut below = match node.below.to_json() {
                Value::Object(map) => map,
                _ => Map::new(),
            };
            if node.member && !below.is_empty() {
                below.insert(".".to_owned(), Value::Object(Map::new()));
            }
            (step.notation(), Value::Object(below))
        });
        Value::Object(fields.collect())
    }

    /// Reads `FieldsV1`; steps of an unknown kind are dropped, as the server does.
    pub(crate) fn from_json(fields: &Value) -> Self {
        let mut set = Self::default();
        for (notation, below) in fields.as_object().into_iter().flatten() {
            let Some(step) = PathStep::parse(notation) else {
                continue;
            };
            let leaf = below.as_object().is_none_or(Map::is_empty);
            let node = Node {
                member: leaf || below.get(".").is_some(),
                below: Self::from_json(below),
            };
            if !node.is_empty() {
                set.nodes.insert(step, node);
            }
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn set(fields: &Value) -> FieldSet {
        FieldSet::from_json(fields)
    }

    #[test]
    fn fields_v1_is_read_and_written_back() {
        let fields = json!({
            "f:metadata": {"f:finalizers": {".": {}, "v:\"a\"": {}}},
            "f:spec": {
                "f:replicas": {},
                "f:containers": {"k:{\"name\":\"app\"}": {".": {}, "f:image": {}}}
            }
        });
        assert_eq!(set(&fields).to_json(), fields);
        let shown: Vec<_> = set(&fields)
            .paths()
            .iter()
            .map(|p| super::super::path::display(p))
            .collect();
        assert_eq!(
            shown,
            [
                ".metadata.finalizers",
                r#".metadata.finalizers[="a"]"#,
                ".spec.replicas",
                r#".spec.containers[name="app"]"#,
                r#".spec.containers[name="app"].image"#,
            ]
        );
    }

    #[test]
    fn algebra() {
        let a = set(&json!({"f:a": {".": {}, "f:b": {}}, "f:c": {}}));
        let b = set(&json!({"f:a": {"f:b": {}, "f:d": {}}}));
        let cases = [
            (
                "union",
                a.union(&b),
                json!({"f:a": {".": {}, "f:b": {}, "f:d": {}}, "f:c": {}}),
            ),
            ("intersection", a.intersection(&b), json!({"f:a": {"f:b": {}}})),
            ("difference", a.difference(&b), json!({"f:a": {}, "f:c": {}})),
            ("parent stays", b.difference(&a), json!({"f:a": {"f:d": {}}})),
            ("child goes", b.without(&a), json!({})),
            (
                "within",
                b.within(&set(&json!({"f:a": {}}))),
                json!({"f:a": {"f:b": {}, "f:d": {}}}),
            ),
            ("nothing within", a.within(&set(&json!({"f:x": {}}))), json!({})),
        ];
        for (name, got, want) in cases {
            assert_eq!(got.to_json(), want, "{name}");
        }
    }

    #[test]
    fn named_fields_on_the_way_are_added_but_map_keys_are_not() {
        let schema = crate::k8s::schema::of("apps/v1", "Deployment");
        let labels = set(&json!({"f:metadata": {"f:labels": {"f:a": {}}}}));
        assert_eq!(
            labels.with_named_fields(Some(schema.shape())).to_json(),
            json!({"f:metadata": {".": {}, "f:labels": {".": {}, "f:a": {}}}})
        );
        let port = r#"k:{"containerPort":80,"protocol":"TCP"}"#;
        let ports = json!({"f:spec": {"f:template": {"f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {"f:ports": {port: {"f:name": {}}}}}}}}});
        let more = set(&ports).with_named_fields(Some(schema.shape())).paths();
        assert!(more.contains(&vec![PathStep::field("spec")]));
        assert!(!more.iter().any(|path| matches!(path.last(), Some(PathStep::Key(_)))));
    }
}
