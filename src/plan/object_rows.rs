//! Rows for Kubernetes objects that are wanted.

use serde_json::Value;

use super::change::{Approach, Change, Refusal, Validation};
use super::diff::{self, Difference};
use super::drift;
use super::input::PlanInput;
use super::row::object_pin;
use crate::model::{
    DryRun, FieldConflict, LAB_LABEL, MANAGED_BY_LABEL, MANAGER, Node, NodeKind, Object, ObjectState, Observed, Op,
};
use crate::readiness;
use crate::stack::{autoscaler_of, scale_intent};

/// What is to be done about a wanted object.
pub(crate) fn object(input: &PlanInput<'_>, node: &Node, wanted: &Object, was_there: bool) -> Change {
    let Some(state) = input.kube.state(wanted) else {
        return Change::unread(node.clone(), &Observed::<Object>::NotAsked);
    };
    match &state.live {
        unread @ (Observed::Unknown(_) | Observed::NotAsked) => Change::unread(node.clone(), unread),
        Observed::Known(None) => created(node, &state.dry_run, was_there),
        Observed::Known(Some(live)) if live.is_deleting() => Change::of(node.clone(), Op::None)
            .pinned(object_pin(live))
            .refused(Refusal::Invalid(format!(
                "{} is being deleted; apply again once it is gone",
                node.id
            ))),
        Observed::Known(Some(live)) => {
            let change = match autoscaled(input, live, state) {
                Some((name, state)) => existing(input, node, live, &state).noted(format!(
                    "horizontal autoscaler {name} sets the number of pods; replicas is left to it"
                )),
                None => scaled(input, existing(input, node, live, state), live, wanted),
            };
            repaired(input, change, live)
        }
    }
}

fn created(node: &Node, dry_run: &DryRun, was_there: bool) -> Change {
    let mut change = Change::of(node.clone(), Op::Create);
    change.validation = validation(dry_run);
    change.refusal = refusal(dry_run);
    if was_there {
        change.drift.push(drift::deleted());
    }
    change
}

fn existing(input: &PlanInput<'_>, node: &Node, live: &Object, state: &ObjectState) -> Change {
    let (differences, hidden) = match &state.dry_run {
        DryRun::Validated(planned)
        | DryRun::Conflict {
            forced: Some(planned), ..
        } => {
            let diff = diff::objects(live, planned);
            (diff.differences, diff.hidden)
        }
        _ => match &node.desired {
            crate::model::Desired::Object(wanted) => (diff::manifest(live, wanted), 0),
            _ => (Vec::new(), 0),
        },
    };
    // Without the server's word there is no "no change".
    let op = match &state.dry_run {
        DryRun::Validated(_) if differences.is_empty() => Op::None,
        _ => Op::Update,
    };
    let mut change = Change::of(node.clone(), op).pinned(object_pin(live));
    change.diffs = differences.iter().map(Difference::shown).collect();
    change.hidden = hidden;
    change.validation = validation(&state.dry_run);
    if live.belongs_to(input.lab) {
        let foreign = drift::of_object(live, &differences);
        change.drift = foreign.drift;
        change.notes.extend(foreign.notes);
    }
    permitted(input, change, live, &state.dry_run)
}

/// Ownership first, then conflicts, then what the server refused.
fn permitted(input: &PlanInput<'_>, mut change: Change, live: &Object, dry_run: &DryRun) -> Change {
    let ours = live.belongs_to(input.lab);
    if !ours && !input.approvals.adopt {
        return change.refused(Refusal::NotOurs(owner_by_labels(live)));
    }
    if !ours {
        change.approach = Approach::Adopted;
    }
    if let DryRun::Conflict { conflicts, .. } = dry_run {
        if !input.approvals.force_conflicts {
            return change.refused(Refusal::Conflict(conflicts.iter().map(conflict_words).collect()));
        }
        change.task.force = true;
        if ours {
            change.approach = Approach::Forced;
        }
    }
    change.refusal = refusal(dry_run);
    change
}

fn conflict_words(conflict: &FieldConflict) -> String {
    format!("{} ({})", conflict.field.trim_start_matches('.'), conflict.manager)
}

/// Who owns an object, by its labels and managers, in words.
pub(crate) fn owner_by_labels(live: &Object) -> String {
    if let (Some(MANAGER), Some(lab)) = (live.label(MANAGED_BY_LABEL), live.label(LAB_LABEL)) {
        return format!("it belongs to lab {lab}");
    }
    if let Some(tool) = live.label(MANAGED_BY_LABEL) {
        return format!("it is managed by {tool}");
    }
    let makers: Vec<String> = super::fields::managers(live)
        .iter()
        .filter(|manager| !manager.is_us() && !manager.is_controller())
        .map(super::fields::Manager::words)
        .collect();
    match makers.first() {
        Some(maker) => format!("it has no labels of this lab; made with {maker}"),
        None => "it has no labels of this lab".to_owned(),
    }
}

