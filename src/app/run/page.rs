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
use crate::lang::{Text, text};
use crate::model::Scope;
use crate::report::lab_page::{LabPage, RunPart};
use crate::report::status::StatusReport;
use crate::report::style::pad;
use crate::report::{Page, Tone};

/// The lab as it was seen for the page, where the run has not described it; or why it is not known.
pub(super) type Seen = Option<Result<StatusReport, Text>>;

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
                return Some(Err(text!("page-no-answer", seconds = PATIENCE.as_secs())));
            }
            error = given_up(Waiter::of(&context.host)) => Err(error),
        };
        Some(looked.map_err(|error| Text::list(error.texts(), ": ")))
    }

    /// Writes the page of a run that began; where that cannot be, it is told.
    pub(super) fn write_page(&self, context: &mut Context, end: &RunEnd, seen: &Seen, error: Option<&AppError>) {
        let Some(path) = &self.request.page else { return };
        if !Self::has_something(context, end) {
            return;
        }
        let unseen = text!("page-not-looked");
        let seen = match (&end.status, seen) {
            (Some(status), _) | (None, Some(Ok(status))) => Ok(status),
            (None, Some(Err(why))) => Err(why),
            (None, None) => Err(&unseen),
        };
        let mut causes = error.map_or_else(Vec::new, AppError::texts);
        let stopped = end.stop.iter().flat_map(|stop| stop.causes().iter());
        causes.extend(stopped.map(Text::from));
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
        let written = page::write(context, path, &shown);
        tell(context, &path.display().to_string(), written);
    }
}

/// Says where the page is, or why there is none.
fn tell(context: &mut Context, path: &str, written: Result<(), AppError>) {
    /// Columns of a label.
    const LABEL: usize = 10;
    let reporter = &mut context.reporter;
    let style = reporter.settings().err;
    let mut page = Page::new(&style);
    match written {
        Ok(()) => {
            let label = pad(&style.say(&text!("page-label")), LABEL);
            page.entry(Tone::Faint.of(&label), path);
            reporter.info(&page.into_text());
        }
        // The run has ended as it has ended.
        Err(error) => {
            let label = style.say(&text!("page-warn-label")) + " ";
            let causes = Text::list(error.texts(), ": ");
            page.entry(Tone::Care.of(&label), &style.say(&causes));
            reporter.note(&page.into_text());
        }
    }
}
