//! On which ports an Ingress's load balancer listens, for whom, and with what certificates: read, merged, or refused.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::Value;

use super::super::api::{list, text};
use super::annotations::{Expected, check_json, json_mismatch};
use super::settings::Settings;

/// What one Ingress asks of its listeners.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listening {
    /// Namespace and name of the Ingress.
    who: String,
    /// Ports in order, and whether they are HTTPS.
    pub(super) ports: Vec<(u16, bool)>,
    /// From where clients may come; from anywhere if there are none.
    pub(super) cidrs: Vec<String>,
    /// Certificates.
    pub(super) certificates: Vec<String>,
    /// The TLS policy.
    pub(super) policy: Option<String>,
}

/// What an Ingress asks for, or why that cannot be.
pub(super) fn of(settings: Settings<'_>) -> Result<Listening, String> {
    let who = settings.who();
    read(settings, who.clone()).map_err(|why| format!("ingress: {who}: {why}"))
}

fn read(settings: Settings<'_>, who: String) -> Result<Listening, String> {
    let certificates = settings.certificates();
    let cidrs = cidrs(settings, &who)?;
    mutual_authentication(settings)?;
    let ports = ports(settings, !certificates.is_empty())?;
    if certificates.is_empty() && ports.iter().any(|(_, https)| *https) {
        // The certificate manager has none: none is found for any host.
        if let Some(host) = hosts(settings.ingress).first() {
            return Err(format!("no certificate found for host: {host}"));
        }
    }
    Ok(Listening {
        who,
        ports,
        cidrs,
        certificates,
        policy: settings.text("/spec/sslPolicy", "ssl-policy").map(str::to_owned),
    })
}

fn hosts(ingress: &Value) -> BTreeSet<&str> {
    let rules = list(ingress, "/spec/rules").iter().map(|rule| text(rule, "/host"));
    let tls = list(ingress, "/spec/tls").iter().flat_map(|tls| list(tls, "/hosts"));
    let all = rules.chain(tls.filter_map(Value::as_str));
    all.filter(|host| !host.is_empty()).collect()
}

fn cidrs(settings: Settings<'_>, who: &str) -> Result<Vec<String>, String> {
    let of_params = settings.param("/spec/inboundCIDRs").is_some();
    let cidrs = settings.list("/spec/inboundCIDRs", "inbound-cidrs").unwrap_or_default();
    for cidr in &cidrs {
        if !is_cidr(cidr) {
            let place = if of_params {
                format!("invalid CIDR in IngressClassParams InboundCIDR {cidr}")
            } else {
                format!("invalid inbound-cidrs settings on Ingress: {who}")
            };
            return Err(format!("{place}: invalid CIDR address: {cidr}"));
        }
    }
    Ok(cidrs)
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.bytes().all(|byte| byte.is_ascii_digit()) && bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}

/// `listen-ports`, such as `[{"HTTP": 80}, {"HTTPS": 443}]`; without it 443 where there are certificates, else 80.
fn ports(settings: Settings<'_>, has_certificates: bool) -> Result<Vec<(u16, bool)>, String> {
    let Some(asked) = settings.annotations().text("listen-ports") else {
        return Ok(vec![if has_certificates { (443, true) } else { (80, false) }]);
    };
    let bad = |why: String| format!("failed to parse listen-ports configuration: `{asked}`: {why}");
    let entries = check_json(asked, Expected::List("[]map[string]int32")).map_err(bad)?;
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut ports = BTreeMap::new();
    for entry in entries {
        let Value::Object(entry) = entry else {
            return Err(bad(json_mismatch(entry, "map[string]int32")));
        };
        for (protocol, number) in entry {
            let number = number.as_i64().and_then(|number| i32::try_from(number).ok());
            let Some(number) = number else {
                return Err(bad(json_mismatch(&entry[protocol], "int32")));
            };
            let port = u16::try_from(number).ok().filter(|port| *port > 0);
            let port = port.ok_or_else(|| format!("listen port must be within [1, 65535]: {number}"))?;
            let https = match protocol.as_str() {
                "HTTP" => false,
                "HTTPS" => true,
                _ => return Err(format!("listen protocol must be within [HTTP, HTTPS]: {protocol}")),
            };
            ports.insert(port, https);
        }
    }
    if entries.is_empty() {
        return Err(format!("empty listen-ports configuration: `{asked}`"));
    }
    Ok(ports.into_iter().collect())
}

/// `mutual-authentication`: a list of ports with modes.
fn mutual_authentication(settings: Settings<'_>) -> Result<(), String> {
    let Some(asked) = settings.annotations().text("mutual-authentication") else {
        return Ok(());
    };
    let place = "mutualAuthentication configuration from ingress annotation";
    let entries = check_json(asked, Expected::List("[]ingress.MutualAuthenticationConfig"))
        .map_err(|why| format!("failed to parse {place}: `{asked}`: {why}"))?;
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() {
        return Err(format!("empty {place}: `{asked}`"));
    }
    entries.iter().try_for_each(mutual_authentication_of_port)
}

