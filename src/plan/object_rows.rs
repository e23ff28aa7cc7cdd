//! Rows for Kubernetes objects that are wanted.

use serde_json::Value;

use super::change::{Change, Refusal, Validation};
use super::diff::{self, Difference};
use super::drift;
use super::handover;
use super::input::{PlanInput, PlanScope};
use super::path::Path;
use super::permission::{self, REPLICAS_FIELD};
use super::row::object_pin;
use crate::lang::{Text, text};
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
        Observed::Known(None) => created(input, node, state, was_there),
        Observed::Known(Some(live)) if live.is_deleting() => Change::of(node.clone(), Op::None)
            .pinned(object_pin(live))
            .refused(Refusal::Invalid(text!(
                "plan-being-deleted",
                node = node.id.to_string()
            ))),
        Observed::Known(Some(live)) => {
            let change = match autoscaled(input, live, state) {
                Some((name, _)) if input.scope == PlanScope::Replicas => {
                    existing(input, node, live, state).refused(Refusal::Autoscaled(name.to_owned()))
                }
                Some((name, state)) => existing(input, node, live, &state).noted(text!("plan-autoscaled", name = name)),
                None => scaled(input, existing(input, node, live, state), live, wanted),
            };
            repaired(input, change, live)
        }
    }
}

fn created(input: &PlanInput<'_>, node: &Node, state: &ObjectState, was_there: bool) -> Change {
    let mut change = Change::of(node.clone(), Op::Create);
    change.validation = validation(state);
    change.refusals.extend(permission::refusal(input, state));
    if was_there {
        change.drift.push(drift::deleted());
    }
    change
}

fn existing(input: &PlanInput<'_>, node: &Node, live: &Object, state: &ObjectState) -> Change {
    let ours = live.belongs_to(input.lab);
    let planned = match &state.dry_run {
        DryRun::Validated(planned) | DryRun::Conflict { forced: planned, .. } if ours => Some(planned.clone()),
        DryRun::Validated(planned) | DryRun::Conflict { forced: planned, .. } => {
            Some(handover::result(planned, state.alone.as_ref()))
        }
        _ => None,
    };
    let (differences, hidden) = match &planned {
        Some(planned) => {
            let diff = diff::objects(live, planned);
            (diff.differences, diff.hidden)
        }
        None => match &node.desired {
            crate::model::Desired::Object(wanted) => (diff::manifest(live, wanted), 0),
            _ => (Vec::new(), 0),
        },
    };
    // Without the server's word there is no "no change".
    let op = match &state.dry_run {
        DryRun::Validated(_) if differences.is_empty() => Op::None,
        DryRun::Immutable { .. } => Op::Replace,
        _ => Op::Update,
    };
    let mut change = Change::of(node.clone(), op).pinned(object_pin(live));
    change.diffs = differences.iter().map(Difference::shown).collect();
    change.hidden = hidden;
    change.validation = validation(state);
    let foreign = match &planned {
        _ if ours => drift::of_object(live, &differences),
        Some(planned) => handover::kept(planned, state.alone.as_ref()),
        None => drift::ForeignChanges::default(),
    };
    change.drift = foreign.drift;
    change.notes.extend(foreign.notes);
    if !ours {
        change.notes.extend(number_to_keep(&differences));
    }
    let owner = (!ours).then(|| owner_by_labels(live));
    permission::permitted(input, change, owner, state)
}

/// How to keep a number of pods that somebody else has set on what is taken over.
fn number_to_keep(differences: &[Difference]) -> Option<Text> {
    let replicas = Path::default().field("spec").field("replicas");
    let difference = differences.iter().find(|difference| difference.path == replicas)?;
    let number = difference.before.as_ref()?;
    Some(text!("plan-number-to-keep", number = number.as_u64()?))
}

/// Who owns an object, by its labels and managers, in words.
pub(crate) fn owner_by_labels(live: &Object) -> Text {
    if let (Some(MANAGER), Some(lab)) = (live.label(MANAGED_BY_LABEL), live.label(LAB_LABEL)) {
        return text!("plan-owner-other-lab", lab = lab);
    }
    if let Some(tool) = live.label(MANAGED_BY_LABEL) {
        return text!("plan-owner-tool", tool = tool);
    }
    let makers: Vec<String> = super::fields::managers(live)
        .iter()
        .filter(|manager| !manager.is_us() && !manager.is_controller())
        .map(|manager| {
            if manager.is_client_side {
                "kubectl apply".to_owned()
            } else {
                manager.words()
            }
        })
        .collect();
    match makers.first() {
        Some(maker) => text!("plan-owner-maker", maker = maker),
        None => text!("plan-owner-no-labels"),
    }
}

fn validation(state: &ObjectState) -> Validation {
    match &state.dry_run {
        DryRun::Validated(_) | DryRun::Conflict { .. } => Validation::Server,
        DryRun::Elsewhere(_) => Validation::Elsewhere,
        DryRun::Immutable { .. } if state.alone.is_some() => Validation::Elsewhere,
        DryRun::NotYet(why) | DryRun::WebhookDown { why, .. } | DryRun::Immutable { why, .. } => {
            Validation::NotYet(why.into())
        }
        DryRun::Refused(why) => Validation::Refused(why.clone()),
    }
}

/// Adds the note about a number asked for with `scale`.
fn scaled(input: &PlanInput<'_>, change: Change, live: &Object, wanted: &Object) -> Change {
    if live.kind() != "Deployment" {
        return change;
    }
    match (scale_intent(live), scale_intent(wanted)) {
        (Some(asked), Some(kept)) if asked == kept && kept != input.replicas.environment => change.noted(text!(
            "plan-replicas-kept",
            count = kept,
            environment = input.replicas.environment
        )),
        (Some(asked), None) => change.noted(text!("plan-replicas-dropped", count = asked)),
        // A number that was asked for now and has no effect.
        (None, None) if input.approvals.reset_scale && input.replicas.count != input.replicas.environment => change
            .noted(text!(
                "plan-replicas-of-template",
                count = input.replicas.count,
                environment = input.replicas.environment
            )),
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
                .filter(|conflict| conflict.field != REPLICAS_FIELD)
                .cloned()
                .collect();
            match left_alone(forced) {
                planned if others.is_empty() => DryRun::Validated(planned),
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
    // Its pods go with it.
    if change.task.op == Op::Replace {
        return change;
    }
    let since = input.serving_profile(live).and_then(|profile| profile.created_at);
    let own: Vec<Object> = readiness::pods_of(live, pods).into_iter().cloned().collect();
    let stuck = readiness::stuck_pods(&own, since);
    // A new template brings new pods anyway.
    let unpulled = if change.diffs.iter().any(|diff| diff.path.starts_with("spec.template")) {
        Vec::new()
    } else {
        readiness::unpulled_pods(&own)
    };
    if !stuck.is_empty() {
        change = change.noted(text!("plan-recreates-early", count = stuck.len()));
    }
    if !unpulled.is_empty() {
        change = change.noted(text!("plan-recreates-unpulled", count = unpulled.len()));
    }
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
    let path = Path::default().field("spec").field("replicas");
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
