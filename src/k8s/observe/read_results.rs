//! The results of the reads, put together without another request.

use std::sync::Arc;

use super::ObserveRequest;
use crate::k8s::api::KindRef;
use crate::lang::Text;
use crate::lbc;
use crate::model::{DryRun, Elsewhere, Object, ObjectKey, ObjectState, Observed};

/// Kinds that people have in a namespace beside a lab. They are read before it is removed, as they go with it. Secrets are
/// left out: nobody wants them read.
pub(super) const GO_WITH_NAMESPACE: [(&str, &str); 6] = [
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "StatefulSet"),
    ("batch/v1", "CronJob"),
    ("batch/v1", "Job"),
    ("v1", "ConfigMap"),
    ("v1", "PersistentVolumeClaim"),
];

/// Whether a kind is read only because its objects go with the namespace.
fn goes_with_namespace(kind: &KindRef) -> bool {
    GO_WITH_NAMESPACE.iter().any(|(_, name)| *name == kind.kind)
}

/// Whether a kind is none that a lab's own objects are of.
fn is_extra(kind: &KindRef) -> bool {
    goes_with_namespace(kind) || kind.kind == "Event" || kind.kind == lbc::BINDING_KIND
}

/// The Deployments of the cluster; of the lab's namespace alone where those of the cluster may not be read.
pub(super) struct Deployments {
    pub(super) all: Observed<Vec<Object>>,
    pub(super) own: Option<Observed<Vec<Object>>>,
}

impl Deployments {
    pub(super) fn in_namespace(&self, namespace: &str) -> Observed<Vec<Object>> {
        let source = self.own.as_ref().unwrap_or(&self.all);
        source.clone().map(|all| {
            all.into_iter()
                .filter(|deployment| deployment.namespace() == Some(namespace))
                .collect()
        })
    }
}

/// The results of the reads, to be put together.
pub(super) struct ReadResults<'a> {
    pub(super) namespace: Observed<Option<Object>>,
    pub(super) deployments: Arc<Deployments>,
    pub(super) lists: Vec<&'a (KindRef, Observed<Vec<Object>>)>,
}

impl ReadResults<'_> {
    pub(super) fn list(&self, kind: &str) -> Observed<Vec<Object>> {
        let found = self.lists.iter().find(|(other, _)| other.kind == kind);
        found.map_or(Observed::NotAsked, |(_, list)| list.clone())
    }

    fn live(&self, key: &ObjectKey) -> Observed<Option<Object>> {
        let list = match (key.kind.as_str(), &key.namespace) {
            ("Namespace", _) => return self.namespace.clone(),
            ("Deployment", Some(namespace)) => self.deployments.in_namespace(namespace),
            (kind, _) => self.list(kind),
        };
        list.map(|list| list.into_iter().find(|object| object.name() == key.name))
    }

    pub(super) fn states(&self, request: &ObserveRequest<'_>, dry_runs: Vec<DryRun>) -> Vec<ObjectState> {
        let wanted = request.wanted.iter().map(Object::key);
        wanted
            .zip(dry_runs)
            .map(|(key, dry_run)| ObjectState {
                live: self.live(&key),
                key,
                dry_run,
                alone: None,
            })
            .collect()
    }

    /// All objects with the lab's labels, of every kind that was read; unknown as soon as one kind is.
    pub(super) fn labelled(&self, lab: &str, namespace: &str) -> Observed<Vec<Object>> {
        let mut found: Vec<Object> = self.namespace.known().cloned().flatten().into_iter().collect();
        let deployments = self.deployments.in_namespace(namespace);
        let lists = self.lists.iter().map(|(kind, list)| (is_extra(kind), list));
        for (is_extra, list) in lists.chain([(false, &deployments)]) {
            match list {
                Observed::Known(objects) => found.extend(objects.iter().cloned()),
                Observed::Unknown(_) if is_extra => {}
                Observed::Unknown(why) => return Observed::Unknown(why.clone()),
                Observed::NotAsked => return Observed::NotAsked,
            }
        }
        // Pods have their Deployment's labels, but belong to it.
        found.retain(|object| object.belongs_to(lab) && !matches!(object.kind(), "Pod" | "Event"));
        Observed::Known(found)
    }

    /// What is in the lab's namespace beside pods, events and what the controller makes of the Ingress, as far as it could be
    /// read.
    pub(super) fn neighbours(&self, namespace: &str) -> Vec<Object> {
        let deployments = self.deployments.in_namespace(namespace);
        let lists = self.lists.iter().map(|(_, list)| list).chain([&deployments]);
        let all = lists.flat_map(Observed::items);
        all.filter(|object| !matches!(object.kind(), "Pod" | "Event" | "Lease" | lbc::BINDING_KIND))
            .cloned()
            .collect()
    }

    /// Why kinds could not be read whose objects go with the namespace.
    pub(super) fn unread_neighbours(&self) -> Vec<Text> {
        let extras = self.lists.iter().filter(|(kind, _)| goes_with_namespace(kind));
        extras
            .filter_map(|(_, list)| match list {
                Observed::Unknown(why) => Some(why.clone()),
                Observed::Known(_) | Observed::NotAsked => None,
            })
            .collect()
    }

    pub(super) fn elsewhere(&self, namespace: &str) -> Elsewhere {
        let all = self.deployments.all.as_ref().map(Vec::as_slice);
        Elsewhere::default().with("Deployment", all, namespace)
    }

    pub(super) fn coredns(&self) -> Observed<Option<Object>> {
        self.deployments.all.as_ref().map(|all| {
            let mut all = all.iter();
            let found = all.find(|deployment| {
                deployment.namespace() == Some("kube-system")
                    && (deployment.name() == "coredns" || deployment.label("k8s-app") == Some("kube-dns"))
            });
            found.cloned()
        })
    }
}
