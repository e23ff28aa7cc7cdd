//! Each part of a status, made of what was observed.

use jiff::Timestamp;

use super::{DeploymentStatus, IngressStatus, NodeRow, PodRow, ProfileRow, ServiceStatus, SubnetRow};
use crate::model::{AwsView, Object, Profile};
use crate::report::times;

pub(super) fn profile_status(profile: &Profile, aws: &AwsView) -> ProfileRow {
    let subnets = profile.subnets.iter().map(|id| {
        let subnet = aws.subnet(id);
        SubnetRow {
            id: id.clone(),
            cidr: subnet.map(|subnet| subnet.cidr.clone()),
            zone: subnet.map(|subnet| subnet.zone.clone()),
            private: subnet.and_then(|subnet| subnet.egress.known().map(|_| subnet.is_private())),
        }
    });
    ProfileRow {
        name: profile.name.clone(),
        arn: profile.arn.clone(),
        status: profile.status.clone(),
        role_arn: profile.role_arn.clone(),
        selectors: profile.selectors.clone(),
        subnets: subnets.collect(),
        health: profile.health.iter().map(ToString::to_string).collect(),
    }
}

fn created(object: &Object) -> Option<Timestamp> {
    object.text("/metadata/creationTimestamp")?.parse().ok()
}

fn age(object: &Object, now: Timestamp) -> String {
    created(object).map_or_else(|| "<unknown>".to_owned(), |created| times::age(created, now))
}

pub(super) fn text(object: &Object, pointer: &str) -> Option<String> {
    object.text(pointer).filter(|text| !text.is_empty()).map(str::to_owned)
}

pub(super) fn pod_row(pod: &Object, now: Timestamp) -> PodRow {
    let containers: Vec<_> = pod.items("/status/containerStatuses").collect();
    let ready = containers.iter().filter(|status| status["ready"] == true).count();
    let waiting = containers
        .iter()
        .find_map(|status| status.pointer("/state/waiting/reason")?.as_str());
    let status = if pod.is_deleting() {
        "Terminating"
    } else {
        waiting
            .or(pod.text("/status/reason"))
            .or(pod.text("/status/phase"))
            .unwrap_or("Unknown")
    };
    PodRow {
        name: pod.name().to_owned(),
        ready: format!("{ready}/{}", pod.items("/spec/containers").count()),
        status: status.to_owned(),
        restarts: containers
            .iter()
            .filter_map(|status| status["restartCount"].as_i64())
            .sum(),
        age: age(pod, now),
        created_at: created(pod),
        ip: text(pod, "/status/podIP"),
        node: text(pod, "/spec/nodeName"),
    }
}

pub(super) fn node_row(node: &Object, now: Timestamp) -> NodeRow {
    let ready = node
        .items("/status/conditions")
        .any(|c| c["type"] == "Ready" && c["status"] == "True");
    let address = |kind: &str| {
        let found = node
            .items("/status/addresses")
            .find(|address| address["type"] == kind)?;
        found["address"].as_str().map(str::to_owned)
    };
    let info = |field: &str| text(node, &format!("/status/nodeInfo/{field}")).unwrap_or_default();
    NodeRow {
        name: node.name().to_owned(),
        fargate: node.label("eks.amazonaws.com/compute-type") == Some("fargate"),
        status: if ready { "Ready" } else { "NotReady" }.to_owned(),
        age: age(node, now),
        created_at: created(node),
        version: info("kubeletVersion"),
        internal_ip: address("InternalIP"),
        external_ip: address("ExternalIP"),
        os_image: info("osImage"),
        runtime: info("containerRuntimeVersion"),
    }
}

pub(super) fn deployment_status(deployment: &Object) -> DeploymentStatus {
    let count = |pointer| deployment.number(pointer).unwrap_or_default();
    let generation = count("/metadata/generation");
    DeploymentStatus {
        name: deployment.name().to_owned(),
        wanted: count("/spec/replicas"),
        total: count("/status/replicas"),
        updated: count("/status/updatedReplicas"),
        available: count("/status/availableReplicas"),
        observed: count("/status/observedGeneration") >= generation,
        image: text(deployment, "/spec/template/spec/containers/0/image"),
    }
}

pub(super) fn service_status(service: &Object) -> ServiceStatus {
    ServiceStatus {
        name: service.name().to_owned(),
        kind: text(service, "/spec/type").unwrap_or_default(),
        cluster_ip: text(service, "/spec/clusterIP"),
    }
}

pub(super) fn ingress_status(ingress: &Object) -> IngressStatus {
    IngressStatus {
        name: ingress.name().to_owned(),
        class: text(ingress, "/spec/ingressClassName"),
        hostname: text(ingress, "/status/loadBalancer/ingress/0/hostname"),
    }
}
