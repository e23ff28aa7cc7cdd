//! The annotations by which an Ingress or a Service asks the controller for something.
//! (LBC `pkg/annotations/constants.go`, `pkg/annotations/parser.go`)

use std::collections::BTreeMap;

use crate::model::Object;

/// What the names of all of the controller's annotations on Ingresses begin with.
pub(super) const PREFIX: &str = "alb.ingress.kubernetes.io/";

/// One of the controller's annotations, by its name without the prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annotation(&'static str);

impl Annotation {
    /// Whom the ALB faces: `internet-facing` or `internal`.
    pub const SCHEME: Self = Self("scheme");
    /// What targets are: `ip` or `instance`.
    pub const TARGET_TYPE: Self = Self("target-type");
    /// The IngressGroup.
    pub const GROUP_NAME: Self = Self("group.name");
    /// The place in the IngressGroup: smaller numbers come first.
    pub const GROUP_ORDER: Self = Self("group.order");
    /// The ALB's name.
    pub const LOAD_BALANCER_NAME: Self = Self("load-balancer-name");
    /// Subnets of the ALB, by id or by tag `Name`.
    pub const SUBNETS: Self = Self("subnets");
    /// Certificates (ARNs) of the HTTPS listeners.
    pub const CERTIFICATE_ARN: Self = Self("certificate-arn");
    /// From where the ALB may be reached.
    pub const INBOUND_CIDRS: Self = Self("inbound-cidrs");
    /// Security groups in front of the ALB, in place of the controller's own.
    pub const SECURITY_GROUPS: Self = Self("security-groups");
    /// Prefix lists from which the ALB may be reached.
    pub const PREFIX_LISTS: Self = Self("security-group-prefix-lists");
    /// Protocols and ports, such as `[{"HTTP": 80}, {"HTTPS": 443}]`.
    pub const LISTEN_PORTS: Self = Self("listen-ports");
    /// The HTTPS port to which all HTTP listeners redirect.
    pub const SSL_REDIRECT: Self = Self("ssl-redirect");
    /// The TLS policy of the HTTPS listeners.
    pub const SSL_POLICY: Self = Self("ssl-policy");
    /// `ipv4`, `dualstack` or `dualstack-without-public-ipv4`.
    pub const IP_ADDRESS_TYPE: Self = Self("ip-address-type");
    /// The web ACL in front of the ALB (ARN).
    pub const WEB_ACL: Self = Self("wafv2-acl-arn");
    /// Where targets are asked whether they are well; `/` without it.
    pub const HEALTH_PATH: Self = Self("healthcheck-path");
    /// Tags of the ALB and of all that is made with it, such as `team=blue,course=eks`.
    pub const TAGS: Self = Self("tags");
    /// Attributes of the ALB, such as `deletion_protection.enabled=true`.
    pub const ATTRIBUTES: Self = Self("load-balancer-attributes");

    /// The name without the prefix.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The whole key.
    pub fn key(self) -> String {
        format!("{PREFIX}{}", self.0)
    }

    /// The value on an object.
    pub fn of(self, object: &Object) -> Option<&str> {
        object.annotation(&self.key())
    }

    /// The elements of a list with commas; none where the annotation is missing.
    pub fn list(self, object: &Object) -> Option<Vec<String>> {
        Some(elements(self.of(object)?).map(str::to_owned).collect())
    }
}

/// The name of one of the controller's annotations, from its whole key; `None` for a key of somebody else.
pub fn annotation_name(key: &str) -> Option<&str> {
    key.strip_prefix(PREFIX)
}

/// The action that an Ingress defines for a backend of this name whose port is named `use-annotation`, as JSON.
pub(super) fn action<'a>(ingress: &'a Object, backend: &str) -> Option<&'a str> {
    ingress.annotation(&format!("{PREFIX}actions.{backend}"))
}

/// The further conditions of the rules that lead to the Service of this name, as JSON.
pub(super) fn conditions<'a>(ingress: &'a Object, backend: &str) -> Option<&'a str> {
    ingress.annotation(&format!("{PREFIX}conditions.{backend}"))
}

/// Whether a value of [`Annotation::ATTRIBUTES`] switches deletion protection on. The controller then refuses to delete
/// the ALB, and writes no event about it. (LBC `pkg/ingress/model_builder.go`)
pub fn protects_from_deletion(attributes: &str) -> bool {
    pairs(attributes)
        .get("deletion_protection.enabled")
        .is_some_and(|value| *value == "true")
}

/// `key=value` pairs with commas.
fn pairs(text: &str) -> BTreeMap<&str, &str> {
    elements(text)
        .filter_map(|element| element.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect()
}

/// The elements of a list with commas, without blanks around them; empty ones count for nothing.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|element| !element.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_as_the_controller_reads_them() {
        let object = Object(json!({"metadata": {"annotations": {
            "alb.ingress.kubernetes.io/inbound-cidrs": " 10.0.0.0/8,, 192.0.2.1/32 ",
            "alb.ingress.kubernetes.io/scheme": "internal",
            "alb.ingress.kubernetes.io/actions.old": "{}",
        }}}));
        assert_eq!(Annotation::SCHEME.of(&object), Some("internal"));
        assert_eq!(Annotation::SUBNETS.list(&object), None);
        let cidrs = Annotation::INBOUND_CIDRS.list(&object).unwrap();
        assert_eq!(cidrs, ["10.0.0.0/8", "192.0.2.1/32"]);
        assert_eq!(action(&object, "old"), Some("{}"));
        assert_eq!(conditions(&object, "old"), None);
        assert_eq!(annotation_name(&Annotation::GROUP_NAME.key()), Some("group.name"));
        assert_eq!(annotation_name("example.com/scheme"), None);
    }

    #[test]
    fn deletion_protection_is_seen_among_other_attributes() {
        for (attributes, protects) in [
            ("deletion_protection.enabled=true", true),
            (
                "idle_timeout.timeout_seconds=600, deletion_protection.enabled = true",
                true,
            ),
            ("deletion_protection.enabled=false", false),
            ("my.deletion_protection.enabled=true", false),
            ("", false),
        ] {
            assert_eq!(protects_from_deletion(attributes), protects, "{attributes}");
        }
    }
}
