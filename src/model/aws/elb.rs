//! The load balancer with its listeners and targets, as ELBv2 describes them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ec2::SecurityGroup;
use crate::model::desired::{Endpoint, Scheme};
use crate::model::task::Pin;
use crate::model::word::words;

words! {
    /// How a load balancer is.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html>
    AlbState {
        /// It is being set up.
        Provisioning = "provisioning",
        /// It is in service.
        Active = "active",
        /// It is in service and lacks the resources to scale up.
        Impaired = "active_impaired",
        /// It could not be set up.
        Failed = "failed",
    }
}

impl AlbState {
    /// Whether it forwards requests.
    pub fn serves(&self) -> bool {
        matches!(self, Self::Active | Self::Impaired)
    }
}

words! {
    /// What a load balancer thinks of a target.
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html>
    TargetState {
        /// It is being registered, or its first checks have not come in.
        Initial = "initial",
        /// It gets requests.
        Healthy = "healthy",
        /// It fails its checks.
        Unhealthy = "unhealthy",
        /// No rule leads to its group, or its zone is not enabled.
        Unused = "unused",
        /// It has been deregistered and ends what it has begun.
        Draining = "draining",
        /// Its health is unknown.
        Unavailable = "unavailable",
    }
}

impl TargetState {
    /// Whether it gets requests.
    pub fn is_healthy(&self) -> bool {
        *self == Self::Healthy
    }

    /// Whether it has been deregistered.
    pub fn is_draining(&self) -> bool {
        *self == Self::Draining
    }
}

words! {
    /// The protocol of a listener.
    Protocol {
        /// Plain.
        Http = "HTTP",
        /// With TLS.
        Https = "HTTPS",
    }
}

words! {
    /// What the targets of a group are.
    TargetType {
        /// Addresses of pods: what Fargate needs.
        Ip = "ip",
        /// EC2 instances.
        Instance = "instance",
    }
}

/// An Application Load Balancer (ALB).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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
    /// How it is.
    pub state: AlbState,
    /// AWS's reason for the state, if it gives one.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Subnets that it takes requests in, one a zone.
    #[serde(default)]
    pub subnets: Vec<String>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
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

/// What Elastic Load Balancing lets the account have in the region; `None` where it does not name the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BalancingLimits {
    /// Application load balancers.
    pub load_balancers: Option<u32>,
    /// Target groups.
    pub target_groups: Option<u32>,
    /// Listeners of one ALB.
    pub listeners: Option<u32>,
    /// Rules of one ALB, beside the default ones.
    pub rules: Option<u32>,
    /// Target groups of one ALB.
    pub groups_of_one: Option<u32>,
}

/// How much of it the account has already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BalancingUse {
    /// Application load balancers.
    pub load_balancers: u32,
    /// Target groups.
    pub target_groups: u32,
}

/// A listener of an ALB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// Port.
    pub port: u16,
    /// Its protocol.
    pub protocol: Protocol,
    /// How many rules, the default one included, forward to the lab's target groups.
    pub forwarding_rules: u32,
}

/// A target group of an ALB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TargetGroup {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// What its targets are.
    pub target_type: TargetType,
    /// Its targets.
    pub targets: Vec<Target>,
}

/// A registered target and what the ALB thinks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Address of the pod.
    pub id: String,
    /// Port.
    pub port: u16,
    /// How it is.
    pub state: TargetState,
    /// AWS's reason code, if any.
    pub reason: Option<String>,
    /// AWS's text, if any.
    pub description: Option<String>,
}

/// What the load balancer controller made for an Ingress, found by its tags.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ControllerResources {
    /// Load balancers.
    pub balancers: Vec<LoadBalancer>,
    /// Target groups, without their targets.
    pub target_groups: Vec<TargetGroup>,
    /// Security groups of the Ingress; the shared backend group is not one.
    pub security_groups: Vec<SecurityGroup>,
}

impl ControllerResources {
    /// The ARN or id of each.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let balancers = self.balancers.iter().map(|found| found.arn.as_str());
        let groups = self.target_groups.iter().map(|found| found.arn.as_str());
        balancers
            .chain(groups)
            .chain(self.security_groups.iter().map(|found| found.id.as_str()))
    }
}

/// How many targets an ALB has in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
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
        leading.min_by_key(|listener| listener.protocol != Protocol::Https)
    }

    /// How a client reaches the game on a listener that leads to it: as `endpoint` describes where that is one, for an ALB can lag
    /// behind its Ingress.
    pub fn led_to(&self, endpoint: &Endpoint) -> Endpoint {
        let leading = |listener: &&Listener| listener.port == endpoint.port && listener.forwarding_rules > 0;
        let listener = self.listeners.iter().find(leading).or(self.leading_listener());
        listener.map_or_else(
            || endpoint.clone(),
            |listener| Endpoint {
                https: listener.protocol == Protocol::Https,
                port: listener.port,
                ..endpoint.clone()
            },
        )
    }

    /// The address of the game, asked for as `endpoint` describes on a listener that leads to it.
    pub fn url(&self, endpoint: &Endpoint) -> String {
        self.led_to(endpoint).url(&self.dns_name)
    }

    /// Counts the targets of all target groups.
    pub fn targets(&self) -> TargetCounts {
        let mut counts = TargetCounts::default();
        for target in self.target_groups.iter().flat_map(|group| &group.targets) {
            counts.healthy += u32::from(target.state.is_healthy());
            counts.registered += u32::from(!target.state.is_draining());
        }
        counts
    }

    /// Distinguishes this very load balancer from one of the same name made later.
    pub fn pin(&self) -> Pin {
        Pin::made(&self.arn, self.created_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_game_is_where_a_listener_leads_to_it() {
        let listener = |(protocol, port, forwarding_rules): (&str, u16, u32)| Listener {
            port,
            protocol: protocol.into(),
            forwarding_rules,
        };
        let url = |listeners: &[(&str, u16, u32)]| {
            let balancer = LoadBalancer {
                arn: String::new(),
                name: String::new(),
                dns_name: "alb".to_owned(),
                scheme: Scheme::InternetFacing,
                state: AlbState::Active,
                reason: None,
                created_at: None,
                subnets: Vec::new(),
                security_groups: Vec::new(),
                tags: BTreeMap::new(),
                listeners: listeners.iter().copied().map(listener).collect(),
                target_groups: Vec::new(),
            };
            balancer.url(&Endpoint::plain(80))
        };
        assert_eq!(url(&[("HTTP", 80, 1)]), "http://alb");
        assert_eq!(url(&[("HTTPS", 443, 1), ("HTTP", 80, 1)]), "http://alb");
        assert_eq!(url(&[("HTTPS", 443, 1), ("HTTP", 8001, 1)]), "https://alb");
        assert_eq!(url(&[("HTTPS", 443, 0), ("HTTP", 8001, 1)]), "http://alb:8001");
        assert_eq!(url(&[("HTTPS", 8443, 2)]), "https://alb:8443");
        assert_eq!(url(&[]), "http://alb");
    }
}
