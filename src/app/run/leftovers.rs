//! The proof of a removal: everything that a lab is made of is looked for once more.

use std::time::Duration;

use super::Run;
use super::end::RunEnd;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::session::Session;
use crate::app::snapshot::Bearings;
use crate::aws::{self, Search};
use crate::event::{Event, Leftover, LeftoverKind, Phase, Searched};
use crate::lang::Text;
use crate::lbc::IngressOwner;
use crate::model::{Desired, NodeKind, TargetKind, Wait, role_name_of};
use crate::plan::{Change, Plan, left_over};
use crate::report::removal_view::{self, CostsEnd};

/// The controller removes the security group that all Ingresses share so long after the last Ingress's own, at most.
const REMOVAL_OF_OTHERS: Duration = Duration::from_secs(20);

/// The controller removes an ALB, and after its network interfaces its security group, in so long at most.
const REMOVAL_OF_GROUP: Duration = Duration::from_mins(5);
/// How long between two looks whether it has.
const BETWEEN_LOOKS: Duration = Duration::from_secs(15);

impl Run<'_> {
    /// What is still there of what the controller, EKS and this program made, each kind with a line.
    pub(super) async fn find_leftovers(
        &self,
        context: &mut Context,
        bearings: &Bearings,
        plan: &Plan,
        end: &mut RunEnd,
    ) -> Result<Exit, AppError> {
        let phase = Phase::Leftovers;
        self.emit(&mut context.reporter, Event::Phase { phase });
        let search = async {
            let found = self.search(plan, bearings).await;
            Ok((found, self.forgotten(plan, &bearings.marks.cluster).await))
        };
        let (found, forgotten) = context.while_busy(self.session, phase, search).await?;
        let Remains { left, searched } = remains(self.session, plan, &found, forgotten);
        end.searched = searched;
        end.leftovers.clone_from(&left);
        let event = Event::Leftovers {
            items: left.clone(),
            searched: end.searched.clone(),
        };
        self.emit(&mut context.reporter, event);
        let proof = removal_view::searched(&end.searched, self.costs(plan), &context.reporter.settings().err);
        context.reporter.info(&proof);
        if left.is_empty() {
            return Ok(Exit::Done);
        }
        let style = context.reporter.settings().err;
        context
            .reporter
            .note(&removal_view::leftovers(&left, &context.commands(), &style));
        Ok(Exit::Failed)
    }

    /// Looks for all that the lab can have left. What a group shares goes with its last Ingress, and if two went at once neither
    /// has waited for that: the controller is given the time that it needs.
    async fn search(&self, plan: &Plan, bearings: &Bearings) -> aws::Leftovers {
        let begun = self.session.clock.awake();
        // Of a class, where the lab had something of its own before, the sweep finds it.
        let is_of_ground = !self.session.environment().fargate.own && self.session.aws_to_look.is_for_class();
        let what = if is_of_ground {
            Search::OfController
        } else {
            Search::Whole
        };
        loop {
            let clients = self.session.aws_to_look.as_of_next_look().await;
            let turn = self.session.turn().await;
            let found = aws::leftovers(&clients, &bearings.names, &bearings.marks, what).await;
            drop(turn);
            let Remains { left, .. } = remains(self.session, plan, &found, None);
            let is_going = is_of_group(plan) && left.iter().any(|item| item.kind.is_of_controller());
            if !is_going || self.session.clock.since(begun) >= REMOVAL_OF_GROUP {
                return found;
            }
            self.session.clock.sleep(BETWEEN_LOOKS).await;
        }
    }

    /// What the controller may have forgotten with the lab's ALB: what all share is nobody's business who had none.
    async fn forgotten(&self, plan: &Plan, cluster: &str) -> Option<Found> {
        let mut changes = plan.changes.iter();
        let is_balancer = |change: &Change| change.task.node.id.kind == NodeKind::LoadBalancer;
        if !changes.any(|change| is_balancer(change) && change.task.wait == Wait::Gone) {
            return None;
        }
        let clients = &self.session.aws_to_look;
        aws::forgotten_group(&clients.as_of_next_look().await, cluster).await?;
        // The removal of another lab may just be at it.
        self.session.clock.sleep(REMOVAL_OF_OTHERS).await;
        let group = aws::forgotten_group(&clients.as_of_next_look().await, cluster).await?;
        Some((LeftoverKind::SharedSecurityGroup, group.name, group.id))
    }

    /// What a removal of which nothing is left over means for the bill.
    fn costs(&self, plan: &Plan) -> CostsEnd {
        match self.session.environment().target {
            TargetKind::Sandbox => CostsEnd::Free,
            TargetKind::Aws if plan.keeps_something() => CostsEnd::InPart,
            TargetKind::Aws => CostsEnd::Whole,
        }
    }
}

/// What is still there of a lab.
pub(in crate::app) struct Remains {
    /// Each thing.
    pub(in crate::app) left: Vec<Leftover>,
    /// How many of each kind.
    pub(in crate::app) searched: Vec<Searched>,
}

