//! A plan as people read it.

use std::fmt::Write;

use jiff::Timestamp;

use super::style::{Style, Tone, cut, pad, sign, wrap};
use super::words;
use crate::model::{Finding, Goal, NodeKind, Op, Severity, Wait};
use crate::plan::{Change, Cost, Drift, Plan, Refusal, Validation};

/// Columns of the kind, the name and the words of a row; together with sign and mark a row of ordinary length keeps within 80.
const KIND: usize = 11;
const NAME: usize = 37;
const WORDS: usize = 25;

/// The whole plan.
pub fn text(plan: &Plan, now: Timestamp, style: &Style) -> String {
    let mut text = header(plan, style);
    findings(&mut text, &plan.findings, style);
    for change in plan.changes.iter().filter(|change| deserves_row(change)) {
        row(&mut text, change, style);
        details(&mut text, change, now, style);
    }
    text.push_str(&conclusion(plan, style));
    text
}

fn header(plan: &Plan, style: &Style) -> String {
    let place = &plan.place;
    let mut line = format!(
        "{} on {}, {}",
        style.paint(Tone::Strong, &plan.lab),
        place.cluster,
        place.region
    );
    if let Some(account) = &place.account {
        let _ = write!(line, ", account {account}");
    }
    if place.target == "sandbox" {
        line.push_str(" (sandbox)");
    }
    line.push('\n');
    line
}

/// The balancer and the proof are consequences of the Ingress; they get a row only when they are all that is awaited.
fn deserves_row(change: &Change) -> bool {
    let has_content = change.task.op != Op::None
        || change.refusal.is_some()
        || !change.drift.is_empty()
        || !change.notes.is_empty()
        || !change.task.recreate.is_empty();
    match change.task.node.id.kind {
        NodeKind::Balancer | NodeKind::Proof => has_content,
        _ => has_content || change.task.wait != Wait::None,
    }
}

/// The checks: how many are well, and each that is not.
pub fn findings(text: &mut String, findings: &[Finding], style: &Style) {
    if findings.is_empty() {
        return;
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let mut parts = vec![format!("{} ok", count(Severity::Ok))];
    for (severity, one, many) in [
        (Severity::Error, "error", "errors"),
        (Severity::Warning, "warning", "warnings"),
        (Severity::Unknown, "not checked", "not checked"),
    ] {
        match count(severity) {
            0 => {}
            1 => parts.push(format!("1 {one}")),
            n => parts.push(format!("{n} {many}")),
        }
    }
    let _ = writeln!(text, "checks    {}", parts.join(", "));
    let mut told: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity != Severity::Ok)
        .collect();
    told.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in told {
        self::finding(text, finding, style);
    }
}

/// One finding with its evidence and remedy.
pub fn finding(text: &mut String, finding: &Finding, style: &Style) {
    let (sign, tone) = match finding.severity {
        Severity::Ok => ("+", Tone::Good),
        Severity::Unknown => ("?", Tone::Faint),
        Severity::Warning => ("!", Tone::Care),
        Severity::Error => ("x", Tone::Bad),
    };
    let said = if finding.evidence.is_empty() {
        &finding.title
    } else {
        &finding.evidence
    };
    let indent = 2 + 2 + finding.id.len() + 1;
    for (i, line) in wrap(said, style.width.saturating_sub(indent)).into_iter().enumerate() {
        if i == 0 {
            let _ = writeln!(
                text,
                "  {} {} {line}",
                style.paint(tone, sign),
                style.paint(tone, &finding.id)
            );
        } else {
            let _ = writeln!(text, "{}{line}", " ".repeat(indent));
        }
    }
    if finding.severity == Severity::Ok {
        return;
    }
    if let Some(remedy) = &finding.remedy {
        for line in wrap(remedy, style.width.saturating_sub(indent)) {
            let _ = writeln!(text, "{}{}", " ".repeat(indent), style.paint(Tone::Faint, &line));
        }
    }
    let more = format!("lab2048 explain {}", finding.id);
    let _ = writeln!(text, "{}{}", " ".repeat(indent), style.paint(Tone::Faint, &more));
}

fn row(text: &mut String, change: &Change, style: &Style) {
    let (sign, tone) = sign(change.task.op);
    let id = &change.task.node.id;
    let mut does = match change.task.op {
        Op::None => String::new(),
        op => words::op(op).to_owned(),
    };
    if !change.wait_words.is_empty() {
        if !does.is_empty() {
            does.push_str(", ");
        }
        does.push_str(&change.wait_words);
    }
    let mark = match &change.validation {
        Validation::NotApplicable => "",
        Validation::Server | Validation::Elsewhere => "validated",
        Validation::NotYet(_) => "not yet",
        Validation::Refused(_) => "refused",
    };
    let line = format!(
        "{} {} {} {}",
        pad(id.kind.word(), KIND),
        pad(&cut(&id.name, NAME), NAME),
        pad(&does, WORDS),
        style.paint(Tone::Faint, mark)
    );
    let _ = writeln!(text, "{} {}", style.paint(tone, &format!("{sign:>3}")), line.trim_end());
}

