//! Services, ingresses, ingress classes.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::super::status::{FieldError, Problem};
use super::errors::{Errors, items, text};
use super::{meta_rules, names};

const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// What is wrong with a Service's spec.
pub(super) fn service(spec: &Value, errors: &mut Errors) {
    let kind = text(spec, "type");
    let headless = spec["clusterIP"] == "None";
    let count = items(spec, "ports").count();
    if count == 0 && !headless && kind != "ExternalName" {
        errors.required("spec.ports", "");
    }
    if kind == "ExternalName" {
        let name = text(spec, "externalName");
        if name.is_empty() {
            errors.required("spec.externalName", "");
        } else {
            errors.all("spec.externalName", &name.into(), names::subdomain(name));
        }
    }
    let mut known = BTreeSet::new();
    for (at, port) in items(spec, "ports") {
        service_port(port, &format!("spec.ports[{at}]"), count > 1, &mut known, errors);
        let node_port = port["nodePort"].as_i64().unwrap_or_default();
        if node_port != 0 && kind == "ClusterIP" {
            let why = "may not be used when `type` is 'ClusterIP'";
            errors.forbidden(format!("spec.ports[{at}].nodePort"), why);
        }
    }
    meta_rules::labels(&spec["selector"], "spec.selector", errors);
    errors.one_of("spec.sessionAffinity", &spec["sessionAffinity"], &["ClientIP", "None"]);
    let kinds = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
    errors.one_of("spec.type", &spec["type"], &kinds);
    same_port_twice(spec, errors);
    let address = text(spec, "clusterIP");
    if !matches!(address, "" | "None") && address.parse::<IpAddr>().is_err() {
        let why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
        errors.invalid("spec.clusterIPs[0]", &address.into(), why);
    }
}

fn service_port<'a>(port: &'a Value, path: &str, named: bool, known: &mut BTreeSet<&'a str>, errors: &mut Errors) {
    let name = text(port, "name");
    if named && name.is_empty() {
        errors.required(format!("{path}.name"), "");
    } else if !name.is_empty() {
        let whys = names::label(name);
        if whys.is_empty() && !known.insert(name) {
            errors.duplicate(format!("{path}.name"), &port["name"]);
        }
        errors.all(&format!("{path}.name"), &port["name"], whys);
    }
    errors.port(format!("{path}.port"), &port["port"]);
    errors.one_of(format!("{path}.protocol"), &port["protocol"], &PROTOCOLS);
    match &port["targetPort"] {
        Value::String(name) => {
            let whys = names::port_name(name);
            errors.all(&format!("{path}.targetPort"), &port["targetPort"], whys);
        }
        Value::Null => {}
        number => errors.port(format!("{path}.targetPort"), number),
    }
}

fn same_port_twice(spec: &Value, errors: &mut Errors) {
    let mut known = BTreeSet::new();
    for (at, port) in items(spec, "ports") {
        let (protocol, number) = (text(port, "protocol"), port["port"].as_i64().unwrap_or_default());
        if !known.insert((protocol, number)) {
            // The server shows its own form of the port here.
            let shown = format!(
                "{{\"Name\":\"\",\"Protocol\":\"{protocol}\",\"AppProtocol\":null,\"Port\":{number},\"TargetPort\":0,\"NodePort\":0}}"
            );
            errors.found.push(FieldError {
                field: format!("spec.ports[{at}]"),
                problem: Problem::Duplicate(shown),
            });
        }
    }
}

/// What may not change in a Service: its cluster address, once it has one.
pub(super) fn service_update(live: &Value, new: &Value) -> Vec<FieldError> {
    let of = |service: &Value| text(&service["spec"], "clusterIP").to_owned();
    let external = |service: &Value| service["spec"]["type"] == "ExternalName";
    if of(live).is_empty() || of(live) == of(new) || external(live) || external(new) {
        return Vec::new();
    }
    vec![FieldError::invalid(
        "spec.clusterIPs[0]",
        &json!([of(new)]),
        "may not change once set",
    )]
}

