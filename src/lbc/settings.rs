//! The effective settings of an Ingress: the parameters of its class over its annotations over defaults.
//!
//! It is computed from the Ingress as the server returned it, because a template or a webhook may differ from
//! the environment; and each value keeps its source, because whoever has to change it must know where.

use std::fmt;

use serde_json::{Map, Value};

use super::annotations::Annotation;
use super::class::CLASS_ANNOTATION;
use super::flags::Flags;
use crate::lang::{Text, text};
use crate::model::{Object, Scheme};

/// Where the value of a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The IngressClassParams of the class; they win.
    Params,
    /// An annotation of the Service that the Ingress leads to.
    Service(Annotation),
    /// An annotation of the Ingress.
    Ingress(Annotation),
    /// A flag of the controller.
    Flag,
    /// The controller's own default.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Params => f.write_str("IngressClassParams"),
            Self::Service(annotation) => write!(f, "annotation {} of the Service", annotation.key()),
            Self::Ingress(annotation) => write!(f, "annotation {}", annotation.key()),
            Self::Flag => f.write_str("a flag of the controller"),
            Self::Default => f.write_str("the controller's default"),
        }
    }
}

/// A value and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub source: Source,
}

/// A port that the ALB listens on for the Ingress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenPort {
    /// Number.
    pub port: u16,
    /// Whether it speaks TLS.
    pub https: bool,
}

/// What the settings of an Ingress follow from.
#[derive(Debug, Clone, Copy)]
pub struct IngressFacts<'a> {
    /// The Ingress.
    pub ingress: &'a Object,
    /// The Service in front of the game, if it is known: some annotations count there, too.
    pub service: Option<&'a Object>,
    /// The IngressClassParams of the Ingress's class, if there are any.
    pub params: Option<&'a Object>,
    /// The controller's flags, if it is installed.
    pub flags: Option<&'a Flags>,
}

impl<'a> IngressFacts<'a> {
    /// Of an Ingress about which nothing else is known.
    pub fn alone(ingress: &'a Object) -> Self {
        Self {
            ingress,
            service: None,
            params: None,
            flags: None,
        }
    }

    /// A field of the parameters; none for an Ingress that names its class by annotation, as that has no parameters.
    fn param(&self, pointer: &str) -> Option<&'a Value> {
        let params = self.params?;
        let classic = self.ingress.annotation(CLASS_ANNOTATION).is_some();
        params.at(pointer).filter(|value| !classic && !is_empty(value))
    }

    /// A text of the parameters, else of the annotation.
    fn text(&self, pointer: &str, annotation: Annotation) -> Option<Setting<&'a str>> {
        if let Some(value) = self.param(pointer).and_then(Value::as_str) {
            return Some(Setting {
                value,
                source: Source::Params,
            });
        }
        Some(Setting {
            value: annotation.of(self.ingress)?,
            source: Source::Ingress(annotation),
        })
    }

    /// A list of the parameters, else of the annotation, else nothing.
    pub(super) fn list(&self, pointer: &str, annotation: Annotation) -> Setting<Vec<String>> {
        if let Some(Value::Array(items)) = self.param(pointer) {
            return Setting {
                value: items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
                source: Source::Params,
            };
        }
        match annotation.list(self.ingress) {
            Some(value) => Setting {
                value,
                source: Source::Ingress(annotation),
            },
            None => Setting {
                value: Vec::new(),
                source: Source::Default,
            },
        }
    }
}

/// Whether a field of the parameters is empty, as Go sees it.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// The sort of addresses of an ALB that faces the internet by IPv6 alone.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html>
pub const WITHOUT_PUBLIC_IPV4: &str = "dualstack-without-public-ipv4";

