//! What the load balancer controller's own webhooks check: that the class of an Ingress can be used, and parameters of
//! classes beyond their schema. (LBC `pkg/ingress/class_loader.go`, `webhooks/elbv2/ingressclassparams_validator.go`)

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use super::selector;
use super::status::FieldError;
use crate::state::Key;
use crate::world::World;

/// The webhook that looks at Ingresses.
pub(super) const INGRESS: &str = "vingress.elbv2.k8s.aws";
/// The webhook that looks at parameters of classes.
pub(super) const PARAMS: &str = "vingressclassparams.elbv2.k8s.aws";

/// Why an Ingress is refused: its class, or what its class names, is not there, or is not for its namespace.
pub(super) fn of_ingress(world: &World, ingress: &Value) -> Result<(), String> {
    let Some(class) = ingress["spec"]["ingressClassName"].as_str() else {
        return Ok(());
    };
    let key = Key::new("networking.k8s.io", "ingressclasses", "", class);
    let Some(class) = world.kube.get(&key) else {
        return Err(format!(
            "invalid ingress class: ingressclasses.networking.k8s.io \"{class}\" not found"
        ));
    };
    let parameters = &class["spec"]["parameters"];
    if parameters["kind"] != "IngressClassParams" || parameters["apiGroup"] != "elbv2.k8s.aws" {
        return Ok(());
    }
    let name = parameters["name"].as_str().unwrap_or_default();
    let Some(params) = world
        .kube
        .get(&Key::new("elbv2.k8s.aws", "ingressclassparams", "", name))
    else {
        return Err(format!(
            "invalid ingress class: ingressclassparams.elbv2.k8s.aws \"{name}\" not found"
        ));
    };
    let home = ingress["metadata"]["namespace"].as_str().unwrap_or_default();
    let namespace = world.kube.get(&Key::new("", "namespaces", "", home));
    let labels = namespace.map_or(&Value::Null, |namespace| &namespace["metadata"]["labels"]);
    let selector = &params["spec"]["namespaceSelector"];
    if selector.is_object() && !selector::matches_object(selector, labels) {
        return Err(format!(
            "invalid ingress class: namespaceSelector of IngressClassParams {name} mismatch"
        ));
    }
    Ok(())
}

/// Why parameters of a class are refused.
pub(super) fn of_params(params: &Value) -> Result<(), String> {
    let mut errors: Vec<FieldError> = Vec::new();
    let cidrs = params["spec"]["inboundCIDRs"].as_array().into_iter().flatten();
    for (at, cidr) in cidrs.enumerate() {
        let why = cidr.as_str().and_then(wrong_cidr);
        errors.extend(why.map(|why| FieldError::invalid(format!("spec.inboundCIDRs[{at}]"), cidr, why)));
    }
    errors.extend(wrong_subnets(&params["spec"]["subnets"]));
    match errors.as_slice() {
        [] => Ok(()),
        [one] => Err(one.to_string()),
        several => {
            let all: Vec<String> = several.iter().map(ToString::to_string).collect();
            Err(format!("[{}]", all.join(", ")))
        }
    }
}

/// Subnets are named by ids or by tags.
fn wrong_subnets(subnets: &Value) -> Vec<FieldError> {
    if !subnets.is_object() {
        return Vec::new();
    }
    let (ids, tags) = (&subnets["ids"], &subnets["tags"]);
    if ids.is_null() && tags.is_null() {
        return vec![FieldError::required("spec.subnets", "must have either `ids` or `tags`")];
    }
    if !ids.is_null() && !tags.is_null() {
        let why = "may not have both `ids` and `tags` set";
        return vec![FieldError::forbidden("spec.subnets.tags", why)];
    }
    let ids = ids.as_array().map(Vec::as_slice).unwrap_or_default();
    let twice = ids
        .iter()
        .enumerate()
        .filter(|(at, id)| ids.iter().take(*at).any(|earlier| earlier == *id));
    let mut errors: Vec<FieldError> = twice
        .map(|(at, id)| FieldError::duplicate(format!("spec.subnets.ids[{at}]"), id))
        .collect();
    if tags.as_object().is_some_and(serde_json::Map::is_empty) {
        errors.push(FieldError::required(
            "spec.subnets.tags",
            "must have at least one tag key",
        ));
    }
    errors
}

/// What is wrong with a block of addresses.
fn wrong_cidr(cidr: &str) -> Option<String> {
    let unreadable = "Could not be parsed as a CIDR".to_owned();
    let Some((address, bits)) = cidr.split_once('/') else {
        return Some(match cidr.parse() {
            Ok(IpAddr::V4(_)) => format!("{unreadable} (did you mean \"{cidr}/32\")"),
            Ok(IpAddr::V6(_)) => format!("{unreadable} (did you mean \"{cidr}/64\")"),
            Err(_) => unreadable,
        });
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        return Some(unreadable);
    };
    let most = if address.is_ipv4() { 32 } else { 128 };
    let Some(bits) = bits.parse::<u32>().ok().filter(|bits| *bits <= most) else {
        return Some(unreadable);
    };
    let network: IpAddr = match address {
        IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & u32::MAX.checked_shl(32 - bits).unwrap_or(0)).into(),
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(128 - bits).unwrap_or(0)).into(),
    };
    (network != address).then(|| format!("Network contains bits outside prefix (did you mean \"{network}/{bits}\")"))
}
