//! What was seen in AWS, reduced to what checks, plans and `status` need.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::desired::{Scheme, Selector};
use super::progress::Observed;
use super::task::Pin;

/// Everything one plan read from AWS.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsView {
    /// Who asks (STS `GetCallerIdentity`).
    pub caller: Observed<Caller>,
    /// The cluster (EKS `DescribeCluster`).
    pub cluster: Cluster,
    /// All Fargate profiles of the cluster.
    pub profiles: Observed<Vec<Profile>>,
    /// The pod execution role by its name, if there is one.
    pub role: Observed<Option<Role>>,
    /// The access entry of the pod execution role, if there is one.
    pub access_entry: Observed<Option<AccessEntry>>,
    /// All subnets of the cluster's VPC.
    pub subnets: Observed<Vec<Subnet>>,
    /// The cluster's VPC.
    pub vpc: Observed<Vpc>,
    /// The ALB of the Ingress, found by predicted name or by tags, if there is one. That of a group is the lab's once it
    /// leads to the lab, or to nobody.
    pub balancer: Observed<Option<LoadBalancer>>,
    /// Where the ALB leads to other Ingresses of the group that shares it, by backend as the controller tags it:
    /// `<namespace>/<ingress>-<service>:<port>`.
    pub other_backends: BTreeMap<String, Vec<Route>>,
    /// Security groups that the controller made for the Ingress.
    pub security_groups: Observed<Vec<SecurityGroup>>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Caller {
    /// Account number.
    pub account: String,
    /// ARN of the caller.
    pub arn: String,
}

/// A problem that EKS reports of a cluster or profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthIssue {
    /// Issue code, such as `PodExecutionRoleAlreadyInUse`.
    pub code: String,
    /// EKS's text.
    pub message: String,
    /// Resources concerned.
    pub resources: Vec<String>,
}

/// The EKS cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// `CREATING`, `ACTIVE`, `DELETING`, `FAILED`, `UPDATING` or `PENDING`.
    pub status: String,
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
    /// `API`, `API_AND_CONFIG_MAP` or `CONFIG_MAP`; absent means the last.
    pub authentication_mode: Option<String>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// `CREATING`, `ACTIVE`, `DELETING`, `CREATE_FAILED` or `DELETE_FAILED`.
    pub status: String,
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

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Name.
    pub name: String,
    /// ARN.
    pub arn: String,
    /// Unique id (`AROA…`), different after a deletion and re-creation.
    pub id: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Trust policy, decoded.
    pub trust: Value,
    /// Attached managed policies (ARNs).
    pub attached: Vec<String>,
    /// Names of inline policies.
    pub inline: Vec<String>,
    /// Permissions boundary (ARN).
    pub permissions_boundary: Option<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// An EKS access entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessEntry {
    /// The role's ARN.
    pub principal_arn: String,
    /// Type, such as `FARGATE_LINUX`.
    pub kind: String,
    /// When it was made; before the role's creation means it is stale.
    pub created_at: Option<Timestamp>,
}

/// What sort of zone a subnet is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneKind {
    /// An ordinary availability zone; the only one Fargate works in.
    AvailabilityZone,
    /// A Local Zone.
    LocalZone,
    /// A Wavelength Zone.
    WavelengthZone,
}

/// How a subnet reaches the internet, by its route table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Egress {
    /// Directly, through an internet gateway: a public subnet.
    InternetGateway(String),
    /// Through a NAT gateway that works.
    Nat(String),
    /// Through a NAT gateway that does not work; id and why.
    BrokenNat(String, String),
    /// Through something we cannot judge (transit gateway, instance, peering); its id.
    Other(String),
    /// Not at all.
    None,
}

/// A subnet of the VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subnet {
    /// Id.
    pub id: String,
    /// IPv4 CIDR.
    pub cidr: String,
    /// Zone name, such as `ap-northeast-2a`.
    pub zone: String,
    /// Zone id, such as `apne2-az1`.
    pub zone_id: String,
    /// Sort of zone; `None` where it could not be read.
    pub zone_kind: Option<ZoneKind>,
    /// Whether it is on an Outpost.
    pub on_outpost: bool,
    /// Free IPv4 addresses.
    pub free_addresses: u32,
    /// How it reaches the internet; `Unknown` where route tables could not be read.
    pub egress: Observed<Egress>,
    /// Whether its state is `available`.
    pub available: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

impl Subnet {
    /// Whether it is known to have no direct route to an internet gateway.
    pub fn is_private(&self) -> bool {
        matches!(self.egress.known(), Some(e) if !matches!(e, Egress::InternetGateway(_)))
    }
}

/// The cluster's VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vpc {
    /// Id.
    pub id: String,
    /// Attribute `enableDnsSupport`.
    pub dns_support: Observed<bool>,
    /// Attribute `enableDnsHostnames`.
    pub dns_hostnames: Observed<bool>,
}

/// An Application Load Balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// DNS name.
    pub dns_name: String,
    /// Whom it faces.
    pub scheme: Scheme,
    /// `provisioning`, `active`, `active_impaired` or `failed`.
    pub state: String,
    /// AWS's reason for the state, if it gives one.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Security groups.
    pub security_groups: Vec<String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// Listeners.
    pub listeners: Vec<Listener>,
    /// The lab's target groups with their targets.
    pub target_groups: Vec<TargetGroup>,
}

