//! Requests that load balancers pass on: which pod answers.

use serde_json::Value;

use super::api::{BINDING, ENDPOINT_SLICE, label, list, text};
use super::lbc::CLUSTER_TAG;
use crate::state::{Target, TargetGroup};
use crate::world::World;

/// A pod that answers a request, and where it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnsweringPod {
    /// Name of the pod.
    pub(crate) pod: String,
    /// Name of its node.
    pub(crate) node: String,
    /// Availability zone of that.
    pub(crate) zone: String,
}

/// The pod that answers the next request to a target group of which the targets `asked` take requests: these take turns, as
/// with a load balancer's round robin. `None` if no pod is behind them any more.
pub(crate) fn next_pod(world: &mut World, group: &TargetGroup, asked: &[&Target]) -> Option<AnsweringPod> {
    let what = format!("requests to {}", group.arn);
    let turn = if group.target_type == "instance" {
        // kube-proxy on the node has the last word, and takes any.
        world.draw(&what)
    } else {
        world.count(&what)
    };
    let cluster = group.tags.get(CLUSTER_TAG).unwrap_or(&world.facts.cluster).clone();
    let pods = world.within(&cluster, |world| pods_behind(world, group, asked))?;
    let place = turn.checked_rem(u64::try_from(pods.len()).ok()?)?;
    pods.into_iter().nth(usize::try_from(place).ok()?)
}

/// The pods behind targets, in the targets' order; those behind instances are all that are ready.
fn pods_behind(world: &World, group: &TargetGroup, asked: &[&Target]) -> Vec<AnsweringPod> {
    let bindings = BINDING
        .list(world, None)
        .filter(|(_, binding)| text(binding, "/spec/targetGroupARN") == group.arn);
    let endpoints: Vec<&Value> = bindings
        .flat_map(|(key, binding)| {
            let service = text(binding, "/spec/serviceRef/name");
            let slices = ENDPOINT_SLICE.list(world, Some(&key.namespace));
            slices.filter(move |(_, slice)| label(slice, "kubernetes.io/service-name") == Some(service))
        })
        .flat_map(|(_, slice)| list(slice, "/endpoints"))
        .collect();
    if group.target_type == "instance" {
        let ready = endpoints
            .iter()
            .filter(|endpoint| endpoint["conditions"]["ready"] == true);
        return ready.map(|endpoint| pod_of(endpoint)).collect();
    }
    let at = |target: &&Target| {
        let mut endpoints = endpoints.iter();
        endpoints.find(|endpoint| text(endpoint, "/addresses/0") == target.id)
    };
    asked.iter().filter_map(at).map(|endpoint| pod_of(endpoint)).collect()
}

fn pod_of(endpoint: &Value) -> AnsweringPod {
    let part = |pointer: &str| text(endpoint, pointer).to_owned();
    AnsweringPod {
        pod: part("/targetRef/name"),
        node: part("/nodeName"),
        zone: part("/zone"),
    }
}
