//! What can be broken on purpose.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
