//! How far the simulated controller goes with each annotation.

use super::read::PREFIX;

/// What the sandbox makes of an annotation of the load balancer controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// It has its effect here.
    Modelled,
    /// Its value is read, and refused where the real controller or AWS refuses it; what follows from it is not there.
    ParsedOnly {
        /// What is not rehearsed, as a noun.
        what: &'static str,
    },
    /// The controller knows no annotation of this name and ignores it, here as on AWS.
    Unknown,
}

/// One annotation.
struct Row {
    /// Its name without the prefix; with a dot or a blank place at its end, what it begins with.
    name: &'static str,
    /// A value that asks for nothing but what is so anyway.
    idle: &'static str,
    /// What of it is not rehearsed; empty if all is.
    missing: &'static str,
}

const fn modelled(name: &'static str) -> Row {
    Row {
        name,
        idle: "",
        missing: "",
    }
}

const fn parsed(name: &'static str, idle: &'static str, missing: &'static str) -> Row {
    Row { name, idle, missing }
}

const HEALTH: &str = "whether the pods pass these health checks";
const SIGN_IN: &str = "signing in before the game";
const NLB: &str = "the network load balancer in front of the ALB";
const WAF: &str = "the web ACL in front of the ALB";

/// All of them, in the order of the controller's own list.
const ROWS: &[Row] = &[
    modelled("load-balancer-name"),
    modelled("group.name"),
    modelled("group.order"),
    modelled("tags"),
    modelled("ip-address-type"),
    modelled("scheme"),
    modelled("subnets"),
    parsed("customer-owned-ipv4-pool", "", "addresses from a customer-owned pool"),
    parsed("load-balancer-attributes", "", "what the ALB's attributes do"),
    parsed("wafv2-acl-arn", "none", WAF),
    parsed("wafv2-acl-name", "none", WAF),
    parsed("waf-acl-id", "none", WAF),
    parsed("web-acl-id", "none", WAF),
    parsed("shield-advanced-protection", "false", "Shield's protection of the ALB"),
    parsed(
        "security-groups",
        "",
        "whether these security groups let clients in and reach the pods",
    ),
    modelled("listen-ports"),
    modelled("ssl-redirect"),
    modelled("inbound-cidrs"),
    modelled("certificate-arn"),
    parsed(
        "ssl-policy",
        "ELBSecurityPolicy-2016-08",
        "which TLS versions and ciphers the ALB takes",
    ),
    modelled("target-type"),
    parsed("backend-protocol", "HTTP", "TLS between the ALB and the pods"),
    parsed(
        "backend-protocol-version",
        "HTTP1",
        "another HTTP version between the ALB and the pods",
    ),
    parsed("target-group-attributes", "", "what the target group's attributes do"),
    parsed("healthcheck-port", "traffic-port", HEALTH),
    parsed("healthcheck-protocol", "HTTP", HEALTH),
    modelled("healthcheck-path"),
    parsed("healthcheck-interval-seconds", "15", HEALTH),
    parsed("healthcheck-timeout-seconds", "5", HEALTH),
    parsed("healthy-threshold-count", "2", HEALTH),
    parsed("unhealthy-threshold-count", "2", HEALTH),
    modelled("success-codes"),
    parsed("auth-type", "none", SIGN_IN),
    parsed("auth-idp-cognito", "", SIGN_IN),
    parsed("auth-idp-oidc", "", SIGN_IN),
    parsed("auth-on-unauthenticated-request", "authenticate", SIGN_IN),
    parsed("auth-scope", "openid", SIGN_IN),
    parsed("auth-session-cookie", "AWSELBAuthSessionCookie", SIGN_IN),
    parsed("auth-session-timeout", "604800", SIGN_IN),
    parsed("jwt-validation", "", "the check of tokens before the game"),
    parsed("target-node-labels", "", "which nodes become targets"),
    parsed(
        "manage-backend-security-group-rules",
        "",
        "whether the ALB's security groups reach the pods",
    ),
    parsed("mutual-authentication", "", "clients' certificates"),
    parsed("security-group-prefix-lists", "", "access by prefix lists"),
    parsed("listener-attributes.", "", "what the listeners' attributes do"),
    parsed(
        "multi-cluster-target-group",
        "false",
        "target groups that several clusters share",
    ),
    parsed("minimum-load-balancer-capacity", "", "reserved capacity"),
    parsed("ipam-ipv4-pool-id", "", "addresses from an IPAM pool"),
    parsed("enable-frontend-nlb", "false", NLB),
    parsed("frontend-nlb-scheme", "", NLB),
    parsed("frontend-nlb-subnets", "", NLB),
    parsed("frontend-nlb-security-groups", "", NLB),
    parsed("frontend-nlb-listener-port-mapping", "", NLB),
    parsed("frontend-nlb-eip-allocations", "", NLB),
    parsed("frontend-nlb-healthcheck-port", "", NLB),
    parsed("frontend-nlb-healthcheck-protocol", "", NLB),
    parsed("frontend-nlb-healthcheck-path", "", NLB),
    parsed("frontend-nlb-healthcheck-interval-seconds", "", NLB),
    parsed("frontend-nlb-healthcheck-timeout-seconds", "", NLB),
    parsed("frontend-nlb-healthcheck-healthy-threshold-count", "", NLB),
    parsed("frontend-nlb-healthcheck-unhealthy-threshold-count", "", NLB),
    parsed("frontend-nlb-healthcheck-success-codes", "", NLB),
    parsed("frontend-nlb-attributes", "", NLB),
    parsed("frontend-nlb-tags", "", NLB),
    parsed("use-regex-path-match", "false", "paths as regular expressions"),
    parsed("target-control-port.", "", "target optimizer's control port"),
    parsed(
        "create-acm-cert",
        "false",
        "certificates that the controller has ACM issue",
    ),
    parsed("acm-pca-arn", "", "certificates of a private authority"),
    modelled("dry-run-plan"),
    modelled("actions."),
    modelled("conditions."),
    modelled("transforms."),
];

