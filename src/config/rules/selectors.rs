//! Selectors of a Fargate profile.

use super::super::problem::in_quotes;
use super::Flaw;
use crate::lang::text;
use crate::model::matches_wildcard;

/// Namespaces in which a lab's profile must not catch pods: those of the cluster's own components.
const PROTECTED: [&str; 2] = ["kube-system", "default"];

/// Why a selector must not name these namespaces: it would take the cluster's own pods.
pub(in crate::config) fn takes_cluster_pods(namespace: &str) -> Option<Flaw> {
    let caught = PROTECTED.iter().find(|name| matches_wildcard(namespace, name))?;
    let flaw = text!(
        "config-selector-of-cluster",
        namespace = *caught,
        value = in_quotes(namespace)
    );
    Some(Flaw::new(flaw).help(text!("config-selector-of-cluster.remedy")))
}
