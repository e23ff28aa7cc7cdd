//! Discovery: the cluster's version, groups, resources.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::resources::{self, KINDS, Kind};
use crate::state::ClusterFacts;

/// Verbs of every resource.
const VERBS: [&str; 8] = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

/// Custom resources are listed with their verbs in another order.
const CUSTOM_VERBS: [&str; 8] = [
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "create",
    "update",
    "watch",
];

const REVIEWS: &str = "authorization.k8s.io";

/// `/version`.
pub(crate) fn version(facts: &ClusterFacts) -> Value {
    let (major, minor) = facts.minor_release().split_once('.').unwrap_or_default();
    json!({
        "major": major,
        "minor": minor,
        "gitVersion": format!("v{}-eks-2048abc", facts.release),
        "gitCommit": "0000000000000000000000000000000000002048",
        "gitTreeState": "clean",
        "buildDate": "2026-01-01T00:00:00Z",
        "goVersion": "go1.26.0",
        "compiler": "gc",
        "platform": "linux/amd64",
    })
}

/// `/api`.
pub(crate) fn core_versions() -> Value {
    json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
}

/// The groups with their versions, the preferred one first, in the order of discovery; the core is not among them.
fn groups() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for kind in KINDS.iter().filter(|kind| !kind.group.is_empty()) {
        match groups.last_mut().filter(|(group, _)| *group == kind.group) {
            Some((_, versions)) if versions.contains(&kind.version) => {}
            Some((_, versions)) => versions.push(kind.version),
            None => groups.push((kind.group, vec![kind.version])),
        }
    }
    groups.insert(1, (REVIEWS, vec!["v1"]));
    groups
}

/// All API versions, the core's too, as paths below `/openapi/v3`.
pub(crate) fn api_paths() -> Vec<String> {
    let mut paths = vec!["api/v1".to_owned()];
    let groups = groups().into_iter();
    paths.extend(groups.flat_map(|(group, versions)| {
        let path = move |version| format!("apis/{group}/{version}");
        versions.into_iter().map(path)
    }));
    paths
}

fn group_value(group: &str, versions: &[&str]) -> Value {
    let version = |version| json!({"groupVersion": format!("{group}/{version}"), "version": version});
    let versions: Vec<Value> = versions.iter().map(version).collect();
    json!({"name": group, "versions": versions, "preferredVersion": versions.first()})
}

/// `/apis`.
pub(crate) fn group_list() -> Value {
    let groups: Vec<Value> = groups()
        .into_iter()
        .map(|(group, versions)| group_value(group, &versions))
        .collect();
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": groups})
}

/// `/apis/G`.
pub(crate) fn group(name: &str) -> Value {
    let found = groups().into_iter().find(|(group, _)| *group == name);
    let versions = found.map_or_else(|| vec!["v1"], |(_, versions)| versions);
    let mut value = group_value(name, &versions);
    value["kind"] = "APIGroup".into();
    value["apiVersion"] = "v1".into();
    value
}

/// `/api/v1`, `/apis/G/V`.
pub(crate) fn resource_list(group: &str, version: &str) -> Value {
    let mut resources = Vec::new();
    for kind in KINDS
        .iter()
        .filter(|kind| kind.group == group && kind.version == version)
    {
        let mut entry = json!({
            "name": kind.resource,
            "singularName": kind.singular,
            "namespaced": kind.namespaced,
            "kind": kind.kind,
            "verbs": verbs(kind),
        });
        if kind.group == "admissionregistration.k8s.io" {
            entry["categories"] = json!(["api-extensions"]);
        }
        if !kind.is_custom() {
            entry["storageVersionHash"] = storage_hash(kind).into();
        }
        if !kind.short.is_empty() {
            entry["shortNames"] = json!(kind.short);
        }
        if kind.in_all {
            entry["categories"] = json!(["all"]);
        }
        resources.push(entry);
        for (subresource, of, verbs) in subresources(kind) {
            let mut entry = json!({
                "name": format!("{}/{subresource}", kind.resource),
                "singularName": "",
                "namespaced": kind.namespaced,
                "kind": of.kind,
                "verbs": verbs,
            });
            if let Some((group, version)) = of.version {
                entry["group"] = group.into();
                entry["version"] = version.into();
            }
            resources.push(entry);
        }
    }
    if group == REVIEWS {
        resources.push(reviews());
    }
    let api_version = if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    };
    let mut list = json!({"kind": "APIResourceList", "groupVersion": api_version, "resources": resources});
    // Of the core, the server does not say it.
    if !group.is_empty() {
        list["apiVersion"] = "v1".into();
    }
    list
}

