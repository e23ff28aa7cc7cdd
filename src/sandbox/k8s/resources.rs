//! The kinds of objects the cluster knows, as discovery lists them.

use serde_json::Value;

use super::kept::{
    AUTOSCALER_V1, CLUSTER_ROLE, CLUSTER_ROLE_BINDING, CRON_JOB, JOB, LIMIT_RANGE, QUOTA, ROLE, ROLE_BINDING, SECRET,
    STATEFUL_SET,
};

pub(crate) use super::kind::{Generation, Kind};
use crate::state::Key;

const APPS: Kind = Kind {
    group: "apps",
    status: true,
    generation: Generation::Spec,
    in_all: true,
    ..Kind::PLAIN
};

const WEBHOOKS: Kind = Kind {
    group: "admissionregistration.k8s.io",
    generation: Generation::Spec,
    ..Kind::CLUSTER
};

/// `ConfigMap`.
pub(crate) const CONFIG_MAP: &Kind = &Kind {
    kind: "ConfigMap",
    resource: "configmaps",
    singular: "configmap",
    short: &["cm"],
    ..Kind::PLAIN
};

/// `Event`.
pub(crate) const EVENT: &Kind = &Kind {
    kind: "Event",
    resource: "events",
    singular: "event",
    short: &["ev"],
    ..Kind::PLAIN
};

/// `Namespace`.
pub(crate) const NAMESPACE: &Kind = &Kind {
    kind: "Namespace",
    resource: "namespaces",
    singular: "namespace",
    short: &["ns"],
    status: true,
    returns_deleted: true,
    ..Kind::CLUSTER
};

/// `Node`.
pub(crate) const NODE: &Kind = &Kind {
    kind: "Node",
    resource: "nodes",
    singular: "node",
    short: &["no"],
    status: true,
    ..Kind::CLUSTER
};

/// `Pod`.
pub(crate) const POD: &Kind = &Kind {
    kind: "Pod",
    resource: "pods",
    singular: "pod",
    short: &["po"],
    status: true,
    generation: Generation::Spec,
    returns_deleted: true,
    in_all: true,
    ..Kind::PLAIN
};

/// `ServiceAccount`.
pub(crate) const SERVICE_ACCOUNT: &Kind = &Kind {
    kind: "ServiceAccount",
    resource: "serviceaccounts",
    singular: "serviceaccount",
    short: &["sa"],
    returns_deleted: true,
    ..Kind::PLAIN
};

/// `Service`.
pub(crate) const SERVICE: &Kind = &Kind {
    kind: "Service",
    resource: "services",
    singular: "service",
    short: &["svc"],
    status: true,
    returns_deleted: true,
    in_all: true,
    ..Kind::PLAIN
};

/// `DaemonSet`.
pub(crate) const DAEMON_SET: &Kind = &Kind {
    kind: "DaemonSet",
    resource: "daemonsets",
    singular: "daemonset",
    short: &["ds"],
    ..APPS
};

/// `Deployment`.
pub(crate) const DEPLOYMENT: &Kind = &Kind {
    kind: "Deployment",
    resource: "deployments",
    singular: "deployment",
    short: &["deploy"],
    scale: true,
    generation: Generation::SpecAndAnnotations,
    ..APPS
};

/// `ReplicaSet`.
pub(crate) const REPLICA_SET: &Kind = &Kind {
    kind: "ReplicaSet",
    resource: "replicasets",
    singular: "replicaset",
    short: &["rs"],
    scale: true,
    ..APPS
};

/// `HorizontalPodAutoscaler`.
pub(crate) const AUTOSCALER: &Kind = &Kind {
    group: "autoscaling",
    version: "v2",
    kind: "HorizontalPodAutoscaler",
    resource: "horizontalpodautoscalers",
    singular: "horizontalpodautoscaler",
    short: &["hpa"],
    status: true,
    in_all: true,
    ..Kind::PLAIN
};

/// `IngressClass`.
pub(crate) const INGRESS_CLASS: &Kind = &Kind {
    group: "networking.k8s.io",
    kind: "IngressClass",
    resource: "ingressclasses",
    singular: "ingressclass",
    generation: Generation::Spec,
    ..Kind::CLUSTER
};

/// `Ingress`.
pub(crate) const INGRESS: &Kind = &Kind {
    group: "networking.k8s.io",
    kind: "Ingress",
    resource: "ingresses",
    singular: "ingress",
    short: &["ing"],
    status: true,
    generation: Generation::Spec,
    ..Kind::PLAIN
};

