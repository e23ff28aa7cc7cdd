//! What runs in kube-system: network and proxy on every node, CoreDNS, the load balancer controller.

use serde_json::{Value, json};

use crate::k8s::objects;
use crate::state::ClusterFacts;
use crate::world::World;

use super::super::api::{
    self, By, DAEMON_SET, DEPLOYMENT, Kind, LEASE, MUTATING_WEBHOOKS, SERVICE, VALIDATING_WEBHOOKS,
};
use super::super::lbc;
use super::cluster::DEDICATED;

const EKS: By = By("eks", "");
const HELM: By = By("helm", "");
const REGISTRY: &str = "602401143452.dkr.ecr.ap-northeast-2.amazonaws.com/eks";

pub(super) fn build(world: &mut World) {
    add_daemons(world);
    add_dns(world);
    add_controller(world);
}

fn add(world: &mut World, kind: &Kind, object: Value, by: By) {
    api::create(world, kind, object, by);
}

fn tolerations() -> Value {
    json!([{"key": DEDICATED.0, "operator": "Equal", "value": DEDICATED.1, "effect": "NoSchedule"}])
}

fn add_daemons(world: &mut World) {
    for (name, image) in [
        ("aws-node", "amazon-k8s-cni:v1.20.1".to_owned()),
        (
            "kube-proxy",
            format!("kube-proxy:v{}-minimal-eksbuild.4", world.facts.release),
        ),
    ] {
        let labels = json!({"k8s-app": name});
        let set = json!({
            "metadata": {"name": name, "namespace": "kube-system", "labels": labels},
            "spec": {
                "selector": {"matchLabels": labels},
                "template": {
                    "metadata": {"labels": labels},
                    "spec": {
                        "containers": [{"name": name, "image": format!("{REGISTRY}/{image}")}],
                        "hostNetwork": true,
                        "priorityClassName": "system-node-critical",
                        "tolerations": [{"operator": "Exists"}],
                    },
                },
            },
        });
        add(world, DAEMON_SET, set, EKS);
    }
}

fn add_dns(world: &mut World) {
    let labels = json!({"eks.amazonaws.com/component": "coredns", "k8s-app": "kube-dns"});
    let deployment = json!({
        "metadata": {"name": "coredns", "namespace": "kube-system", "labels": labels},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {
                    "containers": [{
                        "name": "coredns",
                        "image": format!("{REGISTRY}/coredns:v1.12.2-eksbuild.4"),
                        "args": ["-conf", "/etc/coredns/Corefile"],
                        "ports": [
                            {"containerPort": 53, "name": "dns", "protocol": "UDP"},
                            {"containerPort": 53, "name": "dns-tcp", "protocol": "TCP"},
                        ],
                    }],
                    "tolerations": tolerations(),
                },
            },
        },
    });
    add(world, DEPLOYMENT, deployment, EKS);
    let service = json!({
        "metadata": {"name": "kube-dns", "namespace": "kube-system", "labels": {"k8s-app": "kube-dns"}},
        "spec": {
            "clusterIP": "172.20.0.10",
            "clusterIPs": ["172.20.0.10"],
            "type": "ClusterIP",
            "selector": {"k8s-app": "kube-dns"},
            "ports": [
                {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53},
                {"name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53},
            ],
        },
    });
    add(world, SERVICE, service, EKS);
}

fn labels() -> Value {
    json!({
        "app.kubernetes.io/instance": lbc::NAME,
        "app.kubernetes.io/managed-by": "Helm",
        "app.kubernetes.io/name": lbc::NAME,
        "app.kubernetes.io/version": "v3.5.0",
        "helm.sh/chart": "aws-load-balancer-controller-3.5.0",
    })
}

/// What the controller's chart installs, in the order in which it does.
fn add_controller(world: &mut World) {
    for mut object in chart(&world.facts) {
        object["metadata"]["labels"] = labels();
        // What a chart installs in a fresh cluster is refused by nobody.
        let _ = objects::create(world, HELM.0, object);
    }
    let lease = json!({
        "metadata": {"name": lbc::LEASE_NAME, "namespace": lbc::HOME},
        "spec": {
            "acquireTime": api::micro_time(world.now()),
            "holderIdentity": lbc::NAME,
            "leaseDurationSeconds": 15,
            "leaseTransitions": 0,
            "renewTime": api::micro_time(world.now()),
        },
    });
    add(world, LEASE, lease, By(lbc::NAME, ""));
}

/// The controller's class once more, as the chart has it.
pub(in super::super) fn add_class(world: &mut World) {
    let classes = chart(&world.facts)
        .into_iter()
        .filter(|object| object["kind"] == "IngressClass");
    for mut class in classes {
        class["metadata"]["labels"] = labels();
        // One that somebody else has made is left.
        let _ = objects::create(world, HELM.0, class);
    }
}

