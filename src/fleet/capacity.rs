//! What a class takes of what its clusters and regions have: before anything is made, whether there is room for it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::lang::{Text, text};
use crate::model::{BalancingLimits, BalancingUse, Observed, PROFILES_OF_CLUSTER};

/// A cluster of the class as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Site {
    /// It and its region, as users know them.
    pub cluster: String,
    /// Its region.
    pub region: String,
    /// Its account.
    pub account: String,
    /// Fargate profiles on it.
    pub profiles: Observed<usize>,
    /// Free addresses of the subnets that pods will be in.
    pub addresses: Observed<u32>,
    /// What the account may have in the region.
    pub limits: Observed<BalancingLimits>,
    /// What it has.
    pub in_use: Observed<BalancingUse>,
}

impl Site {
    /// Whether both are one cluster: accounts may have clusters of one name.
    pub fn is(&self, other: &Self) -> bool {
        (&self.cluster, self.realm()) == (&other.cluster, other.realm())
    }

    /// Its region and account, which have limits of their own.
    fn realm(&self) -> (&str, &str) {
        (&self.region, &self.account)
    }
}

/// What a lab takes that is not there yet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demand {
    /// Its cluster, by its place among the sites.
    pub site: usize,
    /// Whether it needs a profile that is not there.
    pub profile: bool,
    /// Pods that do not run yet.
    pub pods: u32,
    /// vCPU of each, in thousandths.
    pub millis: u64,
    /// The ALB that is made for it, if one is: labs of one group name the same.
    pub balancer: Option<String>,
    /// The ALB that it will have a listener of its own on, new or not.
    pub listens_on: Option<String>,
    /// Whether a target group is made for it.
    pub target_group: bool,
}

/// Whether there is room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Room {
    /// There is.
    Enough,
    /// There is not.
    Short,
    /// That cannot be told from here.
    Unknown,
}

/// One limit, and what the class does to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capacity {
    /// Of what, such as `Fargate profiles`.
    pub limit: Text,
    /// Where it holds: a cluster, a region, a load balancer.
    pub place: Text,
    /// How many there may be.
    pub allowed: Option<u64>,
    /// How many there are.
    pub in_use: Option<u64>,
    /// How many the class adds.
    pub wanted: u64,
    /// Whether there is room.
    pub room: Room,
    /// What to do about it, where there is none or nobody knows.
    pub remedy: Option<Text>,
}

impl Capacity {
    fn of(limit: Text, place: impl Into<Text>, (allowed, in_use): (Option<u64>, Option<u64>), wanted: u64) -> Self {
        let room = match allowed.zip(in_use) {
            Some((allowed, in_use)) if in_use + wanted <= allowed => Room::Enough,
            Some(_) => Room::Short,
            None => Room::Unknown,
        };
        Self {
            limit,
            place: place.into(),
            allowed,
            in_use,
            wanted,
            room,
            remedy: None,
        }
    }

    /// With what to do where there is no room.
    fn or(mut self, remedy: Text) -> Self {
        if self.room == Room::Short {
            self.remedy = Some(remedy);
        }
        self
    }
}

/// Subnets of an ALB and what it takes of each are the controller's affair; pods are what fills subnets. A rollout may have a
/// quarter more of them (the default `maxSurge`).
const SURGE_QUARTER: u32 = 4;

/// All limits that the class takes something of, cluster by cluster and then region by region.
pub fn capacity(sites: &[Site], demands: &[Demand]) -> Vec<Capacity> {
    let mut rows = Vec::new();
    for (number, site) in sites.iter().enumerate() {
        let here: Vec<&Demand> = demands.iter().filter(|demand| demand.site == number).collect();
        rows.extend(of_cluster(site, &here));
        rows.extend(of_balancers(site, &here));
    }
    let mut regions: BTreeMap<(&str, &str), (&Site, Vec<&Demand>)> = BTreeMap::new();
    for demand in demands {
        if let Some(site) = sites.get(demand.site) {
            let (_, here) = regions.entry(site.realm()).or_insert((site, Vec::new()));
            here.push(demand);
        }
    }
    rows.extend(regions.values().flat_map(|(site, here)| of_region(site, here)));
    rows.retain(|row| row.wanted > 0);
    rows
}