fn details(text: &mut String, change: &Change, now: Timestamp, style: &Style) {
    let mut say = |tone: Option<Tone>, line: &str| {
        for part in wrap(line, style.width.saturating_sub(6)) {
            let part = tone.map_or_else(|| part.clone(), |tone| style.paint(tone, &part));
            let _ = writeln!(text, "      {part}");
        }
    };
    for diff in &change.diffs {
        let line = format!(
            "{}: {} -> {}",
            diff.path,
            words::value(diff.before.as_ref()),
            words::value(diff.after.as_ref())
        );
        say(None, &line);
    }
    for drift in &change.drift {
        say(Some(Tone::Care), &drift_line(drift, now));
    }
    if change.hidden > 0 && change.task.op == Op::Update {
        say(Some(Tone::Faint), &format!("{} more set by the server", change.hidden));
    }
    for note in &change.notes {
        say(None, note);
    }
    if let Validation::NotYet(why) | Validation::Refused(why) = &change.validation {
        let what = if matches!(change.validation, Validation::Refused(_)) {
            "the server refuses it"
        } else {
            "not yet validated"
        };
        if change.task.op != Op::None {
            say(Some(Tone::Faint), &format!("{what}: {why}"));
        }
    }
    if let Some(refusal) = &change.refusal {
        say(Some(Tone::Bad), &refusal_line(refusal));
    }
}

fn drift_line(drift: &Drift, now: Timestamp) -> String {
    let mut line = if drift.path.is_empty() {
        "deleted outside".to_owned()
    } else {
        format!(
            "changed outside: {} {} -> {}",
            drift.path,
            words::value(drift.wanted.as_ref()),
            words::value(drift.found.as_ref())
        )
    };
    if let Some(manager) = &drift.manager {
        let _ = write!(line, " by {manager}");
    }
    if let Some(at) = drift.at {
        let _ = write!(line, " {}", words::ago(at, now));
    }
    line.push_str(if drift.kept { "; kept" } else { "; will be put back" });
    line
}

/// Why a change is refused, with the flag that lets it through.
pub fn refusal_line(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NotOurs(owner) => format!("not ours ({owner}); --adopt takes it over"),
        Refusal::NeedsReplace(fields) => {
            format!(
                "cannot be changed in place ({}); --replace deletes it and makes it anew",
                fields.join(", ")
            )
        }
        Refusal::Conflict(fields) => format!(
            "owned by others: {}; --force-conflicts takes them over",
            fields.join(", ")
        ),
        Refusal::Invalid(words) => format!("the server refuses it: {words}"),
    }
}

fn conclusion(plan: &Plan, style: &Style) -> String {
    let counts = plan.counts();
    let awaited: Vec<_> = plan
        .changes
        .iter()
        .filter(|change| change.task.wait != Wait::None)
        .collect();
    if plan.changes_something() {
        let mut line = format!(
            "Plan: {} to create, {} to change, {} to replace, {} to delete.",
            counts.create, counts.update, counts.replace, counts.delete
        );
        if let (Goal::Ready, Some(hourly)) = (plan.goal, plan.cost.hourly()) {
            let _ = write!(line, " {}.", words::dollars(hourly));
        }
        return style.paint(Tone::Strong, &line) + "\n";
    }
    let line = match (plan.goal, awaited.is_empty()) {
        (Goal::Ready, true) => "No changes. The lab is as wanted and ready.",
        (Goal::Gone, true) => "Nothing to remove. There is nothing of the lab.",
        (_, false) => "No changes, but not everything is ready yet.",
    };
    style.paint(Tone::Good, line) + "\n"
}

/// The cost in detail, for `plan -v` and `status`.
pub fn cost(cost: &Cost) -> String {
    match cost {
        Cost::Known {
            fargate_hourly,
            balancer_hourly,
            prices_of,
            region,
            pod_size,
            pods,
        } => format!(
            "{pods} pods of {pod_size}: ${fargate_hourly:.3} an hour; load balancer ${balancer_hourly:.4} an hour without traffic; ${:.2} a day (prices of {prices_of}, {region})",
            (fargate_hourly + balancer_hourly) * 24.0
        ),
        Cost::Unknown { region } => format!("cost unknown: there are no prices for {region}"),
    }
}
