//! The Deployment controller: `ReplicaSet`s, rollouts, and a status that shows how far they are.

mod progress;
mod scaling;
mod sets;
mod status;
mod totals;

use serde_json::Value;

use super::super::api::{self, DEPLOYMENT, REPLICA_SET, int};
use super::news::{News, Watcher};
use super::rollout::{Limits, Scale, new_replicas, old_replicas};
use crate::state::Key;
use crate::world::World;
use sets::{HASH, scale_of, sets_of, template_hash};

pub(super) fn run(world: &mut World) {
    let news = News::of(world, Watcher::Deployments, &[DEPLOYMENT, REPLICA_SET]);
    for key in news.keys(world, DEPLOYMENT) {
        let Some(deployment) = world.kube.get(&key).cloned() else {
            continue;
        };
        if !api::deleting(&deployment) {
            status::write_pause(world, &key, &deployment);
            roll(world, &key, &deployment);
        }
        status::write(world, &key);
    }
}

fn roll(world: &mut World, key: &Key, deployment: &Value) {
    let limits = Limits::of(deployment);
    let sets = sets_of(world, deployment);
    let hash = template_hash(&deployment["spec"]["template"]);
    let position = sets.iter().position(|set| api::label(set, HASH) == Some(&hash));
    let paused = deployment["spec"]["paused"] == true;
    let Some(at) = position else {
        if !paused {
            scaling::add_set(world, key, deployment, &hash, &sets);
        }
        return;
    };
    let mut old = sets.clone();
    let new = old.remove(at);
    scaling::keep_revision(world, key, &new, &old);
    let scales: Vec<Scale> = old.iter().map(scale_of).collect();
    let wanted = if paused && int(&new, "/spec/replicas") == Some(0) {
        0
    } else {
        new_replicas(limits, scale_of(&new).spec, &scales)
    };
    if scaling::scale(world, key, &new, wanted, limits) || paused {
        return;
    }
    for (set, wanted) in old.iter().zip(old_replicas(limits, scale_of(&new), &scales)) {
        scaling::scale(world, key, set, wanted, limits);
    }
    scaling::forget_old(world, deployment, &new, &old);
}
