//! The namespace controller: sets up new namespaces, empties those that are being deleted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::k8s::conditions;
use crate::state::Key;
use crate::world::World;

use super::super::api::{
    self, CONFIG_MAP, CONTROLLER_MANAGER, CONTROLLER_MANAGER_STATUS, NAMESPACE, NAMESPACED, SERVICE_ACCOUNT, list,
};
use super::super::durations;
use super::news::{News, Watcher};
use crate::state::Action;

pub(super) fn run(world: &mut World) {
    let news = News::of(world, Watcher::Namespaces, &[NAMESPACE, SERVICE_ACCOUNT, CONFIG_MAP]);
    for key in news.namespaces(world) {
        let Some(namespace) = world.kube.get(&key) else {
            continue;
        };
        if api::deleting(namespace) {
            let (uid, name) = (api::uid(namespace).to_owned(), key.name.clone());
            plan_pass(world, &uid, &name);
        } else {
            add_service_account(world, &key.name);
        }
    }
}

/// Every namespace gets a service account and the cluster's certificate.
fn add_service_account(world: &mut World, namespace: &str) {
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
    let action = Action::EmptyNamespace {
        uid: uid.to_owned(),
        name: name.to_owned(),
    };
    if world.agenda.has(&action) {
        return;
    }
    let wait = durations::NAMESPACE_PASS.draw(world, &format!("namespace {name}"));
    let now = world.now();
    world.agenda.after(now, wait, action);
}

/// Deletes what is in a namespace, reports what remains, and lets the namespace go when nothing does.
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
        left.write(namespace, &now);
    });
    if left.resources.is_empty() {
        api::update(world, &key, CONTROLLER_MANAGER, |namespace| {
            namespace["spec"]["finalizers"] = json!([]);
        });
    }
    if world.kube.get(&key).is_some() {
        plan_pass(world, uid, name);
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
    fn write(&self, namespace: &mut Value, now: &str) {
        namespace["status"]["phase"] = "Terminating".into();
        for condition in self.conditions() {
            let (kind, status) = (condition.kind, condition.status());
            let since = conditions::since(namespace, kind, status, now);
            conditions::put(
                namespace,
                json!({
                    "lastTransitionTime": since, "message": condition.message, "reason": condition.reason,
                    "status": status, "type": kind,
                }),
            );
        }
    }

    fn conditions(&self) -> [Condition; 5] {
        let resources = counted(&self.resources, "has");
        let finalizers = counted(&self.finalizers, "in");
        [
            Condition::quiet(
                "NamespaceDeletionDiscoveryFailure",
                "ResourcesDiscovered",
                "All resources successfully discovered",
            ),
            Condition::quiet(
                "NamespaceDeletionGroupVersionParsingFailure",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed",
            ),
            Condition::quiet(
                "NamespaceDeletionContentFailure",
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization",
            ),
            Condition::quiet(
                "NamespaceContentRemaining",
                "ContentRemoved",
                "All content successfully removed",
            )
            .unless(resources, "SomeResourcesRemain", "Some resources are remaining: "),
            Condition::quiet(
                "NamespaceFinalizersRemaining",
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished",
            )
            .unless(
                finalizers,
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: ",
            ),
        ]
    }
}

/// What is counted, in the words of the namespace controller; `None` if there is nothing.
fn counted(counts: &BTreeMap<String, usize>, verb: &str) -> Option<String> {
    let parts: Vec<String> = counts
        .iter()
        .map(|(what, count)| format!("{what} {verb} {count} resource instances"))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A condition of a namespace that is being deleted: true where something is in the way.
struct Condition {
    kind: &'static str,
    reason: &'static str,
    message: String,
    holds: bool,
}

impl Condition {
    /// The reason and message when nothing is in the way.
    fn quiet(kind: &'static str, reason: &'static str, message: &str) -> Self {
        Self {
            kind,
            reason,
            message: message.to_owned(),
            holds: false,
        }
    }

    /// The reason when something is in the way.
    fn unless(self, what: Option<String>, reason: &'static str, before: &str) -> Self {
        match what {
            None => self,
            Some(what) => Self {
                reason,
                message: format!("{before}{what}"),
                holds: true,
                ..self
            },
        }
    }

    fn status(&self) -> &'static str {
        if self.holds { "True" } else { "False" }
    }
}