/// What of that which was found is left over, and not kept by the plan for others: what an Ingress has that stays is in use.
/// Each with all that is worth telling of it; in the sandbox nothing costs anything.
pub(in crate::app) fn remains(
    session: &Session,
    plan: &Plan,
    found: &aws::Leftovers,
    forgotten: Option<Found>,
) -> Remains {
    let is_free = session.environment().target == TargetKind::Sandbox;
    let cluster = &plan.place.cluster;
    let left = all_left(found).chain(forgotten).map(|(kind, name, id)| {
        let left = left_over(kind, name, id, cluster, &plan.cost);
        Leftover {
            dollars_per_day: left.dollars_per_day.filter(|_| !is_free),
            ..left
        }
    });
    let left: Vec<Leftover> = left.filter(|item| !is_kept(plan, item)).collect();
    let searched = searched(&left, &reasons(found));
    Remains { left, searched }
}

/// Whether other Ingresses may share the lab's load balancer.
fn is_of_group(plan: &Plan) -> bool {
    let mut changes = plan.changes.iter();
    changes.any(|change| match &change.task.node.desired {
        Desired::LoadBalancer(spec) => IngressOwner::of(spec).is_group(),
        _ => false,
    })
}

/// What was looked for, and why kinds of it could not be.
fn reasons(found: &aws::Leftovers) -> Vec<(LeftoverKind, Option<Text>)> {
    use LeftoverKind::{AccessEntry, LoadBalancer, Profile, Role, SecurityGroup, TargetGroup};
    let by_controller = || found.by_controller.why_not();
    let untagged = || found.untagged.why_not();
    let mut reasons = vec![
        (LoadBalancer, by_controller().or_else(untagged)),
        (TargetGroup, by_controller()),
        (SecurityGroup, by_controller()),
    ];
    let own = [
        (Profile, found.profiles.is_asked(), found.profiles.why_not()),
        (Role, found.role.is_asked(), found.role.why_not()),
        (AccessEntry, found.access_entry.is_asked(), found.access_entry.why_not()),
    ];
    let own = own.into_iter().filter(|(_, is_asked, _)| *is_asked);
    reasons.extend(own.map(|(kind, _, why)| (kind, why)));
    reasons
}

fn searched(left: &[Leftover], reasons: &[(LeftoverKind, Option<Text>)]) -> Vec<Searched> {
    let of = |(kind, reason): &(LeftoverKind, Option<Text>)| Searched {
        kind: *kind,
        left: reason
            .is_none()
            .then(|| left.iter().filter(|item| item.kind.searched_as() == *kind).count()),
        reason: reason.clone(),
    };
    reasons.iter().map(of).collect()
}

/// Whether the plan says of this that it stays.
fn is_kept(plan: &Plan, item: &Leftover) -> bool {
    let kind = match item.kind {
        LeftoverKind::Profile => NodeKind::Profile,
        LeftoverKind::Role => NodeKind::Role,
        LeftoverKind::AccessEntry => NodeKind::AccessEntry,
        LeftoverKind::Namespace => NodeKind::Namespace,
        LeftoverKind::LoadBalancer
        | LeftoverKind::UntaggedLoadBalancer
        | LeftoverKind::TargetGroup
        | LeftoverKind::SecurityGroup
        | LeftoverKind::SharedSecurityGroup => {
            let mut changes = plan.changes.iter();
            return changes.any(|change| change.task.node.id.kind == NodeKind::Ingress && change.kept);
        }
    };
    let keeps = |kind: &NodeKind| {
        let mut changes = plan.changes.iter();
        changes.any(|change| change.kept && change.task.node.id.kind == *kind && change.task.node.id.name == item.name)
    };
    // An access entry stays with its role, whose name it has.
    keeps(&kind) || (kind == NodeKind::AccessEntry && keeps(&NodeKind::Role))
}

/// Something that was found, with its name and its ARN or id.
pub(in crate::app) type Found = (LeftoverKind, String, String);

fn all_left(found: &aws::Leftovers) -> impl Iterator<Item = Found> {
    let made = found.by_controller.known().cloned().unwrap_or_default();
    let balancers = made.balancers.into_iter();
    let untagged = found.untagged.items().iter().cloned();
    let groups = made.target_groups.into_iter();
    let firewalls = made.security_groups.into_iter();
    let profiles = found.profiles.items().iter().cloned();
    let roles = found.role.known().cloned().flatten().into_iter();
    let entries = found.access_entry.known().cloned().flatten().into_iter();
    let entry = |principal: String| {
        let name = role_name_of(&principal).to_owned();
        (LeftoverKind::AccessEntry, name, principal)
    };
    balancers
        .map(|found| (LeftoverKind::LoadBalancer, found.name, found.arn))
        .chain(untagged.map(|found| (LeftoverKind::UntaggedLoadBalancer, found.name, found.arn)))
        .chain(groups.map(|found| (LeftoverKind::TargetGroup, found.name, found.arn)))
        .chain(firewalls.map(|found| (LeftoverKind::SecurityGroup, found.name, found.id)))
        .chain(profiles.map(|found| (LeftoverKind::Profile, found.name, found.arn)))
        .chain(roles.map(|found| (LeftoverKind::Role, found.name, found.arn)))
        .chain(entries.map(move |found| entry(found.principal_arn)))
}
