//! The sandbox's Kubernetes API against a real control plane: one list of requests (`requests/*.yaml`), sent in order to
//! both. The controllers run on both sides, so what they write is compared too where an answer shows it.

mod normalise;
mod script;
mod side;

use std::future::pending;
use std::sync::Arc;

use kube::Config;
use kube::config::{KubeConfigOptions, Kubeconfig};
use lab2048_sandbox::serve::{Server, token};
use lab2048_sandbox::{Sandbox, SystemWallClock};
use serde_json::json;

use super::Comparison;
use lab2048_testing::workshop::plane::Plane;
use script::Step;
use side::Side;

/// The requests, by what they are about; those of one file build upon each other, those of different files do not.
const SCRIPTS: [&str; 8] = [
    include_str!("requests/kinds.yaml"),
    include_str!("requests/apply.yaml"),
    include_str!("requests/owners.yaml"),
    include_str!("requests/changes.yaml"),
    include_str!("requests/deletions.yaml"),
    include_str!("requests/lists.yaml"),
    include_str!("requests/refusals.yaml"),
    include_str!("requests/server.yaml"),
];

#[tokio::test]
async fn the_sandbox_answers_as_a_real_control_plane_does() {
    let plane = Plane::start().await;
    let mut real = Side::new(real(&plane).await);
    let mut sandbox = Side::new(sandbox().await);
    install_custom_kinds(&plane).await;
    let mut comparison = Comparison::of("kubernetes");
    for step in SCRIPTS.iter().flat_map(|script| Step::read(script)) {
        let (ours, theirs) = tokio::join!(sandbox.answer(&step), real.answer(&step));
        comparison.compare(&step.name, &ours, &theirs);
    }
    comparison.finish(130);
}

/// The way to a real control plane.
async fn real(plane: &Plane) -> Config {
    let kubeconfig = Kubeconfig::read_from(plane.kubeconfig()).unwrap();
    Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default())
        .await
        .unwrap()
}

/// The way to a fresh sandbox that is served on loopback; its clock goes like the wall's.
async fn sandbox() -> Config {
    let server = Server::start(Sandbox::in_memory(2048, 1.0, Arc::new(SystemWallClock)), 0)
        .await
        .unwrap();
    let served = server.served().clone();
    tokio::spawn(server.run(pending()));
    let mut config = Config::new(served.kubernetes_url.parse().unwrap());
    config.accept_invalid_certs = true;
    config.auth_info.token = Some(token(&served.region, &served.cluster, jiff::Timestamp::now()).into());
    config
}

/// The load balancer controller's own kinds, which the sandbox has from the start.
async fn install_custom_kinds(plane: &Plane) {
    for (kind, plural, scope) in [
        ("IngressClassParams", "ingressclassparams", "Cluster"),
        ("TargetGroupBinding", "targetgroupbindings", "Namespaced"),
    ] {
        let text = json!({"type": "string"});
        let service = json!({"type": "object", "properties": {"name": text, "port": {"type": "integer"}}});
        let spec = json!({"type": "object", "properties": {
            "scheme": text, "targetGroupARN": text, "targetType": text, "serviceRef": service,
        }});
        let definition = json!({
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("{plural}.elbv2.k8s.aws")},
            "spec": {
                "group": "elbv2.k8s.aws", "scope": scope,
                "names": {"kind": kind, "plural": plural, "singular": kind.to_lowercase()},
                "versions": [{
                    "name": "v1beta1", "served": true, "storage": true,
                    "subresources": if scope == "Namespaced" { json!({"status": {}}) } else { json!({}) },
                    "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                        "spec": spec, "status": {"type": "object"},
                    }}},
                }],
            },
        });
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("definition.json");
        std::fs::write(&file, definition.to_string()).unwrap();
        plane.kubectl(&format!("create -f {}", file.display())).await.exits(0);
        let wait = format!("wait --for condition=established --timeout 30s crd/{plural}.elbv2.k8s.aws");
        plane.kubectl(&wait).await.exits(0);
    }
}