/// What a rule of an ALB answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Route {
    /// The listener's port.
    pub port: u16,
    /// Names that are asked for; any if there are none.
    pub hosts: Vec<String>,
    /// Patterns of paths; any if there are none.
    pub paths: Vec<String>,
    /// Whether it has conditions beside these.
    pub narrowed: bool,
}

impl Route {
    /// Whether two rules are for the very same requests, so that one of them never gets any.
    pub fn clashes_with(&self, other: &Self) -> bool {
        let same_paths = self.paths == other.paths || self.paths.iter().any(|path| other.paths.contains(path));
        let narrowed = self.narrowed || other.narrowed;
        self.port == other.port && self.hosts == other.hosts && same_paths && !narrowed
    }
}

/// A listener of an ALB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// Port.
    pub port: u16,
    /// `HTTP` or `HTTPS`.
    pub protocol: String,
    /// How many rules beside the default one forward to the lab's target groups.
    pub forwarding_rules: u32,
}

/// A target group of an ALB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetGroup {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// `ip` or `instance`.
    pub target_type: String,
    /// Its targets.
    pub targets: Vec<Target>,
}

/// A registered target and what the ALB thinks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Address of the pod.
    pub id: String,
    /// Port.
    pub port: u16,
    /// `initial`, `healthy`, `unhealthy`, `unused`, `draining` or `unavailable`.
    pub state: String,
    /// AWS's reason code, if any.
    pub reason: Option<String>,
    /// AWS's text, if any.
    pub description: Option<String>,
}

/// How many targets an ALB has in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetCounts {
    /// Healthy ones.
    pub healthy: u32,
    /// All that are registered and not draining.
    pub registered: u32,
}

impl LoadBalancer {
    /// The listener that leads to the lab, the one with TLS if there are more.
    pub fn leading_listener(&self) -> Option<&Listener> {
        let leading = self.listeners.iter().filter(|listener| listener.forwarding_rules > 0);
        leading.min_by_key(|listener| listener.protocol != "HTTPS")
    }

    /// Where the game is.
    pub fn url(&self) -> String {
        let (scheme, port) = match self.leading_listener() {
            Some(listener) if listener.protocol == "HTTPS" => {
                ("https", (listener.port != 443).then_some(listener.port))
            }
            Some(listener) => ("http", (listener.port != 80).then_some(listener.port)),
            None => ("http", None),
        };
        let port = port.map_or_else(String::new, |port| format!(":{port}"));
        format!("{scheme}://{}{port}", self.dns_name)
    }

    /// Counts the targets of all target groups.
    pub fn targets(&self) -> TargetCounts {
        let mut counts = TargetCounts::default();
        for target in self.target_groups.iter().flat_map(|group| &group.targets) {
            counts.healthy += u32::from(target.state == "healthy");
            counts.registered += u32::from(target.state != "draining");
        }
        counts
    }
}

/// A security group that the controller made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityGroup {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether it is the cluster's shared backend group, which other Ingresses may use.
    pub shared: bool,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// A pin: identity and the time of creation, empty where AWS does not tell it.
fn pin(identity: &str, created_at: Option<Timestamp>) -> Pin {
    Pin {
        identity: identity.to_owned(),
        version: created_at.map(|at| at.to_string()).unwrap_or_default(),
    }
}

impl Role {
    /// What tells this very role from one of the same name made later.
    pub fn pin(&self) -> Pin {
        pin(&self.arn, self.created_at)
    }
}

impl Profile {
    /// What tells this very profile from one of the same name made later.
    pub fn pin(&self) -> Pin {
        pin(&self.arn, self.created_at)
    }
}

impl AccessEntry {
    /// What tells this very entry from one for the same principal made later.
    pub fn pin(&self) -> Pin {
        pin(&self.principal_arn, self.created_at)
    }
}

impl LoadBalancer {
    /// What tells this very load balancer from one of the same name made later.
    pub fn pin(&self) -> Pin {
        pin(&self.arn, self.created_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_game_is_where_a_listener_leads_to_it() {
        let listener = |(protocol, port, forwarding_rules): (&str, u16, u32)| Listener {
            port,
            protocol: protocol.to_owned(),
            forwarding_rules,
        };
        let url = |listeners: &[(&str, u16, u32)]| {
            let balancer = LoadBalancer {
                arn: String::new(),
                name: String::new(),
                dns_name: "alb".to_owned(),
                scheme: Scheme::InternetFacing,
                state: "active".to_owned(),
                reason: None,
                created_at: None,
                security_groups: Vec::new(),
                tags: BTreeMap::new(),
                listeners: listeners.iter().copied().map(listener).collect(),
                target_groups: Vec::new(),
            };
            balancer.url()
        };
        assert_eq!(url(&[("HTTP", 80, 1)]), "http://alb");
        assert_eq!(url(&[("HTTP", 80, 1), ("HTTPS", 443, 1)]), "https://alb");
        assert_eq!(url(&[("HTTPS", 443, 0), ("HTTP", 8001, 1)]), "http://alb:8001");
        assert_eq!(url(&[("HTTPS", 8443, 2)]), "https://alb:8443");
        assert_eq!(url(&[]), "http://alb");
    }
}