/// What the controller makes of an Ingress's wishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngressSettings {
    /// Whom the ALB faces. (LBC `pkg/ingress/model_build_load_balancer.go`, `buildLoadBalancerScheme`)
    pub scheme: Setting<Scheme>,
    /// The IngressGroup, if the Ingress is in one. (LBC `pkg/ingress/group_loader.go`, `loadGroupID`)
    pub group: Option<Setting<String>>,
    /// The name that is given to the ALB, if one is. (LBC `model_build_load_balancer.go`, `buildLoadBalancerName`)
    pub load_balancer_name: Option<Setting<String>>,
    /// `ip` or `instance`. (LBC `model_build_target_group.go`, `buildTargetGroupTargetType`)
    pub target_type: Setting<String>,
    /// The subnets that are given by hand, as written; none means that the controller looks for them.
    /// (LBC `model_build_load_balancer.go`, `buildLoadBalancerSubnetMappings`)
    pub subnets: Option<Setting<String>>,
    /// Which sort of addresses the ALB has, if that is said. (LBC `model_build_load_balancer.go`,
    /// `buildLoadBalancerIPAddressType`)
    pub ip_address_type: Option<Setting<String>>,
    /// Certificates (ARNs) of the HTTPS listeners; none means that the controller looks for them by host.
    /// (LBC `model_build_listener.go`, `computeIngressExplicitTLSCertARNs`)
    pub certificates: Setting<Vec<String>>,
    /// The ports, in the order written. (LBC `model_build_listener.go`, `computeIngressListenPorts`)
    pub listeners: Vec<ListenPort>,
    /// The HTTPS port that all HTTP ports redirect to. (LBC `pkg/ingress/model_builder.go`, `buildSSLRedirectConfig`)
    pub ssl_redirect: Option<Setting<u16>>,
    /// What the controller refuses of it: it then makes nothing at all.
    pub problems: Vec<Text>,
}

impl IngressSettings {
    /// The effective settings.
    pub fn of(facts: &IngressFacts<'_>) -> Self {
        let mut problems = Vec::new();
        let group = facts.text("/spec/group/name", Annotation::GROUP_NAME).map(owned);
        let misnamed = group.iter().filter(|group| !is_group_name(&group.value));
        problems.extend(misnamed.map(|group| text!("cause-ingress-group-misnamed", name = &group.value)));
        let certificates = facts.list("/spec/certificateArn", Annotation::CERTIFICATE_ARN);
        let listeners = listeners(facts.ingress, !certificates.value.is_empty(), &mut problems);
        Self {
            scheme: scheme(facts, &mut problems),
            group,
            load_balancer_name: facts
                .text("/spec/loadBalancerName", Annotation::LOAD_BALANCER_NAME)
                .map(owned),
            target_type: target_type(facts),
            subnets: subnets(facts),
            ip_address_type: facts
                .text("/spec/ipAddressType", Annotation::IP_ADDRESS_TYPE)
                .map(owned),
            ssl_redirect: ssl_redirect(facts, &listeners, &mut problems),
            certificates,
            listeners,
            problems,
        }
    }
}

/// (LBC `pkg/ingress/group_loader.go`, `validateGroupName`)
fn is_group_name(name: &str) -> bool {
    let is_end = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_middle = |c: char| is_end(c) || matches!(c, '-' | '.');
    name.len() <= 63 && name.starts_with(is_end) && name.ends_with(is_end) && name.chars().all(is_middle)
}

fn owned(Setting { value, source }: Setting<&str>) -> Setting<String> {
    Setting {
        value: value.to_owned(),
        source,
    }
}

fn scheme(facts: &IngressFacts<'_>, problems: &mut Vec<Text>) -> Setting<Scheme> {
    let default = Setting {
        value: Scheme::Internal,
        source: Source::Default,
    };
    let Some(asked) = facts.text("/spec/scheme", Annotation::SCHEME) else {
        return default;
    };
    let known = [Scheme::InternetFacing, Scheme::Internal];
    let Some(value) = known.into_iter().find(|scheme| scheme.word() == asked.value) else {
        problems.push(text!("cause-ingress-scheme-unknown", scheme = asked.value));
        return default;
    };
    Setting {
        value,
        source: asked.source,
    }
}

