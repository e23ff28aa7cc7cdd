//! The kinds of objects a lab can hold, with what their URLs are made of. A fixed table in place of discovery: a plan
//! must not spend round trips on asking what everybody knows.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::model::ObjectKey;
use crate::ports::{CallError, ErrorClass};

/// One kind of object.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Group and version as manifests spell them, such as `apps/v1`.
    pub api_version: &'static str,
    /// Kind, such as `Deployment`.
    pub kind: &'static str,
    /// Plural as URLs spell it, such as `deployments`.
    pub plural: &'static str,
    /// Whether its objects live in namespaces.
    pub namespaced: bool,
}

const fn namespaced(api_version: &'static str, kind: &'static str, plural: &'static str) -> Kind {
    Kind {
        api_version,
        kind,
        plural,
        namespaced: true,
    }
}

const fn cluster(api_version: &'static str, kind: &'static str, plural: &'static str) -> Kind {
    Kind {
        api_version,
        kind,
        plural,
        namespaced: false,
    }
}

const KINDS: &[Kind] = &[
    cluster(
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
        "mutatingwebhookconfigurations",
    ),
    cluster(
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
        "validatingwebhookconfigurations",
    ),
    cluster("v1", "Namespace", "namespaces"),
    cluster("v1", "Node", "nodes"),
    cluster("v1", "PersistentVolume", "persistentvolumes"),
    namespaced("v1", "ConfigMap", "configmaps"),
    namespaced("v1", "Endpoints", "endpoints"),
    namespaced("v1", "Event", "events"),
    namespaced("v1", "LimitRange", "limitranges"),
    namespaced("v1", "PersistentVolumeClaim", "persistentvolumeclaims"),
    namespaced("v1", "Pod", "pods"),
    namespaced("v1", "PodTemplate", "podtemplates"),
    namespaced("v1", "ReplicationController", "replicationcontrollers"),
    namespaced("v1", "ResourceQuota", "resourcequotas"),
    namespaced("v1", "Secret", "secrets"),
    namespaced("v1", "Service", "services"),
    namespaced("v1", "ServiceAccount", "serviceaccounts"),
    namespaced("apps/v1", "ControllerRevision", "controllerrevisions"),
    namespaced("apps/v1", "DaemonSet", "daemonsets"),
    namespaced("apps/v1", "Deployment", "deployments"),
    namespaced("apps/v1", "ReplicaSet", "replicasets"),
    namespaced("apps/v1", "StatefulSet", "statefulsets"),
    namespaced("autoscaling/v1", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    namespaced("autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"),
    namespaced("batch/v1", "CronJob", "cronjobs"),
    namespaced("batch/v1", "Job", "jobs"),
    namespaced("coordination.k8s.io/v1", "Lease", "leases"),
    namespaced("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    namespaced("networking.k8s.io/v1", "Ingress", "ingresses"),
    namespaced("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies"),
    cluster("networking.k8s.io/v1", "IngressClass", "ingressclasses"),
    namespaced("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets"),
    namespaced("rbac.authorization.k8s.io/v1", "Role", "roles"),
    namespaced("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
    cluster("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles"),
    cluster(
        "rbac.authorization.k8s.io/v1",
        "ClusterRoleBinding",
        "clusterrolebindings",
    ),
    cluster("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses"),
    cluster("storage.k8s.io/v1", "StorageClass", "storageclasses"),
    cluster("elbv2.k8s.aws/v1beta1", "IngressClassParams", "ingressclassparams"),
    namespaced("elbv2.k8s.aws/v1beta1", "TargetGroupBinding", "targetgroupbindings"),
];

/// A kind by the names that manifests have for it; the table may not know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::k8s) struct KindRef {
    /// Group and version, such as `apps/v1`.
    pub(in crate::k8s) api_version: String,
    /// Kind, such as `Deployment`.
    pub(in crate::k8s) kind: String,
}

impl KindRef {
    /// The kind in the table; an error as with [`kind_of`].
    pub(in crate::k8s) fn resolve(&self) -> Result<&'static Kind, CallError> {
        kind_of(&self.api_version, &self.kind)
    }
}

/// The kind with these names. A kind outside the table is an error.
pub fn kind_of(api_version: &str, kind: &str) -> Result<&'static Kind, CallError> {
    let found = KINDS
        .iter()
        .find(|known| known.api_version == api_version && known.kind == kind);
    found.ok_or_else(|| {
        let other: Vec<&str> = KINDS
            .iter()
            .filter(|known| known.kind.eq_ignore_ascii_case(kind))
            .map(|known| known.api_version)
            .collect();
        let hint = if other.is_empty() {
            "remove it from the templates and apply it with kubectl".to_owned()
        } else {
            format!("write it as apiVersion {}", other.join(" or "))
        };
        CallError::new(
            ErrorClass::Invalid,
            format!("find kind {kind}"),
            format!("objects of kind {kind} in `{api_version}` are not supported: {hint}"),
        )
    })
}

