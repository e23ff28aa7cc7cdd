//! What annotations and the class's parameters ask for; parameters win.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::World;

use super::super::api::{CLASS_PARAMS, INGRESS_CLASS, annotation, list, text};

/// What the names of the annotations begin with.
pub(super) const PREFIX: &str = "alb.ingress.kubernetes.io/";

/// What one Ingress asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) scheme: Option<String>,
    pub(super) target_type: Option<String>,
    pub(super) name: Option<String>,
    pub(super) subnets: Vec<String>,
    pub(super) security_groups: Vec<String>,
    pub(super) certificates: Vec<String>,
    pub(super) cidrs: Vec<String>,
    pub(super) listen_ports: Option<String>,
    /// The HTTPS port that listeners without TLS redirect to.
    pub(super) ssl_redirect: Option<String>,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) attributes: BTreeMap<String, String>,
}

/// The class an Ingress names.
pub(super) fn class_of(ingress: &Value) -> Option<&str> {
    ingress["spec"]["ingressClassName"]
        .as_str()
        .or_else(|| annotation(ingress, "kubernetes.io/ingress.class"))
}

/// Name of the group an Ingress belongs to.
pub(super) fn group(world: &World, ingress: &Value) -> Option<String> {
    let params = params(world, ingress);
    let named = params
        .map(|params| text(params, "/spec/group/name"))
        .filter(|name| !name.is_empty());
    named
        .or_else(|| annotation(ingress, &format!("{PREFIX}group.name")))
        .map(str::to_owned)
}

fn params<'a>(world: &'a World, ingress: &Value) -> Option<&'a Value> {
    let class = world.kube.get(&INGRESS_CLASS.key("", class_of(ingress)?))?;
    let parameters = &class["spec"]["parameters"];
    (parameters["kind"] == CLASS_PARAMS.kind)
        .then(|| world.kube.get(&CLASS_PARAMS.key("", text(parameters, "/name"))))
        .flatten()
}

fn items(text: &str) -> Vec<String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    items.map(str::to_owned).collect()
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    items(text)
        .iter()
        .filter_map(|item| item.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

impl Settings {
    pub(super) fn of(world: &World, ingress: &Value) -> Self {
        let asked = |name: &str| annotation(ingress, &format!("{PREFIX}{name}"));
        let empty = Value::Null;
        let params = params(world, ingress).unwrap_or(&empty);
        let one = |field: &str, name: &str| {
            let set = params["spec"][field].as_str().or_else(|| asked(name));
            set.filter(|value| !value.is_empty()).map(str::to_owned)
        };
        let many = |pointer: &str, name: &str| {
            let set = list(params, pointer).iter().filter_map(Value::as_str);
            let set: Vec<String> = set.map(str::to_owned).collect();
            if set.is_empty() {
                asked(name).map(items).unwrap_or_default()
            } else {
                set
            }
        };
        let keyed = |field: &str, name: &str| {
            let mut all = asked(name).map(pairs).unwrap_or_default();
            for item in list(params, field) {
                all.insert(text(item, "/key").to_owned(), text(item, "/value").to_owned());
            }
            all
        };
        Self {
            scheme: one("scheme", "scheme"),
            target_type: one("targetType", "target-type"),
            name: one("loadBalancerName", "load-balancer-name"),
            subnets: many("/spec/subnets/ids", "subnets"),
            security_groups: asked("security-groups").map(items).unwrap_or_default(),
            certificates: many("/spec/certificateArn", "certificate-arn"),
            cidrs: many("/spec/inboundCIDRs", "inbound-cidrs"),
            listen_ports: asked("listen-ports").map(str::to_owned),
            ssl_redirect: one("sslRedirectPort", "ssl-redirect"),
            tags: keyed("/spec/tags", "tags"),
            attributes: keyed("/spec/loadBalancerAttributes", "load-balancer-attributes"),
        }
    }

    /// Whether the load balancer is to be protected from deletion.
    pub(super) fn protected(&self) -> bool {
        self.attributes
            .get("deletion_protection.enabled")
            .is_some_and(|value| value == "true")
    }
}
