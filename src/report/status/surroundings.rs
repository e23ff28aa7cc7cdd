//! What is around a lab: the subnets that it uses, with their way to the internet, and the nodes beside its own.

use jiff::Timestamp;
use std::collections::BTreeMap;

use super::NodeRow;
use super::rows::node_row;
use crate::lang::text;
use crate::model::{AwsView, Egress, KubeView, Observed, Profile, is_within};

/// What is around a lab, as far as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The subnets of its profile and of its load balancer, by zone.
    pub sites: Vec<Site>,
    /// The cluster's nodes that are not of Fargate.
    pub beside: Observed<Vec<NodeRow>>,
    /// Whether its load balancer could not be read: it may be there.
    pub balancer_unread: bool,
}

/// A subnet that the lab uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// Its id.
    pub id: String,
    /// Its zone, if read.
    pub zone: Option<String>,
    /// Its addresses, if read.
    pub cidr: Option<String>,
    /// Its way to the internet.
    pub egress: Observed<Egress>,
    /// Whether the profile lets pods start here.
    pub has_pods: bool,
    /// Whether the load balancer takes requests here.
    pub has_balancer: bool,
}

impl Surroundings {
    /// What was seen around the lab with this profile.
    pub(super) fn of(profile: Option<&Profile>, aws: &AwsView, kube: &KubeView, now: Timestamp) -> Self {
        let mut uses: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        for id in profile.iter().flat_map(|profile| &profile.subnets) {
            uses.entry(id).or_default().0 = true;
        }
        for id in aws.load_balancer().iter().flat_map(|balancer| &balancer.subnets) {
            uses.entry(id).or_default().1 = true;
        }
        let mut sites: Vec<Site> = uses.into_iter().map(|(id, uses)| site(id, uses, aws)).collect();
        sites.sort_by(|a, b| (&a.zone, a.has_pods, &a.id).cmp(&(&b.zone, b.has_pods, &b.id)));
        let beside = kube.nodes.as_ref().map(|nodes| {
            let rows = nodes.iter().map(|node| node_row(node, now));
            rows.filter(|row| !row.fargate).collect()
        });
        Self {
            sites,
            beside,
            balancer_unread: matches!(aws.balancer, Observed::Unknown(_)),
        }
    }
}

fn site(id: &str, (has_pods, has_balancer): (bool, bool), aws: &AwsView) -> Site {
    let subnet = aws.subnet(id);
    Site {
        id: id.to_owned(),
        zone: subnet.map(|subnet| subnet.zone.clone()).filter(|zone| !zone.is_empty()),
        cidr: subnet.map(|subnet| subnet.cidr.clone()).filter(|cidr| !cidr.is_empty()),
        egress: match (subnet, &aws.subnets) {
            (Some(subnet), _) => subnet.egress.clone(),
            (None, Observed::Known(_)) => Observed::Unknown(text!("unread-subnet")),
            (None, Observed::Unknown(why)) => Observed::Unknown(why.clone()),
            (None, Observed::NotAsked) => Observed::NotAsked,
        },
        has_pods,
        has_balancer,
    }
}

impl Site {
    /// Whether an address is one of this subnet, as far as its addresses are known.
    pub fn holds(&self, address: &str) -> bool {
        let parts = self.cidr.as_deref().zip(address.parse().ok());
        parts.is_some_and(|(cidr, address)| is_within(cidr, address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_the_subnet_whose_addresses_have_it() {
        let holds = |cidr: Option<&str>, address: &str| {
            let site = Site {
                id: String::new(),
                zone: None,
                cidr: cidr.map(str::to_owned),
                egress: Observed::NotAsked,
                has_pods: true,
                has_balancer: false,
            };
            site.holds(address)
        };
        assert!(holds(Some("10.11.64.0/20"), "10.11.79.255"));
        assert!(!holds(Some("10.11.64.0/20"), "10.11.80.0"));
        assert!(holds(Some("0.0.0.0/0"), "10.11.80.0"));
        for (cidr, address) in [
            (None, "10.0.0.1"),
            (Some("10.0.0.0"), "10.0.0.1"),
            (Some("10.0.0.0/33"), "10.0.0.0"),
            (Some("10.0.0.0/8"), "::1"),
        ] {
            assert!(!holds(cidr, address), "{cidr:?} {address}");
        }
    }
}
