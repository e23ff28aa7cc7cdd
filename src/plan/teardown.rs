//! Removal: rows for what is to be gone.

use super::aws_rows::owner_by_tags;
use super::change::{Approach, Change, Refusal};
use super::input::PlanInput;
use super::object_rows::owner_by_labels;
use super::row::object_pin;
use crate::lbc::{self, Annotation};
use crate::model::{
    AccessEntrySpec, Desired, LoadBalancerSpec, Node, NodeKind, Object, Observed, Op, Pin, Profile, ProfileStatus, Wait,
};
use crate::readiness;

/// What is to be done about a node that is to be gone; nothing for what never is a thing of its own.
pub(crate) fn row(input: &PlanInput<'_>, node: &Node) -> Option<Change> {
    Some(match &node.desired {
        Desired::Role(_) => role(input, node),
        Desired::Profile(spec) => profile(input, node, &spec.name),
        Desired::AccessEntry(spec) => access_entry(input, node, spec),
        Desired::Object(object) => self::object(input, node, object),
        Desired::LoadBalancer(spec) => balancer(input, node, spec),
        Desired::Proof(_) | Desired::Lock(_) => return None,
    })
}

fn nothing(node: &Node) -> Change {
    Change::of(node.clone(), Op::None)
}

fn kept(node: &Node, why: &str) -> Change {
    nothing(node).noted(format!("kept: {why}"))
}

pub(super) fn deleted(node: &Node, pin: Pin) -> Change {
    Change::of(node.clone(), Op::Delete)
        .pinned(pin)
        .waiting(Wait::Gone, "wait until it is gone")
}

/// It is going already: nothing to do but to wait.
pub(super) fn going(node: &Node, pin: Pin) -> Change {
    nothing(node)
        .pinned(pin)
        .waiting(Wait::Gone, "wait until it is gone")
        .noted("is already being deleted")
}

/// Marks a deletion of what was not ours and was taken over.
fn adopted(mut change: Change, ours: bool) -> Change {
    if !ours {
        change.approach = Approach::Adopted;
    }
    change
}

/// Profiles that use the lab's role and stay: others, and the lab's own where it is kept.
fn other_users<'a>(input: &PlanInput<'a>, role_arn: &str) -> Vec<&'a Profile> {
    let goes = |profile: &Profile| {
        let own = |node: &Node| node.id.kind == NodeKind::Profile && node.id.name == profile.name;
        let ours = input.owns(&profile.tags);
        ours || (input.approvals.adopt && input.stack.nodes.iter().any(own))
    };
    let profiles = input.aws.profiles.items();
    profiles
        .iter()
        .filter(|profile| profile.role_arn == role_arn && !goes(profile))
        .collect()
}

fn role(input: &PlanInput<'_>, node: &Node) -> Change {
    let role = match &input.aws.role {
        Observed::Known(Some(role)) => role,
        Observed::Known(None) => return nothing(node),
        unread => return Change::unread(node.clone(), unread),
    };
    let ours = input.owns(&role.tags);
    if !ours && !input.approvals.adopt {
        return kept(node, &owner_by_tags(&role.tags));
    }
    if let Some(user) = other_users(input, &role.arn).first() {
        return kept(node, &format!("profile {} still uses it", user.name));
    }
    // IAM deletes a role only once nothing is attached to it, whoever attached it.
    adopted(
        Change::of(node.clone(), Op::Delete)
            .pinned(role.pin())
            .waiting(Wait::Gone, ""),
        ours,
    )
}

fn access_entry(input: &PlanInput<'_>, node: &Node, spec: &AccessEntrySpec) -> Change {
    let entry = match &input.aws.access_entry {
        Observed::Known(Some(entry)) => entry,
        Observed::Known(None) => return nothing(node),
        unread => {
            let why = unread.why_not().unwrap_or_default();
            return nothing(node).noted(format!("not looked at: {why}"));
        }
    };
    if let Some(user) = other_users(input, &spec.principal_arn).first() {
        return kept(node, &format!("profile {} still uses its role", user.name));
    }
    if let Observed::Known(Some(role)) = &input.aws.role
        && !input.owns(&role.tags)
        && !input.approvals.adopt
    {
        return kept(node, "its role is not ours");
    }
    Change::of(node.clone(), Op::Delete)
        .pinned(entry.pin())
        .waiting(Wait::Gone, "")
        .noted("EKS made it for the role and does not remove it")
}

fn profile(input: &PlanInput<'_>, node: &Node, name: &str) -> Change {
    if input.aws.profiles.known().is_none() {
        return Change::unread(node.clone(), &input.aws.profiles);
    }
    let Some(profile) = input.aws.profile(name) else {
        return nothing(node);
    };
    let ours = input.owns(&profile.tags);
    if !ours && !input.approvals.adopt {
        return kept(node, &owner_by_tags(&profile.tags));
    }
    let change = if profile.status == ProfileStatus::Deleting {
        going(node, profile.pin())
    } else {
        deleted(node, profile.pin())
    };
    adopted(change, ours)
}

