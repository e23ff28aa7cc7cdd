//! What is printed below the row of a change: fields, drift, notes, refusals.

use jiff::Timestamp;

use super::page::{Page, Span};
use super::style::{Style, Tone};
use super::{times, words};
use crate::model::Op;
use crate::plan::{Approach, Change, Drift, FieldDiff, Refusal, Validation};

/// Everything that is printed about a change beside its row.
pub fn details(change: &Change, now: Timestamp, verbose: u8, style: &Style) -> String {
    let mut page = Page::new(style);
    let mut entry = |label: &str, tone: Option<Tone>, text: &str| {
        let label = format!("      {label}");
        page.entry(Span { text: &label, tone }, Span { text, tone });
    };
    for diff in change.diffs.iter().filter(|diff| !undoes_drift(diff, &change.drift)) {
        entry("", None, &diff_line(diff));
    }
    for drift in &change.drift {
        entry("drift: ", Some(Tone::Care), &drift_line(drift, now));
    }
    if change.hidden > 0 && change.task.op == Op::Update && verbose > 0 {
        let fields = words::count(usize::try_from(change.hidden).unwrap_or_default(), "field");
        entry("", Some(Tone::Faint), &format!("{fields} set by the server not shown"));
    }
    for note in &change.notes {
        entry("", None, note);
    }
    if let Some(line) = approach(change.approach) {
        entry("", Some(Tone::Care), line);
    }
    if let Some(line) = validation_line(change, verbose) {
        entry("", Some(Tone::Faint), &line);
    }
    if let Some(refusal) = &change.refusal {
        entry("refused: ", Some(Tone::Bad), &refusal_line(refusal));
    }
    page.into_text()
}

fn diff_line(diff: &FieldDiff) -> String {
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

fn drift_line(drift: &Drift, now: Timestamp) -> String {
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

fn approach(approach: Approach) -> Option<&'static str> {
    match approach {
        Approach::Ordinary => None,
        Approach::Adopted => Some("taken over from its owner (--adopt)"),
        Approach::Forced => Some("fields are taken over from other managers (--force-conflicts)"),
        Approach::Replaced => Some("deleted and recreated (--replace)"),
    }
}

fn validation_line(change: &Change, verbose: u8) -> Option<String> {
    match &change.validation {
        _ if matches!(change.task.op, Op::None | Op::Delete) => None,
        Validation::NotYet(why) => Some(format!("not yet validated: {why}")),
        Validation::Elsewhere if verbose > 0 => Some("validated under another name in namespace default".to_owned()),
        _ => None,
    }
}

/// Why a change is refused, with the flag that lets it through.
pub fn refusal_line(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotOurs(owner) => format!("not ours ({owner}); --adopt takes it over"),
        Refusal::NeedsReplace(fields) => format!(
            "cannot be changed in place ({}); --replace deletes it and recreates it",
            fields.join(", ")
        ),
        Refusal::Conflict(fields) => format!(
            "others own these fields: {}; --force-conflicts takes them over",
            fields.join(", ")
        ),
        Refusal::Invalid(words) => words.clone(),
    }
}
