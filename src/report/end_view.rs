//! The end of a run as people read it: what failed, what was done, how long it took.

use std::collections::BTreeMap;

use super::error_view;
use super::style::{Labelled, Style, Tone};
use super::words;
use crate::event::{Counts, Failure, Leaves, Summary};
use crate::model::NodeId;

/// A failed step: what, why, what it leaves behind, what to do.
pub fn failure(node: &NodeId, failure: &Failure, style: &Style) -> String {
    let mut causes = vec![format!("{} failed", words::node(node))];
    causes.extend(failure.causes.iter().cloned());
    let mut page = error_view::lines(&causes, None, style);
    let leaves = match failure.leaves {
        Leaves::Nothing => "nothing of this step",
        Leaves::Something => "what is there stays, and on AWS costs money, until it is removed",
        Leaves::Unknown => "unknown: the call may have taken effect or not",
    };
    for (label, tone, text) in [
        ("  left behind: ", Tone::Care, leaves),
        ("  help: ", Tone::Good, failure.hint.as_str()),
    ] {
        let labelled = Labelled {
            label,
            label_tone: Some(tone),
            tone: None,
            text,
        };
        labelled.write(&mut page, style);
    }
    page
}

/// The numbers of a run: counts, timings, requests.
pub fn summary(summary: &Summary, style: &Style) -> String {
    let (word, tone) = if summary.ok {
        ("Done", Tone::Good)
    } else {
        ("Not finished", Tone::Bad)
    };
    let head = format!(
        "{word}: {}, in {}.",
        counts(summary.counts),
        words::millis(summary.elapsed_ms)
    );
    let mut page = style.paint(tone, &head) + "\n";
    if !summary.phases.is_empty() {
        let phases = by_weight(&summary.phases)
            .map(|(phase, ms)| format!("{} {}", phase_word(phase), words::millis(ms)));
        list(&mut page, "time", &phases.collect::<Vec<_>>(), style);
    }
    page + &requests(&summary.requests, style)
}

/// Requests made, by API.
pub fn requests(requests: &BTreeMap<String, u64>, style: &Style) -> String {
    let mut page = String::new();
    if !requests.is_empty() {
        let all: u64 = requests.values().sum();
        let mut parts: Vec<_> = by_weight(requests).map(|(api, n)| format!("{api} {n}")).collect();
        if let Some(first) = parts.first_mut() {
            *first = format!("{all}: {first}");
        }
        list(&mut page, "requests", &parts, style);
    }
    page
}

fn counts(counts: Counts) -> String {
    let parts: Vec<_> = [
        (counts.create, "created"),
        (counts.update, "changed"),
        (counts.replace, "replaced"),
        (counts.delete, "deleted"),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, word)| format!("{n} {word}"))
    .collect();
    if parts.is_empty() {
        "nothing changed".to_owned()
    } else {
        parts.join(", ")
    }
}

fn phase_word(phase: &str) -> &str {
    if phase == "proof" { "game" } else { phase }
}

/// The largest first.
fn by_weight(weights: &BTreeMap<String, u64>) -> impl Iterator<Item = (&str, u64)> {
    let mut sorted: Vec<_> = weights.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    sorted.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    sorted.into_iter()
}

fn list(page: &mut String, title: &str, parts: &[String], style: &Style) {
    // A part stays on one line: its spaces are not those at which the list is broken.
    let text = parts.iter().map(|part| part.replace(' ', "\u{a0}")).collect::<Vec<_>>().join(", ");
    let mut lines = String::new();
    let labelled = Labelled {
        label: &format!("{title:<10}"),
        label_tone: Some(Tone::Faint),
        tone: None,
        text: &text,
    };
    labelled.write(&mut lines, style);
    page.push_str(&lines.replace('\u{a0}', " "));
}
