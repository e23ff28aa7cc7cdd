//! What shows that a missing thing of the lab was there once, so that somebody must have deleted it.
//!
//! Nothing else counts: a thing of another name has never been there, and one that an interrupted run has not come to yet
//! neither.

use super::input::PlanInput;
use crate::model::{Desired, Node, NodeKind, Object, PROFILE_TAG};

/// Whether something that is there names the missing node.
pub(super) fn was_there(input: &PlanInput<'_>, node: &Node) -> bool {
    match &node.desired {
        Desired::Role(spec) => {
            let mut profiles = input.aws.profiles.items().iter();
            profiles.any(|profile| profile.role_arn == spec.arn && input.owns(&profile.tags))
        }
        Desired::Profile(spec) => is_recorded(input, &spec.name) && has_deployment(input),
        Desired::Object(wanted) => match node.id.kind {
            NodeKind::Service => ingress_names(input, wanted.name()),
            // The controller's tags say that the ALB is this Ingress's.
            NodeKind::Ingress => {
                let balancer = input.aws.load_balancer();
                balancer.is_some_and(|balancer| !balancer.target_groups.is_empty())
            }
            _ => false,
        },
        Desired::AccessEntry(_) | Desired::LoadBalancer(_) | Desired::Proof(_) | Desired::Lock(_) => false,
    }
}

/// Whether the role says that the profile was to be made, and EKS that it has come to it: it makes the role's access
/// entry with the profile, and does not remove it.
fn is_recorded(input: &PlanInput<'_>, profile: &str) -> bool {
    let role = input.aws.role.known().and_then(Option::as_ref);
    let named = role.is_some_and(|role| {
        let recorded = role.tags.get(PROFILE_TAG).is_some_and(|name| name == profile);
        recorded && input.owns(&role.tags)
    });
    named && matches!(input.aws.access_entry.known(), Some(Some(_)))
}

/// A removal takes the Deployment before the profile.
fn has_deployment(input: &PlanInput<'_>) -> bool {
    live_of(input, &NodeKind::Deployment).is_some()
}

fn ingress_names(input: &PlanInput<'_>, service: &str) -> bool {
    let Some(ingress) = live_of(input, &NodeKind::Ingress) else {
        return false;
    };
    let paths = ingress.items("/spec/rules").flat_map(|rule| {
        let paths = rule.pointer("/http/paths").and_then(serde_json::Value::as_array);
        paths.into_iter().flatten().filter_map(|path| path.get("backend"))
    });
    let mut backends = paths.chain(ingress.at("/spec/defaultBackend"));
    backends.any(|backend| backend.pointer("/service/name").is_some_and(|name| name == service))
}

/// The lab's live object of this kind.
fn live_of<'a>(input: &PlanInput<'a>, kind: &NodeKind) -> Option<&'a Object> {
    let of_kind = input.stack.nodes.iter().filter(|node| node.id.kind == *kind);
    let mut live = of_kind.filter_map(|node| match &node.desired {
        Desired::Object(wanted) => input.kube.live(wanted),
        _ => None,
    });
    live.find(|object| object.belongs_to(input.lab))
}
