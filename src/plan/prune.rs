//! What is no longer part of a lab, and is still there.

use super::change::Change;
use super::input::PlanInput;
use super::row::object_pin;
use super::shared::guarded;
use super::teardown::{deleted, going};
use crate::lang::text;
use crate::model::{Desired, Node, NodeId, NodeKind, Object, Op, Profile, ProfileSpec, ProfileStatus, Role, RoleSpec};

/// Objects of the lab that nothing wants any more, as rows that delete them.
pub(crate) fn pruned(input: &PlanInput<'_>) -> Vec<Change> {
    let wanted: Vec<NodeId> = input.stack.nodes.iter().map(|node| node.id.clone()).collect();
    let labelled = input.kube.labelled.items();
    let objects = labelled
        .iter()
        .filter(|object| object.belongs_to(input.lab) && !is_wanted(input, object) && !is_made_for_us(object))
        .map(|object| pruned_object(object, &wanted));
    let mut pruned: Vec<Change> = objects.collect();
    if has_own_profile(input) {
        pruned.extend(pruned_profiles(input));
    }
    pruned
}

/// Whether the lab has a profile of its own. One that uses another's never changes or deletes any.
fn has_own_profile(input: &PlanInput<'_>) -> bool {
    input.stack.nodes.iter().any(|node| node.id.kind == NodeKind::Profile)
}

/// Profiles and the role that carry the lab's tags and stay, because the lab uses a profile that counts as another's.
pub(super) fn left_alone(input: &PlanInput<'_>) -> Vec<Change> {
    if has_own_profile(input) {
        return Vec::new();
    }
    let profiles = input.aws.profiles.items();
    let profiles = profiles.iter().filter(|profile| input.owns(&profile.tags));
    let stays = |node, note| Change {
        kept: true,
        ..Change::of(node, Op::None).noted(note)
    };
    let mut stay: Vec<Change> = profiles
        .map(|profile| {
            let note = text!("plan-profile-left-alone", name = &profile.name);
            stays(profile_node(input, profile), note)
        })
        .collect();
    let role = input.aws.role.known().and_then(Option::as_ref);
    stay.extend(role.filter(|role| input.owns(&role.tags)).map(|role| {
        let note = match input.aws.access_entry.known() {
            Some(Some(_)) => text!("plan-role-and-entry-left-alone"),
            _ => text!("plan-role-left-alone"),
        };
        stays(role_node(role), note)
    }));
    stay
}

/// The role as a node, as it is.
fn role_node(role: &Role) -> Node {
    Node {
        id: NodeId::new(NodeKind::Role, role.name.clone()),
        desired: Desired::Role(RoleSpec {
            name: role.name.clone(),
            arn: role.arn.clone(),
            trust: role.trust.clone(),
            policy_arn: role.attached.first().cloned().unwrap_or_default(),
            permissions_boundary: role.permissions_boundary.clone(),
            tags: role.tags.clone(),
        }),
    }
}

/// The profile as a node, as it is.
fn profile_node(input: &PlanInput<'_>, profile: &Profile) -> Node {
    Node {
        id: NodeId::new(NodeKind::Profile, profile.name.clone()),
        desired: Desired::Profile(ProfileSpec {
            cluster: input.site.cluster.clone(),
            name: profile.name.clone(),
            role_arn: profile.role_arn.clone(),
            subnets: profile.subnets.clone(),
            selectors: profile.selectors.clone(),
            tags: profile.tags.clone(),
        }),
    }
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
    change.noted(text!("plan-pruned"))
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
            let node = profile_node(input, profile);
            let change = if profile.status == ProfileStatus::Deleting {
                going(&node, profile.pin())
            } else {
                guarded(input, deleted(&node, profile.pin()), profile)
            };
            change.noted(text!("plan-pruned"))
        })
}
