//! The state of a lab as a value: what `status` shows, made from what was observed.

mod judge;
mod life_end;
mod rows;
mod surroundings;
#[cfg(test)]
mod tests;
mod warnings;

use jiff::Timestamp;
use serde::Serialize;

use crate::event::Place;
use crate::lang::{Text, text};
use crate::model::{
    AwsView, Desired, DnsRecord, Endpoint, Expires, KubeView, LoadBalancer, Node, NodeId, NodeKind, Observed,
    ProfileStatus, Scheme, Selector,
};
use crate::plan::Cost;
use crate::readiness;
pub use life_end::LifeEnd;
pub use surroundings::{Site, Surroundings};

use judge::{Judgement, judge};
use rows::{deployment_status, ingress_status, node_row, pod_row, profile_status, service_status};
use warnings::warnings;

/// Everything `status` shows.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusReport {
    /// The lab's name.
    pub lab: String,
    /// Where it is.
    pub place: Place,
    /// How it is, in one word.
    pub state: LabState,
    /// Why it is not ready, if so.
    pub reason: Option<Text>,
    /// Which part that is, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// What to do about that, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<Text>,
    /// What works, but not as it should.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub degraded: Vec<Text>,
    /// The game's URL, once the load balancer leads to the lab and pods are wanted there.
    pub url: Option<String>,
    /// The record in DNS without which the URL leads nowhere, if its name is not the load balancer's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<DnsRecord>,
    /// What else a client needs to reach the URL.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub url_notes: Vec<Text>,
    /// The Fargate profile.
    pub profile: Option<ProfileRow>,
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
    pub balancer: Option<LoadBalancer>,
    /// How many healthy targets it needs, if the lab has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub targets_wanted: Option<u32>,
    /// The backends of others that the load balancer serves, too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<String>,
    /// The newest warnings, newest first.
    pub warnings: Vec<EventRow>,
    /// What could not be read, with the reason.
    pub unknown: Vec<Text>,
    /// What it costs.
    pub cost: Option<Cost>,
    /// When its time is over, if that is on record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<LifeEnd>,
    /// What is around it, for who draws it.
    #[serde(skip)]
    pub surroundings: Surroundings,
}

/// How a lab is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LabState {
    /// Everything is there and works.
    Ready,
    /// Everything is there and works, but no pod is wanted, so that the game does not answer.
    Stopped,
    /// Something is there and not everything works yet.
    Progressing,
    /// Something of it is being deleted.
    Deleting,
    /// Nothing is there.
    Absent,
}

impl LabState {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Stopped => "stopped",
            Self::Progressing => "not ready",
            Self::Deleting => "being deleted",
            Self::Absent => "absent",
        }
    }
}

/// The Fargate profile with its subnets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProfileRow {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// How it is.
    pub status: ProfileStatus,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentStatus {
    /// Name.
    pub name: String,
    /// Pods wanted.
    pub wanted: i64,
    /// Pods there are, old ones included.
    pub total: i64,
    /// Pods of the newest template.
    pub updated: i64,
    /// Pods available.
    pub available: i64,
    /// Whether the controller has seen the newest wishes; until then the counts are of older ones.
    pub observed: bool,
    /// Image.
    pub image: Option<String>,
}

/// The Service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventRow {
    /// How long ago it was last seen.
    pub age: String,
    /// Reason.
    pub reason: String,
    /// What it is about: `pod/deployment-2048-x`.
    pub object: String,
    /// Text.
    pub message: Text,
    /// How often.
    pub count: u64,
}