/// Names of all annotations that the controller knows, without their prefix; those that end in a dot are beginnings.
pub fn known_annotations() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

/// What the sandbox makes of an annotation with this value, by its whole key; `None` if it is not the controller's.
pub fn annotation_coverage(key: &str, value: &str) -> Option<Coverage> {
    let name = key.strip_prefix(PREFIX)?;
    let begins = |row: &Row| row.name.ends_with('.') && name.len() > row.name.len() && name.starts_with(row.name);
    let is = |row: &&Row| name == row.name && !name.ends_with('.') || begins(row);
    let Some(row) = ROWS.iter().find(is) else {
        return Some(Coverage::Unknown);
    };
    let only_protects = row.name == "load-balancer-attributes" && only_deletion_protection(value);
    if row.missing.is_empty() || only_protects || (!row.idle.is_empty() && row.idle == value) {
        return Some(Coverage::Modelled);
    }
    Some(Coverage::ParsedOnly { what: row.missing })
}

/// Of the ALB's attributes, protection from deletion is modelled.
fn only_deletion_protection(value: &str) -> bool {
    let mut keys = value
        .split(',')
        .map(|pair| pair.split('=').next().unwrap_or_default().trim());
    keys.all(|key| key.is_empty() || key == "deletion_protection.enabled")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_annotation_is_modelled_or_parsed_or_unknown() {
        let coverage = |name: &str, value: &str| annotation_coverage(&format!("{PREFIX}{name}"), value).unwrap();
        assert_eq!(coverage("scheme", "internal"), Coverage::Modelled);
        assert_eq!(coverage("actions.redirect", "{}"), Coverage::Modelled);
        assert_eq!(coverage("backend-protocol", "HTTP"), Coverage::Modelled);
        assert_eq!(
            coverage("load-balancer-attributes", "deletion_protection.enabled=true"),
            Coverage::Modelled
        );
        for (name, value) in [
            ("backend-protocol", "HTTPS"),
            ("load-balancer-attributes", "idle_timeout.timeout_seconds=600"),
            (
                "listener-attributes.HTTP-80",
                "routing.http.response.server.enabled=false",
            ),
            ("wafv2-acl-name", "front"),
        ] {
            assert!(matches!(coverage(name, value), Coverage::ParsedOnly { .. }), "{name}");
        }
        for name in ["shceme", "healthcheck-intervall-seconds", "actions.", "group"] {
            assert_eq!(coverage(name, ""), Coverage::Unknown, "{name}");
        }
        assert_eq!(
            annotation_coverage("nginx.ingress.kubernetes.io/rewrite-target", "/"),
            None
        );
    }

    #[test]
    fn no_annotation_is_listed_twice() {
        let mut names: Vec<&str> = known_annotations().collect();
        names.sort_unstable();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
