//! Resources in AWS, as the world keeps them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::Entries;
use super::rule::{Rule, RuleAction};

/// All resources of the account in the region.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AwsState {
    /// Fargate profiles of the cluster, by name.
    pub profiles: Entries<Profile>,
    /// Access entries of the cluster, by principal ARN.
    pub access_entries: Entries<AccessEntry>,
    /// Roles by name.
    pub roles: Entries<Role>,
    /// The VPC.
    pub vpc: Vpc,
    /// Subnets by id.
    pub subnets: Entries<Subnet>,
    /// Route tables by id.
    pub route_tables: Entries<RouteTable>,
    /// NAT gateways by id.
    pub nat_gateways: Entries<NatGateway>,
    /// Security groups by id.
    pub security_groups: Entries<SecurityGroup>,
    /// Network interfaces: private address -> interface (pods' and load balancers').
    pub interfaces: Entries<Interface>,
    /// Load balancers by ARN.
    pub load_balancers: Entries<LoadBalancer>,
    /// Target groups by ARN.
    pub target_groups: Entries<TargetGroup>,
    /// Whether the account has the service-linked role of EKS on Fargate, which comes with its first profile.
    #[serde(default)]
    pub has_fargate_role: bool,
    /// Questions that were throttled and not asked again yet, as hashes.
    #[serde(default)]
    pub throttled: BTreeSet<u64>,
    /// Certificates of ACM that are otherwise than usual, by ARN. A certificate that is not among them is a good one for the
    /// names that its listener's rules ask for.
    #[serde(default)]
    pub certificates: Entries<Certificate>,
}

/// A Fargate profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Profile {
    /// Name.
    pub name: String,
    /// ARN with uuid.
    pub arn: String,
    /// `CREATING`, `ACTIVE`, `DELETING`, `CREATE_FAILED`, `DELETE_FAILED`.
    pub status: String,
    /// Pod execution role (ARN).
    pub role_arn: String,
    /// Subnet ids.
    pub subnets: Vec<String>,
    /// Selectors.
    pub selectors: Vec<Selector>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it became ACTIVE; pods made earlier are not taken.
    pub active_since: Option<Timestamp>,
    /// The idempotency token of its creation.
    pub token: Option<String>,
    /// Problems: code, message, resources.
    pub health: Vec<(String, String, Vec<String>)>,
}

/// A selector of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selector {
    /// Namespace, with wildcards.
    pub namespace: String,
    /// Labels, with wildcards.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
}

/// An access entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessEntry {
    /// Principal (ARN).
    pub principal: String,
    /// Type, such as `FARGATE_LINUX`.
    pub kind: String,
    /// Unique id of the role it is bound to.
    pub role_id: String,
    /// When it was made.
    pub created: Timestamp,
}

/// An IAM role.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Role {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Unique id (`AROA…`).
    pub id: String,
    /// Path.
    pub path: String,
    /// Description.
    pub description: Option<String>,
    /// Trust policy as sent.
    pub trust: String,
    /// Permissions boundary (ARN).
    pub boundary: Option<String>,
    /// Attached managed policies (ARNs).
    pub attached: Vec<String>,
    /// Inline policies by name.
    pub inline: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// When it was made; EKS does not see its trust policy before some seconds have passed.
    pub created: Timestamp,
    /// From when other services see it.
    pub propagated: Timestamp,
}

/// The VPC.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Vpc {
    /// Id.
    pub id: String,
    /// CIDR.
    pub cidr: String,
    /// Attribute.
    pub dns_support: bool,
    /// Attribute.
    pub dns_hostnames: bool,
}

/// A subnet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Subnet {
    /// Id.
    pub id: String,
    /// CIDR.
    pub cidr: String,
    /// Zone name.
    pub zone: String,
    /// Zone id.
    pub zone_id: String,
    /// Addresses that are taken by nothing the world knows of.
    pub reserved: u32,
    /// Whether instances get public addresses.
    pub map_public_ip: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// A route table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RouteTable {
    /// Id.
    pub id: String,
    /// Whether it is the VPC's main one.
    pub main: bool,
    /// Subnets associated by name.
    pub subnets: Vec<String>,
    /// Routes.
    pub routes: Vec<Route>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// A route.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Route {
    /// Destination CIDR.
    pub destination: String,
    /// `local`, `igw-…` or `nat-…`.
    pub via: String,
    /// `active` or `blackhole`.
    pub state: String,
}

/// A NAT gateway.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NatGateway {
    /// Id.
    pub id: String,
    /// Subnet.
    pub subnet: String,
    /// `available`, `failed`, `deleted`, ….
    pub state: String,
    /// Public address.
    pub public_ip: String,
}

/// A security group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SecurityGroup {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Description.
    pub description: String,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Ingress rules: protocol, from, to, source (CIDR or group id), description.
    pub rules: Vec<(String, u16, u16, String, String)>,
}

/// A network interface.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Interface {
    /// Id.
    pub id: String,
    /// Private address.
    pub address: String,
    /// Subnet.
    pub subnet: String,
    /// Description, such as `ELB app/<name>/<id>`.
    pub description: String,
    /// Security groups.
    pub groups: Vec<String>,
}

/// An application load balancer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoadBalancer {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// DNS name.
    pub dns_name: String,
    /// `internet-facing` or `internal`.
    pub scheme: String,
    /// `provisioning`, `active`, `active_impaired`, `failed`.
    pub state: String,
    /// Subnets by zone.
    pub subnets: Vec<String>,
    /// Security groups.
    pub security_groups: Vec<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// When it was made.
    pub created: Timestamp,
    /// Attribute `deletion_protection.enabled`.
    pub deletion_protection: bool,
    /// Listeners.
    pub listeners: Vec<Listener>,
}

impl LoadBalancer {
    /// Whether it forwards requests; an impaired one does.
    pub(crate) fn serves(&self) -> bool {
        matches!(self.state.as_str(), "active" | "active_impaired")
    }
}

/// A listener.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Listener {
    /// ARN.
    pub arn: String,
    /// Port.
    pub port: u16,
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// Certificates (ARNs) of a listener with TLS, the one for clients that name nobody first.
    pub certificates: Vec<String>,
    /// Rules beside the default one.
    pub rules: Vec<Rule>,
    /// What happens to a request that no rule takes.
    pub default: RuleAction,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

impl Listener {
    /// What it does with requests, by its rules and by default.
    pub(crate) fn actions(&self) -> impl Iterator<Item = &RuleAction> {
        self.rules.iter().map(|rule| &rule.action).chain([&self.default])
    }
}

/// A certificate of ACM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The names that it is for; wildcards stand for one label.
    pub names: Vec<String>,
    /// Whether its time is over.
    pub expired: bool,
    /// Whether it is signed by itself and not by the sandbox's authority.
    pub self_signed: bool,
}

/// A target group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TargetGroup {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Port.
    pub port: u16,
    /// `ip` or `instance`.
    pub target_type: String,
    /// Load balancers that use it (ARNs).
    pub load_balancers: Vec<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Path and success codes of its health checks; empty for the usual ones.
    #[serde(default)]
    pub health: (String, String),
    /// Targets.
    pub targets: Vec<Target>,
}

/// A target.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Target {
    /// Address.
    pub id: String,
    /// Port.
    pub port: u16,
    /// Zone.
    pub zone: String,
    /// `initial`, `healthy`, `unhealthy`, `draining`, `unused`.
    pub state: String,
    /// Reason code and text.
    pub reason: Option<(String, String)>,
}
