//! The values that a template may use. `templates/README.md` lists it for users.

use std::collections::BTreeMap;

use serde::Serialize;

/// The variables of the Kubernetes templates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The lab.
    pub lab: LabContext,
    /// The game's objects.
    pub app: AppContext,
    /// The Ingress.
    pub ingress: IngressContext,
}

/// The lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabContext {
    /// Its name.
    pub name: String,
}

/// The game's objects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AppContext {
    /// Namespace.
    pub namespace: String,
    /// Name of the Deployment.
    pub deployment: String,
    /// Name of the Service.
    pub service: String,
    /// Name of the Ingress.
    pub ingress: String,
    /// Image of the game.
    pub image: String,
    /// Number of pods.
    pub replicas: u32,
    /// Port the game listens on.
    pub port: u16,
    /// Requests and limits by name (`cpu`, `memory`); `None` when there are none.
    pub resources: Option<BTreeMap<String, String>>,
    /// The environment's own labels.
    pub labels: BTreeMap<String, String>,
    /// `maxUnavailable` of the disruption budget; `None` makes no budget.
    pub disruption_budget: Option<Unavailable>,
}

/// How many pods may be away at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Unavailable {
    /// That many.
    Count(u32),
    /// That share, such as `20%`.
    Share(String),
}

/// The Ingress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IngressContext {
    /// IngressClass.
    pub class: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// Name that the game is served under.
    pub host: Option<String>,
    /// Path of the game.
    pub path: String,
    /// Port that the ALB listens on.
    pub port: Option<u16>,
    /// From where the ALB may be reached; empty is everywhere.
    pub allowed_cidrs: Vec<String>,
    /// ACM certificate (ARN).
    pub certificate_arn: Option<String>,
    /// IngressGroup.
    pub group: Option<String>,
    /// Name of the ALB.
    pub load_balancer_name: Option<String>,
    /// The environment's own annotations.
    pub annotations: BTreeMap<String, String>,
}

/// The variables of the trust policy's template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustContext {
    /// Pattern of the ARNs of the cluster's Fargate profiles:
    /// `arn:<partition>:eks:<region>:<account>:fargateprofile/<cluster>/*`.
    pub profile_arns: String,
}
