//! The default scheduler: it knows the EC2 nodes, and looks at taints and node selectors.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::state::Key;
use crate::world::World;

use super::super::api::{self, By, NODE, Note, POD, is_true, list, text};
use super::super::durations;
use super::next::plan;
use crate::state::PodStep;

const FROM: &str = "default-scheduler";

/// Binds a pod to a node, or reports why there is none and tries again later.
pub(super) fn schedule(world: &mut World, key: &Key) {
    let Some(pod) = world.kube.get(key).cloned() else {
        return;
    };
    match choose(world, &pod) {
        Ok(node) => bind(world, key, &node, FROM),
        Err(why) => {
            refuse(world, key, &why);
            plan(world, &pod, durations::UNSCHEDULABLE_RETRY, PodStep::Schedule);
        }
    }
}

/// The suitable node with the fewest pods, or the reasons of all nodes.
fn choose(world: &World, pod: &Value) -> Result<String, String> {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut best: Option<(usize, &str)> = None;
    let mut count = 0;
    for (key, node) in NODE.list(world, None) {
        count += 1;
        if let Some(reason) = objection(pod, node) {
            *reasons.entry(reason).or_default() += 1;
            continue;
        }
        let load = POD.briefs(world).filter(|(_, other)| *other.node == *key.name).count();
        if best.is_none_or(|(least, _)| load < least) {
            best = Some((load, &key.name));
        }
    }
    if let Some((_, node)) = best {
        return Ok(node.to_owned());
    }
    let mut parts: Vec<String> = reasons
        .iter()
        .map(|(reason, nodes)| format!("{nodes} node(s) {reason}"))
        .collect();
    parts.sort();
    Err(format!(
        "0/{count} nodes are available: {}. preemption: 0/{count} nodes are available: {count} Preemption is not helpful for scheduling.",
        parts.join(", ")
    ))
}

/// Why a node does not take a pod.
fn objection(pod: &Value, node: &Value) -> Option<String> {
    if node["spec"]["unschedulable"] == true {
        return Some("were unschedulable".to_owned());
    }
    if !is_true(node, "Ready") {
        return Some("had untolerated taint {node.kubernetes.io/not-ready: }".to_owned());
    }
    let wanted = pod["spec"]["nodeSelector"].as_object();
    let labels = &node["metadata"]["labels"];
    if wanted.is_some_and(|wanted| wanted.iter().any(|(key, value)| labels.get(key) != Some(value))) {
        return Some("didn't match Pod's node affinity/selector".to_owned());
    }
    list(node, "/spec/taints")
        .iter()
        .find(|taint| text(taint, "/effect") != "PreferNoSchedule" && !tolerates(pod, taint))
        .map(|taint| {
            format!(
                "had untolerated taint {{{}: {}}}",
                text(taint, "/key"),
                text(taint, "/value")
            )
        })
}

fn tolerates(pod: &Value, taint: &Value) -> bool {
    list(pod, "/spec/tolerations").iter().any(|toleration| {
        let key = text(toleration, "/key");
        let exists = text(toleration, "/operator") == "Exists";
        let effect = text(toleration, "/effect");
        (effect.is_empty() || effect == text(taint, "/effect"))
            && if key.is_empty() {
                exists
            } else {
                key == text(taint, "/key") && (exists || text(toleration, "/value") == text(taint, "/value"))
            }
    })
}

/// A scheduler has found a node for a pod.
pub(super) fn bind(world: &mut World, key: &Key, node: &str, from: &'static str) {
    let now = api::time(world.now());
    api::update(world, key, By(from, ""), |pod| pod["spec"]["nodeName"] = node.into());
    api::update(world, key, By(from, "status"), |pod| {
        pod["status"]["conditions"] = json!([scheduled(&now)]);
    });
    let message = format!("Successfully assigned {}/{} to {node}", key.namespace, key.name);
    let note = Note {
        from,
        warning: false,
        reason: "Scheduled",
        message: &message,
    };
    api::emit(world, key, note);
}

/// Condition of a pod that has a node.
pub(super) fn scheduled(since: &str) -> Value {
    json!({"lastProbeTime": null, "lastTransitionTime": since, "status": "True", "type": "PodScheduled"})
}

fn refuse(world: &mut World, key: &Key, why: &str) {
    let now = api::time(world.now());
    api::update(world, key, By(FROM, "status"), |pod| {
        let since = api::condition(pod, "PodScheduled")
            .and_then(|c| c["lastTransitionTime"].as_str())
            .unwrap_or(&now)
            .to_owned();
        pod["status"]["conditions"] = json!([{
            "lastProbeTime": null, "lastTransitionTime": since, "message": why,
            "reason": "Unschedulable", "status": "False", "type": "PodScheduled",
        }]);
    });
    let note = Note {
        from: FROM,
        warning: true,
        reason: "FailedScheduling",
        message: why,
    };
    api::emit(world, key, note);
}
