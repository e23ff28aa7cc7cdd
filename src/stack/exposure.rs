//! What the load balancer controller will make of the Ingress.
//!
//! Read from the rendered Ingress and not from the environment, because a template of the user's may say otherwise.

use serde_json::Value;

use super::names::{BalancerNaming, balancer_name};
use crate::model::{BalancerSpec, Object, ProofSpec, Scheme};

const ANNOTATIONS: &str = "alb.ingress.kubernetes.io";

/// The ALB to expect, and how to ask it for the game.
pub(super) struct Exposure {
    pub(super) balancer: BalancerSpec,
    pub(super) proof: ProofSpec,
}

impl Exposure {
    /// Of this Ingress, for a Deployment of so many replicas.
    pub(super) fn of(ingress: &Object, cluster: &str, replicas: u32) -> Self {
        let annotation = |name: &str| ingress.annotation(&format!("{ANNOTATIONS}/{name}"));
        // The controller's own default is `internal`.
        let scheme = match annotation("scheme") {
            Some(word) if word == Scheme::InternetFacing.word() => Scheme::InternetFacing,
            _ => Scheme::Internal,
        };
        let naming = BalancerNaming {
            cluster,
            namespace: ingress.namespace().unwrap_or_default(),
            ingress: ingress.name(),
            group: annotation("group.name"),
            given: annotation("load-balancer-name"),
            scheme,
        };
        let (https, port) =
            annotation("listen-ports")
                .and_then(first_listener)
                .unwrap_or(match annotation("certificate-arn") {
                    Some(_) => (true, 443),
                    None => (false, 80),
                });
        Self {
            balancer: BalancerSpec {
                name: balancer_name(&naming),
                cluster: cluster.to_owned(),
                stack: naming.stack_id(),
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

/// The listener to ask, of `listen-ports` such as `[{"HTTP": 80}, {"HTTPS": 443}]`: the first with TLS, else the first.
fn first_listener(text: &str) -> Option<(bool, u16)> {
    let listed: Vec<serde_json::Map<String, Value>> = serde_json::from_str(text).ok()?;
    let listeners: Vec<(bool, u16)> = listed
        .iter()
        .flatten()
        .filter_map(|(protocol, port)| Some((protocol == "HTTPS", u16::try_from(port.as_u64()?).ok()?)))
        .collect();
    let secure = listeners.iter().find(|(https, _)| *https);
    secure.or(listeners.first()).copied()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

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
                .map(|(key, value)| (format!("{ANNOTATIONS}/{key}"), value.clone()))
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
