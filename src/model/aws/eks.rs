//! The cluster, its Fargate profiles and access entries, as EKS describes them.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::desired::{ProfileSpec, Selector};
use crate::model::task::Pin;
use crate::model::word::words;

/// Profiles that a cluster may have, unless AWS has raised the quota.
/// <https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html>
pub const PROFILES_OF_CLUSTER: usize = 10;

words! {
    /// How a cluster is.
    /// <https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html>
    ClusterStatus {
        /// It is being made.
        Creating = "CREATING",
        /// It works.
        Active = "ACTIVE",
        /// It is being deleted.
        Deleting = "DELETING",
        /// It could not be made.
        Failed = "FAILED",
        /// It works and is being changed.
        Updating = "UPDATING",
        /// It is registered and its agent has not connected.
        Pending = "PENDING",
    }
}

words! {
    /// How the cluster decides who may use its Kubernetes API.
    AuthenticationMode {
        /// By access entries only.
        Api = "API",
        /// By access entries and the `ConfigMap` `aws-auth`.
        ApiAndConfigMap = "API_AND_CONFIG_MAP",
        /// By the `ConfigMap` `aws-auth` only.
        ConfigMap = "CONFIG_MAP",
    }
}

words! {
    /// How a Fargate profile is.
    /// <https://docs.aws.amazon.com/eks/latest/APIReference/API_FargateProfile.html>
    ProfileStatus {
        /// It is being made.
        Creating = "CREATING",
        /// It takes pods.
        Active = "ACTIVE",
        /// It is being deleted, and its pods with it.
        Deleting = "DELETING",
        /// It could not be made.
        CreateFailed = "CREATE_FAILED",
        /// It could not be deleted.
        DeleteFailed = "DELETE_FAILED",
    }
}

impl ProfileStatus {
    /// Whether the cluster's one slot for changes of profiles is taken by it.
    pub fn is_changing(&self) -> bool {
        matches!(self, Self::Creating | Self::Deleting)
    }

    /// Whether an operation on it ended without success; it stays so until it is deleted.
    pub fn has_failed(&self) -> bool {
        matches!(self, Self::CreateFailed | Self::DeleteFailed)
    }
}

words! {
    /// What an access entry is for.
    AccessEntryKind {
        /// People and programs.
        Standard = "STANDARD",
        /// Nodes of Fargate pods: what EKS makes for a pod execution role.
        FargateLinux = "FARGATE_LINUX",
        /// Self-managed Linux nodes.
        Ec2Linux = "EC2_LINUX",
        /// Self-managed Windows nodes.
        Ec2Windows = "EC2_WINDOWS",
    }
}

/// A problem that EKS reports of a cluster or profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthIssue {
    /// Issue code, such as `PodExecutionRoleAlreadyInUse`.
    pub code: String,
    /// EKS's text.
    pub message: String,
    /// Resources concerned.
    pub resources: Vec<String>,
}

impl fmt::Display for HealthIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        if self.resources.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", self.resources.join(", "))
    }
}

/// The EKS cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "DescribeCluster answers with that many yes-or-no facts"
)]
pub struct Cluster {
    /// Name.
    pub name: String,
    /// ARN; holds partition, region and account.
    pub arn: String,
    /// How it is.
    pub status: ClusterStatus,
    /// Kubernetes version such as `1.33`.
    pub version: String,
    /// URL of the Kubernetes API; absent until the cluster has been ACTIVE.
    pub endpoint: Option<String>,
    /// PEM of the API's certificate authority.
    pub certificate_authority: Option<String>,
    /// VPC id; moto leaves it out.
    pub vpc_id: Option<String>,
    /// Subnets of the cluster itself.
    pub subnet_ids: Vec<String>,
    /// The security group that Fargate pods get.
    pub security_group_id: Option<String>,
    /// Who may use the API; absent means by the `ConfigMap` only.
    pub authentication_mode: Option<AuthenticationMode>,
    /// Whether the API answers on the internet.
    pub public_access: bool,
    /// Whether the API answers inside the VPC.
    pub private_access: bool,
    /// From where the public API may be reached.
    pub public_cidrs: Vec<String>,
    /// Whether EKS Auto Mode runs the cluster's compute (it has its own ALB support).
    pub auto_mode: bool,
    /// Whether the cluster's control plane is on an Outpost (no Fargate there).
    pub on_outpost: bool,
    /// Whether it is a foreign cluster merely registered with EKS.
    pub is_connected: bool,
    /// Problems EKS reports.
    pub health: Vec<HealthIssue>,
}

/// A Fargate profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// How it is.
    pub status: ProfileStatus,
    /// Pod execution role (ARN).
    pub role_arn: String,
    /// Subnets, sorted.
    pub subnets: Vec<String>,
    /// Selectors.
    pub selectors: Vec<Selector>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Problems EKS reports; an ACTIVE profile can have some.
    pub health: Vec<HealthIssue>,
}

/// EKS puts this label on a pod at admission, when a Fargate profile takes it, with the profile's name; a pod without it never
/// runs on Fargate. Whoever makes a pod with it chooses the profile.
pub const PROFILE_LABEL: &str = "eks.amazonaws.com/fargate-profile";

impl Profile {
    /// The profile that EKS makes of what is wanted, once it is ACTIVE.
    pub fn active(spec: &ProfileSpec) -> Self {
        Self {
            name: spec.name.clone(),
            arn: String::new(),
            status: ProfileStatus::Active,
            role_arn: spec.role_arn.clone(),
            subnets: spec.subnets.clone(),
            selectors: spec.selectors.clone(),
            tags: spec.tags.clone(),
            created_at: None,
            health: Vec::new(),
        }
    }

    /// Whether a pod in `namespace` with these labels is for this profile, if no other is before it.
    pub fn takes(&self, namespace: &str, labels: &BTreeMap<String, String>) -> bool {
        labels.get(PROFILE_LABEL).is_none_or(|chosen| *chosen == self.name)
            && self.selectors.iter().any(|selector| selector.covers(namespace, labels))
    }

    /// Whether it takes no pods but those of this namespace.
    pub fn is_for(&self, namespace: &str) -> bool {
        self.selectors.iter().all(|selector| selector.namespace == namespace)
    }

    /// Distinguishes this very profile from one of the same name made later.
    pub fn pin(&self) -> Pin {
        Pin::made(&self.arn, self.created_at)
    }
}

/// An EKS access entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessEntry {
    /// The role's ARN.
    pub principal_arn: String,
    /// What it is for.
    pub kind: AccessEntryKind,
    /// When it was made; before the role's creation means it is stale.
    pub created_at: Option<Timestamp>,
}

impl AccessEntry {
    /// Distinguishes this very entry from one for the same principal made later.
    pub fn pin(&self) -> Pin {
        Pin::made(&self.principal_arn, self.created_at)
    }
}
