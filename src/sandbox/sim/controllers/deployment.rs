//! The Deployment controller: `ReplicaSet`s, rollouts, and a status that says how far they are.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::state::Key;
use crate::world::World;

use super::super::api::{
    self, CONTROLLER_MANAGER, CONTROLLER_MANAGER_STATUS, DEPLOYMENT, Note, REPLICA_SET, annotation, condition,
    controller_uid, int, text, uid,
};
use super::rollout::{Limits, Scale, new_replicas, old_replicas};
use crate::state::Action;

const FROM: &str = "deployment-controller";
const REVISION: &str = "deployment.kubernetes.io/revision";
const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
const MOST: &str = "deployment.kubernetes.io/max-replicas";
const HASH: &str = "pod-template-hash";

pub(super) fn run(world: &mut World) {
    for key in DEPLOYMENT.keys(world, None) {
        let Some(deployment) = world.kube.get(&key).cloned() else {
            continue;
        };
        if !api::deleting(&deployment) {
            tell_pause(world, &key, &deployment);
            roll(world, &key, &deployment);
        }
        tell(world, &key);
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
            add_set(world, key, deployment, &hash, &sets);
        }
        return;
    };
    let mut old = sets.clone();
    let new = old.remove(at);
    keep_revision(world, key, &new, &old);
    let scales: Vec<Scale> = old.iter().map(scale_of).collect();
    let wanted = if paused && int(&new, "/spec/replicas") == Some(0) {
        0
    } else {
        new_replicas(limits, scale_of(&new).spec, &scales)
    };
    if scale(world, key, &new, wanted, limits) || paused {
        return;
    }
    for (set, wanted) in old.iter().zip(old_replicas(limits, scale_of(&new), &scales)) {
        scale(world, key, set, wanted, limits);
    }
    forget_old(world, deployment, &new, &old);
}

/// The `ReplicaSet`s of a Deployment, oldest first.
fn sets_of(world: &World, deployment: &Value) -> Vec<Value> {
    let mut sets: Vec<Value> = REPLICA_SET
        .list(world, Some(api::namespace(deployment)))
        .filter(|(_, set)| controller_uid(set) == Some(uid(deployment)))
        .map(|(_, set)| set.clone())
        .collect();
    sets.sort_by_key(|set| {
        (
            text(set, "/metadata/creationTimestamp").to_owned(),
            revision(set),
            api::name(set).to_owned(),
        )
    });
    sets
}

