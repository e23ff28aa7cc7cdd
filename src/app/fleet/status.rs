//! `fleet status`: all labs of a class as they are.

use std::time::Duration;

use futures::{StreamExt, stream};

use super::class::{Class, ClassLab};
use super::end::{self, ClassEnd};
use super::lab_run::{context_of, unreadable};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::reach;
use crate::app::request::FleetChoice;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::app::status::describe;
use crate::fleet::{LabRow, Progress};
use crate::model::Scope;
use crate::plan::Cost;
use crate::report::status::LabState;

/// Shows every lab, in the order of the roster.
pub(super) async fn run(
    context: &mut Context,
    choice: &FleetChoice,
    detailed_exitcode: bool,
) -> Result<Exit, AppError> {
    let class = Class::open(context, choice).await?;
    if let Some(session) = class.session() {
        context.reading(session);
    }
    let looks = class.labs.iter().map(|lab| look(context, lab, class.waiting(lab)));
    let looking = async { Ok(stream::iter(looks).buffered(choice.parallel).collect::<Vec<_>>().await) };
    let rows = context.unless_interrupted(looking).await?;
    let mut board = class.board();
    board.rows = rows;
    context.reporter.yield_terminal();
    let is_whole = board.rows.iter().all(|row| row.progress == Progress::Done);
    let exit = if detailed_exitcode && !is_whole {
        Exit::Changes
    } else {
        Exit::Done
    };
    let end = ClassEnd {
        verb: None,
        class: &class,
        board: &board,
        exit,
        elapsed: Duration::ZERO,
        expected: None,
        certificate: None,
    };
    end::show(context, &end);
    Ok(exit)
}

/// One lab; what cannot be read is said in its row.
async fn look(context: &Context, lab: &ClassLab, mut row: LabRow) -> LabRow {
    let context = context_of(context);
    let snapshot = match Snapshot::take(&context, &lab.session, Purpose::look(Scope::Status)).await {
        Ok(snapshot) => snapshot,
        Err(error) => return unreadable(row, &error),
    };
    let endpoint = reach::endpoint(&lab.session, &snapshot).await;
    let status = describe(&lab.session, &snapshot, endpoint.as_ref());
    row.cluster.clone_from(&status.place.cluster);
    row.progress = match status.state {
        LabState::Ready | LabState::Stopped => Progress::Done,
        LabState::Progressing | LabState::Deleting => Progress::Failed,
        LabState::Absent => Progress::Waiting,
    };
    status.state.word().clone_into(&mut row.stage);
    row.cause = status.reason.clone().filter(|_| row.progress == Progress::Failed);
    row.url = status.url.filter(|_| status.state == LabState::Ready);
    let cost = status.cost.as_ref();
    row.costs(cost.and_then(Cost::hourly), cost.and_then(Cost::balancer_hourly));
    row
}
