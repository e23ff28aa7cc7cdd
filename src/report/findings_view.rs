//! Results of the checks as people read them.

use std::fmt::Write;

use super::style::{Labelled, Style, Tone};
use super::words;
use crate::model::{Finding, Severity};

/// How many are well, and each that is not. What was not checked is one line for each reason, unless `verbose`.
pub fn problems(findings: &[Finding], verbose: u8, style: &Style) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut page = format!("{:<10}{}\n", "checks", counts(findings, style));
    let mut told: Vec<_> = findings
        .iter()
        .filter(|finding| match finding.severity {
            Severity::Ok => false,
            Severity::Unknown => verbose > 0,
            Severity::Warning | Severity::Error => true,
        })
        .collect();
    told.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    for finding in told {
        page.push_str(&self::finding(finding, style));
    }
    if verbose == 0 {
        page.push_str(&unchecked(findings, style));
    }
    page
}

/// Everything that was looked at, what is well first, so that what is not stands where the eye ends.
pub fn all(findings: &[Finding], verbose: u8, style: &Style) -> String {
    let well = findings.iter().filter(|finding| finding.severity == Severity::Ok);
    let mut page: String = well.map(|finding| self::finding(finding, style)).collect();
    page.push_str(&problems(findings, verbose, style));
    page
}

fn counts(findings: &[Finding], style: &Style) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let mut parts = vec![format!("{} ok", count(Severity::Ok))];
    for (severity, tone, one) in [
        (Severity::Error, Tone::Bad, "error"),
        (Severity::Warning, Tone::Care, "warning"),
    ] {
        match count(severity) {
            0 => {}
            n => parts.push(style.paint(tone, &words::count(n, one))),
        }
    }
    match count(Severity::Unknown) {
        0 => {}
        n => parts.push(format!("{n} not checked")),
    }
    parts.join(", ")
}

/// What was not checked, by reason.
fn unchecked(findings: &[Finding], style: &Style) -> String {
    let mut reasons: Vec<(&str, Vec<&str>)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Unknown) {
        match reasons.iter_mut().find(|(reason, _)| *reason == finding.evidence) {
            Some((_, ids)) => ids.push(&finding.id),
            None => reasons.push((&finding.evidence, vec![&finding.id])),
        }
    }
    let mut page = String::new();
    for (reason, ids) in reasons {
        let text = format!("not checked: {} ({reason})", ids.join(", "));
        labelled(&mut page, "  ? ", Tone::Faint, Some(Tone::Faint), &text, style);
    }
    page
}

/// One finding with its evidence and remedy, and where to read more.
fn finding(finding: &Finding, style: &Style) -> String {
    let (sign, tone) = match finding.severity {
        Severity::Ok => ("+", Tone::Good),
        Severity::Unknown => ("?", Tone::Faint),
        Severity::Warning => ("!", Tone::Care),
        Severity::Error => ("x", Tone::Bad),
    };
    let mut page = String::new();
    let label = format!("  {sign} {} ", finding.id);
    let said = match finding.evidence.as_str() {
        "" => finding.title.clone(),
        evidence => format!("{}: {evidence}", finding.title),
    };
    labelled(&mut page, &label, tone, None, &said, style);
    if finding.severity == Severity::Ok {
        return page;
    }
    if let Some(remedy) = &finding.remedy {
        labelled(&mut page, "      -> ", Tone::Good, None, remedy, style);
    }
    if finding.severity != Severity::Unknown {
        let more = style.paint(Tone::Faint, &format!("lab2048 explain {}", finding.id));
        let _ = writeln!(page, "         {more}");
    }
    page
}

fn labelled(page: &mut String, label: &str, label_tone: Tone, tone: Option<Tone>, text: &str, style: &Style) {
    let labelled = Labelled {
        label,
        label_tone: Some(label_tone),
        tone,
        text,
    };
    labelled.write(page, style);
}
