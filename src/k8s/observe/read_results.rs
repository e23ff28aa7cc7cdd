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

/// What was read of the Deployments. The rest of a cluster's is not kept: on a class's cluster there are many.
pub(super) struct Deployments {
    /// Those in the lab's namespace.
    pub(super) own: Observed<Vec<Object>>,
    /// The load balancer controller's and CoreDNS's; not asked for where no more than the lab's own are needed.
    pub(super) of_cluster: Observed<Vec<Object>>,
    /// Those of other namespaces, where they are wanted.
    pub(super) elsewhere: Elsewhere,
}

impl Deployments {
    /// CoreDNS, if all were read and it is among them.
    pub(super) fn coredns(&self) -> Observed<Option<Object>> {
        let all = self.of_cluster.as_ref();
        all.map(|all| all.iter().find(|deployment| is_coredns(deployment)).cloned())
    }
}

/// Whether a Deployment is CoreDNS.
pub(super) fn is_coredns(deployment: &Object) -> bool {
    deployment.namespace() == Some("kube-system")
        && (deployment.name() == "coredns" || deployment.label("k8s-app") == Some("kube-dns"))
}

/// The results of the reads, to be put together.
pub(super) struct ReadResults<'a> {
    pub(super) namespace: Observed<Option<Object>>,
    pub(super) deployments: Arc<Deployments>,
    pub(super) lists: Vec<&'a (KindRef, Observed<Vec<Object>>)>,
}

impl ReadResults<'_> {
    pub(super) fn list(&self, kind: &str) -> Observed<Vec<Object>> {
        self.found(kind).map_or(Observed::NotAsked, Observed::clone)
    }

    fn found(&self, kind: &str) -> Option<&Observed<Vec<Object>>> {
        let found = self.lists.iter().find(|(other, _)| other.kind == kind);
        found.map(|(_, list)| list)
    }

    fn live(&self, key: &ObjectKey) -> Observed<Option<Object>> {
        let list = match (key.kind.as_str(), &key.namespace) {
            ("Namespace", _) => return self.namespace.clone(),
            ("Deployment", Some(_)) => Some(&self.deployments.own),
            (kind, _) => self.found(kind),
        };
        let list = list.map_or(Observed::NotAsked, Observed::as_ref);
        list.map(|list| list.iter().find(|object| object.name() == key.name).cloned())
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
    pub(super) fn labelled(&self, lab: &str) -> Observed<Vec<Object>> {
        let namespace = self.namespace.known().and_then(Option::as_ref);
        let mut found: Vec<Object> = namespace
            .filter(|namespace| namespace.belongs_to(lab))
            .cloned()
            .into_iter()
            .collect();
        let lists = self.lists.iter().map(|(kind, list)| (is_extra(kind), list));
        // Pods have their Deployment's labels, but belong to it.
        let is_own = |object: &&Object| object.belongs_to(lab) && !matches!(object.kind(), "Pod" | "Event");
        for (is_extra, list) in lists.chain([(false, &self.deployments.own)]) {
            match list {
                Observed::Known(objects) => found.extend(objects.iter().filter(is_own).cloned()),
                Observed::Unknown(_) if is_extra => {}
                Observed::Unknown(why) => return Observed::Unknown(why.clone()),
                Observed::NotAsked => return Observed::NotAsked,
            }
        }
        Observed::Known(found)
    }

    /// What is in the lab's namespace beside pods, events and what the controller makes of the Ingress, as far as it could be
    /// read.
    pub(super) fn neighbours(&self) -> Vec<Object> {
        let lists = self.lists.iter().map(|(_, list)| list).chain([&self.deployments.own]);
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
}