/// What a status is made from.
#[derive(Debug, Clone)]
pub struct StatusInput<'a> {
    /// The lab's name.
    pub lab: &'a str,
    /// Where it is.
    pub place: &'a Place,
    /// Name of its profile.
    pub profile: &'a str,
    /// What is wanted.
    pub nodes: &'a [Node],
    /// How a client reaches the game, if the lab has an Ingress.
    pub endpoint: Option<&'a Endpoint>,
    /// Why no request from here does, if none does.
    pub obstacle: Option<Text>,
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
pub fn report(input: &StatusInput<'_>) -> StatusReport {
    let &StatusInput { aws, kube, now, .. } = input;
    let live = |kind: &str| kube.live_of_kind(kind);
    let profile = aws.profile(input.profile);
    let balancer = aws.balancer.known().cloned().flatten();
    let pods = kube.pods.items().iter().map(|pod| pod_row(pod, now)).collect();
    let Judgement {
        state,
        reason,
        node,
        remedy,
        degraded,
    } = judge(input.nodes, aws, kube);
    let reached = balancer
        .as_ref()
        .filter(|balancer| state != LabState::Stopped && leads_to_lab(balancer, input.nodes))
        .zip(input.endpoint);
    let mut on_record = ["Namespace", "Deployment"].into_iter().filter_map(live);
    let expires = on_record.find_map(Expires::of_object);
    let surroundings = Surroundings::of(profile, aws, kube, now);
    let name = reached.and_then(|(balancer, endpoint)| Some((endpoint.host.as_ref()?, balancer)));
    StatusReport {
        lab: input.lab.to_owned(),
        place: input.place.clone(),
        state,
        reason,
        node,
        remedy,
        degraded,
        url: reached.map(|(balancer, endpoint)| balancer.url(endpoint)),
        dns: name.map(|(name, balancer)| DnsRecord::cname(name, &balancer.dns_name)),
        url_notes: reached.map_or_else(Vec::new, |(balancer, endpoint)| url_notes(balancer, endpoint, input)),
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
        targets_wanted: input
            .nodes
            .iter()
            .find_map(|node| readiness::targets_wanted(node, kube)),
        shared_with: aws.other_backends.keys().cloned().collect(),
        warnings: kube
            .events
            .known()
            .map(|events| warnings(events, now))
            .unwrap_or_default(),
        unknown: unknown(aws, kube),
        cost: (state != LabState::Absent).then(|| input.cost.clone()),
        expires: expires.map(|expires| LifeEnd::of(expires.at, now)),
        surroundings,
    }
}

/// What a client needs to reach the game beside its URL.
fn url_notes(balancer: &LoadBalancer, endpoint: &Endpoint, input: &StatusInput<'_>) -> Vec<Text> {
    let internal = (balancer.scheme == Scheme::Internal).then(|| text!("status-note-internal"));
    let headers = endpoint.headers.iter();
    let headers = headers.map(|(name, value)| text!("status-note-header", header = format!("{name}: {value}")));
    let obstacle = input
        .obstacle
        .iter()
        .map(|why| text!("status-note-obstacle", why = why));
    internal.into_iter().chain(headers).chain(obstacle).collect()
}

/// Whether requests to the load balancer come to the lab.
fn leads_to_lab(balancer: &LoadBalancer, nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match (&node.id.kind, &node.desired) {
        (NodeKind::LoadBalancer, Desired::LoadBalancer(spec)) => readiness::alb(Some(balancer), spec).works(),
        _ => false,
    })
}

fn unknown(aws: &AwsView, kube: &KubeView) -> Vec<Text> {
    fn why<T>(what: impl FnOnce() -> Text, fact: &Observed<T>) -> Option<Text> {
        match fact {
            Observed::Known(_) | Observed::NotAsked => None,
            Observed::Unknown(reason) => Some(text!("status-unread-why", what = what(), why = reason)),
        }
    }
    let objects = kube
        .objects
        .iter()
        .filter_map(|state| why(|| Text::verbatim(state.key.to_string()), &state.live));
    [
        why(|| text!("status-what-profiles"), &aws.profiles),
        why(|| text!("status-what-balancer"), &aws.balancer),
        why(|| text!("status-what-pods"), &kube.pods),
        why(|| text!("status-what-nodes"), &kube.nodes),
        why(|| text!("status-what-events"), &kube.events),
    ]
    .into_iter()
    .flatten()
    .chain(objects)
    .collect()
}
