//! The state of the world: one serialisable value, changed only under the sandbox's lock.

use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::aws::AwsState;
use super::clock::VirtualClock;
use super::k8s::Store;
use super::sim::Agenda;

/// Everything there is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct World {
    /// Raised with every change; other processes reload when it differs from theirs.
    pub revision: u64,
    /// The virtual clock.
    pub clock: VirtualClock,
    /// Seed of all chances.
    pub seed: u64,
    /// How many chances have been drawn (for ids).
    pub drawn: u64,
    /// Account, region, cluster.
    pub facts: ClusterFacts,
    /// What has been broken on purpose.
    pub broken: BTreeSet<Breakage>,
    /// Resources in AWS.
    pub aws: AwsState,
    /// Objects in the cluster.
    pub kube: Store,
    /// What will happen by itself.
    pub agenda: Agenda,
}

/// Account, region and cluster of the world; they never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterFacts {
    /// Account number.
    pub account: String,
    /// Region.
    pub region: String,
    /// Name of the one cluster.
    pub cluster: String,
    /// VPC of the cluster.
    pub vpc: String,
    /// When the cluster was made.
    pub created: Timestamp,
}

/// Something broken on purpose: a changed fact of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breakage {
    /// The load balancer controller is scaled to zero.
    LbcAbsent,
    /// The controller's role lacks rights.
    LbcDenied,
    /// There is no NAT gateway: images cannot be pulled.
    NoNat,
    /// All subnets have a route to an internet gateway.
    PublicSubnets,
    /// No subnet has a role tag.
    UntaggedSubnets,
    /// The private subnets have no free addresses.
    NoFreeIps,
    /// All subnets are in one zone.
    OneZone,
    /// The image does not exist.
    ImageMissing,
    /// A new profile ends in `CREATE_FAILED`.
    ProfileFailed,
    /// An access entry of an earlier role of the same name is still there.
    StaleAccessEntry,
    /// The VPC has DNS host names switched off.
    DnsOff,
    /// Every AWS call is throttled the first time it is made.
    Throttling,
    /// The account may have no further load balancer.
    Quota,
    /// The controller's webhook has no endpoint.
    WebhookDown,
}

impl Breakage {
    /// The name by which it is broken and mended, such as `no-nat`.
    pub fn name(self) -> &'static str {
        match self {
            Self::LbcAbsent => "lbc-absent",
            Self::LbcDenied => "lbc-denied",
            Self::NoNat => "no-nat",
            Self::PublicSubnets => "public-subnets",
            Self::UntaggedSubnets => "untagged-subnets",
            Self::NoFreeIps => "no-free-ips",
            Self::OneZone => "one-zone",
            Self::ImageMissing => "image-missing",
            Self::ProfileFailed => "profile-failed",
            Self::StaleAccessEntry => "stale-access-entry",
            Self::DnsOff => "dns-off",
            Self::Throttling => "throttling",
            Self::Quota => "quota",
            Self::WebhookDown => "webhook-down",
        }
    }

    /// What is wrong in the world while it lasts, as one sentence without a full stop.
    pub fn summary(self) -> &'static str {
        match self {
            Self::LbcAbsent => "the AWS Load Balancer Controller is scaled to zero",
            Self::LbcDenied => "the IAM role of the AWS Load Balancer Controller lacks rights",
            Self::NoNat => "the private subnets have no NAT gateway, so images cannot be pulled",
            Self::PublicSubnets => "every subnet has a route to an internet gateway",
            Self::UntaggedSubnets => "no subnet carries a kubernetes.io/role tag",
            Self::NoFreeIps => "the private subnets have no free addresses",
            Self::OneZone => "all subnets are in one availability zone",
            Self::ImageMissing => "the container image does not exist",
            Self::ProfileFailed => "a new Fargate profile ends in CREATE_FAILED",
            Self::StaleAccessEntry => "the access entry of a deleted role of the same name is still there",
            Self::DnsOff => "the VPC has DNS host names switched off",
            Self::Throttling => "every AWS call is throttled the first time it is made",
            Self::Quota => "the account may have no further load balancer",
            Self::WebhookDown => "the webhook of the AWS Load Balancer Controller has no endpoint",
        }
    }

    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::LbcAbsent,
        Self::LbcDenied,
        Self::NoNat,
        Self::PublicSubnets,
        Self::UntaggedSubnets,
        Self::NoFreeIps,
        Self::OneZone,
        Self::ImageMissing,
        Self::ProfileFailed,
        Self::StaleAccessEntry,
        Self::DnsOff,
        Self::Throttling,
        Self::Quota,
        Self::WebhookDown,
    ];
}

impl fmt::Display for Breakage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no [`Breakage`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is nothing that can be broken; known: {known}", known = Breakage::ALL.map(Breakage::name).join(", "))]
pub struct UnknownBreakage(pub String);

impl FromStr for Breakage {
    type Err = UnknownBreakage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|breakage| breakage.name() == text)
            .ok_or_else(|| UnknownBreakage(text.to_owned()))
    }
}

impl ClusterFacts {
    /// ARN of the cluster.
    pub fn cluster_arn(&self) -> String {
        format!("arn:aws:eks:{}:{}:cluster/{}", self.region, self.account, self.cluster)
    }

    /// Host name of the cluster's endpoint: what the in-process service is called by.
    pub fn endpoint_host(&self) -> String {
        let digest = Sha256::digest(format!("{}/{}/{}", self.account, self.region, self.cluster));
        let hash: String = hex::encode_upper(digest).chars().take(32).collect();
        format!("{hash}.gr7.{}.eks.amazonaws.com", self.region)
    }
}

impl World {
    /// Says that something has changed: other processes reload, watchers look again.
    pub fn touch(&mut self) {
        self.revision += 1;
    }

    /// The virtual time of the change under way.
    pub fn now(&self) -> Timestamp {
        self.clock.virtual_now
    }

    /// A number that looks random and follows from the seed and from how many were drawn before.
    pub fn draw(&mut self) -> u64 {
        self.drawn += 1;
        mix(self.seed ^ mix(self.drawn))
    }

    /// Lower-case hexadecimal digits drawn from the seed, for ids.
    pub fn draw_hex(&mut self, digits: usize) -> String {
        let mut text = String::new();
        while text.len() < digits {
            let _ = write!(text, "{:016x}", self.draw());
        }
        text.truncate(digits);
        text
    }

    /// A UUID (version 4 in form) drawn from the seed.
    pub fn draw_uuid(&mut self) -> String {
        let hex = self.draw_hex(32);
        format!(
            "{}-{}-4{}-a{}-{}",
            &hex[0..8],
            &hex[8..12],
            &hex[13..16],
            &hex[17..20],
            &hex[20..32]
        )
    }
}

/// `SplitMix64`'s finaliser: every bit of the input moves every bit of the output.
pub(super) fn mix(mut z: u64) -> u64 {
    z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breakages_are_named_as_they_are_stored() {
        for breakage in Breakage::ALL {
            assert_eq!(breakage.name().parse(), Ok(breakage));
            assert_eq!(serde_json::to_value(breakage).unwrap(), breakage.name());
        }
        let unknown = "no-such".parse::<Breakage>().unwrap_err().to_string();
        assert!(unknown.starts_with("`no-such` is nothing that can be broken; known: lbc-absent, "));
    }
}
