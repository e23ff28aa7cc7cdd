//! What happens by itself: a discrete-event simulation, a pure function of the world's state and virtual time.
//!
//! Two kinds of things happen. *Controllers* are level-triggered: [`settle`] runs them after every change until nothing
//! changes any more. What takes time is put on the [agenda](crate::state::Agenda), and [`advance`] lets it happen when it is due. All chances
//! come from the world's seed, so the same requests at the same virtual times make the same history.

mod api;
mod balancer;
mod breakage;
mod controllers;
mod durations;
mod genesis;
mod lbc;
mod network;
mod nodes;
mod pods;
mod profile;
mod quotas;
mod requests;

#[cfg(test)]
mod tests;

pub use lbc::{Coverage, annotation_coverage, known_annotations};

pub(crate) use balancer::{answer, by_host, load_balancer_deleted, resolve};
pub use breakage::Attempt;
pub(crate) use breakage::{broken, set_broken};
pub use genesis::Beginning;
pub(crate) use genesis::genesis;
pub(crate) use profile::{profile_created, profile_deleted, role_created};
pub(crate) use quotas::all as quotas;
pub(crate) use requests::{AnsweringPod, next_pod};

use jiff::Timestamp;

use crate::state::{Action, Seen};
use crate::world::World;

/// Rounds after which the controllers are stopped; they come to rest after five or so.
const ROUNDS: usize = 60;

/// Lets everything happen that is due until `now`, in order, each at its own time.
pub(crate) fn advance(world: &mut World, now: Timestamp) {
    while world.within_next(now, |world| happen(world, now)).is_some() {
        world.rest();
    }
    world.clock.virtual_now = world.clock.virtual_now.max(now);
    world.within_each(lbc::renew_lease);
}

/// Lets the next thing happen in the cluster in hand.
fn happen(world: &mut World, now: Timestamp) {
    let Some((due, action)) = world.agenda.pop(now) else {
        return;
    };
    world.clock.virtual_now = world.clock.virtual_now.max(due);
    act(world, action);
    run_controllers(world);
}

/// Lets the controllers react to what has just changed, at the world's current time.
pub(crate) fn settle(world: &mut World) {
    world.within_each(|world| {
        if world.agenda.seen.settled != world.version_in_hand() {
            run_controllers(world);
        }
    });
}

/// When the next thing will happen by itself.
pub(crate) fn next_due(world: &World) -> Option<Timestamp> {
    world.next_due()
}

fn run_controllers(world: &mut World) {
    for _ in 0..ROUNDS {
        let before = world.version_in_hand();
        controllers::run(world);
        pods::run(world);
        lbc::run(world);
        balancer::run(world);
        if world.version_in_hand() == before {
            break;
        }
    }
    world.agenda.seen.settled = world.version_in_hand();
}

fn act(world: &mut World, action: Action) {
    match action {
        // What depends on time is told by no change.
        Action::Wake { .. } => world.agenda.seen = Seen::default(),
        Action::ProfileReady { arn } => profile::ready(world, &arn),
        Action::ProfileGone { arn } => profile::gone(world, &arn),
        Action::Pod {
            namespace,
            name,
            uid,
            step,
        } => {
            pods::step(world, &api::POD.key(&namespace, &name), &uid, step);
            world.agenda.seen.stirred.insert(namespace);
        }
        Action::EmptyNamespace { name, uid } => controllers::empty_namespace(world, &name, &uid),
        Action::Reconcile { stack } => lbc::reconcile(world, &stack),
        Action::Deploy { stack } => lbc::deploy(world, &stack),
        Action::SyncTargets { group } => lbc::sync_targets(world, &group),
        Action::BalancerActive { arn } => balancer::activate(world, &arn),
        Action::HealthChecked { group, id, port } => balancer::health_checked(world, &group, &id, port),
        Action::TargetDrained { group, id, port } => balancer::drained(world, &group, &id, port),
        Action::InterfacesGone { description } => network::release_described(world, &description),
    }
}
