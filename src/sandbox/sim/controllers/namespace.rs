//! The namespace controller: equips new namespaces, empties those that are being deleted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::state::Key;
use crate::world::World;

use super::super::api::{
    self, CONFIG_MAP, CONTROLLER_MANAGER, CONTROLLER_MANAGER_STATUS, NAMESPACE, NAMESPACED, SERVICE_ACCOUNT, list,
};
use super::super::durations;
use crate::state::Action;

pub(super) fn run(world: &mut World) {
    for key in NAMESPACE.keys(world, None) {
        let Some(namespace) = world.kube.get(&key) else {
            continue;
        };
        if api::deleting(namespace) {
            let (uid, name) = (api::uid(namespace).to_owned(), key.name.clone());
            plan_pass(world, &uid, &name);
        } else {
            equip(world, &key.name);
        }
    }
}

/// Every namespace gets a service account and the cluster's certificate.
fn equip(world: &mut World, namespace: &str) {
    if world.kube.get(&SERVICE_ACCOUNT.key(namespace, "default")).is_none() {
        let account = json!({"metadata": {"name": "default", "namespace": namespace}});
        api::create(world, SERVICE_ACCOUNT, account, CONTROLLER_MANAGER);
    }
    if world.kube.get(&CONFIG_MAP.key(namespace, "kube-root-ca.crt")).is_none() {
        let map = json!({
            "metadata": {
                "name": "kube-root-ca.crt",
                "namespace": namespace,
                "annotations": {"kubernetes.io/description":
                    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters."},
            },
            "data": {"ca.crt": "the sandbox speaks no TLS inside the cluster\n"},
        });
        api::create(world, CONFIG_MAP, map, CONTROLLER_MANAGER);
    }
}

fn plan_pass(world: &mut World, uid: &str, name: &str) {
    if world
        .agenda
        .has(|action| matches!(action, Action::EmptyNamespace { uid: planned, .. } if planned == uid))
    {
        return;
    }
    let wait = durations::NAMESPACE_PASS.draw(world);
    let now = world.now();
    let action = Action::EmptyNamespace {
        uid: uid.to_owned(),
        name: name.to_owned(),
    };
    world.agenda.after(now, wait, action);
}

/// Deletes what is in a namespace, tells what remains, and lets the namespace go when nothing does.
pub(in super::super) fn empty_namespace(world: &mut World, name: &str, uid: &str) {
    let key = NAMESPACE.key("", name);
    if world.kube.get(&key).is_none_or(|namespace| api::uid(namespace) != uid) {
        return;
    }
    for resource in NAMESPACED {
        for inside in resource.keys(world, Some(name)) {
            api::delete(world, &inside);
        }
    }
    let left = Left::of(world, name);
    let now = api::time(world.now());
    api::update(world, &key, CONTROLLER_MANAGER_STATUS, |namespace| {
        left.tell(namespace, &now);
    });
    if left.resources.is_empty() {
        api::update(world, &key, CONTROLLER_MANAGER, |namespace| {
            namespace["spec"]["finalizers"] = json!([]);
        });
    }
}

/// What is still in a namespace.
struct Left {
    /// Objects by resource, as `plural.group`.
    resources: BTreeMap<String, usize>,
    /// Objects by finalizer.
    finalizers: BTreeMap<String, usize>,
}

impl Left {
    fn of(world: &World, name: &str) -> Self {
        let mut left = Self {
            resources: BTreeMap::new(),
            finalizers: BTreeMap::new(),
        };
        for resource in NAMESPACED {
            for (key, object) in resource.list(world, Some(name)) {
                left.count(key, object);
            }
        }
        left
    }

    fn count(&mut self, key: &Key, object: &Value) {
        *self
            .resources
            .entry(format!("{}.{}", key.resource, key.group))
            .or_default() += 1;
        for finalizer in list(object, "/metadata/finalizers").iter().filter_map(Value::as_str) {
            *self.finalizers.entry(finalizer.to_owned()).or_default() += 1;
        }
    }

    /// Writes the conditions that say what remains, in the words of the namespace controller.
    fn tell(&self, namespace: &mut Value, now: &str) {
        let counted = |counts: &BTreeMap<String, usize>, verb: &str| {
            let parts: Vec<String> = counts
                .iter()
                .map(|(what, count)| format!("{what} {verb} {count} resource instances"))
                .collect();
            parts.join(", ")
        };
        let (content, content_reason, content_status) = if self.resources.is_empty() {
            ("All content successfully removed".to_owned(), "ContentRemoved", "False")
        } else {
            let what = counted(&self.resources, "has");
            (
                format!("Some resources are remaining: {what}"),
                "SomeResourcesRemain",
                "True",
            )
        };
        let (finalizers, finalizer_reason, finalizer_status) = if self.finalizers.is_empty() {
            (
                "All content-preserving finalizers finished".to_owned(),
                "ContentHasNoFinalizers",
                "False",
            )
        } else {
            let what = counted(&self.finalizers, "in");
            (
                format!("Some content in the namespace has finalizers remaining: {what}"),
                "SomeFinalizersRemain",
                "True",
            )
        };
        let conditions = [
            (
                "NamespaceDeletionDiscoveryFailure",
                "ResourcesDiscovered",
                "All resources successfully discovered",
                "False",
            ),
            (
                "NamespaceDeletionGroupVersionParsingFailure",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed",
                "False",
            ),
            (
                "NamespaceDeletionContentFailure",
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization",
                "False",
            ),
            ("NamespaceContentRemaining", content_reason, &content, content_status),
            (
                "NamespaceFinalizersRemaining",
                finalizer_reason,
                &finalizers,
                finalizer_status,
            ),
        ];
        namespace["status"]["phase"] = "Terminating".into();
        let old = namespace["status"]["conditions"].clone();
        let since = |kind: &str, status: &str| {
            let same = |c: &&Value| c["type"] == kind && c["status"] == status;
            let kept = old.as_array().into_iter().flatten().find(same);
            kept.and_then(|c| c["lastTransitionTime"].as_str())
                .unwrap_or(now)
                .to_owned()
        };
        namespace["status"]["conditions"] = conditions
            .iter()
            .map(|(kind, reason, message, status)| {
                json!({"lastTransitionTime": since(kind, status), "message": message, "reason": reason, "status": status, "type": kind})
            })
            .collect();
    }
}
