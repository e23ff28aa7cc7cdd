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
    /// The controller cannot take on its role.
    LbcIdentity,
    /// The controller was started with the name of another cluster.
    LbcCluster,
    /// The controller watches another namespace.
    LbcNamespace,
    /// There is no class `alb`.
    ClassMissing,
    /// The controller's webhook has no endpoint.
    WebhookDown,
    /// The controller's webhook shows a certificate that the cluster does not trust.
    WebhookCertificate,
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
    /// The VPC has DNS host names switched off.
    DnsOff,
    /// The rule is gone that lets the load balancer reach the pods.
    Firewall,
    /// The image does not exist.
    ImageMissing,
    /// The image is made for ARM machines.
    ImageArm,
    /// The registry has had enough of the pulls from one address.
    PullLimit,
    /// A new profile ends in `CREATE_FAILED`.
    ProfileFailed,
    /// An access entry of an earlier role of the same name is still there.
    StaleAccessEntry,
    /// The account's Fargate capacity is used up.
    PodQuota,
    /// The account may have no further load balancer.
    Quota,
    /// Every AWS call is throttled the first time it is made.
    Throttling,
    /// The cluster does not know who calls.
    NoAccess,
    /// Somebody has changed the selector of the lab's Service.
    ServiceSelector,
    /// Somebody has given the lab's Ingress another path for health checks.
    HealthPath,
    /// Somebody has deleted the lab's load balancer.
    AlbDeleted,
    /// Somebody has deleted the listener of the lab's load balancer.
    ListenerDeleted,
}

