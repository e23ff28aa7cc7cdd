//! Results of the checks as people read them.

use super::page::Page;
use super::style::{Style, Tone, pad};
use crate::checks;
use crate::lang::{Text, text};
use crate::model::{Finding, Severity};

/// How many are well, and each that is not. What was not checked is one line for each reason, unless `verbose`.
pub fn problems(findings: &[Finding], verbose: u8, style: &Style) -> String {
    let mut page = Page::new(style);
    write_problems(&mut page, findings, verbose);
    page.into_text()
}

fn write_problems(page: &mut Page, findings: &[Finding], verbose: u8) {
    if findings.is_empty() {
        return;
    }
    let style = *page.style();
    let label = pad(&style.say(&text!("view-checks")), 10);
    page.line(&format!("{label}{}", counts(findings, &style)));
    let mut listed: Vec<_> = findings
        .iter()
        .filter(|finding| match finding.severity {
            Severity::Ok => false,
            Severity::Unknown => verbose > 0,
            Severity::Warning | Severity::Error => true,
        })
        .collect();
    listed.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let column = column(listed.iter().copied());
    for finding in listed {
        write(page, finding, column);
    }
    if verbose == 0 {
        unchecked(page, findings);
    }
}

/// What is not well, and last, where people look, what that means for the lab. `verbose` shows what is fine too, before it.
pub fn all(findings: &[Finding], verbose: u8, style: &Style) -> String {
    let well = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Ok && verbose > 0);
    let column = column(well.clone());
    let mut page = Page::new(style);
    for finding in well {
        write(&mut page, finding, column);
    }
    write_problems(&mut page, findings, verbose);
    let (tone, verdict) = verdict(findings);
    page.line("");
    page.entry("", tone.of(&style.say(&verdict)));
    page.into_text()
}

/// What the findings mean for the lab.
fn verdict(findings: &[Finding]) -> (Tone, Text) {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    match (count(Severity::Error), count(Severity::Warning)) {
        (0, 0) => (Tone::Good, text!("view-nothing-wrong")),
        (0, warnings) => {
            let warnings = text!("view-warnings", count = warnings);
            (Tone::Care, text!("view-possible", warnings = warnings))
        }
        (errors, _) => {
            let errors = text!("view-errors", count = errors);
            (Tone::Bad, text!("view-impossible", errors = errors))
        }
    }
}

fn counts(findings: &[Finding], style: &Style) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let well = text!("view-well", count = count(Severity::Ok));
    let mut parts = vec![style.say(&well)];
    for (severity, tone, counted) in [
        (Severity::Error, Tone::Bad, text!("view-errors")),
        (Severity::Warning, Tone::Care, text!("view-warnings")),
    ] {
        match count(severity) {
            0 => {}
            n => parts.push(style.paint(tone, &style.say(&counted.with("count", n)))),
        }
    }
    match count(Severity::Unknown) {
        0 => {}
        n => parts.push(style.say(&text!("view-unchecked", count = n))),
    }
    parts.join(", ")
}

/// What was not checked, by reason.
fn unchecked(page: &mut Page, findings: &[Finding]) {
    let mut reasons: Vec<(&Text, Vec<&str>)> = Vec::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Unknown) {
        match reasons.iter_mut().find(|(reason, _)| **reason == finding.evidence) {
            Some((_, ids)) => ids.push(&finding.id),
            None => reasons.push((&finding.evidence, vec![&finding.id])),
        }
    }
    for (reason, ids) in reasons {
        let text = text!("view-unchecked-why", ids = ids.join(", "), reason = reason);
        let text = page.style().say(&text);
        page.entry(Tone::Faint.of("  ? "), Tone::Faint.of(&text));
    }
}

/// Columns of the ids.
fn column<'a>(findings: impl Iterator<Item = &'a Finding>) -> usize {
    findings.map(|finding| finding.id.len()).max().unwrap_or_default()
}