/// `PodDisruptionBudget`.
pub(crate) const DISRUPTION_BUDGET: &Kind = &Kind {
    group: "policy",
    kind: "PodDisruptionBudget",
    resource: "poddisruptionbudgets",
    singular: "poddisruptionbudget",
    short: &["pdb"],
    status: true,
    generation: Generation::Spec,
    ..Kind::PLAIN
};

/// `MutatingWebhookConfiguration`.
pub(crate) const MUTATING_WEBHOOKS: &Kind = &Kind {
    kind: "MutatingWebhookConfiguration",
    resource: "mutatingwebhookconfigurations",
    singular: "mutatingwebhookconfiguration",
    ..WEBHOOKS
};

/// `ValidatingWebhookConfiguration`.
pub(crate) const VALIDATING_WEBHOOKS: &Kind = &Kind {
    kind: "ValidatingWebhookConfiguration",
    resource: "validatingwebhookconfigurations",
    singular: "validatingwebhookconfiguration",
    ..WEBHOOKS
};

/// `Lease`.
pub(crate) const LEASE: &Kind = &Kind {
    group: "coordination.k8s.io",
    kind: "Lease",
    resource: "leases",
    singular: "lease",
    ..Kind::PLAIN
};

/// `EndpointSlice`.
pub(crate) const ENDPOINT_SLICE: &Kind = &Kind {
    group: "discovery.k8s.io",
    kind: "EndpointSlice",
    resource: "endpointslices",
    singular: "endpointslice",
    generation: Generation::Spec,
    ..Kind::PLAIN
};

/// `IngressClassParams`.
pub(crate) const CLASS_PARAMS: &Kind = &Kind {
    group: "elbv2.k8s.aws",
    version: "v1beta1",
    kind: "IngressClassParams",
    resource: "ingressclassparams",
    singular: "ingressclassparams",
    generation: Generation::Spec,
    ..Kind::CLUSTER
};

/// `TargetGroupBinding`.
pub(crate) const BINDING: &Kind = &Kind {
    group: "elbv2.k8s.aws",
    version: "v1beta1",
    kind: "TargetGroupBinding",
    resource: "targetgroupbindings",
    singular: "targetgroupbinding",
    status: true,
    generation: Generation::Spec,
    ..Kind::PLAIN
};

/// All kinds, by group in the order discovery lists them.
pub(crate) const KINDS: [&Kind; 31] = [
    CONFIG_MAP,
    EVENT,
    LIMIT_RANGE,
    NAMESPACE,
    NODE,
    POD,
    QUOTA,
    SECRET,
    SERVICE_ACCOUNT,
    SERVICE,
    DAEMON_SET,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    AUTOSCALER,
    AUTOSCALER_V1,
    CRON_JOB,
    JOB,
    INGRESS_CLASS,
    INGRESS,
    DISRUPTION_BUDGET,
    CLUSTER_ROLE_BINDING,
    CLUSTER_ROLE,
    ROLE_BINDING,
    ROLE,
    MUTATING_WEBHOOKS,
    VALIDATING_WEBHOOKS,
    LEASE,
    ENDPOINT_SLICE,
    CLASS_PARAMS,
    BINDING,
];

/// The kind served under a group, version and plural name.
pub(crate) fn by_resource(group: &str, version: &str, resource: &str) -> Option<&'static Kind> {
    KINDS
        .into_iter()
        .find(|kind| kind.group == group && kind.version == version && kind.resource == resource)
}

/// The kind of an object with `apiVersion` and `kind`.
pub(crate) fn by_kind(api_version: &str, name: &str) -> Option<&'static Kind> {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    KINDS
        .into_iter()
        .find(|kind| kind.group == group && kind.version == version && kind.kind == name)
}

/// The kind whose objects are stored under a key.
pub(crate) fn by_key(key: &Key) -> Option<&'static Kind> {
    KINDS
        .into_iter()
        .find(|kind| kind.group == key.group && kind.resource == key.resource)
}

/// The kind that the objects of a kind are kept as: itself, unless it is an older version of one.
pub(crate) fn stored(kind: &'static Kind) -> &'static Kind {
    by_key(&kind.key("", "")).unwrap_or(kind)
}

/// The kind of an object.
pub(crate) fn of(object: &Value) -> Option<&'static Kind> {
    by_kind(object["apiVersion"].as_str()?, object["kind"].as_str()?)
}
