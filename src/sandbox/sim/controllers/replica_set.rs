//! The ReplicaSet controller: as many pods as wanted.

use serde_json::{Map, Value, json};

use crate::state::Key;
use crate::world::World;

use super::super::api::{
    self, CONTROLLER_MANAGER, CONTROLLER_MANAGER_STATUS, Kind, Note, POD, REPLICA_SET, controller_uid, deleting, int,
    is_true, label, text,
};
use super::super::pods;
use super::news::{News, Watcher};

const FROM: &str = "replicaset-controller";
/// Pods of a set in the sandbox at most. The real controller makes them 500 at a time and goes on for as long as it takes;
/// here a world of two thousand million would be made before anybody gets an answer.
const MOST: usize = 1_000;

pub(super) fn run(world: &mut World) {
    let news = News::of(world, Watcher::ReplicaSets, &[REPLICA_SET, POD]);
    for key in news.keys(world, REPLICA_SET) {
        sync(world, &key);
    }
}

fn sync(world: &mut World, key: &Key) {
    let Some(set) = world.kube.get(key).cloned() else {
        return;
    };
    if !deleting(&set) {
        let wanted = usize::try_from(int(&set, "/spec/replicas").unwrap_or(1))
            .unwrap_or_default()
            .min(MOST);
        let active = active_pods(world, &set);
        if active.len() < wanted {
            add(world, key, &set, wanted - active.len());
        } else {
            drop_surplus(world, key, active, wanted);
        }
    }
    write_status(world, key);
}

/// The pods of a controller.
pub(super) fn pods_of(world: &World, owner: &Value) -> Vec<Key> {
    POD.list(world, Some(api::namespace(owner)))
        .filter(|(_, pod)| controller_uid(pod) == Some(api::uid(owner)))
        .map(|(key, _)| key.clone())
        .collect()
}

fn active_pods(world: &World, set: &Value) -> Vec<Key> {
    let active = |pod: &Value| !deleting(pod) && !matches!(text(pod, "/status/phase"), "Failed" | "Succeeded");
    pods_of(world, set)
        .into_iter()
        .filter(|key| world.kube.get(key).is_some_and(active))
        .collect()
}

fn add(world: &mut World, key: &Key, set: &Value, count: usize) {
    for _ in 0..count {
        let pod = new_pod(REPLICA_SET, set);
        let Some(pod) = pods::create(world, pod, CONTROLLER_MANAGER) else {
            return;
        };
        let message = format!("Created pod: {}", pod.name);
        emit(world, key, "SuccessfulCreate", &message);
    }
}

/// A pod from the template of its controller, with what the API server's defaults add.
pub(super) fn new_pod(kind: &Kind, owner: &Value) -> Value {
    let template = &owner["spec"]["template"];
    let mut pod = json!({
        "metadata": {
            "generateName": format!("{}-", api::name(owner)),
            "namespace": api::namespace(owner),
            "ownerReferences": [api::controlled_by(kind, owner)],
        },
        "spec": template["spec"],
    });
    for field in ["labels", "annotations"] {
        if let Some(values) = template["metadata"][field].as_object() {
            pod["metadata"][field] = Value::Object(values.clone());
        }
    }
    pod
}

fn drop_surplus(world: &mut World, key: &Key, mut active: Vec<Key>, wanted: usize) {
    if active.len() <= wanted {
        return;
    }
    let surplus = active.len() - wanted;
    active.sort_by_cached_key(|key| world.kube.get(key).map(dispensability));
    for pod in active.into_iter().take(surplus) {
        api::delete(world, &pod);
        let message = format!("Deleted pod: {}", pod.name);
        emit(world, key, "SuccessfulDelete", &message);
    }
}

/// Order in which surplus pods go: without a node, pending, not ready, cheap to delete, youngest first.
fn dispensability(pod: &Value) -> (bool, u8, bool, i64, std::cmp::Reverse<String>, String) {
    let phase = match text(pod, "/status/phase") {
        "" | "Pending" => 0,
        "Running" => 2,
        _ => 1,
    };
    let cost = api::annotation(pod, "controller.kubernetes.io/pod-deletion-cost")
        .and_then(|cost| cost.parse().ok())
        .unwrap_or_default();
    let since = api::condition(pod, "Ready")
        .and_then(|c| c["lastTransitionTime"].as_str())
        .unwrap_or_else(|| text(pod, "/metadata/creationTimestamp"));
    (
        !text(pod, "/spec/nodeName").is_empty(),
        phase,
        is_true(pod, "Ready"),
        cost,
        std::cmp::Reverse(since.to_owned()),
        api::name(pod).to_owned(),
    )
}

fn emit(world: &mut World, key: &Key, reason: &'static str, message: &str) {
    let note = Note {
        from: FROM,
        warning: false,
        reason,
        message,
    };
    api::emit(world, key, note);
}

fn write_status(world: &mut World, key: &Key) {
    let Some(set) = world.kube.get(key) else { return };
    let min_ready = int(set, "/spec/minReadySeconds").unwrap_or_default();
    let template = set["spec"]["template"]["metadata"]["labels"].clone();
    let set = set.clone();
    let mut counts = Counts::default();
    for pod in pods_of(world, &set) {
        counts.add(world, &pod, min_ready, &template);
    }
    let status = counts.status(&set);
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |set| set["status"] = status);
}

#[derive(Default)]
struct Counts {
    replicas: i64,
    labeled: i64,
    ready: i64,
    available: i64,
    terminating: i64,
}

impl Counts {
    fn add(&mut self, world: &mut World, key: &Key, min_ready: i64, labels: &Value) {
        let Some(pod) = world.kube.get(key) else { return };
        if deleting(pod) {
            self.terminating += 1;
            return;
        }
        let ready = is_true(pod, "Ready");
        self.replicas += 1;
        let has_labels = labels.as_object().is_none_or(|labels| {
            labels
                .iter()
                .all(|(k, v)| label(pod, k).is_some_and(|value| Some(value) == v.as_str()))
        });
        self.labeled += i64::from(has_labels);
        if ready {
            self.ready += 1;
            self.available += i64::from(pods::is_available(world, key, min_ready));
        }
    }

    fn status(&self, set: &Value) -> Value {
        let mut status = Map::new();
        status.insert("replicas".to_owned(), self.replicas.into());
        for (field, count) in [
            ("fullyLabeledReplicas", self.labeled),
            ("readyReplicas", self.ready),
            ("availableReplicas", self.available),
        ] {
            if count > 0 {
                status.insert(field.to_owned(), count.into());
            }
        }
        status.insert("terminatingReplicas".to_owned(), self.terminating.into());
        status.insert("observedGeneration".to_owned(), set["metadata"]["generation"].clone());
        Value::Object(status)
    }
}
