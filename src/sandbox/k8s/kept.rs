//! Kinds that the cluster keeps and shows, and that nothing here acts upon.
//!
//! Whoever makes one is told what does not follow from it, by a warning that kubectl prints.

use super::kind::{Generation, Kind};

const RBAC: Kind = Kind {
    group: "rbac.authorization.k8s.io",
    ..Kind::PLAIN
};

const BATCH: Kind = Kind {
    group: "batch",
    status: true,
    generation: Generation::Spec,
    in_all: true,
    ..Kind::PLAIN
};

/// `Secret`.
pub(crate) const SECRET: &Kind = &Kind {
    kind: "Secret",
    resource: "secrets",
    singular: "secret",
    ..Kind::PLAIN
};

/// `ResourceQuota`.
pub(crate) const QUOTA: &Kind = &Kind {
    kind: "ResourceQuota",
    resource: "resourcequotas",
    singular: "resourcequota",
    short: &["quota"],
    status: true,
    returns_deleted: true,
    ..Kind::PLAIN
};

/// `LimitRange`.
pub(crate) const LIMIT_RANGE: &Kind = &Kind {
    kind: "LimitRange",
    resource: "limitranges",
    singular: "limitrange",
    short: &["limits"],
    ..Kind::PLAIN
};

/// `HorizontalPodAutoscaler` as older clients write it; kept as version 2.
pub(crate) const AUTOSCALER_V1: &Kind = &Kind {
    group: "autoscaling",
    version: "v1",
    kind: "HorizontalPodAutoscaler",
    resource: "horizontalpodautoscalers",
    singular: "horizontalpodautoscaler",
    short: &["hpa"],
    status: true,
    in_all: true,
    ..Kind::PLAIN
};

/// `CronJob`.
pub(crate) const CRON_JOB: &Kind = &Kind {
    kind: "CronJob",
    resource: "cronjobs",
    singular: "cronjob",
    short: &["cj"],
    ..BATCH
};

/// `Job`.
pub(crate) const JOB: &Kind = &Kind {
    kind: "Job",
    resource: "jobs",
    singular: "job",
    ..BATCH
};

/// `StatefulSet`.
pub(crate) const STATEFUL_SET: &Kind = &Kind {
    group: "apps",
    kind: "StatefulSet",
    resource: "statefulsets",
    singular: "statefulset",
    short: &["sts"],
    status: true,
    scale: true,
    generation: Generation::Spec,
    in_all: true,
    ..Kind::PLAIN
};

/// `ClusterRoleBinding`.
pub(crate) const CLUSTER_ROLE_BINDING: &Kind = &Kind {
    kind: "ClusterRoleBinding",
    resource: "clusterrolebindings",
    singular: "clusterrolebinding",
    group: "rbac.authorization.k8s.io",
    ..Kind::CLUSTER
};

/// `ClusterRole`.
pub(crate) const CLUSTER_ROLE: &Kind = &Kind {
    kind: "ClusterRole",
    resource: "clusterroles",
    singular: "clusterrole",
    group: "rbac.authorization.k8s.io",
    ..Kind::CLUSTER
};

/// `RoleBinding`.
pub(crate) const ROLE_BINDING: &Kind = &Kind {
    kind: "RoleBinding",
    resource: "rolebindings",
    singular: "rolebinding",
    ..RBAC
};

/// `Role`.
pub(crate) const ROLE: &Kind = &Kind {
    kind: "Role",
    resource: "roles",
    singular: "role",
    ..RBAC
};

/// What does not follow from objects of a kind in the sandbox, as a noun; `None` if everything does that follows elsewhere.
pub fn without_effect(api_version: &str, kind: &str) -> Option<&'static str> {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    Some(match (group, kind) {
        ("batch", "Job" | "CronJob") => "the pods of jobs",
        ("apps", "StatefulSet") => "the pods of stateful sets",
        ("", "ResourceQuota" | "LimitRange") => "the enforcement of quotas and limits",
        ("rbac.authorization.k8s.io", _) => "what roles allow and forbid",
        ("autoscaling", "HorizontalPodAutoscaler") => "the measuring of load, so that no autoscaler acts",
        _ => return None,
    })
}
