//! The annotations that the controller knows on Ingresses and Services, and those that only look like them: it ignores
//! what it does not know, and nothing tells. (LBC `pkg/annotations/constants.go`)

use super::annotations::{PREFIX, annotation_name};
use crate::model::Object;

/// Names without the prefix; what ends in a dot is followed by a name of the user's.
const NAMES: &[&str] = &[
    "acm-pca-arn",
    "actions.",
    "auth-idp-cognito",
    "auth-idp-oidc",
    "auth-on-unauthenticated-request",
    "auth-scope",
    "auth-session-cookie",
    "auth-session-timeout",
    "auth-type",
    "backend-protocol",
    "backend-protocol-version",
    "certificate-arn",
    "conditions.",
    "create-acm-cert",
    "customer-owned-ipv4-pool",
    "dry-run-plan",
    "enable-frontend-nlb",
    "frontend-nlb-attributes",
    "frontend-nlb-eip-allocations",
    "frontend-nlb-healthcheck-healthy-threshold-count",
    "frontend-nlb-healthcheck-interval-seconds",
    "frontend-nlb-healthcheck-path",
    "frontend-nlb-healthcheck-port",
    "frontend-nlb-healthcheck-protocol",
    "frontend-nlb-healthcheck-success-codes",
    "frontend-nlb-healthcheck-timeout-seconds",
    "frontend-nlb-healthcheck-unhealthy-threshold-count",
    "frontend-nlb-listener-port-mapping",
    "frontend-nlb-scheme",
    "frontend-nlb-security-groups",
    "frontend-nlb-subnets",
    "frontend-nlb-tags",
    "group.name",
    "group.order",
    "healthcheck-interval-seconds",
    "healthcheck-path",
    "healthcheck-port",
    "healthcheck-protocol",
    "healthcheck-timeout-seconds",
    "healthy-threshold-count",
    "inbound-cidrs",
    "ip-address-type",
    "ipam-ipv4-pool-id",
    "jwt-validation",
    "listen-ports",
    "listener-attributes.",
    "load-balancer-attributes",
    "load-balancer-name",
    "manage-backend-security-group-rules",
    "minimum-load-balancer-capacity",
    "multi-cluster-target-group",
    "mutual-authentication",
    "scheme",
    "security-group-prefix-lists",
    "security-groups",
    "shield-advanced-protection",
    "ssl-policy",
    "ssl-redirect",
    "subnets",
    "success-codes",
    "tags",
    "target-control-port.",
    "target-group-attributes",
    "target-node-labels",
    "target-type",
    "transforms.",
    "unhealthy-threshold-count",
    "use-regex-path-match",
    "waf-acl-id",
    "wafv2-acl-arn",
    "wafv2-acl-name",
    "web-acl-id",
];

/// Names of all annotations that the controller knows, without their prefix; those that end in a dot are beginnings.
pub fn known_annotations() -> &'static [&'static str] {
    NAMES
}

/// An annotation that looks like one of the controller's and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownAnnotation {
    /// Its key.
    pub key: String,
    /// The key that was meant, if one is near.
    pub near: Option<String>,
}

/// The annotations of an object that the controller does not know although they look like its own: a wrong name behind the
/// right prefix, or a name of the controller's behind a prefix that is nearly right.
pub fn unknown_annotations(object: &Object) -> Vec<UnknownAnnotation> {
    let annotations = object.at("/metadata/annotations").and_then(|all| all.as_object());
    let keys = annotations.into_iter().flatten().map(|(key, _)| key.as_str());
    keys.filter_map(unknown).collect()
}

fn unknown(key: &str) -> Option<UnknownAnnotation> {
    if let Some(name) = annotation_name(key) {
        return (!is_known(name)).then(|| UnknownAnnotation {
            key: key.to_owned(),
            near: nearest(name).map(|name| format!("{PREFIX}{name}")),
        });
    }
    let (domain, name) = key.split_once('/')?;
    let meant = PREFIX.trim_end_matches('/');
    let near = strsim::osa_distance(&domain.to_ascii_lowercase(), meant) <= FAR;
    (near && is_known(name)).then(|| UnknownAnnotation {
        key: key.to_owned(),
        near: Some(format!("{PREFIX}{name}")),
    })
}

/// So many letters may differ.
const FAR: usize = 3;

fn is_known(name: &str) -> bool {
    let begins = |known: &str| known.ends_with('.') && name.len() > known.len() && name.starts_with(known);
    NAMES
        .iter()
        .any(|known| (name == *known && !name.ends_with('.')) || begins(known))
}

/// The known name that differs least, if it is not too far.
fn nearest(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    let distance = |known: &&str| strsim::osa_distance(&name, known);
    let whole = NAMES.iter().copied().filter(|known| !known.ends_with('.'));
    let nearest = whole.min_by_key(distance)?;
    (distance(&nearest) <= FAR.min(name.len() / 2)).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_looks_like_an_annotation_of_the_controllers_and_is_none() {
        let object = Object(json!({"metadata": {"annotations": {
            "alb.ingress.kubernetes.io/scheme": "internal",
            "alb.ingress.kubernetes.io/actions.redirect": "{}",
            "alb.ingress.kubernetes.io/shceme": "internal",
            "alb.ingress.kubernetes.io/target_type": "ip",
            "alb.ingress.kubernetes.io/healthcheck-intervall-seconds": "15",
            "alb.ingress.kubernetes.io/rewrite-target": "/",
            "alb.ingress.kubernetes.io/actions.": "{}",
            "alb.ingres.kubernetes.io/subnets": "a,b",
            "nginx.ingress.kubernetes.io/ssl-redirect": "true",
            "kubernetes.io/ingress.class": "alb",
            "scheme": "internal",
        }}}));
        let found: Vec<(String, Option<String>)> = unknown_annotations(&object)
            .into_iter()
            .map(|found| (found.key, found.near))
            .collect();
        let alb = |name: &str| format!("alb.ingress.kubernetes.io/{name}");
        let wanted = [
            ("alb.ingres.kubernetes.io/subnets".to_owned(), Some(alb("subnets"))),
            (alb("actions."), None),
            (
                alb("healthcheck-intervall-seconds"),
                Some(alb("healthcheck-interval-seconds")),
            ),
            (alb("rewrite-target"), None),
            (alb("shceme"), Some(alb("scheme"))),
            (alb("target_type"), Some(alb("target-type"))),
        ];
        let mut found = found;
        found.sort();
        assert_eq!(found, wanted);
    }

    #[test]
    fn the_names_are_in_order_and_none_is_there_twice() {
        assert!(NAMES.is_sorted_by(|one, next| one < next));
    }
}
