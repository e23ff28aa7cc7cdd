//! Removal: rows for what is to be gone.

use super::aws_rows::owner_by_tags;
use super::balancer_removal::{self, Fate};
use super::by_hand;
use super::change::{Approach, Change, Refusal};
use super::input::PlanInput;
use super::neighbours;
use super::object_rows::owner_by_labels;
use super::row::object_pin;
use super::shared;
use crate::lang::{Text, text};
use crate::lbc::{self, Annotation};
use crate::model::{
    AccessEntrySpec, Desired, Node, NodeKind, Object, Observed, Op, Pin, Profile, ProfileStatus, Wait, role_name_of,
};

/// What is to be done about a node that is to be gone; nothing for what never is a thing of its own.
pub(crate) fn row(input: &PlanInput<'_>, node: &Node) -> Option<Change> {
    Some(match &node.desired {
        Desired::Role(_) => role(input, node),
        Desired::Profile(spec) => profile(input, node, &spec.name),
        Desired::AccessEntry(spec) => access_entry(input, node, spec),
        Desired::Object(object) => self::object(input, node, object),
        Desired::LoadBalancer(spec) => balancer_removal::row(input, node, spec, &fate_of_ingress(input)),
        Desired::Proof(_) | Desired::Lock(_) => return None,
    })
}

fn nothing(node: &Node) -> Change {
    Change::of(node.clone(), Op::None)
}

fn kept(node: &Node, pin: Pin, why: Text) -> Change {
    Change {
        kept: true,
        ..nothing(node).pinned(pin).noted(text!("plan-kept", why = why))
    }
}

/// Somebody else's: it is kept, unless there is nothing but that; then the removal as a whole is refused.
fn foreign(node: &Node, pin: Pin, owner: Text) -> Change {
    nothing(node).pinned(pin).refused(Refusal::NotOurs(owner))
}

/// What is not ours is kept where there is anything of ours to remove. A removal that finds only what is not ours would
/// end as if it had removed the lab, so it stays refused.
pub(super) fn keep_what_is_foreign(changes: &mut [Change]) {
    if changes.iter().all(|change| change.task.is_idle()) {
        return;
    }
    for change in changes {
        let refusals = std::mem::take(&mut change.refusals);
        for refusal in refusals {
            match refusal {
                Refusal::NotOurs(owner) => {
                    change.kept = true;
                    change.notes.push(text!("plan-kept", why = owner));
                }
                other => change.refusals.push(other),
            }
        }
    }
}

pub(super) fn deleted(node: &Node, pin: Pin) -> Change {
    Change::of(node.clone(), Op::Delete)
        .pinned(pin)
        .waiting(Wait::Gone, text!("plan-wait-gone"))
}

/// It is going already: nothing to do but to wait.
pub(super) fn going(node: &Node, pin: Pin) -> Change {
    nothing(node)
        .pinned(pin)
        .waiting(Wait::Gone, text!("plan-wait-gone"))
        .noted(text!("plan-going"))
}

fn role(input: &PlanInput<'_>, node: &Node) -> Change {
    let role = match &input.aws.role {
        Observed::Known(Some(role)) => role,
        Observed::Known(None) => return nothing(node),
        unread => return Change::unread(node.clone(), unread),
    };
    let ours = input.owns(&role.tags);
    if !ours && !input.approvals.adopt {
        return foreign(node, role.pin(), owner_by_tags(&role.tags));
    }
    if let Some(user) = shared::users_of_role(input, &role.arn).first() {
        return kept(node, role.pin(), text!("plan-used-by-profile", name = &user.name));
    }
    // IAM deletes a role only once nothing is attached to it, whoever attached it.
    let owner = (!ours).then(|| owner_by_tags(&role.tags));
    let change = Change::of(node.clone(), Op::Delete)
        .pinned(role.pin())
        .waiting(Wait::Gone, "");
    shared::guarded_role(input, change).owned_by(owner, input.approvals.adopt)
}

fn access_entry(input: &PlanInput<'_>, node: &Node, spec: &AccessEntrySpec) -> Change {
    let entry = match &input.aws.access_entry {
        Observed::Known(Some(entry)) => entry,
        Observed::Known(None) if will_have_entry(input, spec) => {
            return Change::of(node.clone(), Op::Delete)
                .waiting(Wait::Gone, "")
                .noted(text!("plan-entry-comes"));
        }
        Observed::Known(None) => return nothing(node),
        unread => {
            let why = unread.why_not().unwrap_or_default();
            return nothing(node).noted(text!("plan-not-looked-at", what = why));
        }
    };
    if let Some(user) = shared::users_of_role(input, &spec.principal_arn).first() {
        let why = text!("plan-role-used-by-profile", name = &user.name);
        return kept(node, entry.pin(), why);
    }
    if let Observed::Known(Some(role)) = &input.aws.role
        && !input.owns(&role.tags)
        && !input.approvals.adopt
    {
        return kept(node, entry.pin(), text!("plan-role-not-ours"));
    }
    let change = Change::of(node.clone(), Op::Delete)
        .pinned(entry.pin())
        .waiting(Wait::Gone, "")
        .noted(text!("plan-entry-stays"));
    shared::guarded_role(input, change)
}

