//! The DaemonSet controller: one pod on every EC2 node. Fargate's nodes take none.

use std::collections::BTreeSet;

use serde_json::json;

use crate::state::Key;
use crate::world::World;

use super::super::api::{self, CONTROLLER_MANAGER, CONTROLLER_MANAGER_STATUS, DAEMON_SET, NODE, POD, is_true, text};
use super::super::pods;
use super::news::{News, Watcher};
use super::replica_set::{new_pod, pods_of};

pub(super) fn run(world: &mut World) {
    let news = News::of(world, Watcher::DaemonSets, &[DAEMON_SET, NODE, POD]);
    for key in news.keys(world, DAEMON_SET) {
        sync(world, &key);
    }
}

fn sync(world: &mut World, key: &Key) {
    let Some(set) = world.kube.get(key).cloned() else {
        return;
    };
    let nodes: Vec<String> = NODE
        .list(world, None)
        .filter(|(_, node)| !pods::is_fargate_node(node))
        .map(|(key, _)| key.name.clone())
        .collect();
    let own = pods_of(world, &set);
    let field = |world: &World, key: &Key| world.kube.get(key).map(|pod| text(pod, "/spec/nodeName").to_owned());
    let covered: BTreeSet<String> = own.iter().filter_map(|key| field(world, key)).collect();
    if !api::deleting(&set) {
        for node in nodes.iter().filter(|node| !covered.contains(*node)) {
            let mut pod = new_pod(DAEMON_SET, &set);
            pod["spec"]["nodeName"] = node.as_str().into();
            pods::create(world, pod, CONTROLLER_MANAGER);
        }
    }
    let ready = own
        .iter()
        .filter(|key| world.kube.get(key).is_some_and(|pod| is_true(pod, "Ready")))
        .count();
    api::update(world, key, CONTROLLER_MANAGER_STATUS, |set| {
        set["status"] = json!({
            "currentNumberScheduled": nodes.len(),
            "desiredNumberScheduled": nodes.len(),
            "numberAvailable": ready,
            "numberMisscheduled": 0,
            "numberReady": ready,
            "observedGeneration": set["metadata"]["generation"],
            "updatedNumberScheduled": nodes.len(),
        });
    });
}
