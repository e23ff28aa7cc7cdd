//! Addresses and node ports of services.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::meta;
use super::resources::Kind;
use super::status::FieldError;
use crate::world::World;

/// Node ports the cluster gives out.
const NODE_PORTS: std::ops::RangeInclusive<u64> = 30_000..=32_767;

/// Gives a service the cluster address and node ports it needs, keeping those it has; wrong wishes come back as errors.
pub(crate) fn service(world: &mut World, kind: &Kind, live: Option<&Value>, object: &mut Value) -> Vec<FieldError> {
    if !kind.is("Service") {
        return Vec::new();
    }
    let mut errors = Vec::new();
    let external = object["spec"]["type"] == "ExternalName";
    if let Some(live) = live {
        keep_allocated(live, object);
    }
    if !external {
        cluster_address(world, live, object, &mut errors);
    }
    if has_node_ports(object) {
        node_ports(world, live, object, &mut errors);
    }
    errors
}

/// What an update leaves out of the allocated fields is what it was.
fn keep_allocated(live: &Value, object: &mut Value) {
    for field in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        if object["spec"][field].is_null() && !live["spec"][field].is_null() {
            object["spec"][field] = live["spec"][field].clone();
        }
    }
    let ports_of = |value: &Value| value["spec"]["ports"].as_array().cloned().unwrap_or_default();
    let known = ports_of(live);
    if !has_node_ports(object) {
        if has_node_ports(live) {
            drop_node_ports(live, &known, object);
        }
        return;
    }
    for port in object["spec"]["ports"].as_array_mut().into_iter().flatten() {
        if !port["nodePort"].is_null() {
            continue;
        }
        let same = known
            .iter()
            .find(|old| old["port"] == port["port"] && old["protocol"] == port["protocol"]);
        if let Some(number) = same.and_then(|old| old.get("nodePort")) {
            port["nodePort"] = number.clone();
        }
    }
}

fn has_node_ports(service: &Value) -> bool {
    matches!(service["spec"]["type"].as_str(), Some("NodePort" | "LoadBalancer"))
}

/// A service that needs no node ports any more loses those it had, and what goes with them.
fn drop_node_ports(live: &Value, known: &[Value], object: &mut Value) {
    for port in object["spec"]["ports"].as_array_mut().into_iter().flatten() {
        let had = known.iter().any(|old| old["nodePort"] == port["nodePort"]);
        if let Some(port) = port.as_object_mut().filter(|_| had) {
            port.remove("nodePort");
        }
    }
    if let Some(spec) = object["spec"].as_object_mut() {
        for field in [
            "externalTrafficPolicy",
            "allocateLoadBalancerNodePorts",
            "healthCheckNodePort",
        ] {
            if spec.get(field) == live["spec"].get(field) {
                spec.remove(field);
            }
        }
    }
}

fn cluster_address(world: &mut World, live: Option<&Value>, object: &mut Value, errors: &mut Vec<FieldError>) {
    let wanted = object["spec"]["clusterIP"].as_str().unwrap_or_default().to_owned();
    let own = live
        .and_then(|live| live["spec"]["clusterIP"].as_str())
        .unwrap_or_default();
    let address = if wanted.is_empty() {
        let what = format!("address {}/{}", meta::namespace(object), meta::name(object));
        free_address(world, &what)
    } else {
        if wanted != "None" && wanted != own {
            check_address(world, &wanted, errors);
        }
        wanted
    };
    // Without addresses and without pods behind it, a service may be of any family.
    let any = address == "None"
        && object["spec"]["selector"]
            .as_object()
            .is_none_or(serde_json::Map::is_empty);
    let spec = &mut object["spec"];
    spec["clusterIP"] = address.clone().into();
    spec["clusterIPs"] = json!([address]);
    if spec["ipFamilies"].is_null() {
        spec["ipFamilies"] = if any { json!(["IPv4", "IPv6"]) } else { json!(["IPv4"]) };
    }
    if spec["ipFamilyPolicy"].is_null() {
        spec["ipFamilyPolicy"] = if any { "RequireDualStack" } else { "SingleStack" }.into();
    }
}

fn check_address(world: &World, wanted: &str, errors: &mut Vec<FieldError>) {
    let field = "spec.clusterIPs";
    let value = json!([wanted]);
    let Ok(address) = wanted.parse::<std::net::Ipv4Addr>() else {
        return;
    };
    let [first, second, ..] = address.octets();
    if (first, second) != (172, 20) {
        let why = format!("failed to allocate IP {wanted}: the provided network does not match the current range");
        errors.push(FieldError::invalid(field, &value, why));
    } else if addresses(world).contains(wanted) {
        let why = format!("failed to allocate IP {wanted}: provided IP is already allocated");
        errors.push(FieldError::invalid(field, &value, why));
    }
}

fn addresses(world: &World) -> BTreeSet<String> {
    let services = world.kube.list("", "services", None);
    services
        .filter_map(|(_, service)| service["spec"]["clusterIP"].as_str().map(str::to_owned))
        .collect()
}

fn free_address(world: &mut World, what: &str) -> String {
    let taken = addresses(world);
    loop {
        let chance = world.draw(what);
        // The lower part of the range is left to services that ask for an address of their own.
        let address = format!("172.20.{}.{}", 1 + chance % 254, 1 + (chance >> 16) % 254);
        if !taken.contains(&address) {
            return address;
        }
    }
}

fn used_ports(world: &World) -> BTreeSet<u64> {
    let services = world.kube.list("", "services", None);
    services
        .flat_map(|(_, service)| service["spec"]["ports"].as_array().into_iter().flatten())
        .filter_map(|port| port["nodePort"].as_u64())
        .collect()
}

fn node_ports(world: &mut World, live: Option<&Value>, object: &mut Value, errors: &mut Vec<FieldError>) {
    let own: BTreeSet<u64> = live
        .and_then(|live| live["spec"]["ports"].as_array())
        .into_iter()
        .flatten()
        .filter_map(|port| port["nodePort"].as_u64())
        .collect();
    let mut taken = used_ports(world);
    let what = format!("node port {}/{}", meta::namespace(object), meta::name(object));
    let Some(ports) = object["spec"]["ports"].as_array_mut() else {
        return;
    };
    for (at, port) in ports.iter_mut().enumerate() {
        let wanted = port["nodePort"].as_u64().unwrap_or_default();
        if wanted == 0 {
            let number = free_port(world, &what, &taken);
            taken.insert(number);
            port["nodePort"] = json!(number);
        } else if own.contains(&wanted) {
            taken.insert(wanted);
        } else if !NODE_PORTS.contains(&wanted) {
            let field = format!("spec.ports[{at}].nodePort");
            let why = "provided port is not in the valid range. The range of valid ports is 30000-32767";
            errors.push(FieldError::invalid(field, &json!(wanted), why));
        } else if !taken.insert(wanted) {
            let field = format!("spec.ports[{at}].nodePort");
            errors.push(FieldError::invalid(
                field,
                &json!(wanted),
                "provided port is already allocated",
            ));
        }
    }
}

fn free_port(world: &mut World, what: &str, taken: &BTreeSet<u64>) -> u64 {
    let size = NODE_PORTS.end() - NODE_PORTS.start() + 1;
    loop {
        let number = NODE_PORTS.start() + world.draw(what) % size;
        if !taken.contains(&number) {
            return number;
        }
    }
}
