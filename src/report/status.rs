//! The state of a lab as a value: what `status` shows, made from what was observed.

use jiff::Timestamp;
use serde::Serialize;

use super::words;
use crate::event::Place;
use crate::model::{AwsView, Balancer, KubeView, Object, ObjectState, Profile, Selector};
use crate::plan::Cost;

/// Everything `status` shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// The lab's name.
    pub lab: String,
    /// Where it is.
    pub place: Place,
    /// How it is, in one word.
    pub state: LabState,
    /// Why it is not ready, if so.
    pub reason: Option<String>,
    /// The game's URL, once the load balancer is active.
    pub url: Option<String>,
    /// The Fargate profile.
    pub profile: Option<ProfileStatus>,
    /// Pods of the lab.
    pub pods: Vec<PodRow>,
    /// Nodes of the cluster.
    pub nodes: Vec<NodeRow>,
    /// The Deployment.
    pub deployment: Option<DeploymentStatus>,
    /// The Service.
    pub service: Option<ServiceStatus>,
    /// The Ingress.
    pub ingress: Option<IngressStatus>,
    /// The load balancer.
    pub balancer: Option<Balancer>,
    /// The newest warnings, newest first.
    pub warnings: Vec<EventRow>,
    /// What could not be read, with the reason.
    pub unknown: Vec<String>,
    /// What it costs.
    pub cost: Option<Cost>,
}

/// How a lab is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LabState {
    /// Everything is there and works.
    Ready,
    /// Something is there and not everything works yet.
    Progressing,
    /// Nothing is there.
    Absent,
}

/// The Fargate profile with its subnets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileStatus {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// `ACTIVE` or another of EKS's words.
    pub status: String,
    /// Pod execution role (ARN).
    #[serde(rename = "podExecutionRoleARN")]
    pub role_arn: String,
    /// Selectors.
    pub selectors: Vec<Selector>,
    /// Subnets.
    pub subnets: Vec<SubnetRow>,
    /// Problems EKS reports.
    pub health: Vec<String>,
}

/// A subnet of the profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SubnetRow {
    /// Id.
    pub id: String,
    /// CIDR, if read.
    pub cidr: Option<String>,
    /// Zone, if read.
    pub zone: Option<String>,
    /// Whether it is private, if known.
    pub private: Option<bool>,
}

/// A pod, as `kubectl get pod -o wide` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodRow {
    /// Name.
    pub name: String,
    /// Ready containers of all: `1/1`.
    pub ready: String,
    /// Phase, or the reason a container waits.
    pub status: String,
    /// Restarts of all containers.
    pub restarts: i64,
    /// Age.
    pub age: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Address.
    pub ip: Option<String>,
    /// Node.
    pub node: Option<String>,
}

/// A node, as `kubectl get nodes -o wide` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeRow {
    /// Name.
    pub name: String,
    /// Whether Fargate runs it.
    pub fargate: bool,
    /// `Ready` or `NotReady`.
    pub status: String,
    /// Age.
    pub age: String,
    /// When it joined.
    pub created_at: Option<Timestamp>,
    /// Kubelet version.
    pub version: String,
    /// Private address.
    pub internal_ip: Option<String>,
    /// Public address.
    pub external_ip: Option<String>,
    /// Operating system.
    pub os_image: String,
    /// Container runtime.
    pub runtime: String,
}

/// The Deployment's counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentStatus {
    /// Name.
    pub name: String,
    /// Pods wanted.
    pub wanted: i64,
    /// Pods of the newest template.
    pub updated: i64,
    /// Pods available.
    pub available: i64,
    /// Image.
    pub image: Option<String>,
}

/// The Service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceStatus {
    /// Name.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Address inside the cluster.
    pub cluster_ip: Option<String>,
}

/// The Ingress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressStatus {
    /// Name.
    pub name: String,
    /// Class.
    pub class: Option<String>,
    /// Host name the controller wrote; not yet a proof that it answers.
    pub hostname: Option<String>,
}

/// A warning event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRow {
    /// How long ago it was last seen.
    pub age: String,
    /// Reason.
    pub reason: String,
    /// What it is about: `pod/deployment-2048-x`.
    pub object: String,
    /// Text.
    pub message: String,
    /// How often.
    pub count: i64,
}

