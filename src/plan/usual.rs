//! How long steps usually take: one table of magnitudes, with where each is from.
//!
//! The middle (p50) and what nine of ten stay below (p90), of a step from its beginning until what it waits for has come about. They are
//! what is expected, never a limit.

use serde_json::Value;

use super::change::{Change, FieldDiff, Plan};
use crate::event::Usual;
use crate::model::{Goal, NodeKind, Op, Wait};

/// What is asked for and there at once: one or two calls to an API.
const CALLS: Usual = Usual {
    p50_ms: 500,
    p90_ms: 2_000,
};

/// Profile CREATING to ACTIVE: users report 26 s to 5 min 45 s (eksctl#2461, terraform-provider-aws#13376), most of them two to four
/// minutes; before that up to a quarter of a minute until the new role is known everywhere.
const PROFILE_MADE: Usual = usual(175, 275);
/// Profile DELETING to gone: one to four minutes by the same reports.
const PROFILE_GONE: Usual = usual(105, 210);
/// ALB `provisioning` to `active`: two to three minutes (Elastic Load Balancing user guide: "a few minutes"; measured: 1.5 to 3).
const BALANCER_MADE: Usual = usual(145, 180);
/// The controller's first write, and its calls to AWS until the Ingress has a host name (recorded: 4 to 8 s).
const INGRESS_MADE: Usual = usual(5, 7);
/// The controller removes listener, ALB, target group and its security groups, which network interfaces hold for a while; the finalizer
/// keeps the Ingress as long (recorded: some 20 s to a minute and a half).
const INGRESS_GONE: Usual = usual(50, 85);
const BALANCER_GONE: Usual = usual(50, 85);
/// Fargate launches a machine for each pod (30 to 60 s from `Pending` to `Scheduled`) and pulls the image on it, nothing cached (5 to
/// 20 s); the slowest of five counts.
const PODS_MADE: Usual = usual(63, 74);
/// Pods stop within the grace period of a web server.
const PODS_GONE: Usual = usual(4, 6);
/// A new target passes two checks, 15 s apart (the controller's defaults), after it has been registered.
const TARGETS_HEALTHY: Usual = usual(25, 32);
/// The namespace controller's passes until nothing is left in it.
const NAMESPACE_GONE: Usual = usual(5, 8);
/// The name in DNS, and one request.
const ANSWER: Usual = usual(1, 10);

const fn usual(p50: u64, p90: u64) -> Usual {
    Usual {
        p50_ms: p50 * 1000,
        p90_ms: p90 * 1000,
    }
}

/// How long this step usually takes.
pub(super) fn usual_of(plan: &Plan, change: &Change) -> Usual {
    let task = &change.task;
    let kind = &task.node.id.kind;
    match (task.wait, task.op) {
        (Wait::None | Wait::Held, _) => CALLS,
        // It goes first.
        (_, Op::Replace) => sum(gone(kind), made(kind)),
        _ if task.goal() == Goal::Gone => gone(kind),
        _ if is_there(plan, change) => CALLS,
        _ if *kind == NodeKind::Deployment && makes_no_pods(change) => PODS_GONE,
        _ if *kind == NodeKind::Targets && plan.changes.iter().any(makes_no_pods) => CALLS,
        _ => made(kind),
    }
}

fn made(kind: &NodeKind) -> Usual {
    match kind {
        NodeKind::Profile => PROFILE_MADE,
        NodeKind::LoadBalancer => BALANCER_MADE,
        NodeKind::Ingress => INGRESS_MADE,
        NodeKind::Deployment => PODS_MADE,
        NodeKind::Targets => TARGETS_HEALTHY,
        NodeKind::Proof => ANSWER,
        _ => CALLS,
    }
}

fn gone(kind: &NodeKind) -> Usual {
    match kind {
        NodeKind::Profile => PROFILE_GONE,
        NodeKind::LoadBalancer => BALANCER_GONE,
        NodeKind::Ingress => INGRESS_GONE,
        NodeKind::Deployment => PODS_GONE,
        NodeKind::Namespace => NAMESPACE_GONE,
        _ => CALLS,
    }
}

fn sum(one: Usual, other: Usual) -> Usual {
    Usual {
        p50_ms: one.p50_ms + other.p50_ms,
        p90_ms: one.p90_ms + other.p90_ms,
    }
}

/// Whether an ALB works already, and its Ingress is not made anew.
fn is_there(plan: &Plan, change: &Change) -> bool {
    let task = &change.task;
    let is_seen = task.op == Op::None && task.pin.is_some() && change.stage.is_none();
    let is_replaced = |change: &Change| {
        change.task.node.id.kind == NodeKind::Ingress && matches!(change.task.op, Op::Replace | Op::Create)
    };
    task.node.id.kind == NodeKind::LoadBalancer && is_seen && !plan.changes.iter().any(is_replaced)
}

/// Whether a Deployment only gets fewer pods.
fn makes_no_pods(change: &Change) -> bool {
    let is_fewer = |diff: &FieldDiff| {
        let (before, after) = (diff.before.as_ref(), diff.after.as_ref());
        let counts = before.and_then(Value::as_u64).zip(after.and_then(Value::as_u64));
        diff.path == "spec.replicas" && counts.is_some_and(|(before, after)| after < before)
    };
    let mut diffs = change
        .diffs
        .iter()
        .filter(|diff| !diff.path.starts_with("metadata."))
        .peekable();
    diffs.peek().is_some() && diffs.all(is_fewer)
}