fn revision(set: &Value) -> i64 {
    annotation(set, REVISION)
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

fn scale_of(set: &Value) -> Scale {
    Scale {
        spec: int(set, "/spec/replicas").unwrap_or_default(),
        pods: int(set, "/status/replicas").unwrap_or_default()
            + int(set, "/status/terminatingReplicas").unwrap_or_default(),
        available: int(set, "/status/availableReplicas").unwrap_or_default(),
    }
}

/// Name of a pod template by its content: FNV-1a of its JSON, in the letters that Kubernetes uses.
fn template_hash(template: &Value) -> String {
    const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
    let mut hash = 0x811c_9dc5_u32;
    for byte in template.to_string().bytes() {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    let digits = hash.to_string();
    digits
        .bytes()
        .map(|digit| char::from(LETTERS[usize::from(digit) % LETTERS.len()]))
        .collect()
}

fn add_set(world: &mut World, key: &Key, deployment: &Value, hash: &str, others: &[Value]) {
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
fn keep_revision(world: &mut World, key: &Key, new: &Value, old: &[Value]) {
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

fn scale(world: &mut World, key: &Key, set: &Value, wanted: i64, limits: Limits) -> bool {
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
fn forget_old(world: &mut World, deployment: &Value, new: &Value, old: &[Value]) {
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

/// Condition `Progressing`.
struct Progress {
    status: &'static str,
    reason: &'static str,
    message: String,
}

impl Progress {
    fn put(&self, deployment: &mut Value, now: Timestamp) {
        put_condition(
            deployment,
            "Progressing",
            (self.status, self.reason, &self.message),
            now,
        );
    }
}

/// Sets a condition; its transition time only moves with its status.
fn put_condition(object: &mut Value, kind: &str, (status, reason, message): (&str, &str, &str), now: Timestamp) {
    let since = condition(object, kind)
        .filter(|old| old["status"] == status)
        .and_then(|old| old["lastTransitionTime"].as_str())
        .map_or_else(|| api::time(now), str::to_owned);
    let new = json!({
        "lastTransitionTime": since,
        "lastUpdateTime": api::time(now),
        "message": message,
        "reason": reason,
        "status": status,
        "type": kind,
    });
    let conditions = &mut object["status"]["conditions"];
    match conditions.as_array_mut() {
        Some(list) => {
            list.retain(|condition| condition["type"] != kind);
            list.push(new);
        }
        None => *conditions = json!([new]),
    }
}

/// Totals over the `ReplicaSet`s of a Deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Totals {
    replicas: i64,
    updated: i64,
    ready: i64,
    available: i64,
    terminating: i64,
}

impl Totals {
    fn of(sets: &[Value], hash: &str) -> Self {
        let sum = |field: &str| sets.iter().filter_map(|set| int(set, field)).sum();
        let is_new = |set: &&Value| api::label(set, HASH) == Some(hash);
        Self {
            replicas: sum("/status/replicas"),
            updated: sets
                .iter()
                .find(is_new)
                .and_then(|set| int(set, "/status/replicas"))
                .unwrap_or_default(),
            ready: sum("/status/readyReplicas"),
            available: sum("/status/availableReplicas"),
            terminating: sum("/status/terminatingReplicas"),
        }
    }

    fn told(deployment: &Value) -> Self {
        let field = |name: &str| int(&deployment["status"], name).unwrap_or_default();
        Self {
            replicas: field("/replicas"),
            updated: field("/updatedReplicas"),
            ready: field("/readyReplicas"),
            available: field("/availableReplicas"),
            terminating: field("/terminatingReplicas"),
        }
    }

    fn complete(self, wanted: i64) -> bool {
        self.updated == wanted && self.replicas == wanted && self.available == wanted
    }

    fn better_than(self, before: Self) -> bool {
        self.updated > before.updated
            || self.replicas - self.updated < before.replicas - before.updated
            || self.ready > before.ready
            || self.available > before.available
    }

    /// The status that tells of them; `held` is how many replicas all the sets are to have.
    fn status(self, deployment: &Value, held: i64) -> Map<String, Value> {
        let mut status = Map::new();
        for (field, count) in [
            ("replicas", self.replicas),
            ("updatedReplicas", self.updated),
            ("readyReplicas", self.ready),
            ("availableReplicas", self.available),
            ("unavailableReplicas", (held - self.available).max(0)),
        ] {
            if count > 0 {
                status.insert(field.to_owned(), count.into());
            }
        }
        status.insert("terminatingReplicas".to_owned(), self.terminating.into());
        status.insert(
            "observedGeneration".to_owned(),
            deployment["metadata"]["generation"].clone(),
        );
        for field in ["collisionCount", "conditions"] {
            if let Some(kept) = deployment["status"].get(field) {
                status.insert(field.to_owned(), kept.clone());
            }
        }
        status
    }
}

fn tell(world: &mut World, key: &Key) {
    let Some(deployment) = world.kube.get(key).cloned() else {
        return;
    };
    let limits = Limits::of(&deployment);
    let sets = sets_of(world, &deployment);
    let hash = template_hash(&deployment["spec"]["template"]);
    let totals = Totals::of(&sets, &hash);
    let now = world.now();
    let mut after = deployment.clone();
    let held = sets.iter().filter_map(|set| int(set, "/spec/replicas")).sum();
    after["status"] = Value::Object(totals.status(&deployment, held));
    tell_availability(&mut after, totals, limits, now);
    if let Some(set) = sets.iter().find(|set| api::label(set, HASH) == Some(&hash)) {
        tell_progress(world, &deployment, &mut after, (totals, limits.wanted, api::name(set)));
    }
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |deployment| *deployment = after);
}

/// While a Deployment is paused nobody can say whether it progresses.
fn tell_pause(world: &mut World, key: &Key, deployment: &Value) {
    let reason = condition(deployment, "Progressing").map_or("", |progress| text(progress, "/reason"));
    let paused = deployment["spec"]["paused"] == true;
    let told = match (paused, reason) {
        (_, "ProgressDeadlineExceeded") | (true, "DeploymentPaused") => return,
        (true, _) => ("Unknown", "DeploymentPaused", "Deployment is paused"),
        (false, "DeploymentPaused") => ("Unknown", "DeploymentResumed", "Deployment is resumed"),
        (false, _) => return,
    };
    let now = world.now();
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |deployment| {
        put_condition(deployment, "Progressing", told, now);
    });
}

fn tell_availability(deployment: &mut Value, totals: Totals, limits: Limits, now: Timestamp) {
    let new = if totals.available >= limits.min_available() {
        (
            "True",
            "MinimumReplicasAvailable",
            "Deployment has minimum availability.",
        )
    } else {
        (
            "False",
            "MinimumReplicasUnavailable",
            "Deployment does not have minimum availability.",
        )
    };
    if condition(deployment, "Available").is_none_or(|old| old["status"] != new.0) {
        put_condition(deployment, "Available", new, now);
    }
}

fn tell_progress(world: &mut World, before: &Value, after: &mut Value, (totals, wanted, set): (Totals, i64, &str)) {
    let now = world.now();
    let reason = condition(before, "Progressing")
        .map(|c| text(c, "/reason").to_owned())
        .unwrap_or_default();
    let done = reason == "NewReplicaSetAvailable" && totals.replicas == totals.updated;
    if done {
        return;
    }
    let told = |reason: &'static str, message: String| Progress {
        status: "True",
        reason,
        message,
    };
    if totals.complete(wanted) {
        let message = format!("ReplicaSet \"{set}\" has successfully progressed.");
        told("NewReplicaSetAvailable", message).put(after, now);
    } else if totals.better_than(Totals::told(before)) || reason.is_empty() || reason == "NewReplicaSetAvailable" {
        let message = format!("ReplicaSet \"{set}\" is progressing.");
        told("ReplicaSetUpdated", message).put(after, now);
    } else if reason != "ProgressDeadlineExceeded" && deadline(before).is_some_and(|deadline| now >= deadline) {
        Progress {
            status: "False",
            reason: "ProgressDeadlineExceeded",
            message: format!("ReplicaSet \"{set}\" has timed out progressing."),
        }
        .put(after, now);
    }
    plan_deadline(world, after);
}

/// When a rollout that makes no progress any more has taken too long.
fn deadline(deployment: &Value) -> Option<Timestamp> {
    let seconds = int(deployment, "/spec/progressDeadlineSeconds")?;
    let last: Timestamp = text(condition(deployment, "Progressing")?, "/lastUpdateTime")
        .parse()
        .ok()?;
    last.checked_add(SignedDuration::from_secs(seconds + 1)).ok()
}

fn plan_deadline(world: &mut World, deployment: &Value) {
    let waiting = condition(deployment, "Progressing").is_some_and(|c| {
        !matches!(
            text(c, "/reason"),
            "NewReplicaSetAvailable" | "ProgressDeadlineExceeded"
        )
    });
    let Some(due) = deadline(deployment).filter(|_| waiting) else {
        return;
    };
    let action = Action::Wake {
        of: format!("{}@{due}", uid(deployment)),
    };
    if !world.agenda.has(|planned| *planned == action) {
        world.agenda.at(due, action);
    }
}
