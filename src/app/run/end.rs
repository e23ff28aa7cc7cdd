//! How a run ends: its exit, its summary, its report.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::Run;
use super::request::PlanUse;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::open;
use crate::app::request::FailOn;
use crate::engine::RunOutcome;
use crate::event::{Event, Leftover, RunVerb, Searched, Summary};
use crate::lang::Text;
use crate::model::{Severity, TargetKind};
use crate::plan::{Plan, Refusal};
use crate::report::markdown::Outlook;
use crate::report::run_report::{self, ErrorReport, RunReport, RunReportParts};
use crate::report::status::{LabState, StatusReport};
use crate::report::{Format, Reporter, end_view, nodes_view, status_view, time_view};

/// What has come about until a run ended.
#[derive(Default)]
pub(super) struct RunEnd {
    /// The plan.
    pub(super) plan: Option<Arc<Plan>>,
    /// What became of it, if it was executed.
    pub(super) outcome: Option<RunOutcome>,
    /// What a removal has left over.
    pub(super) leftovers: Vec<Leftover>,
    /// What was looked for after a removal.
    pub(super) searched: Vec<Searched>,
    /// The lab as the run left it.
    pub(super) status: Option<StatusReport>,
    /// Why the plan was not executed, or would not be, where that is no error of the run.
    pub(super) stop: Option<ErrorReport>,
}

impl RunEnd {
    /// Where the game answers; nowhere if no pod is wanted.
    fn url(&self) -> Option<String> {
        if self
            .status
            .as_ref()
            .is_some_and(|status| status.state == LabState::Stopped)
        {
            return None;
        }
        let proven = self.outcome.as_ref().and_then(|outcome| outcome.outputs.url.clone());
        proven.or_else(|| self.status.as_ref()?.url.clone())
    }
}

impl Run<'_> {
    /// Reports the end of the run, however it ended.
    pub(super) fn conclude(&self, context: &mut Context, end: &RunEnd, ended: &Result<Exit, AppError>) {
        let exit = ended.as_ref().map_or_else(AppError::exit, |exit| *exit);
        let summary = self.summary(end, exit);
        let reporter = &mut context.reporter;
        if let Some(url) = &summary.url {
            let (name, value) = ("url".to_owned(), url.clone());
            self.emit(reporter, Event::Output { name, value });
        }
        self.emit(reporter, Event::Summary(summary.clone()));
        self.print_end(reporter, end, &summary);
        if reporter.settings().format.is_document() {
            let error = ended.as_ref().err().map(AppError::report);
            document(reporter, end, &summary, error);
        } else {
            print_tables(reporter, end.status.as_ref());
            if let Some(url) = &summary.url {
                let style = reporter.settings().out;
                let status = end.status.as_ref();
                let lines = status.map(|status| status_view::address_lines(status, &style));
                let target = self.session.environment().target;
                open::print_address(context, target, url, &lines.unwrap_or_default());
            }
            self.offer_next(context, end, exit);
        }
    }

    /// Prints the obstacle to a plan, if there is one; returns the exit it leads to.
    pub(super) fn stopped_by(&self, reporter: &mut Reporter, plan: &Plan, end: &mut RunEnd) -> Option<Exit> {
        let least = self.request.fail_on.severity();
        let executes = matches!(self.request.plan_use, PlanUse::Execute { .. });
        let exit = obstacle(plan, least, !executes)?;
        let stop = end_view::stop(plan, least, self.session.clock.now(), executes);
        reporter.note(&end_view::obstacle(&stop, executes, &reporter.settings().err));
        let class = match exit {
            Exit::Check => "check",
            Exit::Conflict => "conflict",
            Exit::Refused => "refused",
            _ => "invalid",
        };
        end.stop = Some(ErrorReport::new(
            class,
            stop.reasons().iter().map(ToString::to_string).collect(),
            stop.help().map(|help| help.to_string()),
            exit.code(),
        ));
        Some(exit)
    }

    fn summary(&self, end: &RunEnd, exit: Exit) -> Summary {
        let elapsed = self.session.clock.since(self.started);
        let outcome = end.outcome.clone().unwrap_or_default();
        Summary {
            verb: self.request.verb,
            ok: matches!(exit, Exit::Done | Exit::Changes),
            exit_code: exit.code(),
            counts: outcome.counts,
            planned: end.plan.as_deref().map(Plan::counts).unwrap_or_default(),
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            phases: outcome.phases,
            requests: self.session.meter.snapshot(),
            url: end.url(),
            dns: end.status.as_ref().and_then(|status| status.dns.clone()),
        }
    }

    /// What failed, and the numbers; of a plan that was not executed there are none.
    fn print_end(&self, reporter: &mut Reporter, end: &RunEnd, summary: &Summary) {
        let (Some(outcome), Some(plan)) = (&end.outcome, &end.plan) else {
            return;
        };
        let sandbox = self.is_sandbox();
        let style = reporter.settings().err;
        let failures = end_view::failures(&outcome.failures, sandbox, &style);
        if !failures.is_empty() {
            reporter.note(&failures);
        }
        if summary.exit_code == Exit::Interrupted.code() {
            reporter.note(&end_view::left_by_interrupt(summary.verb, sandbox, &style));
        }
        if !plan.is_idle() || end.status.is_some() {
            let gone = time_view::gone(reporter.timeline(), &style);
            let text = end_view::summary(summary, reporter.timeline(), self.real_time(), &style);
            reporter.info(&(text + &gone));
        }
    }

    fn is_sandbox(&self) -> bool {
        self.session.environment().target == TargetKind::Sandbox
    }

    /// How long the run has taken the reader, where its own clock is the sandbox's.
    pub(super) fn real_time(&self) -> Option<Duration> {
        let (wall, started) = &self.wall;
        let took = Duration::try_from(wall.now().duration_since(*started)).unwrap_or_default();
        self.is_sandbox().then_some(took)
    }
}