/// What is said of a breakage: its name, what is wrong, what that feels like.
type Words = (&'static str, &'static str, &'static str);

/// The one table of words, in the order of [`Breakage::ALL`].
const WORDS: [(Breakage, Words); 28] = [
    (
        Breakage::LbcAbsent,
        (
            "lbc-absent",
            "the AWS Load Balancer Controller is scaled to zero",
            "the Ingress stays without an address, and nobody says why",
        ),
    ),
    (
        Breakage::LbcDenied,
        (
            "lbc-denied",
            "the IAM role of the AWS Load Balancer Controller lacks rights",
            "no load balancer comes, however long one waits",
        ),
    ),
    (
        Breakage::LbcIdentity,
        (
            "lbc-identity",
            "the IAM role of the AWS Load Balancer Controller does not trust the cluster",
            "the Ingress complains of credentials that nobody has given it",
        ),
    ),
    (
        Breakage::LbcCluster,
        (
            "lbc-cluster",
            "the AWS Load Balancer Controller was started with the name of another cluster",
            "the controller runs, but does not find what is in front of it",
        ),
    ),
    (
        Breakage::LbcNamespace,
        (
            "lbc-namespace",
            "the AWS Load Balancer Controller watches another namespace",
            "the Ingress is there, and nothing happens at all: not even an event",
        ),
    ),
    (
        Breakage::ClassMissing,
        (
            "class-missing",
            "the IngressClass alb is gone",
            "what worked yesterday is refused today",
        ),
    ),
    (
        Breakage::WebhookDown,
        (
            "webhook-down",
            "the webhook of the AWS Load Balancer Controller has no endpoint",
            "the cluster refuses a perfectly good Service",
        ),
    ),
    (
        Breakage::WebhookCertificate,
        (
            "webhook-certificate",
            "the webhook of the AWS Load Balancer Controller shows a certificate that the cluster does not trust",
            "the cluster and the controller do not trust each other any more",
        ),
    ),
    (
        Breakage::NoNat,
        (
            "no-nat",
            "the private subnets have no NAT gateway, so images cannot be pulled",
            "the nodes come, the pods are on them, and there they stay",
        ),
    ),
    (
        Breakage::PublicSubnets,
        (
            "public-subnets",
            "every subnet has a route to an internet gateway",
            "no subnet seems to be good enough for Fargate",
        ),
    ),
    (
        Breakage::UntaggedSubnets,
        (
            "untagged-subnets",
            "no subnet carries a kubernetes.io/role tag",
            "it works, but how does the controller know where?",
        ),
    ),
    (
        Breakage::NoFreeIps,
        (
            "no-free-ips",
            "the private subnets have no free addresses",
            "the cluster seems to be full, and is not",
        ),
    ),
    (
        Breakage::OneZone,
        (
            "one-zone",
            "all subnets are in one availability zone",
            "there are subnets enough, and still too few",
        ),
    ),
    (
        Breakage::DnsOff,
        (
            "dns-off",
            "the VPC has DNS host names switched off",
            "machines are launched and never arrive",
        ),
    ),
    (
        Breakage::Firewall,
        (
            "firewall",
            "the rule of the security group is gone that lets the load balancer reach the pods",
            "the pods are well, and nobody gets through to them",
        ),
    ),
    (
        Breakage::ImageMissing,
        (
            "image-missing",
            "the container image does not exist",
            "the pods begin again and again, and never run",
        ),
    ),
    (
        Breakage::ImageArm,
        (
            "image-arm",
            "the container image is made for ARM machines only",
            "the image is there, and is no use",
        ),
    ),
    (
        Breakage::PullLimit,
        (
            "pull-limit",
            "the registry refuses further pulls from the address of the NAT gateway",
            "it worked for the first half of the class",
        ),
    ),
    (
        Breakage::ProfileFailed,
        (
            "profile-failed",
            "a new Fargate profile ends in CREATE_FAILED",
            "the profile is made, waits, and gives up",
        ),
    ),
    (
        Breakage::StaleAccessEntry,
        (
            "stale-access-entry",
            "the access entry of a deleted role of the same name is still there",
            "everything is as it should be, and no machine comes",
        ),
    ),
    (
        Breakage::PodQuota,
        (
            "pod-quota",
            "the account has no Fargate capacity left",
            "pods wait for machines that the account may not have",
        ),
    ),
    (
        Breakage::Quota,
        (
            "quota",
            "the account may have no further load balancer",
            "there is no room for one more",
        ),
    ),
    (
        Breakage::Throttling,
        (
            "throttling",
            "every AWS call is throttled the first time it is made",
            "AWS is in a bad mood today",
        ),
    ),
    (
        Breakage::NoAccess,
        (
            "no-access",
            "the cluster does not know the IAM identity that calls",
            "the door is locked, and the key is the right one",
        ),
    ),
    (
        Breakage::ServiceSelector,
        (
            "service-selector",
            "somebody has changed the selector of the lab's Service",
            "the pods run, the page is an error",
        ),
    ),
    (
        Breakage::HealthPath,
        (
            "health-path",
            "somebody has given the lab's Ingress another path for its health checks",
            "the load balancer takes healthy pods for sick ones",
        ),
    ),
    (
        Breakage::AlbDeleted,
        (
            "alb-deleted",
            "somebody has deleted the lab's load balancer by hand",
            "Kubernetes has the address, the internet does not",
        ),
    ),
    (
        Breakage::ListenerDeleted,
        (
            "listener-deleted",
            "somebody has deleted the listener of the lab's load balancer by hand",
            "the load balancer is active, and does not listen",
        ),
    ),
];

impl Breakage {
    fn words(self) -> Words {
        let mut all = WORDS.into_iter();
        all.find_map(|(what, words)| (what == self).then_some(words))
            .unwrap_or_default()
    }

    /// The name by which it is broken and mended, such as `no-nat`.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// What is wrong in the world while it lasts, as one sentence without a full stop.
    pub fn summary(self) -> &'static str {
        self.words().1
    }

    /// What somebody notices of it who does not know it, without a full stop: it gives nothing away.
    pub fn feeling(self) -> &'static str {
        self.words().2
    }

    /// Whether it is done to a lab that is there.
    pub fn needs_lab(self) -> bool {
        matches!(
            self,
            Self::Firewall | Self::ServiceSelector | Self::HealthPath | Self::AlbDeleted | Self::ListenerDeleted
        )
    }

    /// All of them.
    pub const ALL: [Self; 28] = {
        let mut all = [Self::LbcAbsent; 28];
        let mut at = 0;
        while at < all.len() {
            all[at] = WORDS[at].0;
            at += 1;
        }
        all
    };
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn breakages_are_named_as_they_are_stored() {
        for breakage in Breakage::ALL {
            assert_eq!(breakage.name().parse(), Ok(breakage));
            assert_eq!(serde_json::to_value(breakage).unwrap(), breakage.name());
        }
        let unknown = "no-such".parse::<Breakage>().unwrap_err().to_string();
        assert!(unknown.starts_with("`no-such` is nothing that can be broken; known: lbc-absent, "));
        let different: BTreeSet<&str> = Breakage::ALL.map(Breakage::name).into();
        assert!(
            Breakage::ALL
                .iter()
                .all(|what| !what.feeling().is_empty() && !what.summary().is_empty())
        );
        assert_eq!(different.len(), Breakage::ALL.len(), "each is there once");
    }
}
