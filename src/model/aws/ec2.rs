//! The cluster's VPC, its subnets and their way to the internet, and security groups, as EC2 describes them.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::lang::Text;
use crate::model::progress::Observed;
use crate::model::word::words;

words! {
    /// How a subnet is.
    SubnetState {
        /// It is being made.
        Pending = "pending",
        /// It can be used.
        Available = "available",
        /// It is not there at the moment.
        Unavailable = "unavailable",
        /// It could not be made.
        Failed = "failed",
    }
}

words! {
    /// How a NAT gateway is.
    NatState {
        /// It is being made.
        Pending = "pending",
        /// It works.
        Available = "available",
        /// It could not be made.
        Failed = "failed",
        /// It is being deleted.
        Deleting = "deleting",
        /// It is gone, and still listed for an hour.
        Deleted = "deleted",
    }
}

/// Why a NAT gateway does not lead to the internet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NatFault {
    /// A route leads to it and it does not exist.
    Missing,
    /// It is not available; its state, and AWS's reason if it gives one.
    State(NatState, Option<String>),
    /// It is a private NAT gateway, which serves other networks only.
    Private,
    /// EC2 marks the route to it as a black hole.
    BlackHole,
}

/// What follows the gateway's id in a sentence.
impl fmt::Display for NatFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("does not exist any more"),
            Self::State(state, None) => write!(f, "is {state}"),
            Self::State(state, Some(reason)) => write!(f, "is {state}: {reason}"),
            Self::Private => f.write_str("is a private NAT gateway, which does not reach the internet"),
            Self::BlackHole => f.write_str("is not reached: its route is a black hole"),
        }
    }
}

/// What sort of zone a subnet is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Egress {
    /// Directly, through an internet gateway: a public subnet.
    InternetGateway(String),
    /// Through a NAT gateway that works.
    Nat(String),
    /// Through a NAT gateway that does not work; id and why.
    BrokenNat(String, NatFault),
    /// Through a NAT gateway that could not be looked at; id and why.
    UnreadNat(String, Text),
    /// Through something we cannot judge (transit gateway, instance, peering); its id.
    Other(String),
    /// Not at all.
    None,
}

/// A subnet of the VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// Sort of zone.
    pub zone_kind: Observed<ZoneKind>,
    /// Whether it is on an Outpost.
    pub on_outpost: bool,
    /// Free IPv4 addresses.
    pub free_addresses: u32,
    /// How it reaches the internet; `Unknown` where route tables could not be read.
    pub egress: Observed<Egress>,
    /// How it is.
    pub state: SubnetState,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

impl Subnet {
    /// Whether it is known to have no direct route to an internet gateway.
    pub fn is_private(&self) -> bool {
        matches!(self.egress.known(), Some(e) if !matches!(e, Egress::InternetGateway(_)))
    }

    /// Whether it is known to route straight to the internet.
    pub fn is_public(&self) -> bool {
        matches!(self.egress.known(), Some(Egress::InternetGateway(_)))
    }
}

/// The cluster's VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Vpc {
    /// Id.
    pub id: String,
    /// Attribute `enableDnsSupport`.
    pub dns_support: Observed<bool>,
    /// Attribute `enableDnsHostnames`.
    pub dns_hostnames: Observed<bool>,
}

/// A security group that the controller made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