/// Whether EKS is setting up a profile of the lab with this role: it can be deleted only once it is ACTIVE, and then has its
/// access entry.
fn will_have_entry(input: &PlanInput<'_>, spec: &AccessEntrySpec) -> bool {
    let is_rising = |profile: &Profile| {
        profile.role_arn == spec.principal_arn && profile.status == ProfileStatus::Creating && input.owns(&profile.tags)
    };
    input.aws.profiles.items().iter().any(is_rising)
}

fn profile(input: &PlanInput<'_>, node: &Node, name: &str) -> Change {
    if input.aws.profiles.known().is_none() {
        return Change::unread(node.clone(), &input.aws.profiles);
    }
    let Some(profile) = input.aws.profile(name) else {
        return nothing(node);
    };
    let owner = (!input.owns(&profile.tags)).then(|| owner_by_tags(&profile.tags));
    if let (Some(owner), false) = (&owner, input.approvals.adopt) {
        return foreign(node, profile.pin(), owner.clone());
    }
    let change = if profile.status == ProfileStatus::Deleting {
        going(node, profile.pin())
    } else {
        shared::guarded(input, deleted(node, profile.pin()), profile)
    };
    let change = match role_that_stays(input, profile) {
        Some(words) => change.noted(words),
        None => change,
    };
    change.owned_by(owner, input.approvals.adopt)
}

/// That the profile's role stays, if it is not the lab's own.
fn role_that_stays(input: &PlanInput<'_>, profile: &Profile) -> Option<Text> {
    let own = input.stack.nodes.iter().find_map(|node| match &node.desired {
        Desired::Role(spec) => Some(spec.arn.as_str()),
        _ => None,
    });
    if own == Some(profile.role_arn.as_str()) {
        return None;
    }
    let owner = match &input.aws.profile_role {
        Observed::Known(Some(role)) => owner_by_tags(&role.tags),
        _ => text!("plan-owner-not-lab"),
    };
    let name = role_name_of(&profile.role_arn);
    Some(text!("plan-role-stays", name = name, owner = owner))
}

/// What becomes of the Ingress that the ALB is made of.
fn fate_of_ingress(input: &PlanInput<'_>) -> Fate {
    let ingress = input.stack.nodes.iter().find_map(|node| match &node.desired {
        Desired::Object(wanted) if node.id.kind == NodeKind::Ingress => Some((node, wanted)),
        _ => None,
    });
    let Some((node, wanted)) = ingress else {
        return Fate::Unknown;
    };
    match input.kube.state(wanted).map(|state| &state.live) {
        Some(Observed::Known(None)) => Fate::Missing,
        Some(Observed::Known(Some(_))) if object(input, node, wanted).task.wait == Wait::Gone => Fate::Goes,
        Some(Observed::Known(Some(_))) => Fate::Stays,
        _ => Fate::Unknown,
    }
}

fn object(input: &PlanInput<'_>, node: &Node, wanted: &Object) -> Change {
    let live = match input
        .kube
        .state(wanted)
        .map_or(&Observed::NotAsked, |state| &state.live)
    {
        Observed::Known(Some(live)) => live,
        Observed::Known(None) => return nothing(node),
        unread => return Change::unread(node.clone(), unread),
    };
    let owner = (!live.belongs_to(input.lab)).then(|| owner_by_labels(live));
    if let (Some(owner), false) = (&owner, input.approvals.adopt) {
        return foreign(node, object_pin(live), owner.clone());
    }
    if owner.is_none() && live.is_handed_out() && !input.approvals.take_back {
        // Its participant's rights are in it, and with it they can make the lab again.
        return kept(node, object_pin(live), text!("plan-handed-out"));
    }
    let change = if live.is_deleting() {
        going(node, object_pin(live))
    } else {
        deleted(node, object_pin(live))
    };
    let change = match node.id.kind {
        NodeKind::Ingress => ingress(input, change, wanted, live),
        NodeKind::Namespace if live.is_handed_out() => namespace(input, change).by(Approach::TakenBack),
        NodeKind::Namespace => namespace(input, change),
        _ => change,
    };
    change.owned_by(owner, input.approvals.adopt)
}

/// What would keep the controller from cleaning up behind an Ingress.
fn ingress(input: &PlanInput<'_>, change: Change, wanted: &Object, live: &Object) -> Change {
    let attributes = Annotation::ATTRIBUTES;
    let by_controller = !input.approvals.without_controller;
    if by_controller && attributes.of(live).is_some_and(lbc::protects_from_deletion) {
        return change.refused(Refusal::Invalid(text!(
            "plan-deletion-protection",
            namespace = live.namespace().unwrap_or_default(),
            name = live.name(),
            annotation = attributes.key()
        )));
    }
    if lbc::has_finalizer(live) {
        by_hand::ingress(input, change, wanted, live)
    } else {
        change
    }
}

/// What of others a namespace takes with it.
fn namespace(input: &PlanInput<'_>, change: Change) -> Change {
    let change = match input.kube.unread_neighbours.first() {
        Some(why) => change.noted(text!("plan-namespace-unread", why = why)),
        None => change,
    };
    let foreign = neighbours::foreign_objects(input);
    if foreign.is_empty() {
        return change;
    }
    change.noted(text!("plan-namespace-takes", names = neighbours::shortened(foreign)))
}
