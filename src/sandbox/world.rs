//! The state of the world: one serialisable value, changed only under the sandbox's lock.

use std::collections::BTreeSet;
use std::fmt::Write;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// Every second AWS call is throttled.
    Throttling,
    /// The account may have no further load balancer.
    Quota,
    /// The controller's webhook has no endpoint.
    WebhookDown,
}

impl Breakage {
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

impl World {
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
