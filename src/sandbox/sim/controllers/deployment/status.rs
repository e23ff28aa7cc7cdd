//! The status of a Deployment: how many replicas there are, and how far a rollout is.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::progress::{Progress, put_condition};
use super::sets::{HASH, sets_of, template_hash};
use super::totals::Totals;
use crate::sim::api::{self, CONTROLLER_MANAGER_STATUS, condition, int, text, uid};
use crate::sim::controllers::rollout::Limits;
use crate::state::{Action, Key};
use crate::world::World;

/// Writes the status that follows from the sets.
pub(super) fn write(world: &mut World, key: &Key) {
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
    write_availability(&mut after, totals, limits, now);
    if let Some(set) = sets.iter().find(|set| api::label(set, HASH) == Some(&hash)) {
        write_progress(world, &deployment, &mut after, (totals, limits.wanted, api::name(set)));
    }
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |deployment| *deployment = after);
}

/// While a Deployment is paused nobody can say whether it progresses.
pub(super) fn write_pause(world: &mut World, key: &Key, deployment: &Value) {
    let reason = condition(deployment, "Progressing").map_or("", |progress| text(progress, "/reason"));
    let paused = deployment["spec"]["paused"] == true;
    let paused_so = match (paused, reason) {
        (_, "ProgressDeadlineExceeded") | (true, "DeploymentPaused") => return,
        (true, _) => ("Unknown", "DeploymentPaused", "Deployment is paused"),
        (false, "DeploymentPaused") => ("Unknown", "DeploymentResumed", "Deployment is resumed"),
        (false, _) => return,
    };
    let now = world.now();
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |deployment| {
        put_condition(deployment, "Progressing", paused_so, now);
    });
}

fn write_availability(deployment: &mut Value, totals: Totals, limits: Limits, now: Timestamp) {
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

fn write_progress(world: &mut World, before: &Value, after: &mut Value, (totals, wanted, set): (Totals, i64, &str)) {
    let now = world.now();
    let reason = condition(before, "Progressing")
        .map(|c| text(c, "/reason").to_owned())
        .unwrap_or_default();
    let done = reason == "NewReplicaSetAvailable" && totals.replicas == totals.updated;
    if done {
        return;
    }
    let well = |reason: &'static str, message: String| Progress {
        status: "True",
        reason,
        message,
    };
    if totals.complete(wanted) {
        let message = format!("ReplicaSet \"{set}\" has successfully progressed.");
        well("NewReplicaSetAvailable", message).put(after, now);
    } else if totals.better_than(Totals::in_status(before)) || reason.is_empty() || reason == "NewReplicaSetAvailable" {
        let message = format!("ReplicaSet \"{set}\" is progressing.");
        well("ReplicaSetUpdated", message).put(after, now);
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
    if !world.agenda.has(&action) {
        world.agenda.at(due, action);
    }
}
