//! What AWS refuses of a model: values that the controller passes on as they are.

use std::collections::BTreeMap;

use crate::sim::lbc::backends::GroupModel;
use crate::sim::lbc::model::Model;
use crate::sim::lbc::refused::Refused;
use crate::sim::lbc::target_group::HealthCheck;
use crate::world::World;

/// Why no security group can be made.
pub(super) fn of_security_group(model: &Model) -> Option<Refused> {
    let reserved = model
        .tags
        .keys()
        .any(|key| key.to_ascii_lowercase().starts_with("aws:"));
    reserved.then(|| {
        let why = "Tag keys starting with 'aws:' are reserved for internal use";
        Refused::ec2("CreateSecurityGroup", "InvalidParameterValue", why.to_owned())
    })
}

/// Why a target group cannot be made.
pub(super) fn of_target_group(group: &GroupModel) -> Option<Refused> {
    let why = wrong_health_check(&group.health)?;
    Some(Refused::elb("CreateTargetGroup", "ValidationError", why))
}

/// Why a target group's attributes cannot be set.
pub(super) fn of_group_attributes(group: &GroupModel) -> Option<Refused> {
    let why = wrong_attribute("Target group", &group.attributes, GROUP_ATTRIBUTES)?;
    Some(Refused::elb("ModifyTargetGroupAttributes", "ValidationError", why))
}

fn wrong_health_check(health: &HealthCheck) -> Option<String> {
    let mut broken = Vec::new();
    for (field, value, least, most) in [
        ("healthCheckIntervalSeconds", health.interval, 5, 300),
        ("healthCheckTimeoutSeconds", health.timeout, 2, 120),
        ("healthyThresholdCount", health.healthy, 2, 10),
        ("unhealthyThresholdCount", health.unhealthy, 2, 10),
    ] {
        let bound = match value {
            value if value < least => format!("greater than or equal to {least}"),
            value if value > most => format!("less than or equal to {most}"),
            _ => continue,
        };
        broken.push(format!(
            "Value '{value}' at '{field}' failed to satisfy constraint: Member must have value {bound}"
        ));
    }
    match broken.len() {
        0 => {}
        1 => return Some(format!("1 validation error detected: {}", broken.concat())),
        several => return Some(format!("{several} validation errors detected: {}", broken.join("; "))),
    }
    if health.interval <= health.timeout {
        return Some("Health check interval must be greater than the timeout.".to_owned());
    }
    if !health.path.starts_with('/') {
        return Some(format!(
            "Health check path '{}' must begin with a '/' character",
            health.path
        ));
    }
    wrong_codes(&health.codes, health.path.starts_with("/AWS.ALB"))
}

/// Codes such as `200`, `200,301` or `200-299`; those of gRPC are from 0 to 99.
fn wrong_codes(codes: &str, grpc: bool) -> Option<String> {
    let (name, least, most) = if grpc { ("gRPC", 0, 99) } else { ("HTTP", 200, 499) };
    let wrong = |code: &&str| {
        !code
            .trim()
            .parse::<u16>()
            .is_ok_and(|code| (least..=most).contains(&code))
    };
    let code = codes.split([',', '-']).find(wrong)?;
    Some(format!(
        "Health check matcher {name} code '{code}' must be within '{least}-{most}' inclusive"
    ))
}

/// Why the load balancer cannot be made.
pub(super) fn of_balancer(model: &Model) -> Option<Refused> {
    let refused = |why: String| Some(Refused::elb("CreateLoadBalancer", "ValidationError", why));
    let name = &model.name;
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return refused(format!(
            "The load balancer name '{name}' can only contain characters that are alphanumeric characters and hyphens(-)"
        ));
    }
    if name.starts_with('-') || name.ends_with('-') {
        return refused(format!(
            "The load balancer name '{name}' cannot begin or end with a hyphen(-)"
        ));
    }
    if name.starts_with("internal-") {
        return refused(format!("The load balancer name '{name}' cannot begin with 'internal-'"));
    }
    if model.dual_stack {
        // No subnet of the region has a block of IPv6.
        return refused("You must specify subnets with an associated IPv6 CIDR block.".to_owned());
    }
    None
}

/// Why the load balancer's attributes cannot be set.
pub(super) fn of_attributes(model: &Model) -> Option<Refused> {
    let why = wrong_attribute("Load balancer", &model.attributes, BALANCER_ATTRIBUTES)?;
    Some(Refused::elb("ModifyLoadBalancerAttributes", "ValidationError", why))
}

/// Why a listener cannot be made.
pub(super) fn of_listeners(world: &World, model: &Model) -> Option<Refused> {
    if !model.ports.iter().any(|(_, secure)| *secure) {
        return None;
    }
    let refused = |code: &'static str, why: String| Some(Refused::elb("CreateListener", code, why));
    if model.certificates.is_empty() {
        return refused(
            "ValidationError",
            "A certificate must be specified for HTTPS listeners".to_owned(),
        );
    }
    for arn in &model.certificates {
        match certificate(world, arn) {
            Certificate::Issued => {}
            Certificate::Missing => return refused("CertificateNotFound", format!("Certificate '{arn}' not found")),
            Certificate::NoArn => {
                return refused("ValidationError", format!("Certificate ARN '{arn}' is not valid"));
            }
        }
    }
    let policy = model.policy.as_ref()?;
    let known = policy
        .strip_prefix("ELBSecurityPolicy-")
        .is_some_and(|name| !name.is_empty());
    if known {
        return None;
    }
    refused("SSLPolicyNotFound", format!("SSL policy '{policy}' not found"))
}

enum Certificate {
    Issued,
    Missing,
    NoArn,
}

