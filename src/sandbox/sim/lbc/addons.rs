//! What can be put before or beside a load balancer: sign-in, a firewall, Shield, a network load balancer. None of it is
//! modelled; what is asked for is read, and refused, as the controller does.

use std::collections::{BTreeMap, BTreeSet};

use super::annotations::{Annotations, Expected};
use super::settings::Settings;

/// Sign-in and tokens, for one backend of an Ingress; `https`: whether one of its listeners is.
pub(super) fn check_auth(asked: Annotations<'_>, https: bool) -> Result<(), String> {
    let kind = asked.text("auth-type").unwrap_or("none");
    if !matches!(kind, "none" | "cognito" | "oidc") {
        return Err(format!("unknown authType: {kind}"));
    }
    asked.int64("auth-session-timeout")?;
    let cognito = asked.json("auth-idp-cognito", Expected::Object("ingress.AuthIDPConfigCognito"))?;
    let oidc = asked.json("auth-idp-oidc", Expected::Object("ingress.AuthIDPConfigOIDC"))?;
    asked.json("jwt-validation", Expected::Object("ingress.JwtValidationConfig"))?;
    match kind {
        "cognito" if https && cognito.is_none() => Err("missing IDPConfigCognito".to_owned()),
        "oidc" if https && oidc.is_none() => Err("missing IDPConfigOIDC".to_owned()),
        _ => Ok(()),
    }
}

/// What the Ingresses of a load balancer ask for beside it; the ARN of the web ACL, if they name one.
pub(super) fn check(members: &[Settings<'_>]) -> Result<Option<String>, String> {
    let acl = one_acl(members, "WAFv2 WebACL ARNs", |settings| {
        settings.text("/spec/wafv2AclArn", "wafv2-acl-arn")
    })?;
    one_acl(members, "WAFv2 WebACL names", |settings| {
        settings.text("/spec/wafv2AclName", "wafv2-acl-name")
    })?;
    one_acl(members, "WAFClassic WebACL IDs", |settings| {
        let asked = settings.annotations();
        asked.text("waf-acl-id").or_else(|| asked.text("web-acl-id"))
    })?;
    if one_truth(members, "shield-advanced-protection")?.len() > 1 {
        return Err("conflicting enable shield advanced protection".to_owned());
    }
    if one_truth(members, "enable-frontend-nlb")?.contains(&true) {
        members
            .iter()
            .try_for_each(|settings| check_frontend(settings.annotations()))?;
    }
    Ok(acl.filter(|arn| arn != "none"))
}

fn one_acl<'a>(
    members: &[Settings<'a>],
    what: &str,
    read: impl Fn(Settings<'a>) -> Option<&'a str>,
) -> Result<Option<String>, String> {
    let all = members.iter().filter_map(|settings| read(*settings));
    let all: BTreeSet<&str> = all.filter(|value| !value.is_empty()).collect();
    if all.len() > 1 {
        let all: Vec<&str> = all.into_iter().collect();
        return Err(format!("conflicting {what}: [{}]", all.join(" ")));
    }
    Ok(all.first().map(|value| (*value).to_owned()))
}

/// The values that a truth has on the Ingresses.
fn one_truth(members: &[Settings<'_>], name: &str) -> Result<BTreeSet<bool>, String> {
    let read = members
        .iter()
        .filter_map(|settings| settings.annotations().boolean(name).transpose());
    read.collect()
}

/// The network load balancer in front, as far as its settings have a form.
fn check_frontend(asked: Annotations<'_>) -> Result<(), String> {
    if let Some(scheme) = asked.text("frontend-nlb-scheme")
        && !matches!(scheme, "internal" | "internet-facing")
    {
        return Err(format!("unknown scheme: {scheme}"));
    }
    for name in [
        "frontend-nlb-healthcheck-interval-seconds",
        "frontend-nlb-healthcheck-timeout-seconds",
        "frontend-nlb-healthcheck-healthy-threshold-count",
        "frontend-nlb-healthcheck-unhealthy-threshold-count",
    ] {
        asked.int32(name)?;
    }
    for name in [
        "frontend-nlb-attributes",
        "frontend-nlb-tags",
        "frontend-nlb-listener-port-mapping",
    ] {
        asked.map(name)?;
    }
    Ok(())
}

/// Settings of the load balancer itself that have a form and no effect here.
pub(super) fn check_balancer(settings: Settings<'_>, ports: &[(u16, bool)]) -> Result<(), String> {
    let asked = settings.annotations();
    if asked.text("customer-owned-ipv4-pool").is_some_and(str::is_empty) {
        let who = settings.who();
        return Err(format!(
            "cannot use empty value for customer-owned-ipv4-pool annotation, ingress: {who}"
        ));
    }
    if settings.param("/spec/minimumLoadBalancerCapacity").is_none() {
        let capacity = asked.map("minimum-load-balancer-capacity")?;
        if let Some(key) = capacity.keys().find(|key| *key != "CapacityUnits") {
            return Err(format!(
                "invalid key to set the capacity: {key}, Expected key: CapacityUnits"
            ));
        }
    }
    for (port, https) in ports {
        let protocol = if *https { "HTTPS" } else { "HTTP" };
        asked.map(&format!("listener-attributes.{protocol}-{port}"))?;
    }
    asked.boolean("use-regex-path-match")?;
    Ok(())
}

/// Whether rules of security groups that the Ingresses bring along are to be kept by the controller.
pub(super) fn check_rule_management(members: &[Settings<'_>]) -> Result<(), String> {
    if one_truth(members, "manage-backend-security-group-rules")?.len() > 1 {
        return Err("conflicting manage backend security group rules settings".to_owned());
    }
    Ok(())
}

/// The value of an annotation that all Ingresses of a load balancer agree on, key by key.
pub(super) fn agreed_map(
    members: &[Settings<'_>],
    (pointer, name): (&str, &str),
    what: &str,
) -> Result<BTreeMap<String, String>, String> {
    let mut merged = BTreeMap::new();
    for settings in members {
        for (key, value) in settings.map(pointer, name)? {
            let known: &mut String = merged.entry(key.clone()).or_insert_with(|| value.clone());
            if *known != value {
                return Err(format!("conflicting {what} {key}: {known} | {value}"));
            }
        }
    }
    Ok(merged)
}
