//! The page of a run: what it did, and the lab as it left it. Nothing that goes wrong with it changes how the run ends.

use std::time::Duration;

use super::Run;
use super::end::RunEnd;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::interrupt::{Waiter, given_up};
use crate::app::page;
use crate::app::reach;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::app::status::{after_status, describe};
use crate::model::Scope;
use crate::ports::error_chain;
use crate::report::lab_page::{LabPage, RunPart};
use crate::report::status::StatusReport;
use crate::report::{Page, Tone};

/// The lab as it was seen for the page, where the run has not described it; or why it is not known.
pub(super) type Seen = Option<Result<StatusReport, String>>;

/// How long the lab is looked at for the page of a run that has not come to its end.
const PATIENCE: Duration = Duration::from_secs(30);

impl Run<'_> {
    /// Whether the run has got as far as its first step, or found that it needs none.
    fn has_something(context: &Context, end: &RunEnd) -> bool {
        end.outcome.is_some() || context.reporter.timeline().has_begun()
    }

    /// Looks at the lab once more where the run began and did not reach its goals.
    pub(super) async fn look_for_page(&self, context: &Context, end: &RunEnd) -> Seen {
        if self.request.page.is_none() || end.status.is_some() || !Self::has_something(context, end) {
            return None;
        }
        let mut interrupts = context.host.interrupts.clone();
        let impatient = async move {
            // Who is gone does not press a key any more.
            if interrupts.wait_for(|level| *level > 1).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        let session = self.session.as_of_now();
        let looking = async {
            let snapshot = Snapshot::read_with_tenants(&session, Purpose::look(Scope::Status)).await?;
            let endpoint = reach::endpoint(&session, &snapshot).await;
            Ok(describe(&session, &snapshot, endpoint.as_ref()))
        };
        let looked: Result<StatusReport, AppError> = tokio::select! {
            biased;
            () = impatient => Err(AppError::Interrupted),
            looked = Box::pin(looking) => looked,
            () = self.session.clock.sleep(PATIENCE) => {
                return Some(Err(format!("there was no answer within {} s", PATIENCE.as_secs())));
            }
            error = given_up(Waiter::of(&context.host)) => Err(error),
        };
        Some(looked.map_err(|error| error_chain(&error).join(": ")))
    }

    /// Writes the page of a run that began; where that cannot be, it is told.
    pub(super) fn write_page(&self, context: &mut Context, end: &RunEnd, seen: &Seen, error: Option<&AppError>) {
        let Some(path) = &self.request.page else { return };
        if !Self::has_something(context, end) {
            return;
        }
        let seen = match (&end.status, seen) {
            (Some(status), _) | (None, Some(Ok(status))) => Ok(status),
            (None, Some(Err(why))) => Err(why.as_str()),
            (None, None) => Err("it was not looked at"),
        };
        let mut causes: Vec<String> = error.map_or_else(Vec::new, |error| error_chain(error));
        causes.extend(end.stop.iter().flat_map(|stop| stop.causes().iter().cloned()));
        let shown = LabPage {
            lab: &self.session.environment().lab.name,
            place: &self.session.place(),
            now: self.session.clock.now(),
            seen,
            run: Some(RunPart {
                timeline: context.reporter.timeline(),
                findings: end.plan.as_deref().map_or(&[], |plan| &plan.findings),
                failures: end.outcome.as_ref().map_or(&[], |outcome| &outcome.failures),
                causes: &causes,
                remedy: error.and_then(AppError::help),
                real: self.real_time(),
            }),
            next: &after_status(seen.ok(), &context.commands()),
        };
        let written = page::write(&context.host, path, &shown);
        tell(context, &path.display().to_string(), written);
    }
}

/// Says where the page is, or why there is none.
fn tell(context: &mut Context, path: &str, written: Result<(), AppError>) {
    let reporter = &mut context.reporter;
    let mut page = Page::new(&reporter.settings().err);
    match written {
        Ok(()) => {
            page.entry(Tone::Faint.of("page      "), path);
            reporter.info(&page.into_text());
        }
        // The run has ended as it has ended.
        Err(error) => {
            page.entry(Tone::Care.of("warning: "), &error_chain(&error).join(": "));
            reporter.note(&page.into_text());
        }
    }
}