fn validation(dry_run: &DryRun) -> Validation {
    match dry_run {
        DryRun::Validated(_) | DryRun::Conflict { .. } => Validation::Server,
        DryRun::Elsewhere(_) => Validation::Elsewhere,
        DryRun::NotYet(why) | DryRun::WebhookDown { why, .. } => Validation::NotYet(why.clone()),
        DryRun::Refused(why) => Validation::Refused(why.clone()),
    }
}

/// A refused dry run refuses the change, too. A refusal that passes by itself, such as that of a webhook that is not
/// answering just now, is none: it counts as not validated yet.
fn refusal(dry_run: &DryRun) -> Option<Refusal> {
    match dry_run {
        DryRun::Refused(why) => Some(Refusal::Invalid(why.clone())),
        _ => None,
    }
}

/// Adds the note about a number asked for with `scale`.
fn scaled(input: &PlanInput<'_>, change: Change, live: &Object, wanted: &Object) -> Change {
    if live.kind() != "Deployment" {
        return change;
    }
    match (scale_intent(live), scale_intent(wanted)) {
        (Some(asked), Some(kept)) if asked == kept && kept != input.replicas.environment => change.noted(format!(
            "keeps {kept} replicas as asked with `scale`; --reset-scale returns to {}",
            input.replicas.environment
        )),
        (Some(asked), None) => change.noted(format!("drops the {asked} replicas asked for with `scale`")),
        _ => change,
    }
}

/// Where an autoscaler sets the replicas: its name, and what was read with our wish for a number taken out.
fn autoscaled<'a>(input: &PlanInput<'a>, live: &Object, state: &ObjectState) -> Option<(&'a str, ObjectState)> {
    if live.kind() != "Deployment" {
        return None;
    }
    let name = autoscaler_of(input.kube, live.name())?;
    let replicas = live.at("/spec/replicas").cloned().unwrap_or(Value::from(1));
    let left_alone = |planned: &Object| {
        let mut planned = planned.clone();
        if let Some(spec) = planned.0.get_mut("spec").and_then(Value::as_object_mut) {
            spec.insert("replicas".to_owned(), replicas.clone());
        }
        planned
    };
    let dry_run = match &state.dry_run {
        DryRun::Validated(planned) => DryRun::Validated(left_alone(planned)),
        DryRun::Conflict { conflicts, forced } => {
            let others: Vec<FieldConflict> = conflicts
                .iter()
                .filter(|conflict| conflict.field != ".spec.replicas")
                .cloned()
                .collect();
            match forced.as_ref().map(left_alone) {
                Some(planned) if others.is_empty() => DryRun::Validated(planned),
                forced => DryRun::Conflict {
                    conflicts: others,
                    forced,
                },
            }
        }
        other => other.clone(),
    };
    let state = ObjectState {
        dry_run,
        ..state.clone()
    };
    Some((name, state))
}

/// With the pods that only a new pod can mend.
fn repaired(input: &PlanInput<'_>, mut change: Change, live: &Object) -> Change {
    let (NodeKind::Deployment, Some(pods)) = (&change.task.node.id.kind, input.kube.pods.known()) else {
        return change;
    };
    let since = input.serving_profile(live).and_then(|profile| profile.created_at);
    let own: Vec<Object> = readiness::pods_of(live, pods).into_iter().cloned().collect();
    let stuck = readiness::stuck_pods(&own, since);
    // A new template brings new pods anyway.
    let unpulled = if change.diffs.iter().any(|diff| diff.path.starts_with("spec.template")) {
        Vec::new()
    } else {
        readiness::unpulled_pods(&own)
    };
    change = match stuck.len() {
        0 => change,
        1 => change.noted("recreate 1 pod: it was made before the profile could take it"),
        count => change.noted(format!(
            "recreate {count} pods: they were made before the profile could take them"
        )),
    };
    change = match unpulled.len() {
        0 => change,
        1 => change.noted("recreate 1 pod: it could not pull its image, and waits before it tries again"),
        count => change.noted(format!(
            "recreate {count} pods: they could not pull their image, and wait before they try again"
        )),
    };
    change.task.recreate = stuck.into_iter().chain(unpulled).collect();
    change
}

/// The object that the adapter is to write: under an autoscaler without our number of replicas.
///
/// Leaving the field out keeps the number only if somebody else owns it, too; where we are its only owner the live
/// number is written instead.
pub(crate) fn written(input: &PlanInput<'_>, wanted: &Object, live: &Object) -> Option<Object> {
    if live.kind() != "Deployment" {
        return None;
    }
    autoscaler_of(input.kube, live.name())?;
    let path = super::path::Path::default().field("spec").field("replicas");
    let owned_by_others = super::fields::managers(live)
        .iter()
        .any(|m| !m.is_us() && m.owns(&path));
    let mut object = wanted.clone();
    let spec = object.0.get_mut("spec")?.as_object_mut()?;
    match live.at("/spec/replicas") {
        Some(replicas) if !owned_by_others => spec.insert("replicas".to_owned(), replicas.clone()),
        _ => spec.remove("replicas"),
    };
    Some(object)
}
