//! What is printed below the row of a change: fields, drift, notes, refusals.

use jiff::Timestamp;

use super::page::{Page, Span};
use super::style::{Style, Tone, pad};
use super::{outline_view, times, words};
use crate::lang::{Language, Text, text};
use crate::model::{Goal, Op};
use crate::plan::{Approach, Change, Drift, FieldDiff, ForeignField, Refusal, Validation};

/// Everything that is printed about a change beside its row.
pub fn details(change: &Change, now: Timestamp, verbose: u8, style: &Style) -> String {
    let mut page = Page::new(style);
    let mut entry = |label: &str, tone: Option<Tone>, text: &Text| {
        let (label, text) = (format!("      {label}"), style.say(text));
        page.entry(Span { text: &label, tone }, Span { text: &text, tone });
    };
    let label = |label: &Text| format!("{}: ", style.say(label));
    let outline = change.outline.as_ref().map(outline_view::lines).unwrap_or_default();
    for (fact, text) in outline {
        entry(&pad(&style.say(&fact), label_columns(style.language)), None, &text);
    }
    for diff in change.diffs.iter().filter(|diff| !undoes_drift(diff, &change.drift)) {
        entry("", None, &diff_line(change, diff));
    }
    for drift in change.drift.iter().filter(|drift| !is_refused(drift, &change.refusals)) {
        entry(&label(&text!("view-drift")), Some(Tone::Care), &drift_line(drift, now));
    }
    if change.hidden > 0 && change.task.op == Op::Update && verbose > 0 {
        let fields = text!("view-hidden-fields", count = change.hidden);
        entry("", Some(Tone::Faint), &fields);
    }
    for note in &change.notes {
        entry("", None, note);
    }
    for used in &change.approaches {
        entry("", Some(Tone::Care), &approach(*used, change.task.goal()));
    }
    if let Some(line) = validation_line(change, verbose) {
        entry("", Some(Tone::Faint), &line);
    }
    for refusal in &change.refusals {
        let (word, tone) = match refusal {
            Refusal::Conflict(_) => (text!("view-conflict"), Tone::Care),
            _ => (text!("view-refused"), Tone::Bad),
        };
        for line in refusal_lines(refusal, now) {
            entry(&label(&word), Some(tone), &line);
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
fn label_columns(language: Language) -> usize {
    match language {
        Language::English => 9,
        Language::Korean => 12,
    }
}

/// A field that changes: `spec.replicas: 3 -> 5`.
pub fn diff_line(change: &Change, diff: &FieldDiff) -> Text {
    let path = &diff.path;
    if outline_view::is_secret(&change.task.node.desired, path) {
        return text!("view-diff-hidden", path = path);
    }
    let after = match &diff.after {
        None => text!("view-diff-removed"),
        after => words::value(after.as_ref()),
    };
    let values = Text::list([words::value(diff.before.as_ref()), after], " -> ");
    Text::list([Text::from(path), values], ": ")
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
pub fn drift_line(drift: &Drift, now: Timestamp) -> Text {
    let path = &drift.path;
    let what = match (&drift.found, &drift.wanted) {
        _ if path.is_empty() => text!("view-drift-deleted"),
        (Some(found), Some(wanted)) => text!(
            "view-drift-changed",
            path = path,
            found = words::preview(found),
            wanted = words::preview(wanted)
        ),
        (Some(found), None) => text!("view-drift-added", path = path, found = words::preview(found)),
        (None, _) => text!("view-drift-removed", path = path),
    };
    let by = match (&drift.manager, drift.at) {
        (Some(manager), Some(at)) => text!("view-by-when", manager = manager, when = times::ago(at, now)),
        (Some(manager), None) => text!("view-by", manager = manager),
        (None, Some(at)) => text!("view-when", when = times::ago(at, now)),
        (None, None) => Text::default(),
    };
    let then = match (drift.kept, path.is_empty()) {
        (true, _) => text!("view-drift-kept"),
        (false, true) => text!("view-drift-recreated"),
        (false, false) => text!("view-drift-put-back"),
    };
    Text::list([what.with("by", by), then], "; ")
}

fn approach(approach: Approach, goal: Goal) -> Text {
    match approach {
        Approach::Adopted if goal == Goal::Gone => text!("view-adopted-gone"),
        Approach::Adopted => text!("view-adopted"),
        Approach::Forced => text!("view-forced"),
        Approach::Shared => text!("view-taken"),
        Approach::Replaced => text!("view-replaced"),
        Approach::ByHand => text!("view-by-hand"),
        Approach::TakenBack => text!("view-taken-back"),
    }
}

fn validation_line(change: &Change, verbose: u8) -> Option<Text> {
    match &change.validation {
        _ if matches!(change.task.op, Op::None | Op::Delete) => None,
        Validation::NotYet(why) => Some(text!("view-not-validated-why", why = why)),
        Validation::Elsewhere if verbose > 0 => Some(text!("view-validated-elsewhere")),
        _ => None,
    }
}

/// Why a change is refused, with what lets it through; a line for each thing to be decided.
pub fn refusal_lines(refusal: &Refusal, now: Timestamp) -> Vec<Text> {
    match refusal {
        Refusal::NotOurs(owner) => vec![text!("view-refused-foreign", owner = owner)],
        Refusal::NeedsReplace(fields) => vec![text!("view-refused-replace", fields = fields.join(", "))],
        Refusal::Conflict(fields) => fields.iter().map(|field| conflict_line(field, now)).collect(),
        Refusal::Shared(users) => vec![text!("view-refused-shared", users = users)],
        Refusal::SharedUnread(why) => vec![text!("view-refused-unread", why = why)],
        Refusal::NoController { why, remedy } => {
            vec![text!("view-refused-controller", why = why, remedy = remedy)]
        }
        Refusal::Autoscaled(name) => vec![text!("view-refused-autoscaled", name = name)],
        Refusal::Invalid(words) => vec![words.into()],
    }
}

/// Who has set a field to what, and how to keep that or return to ours.
fn conflict_line(field: &ForeignField, now: Timestamp) -> Text {
    const REPLICAS: &str = "spec.replicas";
    let name = if field.path == REPLICAS {
        "replicas"
    } else {
        &field.path
    };
    let when = field.at.map(|at| times::ago(at, now));
    let did = match (&field.found, when) {
        (Some(found), Some(when)) => text!("view-conflict-changed-when", found = words::preview(found), when = when),
        (Some(found), None) => text!("view-conflict-changed", found = words::preview(found)),
        (None, Some(when)) => text!("view-conflict-removed-when", when = when),
        (None, None) => text!("view-conflict-removed"),
    };
    let did = did.with("manager", &field.manager).with("field", name);
    let keep = match &field.found {
        Some(found) if field.path == REPLICAS => Some(text!("view-conflict-keep", found = found.to_string())),
        _ => None,
    };
    let back = match &field.wanted {
        Some(wanted) => text!("view-conflict-back", wanted = words::preview(wanted)),
        None => text!("view-conflict-remove"),
    };
    Text::list([Some(did), keep, Some(back)].into_iter().flatten(), " ")
}