fn balancer(input: &PlanInput<'_>, node: &Node, spec: &LoadBalancerSpec) -> Change {
    let (balancer, groups) = (&input.aws.balancer, &input.aws.security_groups);
    let own_groups: Vec<&str> = groups.known().map_or_else(Vec::new, |groups| {
        groups.iter().filter(|g| !g.shared).map(|g| g.id.as_str()).collect()
    });
    let ingress_goes = input.stack.nodes.iter().any(
        |other| matches!(&other.desired, Desired::Object(o) if o.kind() == "Ingress" && goes(&object(input, other, o))),
    );
    let change = match balancer {
        Observed::Known(Some(balancer)) => nothing(node).pinned(balancer.pin()),
        _ => nothing(node),
    };
    if !input.aws.other_backends.is_empty() {
        let others: Vec<&str> = input.aws.other_backends.keys().map(String::as_str).collect();
        let change = change.noted(format!(
            "stays: IngressGroup {} shares it with {}",
            spec.stack,
            shortened(&others)
        ));
        return if ingress_goes {
            change.waiting(Wait::Gone, "wait until the lab's target groups are gone")
        } else {
            change
        };
    }
    let there = matches!(balancer, Observed::Known(Some(_))) || !own_groups.is_empty();
    match (there, ingress_goes) {
        // The controller may still be at work on an Ingress whose ALB was not seen yet.
        (_, true) => change.waiting(Wait::Gone, "wait until ALB and security groups are gone"),
        (false, false) => change,
        (true, false) => change.noted(left_over(input, &own_groups)),
    }
}

fn goes(change: &Change) -> bool {
    change.task.wait == Wait::Gone
}

/// An ALB without its Ingress: nobody will remove it, so its owner has to.
fn left_over(input: &PlanInput<'_>, groups: &[&str]) -> String {
    let mut commands = Vec::new();
    if let Observed::Known(Some(balancer)) = &input.aws.balancer {
        commands.push(format!(
            "aws elbv2 delete-load-balancer --load-balancer-arn {}",
            balancer.arn
        ));
    }
    commands.extend(
        groups
            .iter()
            .map(|id| format!("aws ec2 delete-security-group --group-id {id}")),
    );
    format!(
        "left over: its Ingress is gone. Remove it with: {}",
        commands.join("; ")
    )
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
    let ours = live.belongs_to(input.lab);
    if !ours && !input.approvals.adopt {
        return kept(node, &owner_by_labels(live));
    }
    let change = if live.is_deleting() {
        going(node, object_pin(live))
    } else {
        deleted(node, object_pin(live))
    };
    let change = match node.id.kind {
        NodeKind::Ingress => ingress(input, change, live),
        NodeKind::Namespace => namespace(input, change),
        _ => change,
    };
    adopted(change, ours)
}

/// What would keep the controller from cleaning up behind an Ingress.
fn ingress(input: &PlanInput<'_>, change: Change, live: &Object) -> Change {
    let attributes = Annotation::ATTRIBUTES;
    if attributes.of(live).is_some_and(lbc::protects_from_deletion) {
        return change.refused(Refusal::Invalid(format!(
            "the Ingress asks for deletion protection, so the controller would keep the ALB for ever without a word; \
             first: kubectl -n {} annotate ingress {} {}-",
            live.namespace().unwrap_or_default(),
            live.name(),
            attributes.key()
        )));
    }
    if input.kube.controller_ready() == Some(false) && lbc::has_finalizer(live) {
        return change.noted("the load balancer controller is not running: the Ingress and its ALB stay until it is");
    }
    change
}

/// What of others a namespace takes with it.
fn namespace(input: &PlanInput<'_>, change: Change) -> Change {
    let foreign = foreign_objects(input);
    if foreign.is_empty() {
        return change;
    }
    change.noted(format!("also takes what is not ours: {}", shortened(&foreign)))
}

/// The first five names.
fn shortened(names: &[impl std::borrow::Borrow<str>]) -> String {
    let first = names[..names.len().min(5)].join(", ");
    match names.len().saturating_sub(5) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// The kinds whose pods are those that `spec.selector.matchLabels` matches.
const WORKLOADS: [&str; 5] = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"];

/// Objects in the lab's namespace that are neither ours nor made for ours, as far as they were read.
fn foreign_objects(input: &PlanInput<'_>) -> Vec<String> {
    let kube = input.kube;
    let there = kube.objects.iter().filter_map(|state| state.live.known()?.clone());
    let pods = kube.pods.items();
    // The pods of a Deployment that is gone already are still ours.
    let workloads = input.stack.nodes.iter().filter_map(|node| match &node.desired {
        Desired::Object(wanted) if WORKLOADS.contains(&wanted.kind()) => {
            Some(input.kube.live(wanted).unwrap_or(wanted))
        }
        _ => None,
    });
    let ours: Vec<&str> = workloads
        .filter(|workload| workload.belongs_to(input.lab))
        .flat_map(|workload| readiness::pods_of(workload, pods))
        .filter_map(Object::uid)
        .collect();
    let strangers = pods
        .iter()
        .filter(|pod| !pod.belongs_to(input.lab) && pod.uid().is_none_or(|uid| !ours.contains(&uid)))
        .filter(|pod| !readiness::is_over(pod));
    let mut names: Vec<String> = there
        .filter(|object| object.namespace().is_some())
        .chain(kube.budgets.items().iter().cloned())
        .chain(kube.autoscalers.items().iter().cloned())
        .filter(|object| !object.belongs_to(input.lab))
        .map(|object| object.key().to_string())
        .chain(strangers.map(|pod| format!("pod/{}", pod.name())))
        .collect();
    names.sort();
    names.dedup();
    names
}
