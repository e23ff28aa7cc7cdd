//! What in AWS belongs to a stack, by the tags that the controller sets.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::state::LoadBalancer;
use crate::world::World;

use super::cluster;

/// Tag: the cluster whose controller made a resource.
pub(in super::super) const CLUSTER_TAG: &str = "elbv2.k8s.aws/cluster";
/// Tag: the stack that it belongs to.
pub(super) const STACK_TAG: &str = "ingress.k8s.aws/stack";
/// Tag: what it is in its stack.
pub(super) const RESOURCE_TAG: &str = "ingress.k8s.aws/resource";
/// Tag of the security group that all stacks share.
pub(super) const BACKEND_TAG: (&str, &str) = ("elbv2.k8s.aws/resource", "backend-sg");
/// Finalizer of bindings.
pub(super) const BINDING_FINALIZER: &str = "elbv2.k8s.aws/resources";

/// Tags of a resource.
pub(super) type Tags = BTreeMap<String, String>;

/// Whether something has the tags of a stack.
pub(super) fn is_of(world: &World, tags: &Tags, stack: &str) -> bool {
    is_made_by(cluster(world), tags) && tags.get(STACK_TAG).is_some_and(|value| value == stack)
}

/// Whether the controller of the cluster in hand made something, as it is usually started.
pub(in super::super) fn is_made(world: &World, tags: &Tags) -> bool {
    is_made_by(&world.facts.cluster, tags)
}

fn is_made_by(cluster: &str, tags: &Tags) -> bool {
    tags.get(CLUSTER_TAG).is_some_and(|maker| maker == cluster)
}

/// The load balancer of a stack.
pub(super) fn balancer_of<'a>(world: &'a World, stack: &str) -> Option<&'a LoadBalancer> {
    let mut balancers = world.aws.load_balancers.values();
    balancers.find(|balancer| is_of(world, &balancer.tags, stack))
}

/// The labels of the bindings of a stack. (LBC `pkg/deploy/tracking/provider.go`)
pub(super) fn binding_labels(stack: &str) -> Value {
    match stack.split_once('/') {
        Some((namespace, ingress)) => {
            json!({"ingress.k8s.aws/stack-name": ingress, "ingress.k8s.aws/stack-namespace": namespace})
        }
        None => json!({"ingress.k8s.aws/stack": stack}),
    }
}

/// Whether a binding is one of a stack.
pub(super) fn is_binding_of(binding: &Value, stack: &str) -> bool {
    let labels = binding_labels(stack);
    let mut wanted = labels.as_object().into_iter().flatten();
    wanted.all(|(key, value)| binding["metadata"]["labels"].get(key) == Some(value))
}
