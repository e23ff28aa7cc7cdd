//! What a target group is to be, by the annotations of its Service and, behind them, of its Ingress; or why it cannot be.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::api::{self, int, list};
use super::annotations::Annotations;
use super::settings::Settings;

/// A target group's specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TargetGroupSpec {
    pub(super) port: u16,
    /// `instance` or `ip`.
    pub(super) target_type: String,
    /// `HTTP` or `HTTPS`.
    pub(super) protocol: String,
    /// `HTTP1`, `HTTP2` or `GRPC`.
    pub(super) version: String,
    pub(super) health: HealthCheck,
    pub(super) attributes: BTreeMap<String, String>,
}

/// How the targets are asked whether they are well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HealthCheck {
    pub(super) path: String,
    /// Status codes of HTTP, or of gRPC.
    pub(super) codes: String,
    pub(super) interval: i32,
    pub(super) timeout: i32,
    pub(super) healthy: i32,
    pub(super) unhealthy: i32,
}

/// The specification for a port of a Service; `written` is the port as the Ingress names it.
pub(super) fn spec(
    service: &Value,
    settings: Settings<'_>,
    wanted: &Value,
    written: &str,
) -> Result<TargetGroupSpec, String> {
    let asked = Annotations::of_backend(service, settings.ingress);
    let port = service_port(service, wanted, written)?;
    let target_type = settings.param("/spec/targetType").and_then(Value::as_str);
    let target_type = target_type.or_else(|| asked.text("target-type")).unwrap_or("instance");
    if !matches!(target_type, "instance" | "ip") {
        return Err(format!("unknown targetType: {target_type}"));
    }
    let protocol = asked.text("backend-protocol").unwrap_or("HTTP");
    if !matches!(protocol, "HTTP" | "HTTPS") {
        return Err(format!("backend protocol must be within [HTTP, HTTPS]: {protocol}"));
    }
    let version = asked.text("backend-protocol-version").unwrap_or("HTTP1");
    if !matches!(version, "HTTP1" | "HTTP2" | "GRPC") {
        return Err(format!(
            "backend protocol version must be within [HTTP1, HTTP2, GRPC]: {version}"
        ));
    }
    let health = health_check(asked, service, target_type, version)?;
    let attributes = asked.map("target-group-attributes")?;
    asked.map("tags")?;
    asked.boolean("multi-cluster-target-group")?;
    if target_type == "instance" {
        asked.map("target-node-labels")?;
    }
    asked.int32(&format!("target-control-port.{}.{written}", api::name(service)))?;
    Ok(TargetGroupSpec {
        port: group_port(port, target_type)?,
        target_type: target_type.to_owned(),
        protocol: protocol.to_owned(),
        version: version.to_owned(),
        health,
        attributes,
    })
}

/// The port of a Service, by number or name.
fn service_port<'a>(service: &'a Value, wanted: &Value, written: &str) -> Result<&'a Value, String> {
    let mut ports = list(service, "/spec/ports").iter();
    let found = ports.find(|port| port["port"] == *wanted || (wanted.is_string() && port["name"] == *wanted));
    found.ok_or_else(|| {
        let (namespace, name) = (api::namespace(service), api::name(service));
        format!("unable to find port {written} on service {namespace}/{name}")
    })
}

/// The port of the target group for a Service's port.
fn group_port(port: &Value, target_type: &str) -> Result<u16, String> {
    let number = if target_type == "instance" {
        int(port, "/nodePort")
    } else if port["targetPort"].is_string() {
        // A named port may differ from pod to pod; the group's own port is then never used.
        Some(1)
    } else {
        int(port, "/targetPort").or_else(|| int(port, "/port"))
    };
    let number = number
        .and_then(|port| u16::try_from(port).ok())
        .filter(|port| *port > 0);
    number.ok_or_else(|| {
        "TargetGroup port is empty. When using Instance targets, your service must be of type 'NodePort' or 'LoadBalancer'".to_owned()
    })
}

fn health_check(
    asked: Annotations<'_>,
    service: &Value,
    target_type: &str,
    version: &str,
) -> Result<HealthCheck, String> {
    health_check_port(asked, service, target_type)?;
    let protocol = asked.text("healthcheck-protocol").unwrap_or("HTTP");
    if !matches!(protocol, "HTTP" | "HTTPS") {
        return Err("healthCheckProtocol must be within [HTTP, HTTPS]".to_owned());
    }
    let (path, codes) = match version {
        "GRPC" => ("/AWS.ALB/healthcheck", "12"),
        _ => ("/", "200"),
    };
    let number = |name: &str, default: i32| Ok::<i32, String>(asked.int32(name)?.unwrap_or(default));
    Ok(HealthCheck {
        path: asked.text("healthcheck-path").unwrap_or(path).to_owned(),
        codes: asked.text("success-codes").unwrap_or(codes).to_owned(),
        interval: number("healthcheck-interval-seconds", 15)?,
        timeout: number("healthcheck-timeout-seconds", 5)?,
        healthy: number("healthy-threshold-count", 2)?,
        unhealthy: number("unhealthy-threshold-count", 2)?,
    })
}

/// A number, `traffic-port`, or the name of a port of the Service.
fn health_check_port(asked: Annotations<'_>, service: &Value, target_type: &str) -> Result<(), String> {
    let Some(port) = asked.text("healthcheck-port") else {
        return Ok(());
    };
    if port == "traffic-port" || port.parse::<i32>().is_ok() {
        return Ok(());
    }
    let named = service_port(service, &Value::from(port), port);
    let named = named.map_err(|why| format!("failed to resolve healthCheckPort: {why}"))?;
    if target_type == "ip" && named["targetPort"].is_string() {
        let why = "cannot use named healthCheckPort for IP TargetType when service's targetPort is a named port";
        return Err(why.to_owned());
    }
    Ok(())
}
