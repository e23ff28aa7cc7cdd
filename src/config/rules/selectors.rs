//! Selectors of a Fargate profile.

use super::Flaw;
use crate::model::matches_wildcard;

/// Namespaces in which a lab's profile must not catch pods: those of the cluster's own components.
const PROTECTED: [&str; 2] = ["kube-system", "default"];

/// Why a selector must not name these namespaces: it would take the cluster's own pods.
pub(in crate::config) fn takes_cluster_pods(namespace: &str) -> Option<Flaw> {
    let caught = PROTECTED.iter().find(|name| matches_wildcard(namespace, name))?;
    Some(
        Flaw::new(format!(
            "takes the pods of the namespace `{caught}`, too, but is {namespace:?}"
        ))
        .help("the cluster's own pods would move to Fargate when they restart; name the lab's namespaces only (C18)"),
    )
}
