//! What is printed below the row of a change: fields, drift, notes, refusals.

use jiff::Timestamp;

use super::page::{Page, Span};
use super::style::{Style, Tone};
use super::{outline_view, times, words};
use crate::model::{Goal, Op};
use crate::plan::{Approach, Change, Drift, FieldDiff, ForeignField, Refusal, Validation};

/// Everything that is printed about a change beside its row.
pub fn details(change: &Change, now: Timestamp, verbose: u8, style: &Style) -> String {
    let mut page = Page::new(style);
    let mut entry = |label: &str, tone: Option<Tone>, text: &str| {
        let label = format!("      {label}");
        page.entry(Span { text: &label, tone }, Span { text, tone });
    };
    let outline = change.outline.as_ref().map(outline_view::lines).unwrap_or_default();
    for (label, text) in outline {
        entry(&format!("{label:<LABEL$}"), None, &text);
    }
    for diff in change.diffs.iter().filter(|diff| !undoes_drift(diff, &change.drift)) {
        entry("", None, &diff_line(change, diff));
    }
    for drift in change.drift.iter().filter(|drift| !is_refused(drift, &change.refusals)) {
        entry("drift: ", Some(Tone::Care), &drift_line(drift, now));
    }
    if change.hidden > 0 && change.task.op == Op::Update && verbose > 0 {
        let fields = words::count(usize::try_from(change.hidden).unwrap_or_default(), "field");
        entry("", Some(Tone::Faint), &format!("{fields} set by the server not shown"));
    }
    for note in &change.notes {
        entry("", None, &style.say(note));
    }
    for used in &change.approaches {
        entry("", Some(Tone::Care), approach(*used, change.task.goal()));
    }
    if let Some(line) = validation_line(change, verbose) {
        entry("", Some(Tone::Faint), &line);
    }
    for refusal in &change.refusals {
        let (label, tone) = match refusal {
            Refusal::Conflict(_) => ("conflict: ", Tone::Care),
            _ => ("refused: ", Tone::Bad),
        };
        for line in refusal_lines(refusal, now) {
            entry(label, Some(tone), &line);
        }
    }
    if verbose > 0 && matches!(change.task.op, Op::Create | Op::Replace) {
        let whole = outline_view::whole(&change.task.node.desired).unwrap_or_default();
        whole
            .lines()
            .for_each(|line| page.line(format!("        {line}").trim_end()));
    }
    page.into_text()
}

/// Columns of the labels of an outline.
const LABEL: usize = 9;

/// A field that changes: `spec.replicas: 3 -> 5`.
pub fn diff_line(change: &Change, diff: &FieldDiff) -> String {
    if outline_view::is_secret(&change.task.node.desired, &diff.path) {
        return format!("{}: changes (hidden)", diff.path);
    }
    let after = match &diff.after {
        None => "(removed)".to_owned(),
        after => words::value(after.as_ref()),
    };
    format!("{}: {} -> {after}", diff.path, words::value(diff.before.as_ref()))
}

/// Whether the difference only puts back what somebody else has changed, which is shown as drift.
fn undoes_drift(diff: &FieldDiff, drift: &[Drift]) -> bool {
    drift
        .iter()
        .any(|drift| !drift.kept && drift.path == diff.path && drift.found == diff.before)
}

/// Whether what becomes of it is still to be decided, which the refusal tells.
fn is_refused(drift: &Drift, refusals: &[Refusal]) -> bool {
    refusals.iter().any(
        |refusal| matches!(refusal, Refusal::Conflict(fields) if fields.iter().any(|field| field.path == drift.path)),
    )
}