/// The Service's annotation counts before the Ingress's.
fn target_type(facts: &IngressFacts<'_>) -> Setting<String> {
    let annotation = Annotation::TARGET_TYPE;
    let service = || {
        let value = annotation.of(facts.service?)?;
        Some((value, Source::Service(annotation)))
    };
    let params = facts.param("/spec/targetType").and_then(Value::as_str);
    let flag = || facts.flags?.default_target_type().known();
    let (value, source) = params
        .map(|value| (value, Source::Params))
        .or_else(service)
        .or_else(|| Some((annotation.of(facts.ingress)?, Source::Ingress(annotation))))
        .or_else(|| Some((flag()?, Source::Flag)))
        .unwrap_or(("instance", Source::Default));
    Setting {
        value: value.to_owned(),
        source,
    }
}

fn subnets(facts: &IngressFacts<'_>) -> Option<Setting<String>> {
    if let Some(selector) = facts.param("/spec/subnets") {
        return Some(Setting {
            value: selector.to_string(),
            source: Source::Params,
        });
    }
    let annotation = Annotation::SUBNETS;
    Some(Setting {
        value: annotation.of(facts.ingress)?.to_owned(),
        source: Source::Ingress(annotation),
    })
}

/// Without `listen-ports` it is 443 where there are certificates, else 80.
fn listeners(ingress: &Object, has_certificates: bool, problems: &mut Vec<Text>) -> Vec<ListenPort> {
    let default = if has_certificates {
        ListenPort { port: 443, https: true }
    } else {
        ListenPort { port: 80, https: false }
    };
    let Some(asked) = Annotation::LISTEN_PORTS.of(ingress) else {
        return vec![default];
    };
    match listed(asked) {
        Ok(listeners) => listeners,
        Err(why) => {
            problems.push(Text::list([Text::verbatim(format!("listen-ports {asked}")), why], ": "));
            vec![default]
        }
    }
}

/// `listen-ports` such as `[{"HTTP": 80}, {"HTTPS": 443}]`.
fn listed(text: &str) -> Result<Vec<ListenPort>, Text> {
    let entries: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut listeners: Vec<ListenPort> = Vec::new();
    for (protocol, number) in entries.iter().flatten() {
        let port = number.as_u64().and_then(|number| u16::try_from(number).ok());
        let port = port
            .filter(|port| *port > 0)
            .ok_or_else(|| text!("cause-ingress-no-port", number = number.to_string()))?;
        let https = match protocol.as_str() {
            "HTTP" => false,
            "HTTPS" => true,
            other => return Err(text!("cause-ingress-protocol-unknown", protocol = other)),
        };
        listeners.retain(|other| other.port != port);
        listeners.push(ListenPort { port, https });
    }
    if listeners.is_empty() {
        return Err(text!("cause-ingress-without-port"));
    }
    Ok(listeners)
}

fn ssl_redirect(facts: &IngressFacts<'_>, listeners: &[ListenPort], problems: &mut Vec<Text>) -> Option<Setting<u16>> {
    // The parameters may have a number or a text.
    let param = facts.param("/spec/sslRedirectPort").map(|value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    let annotation = Annotation::SSL_REDIRECT;
    let (text, source) = match param {
        Some(text) => (text, Source::Params),
        None => (annotation.of(facts.ingress)?.to_owned(), Source::Ingress(annotation)),
    };
    let port = text.parse().ok();
    let leads_to_tls = |port: &u16| listeners.iter().any(|l| l.https && l.port == *port);
    let Some(value) = port.filter(leads_to_tls) else {
        // What the controller would write as an event. (LBC `pkg/ingress/model_builder.go`)
        let words = match port {
            None => "failed to parse int32 annotation",
            Some(port) if listeners.iter().any(|listener| listener.port == port) => {
                "listener protocol non-SSL for SSLRedirect port"
            }
            Some(_) => "listener does not exist for SSLRedirect port",
        };
        problems.push(text!(
            "cause-ingress-redirect-to-nowhere",
            port = &text,
            said = format!("{words}: {text}")
        ));
        return None;
    };
    Some(Setting { value, source })
}

/// A field of IngressClassParams that differs from the Ingress's own setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The field, as the parameters spell it.
    pub field: &'static str,
    /// Its value.
    pub value: String,
    /// The Ingress's own setting, if it has one.
    pub instead_of: Option<String>,
}