/// One finding with its evidence and remedy, and where to read more.
fn write(page: &mut Page, finding: &Finding, column: usize) {
    let (sign, tone) = match finding.severity {
        Severity::Ok => ("+", Tone::Good),
        Severity::Unknown => ("?", Tone::Faint),
        Severity::Warning => ("!", Tone::Care),
        Severity::Error => ("x", Tone::Bad),
    };
    let style = *page.style();
    let label = format!("  {sign} {}  ", pad(&finding.id, column));
    let (title, evidence) = (style.say(&finding.title), style.say(&finding.evidence));
    let text = if evidence.is_empty() {
        title
    } else {
        format!("{title}: {evidence}")
    };
    page.entry(tone.of(&label), &text);
    if finding.severity == Severity::Ok {
        return;
    }
    let indent = " ".repeat(label.len());
    if let Some(remedy) = &finding.remedy {
        let help = format!("{indent}{} ", style.say(&text!("status-help")));
        page.entry(Tone::Good.of(&help), &style.say(remedy));
    }
    if finding.severity != Severity::Unknown && checks::explain(&finding.id).is_some() {
        let more = format!("{indent}{}: ", style.say(&text!("view-more")));
        let command = format!("lab2048 explain {}", finding.id);
        page.entry(Tone::Faint.of(&more), Tone::Faint.of(&command));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::{colored, findings, plain, shown};

    #[test]
    fn what_is_not_well() {
        insta::assert_snapshot!(shown(&problems(&findings(), 0, &plain())), @r"
        checks    2 ok, 1 error, 1 warning, 3 not checked
          x lbc-installed  the AWS Load Balancer Controller is not installed: the
                           Ingress would never get an ALB
                           help: helm install aws-load-balancer-controller
                                 eks/aws-load-balancer-controller -n kube-system
                           more: lab2048 explain lbc-installed
          ! C12            6 free addresses for 5 pods: subnet-0d3c2d117533c431d: 6
                           free; a rollout of 5 pods can need 7
                           help: add a subnet of a secondary address range to
                                 fargate.subnets
                           more: lab2048 explain C12
          ? not checked: C3, lbc-lease (not asked for a plan)
          ? not checked: quota (AccessDenied: servicequotas:GetServiceQuota)
        ");
    }

    #[test]
    fn what_was_not_checked_one_by_one() {
        insta::assert_snapshot!(shown(&problems(&findings(), 1, &plain())), @r"
        checks    2 ok, 1 error, 1 warning, 3 not checked
          x lbc-installed  the AWS Load Balancer Controller is not installed: the
                           Ingress would never get an ALB
                           help: helm install aws-load-balancer-controller
                                 eks/aws-load-balancer-controller -n kube-system
                           more: lab2048 explain lbc-installed
          ! C12            6 free addresses for 5 pods: subnet-0d3c2d117533c431d: 6
                           free; a rollout of 5 pods can need 7
                           help: add a subnet of a secondary address range to
                                 fargate.subnets
                           more: lab2048 explain C12
          ? C3             DaemonSets could not be looked at: not asked for a plan
          ? lbc-lease      the controller's leader lease could not be looked at: not
                           asked for a plan
          ? quota          quotas could not be looked at: AccessDenied:
                           servicequotas:GetServiceQuota
        ");
    }

    #[test]
    fn everything_with_the_worst_last() {
        insta::assert_snapshot!(shown(&all(&findings(), 0, &colored())), @r"
        checks    2 ok, <esc>[31m1 error<esc>[0m, <esc>[33m1 warning<esc>[0m, 3 not checked
        <esc>[31m  x lbc-installed  <esc>[0mthe AWS Load Balancer Controller is not installed: the
                           Ingress would never get an ALB
        <esc>[32m                   help: <esc>[0mhelm install aws-load-balancer-controller
                                 eks/aws-load-balancer-controller -n kube-system
        <esc>[2m                   more: <esc>[0m<esc>[2mlab2048 explain lbc-installed<esc>[0m
        <esc>[33m  ! C12            <esc>[0m6 free addresses for 5 pods: subnet-0d3c2d117533c431d: 6
                           free; a rollout of 5 pods can need 7
        <esc>[32m                   help: <esc>[0madd a subnet of a secondary address range to
                                 fargate.subnets
        <esc>[2m                   more: <esc>[0m<esc>[2mlab2048 explain C12<esc>[0m
        <esc>[2m  ? <esc>[0m<esc>[2mnot checked: C3, lbc-lease (not asked for a plan)<esc>[0m
        <esc>[2m  ? <esc>[0m<esc>[2mnot checked: quota (AccessDenied: servicequotas:GetServiceQuota)<esc>[0m

        <esc>[31mAs it is the lab cannot work: 1 error above.<esc>[0m
        ");
    }

    #[test]
    fn no_checks_no_words() {
        assert_eq!(problems(&[], 0, &plain()), "");
    }
}
