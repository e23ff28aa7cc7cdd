//! The game's image: whether its registry gives it to a whole class, and whether the nodes can read it.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::outcome::{Outcome, Unseen, Verdict, seen};
use crate::lang::text;
use crate::model::{CHAPTER_IMAGE, DOCKER_HUB, Egress, GAME_IMAGE, Object, registry, repository};

/// Pulls that Docker Hub gives to one IPv4 address in six hours without signing in.
/// <https://docs.docker.com/docker-hub/usage/>
const HUB_PULLS: u32 = 100;

/// The images of the rendered pods that come from Docker Hub without a sign-in.
fn hub_images(facts: &Facts<'_>) -> BTreeSet<String> {
    let anonymous = facts.pod_specs().filter(|(_, spec)| {
        let secrets = spec.get("imagePullSecrets").and_then(|secrets| secrets.as_array());
        secrets.is_none_or(Vec::is_empty)
    });
    anonymous
        .flat_map(|(_, spec)| ["initContainers", "containers"].map(|list| spec.get(list)))
        .flatten()
        .flat_map(|list| list.as_array().into_iter().flatten())
        .filter_map(|container| container.get("image")?.as_str())
        .filter(|image| registry(image) == DOCKER_HUB)
        .map(str::to_owned)
        .collect()
}

/// Whether so many pods can pull from Docker Hub: on Fargate every pod pulls for itself, and all of a VPC share the addresses
/// of its NAT gateways.
pub(super) fn limit(facts: &Facts<'_>) -> Verdict {
    let images = hub_images(facts);
    if images.is_empty() {
        return Ok(Outcome::ok(text!("check-image-elsewhere")));
    }
    let mut gateways = BTreeSet::new();
    for subnet in facts.pod_subnets()? {
        if let Egress::Nat(gateway) = seen(text!("check-what-route-table"), &subnet.egress)? {
            gateways.insert(gateway.as_str());
        }
    }
    let addresses = u32::try_from(gateways.len().max(1)).unwrap_or(u32::MAX);
    let pods = facts.replicas.count;
    let most = HUB_PULLS.saturating_mul(addresses);
    let labs = most.checked_div(pods).unwrap_or(most);
    let evidence = text!(
        "check-hub-pulls",
        images = images.into_iter().collect::<Vec<_>>().join(", "),
        gateways = addresses,
        pulls = HUB_PULLS,
        labs = labs.max(1),
        pods = pods
    );
    let outcome = if pods > most {
        Outcome::error(text!("check-image-refused"))
    } else {
        Outcome::warning(text!("check-image-of-hub"))
    };
    Ok(outcome
        .seeing(evidence)
        .remedy(format!("--set app.image={GAME_IMAGE}"))
        .about(facts.deployment_node()))
}

/// Whether the nodes' containerd reads the image of the workshop's chapter, which is in Docker's schema 1: containerd 2.0
/// refuses that by default, 2.1 for good. <https://github.com/containerd/containerd/issues/9765>
pub(super) fn format(facts: &Facts<'_>) -> Verdict {
    let image = &facts.environment.app.image;
    if registry(image) != DOCKER_HUB || repository(image) != CHAPTER_IMAGE {
        return Ok(Outcome::ok(text!("check-image-format-fine")));
    }
    let nodes = seen(text!("check-what-nodes"), &facts.kube.nodes)?;
    let on_fargate: Vec<&Object> = nodes.iter().filter(|node| is_fargate(node)).collect();
    let runtimes: BTreeSet<&str> = if on_fargate.is_empty() {
        nodes.iter().filter_map(runtime).collect()
    } else {
        on_fargate.into_iter().filter_map(runtime).collect()
    };
    let list = runtimes.iter().copied().collect::<Vec<_>>().join(", ");
    if runtimes.is_empty() {
        return Err(Unseen::because(
            text!("check-what-containerd"),
            text!("check-no-node-version"),
        ));
    }
    if runtimes
        .iter()
        .any(|runtime| containerd(runtime).is_some_and(|major| major >= 2))
    {
        return Ok(Outcome::warning(text!("check-image-format-unread", image = image))
            .seeing(list)
            .remedy(format!("--set app.image={GAME_IMAGE}"))
            .about(facts.deployment_node()));
    }
    Ok(Outcome::ok(text!("check-image-format-read")).seeing(list))
}

fn is_fargate(node: &Object) -> bool {
    node.label("eks.amazonaws.com/compute-type") == Some("fargate")
}

fn runtime(node: &Object) -> Option<&str> {
    node.text("/status/nodeInfo/containerRuntimeVersion")
        .filter(|runtime| !runtime.is_empty())
}

/// The major version of `containerd://2.1.4-eks`.
fn containerd(runtime: &str) -> Option<u32> {
    let version = runtime.strip_prefix("containerd://")?;
    version.trim_start_matches('v').split('.').next()?.parse().ok()
}