/// Fields of IngressClassParams that decide over an Ingress, each with the annotation that it wins over.
/// (LBC `apis/elbv2/v1beta1/ingressclassparams_types.go`)
const FIELDS: &[(&str, &str, Annotation)] = &[
    ("scheme", "/spec/scheme", Annotation::SCHEME),
    ("group", "/spec/group/name", Annotation::GROUP_NAME),
    (
        "loadBalancerName",
        "/spec/loadBalancerName",
        Annotation::LOAD_BALANCER_NAME,
    ),
    ("targetType", "/spec/targetType", Annotation::TARGET_TYPE),
    ("subnets", "/spec/subnets", Annotation::SUBNETS),
    ("certificateArn", "/spec/certificateArn", Annotation::CERTIFICATE_ARN),
    ("inboundCIDRs", "/spec/inboundCIDRs", Annotation::INBOUND_CIDRS),
    ("sslRedirectPort", "/spec/sslRedirectPort", Annotation::SSL_REDIRECT),
    ("sslPolicy", "/spec/sslPolicy", Annotation::SSL_POLICY),
    ("ipAddressType", "/spec/ipAddressType", Annotation::IP_ADDRESS_TYPE),
    ("wafv2AclArn", "/spec/wafv2AclArn", Annotation::WEB_ACL),
];

