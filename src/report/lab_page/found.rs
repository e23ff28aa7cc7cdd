//! What was found: what failed, what stands in the way, what deserves a look; the gravest first, each with its remedy.

use serde::Serialize;

use super::scene::Mark;
use super::{Badge, LabPage, RunPart};
use crate::event::{Failure, FailureClass};
use crate::lang::{Language, Text, text};
use crate::model::{Finding, NodeId, Severity};
use crate::report::status::{EventRow, LabState, StatusReport};
use crate::report::words;

/// What was found.
pub(super) struct Found {
    /// What deserves a look, the gravest first.
    pub(super) open: Vec<Item>,
    /// What is as it should be.
    pub(super) fine: Vec<Item>,
}

/// One thing.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    badge: Badge,
    /// A check's id.
    id: Option<String>,
    title: String,
    detail: Option<String>,
    remedy: Option<String>,
}

impl Item {
    fn of(mark: Mark, title: &Text, language: Language) -> Self {
        Self {
            badge: Badge::of(mark, language),
            id: None,
            title: title.said(language),
            detail: None,
            remedy: None,
        }
    }
}

/// What there is to say, if it is anything.
fn said(text: &Text, language: Language) -> Option<String> {
    Some(text.said(language)).filter(|words| !words.is_empty())
}

/// All that was found of a lab and its run.
pub(super) fn found(page: &LabPage<'_>, language: Language) -> Found {
    let mut graded: Vec<(Severity, Item)> = Vec::new();
    if let Some(run) = &page.run {
        graded.extend(of_run(run, language).map(|item| (Severity::Error, item)));
        let checked = run.findings.iter();
        graded.extend(checked.map(|found| (found.severity, of_check(found, language))));
    }
    if let Ok(status) = page.seen {
        let failures = page.run.as_ref().map_or(&[][..], |run| run.failures);
        graded.extend(of_status(status, failures, language));
    }
    graded.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    let (fine, open): (Vec<_>, Vec<_>) = graded.into_iter().partition(|(severity, _)| *severity == Severity::Ok);
    let items = |graded: Vec<(Severity, Item)>| graded.into_iter().map(|(_, item)| item).collect();
    Found {
        open: items(open),
        fine: items(fine),
    }
}

fn of_run<'a>(run: &'a RunPart<'_>, language: Language) -> impl Iterator<Item = Item> + 'a {
    let failed = run
        .failures
        .iter()
        .filter(|(_, failure)| failure.class != FailureClass::Interrupted);
    let other = run.causes.split_first().map(|(cause, causes)| Item {
        detail: said(&Text::list(causes, ": "), language),
        remedy: run.remedy.as_ref().map(|remedy| remedy.said(language)),
        ..Item::of(Mark::bad(text!("page-error")), cause, language)
    });
    failed.map(move |failed| of_failure(failed, language)).chain(other)
}

fn of_failure((node, failure): &(NodeId, Failure), language: Language) -> Item {
    Item {
        detail: said(&Text::list(&failure.causes, ": "), language),
        remedy: said(&failure.hint, language),
        ..Item::of(Mark::bad(text!("page-failed")), &words::name_of(node), language)
    }
}

fn of_check(finding: &Finding, language: Language) -> Item {
    let mark = match finding.severity {
        Severity::Error => Mark::bad(text!("page-error")),
        Severity::Warning => Mark::warning(text!("page-warning")),
        Severity::Unknown => Mark::unknown(text!("page-unknown")),
        Severity::Ok => Mark::good(""),
    };
    Item {
        id: Some(finding.id.clone()),
        detail: said(&finding.evidence, language),
        remedy: finding.remedy.as_ref().map(|remedy| remedy.said(language)),
        ..Item::of(mark, &finding.title, language)
    }
}

/// What the lab itself shows: why it is not as wanted, what EKS and the cluster say, what could not be read.
fn of_status(status: &StatusReport, failures: &[(NodeId, Failure)], language: Language) -> Vec<(Severity, Item)> {
    let warning = |what: &Text| Item::of(Mark::warning(text!("page-warning")), what, language);
    let mut found = Vec::new();
    if let Some(reason) = status.reason.as_ref().filter(|reason| !is_told(reason, failures)) {
        let (severity, item) = match status.state {
            LabState::Progressing | LabState::Deleting => {
                let item = Item::of(Mark::bad(text!("page-error")), reason, language);
                (Severity::Error, item)
            }
            LabState::Ready | LabState::Stopped | LabState::Absent => (Severity::Warning, warning(reason)),
        };
        let remedy = status.remedy.as_ref().map(|remedy| remedy.said(language));
        found.push((severity, Item { remedy, ..item }));
    }
    let health = status.profile.iter().flat_map(|profile| &profile.health);
    let told = status.degraded.iter().cloned().chain(health.map(Text::from));
    found.extend(told.map(|what| (Severity::Warning, warning(&what))));
    // Warnings of a lab that works are of the past.
    if !matches!(status.state, LabState::Ready | LabState::Stopped) {
        let warnings = status.warnings.iter().map(|event| of_event(event, language));
        found.extend(warnings.map(|item| (Severity::Warning, item)));
    }
    let unread = status.unknown.iter().map(|what| text!("status-unread", what = what));
    let unread = unread.map(|what| Item::of(Mark::unknown(text!("page-unknown")), &what, language));
    found.extend(unread.map(|item| (Severity::Unknown, item)));
    found
}

/// Whether a step that failed tells of it.
fn is_told(reason: &Text, failures: &[(NodeId, Failure)]) -> bool {
    let reason = reason.to_string();
    let mut causes = failures.iter().flat_map(|(_, failure)| &failure.causes);
    causes.any(|cause| reason.contains(&cause.to_string()))
}

fn of_event(event: &EventRow, language: Language) -> Item {
    let title = if event.count > 1 {
        text!("page-event-times", count = event.count)
    } else {
        text!("page-event")
    };
    let title = title.with("object", &event.object).with("age", &event.age);
    let detail = Text::list([Text::from(&event.reason), event.message.clone()], ": ");
    Item {
        detail: Some(detail.said(language)),
        ..Item::of(Mark::warning(text!("page-warning")), &title, language)
    }
}
