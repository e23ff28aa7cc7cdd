//! Pods and the templates they are made of.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::status::{FieldError, Problem};
use super::errors::{Errors, items, text};
use super::names;

/// What is wrong with a pod's spec at `path`.
pub(super) fn spec(spec: &Value, path: &str, restart: &[&str], errors: &mut Errors) {
    let volumes: BTreeSet<&str> = items(spec, "volumes").map(|(_, volume)| text(volume, "name")).collect();
    if items(spec, "containers").next().is_none() {
        errors.required(format!("{path}.containers"), "");
    }
    let mut known = BTreeSet::new();
    for field in ["containers", "initContainers"] {
        for (at, container) in items(spec, field) {
            let path = format!("{path}.{field}[{at}]");
            self::container(container, &path, spec["hostNetwork"] == true, errors);
            mounts(container, &path, &volumes, errors);
            let name = text(container, "name");
            if !name.is_empty() && !known.insert(name) {
                errors.duplicate(format!("{path}.name"), &container["name"]);
            }
            for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
                probe(&container[name], &format!("{path}.{name}"), errors);
            }
        }
    }
    errors.one_of(format!("{path}.restartPolicy"), &spec["restartPolicy"], restart);
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    errors.one_of(format!("{path}.dnsPolicy"), &spec["dnsPolicy"], &dns);
    errors.not_negative(
        format!("{path}.terminationGracePeriodSeconds"),
        &spec["terminationGracePeriodSeconds"],
    );
    let account = text(spec, "serviceAccountName");
    if !account.is_empty() {
        let whys = names::subdomain(account);
        errors.all(&format!("{path}.serviceAccountName"), &account.into(), whys);
    }
}

fn container(container: &Value, path: &str, host_network: bool, errors: &mut Errors) {
    let name = text(container, "name");
    if name.is_empty() {
        errors.required(format!("{path}.name"), "");
    } else {
        errors.all(&format!("{path}.name"), &name.into(), names::label(name));
    }
    let image = text(container, "image");
    if image.is_empty() {
        errors.required(format!("{path}.image"), "");
    } else if image != image.trim() {
        errors.invalid(
            format!("{path}.image"),
            &image.into(),
            "must not have leading or trailing whitespace",
        );
    }
    ports(container, path, host_network, errors);
    for (at, variable) in items(container, "env") {
        let name = text(variable, "name");
        if name.is_empty() {
            errors.required(format!("{path}.env[{at}].name"), "");
        } else if !name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') || name.contains('=') {
            let why =
                "a valid environment variable name must consist only of printable ASCII characters other than '='";
            errors.invalid(format!("{path}.env[{at}].name"), &name.into(), why);
        }
    }
    let policies = ["Always", "IfNotPresent", "Never"];
    errors.one_of(
        format!("{path}.imagePullPolicy"),
        &container["imagePullPolicy"],
        &policies,
    );
    resources(&container["resources"], path, errors);
}

fn probe(probe: &Value, path: &str, errors: &mut Errors) {
    if !probe.is_object() {
        return;
    }
    if ["exec", "httpGet", "tcpSocket", "grpc"]
        .iter()
        .all(|way| probe[*way].is_null())
    {
        errors.required(path, "must specify a handler type");
    }
    for field in [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ] {
        errors.not_negative(format!("{path}.{field}"), &probe[field]);
    }
}

fn ports(container: &Value, path: &str, host_network: bool, errors: &mut Errors) {
    let mut known = BTreeSet::new();
    for (at, port) in items(container, "ports") {
        let path = format!("{path}.ports[{at}]");
        let name = text(port, "name");
        if !name.is_empty() {
            let whys = names::port_name(name);
            if whys.is_empty() && !known.insert(name) {
                errors.duplicate(format!("{path}.name"), &port["name"]);
            }
            errors.all(&format!("{path}.name"), &port["name"], whys);
        }
        match port["containerPort"].as_i64().unwrap_or_default() {
            0 => errors.required(format!("{path}.containerPort"), ""),
            _ => errors.port(format!("{path}.containerPort"), &port["containerPort"]),
        }
        if port["hostPort"].as_i64().is_some_and(|number| number != 0) {
            errors.port(format!("{path}.hostPort"), &port["hostPort"]);
            if host_network && port["hostPort"] != port["containerPort"] {
                let why = "must match `containerPort` when `hostNetwork` is true";
                errors.invalid(format!("{path}.hostPort"), &port["hostPort"], why);
            }
        }
        errors.one_of(format!("{path}.protocol"), &port["protocol"], &["SCTP", "TCP", "UDP"]);
    }
}

fn mounts(container: &Value, path: &str, volumes: &BTreeSet<&str>, errors: &mut Errors) {
    for (at, mount) in items(container, "volumeMounts") {
        let path = format!("{path}.volumeMounts[{at}]");
        let name = text(mount, "name");
        if name.is_empty() {
            errors.required(format!("{path}.name"), "");
        } else if !volumes.contains(name) {
            errors.found.push(FieldError {
                field: format!("{path}.name"),
                problem: Problem::NotFound(mount["name"].to_string()),
            });
        }
        if text(mount, "mountPath").is_empty() {
            errors.required(format!("{path}.mountPath"), "");
        }
    }
}

fn resources(resources: &Value, path: &str, errors: &mut Errors) {
    for field in ["limits", "requests"] {
        for (name, amount) in resources[field].as_object().into_iter().flatten() {
            let path = format!("{path}.resources.{field}[{name}]");
            match quantity(amount) {
                Some(number) if number < 0.0 => {
                    errors.invalid(path, amount, "must be greater than or equal to 0");
                }
                _ => {}
            }
        }
    }
    for (name, request) in resources["requests"].as_object().into_iter().flatten() {
        let limit = &resources["limits"][name];
        if let (Some(wanted), Some(most)) = (quantity(request), quantity(limit))
            && wanted > most
        {
            let shown = limit.as_str().map_or_else(|| limit.to_string(), str::to_owned);
            let why = format!("must be less than or equal to {name} limit of {shown}");
            let request = request.as_str().map_or_else(|| request.to_string(), str::to_owned);
            errors.invalid(format!("{path}.resources.requests"), &json!(request), why);
        }
    }
}

/// A quantity such as `250m` or `1Gi` as a number.
fn quantity(value: &Value) -> Option<f64> {
    const UNITS: [(&str, f64); 13] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("n", 1e-9),
        ("u", 1e-6),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
    ];
    let text = match value {
        Value::Number(number) => return number.as_f64(),
        value => value.as_str()?,
    };
    let unit = UNITS
        .iter()
        .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, factor)));
    match unit {
        Some((number, factor)) => number.parse::<f64>().ok().map(|number| number * factor),
        None => text.parse().ok(),
    }
}

/// What is wrong with a change of a pod: hardly anything of its spec may be changed.
pub(super) fn update(live: &Value, new: &Value) -> Vec<FieldError> {
    const WHY: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    let fixed = |pod: &Value| {
        let mut spec = pod["spec"].clone();
        for field in ["containers", "initContainers"] {
            for container in spec[field].as_array_mut().into_iter().flatten() {
                container["image"] = Value::Null;
            }
        }
        for field in [
            "activeDeadlineSeconds",
            "tolerations",
            "initContainers",
            "terminationGracePeriodSeconds",
        ] {
            if let Some(spec) = spec.as_object_mut()
                && (field != "initContainers" || spec.get(field).is_none_or(Value::is_null))
            {
                spec.remove(field);
            }
        }
        spec
    };
    if fixed(live) == fixed(new) {
        return Vec::new();
    }
    vec![FieldError::forbidden("spec", WHY)]
}
