//! The least of `/openapi/v3` that kubectl needs: that patches take `fieldValidation` and `dryRun`, and the types of all
//! fields, which `kubectl explain` shows.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::discovery;
use super::resources::{KINDS, Kind};
use super::schema::{self, Scalar, Shape};
use crate::state::ClusterFacts;

/// `/openapi/v3`: where the documents are.
pub(crate) fn index() -> Value {
    let mut paths = json!({});
    for path in discovery::api_paths() {
        let url = format!("/openapi/v3/{path}?hash=2048");
        paths[path] = json!({ "serverRelativeURL": url });
    }
    json!({ "paths": paths })
}

/// `/openapi/v3/apis/G/V`: the document of one API version.
pub(crate) fn document(api_version: &str, facts: &ClusterFacts) -> Value {
    let mut paths = json!({});
    let mut types = BTreeMap::new();
    for kind in KINDS.iter().filter(|kind| kind.api_version() == api_version) {
        add_kind(kind, &mut types);
        let root = if kind.group.is_empty() { "/api" } else { "/apis" };
        let scope = if kind.namespaced { "/namespaces/{namespace}" } else { "" };
        let path = format!("{root}/{api_version}{scope}/{}/{{name}}", kind.resource);
        paths[path] = json!({ "patch": patch(kind) });
    }
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": format!("v{}", facts.release)},
        "paths": paths,
        "components": {"schemas": types},
    })
}

/// Adds the type of a kind, and those of its fields.
fn add_kind(kind: &Kind, types: &mut BTreeMap<String, Value>) {
    let Shape::Struct(name) = schema::of(&kind.api_version(), kind.kind).shape() else {
        return;
    };
    add_type(name, types);
    if let Some(described) = types.get_mut(&full_name(name)) {
        described["x-kubernetes-group-version-kind"] =
            json!([{"group": kind.group, "version": kind.version, "kind": kind.kind}]);
    }
}

fn full_name(name: &str) -> String {
    format!("io.k8s.api.{name}")
}

fn add_type(name: &str, types: &mut BTreeMap<String, Value>) {
    if types.contains_key(&full_name(name)) {
        return;
    }
    types.insert(full_name(name), Value::Null);
    let shape = Shape::Struct(name.to_owned());
    let mut properties = Map::new();
    for (field, known) in shape.as_struct().into_iter().flat_map(|known| &known.fields) {
        properties.insert(field.clone(), type_of(&known.shape, types));
    }
    let described = json!({"type": "object", "properties": properties});
    types.insert(full_name(name), described);
}

/// The type of a field.
fn type_of(shape: &Shape, types: &mut BTreeMap<String, Value>) -> Value {
    match shape {
        Shape::Scalar(Scalar::Number) => json!({"type": "integer"}),
        Shape::Scalar(Scalar::Boolean) => json!({"type": "boolean"}),
        Shape::Scalar(Scalar::String | Scalar::Untyped) => json!({"type": "string"}),
        Shape::Any => json!({"type": "object"}),
        Shape::Struct(name) => {
            add_type(name, types);
            json!({"allOf": [{"$ref": format!("#/components/schemas/{}", full_name(name))}]})
        }
        Shape::Map { of, .. } => json!({"type": "object", "additionalProperties": type_of(of, types)}),
        Shape::List { of, .. } => json!({"type": "array", "items": type_of(of, types)}),
    }
}

fn patch(kind: &Kind) -> Value {
    let parameter =
        |name: &str| json!({"name": name, "in": "query", "schema": {"type": "string", "uniqueItems": true}});
    json!({
        "operationId": format!("patch{}", kind.kind),
        "parameters": [
            parameter("dryRun"),
            parameter("fieldManager"),
            parameter("fieldValidation"),
            {"name": "force", "in": "query", "schema": {"type": "boolean", "uniqueItems": true}},
        ],
        "responses": {"200": {"description": "OK"}},
        "x-kubernetes-action": "patch",
        "x-kubernetes-group-version-kind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
    })
}
