//! The resolved environment: every key has a value, checked and typed.
//!
//! `environments/defaults.yaml` is the list of keys with their comments; these types mirror it one to one.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::model::TargetKind;

use super::values::{Amount, Auto};
use crate::model::{Expiry, Scheme, Selector, format_duration};

/// A complete environment.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// Name the environment goes by: the name it was asked for, or its file's stem.
    pub name: String,
    /// The lab itself.
    pub lab: Lab,
    /// Where it goes.
    pub target: TargetKind,
    /// The cluster.
    pub cluster: Cluster,
    /// The Fargate profile.
    pub fargate: Fargate,
    /// The game's objects.
    pub app: App,
    /// The Ingress and the ALB made of it.
    pub ingress: Ingress,
    /// Limits of the waits.
    pub timeouts: Timeouts,
    /// Whether `apply`, `scale` and `destroy` ask before they change anything.
    pub confirm: bool,
    /// The embedded world.
    pub sandbox: Sandbox,
}

/// The lab itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Lab {
    /// Name; goes into labels and tags (a DNS label).
    pub name: String,
    /// Further tags for what is made in AWS.
    pub tags: BTreeMap<String, String>,
    /// When its time is over, so that `fleet sweep` may remove it: a duration from the apply that makes it, such as `8h`, a
    /// date (its end in UTC), or a time; none is never.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Expiry>,
}

/// The cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Name; `auto` takes the only EKS cluster of the region.
    pub name: Auto<String>,
    /// Region; without it the AWS configuration chain decides.
    pub region: Option<String>,
    /// Role that is assumed before AWS is asked for anything (ARN); without it the credentials are used as they are.
    pub role_arn: Option<String>,
    /// How to reach its API.
    pub access: ClusterAccess,
    /// The kubeconfig context (`access: kubeconfig` only); without it the current one is taken.
    pub context: Option<String>,
}

impl Cluster {
    /// The account of the role that is assumed. Without one it is the credentials' own, which nobody knows yet.
    pub fn account(&self) -> Option<&str> {
        self.role_arn.as_deref().and_then(|role| role.split(':').nth(4))
    }

    /// Which cluster that is, as far as it is known before anything is read: region, name and, if they are named, account and
    /// context.
    pub fn words(&self) -> String {
        let name = match &self.name {
            Auto::Auto => "auto",
            Auto::Given(name) => name,
        };
        let region = self.region.as_deref().unwrap_or("default");
        let parts = [self.account(), Some(region), Some(name), self.context.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join("/")
    }
}

/// How to reach the cluster's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ClusterAccess {
    /// With the endpoint that EKS gives and a token signed by AWS credentials.
    Eks,
    /// As the kubeconfig describes.
    Kubeconfig,
}

/// The Fargate profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Fargate {
    /// Profile name, at most 63 characters, not beginning with `eks-`; `auto` is the lab's name, or that of a profile for the
    /// lab's namespace alone that is there already.
    pub profile: String,
    /// Whether the profile is the lab's own; `false` uses an existing one and never changes it.
    pub own: bool,
    /// Pod execution role: `auto` makes one for the lab, or keeps that of a profile that is there.
    pub role: Auto<String>,
    /// Permissions boundary for the role (ARN).
    pub permissions_boundary: Option<String>,
    /// Subnets: `auto` takes the private ones of the cluster's VPC, or keeps those of a profile that is there.
    pub subnets: Auto<Vec<String>>,
    /// Selectors, one to five; `auto` is one for the lab's namespace.
    #[schemars(with = "Auto<Vec<Selector>>")]
    pub selectors: Vec<Selector>,
    /// Which of these the environment leaves to `auto`, though they have a value already.
    #[serde(skip)]
    #[schemars(skip)]
    pub left_to_auto: LeftToAuto,
}

/// Keys of the profile whose `auto` is known before anything is read; what is there already comes before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftToAuto {
    /// `fargate.profile`.
    pub profile: bool,
    /// `fargate.selectors`.
    pub selectors: bool,
}

/// CPU and memory of the game's container, as Kubernetes quantities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Resources {
    /// CPU, such as `250m`.
    #[schemars(with = "Option<Amount>")]
    pub cpu: Option<String>,
    /// Memory, such as `256Mi`.
    #[schemars(with = "Option<Amount>")]
    pub memory: Option<String>,
}

/// The game's objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// Namespace; `auto` is the lab's name.
    pub namespace: String,
    /// Name of the Deployment.
    pub deployment: String,
    /// Name of the Service.
    pub service: String,
    /// Name of the Ingress.
    pub ingress: String,
    /// Image of the game.
    pub image: String,
    /// Number of pods, 0 to 1000.
    #[schemars(range(max = 1000))]
    pub replicas: u32,
    /// Port the game listens on.
    #[schemars(range(min = 1))]
    pub port: u16,
    /// Text that the game's page has, in upper or lower case; none takes any page for the game.
    #[schemars(with = "Option<Amount>")]
    pub expect: Option<String>,
    /// Requests and limits; none leaves Fargate's smallest size.
    pub resources: Resources,
    /// Further labels for all objects.
    pub labels: BTreeMap<String, String>,
    /// How many pods may be away at once (PodDisruptionBudget `maxUnavailable`), such as `1` or `20%`; none makes no budget.
    #[schemars(with = "Option<Amount>")]
    pub disruption_budget: Option<String>,
}

/// The Ingress and the ALB made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ingress {
    /// IngressClass.
    pub class: String,
    /// Whom the ALB faces.
    pub scheme: Scheme,
    /// Name that the game is served under, or a wildcard such as `*.example.com`; none is the ALB's own.
    pub host: Option<String>,
    /// Path of the game.
    pub path: String,
    /// From where the ALB may be reached; empty is everywhere.
    pub allowed_cidrs: Vec<String>,
    /// Port that the ALB listens on; none is 80, or 443 with a certificate.
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// ACM certificate; with one the ALB listens with TLS.
    pub certificate_arn: Option<String>,
    /// IngressGroup to share an ALB with.
    pub group: Option<String>,
    /// Name of the ALB, at most 32 characters; none leaves it to the controller.
    pub load_balancer_name: Option<String>,
    /// Further annotations.
    pub annotations: BTreeMap<String, String>,
}

/// Limits of the waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Timeouts {
    /// For a profile to become ACTIVE.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub profile: Duration,
    /// For the rollout.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub rollout: Duration,
    /// For the ALB to answer.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub balancer: Duration,
    /// For anything to be gone.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub deletion: Duration,
}

/// The embedded world.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Sandbox {
    /// How many times faster than real time it runs.
    #[schemars(range(min = 1, max = 100_000))]
    pub speed: f64,
    /// Seed of its chances.
    pub seed: u64,
}

fn as_text<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_duration(*duration))
}
