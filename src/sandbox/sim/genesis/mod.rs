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

/// The cluster is as old as the chapter's.
const AGE: SignedDuration = SignedDuration::from_hours(32);

/// A fresh world: the account, network, cluster, nodes and controllers that a workshop starts with.
pub(crate) fn genesis(seed: u64, speed: f64, now: Timestamp) -> World {
    let begin = now.checked_sub(AGE).unwrap_or(now);
    let facts = ClusterFacts {
        account: "410691154611".to_owned(),
        region: "ap-northeast-2".to_owned(),
        cluster: "eksworkshop".to_owned(),
        vpc: "vpc-0a1b2c3d4e5f60718".to_owned(),
        created: begin,
        release: release(),
    };
    let mut world = World::empty(seed, VirtualClock::starting_at(now, speed), facts);
    world.clock.virtual_now = begin;
    network::build(&mut world);
    cluster::build(&mut world);
    system::build(&mut world);
    super::settle(&mut world);
    let built = begin.checked_add(SignedDuration::from_mins(10)).unwrap_or(now);
    super::advance(&mut world, built);
    // Only now, since the controller's webhooks refuse what is created before it serves.
    system::register_webhooks(&mut world);
    super::settle(&mut world);
    super::advance(&mut world, now);
    for event in EVENT.keys(&world, None) {
        objects::remove(&mut world, &event);
    }
    super::settle(&mut world);
    world
}
