//! `ReplicaSet`s made, scaled and forgotten.

use serde_json::{Value, json};

use super::progress::Progress;
use super::sets::{HASH, REVISION, revision, scale_of};
use crate::sim::api::{self, CONTROLLER_MANAGER, CONTROLLER_MANAGER_STATUS, DEPLOYMENT, Note, REPLICA_SET, int};
use crate::sim::controllers::rollout::{Limits, Scale, new_replicas};
use crate::state::Key;
use crate::world::World;

const FROM: &str = "deployment-controller";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MOST: &str = "deployment.kubernetes.io/max-replicas";

/// Makes the set of a pod template that has none yet.
pub(super) fn add_set(world: &mut World, key: &Key, deployment: &Value, hash: &str, others: &[Value]) {
    let limits = Limits::of(deployment);
    let scales: Vec<Scale> = others.iter().map(scale_of).collect();
    let replicas = new_replicas(limits, 0, &scales);
    let next = others.iter().map(revision).max().unwrap_or_default() + 1;
    let mut template = deployment["spec"]["template"].clone();
    template["metadata"]["labels"][HASH] = hash.into();
    let mut selector = deployment["spec"]["selector"].clone();
    selector["matchLabels"][HASH] = hash.into();
    let set = json!({
        "metadata": {
            "name": format!("{}-{hash}", key.name),
            "namespace": key.namespace,
            "labels": template["metadata"]["labels"],
            "annotations": {
                DESIRED: limits.wanted.to_string(),
                MOST: (limits.wanted + limits.surge).to_string(),
                REVISION: next.to_string(),
            },
            "ownerReferences": [api::controlled_by(DEPLOYMENT, deployment)],
        },
        "spec": {"replicas": replicas, "selector": selector, "template": template},
        "status": {"replicas": 0},
    });
    let mut set = set;
    if let Some(min_ready) = deployment["spec"].get("minReadySeconds") {
        set["spec"]["minReadySeconds"] = min_ready.clone();
    }
    let Some(made) = api::create(world, REPLICA_SET, set, CONTROLLER_MANAGER) else {
        return;
    };
    set_revision(world, key, next);
    let now = world.now();
    let progress = Progress {
        status: "True",
        reason: "NewReplicaSetCreated",
        message: format!("Created new replica set \"{}\"", made.name),
    };
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |deployment| {
        progress.put(deployment, now);
    });
    if replicas > 0 {
        emit_scaled(world, key, &made.name, 0, replicas);
    }
}

fn set_revision(world: &mut World, key: &Key, revision: i64) {
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |deployment| {
        deployment["metadata"]["annotations"][REVISION] = revision.to_string().into();
    });
}

/// A template that was used before becomes the newest revision again.
pub(super) fn keep_revision(world: &mut World, key: &Key, new: &Value, old: &[Value]) {
    let newest = old.iter().map(revision).max().unwrap_or_default();
    let mut own = revision(new);
    if own <= newest {
        own = newest + 1;
        let set = REPLICA_SET.key(&key.namespace, api::name(new));
        api::update(world, &set, CONTROLLER_MANAGER, |set| {
            set["metadata"]["annotations"][REVISION] = own.to_string().into();
        });
    }
    set_revision(world, key, own);
}

/// Scales a set; whether that was to do.
pub(super) fn scale(world: &mut World, key: &Key, set: &Value, wanted: i64, limits: Limits) -> bool {
    let now = int(set, "/spec/replicas").unwrap_or_default();
    let name = api::name(set).to_owned();
    api::update(
        world,
        &REPLICA_SET.key(&key.namespace, &name),
        CONTROLLER_MANAGER,
        |set| {
            set["spec"]["replicas"] = wanted.into();
            set["metadata"]["annotations"][DESIRED] = limits.wanted.to_string().into();
            set["metadata"]["annotations"][MOST] = (limits.wanted + limits.surge).to_string().into();
        },
    );
    if now != wanted {
        emit_scaled(world, key, &name, now, wanted);
    }
    now != wanted
}

fn emit_scaled(world: &mut World, key: &Key, set: &str, from: i64, to: i64) {
    let direction = if to > from { "up" } else { "down" };
    let message = format!("Scaled {direction} replica set {set} from {from} to {to}");
    let note = Note {
        from: FROM,
        warning: false,
        reason: "ScalingReplicaSet",
        message: &message,
    };
    api::emit(world, key, note);
}

/// Once a rollout is complete, `ReplicaSet`s beyond the history limit go.
pub(super) fn forget_old(world: &mut World, deployment: &Value, new: &Value, old: &[Value]) {
    let limit = usize::try_from(int(deployment, "/spec/revisionHistoryLimit").unwrap_or(10)).unwrap_or_default();
    let complete = scale_of(new).available == Limits::of(deployment).wanted;
    let idle: Vec<&Value> = old
        .iter()
        .filter(|set| scale_of(set).spec == 0 && scale_of(set).pods == 0)
        .collect();
    if !complete || idle.len() <= limit {
        return;
    }
    for set in idle.iter().take(idle.len() - limit) {
        api::delete(world, &REPLICA_SET.key(api::namespace(set), api::name(set)));
    }
}