/// What somebody else has changed, who, when, and what becomes of it.
pub fn drift_line(drift: &Drift, now: Timestamp) -> String {
    let path = &drift.path;
    let what = match (&drift.found, &drift.wanted) {
        _ if path.is_empty() => "it was deleted".to_owned(),
        (Some(found), Some(wanted)) => format!(
            "{path} is {}, not {}: changed",
            words::preview(found),
            words::preview(wanted)
        ),
        (Some(found), None) => format!("{path} is {}: added", words::preview(found)),
        (None, _) => format!("{path} is not there: removed"),
    };
    let who = drift
        .manager
        .as_ref()
        .map_or_else(String::new, |manager| format!(" by {manager}"));
    let when = drift
        .at
        .map_or_else(String::new, |at| format!(" {}", times::ago(at, now)));
    let then = match (drift.kept, drift.path.is_empty()) {
        (true, _) => "it is kept",
        (false, true) => "it is recreated",
        (false, false) => "it is put back",
    };
    format!("{what}{who}{when}; {then}")
}

fn approach(approach: Approach, goal: Goal) -> &'static str {
    match approach {
        Approach::Adopted if goal == Goal::Gone => "not ours, and removed all the same (--adopt)",
        Approach::Adopted => "taken over from its owner (--adopt)",
        Approach::Forced => "fields are taken over from other managers (--force-conflicts)",
        Approach::Shared => "taken from others who use it (--force-shared)",
        Approach::Replaced => "deleted and recreated (--replace)",
        Approach::ByHand => "removed by hand, in the controller's order (--without-controller)",
        Approach::TakenBack => "taken back from its participant, with their rights in it (--take-back)",
    }
}

fn validation_line(change: &Change, verbose: u8) -> Option<String> {
    match &change.validation {
        _ if matches!(change.task.op, Op::None | Op::Delete) => None,
        Validation::NotYet(why) => Some(format!("not yet validated: {why}")),
        Validation::Elsewhere if verbose > 0 => {
            Some("validated in another namespace, as its own is not there yet".to_owned())
        }
        _ => None,
    }
}

/// Why a change is refused, with what lets it through; a line for each thing to be decided.
pub fn refusal_lines(refusal: &Refusal, now: Timestamp) -> Vec<String> {
    match refusal {
        Refusal::NotOurs(owner) => vec![format!("not ours ({owner}); --adopt takes it over")],
        Refusal::NeedsReplace(fields) => vec![format!(
            "cannot be changed in place ({}); --replace deletes it and recreates it",
            fields.join(", ")
        )],
        Refusal::Conflict(fields) => fields.iter().map(|field| conflict_line(field, now)).collect(),
        Refusal::Shared(users) => vec![format!(
            "others use it, and would lose it: {users}; --force-shared takes it from them"
        )],
        Refusal::SharedUnread(why) => vec![format!(
            "who else uses it is not readable: {why}; --force-shared takes it all the same"
        )],
        Refusal::NoController { why, remedy } => vec![format!(
            "would wait for ever: {why}. Either {remedy}, and destroy again; or remove by hand what it made: \
             --without-controller"
        )],
        Refusal::Autoscaled(name) => vec![format!(
            "horizontal autoscaler {name} sets the number of pods: change its bounds, or delete it first"
        )],
        Refusal::Invalid(words) => vec![words.clone()],
    }
}

/// Who has set a field to what, and how to keep that or return to ours.
fn conflict_line(field: &ForeignField, now: Timestamp) -> String {
    const REPLICAS: &str = "spec.replicas";
    let name = if field.path == REPLICAS {
        "replicas"
    } else {
        &field.path
    };
    let did = match &field.found {
        Some(found) => format!("changed {name} to {}", words::preview(found)),
        None => format!("removed {name}"),
    };
    let when = field
        .at
        .map_or_else(String::new, |at| format!(" {}", times::ago(at, now)));
    let keep = match &field.found {
        Some(found) if field.path == REPLICAS => format!(" Keep {found}: lab2048 scale --replicas {found}."),
        _ => String::new(),
    };
    let back = match &field.wanted {
        Some(wanted) => format!("Back to {}: --force-conflicts", words::preview(wanted)),
        None => "Remove it: --force-conflicts".to_owned(),
    };
    format!("{} {did}{when}.{keep} {back}", field.manager)
}