/// The objects of the chart with the values of this cluster.
fn chart(facts: &ClusterFacts) -> Vec<Value> {
    let mut text = include_str!("lbc.yaml").to_owned();
    for (name, value) in [
        ("${account}", &facts.account),
        ("${cluster}", &facts.cluster),
        ("${region}", &facts.region),
        ("${vpc}", &facts.vpc),
    ] {
        text = text.replace(name, value);
    }
    serde_saphyr::from_multiple(&text).unwrap_or_default()
}

/// One webhook of the controller: name, path, group, version, resource, operations.
type WebhookRow = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

/// The controller's webhooks, which all refuse when it cannot be reached, except the one for pods.
pub(super) fn register_webhooks(world: &mut World) {
    const BOTH: &[&str] = &["CREATE", "UPDATE"];
    const CREATE: &[&str] = &["CREATE"];
    let mutating: [WebhookRow; 3] = [
        ("mpod", "/mutate-v1-pod", "", "v1", "pods", CREATE),
        ("mservice", "/mutate-v1-service", "", "v1", "services", CREATE),
        (
            "mtargetgroupbinding",
            "/mutate-elbv2-k8s-aws-v1beta1-targetgroupbinding",
            "elbv2.k8s.aws",
            "v1beta1",
            "targetgroupbindings",
            BOTH,
        ),
    ];
    let validating: [WebhookRow; 3] = [
        (
            "vingressclassparams",
            "/validate-elbv2-k8s-aws-v1beta1-ingressclassparams",
            "elbv2.k8s.aws",
            "v1beta1",
            "ingressclassparams",
            BOTH,
        ),
        (
            "vtargetgroupbinding",
            "/validate-elbv2-k8s-aws-v1beta1-targetgroupbinding",
            "elbv2.k8s.aws",
            "v1beta1",
            "targetgroupbindings",
            BOTH,
        ),
        (
            "vingress",
            "/validate-networking-v1-ingress",
            "networking.k8s.io",
            "v1",
            "ingresses",
            BOTH,
        ),
    ];
    for (resource, hooks) in [(MUTATING_WEBHOOKS, mutating), (VALIDATING_WEBHOOKS, validating)] {
        let configuration = json!({
            "metadata": {"name": "aws-load-balancer-webhook", "labels": labels()},
            "webhooks": hooks.map(webhook),
        });
        add(world, resource, configuration, HELM);
    }
}

fn webhook((name, path, group, version, plural, operations): WebhookRow) -> Value {
    let mut hook = json!({
        "name": format!("{name}.elbv2.k8s.aws"),
        "admissionReviewVersions": ["v1beta1"],
        "clientConfig": {"service": {"name": lbc::WEBHOOK_SERVICE, "namespace": lbc::HOME, "path": path, "port": 443}},
        "failurePolicy": if plural == "pods" { "Ignore" } else { "Fail" },
        "matchPolicy": "Equivalent",
        "namespaceSelector": {},
        "objectSelector": {},
        "rules": [{
            "apiGroups": [group], "apiVersions": [version], "operations": operations, "resources": [plural], "scope": "*",
        }],
        "sideEffects": "None",
        "timeoutSeconds": 10,
    });
    if plural == "pods" {
        hook["namespaceSelector"] = json!({"matchExpressions": [
            {"key": "elbv2.k8s.aws/pod-readiness-gate-inject", "operator": "In", "values": ["enabled"]},
        ]});
    }
    if plural == "pods" || plural == "services" {
        // Or else neither the controller nor what it depends on could be installed.
        hook["objectSelector"] = json!({"matchExpressions": [
            {"key": "app.kubernetes.io/name", "operator": "NotIn", "values": [lbc::NAME]},
        ]});
    }
    hook
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chart_is_readable_and_complete() {
        let facts = ClusterFacts {
            account: "1".to_owned(),
            region: "r".to_owned(),
            cluster: "c".to_owned(),
            vpc: "v".to_owned(),
            created: jiff::Timestamp::UNIX_EPOCH,
            release: "1.2.3".to_owned(),
        };
        let objects = chart(&facts);
        let kinds: Vec<&str> = objects.iter().map(|object| api::text(object, "/kind")).collect();
        let wanted = [
            "ServiceAccount",
            "Deployment",
            "Service",
            "IngressClassParams",
            "IngressClass",
        ];
        assert_eq!(kinds, wanted);
        let container = &objects[1]["spec"]["template"]["spec"]["containers"][0];
        let args = json!([
            "--cluster-name=c",
            "--ingress-class=alb",
            "--aws-region=r",
            "--aws-vpc-id=v"
        ]);
        assert_eq!(container["args"], args);
        assert_eq!(objects[2]["metadata"]["name"], lbc::WEBHOOK_SERVICE);
        assert_eq!(objects[4]["spec"]["controller"], lbc::CLASS_CONTROLLER);
    }
}
