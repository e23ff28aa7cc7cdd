//! Removal: rows for what is to be gone, and the order in which it goes.

use super::aws_rows::owner_by_tags;
use super::change::{Approach, Change, Refusal};
use super::input::PlanInput;
use super::object_rows::owner_by_labels;
use super::row::object_pin;
use crate::lbc::{self, Annotation};
use crate::model::{
    AccessEntrySpec, Desired, LoadBalancerSpec, Node, NodeId, NodeKind, Object, Observed, Op, Pin, Profile,
    ProfileStatus, Wait,
};
use crate::readiness;
use crate::stack::{Edge, EdgeKind};

/// What is to be done about a node that is to be gone; nothing for what never is a thing of its own.
pub(crate) fn row(input: &PlanInput<'_>, node: &Node) -> Option<Change> {
    Some(match &node.desired {
        Desired::Role(_) => role(input, node),
        Desired::Profile(spec) => profile(input, node, &spec.name),
        Desired::AccessEntry(spec) => access_entry(input, node, spec),
        Desired::Object(object) => self::object(input, node, object),
        Desired::LoadBalancer(spec) => balancer(input, node, spec),
        Desired::Proof(_) => return None,
    })
}

fn nothing(node: &Node) -> Change {
    Change::of(node.clone(), Op::None)
}

fn kept(node: &Node, why: &str) -> Change {
    nothing(node).noted(format!("kept: {why}"))
}

fn deleted(node: &Node, pin: Pin) -> Change {
    Change::of(node.clone(), Op::Delete)
        .pinned(pin)
        .waiting(Wait::Gone, "wait until it is gone")
}

/// It is going already: nothing to do but to wait.
fn going(node: &Node, pin: Pin) -> Change {
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

/// Objects in the lab's namespace that are neither ours nor made for ours, as far as they were read.
fn foreign_objects(input: &PlanInput<'_>) -> Vec<String> {
    let kube = input.kube;
    let there = kube.objects.iter().filter_map(|state| state.live.known()?.clone());
    let pods = kube.pods.items();
    // The pods of a Deployment that is gone already are still ours.
    let deployments = input.stack.nodes.iter().filter_map(|node| match &node.desired {
        Desired::Object(wanted) if wanted.kind() == "Deployment" => Some(input.kube.live(wanted).unwrap_or(wanted)),
        _ => None,
    });
    let ours: Vec<&str> = deployments
        .filter(|deployment| deployment.belongs_to(input.lab))
        .flat_map(|deployment| readiness::pods_of(deployment, pods))
        .filter_map(Object::uid)
        .collect();
    let strangers = pods
        .iter()
        .filter(|pod| pod.uid().is_none_or(|uid| !ours.contains(&uid)))
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
                desired: Desired::Profile(crate::model::ProfileSpec {
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

/// The edges of a stack turned round, with the order of removal made sure even where a node in between has nothing to
/// do: the Ingress and its ALB before everything else, objects before their namespace, Deployments before profiles,
/// profiles before access entries, both before roles.
pub(crate) fn turned_round(edges: &[Edge], nodes: &[NodeId]) -> Vec<Edge> {
    let mut turned: Vec<Edge> = edges
        .iter()
        .filter(|edge| nodes.contains(&edge.before) && nodes.contains(&edge.after))
        .map(|edge| match edge.kind {
            EdgeKind::Yields => edge.clone(),
            EdgeKind::Ready | EdgeKind::Applied => gone_before(&edge.after, &edge.before),
        })
        .collect();
    for edge in order_of_removal(nodes) {
        if !turned.iter().any(|e| e.before == edge.before && e.after == edge.after) {
            turned.push(edge);
        }
    }
    turned
}

/// The order in which things are removed, whatever a stack says.
pub(crate) fn order_of_removal(nodes: &[NodeId]) -> Vec<Edge> {
    let mut edges = Vec::new();
    for before in nodes {
        for after in nodes {
            if goes_first(&before.kind, &after.kind) {
                edges.push(gone_before(before, after));
            }
        }
    }
    edges
}

fn goes_first(before: &NodeKind, after: &NodeKind) -> bool {
    use NodeKind::{AccessEntry, Deployment, Ingress, LoadBalancer, Namespace, Profile, Role};
    match (before, after) {
        (Ingress | LoadBalancer, Ingress | LoadBalancer) => false,
        (Ingress | LoadBalancer, after) => after.is_object() || *after == Profile,
        (before, Namespace) => before.is_object() && *before != Namespace,
        (Deployment, Profile) | (Profile, AccessEntry | Role) | (AccessEntry, Role) => true,
        _ => false,
    }
}

fn gone_before(before: &NodeId, after: &NodeId) -> Edge {
    Edge {
        before: before.clone(),
        after: after.clone(),
        kind: EdgeKind::Ready,
    }
}
