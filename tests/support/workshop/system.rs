//! What a workshop's cluster has before any lab: CoreDNS, the load balancer controller's Deployment as Helm installs it,
//! its custom resources and its IngressClass.

use kube::api::{Api, DynamicObject, Patch, PatchParams};
use kube::core::{ApiResource, GroupVersionKind};
use serde_json::{Value, json};

use crate::workshop::moto::{CLUSTER, REGION};

/// Installs it, and waits until its pods are ready.
pub async fn install(client: &kube::Client, vpc: &str) {
    for plural in ["targetgroupbindings", "ingressclassparams"] {
        apply(client, &custom_resource(plural)).await;
    }
    for object in [dns(), controller(vpc), ingress_class()] {
        apply(client, &object).await;
    }
    let parameters = json!({
        "apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams", "metadata": {"name": "alb"}, "spec": {},
    });
    // The API server takes a moment to serve a kind that was just defined.
    until("the custom resources are served", async || {
        try_apply(client, &parameters).await.is_ok()
    })
    .await;
    until("the cluster's own pods are ready", async || {
        let mut ready = true;
        for name in ["coredns", "aws-load-balancer-controller"] {
            let deployments = api(client, "apps/v1", "Deployment", Some("kube-system"));
            let deployment = deployments.get(name).await.unwrap();
            ready &= deployment
                .data
                .pointer("/status/availableReplicas")
                .and_then(Value::as_i64)
                == Some(2);
        }
        ready
    })
    .await;
}

/// Waits for a condition, for at most a minute.
pub async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..600 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("after a minute it is not so that {what}");
}

/// The objects of a kind.
pub fn api(client: &kube::Client, version: &str, kind: &str, namespace: Option<&str>) -> Api<DynamicObject> {
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let gvk = GroupVersionKind::gvk(group, version, kind);
    // The only kind here whose name is its own plural.
    let resource = match kind {
        "IngressClassParams" => ApiResource::from_gvk_with_plural(&gvk, "ingressclassparams"),
        _ => ApiResource::from_gvk(&gvk),
    };
    match namespace {
        Some(namespace) => Api::namespaced_with(client.clone(), namespace, &resource),
        None => Api::all_with(client.clone(), &resource),
    }
}

async fn try_apply(client: &kube::Client, object: &Value) -> kube::Result<()> {
    let text = |at: &str| object.pointer(at).and_then(Value::as_str);
    let kind = text("/kind").unwrap_or_default();
    let objects = api(
        client,
        text("/apiVersion").unwrap_or_default(),
        kind,
        text("/metadata/namespace"),
    );
    let by = PatchParams::apply("helm").force();
    let name = text("/metadata/name").unwrap_or_default();
    objects.patch(name, &by, &Patch::Apply(object)).await.map(drop)
}

async fn apply(client: &kube::Client, object: &Value) {
    try_apply(client, object).await.unwrap();
}

/// A definition that takes whatever the controller writes.
fn custom_resource(plural: &str) -> Value {
    let (kind, scope) = match plural {
        "targetgroupbindings" => ("TargetGroupBinding", "Namespaced"),
        _ => ("IngressClassParams", "Cluster"),
    };
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
        "metadata": {"name": format!("{plural}.elbv2.k8s.aws")},
        "spec": {
            "group": "elbv2.k8s.aws", "scope": scope,
            "names": {"plural": plural, "singular": kind.to_lowercase(), "kind": kind},
            "versions": [{
                "name": "v1beta1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}},
            }],
        },
    })
}

fn ingress_class() -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "alb"},
        "spec": {
            "controller": "ingress.k8s.aws/alb",
            "parameters": {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": "alb"},
        },
    })
}

fn dns() -> Value {
    deployment("coredns", &json!({"k8s-app": "kube-dns"}), "coredns:v1.12.2", &[])
}

fn controller(vpc: &str) -> Value {
    let labels = json!({
        "app.kubernetes.io/name": "aws-load-balancer-controller", "app.kubernetes.io/instance": "aws-load-balancer-controller",
    });
    let args = [
        format!("--cluster-name={CLUSTER}"),
        "--ingress-class=alb".to_owned(),
        format!("--aws-region={REGION}"),
        format!("--aws-vpc-id={vpc}"),
    ];
    let image = "public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0";
    deployment("aws-load-balancer-controller", &labels, image, &args)
}

fn deployment(name: &str, labels: &Value, image: &str, args: &[String]) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "kube-system", "labels": labels},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": name, "image": image, "args": args}]},
            },
        },
    })
}
