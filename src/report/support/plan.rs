//! What `apply` would do, step by step.

use schemars::JsonSchema;
use serde::Serialize;

use super::redactor::{Redacted, Redactor};
use crate::event::Counts;
use crate::model::{NodeId, NodeKind, Op, Wait};
use crate::plan::{Approach, Change, Plan, Refusal, Validation};

/// A plan.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Planned {
    /// How many changes of each kind it has.
    counts: Counts,
    /// What the lab will cost an hour, in US dollars, if the region has prices.
    dollars_per_hour: Option<f64>,
    /// Its steps, in order.
    steps: Vec<Step>,
}

/// What is to be done to one thing.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Step {
    /// What it is about, as `kind/name`.
    node: Redacted,
    /// What is done to it.
    op: Op,
    /// What is waited for.
    wait: Wait,
    /// How far the server has vouched for it.
    validation: Redacted,
    /// The fields that will change; their values are not told.
    fields: Vec<Redacted>,
    /// The fields that somebody else has changed.
    drift: Vec<Redacted>,
    /// What else is worth knowing of it.
    notes: Vec<Redacted>,
    /// How far it is, where it is only waited for.
    stage: Option<Redacted>,
    /// Why it will not be done, if so.
    refusals: Vec<Refused>,
    /// What a flag lets it do.
    approaches: Vec<Approach>,
    /// Whether a removal leaves it there, as it is somebody else's or serves others.
    kept: bool,
}

/// Why something will not be done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Refused {
    /// The flag that lets it go further, if there is one.
    flag: Option<&'static str>,
    /// Why.
    why: Vec<Redacted>,
}

/// The names in it.
pub(super) fn learn(plan: &Plan, redactor: &mut Redactor) {
    for change in &plan.changes {
        node(&change.task.node.id, redactor);
    }
}

/// A node's kind and name.
pub(super) fn node(id: &NodeId, redactor: &mut Redactor) -> Redacted {
    let kind = match &id.kind {
        NodeKind::Object(kind) => redactor.words(kind),
        ours => Redacted::ours(ours.word().to_owned()),
    };
    redactor.name("name", &id.name).of_kind(&kind)
}

pub(super) fn planned(plan: &Plan, redactor: &mut Redactor) -> Planned {
    Planned {
        counts: plan.counts(),
        dollars_per_hour: plan.cost.hourly(),
        steps: plan.changes.iter().map(|change| step(change, redactor)).collect(),
    }
}

fn step(change: &Change, redactor: &mut Redactor) -> Step {
    let diffs = change.diffs.iter().map(|diff| redactor.words(&diff.path)).collect();
    let drift = change.drift.iter().map(|drift| redactor.words(&drift.path)).collect();
    Step {
        node: node(&change.task.node.id, redactor),
        op: change.task.op,
        wait: change.task.wait,
        validation: validation(&change.validation, redactor),
        fields: diffs,
        drift,
        notes: change.notes.iter().map(|note| redactor.said(note)).collect(),
        stage: change.stage.as_ref().map(|stage| redactor.said(stage)),
        refusals: change
            .refusals
            .iter()
            .map(|refusal| refused(refusal, redactor))
            .collect(),
        approaches: change.approaches.clone(),
        kept: change.kept,
    }
}

fn validation(validation: &Validation, redactor: &mut Redactor) -> Redacted {
    match validation {
        Validation::NotApplicable => Redacted::ours("not applicable".to_owned()),
        Validation::Server => Redacted::ours("by the server".to_owned()),
        Validation::Elsewhere => Redacted::ours("by the server, in another namespace".to_owned()),
        Validation::NotYet(why) => redactor.said(why).after("not yet: "),
        Validation::Refused(why) => redactor.said(why).after("refused: "),
    }
}

fn refused(refusal: &Refusal, redactor: &mut Redactor) -> Refused {
    let why = match refusal {
        Refusal::NotOurs(why) | Refusal::Shared(why) | Refusal::SharedUnread(why) | Refusal::Invalid(why) => {
            vec![redactor.said(why)]
        }
        Refusal::NeedsReplace(fields) => fields.iter().map(|field| redactor.words(field)).collect(),
        Refusal::Conflict(fields) => {
            let told = fields.iter().flat_map(|field| [&field.path, &field.manager]);
            told.map(|words| redactor.words(words)).collect()
        }
        Refusal::NoController { why, remedy } => vec![redactor.said(why), redactor.said(remedy)],
        Refusal::Autoscaled(name) => vec![redactor.name("name", name)],
    };
    Refused {
        flag: refusal.flag(),
        why,
    }
}
