//! How a world begins: what a workshop has before its chapter about Fargate.

mod cluster;
mod network;
mod system;

use jiff::{SignedDuration, Timestamp};

use super::api::EVENT;
use crate::clock::VirtualClock;
use crate::k8s::objects;
use crate::state::{ClusterFacts, release};
use crate::world::World;

pub(super) use network::{INTERNET, NAT, RESERVED_PRIVATE, private_ids, role_tag, zone_of};
pub(super) use system::add_class;

/// The chapter's cluster.
const CLUSTER: &str = "eksworkshop";

/// The cluster is as old as the chapter's.
const AGE: SignedDuration = SignedDuration::from_hours(32);

/// How a world begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Beginning {
    /// Seed of all chances.
    pub seed: u64,
    /// Virtual seconds per second.
    pub speed: f64,
    /// Names of the clusters; the first is the one that is meant where none is named.
    pub clusters: Vec<String>,
}

impl Beginning {
    /// With the chapter's one cluster.
    pub fn of(seed: u64, speed: f64) -> Self {
        let clusters = vec![CLUSTER.to_owned()];
        Self { seed, speed, clusters }
    }
}

/// A fresh world: the account, network, clusters, nodes and controllers that a workshop starts with.
pub(crate) fn genesis(beginning: &Beginning, now: Timestamp) -> World {
    let (first, others) = match beginning.clusters.split_first() {
        Some((first, others)) => (first.as_str(), others),
        None => (CLUSTER, &[][..]),
    };
    let begin = now.checked_sub(AGE).unwrap_or(now);
    let facts = ClusterFacts {
        account: "410691154611".to_owned(),
        region: "ap-northeast-2".to_owned(),
        cluster: first.to_owned(),
        vpc: "vpc-0a1b2c3d4e5f60718".to_owned(),
        created: begin,
        release: release(),
    };
    let clock = VirtualClock::starting_at(now, beginning.speed);
    let mut world = World::empty(beginning.seed, clock, facts);
    world.clock.virtual_now = begin;
    for name in others {
        world.add_cluster(name);
    }
    network::build(&mut world);
    world.within_each(|world| {
        network::build_security_group(world);
        cluster::build(world);
        system::build(world);
    });
    super::settle(&mut world);
    let built = begin.checked_add(SignedDuration::from_mins(10)).unwrap_or(now);
    super::advance(&mut world, built);
    // Only now, since the controller's webhooks refuse what is created before it serves.
    world.within_each(system::register_webhooks);
    super::settle(&mut world);
    super::advance(&mut world, now);
    world.within_each(|world| {
        for event in EVENT.keys(world, None) {
            objects::remove(world, &event);
        }
    });
    super::settle(&mut world);
    world
}
