//! The run in question, event by event, as far as its events are on record.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::plan::node;
use super::redactor::{Redacted, Redactor};
use crate::event::{Event, Failure, FailureClass, Record, RunVerb, Summary};
use crate::lang::Text;
use crate::model::PodStage;

/// The most events of a run that are told: its last ones.
const MOST: usize = 2_000;

/// A run.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunOnRecord {
    /// Which verb, if its beginning is on record.
    verb: Option<RunVerb>,
    /// Version of the program that ran.
    version: Option<Redacted>,
    /// How it ended, if its end is on record.
    exit_code: Option<u8>,
    /// Events that are left out: earlier ones than these, and signs of life.
    left_out: usize,
    /// Its events.
    events: Vec<Told>,
}

/// An event.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Told {
    /// When, by the clock of the run (virtual on the sandbox).
    at: Timestamp,
    /// What sort of event it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The step that it is about, as `kind/name`.
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<Redacted>,
    /// Milliseconds since that, or the run, began.
    #[serde(skip_serializing_if = "Option::is_none")]
    elapsed_ms: Option<u64>,
    /// Which way the step failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<FailureClass>,
    /// What it says: stage and cause, or causes and hint.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<Redacted>,
    /// How far each pod is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pods: Vec<PodStage>,
}

/// The names in the events.
pub(super) fn learn(events: &[Record], redactor: &mut Redactor) {
    for record in last_run(events) {
        if let Some(id) = record.event.node() {
            node(id, redactor);
        }
        match &record.event {
            Event::RunStarted { lab, place, .. } => {
                redactor.name("lab", lab);
                redactor.name("cluster", &place.cluster);
                if let Some(account) = &place.account {
                    redactor.name("account", account);
                }
            }
            Event::PlanReady { steps, .. } => {
                for step in steps {
                    node(&step.node, redactor);
                }
            }
            Event::Queued { holder, .. } => {
                redactor.name("person", &holder.description);
            }
            Event::Pods { pods, .. } => {
                for pod in pods {
                    redactor.name("pod", &pod.name);
                    if let Some(node) = &pod.node {
                        redactor.name("node", node);
                    }
                }
            }
            Event::Output { value, .. } => {
                redactor.name("url", value);
            }
            _ => {}
        }
    }
}

/// The records of the last run among these: a file may hold several.
fn last_run(events: &[Record]) -> &[Record] {
    let begun = events
        .iter()
        .rposition(|record| matches!(record.event, Event::RunStarted { .. }));
    events.get(begun.unwrap_or_default()..).unwrap_or_default()
}

/// The last run of these events, if there is any.
pub(super) fn on_record(events: &[Record], redactor: &mut Redactor) -> Option<RunOnRecord> {
    let events = last_run(events);
    let first = events.first()?;
    let (verb, version) = match &first.event {
        Event::RunStarted { verb, version, .. } => (Some(*verb), Some(redactor.words(version))),
        _ => (None, None),
    };
    let exit_code = events.iter().rev().find_map(|record| match &record.event {
        Event::Summary(Summary { exit_code, .. }) => Some(*exit_code),
        _ => None,
    });
    let telling: Vec<&Record> = events
        .iter()
        .filter(|record| !matches!(record.event, Event::Heartbeat { .. }))
        .collect();
    let shown = telling.get(telling.len().saturating_sub(MOST)..).unwrap_or_default();
    Some(RunOnRecord {
        verb,
        version,
        exit_code,
        left_out: events.len() - shown.len(),
        events: shown.iter().map(|record| told(record, redactor)).collect(),
    })
}

fn told(record: &Record, redactor: &mut Redactor) -> Told {
    let mut told = Told {
        at: record.at,
        kind: record.event.kind(),
        node: record.event.node().map(|id| node(id, redactor)),
        elapsed_ms: None,
        class: None,
        words: Vec::new(),
        pods: Vec::new(),
    };
    let mut say = |words: &mut Vec<Redacted>, text: &Text| words.push(redactor.said(text));
    match &record.event {
        Event::Finding(finding) => {
            told.words.push(redactor.words(&finding.id));
            told.words.push(redactor.said(&finding.evidence));
        }
        Event::StepProgress {
            stage,
            elapsed_ms,
            cause,
            ..
        } => {
            told.elapsed_ms = Some(*elapsed_ms);
            say(&mut told.words, stage);
            if let Some(cause) = cause {
                say(&mut told.words, cause);
            }
        }
        Event::StepRetried { cause, .. } => say(&mut told.words, cause),
        Event::StepDone { elapsed_ms, .. } | Event::Queued { elapsed_ms, .. } => told.elapsed_ms = Some(*elapsed_ms),
        Event::StepFailed { failure, .. } => {
            let Failure {
                class,
                causes,
                hint,
                stage,
                leaves: _,
            } = failure;
            told.class = Some(*class);
            let texts = causes.iter().chain([hint]).chain(stage);
            texts.for_each(|text| say(&mut told.words, text));
        }
        Event::Pods { pods, .. } => told.pods = pods.iter().map(|pod| pod.stage).collect(),
        Event::Summary(summary) => told.elapsed_ms = Some(summary.elapsed_ms),
        Event::RunStarted { .. }
        | Event::Phase { .. }
        | Event::PlanReady { .. }
        | Event::StepStarted { .. }
        | Event::Heartbeat { .. }
        | Event::StepSkipped { .. }
        | Event::Leftovers { .. }
        | Event::Interrupted { .. }
        | Event::Output { .. } => {}
    }
    told
}
