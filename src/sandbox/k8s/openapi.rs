//! The least of `/openapi/v3` that kubectl needs: that patches take `fieldValidation` and `dryRun`.

use serde_json::{Value, json};

use super::discovery;
use super::resources::{KINDS, Kind};
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
    for kind in KINDS.iter().filter(|kind| kind.api_version() == api_version) {
        let root = if kind.group.is_empty() { "/api" } else { "/apis" };
        let scope = if kind.namespaced { "/namespaces/{namespace}" } else { "" };
        let path = format!("{root}/{api_version}{scope}/{}/{{name}}", kind.resource);
        paths[path] = json!({ "patch": patch(kind) });
    }
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": format!("v{}", facts.release)},
        "paths": paths,
        "components": {"schemas": {}},
    })
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