impl Kind {
    /// The path of all objects of the kind, in one namespace or in the whole cluster.
    pub fn collection(&self, namespace: Option<&str>) -> String {
        let root = if self.api_version.contains('/') { "apis" } else { "api" };
        match namespace {
            Some(namespace) if self.namespaced => {
                let namespace = segment(namespace);
                format!("/{root}/{}/namespaces/{namespace}/{}", self.api_version, self.plural)
            }
            _ => format!("/{root}/{}/{}", self.api_version, self.plural),
        }
    }

    /// The path of one object.
    pub fn item(&self, namespace: Option<&str>, name: &str) -> String {
        format!("{}/{}", self.collection(namespace), segment(name))
    }
}

/// What a name has in a path without standing for something else there. Names of objects may have more than DNS has: RBAC's have
/// colons.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b':');

/// A name as one segment of a path, whatever is in it.
fn segment(name: &str) -> String {
    match name {
        // Dots alone would lead elsewhere.
        "." | ".." => name.replace('.', "%2E"),
        name => utf8_percent_encode(name, PLAIN).to_string(),
    }
}

/// The path of the object that the key names.
pub(super) fn path_of(key: &ObjectKey) -> Result<String, CallError> {
    let kind = kind_of(&key.api_version, &key.kind)?;
    if kind.namespaced && key.namespace.is_none() {
        return Err(CallError::new(
            ErrorClass::Invalid,
            key.to_string(),
            "the object has no namespace, and its kind needs one",
        ));
    }
    Ok(kind.item(key.namespace.as_deref(), &key.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_group_and_scope() {
        for (api_version, kind, namespace, path) in [
            ("v1", "Namespace", None, "/api/v1/namespaces/x"),
            ("v1", "Service", Some("n"), "/api/v1/namespaces/n/services/x"),
            (
                "apps/v1",
                "Deployment",
                Some("n"),
                "/apis/apps/v1/namespaces/n/deployments/x",
            ),
            (
                "networking.k8s.io/v1",
                "IngressClass",
                Some("ignored"),
                "/apis/networking.k8s.io/v1/ingressclasses/x",
            ),
        ] {
            assert_eq!(kind_of(api_version, kind).unwrap().item(namespace, "x"), path);
        }
        assert_eq!(
            kind_of("apps/v1", "Deployment").unwrap().collection(None),
            "/apis/apps/v1/deployments"
        );
    }

    #[test]
    fn a_name_is_one_segment_whatever_it_says() {
        let maps = kind_of("v1", "ConfigMap").unwrap();
        for (name, segment) in [
            ("game-2048.v1", "game-2048.v1"),
            ("system:node", "system:node"),
            (
                "a?fieldManager=lab2048&force=true#",
                "a%3FfieldManager%3Dlab2048%26force%3Dtrue%23",
            ),
            (
                "../../../namespaces/kube-system",
                "..%2F..%2F..%2Fnamespaces%2Fkube-system",
            ),
            ("..", "%2E%2E"),
            (".", "%2E"),
            ("a/b%2f..", "a%2Fb%252f.."),
            ("x y\n한", "x%20y%0A%ED%95%9C"),
            ("a;b\\c", "a%3Bb%5Cc"),
        ] {
            assert_eq!(
                maps.item(Some("n"), name),
                format!("/api/v1/namespaces/n/configmaps/{segment}")
            );
            assert_eq!(
                maps.collection(Some(name)),
                format!("/api/v1/namespaces/{segment}/configmaps")
            );
        }
    }

    #[test]
    fn an_unknown_kind_has_a_remedy() {
        let wrong_group = kind_of("extensions/v1beta1", "Ingress").unwrap_err();
        assert!(
            wrong_group
                .message
                .ends_with("write it as apiVersion networking.k8s.io/v1")
        );
        let foreign = kind_of("example.com/v1", "Widget").unwrap_err();
        assert!(foreign.message.contains("apply it with kubectl"));
    }

    #[test]
    fn no_kind_is_listed_twice() {
        for (i, a) in KINDS.iter().enumerate() {
            assert!(
                KINDS[i + 1..]
                    .iter()
                    .all(|b| (a.api_version, a.kind) != (b.api_version, b.kind))
            );
        }
    }
}