/// What was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Looked<'a> {
    /// The lab's name.
    pub lab: &'a str,
    /// Where it is.
    pub place: &'a Place,
    /// Name of its profile.
    pub profile: &'a str,
    /// What was seen in AWS.
    pub aws: &'a AwsView,
    /// What was seen in the cluster.
    pub kube: &'a KubeView,
    /// What it costs.
    pub cost: &'a Cost,
    /// When.
    pub now: Timestamp,
}

/// Reduces what was observed to what `status` shows.
pub fn report(looked: &Looked<'_>) -> StatusReport {
    let Looked { aws, kube, now, .. } = *looked;
    let live = |kind: &str| {
        kube.objects
            .iter()
            .filter_map(live_object)
            .find(|object| object.kind() == kind)
    };
    let profile = aws
        .profiles
        .known()
        .and_then(|all| all.iter().find(|profile| profile.name == looked.profile));
    let balancer = aws.balancer.known().cloned().flatten();
    let pods = kube
        .pods
        .known()
        .map(|pods| pods.iter().map(|pod| pod_row(pod, now)).collect())
        .unwrap_or_default();
    let url = balancer.as_ref().filter(|balancer| balancer.state == "active").map(url);
    let mut report = StatusReport {
        lab: looked.lab.to_owned(),
        place: looked.place.clone(),
        state: LabState::Ready,
        reason: None,
        url,
        profile: profile.map(|profile| profile_status(profile, aws)),
        pods,
        nodes: kube
            .nodes
            .known()
            .map(|nodes| nodes.iter().map(|node| node_row(node, now)).collect())
            .unwrap_or_default(),
        deployment: live("Deployment").map(deployment_status),
        service: live("Service").map(service_status),
        ingress: live("Ingress").map(ingress_status),
        balancer,
        warnings: kube
            .events
            .known()
            .map(|events| warnings(events, now))
            .unwrap_or_default(),
        unknown: unknown(aws, kube),
        cost: None,
    };
    (report.state, report.reason) = judge(&report);
    if report.state != LabState::Absent {
        report.cost = Some(looked.cost.clone());
    }
    report
}

fn live_object(state: &ObjectState) -> Option<&Object> {
    state.live.known()?.as_ref()
}

fn url(balancer: &Balancer) -> String {
    let tls = balancer.listeners.iter().any(|listener| listener.protocol == "HTTPS");
    format!("{}://{}", if tls { "https" } else { "http" }, balancer.dns_name)
}

/// The first thing that keeps the lab from being ready.
fn judge(report: &StatusReport) -> (LabState, Option<String>) {
    let nothing = report.profile.is_none()
        && report.deployment.is_none()
        && report.service.is_none()
        && report.ingress.is_none()
        && report.balancer.is_none();
    if nothing {
        return (LabState::Absent, None);
    }
    let reason = match (&report.profile, &report.deployment, &report.ingress, &report.balancer) {
        (None, ..) => Some("there is no Fargate profile".to_owned()),
        (Some(profile), ..) if profile.status != "ACTIVE" => {
            Some(format!("profile {} is {}", profile.name, profile.status))
        }
        (_, None, ..) => Some("there is no Deployment".to_owned()),
        (_, Some(deployment), ..) if deployment.available < deployment.wanted => Some(format!(
            "{} of {} pods are available",
            deployment.available, deployment.wanted
        )),
        (.., None, _) => Some("there is no Ingress".to_owned()),
        (.., None) => Some("there is no load balancer yet".to_owned()),
        (.., Some(balancer)) if balancer.state != "active" => Some(format!("the load balancer is {}", balancer.state)),
        (_, Some(deployment), _, Some(balancer)) => {
            let healthy = i64::from(balancer.targets().healthy);
            (healthy < deployment.wanted).then(|| format!("{healthy} of {} targets are healthy", deployment.wanted))
        }
    };
    let state = if reason.is_some() {
        LabState::Progressing
    } else {
        LabState::Ready
    };
    (state, reason)
}

