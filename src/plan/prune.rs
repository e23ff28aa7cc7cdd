//! What is no longer part of a lab, and is still there.

use super::change::Change;
use super::input::PlanInput;
use super::row::object_pin;
use super::teardown::{deleted, going};
use crate::model::{Desired, Node, NodeId, NodeKind, Object, ProfileSpec, ProfileStatus};

/// Objects of the lab that nothing wants any more, as rows that delete them.
pub(crate) fn pruned(input: &PlanInput<'_>) -> Vec<Change> {
    let wanted: Vec<NodeId> = input.stack.nodes.iter().map(|node| node.id.clone()).collect();
    let labelled = input.kube.labelled.items();
    let objects = labelled
        .iter()
        .filter(|object| object.belongs_to(input.lab) && !is_wanted(input, object) && !is_made_for_us(object))
        .map(|object| pruned_object(object, &wanted));
    objects.chain(pruned_profiles(input)).collect()
}

fn is_wanted(input: &PlanInput<'_>, object: &Object) -> bool {
    input.kube.state(object).is_some()
        || input.stack.nodes.iter().any(|node| match &node.desired {
            Desired::Object(wanted) => {
                wanted.kind() == object.kind()
                    && wanted.name() == object.name()
                    && wanted.namespace() == object.namespace()
            }
            _ => false,
        })
}

/// Whether the object goes with its owner, or is the lab's own lock.
fn is_made_for_us(object: &Object) -> bool {
    object.items("/metadata/ownerReferences").next().is_some() || object.kind() == "Lease"
}

fn pruned_object(object: &Object, wanted: &[NodeId]) -> Change {
    let kind = NodeKind::of_object(object.kind());
    let mut id = NodeId::new(kind.clone(), object.name());
    if wanted.contains(&id) {
        // The same name in a namespace that the lab has left.
        id = NodeId::new(
            kind,
            format!("{}.{}", object.namespace().unwrap_or_default(), object.name()),
        );
    }
    let node = Node {
        id,
        desired: Desired::Object(object.clone()),
    };
    let change = if object.is_deleting() {
        going(&node, object_pin(object))
    } else {
        deleted(&node, object_pin(object))
    };
    change.noted("no longer part of the lab")
}

/// Profiles of the lab under another name: what a renamed profile leaves.
fn pruned_profiles<'a>(input: &'a PlanInput<'_>) -> impl Iterator<Item = Change> + 'a {
    let profiles = input.aws.profiles.items();
    let wanted = |name: &str| {
        let nodes = &input.stack.nodes;
        nodes
            .iter()
            .any(|n| n.id.kind == NodeKind::Profile && n.id.name == name)
    };
    profiles
        .iter()
        .filter(move |profile| input.owns(&profile.tags) && !wanted(&profile.name))
        .map(|profile| {
            let node = Node {
                id: NodeId::new(NodeKind::Profile, profile.name.clone()),
                desired: Desired::Profile(ProfileSpec {
                    cluster: input.site.cluster.clone(),
                    name: profile.name.clone(),
                    role_arn: profile.role_arn.clone(),
                    subnets: profile.subnets.clone(),
                    selectors: profile.selectors.clone(),
                    tags: profile.tags.clone(),
                }),
            };
            let change = if profile.status == ProfileStatus::Deleting {
                going(&node, profile.pin())
            } else {
                deleted(&node, profile.pin())
            };
            change.noted("no longer part of the lab")
        })
}