/// The region has the certificates of its own account; an id made of one digit only is nobody's.
fn certificate(world: &World, arn: &str) -> Certificate {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, service @ ("acm" | "iam"), region, account, resource] = parts.as_slice() else {
        return Certificate::NoArn;
    };
    let id = match (*service, resource.split_once('/')) {
        ("acm", Some(("certificate", id))) if is_uuid(id) => id,
        ("iam", Some(("server-certificate", id))) if !id.is_empty() => id,
        _ => return Certificate::NoArn,
    };
    let mut digits = id.chars().filter(|c| *c != '-');
    let first = digits.next();
    let placeholder = digits.all(|digit| Some(digit) == first);
    let here = *service == "iam" || *region == world.facts.region;
    if here && *account == world.facts.account && !placeholder {
        Certificate::Issued
    } else {
        Certificate::Missing
    }
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Why the web ACL cannot be put in front of the load balancer.
pub(super) fn of_web_acl(world: &World, model: &Model) -> Option<String> {
    let arn = model.web_acl.as_deref()?;
    let refused = |code: &'static str, why: String| {
        let why = Refused::waf("AssociateWebACL", code, why).text(world);
        Some(format!(
            "failed to create WAFv2 webACL association on LoadBalancer: {why}"
        ))
    };
    if arn.len() < 20 {
        let why = format!(
            "1 validation error detected: Value '{arn}' at 'webACLArn' failed to satisfy constraint: Member must have length greater than or equal to 20"
        );
        return refused("ValidationException", why);
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let regional = matches!(parts.as_slice(), ["arn", _, "wafv2", region, _, resource]
        if *region == world.facts.region && resource.starts_with("regional/webacl/") && !resource.contains(char::is_whitespace));
    if regional {
        return None;
    }
    let why = format!(
        "Error reason: The ARN isn't valid. A valid ARN begins with arn: and includes other information separated by colons or slashes., field: WEB_ACL, parameter: {arn}"
    );
    refused("WAFInvalidParameterException", why)
}

/// What values an attribute takes.
enum Values {
    Any,
    Words(&'static [&'static str]),
    Range(u32, u32),
}

use Values::{Any, Range, Words};

const TRUTH: Values = Words(&["true", "false"]);

/// Attributes of an application load balancer.
const BALANCER_ATTRIBUTES: &[(&str, Values)] = &[
    ("access_logs.s3.bucket", Any),
    ("access_logs.s3.enabled", TRUTH),
    ("access_logs.s3.prefix", Any),
    ("client_keep_alive.seconds", Range(60, 604_800)),
    ("connection_logs.s3.bucket", Any),
    ("connection_logs.s3.enabled", TRUTH),
    ("connection_logs.s3.prefix", Any),
    ("deletion_protection.enabled", TRUTH),
    ("health_check_logs.s3.bucket", Any),
    ("health_check_logs.s3.enabled", TRUTH),
    ("health_check_logs.s3.prefix", Any),
    ("idle_timeout.timeout_seconds", Range(1, 4_000)),
    ("ipv6.deny_all_igw_traffic", TRUTH),
    ("load_balancing.cross_zone.enabled", TRUTH),
    (
        "routing.http.desync_mitigation_mode",
        Words(&["monitor", "defensive", "strictest"]),
    ),
    ("routing.http.drop_invalid_header_fields.enabled", TRUTH),
    ("routing.http.preserve_host_header.enabled", TRUTH),
    ("routing.http.x_amzn_tls_version_and_cipher_suite.enabled", TRUTH),
    ("routing.http.xff_client_port.enabled", TRUTH),
    (
        "routing.http.xff_header_processing.mode",
        Words(&["append", "preserve", "remove"]),
    ),
    ("routing.http2.enabled", TRUTH),
    ("waf.fail_open.enabled", TRUTH),
    ("zonal_shift.config.enabled", TRUTH),
];

/// Attributes of a target group behind an application load balancer.
const GROUP_ATTRIBUTES: &[(&str, Values)] = &[
    ("deregistration_delay.timeout_seconds", Range(0, 3_600)),
    ("load_balancing.algorithm.anomaly_mitigation", Words(&["on", "off"])),
    (
        "load_balancing.algorithm.type",
        Words(&["round_robin", "least_outstanding_requests", "weighted_random"]),
    ),
    (
        "load_balancing.cross_zone.enabled",
        Words(&["true", "false", "use_load_balancer_configuration"]),
    ),
    ("slow_start.duration_seconds", Range(0, 900)),
    ("stickiness.app_cookie.cookie_name", Any),
    ("stickiness.app_cookie.duration_seconds", Range(1, 604_800)),
    ("stickiness.enabled", TRUTH),
    ("stickiness.lb_cookie.duration_seconds", Range(1, 604_800)),
    ("stickiness.type", Words(&["lb_cookie", "app_cookie"])),
    ("target_group_health.dns_failover.minimum_healthy_targets.count", Any),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        Any,
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        Any,
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        Any,
    ),
];

/// The first attribute that is none, or that has a value it does not take.
fn wrong_attribute(of: &str, asked: &BTreeMap<String, String>, known: &[(&str, Values)]) -> Option<String> {
    asked.iter().find_map(|(key, value)| {
        let Some((_, values)) = known.iter().find(|(name, _)| name == key) else {
            return Some(format!("{of} attribute key '{key}' is not recognized"));
        };
        let why = match values {
            Any => return None,
            Words(words) if words.contains(&value.as_str()) => return None,
            Words(words) => format!("must be one of {}", words.join(", ")),
            Range(least, most)
                if value
                    .parse()
                    .is_ok_and(|number: u32| (*least..=*most).contains(&number)) =>
            {
                return None;
            }
            Range(least, most) => format!("must be between {least} and {most}"),
        };
        Some(format!(
            "{of} attribute value '{value}' of key '{key}' is not valid: it {why}"
        ))
    })
}
