//! What happens by itself: a discrete-event simulation, a pure function of the world's state and virtual time.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aws::AwsState;
use super::clock::VirtualClock;
use super::core::{Body, Sandbox};
use super::k8s::Store;
use super::world::{Breakage, ClusterFacts, World};

/// What will happen by itself, by due time.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Agenda {}

/// A fresh world: the account, network, cluster, nodes and controllers that a workshop starts with.
pub fn genesis(seed: u64, speed: f64, now: Timestamp) -> World {
    World {
        revision: 0,
        clock: VirtualClock::starting_at(now, speed),
        seed,
        drawn: 0,
        facts: ClusterFacts {
            account: "410691154611".to_owned(),
            region: "ap-northeast-2".to_owned(),
            cluster: "eksworkshop".to_owned(),
            vpc: "vpc-0a1b2c3d4e5f60718".to_owned(),
            created: now,
        },
        broken: BTreeSet::new(),
        aws: AwsState::default(),
        kube: Store::default(),
        agenda: Agenda::default(),
    }
}

/// Lets everything happen that is due until `now`, in order, each at its own time.
pub fn advance(_world: &mut World, _now: Timestamp) {}

/// Lets the controllers react to what has just changed, at the world's current time.
pub fn settle(_world: &mut World) {}

/// When the next thing will happen by itself.
pub fn next_due(_world: &World) -> Option<Timestamp> {
    None
}

/// Answers an HTTP request to a load balancer's name.
pub fn answer_as_balancer(_sandbox: &Sandbox, _host: &str, _request: &Request<Bytes>) -> Response<Body> {
    Response::new(Body::default())
}

/// A profile has been put into the state as `CREATING`: plans what becomes of it.
pub fn profile_created(_world: &mut World, _name: &str) {}

/// A profile has been marked `DELETING`: plans its pods' eviction and its end.
pub fn profile_deleted(_world: &mut World, _name: &str) {}

/// A role has been put into the state: sets from when the other services see it (`Role::propagated`).
pub fn role_created(_world: &mut World, _name: &str) {}

/// Deletion of a load balancer has been accepted: takes it out of the state at once, frees its target groups, and lets
/// its network interfaces linger for a while.
pub fn load_balancer_deleted(world: &mut World, arn: &str) {
    world.aws.load_balancers.remove(arn);
    for group in world.aws.target_groups.values_mut() {
        group.load_balancers.retain(|user| user != arn);
    }
}

/// `what` has been broken (`on`) or mended: changes the facts of the world accordingly.
pub fn breakage(_world: &mut World, _what: Breakage, _on: bool) {}