/// What may be asked, and is not kept.
fn reviews() -> Value {
    json!({
        "name": "selfsubjectaccessreviews",
        "singularName": "selfsubjectaccessreview",
        "namespaced": false,
        "kind": "SelfSubjectAccessReview",
        "verbs": ["create"],
    })
}

/// What can be done with objects of a kind.
fn verbs(kind: &Kind) -> Vec<&'static str> {
    let mut verbs = if kind.is_custom() {
        CUSTOM_VERBS.to_vec()
    } else {
        VERBS.to_vec()
    };
    verbs.retain(|verb| !kind.is("Namespace") || *verb != "deletecollection");
    verbs
}

/// The hash by which the server identifies how a kind is stored.
fn storage_hash(kind: &'static Kind) -> String {
    let kind = resources::stored(kind);
    let digest = Sha256::digest(format!("{}/{}/{}", kind.group, kind.version, kind.kind));
    STANDARD.encode(digest.get(..8).unwrap_or_default())
}

/// The kind of a subresource's bodies, with its group and version where they are not the resource's.
struct BodyKind {
    kind: &'static str,
    version: Option<(&'static str, &'static str)>,
}

fn subresources(kind: &'static Kind) -> Vec<(&'static str, BodyKind, Vec<&'static str>)> {
    let own = |name: &'static str| BodyKind {
        kind: name,
        version: None,
    };
    let mut found = Vec::new();
    if kind.is("Pod") {
        let eviction = BodyKind {
            kind: "Eviction",
            version: Some(("policy", "v1")),
        };
        found.push(("eviction", eviction, vec!["create"]));
    }
    if kind.scale {
        let scale = BodyKind {
            kind: "Scale",
            version: Some(("autoscaling", "v1")),
        };
        found.push(("scale", scale, vec!["get", "patch", "update"]));
    }
    if kind.status {
        found.push(("status", own(kind.kind), vec!["get", "patch", "update"]));
    }
    found
}

/// Aggregated discovery of the core (`/api`) or of all groups (`/apis`).
pub(crate) fn aggregated(core: bool) -> Value {
    let wanted = if core { vec![("", vec!["v1"])] } else { groups() };
    let items: Vec<Value> = wanted
        .into_iter()
        .map(|(group, versions)| {
            let version = |version| {
                let resources = aggregated_resources(group, version);
                json!({"version": version, "freshness": "Current", "resources": resources})
            };
            let versions: Vec<Value> = versions.into_iter().map(version).collect();
            let mut metadata = json!({});
            if !group.is_empty() {
                metadata["name"] = group.into();
            }
            json!({
                "metadata": metadata,
                "versions": versions,
            })
        })
        .collect();
    json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": "apidiscovery.k8s.io/v2",
        "metadata": {},
        "items": items,
    })
}

fn aggregated_resources(group: &str, version: &str) -> Vec<Value> {
    let listed = resource_list(group, version);
    let mut resources: Vec<Value> = Vec::new();
    for entry in listed["resources"].as_array().into_iter().flatten() {
        let name = entry["name"].as_str().unwrap_or_default();
        // Built-in resources leave it open where it is the list's own.
        let own = |field: &str, custom: &str| {
            let open = if group == "elbv2.k8s.aws" { custom } else { "" };
            entry.get(field).cloned().unwrap_or_else(|| open.into())
        };
        let response = json!({"group": own("group", group), "version": own("version", version), "kind": entry["kind"]});
        if let Some((_, subresource)) = name.split_once('/') {
            if let Some(parent) = resources.last_mut() {
                let entry = json!({"subresource": subresource, "responseKind": response, "verbs": entry["verbs"]});
                match parent["subresources"].as_array_mut() {
                    Some(list) => list.push(entry),
                    None => parent["subresources"] = json!([entry]),
                }
            }
            continue;
        }
        let mut resource = json!({
            "resource": name,
            "responseKind": response,
            "scope": if entry["namespaced"] == true { "Namespaced" } else { "Cluster" },
            "singularResource": entry["singularName"],
            "verbs": entry["verbs"],
        });
        for field in ["shortNames", "categories"] {
            if let Some(value) = entry.get(field) {
                resource[field] = value.clone();
            }
        }
        resources.push(resource);
    }
    resources
}