/// Prints the document of a run that could not begin.
pub(super) fn conclude_unbegun(reporter: &mut Reporter, verb: RunVerb, error: &AppError) {
    if !reporter.settings().format.is_document() {
        return;
    }
    reporter.document(&run_report::unbegun(verb, error.report()));
}

/// Prints the document of a run.
fn document(reporter: &mut Reporter, end: &RunEnd, summary: &Summary, error: Option<ErrorReport>) {
    let outcome = end.outcome.as_ref();
    reporter.document(&RunReport::new(RunReportParts {
        plan: end.plan.as_deref(),
        summary,
        failures: outcome.map_or(&[], |outcome| &outcome.failures),
        skipped: outcome.map_or(&[], |outcome| &outcome.skipped),
        leftovers: &end.leftovers,
        searched: &end.searched,
        status: end.status.as_ref(),
        error: error.or_else(|| end.stop.clone()),
    }));
}

/// Pods and nodes.
fn print_tables(reporter: &mut Reporter, status: Option<&StatusReport>) {
    if let Some(status) = status {
        let wide = reporter.settings().format == Format::Wide;
        let text = nodes_view::tables(status, wide, &reporter.settings().out);
        reporter.info("\n");
        reporter.data(&text);
    }
}

/// What `plan --detailed-exitcode` would end with.
pub(super) fn outlook(plan: &Plan, least: Severity) -> Outlook {
    let exit = obstacle(plan, least, true);
    let exit = exit.unwrap_or(if plan.changes_something() {
        Exit::Changes
    } else {
        Exit::Done
    });
    let meaning = match exit {
        Exit::Done => "there is nothing to change",
        Exit::Changes => "there is something to change",
        Exit::Check => "what the checks found stops it before its first change",
        Exit::Refused => "something is not the lab's, or needs a flag",
        Exit::Conflict => "a field is owned by somebody else",
        _ => "a change is not valid, or something could not be read",
    };
    Outlook {
        exit_code: exit.code(),
        meaning,
    }
}

/// The obstacle to executing a plan, where findings of severity `least` and graver are one; `None` if there is none. That
/// others own fields is none for who only looks: the plan says what would come of both answers.
pub(super) fn obstacle(plan: &Plan, least: Severity, only_looks: bool) -> Option<Exit> {
    if plan.findings_from(least).next().is_some() {
        return Some(Exit::Check);
    }
    let mut exit = None;
    for (_, refusal) in plan.refusals() {
        match refusal {
            Refusal::NotOurs(_)
            | Refusal::NeedsReplace(_)
            | Refusal::Shared(_)
            | Refusal::SharedUnread(_)
            | Refusal::NoController { .. }
            | Refusal::Autoscaled(_) => {
                return Some(Exit::Refused);
            }
            Refusal::Conflict(_) if only_looks => {}
            Refusal::Conflict(_) => exit = Some(Exit::Conflict),
            Refusal::Invalid(_) => exit = exit.or(Some(Exit::Failed)),
        }
    }
    exit
}