fn profile_status(profile: &Profile, aws: &AwsView) -> ProfileStatus {
    let known = aws.subnets.known();
    let subnets = profile.subnets.iter().map(|id| {
        let subnet = known.and_then(|all| all.iter().find(|subnet| &subnet.id == id));
        SubnetRow {
            id: id.clone(),
            cidr: subnet.map(|subnet| subnet.cidr.clone()),
            zone: subnet.map(|subnet| subnet.zone.clone()),
            private: subnet.and_then(|subnet| subnet.egress.known().map(|_| subnet.is_private())),
        }
    });
    ProfileStatus {
        name: profile.name.clone(),
        arn: profile.arn.clone(),
        status: profile.status.clone(),
        role_arn: profile.role_arn.clone(),
        selectors: profile.selectors.clone(),
        subnets: subnets.collect(),
        health: profile
            .health
            .iter()
            .map(|issue| format!("{}: {}", issue.code, issue.message))
            .collect(),
    }
}

fn created(object: &Object) -> Option<Timestamp> {
    object.text("/metadata/creationTimestamp")?.parse().ok()
}

fn age(object: &Object, now: Timestamp) -> String {
    created(object).map_or_else(|| "<unknown>".to_owned(), |created| words::age(created, now))
}

fn text(object: &Object, pointer: &str) -> Option<String> {
    object.text(pointer).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn pod_row(pod: &Object, now: Timestamp) -> PodRow {
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

fn node_row(node: &Object, now: Timestamp) -> NodeRow {
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

fn deployment_status(deployment: &Object) -> DeploymentStatus {
    let count = |pointer| deployment.number(pointer).unwrap_or_default();
    DeploymentStatus {
        name: deployment.name().to_owned(),
        wanted: count("/spec/replicas"),
        updated: count("/status/updatedReplicas"),
        available: count("/status/availableReplicas"),
        image: text(deployment, "/spec/template/spec/containers/0/image"),
    }
}

fn service_status(service: &Object) -> ServiceStatus {
    ServiceStatus {
        name: service.name().to_owned(),
        kind: text(service, "/spec/type").unwrap_or_default(),
        cluster_ip: text(service, "/spec/clusterIP"),
    }
}

fn ingress_status(ingress: &Object) -> IngressStatus {
    IngressStatus {
        name: ingress.name().to_owned(),
        class: text(ingress, "/spec/ingressClassName"),
        hostname: text(ingress, "/status/loadBalancer/ingress/0/hostname"),
    }
}

/// How many warnings are shown.
const WARNINGS: usize = 5;

fn warnings(events: &[Object], now: Timestamp) -> Vec<EventRow> {
    let last = |event: &Object| -> Option<Timestamp> {
        let stamp = event
            .text("/lastTimestamp")
            .or(event.text("/eventTime"))
            .or(event.text("/metadata/creationTimestamp"));
        stamp.and_then(|text| text.parse().ok())
    };
    let mut found: Vec<_> = events
        .iter()
        .filter(|event| event.text("/type") == Some("Warning"))
        .collect();
    found.sort_by_key(|event| std::cmp::Reverse(last(event)));
    let row = |event: &&Object| EventRow {
        age: last(event).map_or_else(String::new, |at| words::age(at, now)),
        reason: text(event, "/reason").unwrap_or_default(),
        object: format!(
            "{}/{}",
            event.text("/involvedObject/kind").unwrap_or_default().to_lowercase(),
            event.text("/involvedObject/name").unwrap_or_default()
        ),
        message: text(event, "/message").unwrap_or_default(),
        count: event.number("/count").unwrap_or(1),
    };
    found.iter().take(WARNINGS).map(row).collect()
}

fn unknown(aws: &AwsView, kube: &KubeView) -> Vec<String> {
    fn why<T>(what: &str, seen: &crate::model::Seen<T>) -> Option<String> {
        match seen {
            crate::model::Seen::Known(_) => None,
            crate::model::Seen::Unknown(reason) => Some(format!("{what}: {reason}")),
        }
    }
    [
        why("profiles", &aws.profiles),
        why("load balancer", &aws.balancer),
        why("pods", &kube.pods),
        why("nodes", &kube.nodes),
        why("events", &kube.events),
    ]
    .into_iter()
    .flatten()
    .collect()
}
