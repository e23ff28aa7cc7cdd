//! Services, ingresses and their backends.

use jiff::Timestamp;
use serde_json::Value;

use super::{AGE, Column, NAME, age, items, joined, labels, name, text_or};

pub(super) const SERVICE: &[Column] = &[
    NAME,
    ("Type", "string", 0),
    ("Cluster-IP", "string", 0),
    ("External-IP", "string", 0),
    ("Port(s)", "string", 0),
    AGE,
    ("Selector", "string", 1),
];

pub(super) const INGRESS: &[Column] = &[
    NAME,
    ("Class", "string", 0),
    ("Hosts", "string", 0),
    ("Address", "string", 0),
    ("Ports", "string", 0),
    AGE,
];

pub(super) const CLASS: &[Column] = &[NAME, ("Controller", "string", 0), ("Parameters", "string", 0), AGE];

pub(super) const PARAMS: &[Column] = &[
    NAME,
    ("GROUP-NAME", "string", 0),
    ("SCHEME", "string", 0),
    ("IP-ADDRESS-TYPE", "string", 0),
    AGE,
];

pub(super) const BINDING: &[Column] = &[
    NAME,
    ("SERVICE-NAME", "string", 0),
    ("SERVICE-PORT", "string", 0),
    ("TARGET-TYPE", "string", 0),
    ("ARN", "string", 1),
    AGE,
];

pub(super) const SLICE: &[Column] = &[
    NAME,
    ("AddressType", "string", 0),
    ("Ports", "string", 0),
    ("Endpoints", "string", 0),
    AGE,
];

pub(super) fn service(object: &Value, now: Timestamp) -> Vec<Value> {
    let spec = &object["spec"];
    vec![
        name(object),
        text_or(&spec["type"], "").into(),
        text_or(&spec["clusterIP"], "<none>").into(),
        external(object).into(),
        service_ports(spec).into(),
        age(object, now),
        labels(&spec["selector"]).into(),
    ]
}

fn external(object: &Value) -> String {
    let spec = &object["spec"];
    let own = items(&spec["externalIPs"]).filter_map(Value::as_str);
    match spec["type"].as_str() {
        Some("LoadBalancer") => {
            let all: Vec<&str> = own.chain(points(object)).collect();
            if all.is_empty() {
                return "<pending>".to_owned();
            }
            all.join(",")
        }
        Some("ExternalName") => text_or(&spec["externalName"], "<none>").to_owned(),
        _ => joined(own),
    }
}

/// Addresses in `status.loadBalancer`.
fn points(object: &Value) -> impl Iterator<Item = &str> {
    items(&object["status"]["loadBalancer"]["ingress"])
        .filter_map(|point| point["ip"].as_str().or_else(|| point["hostname"].as_str()))
}

fn service_ports(spec: &Value) -> String {
    let ports: Vec<String> = items(&spec["ports"])
        .map(|port| {
            let protocol = text_or(&port["protocol"], "TCP");
            match port["nodePort"].as_u64().filter(|&number| number > 0) {
                Some(node) => format!("{}:{node}/{protocol}", port["port"]),
                None => format!("{}/{protocol}", port["port"]),
            }
        })
        .collect();
    joined(ports.iter().map(String::as_str))
}

pub(super) fn ingress(object: &Value, now: Timestamp) -> Vec<Value> {
    let spec = &object["spec"];
    let annotated = &object["metadata"]["annotations"]["kubernetes.io/ingress.class"];
    let tls = items(&spec["tls"]).next().is_some();
    let addresses: Vec<&str> = points(object).collect();
    vec![
        name(object),
        text_or(&spec["ingressClassName"], text_or(annotated, "<none>")).into(),
        hosts(spec).into(),
        addresses.join(",").into(),
        if tls { "80, 443" } else { "80" }.into(),
        age(object, now),
    ]
}

fn hosts(spec: &Value) -> String {
    let hosts: Vec<&str> = items(&spec["rules"]).map(|rule| text_or(&rule["host"], "*")).collect();
    match hosts.as_slice() {
        [] => "*".to_owned(),
        [a, b, c, rest @ ..] if !rest.is_empty() => format!("{a},{b},{c} + {} more...", rest.len()),
        all => all.join(","),
    }
}

pub(super) fn class(object: &Value, now: Timestamp) -> Vec<Value> {
    let parameters = &object["spec"]["parameters"];
    let reference = if parameters.is_object() {
        let group = parameters["apiGroup"]
            .as_str()
            .map(|group| format!(".{group}"))
            .unwrap_or_default();
        format!(
            "{}{group}/{}",
            text_or(&parameters["kind"], ""),
            text_or(&parameters["name"], "")
        )
    } else {
        "<none>".to_owned()
    };
    vec![
        name(object),
        object["spec"]["controller"].clone(),
        reference.into(),
        age(object, now),
    ]
}

pub(super) fn params(object: &Value, now: Timestamp) -> Vec<Value> {
    let spec = &object["spec"];
    vec![
        name(object),
        spec["group"]["name"].clone(),
        spec["scheme"].clone(),
        spec["ipAddressType"].clone(),
        age(object, now),
    ]
}

pub(super) fn binding(object: &Value, now: Timestamp) -> Vec<Value> {
    let spec = &object["spec"];
    let port = match &spec["serviceRef"]["port"] {
        Value::Number(number) => number.to_string().into(),
        other => other.clone(),
    };
    vec![
        name(object),
        spec["serviceRef"]["name"].clone(),
        port,
        spec["targetType"].clone(),
        spec["targetGroupARN"].clone(),
        age(object, now),
    ]
}

pub(super) fn slice(object: &Value, now: Timestamp) -> Vec<Value> {
    let ports: Vec<String> = items(&object["ports"])
        .map(|port| {
            port["port"]
                .as_u64()
                .map_or_else(|| "*".to_owned(), |number| number.to_string())
        })
        .collect();
    let addresses: Vec<&str> = items(&object["endpoints"])
        .flat_map(|endpoint| items(&endpoint["addresses"]))
        .filter_map(Value::as_str)
        .collect();
    let ports: Vec<&str> = ports.iter().map(String::as_str).collect();
    vec![
        name(object),
        object["addressType"].clone(),
        first_three(&ports).into(),
        first_three(&addresses).into(),
        age(object, now),
    ]
}

fn first_three(texts: &[&str]) -> String {
    match texts {
        [] => "<unset>".to_owned(),
        [a, b, c, rest @ ..] if !rest.is_empty() => format!("{a},{b},{c} + {} more...", rest.len()),
        all => all.join(","),
    }
}