fn of_cluster(site: &Site, here: &[&Demand]) -> [Capacity; 2] {
    let profiles = here.iter().filter(|demand| demand.profile).count();
    let known = (Some(wide(PROFILES_OF_CLUSTER)), site.profiles.known().map(|n| wide(*n)));
    let pods: u32 = here.iter().map(|demand| demand.pods).sum();
    let surge = pods + pods.div_ceil(SURGE_QUARTER);
    let addresses = (site.addresses.known().map(|n| u64::from(*n)), Some(0));
    [
        Capacity::of(text!("fleet-limit-profiles"), &site.cluster, known, wide(profiles))
            .or(text!("fleet-share-profile", command = MORE_PROFILES)),
        Capacity::of(
            text!("fleet-limit-addresses"),
            &site.cluster,
            addresses,
            u64::from(surge),
        )
        .or(text!("fleet-more-addresses")),
    ]
}

/// What asks for more profiles of a cluster.
const MORE_PROFILES: &str =
    "aws service-quotas request-service-quota-increase --service-code eks --quota-code L-33415657 --desired-value N";

/// Each ALB that labs share: listeners and target groups on it.
fn of_balancers(site: &Site, here: &[&Demand]) -> Vec<Capacity> {
    let mut on: BTreeMap<&str, u64> = BTreeMap::new();
    for name in here.iter().filter_map(|demand| demand.listens_on.as_deref()) {
        *on.entry(name).or_default() += 1;
    }
    let limits = site.limits.known();
    let most = limits.and_then(|limits| limits.listeners).map(u64::from);
    let shared = on.into_iter().filter(|(_, labs)| *labs > 1);
    shared
        .map(|(name, labs)| {
            let place = text!("fleet-balancer-in", name = name, cluster = &site.cluster);
            Capacity::of(text!("fleet-limit-listeners"), place, (most, Some(0)), labs)
                .or(text!("fleet-spread-listeners"))
        })
        .collect()
}

fn of_region(site: &Site, here: &[&Demand]) -> [Capacity; 3] {
    let balancers: BTreeSet<(usize, &str)> = here
        .iter()
        .filter_map(|demand| Some((demand.site, demand.balancer.as_deref()?)))
        .collect();
    let groups = here.iter().filter(|demand| demand.target_group).count();
    let millis: u64 = here.iter().map(|demand| u64::from(demand.pods) * demand.millis).sum();
    let (limits, used) = (site.limits.known(), site.in_use.known());
    let of = |most: Option<Option<u32>>, used: Option<u32>| (most.flatten().map(u64::from), used.map(u64::from));
    let place = || text!("fleet-region-of", region = &site.region, account = &site.account);
    let vcpus = Capacity::of(text!("fleet-limit-vcpus"), place(), (None, None), millis.div_ceil(1000));
    [
        Capacity::of(
            text!("fleet-limit-balancers"),
            place(),
            of(
                limits.map(|limits| limits.load_balancers),
                used.map(|used| used.load_balancers),
            ),
            wide(balancers.len()),
        )
        .or(text!("fleet-share-balancers")),
        Capacity::of(
            text!("fleet-limit-target-groups"),
            place(),
            of(
                limits.map(|limits| limits.target_groups),
                used.map(|used| used.target_groups),
            ),
            wide(groups),
        )
        .or(text!("fleet-fewer-target-groups")),
        Capacity {
            remedy: (millis > 0).then(|| text!("fleet-ask-vcpus", command = ASK_VCPUS)),
            ..vcpus
        },
    ]
}

/// How to learn what is not read, as that takes a permission of its own.
const ASK_VCPUS: &str = "aws service-quotas get-service-quota --service-code fargate --quota-code L-3032A538";

