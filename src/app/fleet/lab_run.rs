//! The run of one lab of a class: like any other, but that its events go to the class.

use tokio::sync::mpsc::UnboundedSender;

use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::run::{Ended, RunRequest, in_session};
use crate::app::session::Session;
use crate::event::Record;
use crate::fleet::{Found, LabRow, Progress};
use crate::lang::{Text, text};
use crate::plan::file::SavedPlan;

/// How the run of a lab has ended.
pub(super) struct LabEnd {
    /// With which exit.
    pub(super) exit: Exit,
    /// Why it has not come about, where that is not a step's failure.
    pub(super) cause: Option<Text>,
    /// Whether it was not begun, as it is not any more as the plan in a file has it.
    pub(super) has_moved: bool,
}

/// An event of a lab, by the lab's place in the class.
pub(super) type Told = (usize, Record);

/// A run within a call for a class.
pub(super) fn context_of(context: &Context) -> Context {
    context.quiet(context.call.selection.clone())
}

impl LabEnd {
    /// A lab that a plan in a file does not have.
    pub(super) fn not_planned() -> Self {
        Self {
            exit: Exit::Conflict,
            cause: Some(text!("fleet-lab-not-planned")),
            has_moved: true,
        }
    }

    /// It could not go on.
    pub(super) fn of_error(error: &AppError) -> Self {
        Self {
            exit: error.exit(),
            cause: Some(cause_of(error)),
            has_moved: matches!(error, AppError::Stale { .. }),
        }
    }
}

/// What is asked of the run of one lab.
pub(super) struct Order {
    pub(super) request: RunRequest,
    /// The plan in a file that it must still be.
    pub(super) saved: Option<Box<SavedPlan>>,
}

/// Carries out what is asked for one lab, and tells of every event.
pub(super) async fn run(
    context: &Context,
    session: &Session,
    order: Order,
    (lab, events): (usize, UnboundedSender<Told>),
) -> LabEnd {
    let Order { mut request, saved } = order;
    let mut context = context_of(context);
    let told = events.clone();
    // Nobody listens any more once the class has ended.
    context
        .reporter
        .let_follow(Box::new(move |record| drop(told.send((lab, record.clone())))));
    let Ended { result, stop } = in_session(&mut context, session, &mut request, saved.as_deref()).await;
    match result {
        Ok(exit) => LabEnd {
            exit,
            cause: stop.and_then(|stop| stop.causes().first().map(Text::from)),
            has_moved: false,
        },
        Err(error) => LabEnd::of_error(&error),
    }
}

/// The row of a lab that could not be read.
pub(super) fn unreadable(mut row: LabRow, error: &AppError) -> LabRow {
    row.progress = Progress::Failed;
    (row.stage, row.found) = (text!("fleet-unreadable"), Found::Unreadable);
    row.cause = Some(cause_of(error));
    row.exit_code = Some(error.exit().code());
    row
}

/// An error as one line.
pub(super) fn cause_of(error: &AppError) -> Text {
    Text::list(error.texts(), ": ")
}