fn mutual_authentication_of_port(entry: &Value) -> Result<(), String> {
    let port = entry["port"].as_i64().unwrap_or_default();
    let (mode, store) = (text(entry, "/mode"), text(entry, "/trustStore"));
    let ignores = !entry["ignoreClientCertificateExpiry"].is_null();
    if !(1..=65_535).contains(&port) {
        return Err(format!("listen port must be within [1, 65535]: {port}"));
    }
    match mode {
        "" => Err(format!("mutualAuthentication mode cannot be empty for port {port}")),
        "verify" if store.is_empty() => Err(format!(
            "trustStore is required when mutualAuthentication mode is verify for port {port}"
        )),
        "off" | "passthrough" if !store.is_empty() => Err(format!(
            "Mutual Authentication mode {mode} does not support trustStore for port {port}"
        )),
        "off" | "passthrough" if ignores => Err(format!(
            "Mutual Authentication mode {mode} does not support ignoring client certificate expiry for port {port}"
        )),
        "verify" | "off" | "passthrough" => Ok(()),
        _ => Err(format!(
            "mutualAuthentication mode value must be among [off, passthrough, verify] for port {port} : {mode}"
        )),
    }
}

/// All ports of the Ingresses that share a load balancer; or where they contradict each other.
pub(super) fn merge(all: &[Listening]) -> Result<Vec<(u16, bool)>, String> {
    let mut merged: BTreeMap<u16, &Listening> = BTreeMap::new();
    for listening in all {
        for (port, https) in &listening.ports {
            let first = *merged.entry(*port).or_insert(listening);
            conflict(first, listening, *port, *https)
                .map_err(|why| format!("failed to merge listenPort config for port: {port}: {why}"))?;
        }
    }
    let of_port = |(port, first): (u16, &Listening)| first.ports.iter().copied().find(|(own, _)| *own == port);
    Ok(merged.into_iter().filter_map(of_port).collect())
}

fn conflict(first: &Listening, second: &Listening, port: u16, https: bool) -> Result<(), String> {
    let protocol = |https: bool| if https { "HTTPS" } else { "HTTP" };
    let other = first.ports.contains(&(port, !https));
    let (one, two) = (&first.who, &second.who);
    if other {
        let (was, is) = (protocol(!https), protocol(https));
        return Err(format!("conflicting protocol, {one}: {was} | {two}: {is}"));
    }
    let set = |listening: &Listening| listening.cidrs.iter().cloned().collect::<BTreeSet<String>>();
    let (old, new) = (set(first), set(second));
    if !old.is_empty() && !new.is_empty() && old != new {
        let shown = |cidrs: &BTreeSet<String>| {
            let (v6, v4): (Vec<&str>, Vec<&str>) =
                cidrs.iter().map(String::as_str).partition(|cidr| cidr.contains(':'));
            format!("[{}], [{}]", v4.join(" "), v6.join(" "))
        };
        let (old, new) = (shown(&old), shown(&new));
        return Err(format!("conflicting inbound-cidrs, {one}: {old} | {two}: {new}"));
    }
    match (&first.policy, &second.policy) {
        (Some(old), Some(new)) if https && old != new => {
            Err(format!("conflicting sslPolicy, {one}: {old} | {two}: {new}"))
        }
        _ => Ok(()),
    }
}

/// The HTTPS port that all HTTP ports redirect to, if the Ingresses ask for one.
pub(super) fn ssl_redirect(members: &[Settings<'_>], ports: &[(u16, bool)]) -> Result<Option<u16>, String> {
    let mut asked = BTreeSet::new();
    for settings in members {
        if let Some(port) = settings.param("/spec/sslRedirectPort") {
            let number = port.as_str().map_or_else(|| port.as_i64(), |text| text.parse().ok());
            // What cannot be read is passed over, and so are the others.
            let Some(number) = number else { return Ok(None) };
            asked.insert(number);
        } else {
            let port = settings.annotations().int32("ssl-redirect");
            let port = port.map_err(|why| format!("ingress: {}: {why}", settings.who()))?;
            asked.extend(port.map(i64::from));
        }
    }
    let Some(wanted) = asked.first() else { return Ok(None) };
    if asked.len() > 1 {
        let all: Vec<String> = asked.iter().map(i64::to_string).collect();
        return Err(format!("conflicting sslRedirect port: [{}]", all.join(" ")));
    }
    let port = u16::try_from(*wanted).ok();
    let found = port.and_then(|port| ports.iter().find(|(own, _)| *own == port));
    match found {
        None => Err(format!("listener does not exist for SSLRedirect port: {wanted}")),
        Some((_, false)) => Err(format!("listener protocol non-SSL for SSLRedirect port: {wanted}")),
        Some((_, true)) => Ok(port),
    }
}