/// The labs that find no room for a profile of their own, in the order in which they come: `own` says for each lab on which
/// site it needs one that is not there.
pub fn without_profile(sites: &[Site], own: impl IntoIterator<Item = Option<usize>>) -> Vec<usize> {
    let mut left: Vec<Option<usize>> = sites
        .iter()
        .map(|site| Some(PROFILES_OF_CLUSTER.saturating_sub(*site.profiles.known()?)))
        .collect();
    let mut without = Vec::new();
    for (lab, site) in own.into_iter().enumerate() {
        // Where profiles cannot be read, EKS decides.
        match site.and_then(|site| left.get_mut(site)) {
            Some(Some(0)) => without.push(lab),
            Some(Some(left)) => *left -= 1,
            _ => {}
        }
    }
    without
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(cluster: &str, profiles: usize) -> Site {
        Site {
            cluster: cluster.to_owned(),
            region: "ap-northeast-2".to_owned(),
            account: "1".to_owned(),
            profiles: Observed::Known(profiles),
            addresses: Observed::Known(100),
            limits: Observed::Known(BalancingLimits {
                load_balancers: Some(50),
                target_groups: Some(3000),
                listeners: Some(50),
                rules: Some(100),
                groups_of_one: Some(100),
            }),
            in_use: Observed::Known(BalancingUse {
                load_balancers: 48,
                target_groups: 0,
            }),
        }
    }

    fn demand(site: usize, balancer: &str) -> Demand {
        Demand {
            site,
            profile: true,
            pods: 5,
            millis: 250,
            balancer: Some(balancer.to_owned()),
            listens_on: Some(balancer.to_owned()),
            target_group: true,
        }
    }

    fn told(rows: &[Capacity]) -> String {
        let number = |n: Option<u64>| n.map_or_else(|| "?".to_owned(), |n| n.to_string());
        let line = |row: &Capacity| {
            let (allowed, used) = (number(row.allowed), number(row.in_use));
            format!(
                "{}, {}: {allowed} {used} {} {:?}\n",
                row.limit, row.place, row.wanted, row.room
            )
        };
        rows.iter().map(line).collect()
    }

    #[test]
    fn what_labs_share_is_counted_once_and_what_regions_have_together() {
        let sites = [site("a", 9), site("b", 2)];
        let mut demands = vec![demand(0, "class"), demand(0, "class"), demand(1, "class")];
        insta::assert_snapshot!(told(&capacity(&sites, &demands)), @r"
        Fargate profiles, a: 10 9 2 Short
        addresses for pods, a: 100 0 13 Enough
        listeners of an ALB, ALB class in a: 50 0 2 Enough
        Fargate profiles, b: 10 2 1 Enough
        addresses for pods, b: 100 0 7 Enough
        load balancers, ap-northeast-2 of account 1: 50 48 2 Enough
        target groups, ap-northeast-2 of account 1: 3000 0 3 Enough
        Fargate vCPUs, ap-northeast-2 of account 1: ? ? 4 Unknown
        ");
        demands.push(demand(1, "other"));
        let rows = capacity(&sites, &demands);
        let balancers = rows.iter().find(|row| row.limit == "load balancers").unwrap();
        assert_eq!((balancers.wanted, balancers.room), (3, Room::Short));
        assert!(balancers.remedy.as_ref().unwrap().to_string().contains("ingress.group"));
        let nothing = Demand {
            site: 0,
            ..Demand::default()
        };
        assert_eq!(
            capacity(&sites, &[nothing]),
            [],
            "who is there already takes nothing more"
        );
    }

    #[test]
    fn who_comes_first_has_a_profile_of_his_own() {
        let sites = [site("a", 8), site("b", 10), Site::default()];
        let own = [Some(0), None, Some(1), Some(0), Some(0), Some(2)];
        assert_eq!(without_profile(&sites, own), [2, 4], "nobody knows of the last cluster");
    }
}