/// What keeps a plan from being carried out: the exit, and the first reason.
pub(in crate::app) fn obstacle_of(plan: &Plan, fail_on: FailOn, now: Timestamp) -> Option<(Exit, Text)> {
    let least = fail_on.severity();
    let exit = obstacle(plan, least, true)?;
    let reasons = end_view::stop(plan, least, now, false).reasons();
    Some((exit, reasons.into_iter().next().unwrap_or_default()))
}

/// The exit of a run that ended so.
pub(super) fn exit_of(outcome: &RunOutcome, interrupted: bool) -> Exit {
    if outcome.complete {
        return Exit::Done;
    }
    if interrupted {
        return Exit::Interrupted;
    }
    if outcome.superseded {
        return Exit::Conflict;
    }
    match Exit::of_failures(outcome.failures.iter().map(|(_, failure)| failure.class)) {
        Exit::Done => Exit::Failed,
        exit => exit,
    }
}

/// A run that had nothing to do.
pub(super) fn nothing_done() -> RunOutcome {
    RunOutcome {
        complete: true,
        ..RunOutcome::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Failure, FailureClass, Leaves, Place};
    use crate::model::{Desired, Goal, LockSpec, Node, NodeId, Op};
    use crate::plan::{Change, Cost};

    fn failed(classes: &[FailureClass]) -> RunOutcome {
        let failures = classes.iter().map(|class| {
            let failure = Failure {
                class: *class,
                causes: Vec::new(),
                leaves: Leaves::Nothing,
                hint: "".into(),
                stage: None,
            };
            ("profile/p".parse::<NodeId>().unwrap(), failure)
        });
        RunOutcome {
            failures: failures.collect(),
            ..RunOutcome::default()
        }
    }

    #[test]
    fn the_exit_follows_from_the_outcome_and_ctrl_c() {
        use FailureClass::{Conflict, Failed, Timeout};
        assert_eq!(
            exit_of(&nothing_done(), true),
            Exit::Done,
            "all came about all the same"
        );
        assert_eq!(exit_of(&failed(&[]), true), Exit::Interrupted);
        assert_eq!(exit_of(&failed(&[]), false), Exit::Failed, "never a success");
        assert_eq!(exit_of(&failed(&[Timeout]), false), Exit::TimedOut);
        assert_eq!(exit_of(&failed(&[Timeout, Conflict, Failed]), false), Exit::Conflict);
        assert_eq!(exit_of(&failed(&[Failed]), true), Exit::Interrupted);
    }

    #[test]
    fn the_obstacle_decides_the_exit() {
        let stopped = |refusals: Vec<Refusal>| {
            let node = |n: usize| Node {
                id: format!("profile/p{n}").parse().unwrap(),
                desired: Desired::Lock(LockSpec {
                    namespace: String::new(),
                }),
            };
            let rows = refusals.into_iter().enumerate();
            let plan = Plan {
                lab: String::new(),
                place: Place::default(),
                goal: Goal::Ready,
                changes: rows
                    .map(|(n, refusal)| Change::of(node(n), Op::None).refused(refusal))
                    .collect(),
                edges: Vec::new(),
                findings: Vec::new(),
                cost: Cost::Unknown { region: String::new() },
            };
            (
                obstacle(&plan, Severity::Error, false),
                obstacle(&plan, Severity::Error, true),
            )
        };
        let owned = || Refusal::NotOurs("kim".into());
        let conflict = || Refusal::Conflict(Vec::new());
        let invalid = || Refusal::Invalid("no".into());
        assert_eq!(stopped(vec![]), (None, None));
        assert_eq!(stopped(vec![conflict()]), (Some(Exit::Conflict), None));
        assert_eq!(stopped(vec![invalid()]), (Some(Exit::Failed), Some(Exit::Failed)));
        assert_eq!(
            stopped(vec![invalid(), conflict()]),
            (Some(Exit::Conflict), Some(Exit::Failed))
        );
        assert_eq!(
            stopped(vec![conflict(), invalid()]),
            (Some(Exit::Conflict), Some(Exit::Failed))
        );
        assert_eq!(
            stopped(vec![conflict(), owned()]),
            (Some(Exit::Refused), Some(Exit::Refused)),
            "a flag helps first"
        );
    }

    #[test]
    fn the_url_that_was_proven_comes_before_the_one_that_was_read() {
        let mut end = RunEnd::default();
        assert_eq!(end.url(), None);
        let mut outcome = nothing_done();
        outcome.outputs.url = Some("http://proven".to_owned());
        end.outcome = Some(outcome);
        assert_eq!(end.url().as_deref(), Some("http://proven"));
    }
}
