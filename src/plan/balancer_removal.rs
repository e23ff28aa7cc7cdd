//! Removal of the ALB: the controller takes it away with its Ingress, so its row follows from what becomes of that.

use super::by_hand;
use super::change::Change;
use super::input::PlanInput;
use super::left_over::command;
use super::neighbours::shortened;
use crate::event::LeftoverKind;
use crate::lang::{Text, text};
use crate::model::{LoadBalancerSpec, Node, Observed, Op, Wait};

/// What becomes of the Ingress that an ALB is made of.
pub(super) enum Fate {
    /// It goes, and the ALB with it.
    Goes,
    /// It is there and stays, and so does the ALB.
    Stays,
    /// It was looked for, and is not there: nobody will remove the ALB.
    Missing,
    /// It could not be read.
    Unknown,
}

/// The row of the ALB.
pub(super) fn row(input: &PlanInput<'_>, node: &Node, spec: &LoadBalancerSpec, fate: &Fate) -> Change {
    let (balancer, groups) = (&input.aws.balancer, &input.aws.security_groups);
    let own_groups: Vec<&str> = groups.known().map_or_else(Vec::new, |groups| {
        groups.iter().filter(|g| !g.shared).map(|g| g.id.as_str()).collect()
    });
    let change = Change::of(node.clone(), Op::None);
    let change = match balancer {
        Observed::Known(Some(balancer)) => change.pinned(balancer.pin()),
        _ => change,
    };
    if input.approvals.without_controller && matches!(fate, Fate::Goes | Fate::Missing) {
        return by_hand::balancer(input, change, spec, matches!(fate, Fate::Missing));
    }
    if !input.aws.other_backends.is_empty() {
        let stays = text!(
            "plan-alb-shared",
            group = &spec.stack,
            others = shortened(input.aws.other_backends.keys())
        );
        let change = Change {
            kept: true,
            ..change.noted(stays)
        };
        return match fate {
            Fate::Goes => change.waiting(Wait::Gone, text!("plan-wait-groups-gone")),
            _ => change,
        };
    }
    let there = matches!(balancer, Observed::Known(Some(_))) || !own_groups.is_empty();
    match (fate, there) {
        // The controller may still be at work on an Ingress whose ALB was not seen yet.
        (Fate::Goes, _) => change.waiting(Wait::Gone, text!("plan-wait-alb-gone")),
        (_, false) => change,
        (Fate::Stays, true) => Change {
            kept: true,
            ..change.noted(text!("plan-alb-with-ingress", ingress = &spec.ingress))
        },
        (Fate::Unknown, true) => change.noted(text!("plan-alb-ingress-unread", ingress = &spec.ingress)),
        (Fate::Missing, true) => change.noted(left_over(input, &own_groups)),
    }
}

/// An ALB without its Ingress: nobody will remove it, so its owner has to.
fn left_over(input: &PlanInput<'_>, groups: &[&str]) -> Text {
    let balancer = input.aws.load_balancer();
    let things = balancer.map(|found| (LeftoverKind::LoadBalancer, found.arn.as_str()));
    let things = things
        .into_iter()
        .chain(groups.iter().map(|id| (LeftoverKind::SecurityGroup, *id)));
    let commands: Vec<String> = things
        .map(|(kind, id)| format!("`{}`", command(kind, "", id, &input.site.cluster)))
        .collect();
    text!("plan-alb-left-over", commands = commands.join("; "))
}