/// What the parameters of the class say that the Ingress does not say itself.
pub fn overrides(facts: &IngressFacts<'_>) -> Vec<Override> {
    let differing = FIELDS.iter().filter_map(|(field, pointer, annotation)| {
        let value = match facts.param(pointer)? {
            Value::String(text) => text.clone(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
            other => other.to_string(),
        };
        let own = annotation.of(facts.ingress);
        (own != Some(&value)).then(|| Override {
            field,
            value,
            instead_of: own.map(str::to_owned),
        })
    });
    differing.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(annotations: &Value) -> Object {
        let annotations: Map<String, Value> = annotations
            .as_object()
            .unwrap()
            .iter()
            .map(|(key, value)| (format!("alb.ingress.kubernetes.io/{key}"), value.clone()))
            .collect();
        Object(json!({"metadata": {"annotations": annotations}}))
    }

    fn params(spec: &Value) -> Object {
        Object(json!({"metadata": {"name": "p"}, "spec": spec}))
    }

    #[test]
    fn parameters_win_over_annotations_and_these_over_defaults() {
        let ingress = object(&json!({
            "scheme": "internet-facing", "group.name": "mine", "subnets": "a,b", "certificate-arn": "arn:a",
        }));
        let facts = IngressFacts::alone(&ingress);
        let own = IngressSettings::of(&facts);
        assert_eq!(own.scheme.value, Scheme::InternetFacing);
        assert_eq!(
            own.group.as_ref().unwrap().source,
            Source::Ingress(Annotation::GROUP_NAME)
        );
        assert_eq!(own.target_type.source, Source::Default);
        assert_eq!(own.listeners, [ListenPort { port: 443, https: true }]);
        let params = params(&json!({
            "scheme": "internal", "group": {"name": "theirs"}, "subnets": {"ids": ["subnet-1"]}, "targetType": "ip",
            "certificateArn": [], "loadBalancerName": "",
        }));
        let with = IngressFacts {
            params: Some(&params),
            ..facts
        };
        let settings = IngressSettings::of(&with);
        assert_eq!(
            (settings.scheme.value, settings.scheme.source),
            (Scheme::Internal, Source::Params)
        );
        assert_eq!(settings.group.unwrap().value, "theirs");
        assert_eq!(settings.subnets.unwrap().value, r#"{"ids":["subnet-1"]}"#);
        assert_eq!(
            (settings.target_type.value.as_str(), settings.target_type.source),
            ("ip", Source::Params)
        );
        // What parameters leave empty they do not decide.
        assert_eq!(
            (settings.certificates.value, settings.load_balancer_name),
            (vec!["arn:a".to_owned()], None)
        );
        // An Ingress that names its class by annotation has no parameters.
        let mut classic = ingress.clone();
        classic.0["metadata"]["annotations"][CLASS_ANNOTATION] = json!("alb");
        let classic = IngressFacts {
            ingress: &classic,
            ..with
        };
        assert_eq!(IngressSettings::of(&classic).group.unwrap().value, "mine");
        assert_eq!(overrides(&classic), []);
    }

    #[test]
    fn a_target_type_may_come_from_five_places() {
        let (ip, nothing) = (object(&json!({"target-type": "ip"})), object(&json!({})));
        let instance = object(&json!({"target-type": "instance"}));
        let deployment =
            json!({"spec": {"template": {"spec": {"containers": [{"args": ["--default-target-type", "ip"]}]}}}});
        let flags = Flags::of(&Object(deployment));
        let found = |ingress: &Object, service: Option<&Object>, flags: Option<&Flags>| {
            let facts = IngressFacts {
                service,
                flags,
                ..IngressFacts::alone(ingress)
            };
            let setting = IngressSettings::of(&facts).target_type;
            format!("{}: {}", setting.source, setting.value)
        };
        let annotation = "annotation alb.ingress.kubernetes.io/target-type";
        assert_eq!(found(&ip, None, None), format!("{annotation}: ip"));
        assert_eq!(
            found(&ip, Some(&instance), None),
            format!("{annotation} of the Service: instance")
        );
        assert_eq!(
            found(&nothing, Some(&nothing), Some(&flags)),
            "a flag of the controller: ip"
        );
        assert_eq!(found(&nothing, None, None), "the controller's default: instance");
    }

    #[test]
    fn ports_are_read_in_the_order_written() {
        let ports = |text: &str| {
            let mut problems = Vec::new();
            let found = listeners(&object(&json!({"listen-ports": text})), false, &mut problems);
            let found: Vec<String> = found
                .iter()
                .map(|l| format!("{}{}", l.port, if l.https { "s" } else { "" }))
                .collect();
            format!("{} {}", found.join(","), Text::list(&problems, ";"))
        };
        for (text, wanted) in [
            (r#"[{"HTTP": 8080}, {"HTTPS": 443}]"#, "8080,443s "),
            (r#"[{"HTTP": 80}, {"HTTPS": 80}]"#, "80s "),
            (
                r#"[{"HTTP": 70000}]"#,
                r#"80 listen-ports [{"HTTP": 70000}]: 70000 is no port"#,
            ),
            (
                r#"[{"TCP": 80}]"#,
                r#"80 listen-ports [{"TCP": 80}]: TCP is neither HTTP nor HTTPS"#,
            ),
            ("[]", "80 listen-ports []: it names no port"),
        ] {
            assert_eq!(ports(text), wanted);
        }
    }

    #[test]
    fn only_what_differs_is_overridden() {
        let ingress = object(&json!({"scheme": "internal", "certificate-arn": "arn:a"}));
        let params = params(&json!({
            "scheme": "internal", "certificateArn": ["arn:b"], "group": {"name": "class"}, "sslRedirectPort": "443",
        }));
        let facts = IngressFacts {
            params: Some(&params),
            ..IngressFacts::alone(&ingress)
        };
        let found: Vec<String> = overrides(&facts)
            .into_iter()
            .map(|o| format!("{}={} {}", o.field, o.value, o.instead_of.unwrap_or_default()))
            .collect();
        assert_eq!(
            found,
            ["group=class ", "certificateArn=arn:b arn:a", "sslRedirectPort=443 "]
        );
    }
}
