//! What the load balancer controller will make of the Ingress.
//!
//! Read from the rendered Ingress and not from the environment, because a template of the user's may say otherwise.

use serde_json::Value;

use super::annotations::Annotation;
use super::names::{AlbNaming, balancer_name};
use crate::model::{LoadBalancerSpec, Object, ProofSpec, Route, Scheme};

/// The ALB to expect, and how to ask it for the game.
pub struct Exposure {
    /// The ALB.
    pub balancer: LoadBalancerSpec,
    /// The request that proves it.
    pub proof: ProofSpec,
}

impl Exposure {
    /// Of this Ingress, for a Deployment of so many replicas.
    pub fn of(ingress: &Object, cluster: &str, replicas: u32) -> Self {
        // The controller's own default is `internal`.
        let scheme = match Annotation::SCHEME.of(ingress) {
            Some(word) if word == Scheme::InternetFacing.word() => Scheme::InternetFacing,
            _ => Scheme::Internal,
        };
        let naming = AlbNaming {
            cluster,
            namespace: ingress.namespace().unwrap_or_default(),
            ingress: ingress.name(),
            group: Annotation::GROUP_NAME.of(ingress),
            given: Annotation::LOAD_BALANCER_NAME.of(ingress),
            scheme,
        };
        let listeners = listeners(ingress);
        // The one to ask: the first with TLS, else the first.
        let asked = listeners.iter().find(|(https, _)| *https).or(listeners.first());
        let (https, port) = asked.copied().unwrap_or((false, 80));
        Self {
            balancer: LoadBalancerSpec {
                name: balancer_name(&naming),
                cluster: cluster.to_owned(),
                stack: naming.stack_id(),
                ingress: naming.ingress_id(),
                scheme,
                port,
                targets: replicas,
            },
            proof: ProofSpec {
                scheme,
                https,
                port,
                path: ingress
                    .text("/spec/rules/0/http/paths/0/path")
                    .unwrap_or("/")
                    .to_owned(),
            },
        }
    }
}

/// What the ALB answers for this Ingress: a rule for each of its paths on each of its listeners.
/// (LBC `pkg/ingress/model_build_listener_rules.go`)
pub fn routes(ingress: &Object) -> Vec<Route> {
    let ports = listeners(ingress).into_iter().map(|(_, port)| port);
    let rule = |port: u16, rule: &Value, path: &Value| {
        let word = |key: &str| path.get(key).and_then(Value::as_str).unwrap_or_default();
        let host = rule.get("host").and_then(Value::as_str).filter(|host| !host.is_empty());
        Route {
            port,
            hosts: host.map(str::to_owned).into_iter().collect(),
            paths: patterns(word("path"), word("pathType")),
            narrowed: false,
        }
    };
    let mut routes = Vec::new();
    for port in ports {
        for of_host in ingress.items("/spec/rules") {
            let paths = of_host.pointer("/http/paths").and_then(Value::as_array);
            routes.extend(paths.into_iter().flatten().map(|path| rule(port, of_host, path)));
        }
    }
    routes
}

/// The patterns that the controller makes of a path.
fn patterns(path: &str, kind: &str) -> Vec<String> {
    match (kind, path.trim_end_matches('/')) {
        ("Prefix", "") => vec!["/*".to_owned()],
        ("Prefix", prefix) => vec![prefix.to_owned(), format!("{prefix}/*")],
        _ if path.is_empty() => vec!["/*".to_owned()],
        _ => vec![path.to_owned()],
    }
}

/// The ports that the ALB listens on for this Ingress, and whether with TLS.
fn listeners(ingress: &Object) -> Vec<(bool, u16)> {
    let asked = Annotation::LISTEN_PORTS.of(ingress).map(listed).unwrap_or_default();
    match (asked.is_empty(), Annotation::CERTIFICATE_ARN.of(ingress)) {
        (false, _) => asked,
        (true, Some(_)) => vec![(true, 443)],
        (true, None) => vec![(false, 80)],
    }
}

/// `listen-ports` such as `[{"HTTP": 80}, {"HTTPS": 443}]`; nothing if it cannot be read.
fn listed(text: &str) -> Vec<(bool, u16)> {
    let listed: Vec<serde_json::Map<String, Value>> = serde_json::from_str(text).unwrap_or_default();
    let listener =
        |(protocol, port): (&String, &Value)| Some((protocol == "HTTPS", u16::try_from(port.as_u64()?).ok()?));
    listed.iter().flatten().filter_map(listener).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_path_is_a_rule_on_each_listener() {
        let ingress = Object(json!({
            "metadata": {"annotations": {Annotation::LISTEN_PORTS.key(): "[{\"HTTP\": 80}, {\"HTTP\": 8080}]"}},
            "spec": {"rules": [
                {"http": {"paths": [{"path": "/", "pathType": "Prefix"}, {"path": "/a/", "pathType": "Prefix"}]}},
                {"host": "game.test", "http": {"paths": [{"path": "/x", "pathType": "Exact"}, {"pathType": "ImplementationSpecific"}]}},
            ]},
        }));
        let told: Vec<String> = routes(&ingress)
            .into_iter()
            .map(|route| format!("{} {} {}", route.port, route.hosts.join(","), route.paths.join(",")))
            .collect();
        let of_port = |port: u16| {
            ["", "", "game.test", "game.test"]
                .into_iter()
                .zip(["/*", "/a,/a/*", "/x", "/*"])
                .map(move |(host, paths)| format!("{port} {host} {paths}"))
        };
        assert_eq!(told, of_port(80).chain(of_port(8080)).collect::<Vec<_>>());
    }

    #[test]
    fn annotations_decide() {
        let table = [
            (json!({}), Scheme::Internal, false, 80),
            (json!({"scheme": "internet-facing"}), Scheme::InternetFacing, false, 80),
            (json!({"certificate-arn": "arn:x"}), Scheme::Internal, true, 443),
            (
                json!({"listen-ports": "[{\"HTTP\": 8080}]"}),
                Scheme::Internal,
                false,
                8080,
            ),
            (
                json!({"listen-ports": "[{\"HTTP\": 80}, {\"HTTPS\": 8443}]"}),
                Scheme::Internal,
                true,
                8443,
            ),
            (json!({"listen-ports": "80"}), Scheme::Internal, false, 80),
            (
                json!({"listen-ports": "[{\"HTTP\": 70000}]"}),
                Scheme::Internal,
                false,
                80,
            ),
        ];
        for (annotations, scheme, https, port) in table {
            let annotations: Value = annotations
                .as_object()
                .unwrap()
                .iter()
                .map(|(key, value)| (format!("alb.ingress.kubernetes.io/{key}"), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into();
            let ingress = Object(json!({"metadata": {"namespace": "n", "name": "i", "annotations": annotations}}));
            let exposure = Exposure::of(&ingress, "c", 5);
            let found = (exposure.balancer.scheme, exposure.proof.https, exposure.proof.port);
            assert_eq!(found, (scheme, https, port), "{annotations}");
            assert_eq!(exposure.balancer.port, port);
            assert_eq!(exposure.balancer.stack, "n/i");
        }
    }
}
