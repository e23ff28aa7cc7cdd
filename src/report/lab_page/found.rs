//! What was found: what failed, what stands in the way, what deserves a look; the gravest first, each with its remedy.

use serde::Serialize;

use super::scene::Mark;
use super::words::{Words, fill};
use super::{Badge, LabPage, RunPart};
use crate::event::{Failure, FailureClass};
use crate::lang::Text;
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
    fn of(mark: Mark, title: String) -> Self {
        Self {
            badge: mark.into(),
            id: None,
            title,
            detail: None,
            remedy: None,
        }
    }
}

/// All that was found of a lab and its run.
pub(super) fn found(page: &LabPage<'_>, w: &Words) -> Found {
    let mut graded: Vec<(Severity, Item)> = Vec::new();
    if let Some(run) = &page.run {
        graded.extend(of_run(run, w).map(|item| (Severity::Error, item)));
        graded.extend(run.findings.iter().map(|found| (found.severity, of_check(found, w))));
    }
    if let Ok(status) = page.seen {
        let failures = page.run.as_ref().map_or(&[][..], |run| run.failures);
        graded.extend(of_status(status, failures, w));
    }
    graded.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    let (fine, open): (Vec<_>, Vec<_>) = graded.into_iter().partition(|(severity, _)| *severity == Severity::Ok);
    let items = |graded: Vec<(Severity, Item)>| graded.into_iter().map(|(_, item)| item).collect();
    Found {
        open: items(open),
        fine: items(fine),
    }
}

fn of_run<'a>(run: &'a RunPart<'_>, w: &'a Words) -> impl Iterator<Item = Item> + 'a {
    let failed = run
        .failures
        .iter()
        .filter(|(_, failure)| failure.class != FailureClass::Interrupted);
    let other = run.causes.split_first().map(|(cause, causes)| Item {
        detail: (!causes.is_empty()).then(|| causes.join(": ")),
        remedy: run.remedy.clone(),
        ..Item::of(Mark::bad(w.error), cause.clone())
    });
    failed.map(|failed| of_failure(failed, w)).chain(other)
}

fn of_failure((node, failure): &(NodeId, Failure), w: &Words) -> Item {
    Item {
        detail: Some(Text::list(&failure.causes, ": ").to_string()).filter(|causes| !causes.is_empty()),
        remedy: Some(failure.hint.to_string()).filter(|hint| !hint.is_empty()),
        ..Item::of(Mark::bad(w.failed), words::node(node))
    }
}

fn of_check(finding: &Finding, w: &Words) -> Item {
    let mark = match finding.severity {
        Severity::Error => Mark::bad(w.error),
        Severity::Warning => Mark::warning(w.warning),
        Severity::Unknown => Mark::unknown(w.unknown),
        Severity::Ok => Mark::good(""),
    };
    Item {
        id: Some(finding.id.clone()),
        detail: Some(finding.evidence.to_string()).filter(|seen| !seen.is_empty()),
        remedy: finding.remedy.as_ref().map(Text::to_string),
        ..Item::of(mark, finding.title.to_string())
    }
}

/// What the lab itself shows: why it is not as wanted, what EKS and the cluster say, what could not be read.
fn of_status(status: &StatusReport, failures: &[(NodeId, Failure)], w: &Words) -> Vec<(Severity, Item)> {
    let mut found = Vec::new();
    // What a step failed of is told with it.
    let mut told = failures
        .iter()
        .flat_map(|(_, failure)| failure.causes.iter().map(Text::to_string));
    let reason = status.reason.as_ref().map(Text::to_string);
    if let Some(reason) = reason.filter(|reason| !told.any(|cause| reason.contains(&cause))) {
        let (severity, mark) = match status.state {
            LabState::Progressing | LabState::Deleting => (Severity::Error, Mark::bad(w.error)),
            LabState::Ready | LabState::Stopped | LabState::Absent => (Severity::Warning, Mark::warning(w.warning)),
        };
        let item = Item {
            remedy: status.remedy.as_ref().map(Text::to_string),
            ..Item::of(mark, reason.clone())
        };
        found.push((severity, item));
    }
    let health = status.profile.iter().flat_map(|profile| profile.health.iter().cloned());
    let told = status.degraded.iter().map(Text::to_string).chain(health);
    found.extend(told.map(|what| (Severity::Warning, Item::of(Mark::warning(w.warning), what))));
    // Warnings of a lab that works are of the past.
    if !matches!(status.state, LabState::Ready | LabState::Stopped) {
        let warnings = status.warnings.iter().map(|event| of_event(event, w));
        found.extend(warnings.map(|item| (Severity::Warning, item)));
    }
    let unread = status.unknown.iter().map(|what| fill(w.unread, &[("what", what)]));
    found.extend(unread.map(|what| (Severity::Unknown, Item::of(Mark::unknown(w.unknown), what))));
    found
}

fn of_event(event: &EventRow, w: &Words) -> Item {
    let mut when = fill(w.ago, &[("age", &event.age)]);
    if event.count > 1 {
        when = format!("{when}, {}", fill(w.times, &[("number", &event.count.to_string())]));
    }
    Item {
        detail: Some(format!("{}: {}", event.reason, event.message)),
        ..Item::of(Mark::warning(w.warning), format!("{} ({when})", event.object))
    }
}