/// What is wrong with an Ingress's spec.
pub(super) fn ingress(spec: &Value, errors: &mut Errors) {
    if spec["defaultBackend"].is_null() && items(spec, "rules").next().is_none() {
        let why = "either `defaultBackend` or `rules` must be specified";
        errors.invalid("spec", &Value::Null, why);
    }
    if spec["defaultBackend"].is_object() {
        backend(&spec["defaultBackend"], "spec.defaultBackend", errors);
    }
    for (at, rule) in items(spec, "rules") {
        let path = format!("spec.rules[{at}]");
        host(&rule["host"], &format!("{path}.host"), errors);
        if rule["http"].is_null() {
            continue;
        }
        if items(&rule["http"], "paths").next().is_none() {
            errors.required(format!("{path}.http.paths"), "");
        }
        for (at, entry) in items(&rule["http"], "paths") {
            ingress_path(entry, &format!("{path}.http.paths[{at}]"), errors);
        }
    }
    let class = text(spec, "ingressClassName");
    if !class.is_empty() {
        errors.all("spec.ingressClassName", &class.into(), names::subdomain(class));
    }
}

fn host(host: &Value, path: &str, errors: &mut Errors) {
    let Some(text) = host.as_str().filter(|text| !text.is_empty()) else {
        return;
    };
    if text.parse::<IpAddr>().is_ok() {
        errors.invalid(path, host, "must be a DNS name, not an IP address");
        return;
    }
    errors.all(path, host, names::subdomain(text.strip_prefix("*.").unwrap_or(text)));
}

fn ingress_path(entry: &Value, path: &str, errors: &mut Errors) {
    let given = text(entry, "path");
    let absolute = given.starts_with('/');
    match entry["pathType"].as_str() {
        None => errors.required(format!("{path}.pathType"), "pathType must be specified"),
        Some("Exact" | "Prefix") if !absolute => {
            errors.invalid(format!("{path}.path"), &given.into(), "must be an absolute path");
        }
        Some("ImplementationSpecific") if !given.is_empty() && !absolute => {
            errors.invalid(format!("{path}.path"), &given.into(), "must be an absolute path");
        }
        Some(_) => {
            let kinds = ["Exact", "ImplementationSpecific", "Prefix"];
            errors.one_of(format!("{path}.pathType"), &entry["pathType"], &kinds);
        }
    }
    backend(&entry["backend"], &format!("{path}.backend"), errors);
}

fn backend(backend: &Value, path: &str, errors: &mut Errors) {
    let service = &backend["service"];
    if service.is_null() {
        if backend["resource"].is_null() {
            errors.invalid(path, &"".into(), "resource or service backend is required");
        }
        return;
    }
    let name = text(service, "name");
    if name.is_empty() {
        errors.required(format!("{path}.service.name"), "");
    } else {
        errors.all(&format!("{path}.service.name"), &name.into(), names::label(name));
    }
    let port = &service["port"];
    let (port_name, number) = (text(port, "name"), port["number"].as_i64().unwrap_or_default());
    match (port_name, number) {
        ("", 0) => errors.required(path, "port name or number is required"),
        ("", _) => errors.port(format!("{path}.service.port.number"), &port["number"]),
        (_, 0) => errors.all(
            &format!("{path}.service.port.name"),
            &port["name"],
            names::port_name(port_name),
        ),
        _ => errors.invalid(path, &"".into(), "cannot set both port name & port number"),
    }
}

/// What is wrong with an `EndpointSlice`.
pub(super) fn slice(object: &Value, errors: &mut Errors) {
    errors.one_of("addressType", &object["addressType"], &["FQDN", "IPv4", "IPv6"]);
    for (at, endpoint) in items(object, "endpoints") {
        if items(endpoint, "addresses").next().is_none() {
            let why = "must contain at least 1 address";
            errors.required(format!("endpoints[{at}].addresses"), why);
        }
    }
}

/// What is wrong with an `IngressClass`'s spec.
pub(super) fn class(spec: &Value, errors: &mut Errors) {
    let controller = text(spec, "controller");
    if controller.is_empty() {
        errors.required("spec.controller", "");
    } else if !controller
        .split_once('/')
        .is_some_and(|(domain, path)| names::subdomain(domain).is_empty() && !path.is_empty())
    {
        let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
        errors.invalid("spec.controller", &controller.into(), why);
    }
}
