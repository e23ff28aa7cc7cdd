//! `fleet status`: all labs of a class as they are, once or until Ctrl-C.

use std::pin::pin;
use std::time::Duration;

use futures::stream::LocalBoxStream;
use futures::{StreamExt, stream};
use jiff::Timestamp;

use super::class::{Class, ClassLab};
use super::end::{self, ClassEnd};
use super::lab_run::{context_of, unreadable};
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::interrupt::pressed;
use crate::app::reach;
use crate::app::request::FleetChoice;
use crate::app::session::Session;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::app::status::describe;
use crate::fleet::{Board, LabRow, Progress};
use crate::model::Scope;
use crate::plan::Cost;
use crate::report::status::LabState;
use crate::report::{ClassScene, class_view};

/// Shows every lab, in the order of the roster.
pub(super) async fn run(
    context: &mut Context,
    choice: &FleetChoice,
    watch: bool,
    detailed_exitcode: bool,
) -> Result<Exit, AppError> {
    let class = Class::open(context, choice).await?;
    if let Some(session) = class.session() {
        context.reading(session);
    }
    let board = if watch {
        watched(context, &class, choice.parallel).await?
    } else {
        let quiet = context_of(context);
        let looking = async { Ok(looks(&quiet, &class, choice.parallel).collect::<Vec<_>>().await) };
        let mut rows = context.unless_interrupted(looking).await?;
        // In the order of the roster.
        rows.sort_unstable_by_key(|(place, _)| *place);
        Board {
            rows: rows.into_iter().map(|(_, row)| row).collect(),
        }
    };
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

/// A look at every lab, each with its place as it ends.
fn looks<'a>(context: &'a Context, class: &'a Class, parallel: usize) -> LocalBoxStream<'a, (usize, LabRow)> {
    let looks = class.labs.iter().enumerate().map(move |(place, lab)| async move {
        let row = look(context, lab, class.waiting(lab)).await;
        (place, row)
    });
    stream::iter(looks).buffer_unordered(parallel).boxed_local()
}

/// How long after a look at all labs the next one begins.
const BETWEEN: Duration = Duration::from_secs(30);
/// What is told beside the labs.
const UNTIL: &str = "looking again every 30 s, until Ctrl-C";

/// Looks at all labs again and again until Ctrl-C, which is how that is meant to end; as they were last. Before all were looked at once
/// it is an interruption.
async fn watched(context: &mut Context, class: &Class, parallel: usize) -> Result<Board, AppError> {
    let mut board = class.board();
    let Some(session) = class.session() else {
        return Ok(board);
    };
    let quiet = context_of(context);
    let mut pressed = pin!(pressed(context.host.interrupts.clone()));
    begin_to_show(context, session, &board);
    let mut is_whole = false;
    loop {
        let mut looks = looks(&quiet, class, parallel);
        let mut changes = 0;
        loop {
            let (place, row) = tokio::select! {
                biased;
                () = &mut pressed => return ended(context, board, is_whole),
                looked = looks.next() => match looked {
                    Some(looked) => looked,
                    None => break,
                },
            };
            if let Some(known) = board.rows.get_mut(place) {
                changes += usize::from(take(context, known, row, session.clock.now(), place, is_whole));
            }
        }
        if (changes > 0 || !is_whole) && !context.reporter.shows_class() {
            context.reporter.info(&class_view::so_far(&board, None));
        }
        is_whole = true;
        tokio::select! {
            biased;
            () = &mut pressed => return ended(context, board, is_whole),
            () = session.clock.sleep(BETWEEN) => {}
        }
    }
}

fn begin_to_show(context: &mut Context, session: &Session, board: &Board) {
    let now = session.clock.now();
    let mut scene = ClassScene::new(board.clone(), None, now);
    scene.note = Some(UNTIL.to_owned());
    context.reporter.yield_terminal();
    context.reporter.show_class(scene, now);
}

/// Takes in a lab as it is; whether it is another than it was. `begun` is since when it is so.
fn take(context: &mut Context, known: &mut LabRow, row: LabRow, now: Timestamp, place: usize, is_news: bool) -> bool {
    let is_same = known.begun.is_some() && known.progress == row.progress && known.stage == row.stage;
    let begun = known.begun.filter(|_| is_same).or(Some(now));
    let has_changed = !is_same || known.cause != row.cause;
    *known = LabRow { begun, ..row };
    if has_changed && is_news && !context.reporter.shows_class() {
        let line = class_view::changed(known, &context.reporter.settings().err);
        context.reporter.info(&line);
    }
    context.reporter.change_class(now, |scene| {
        if let Some(shown) = scene.board.rows.get_mut(place) {
            shown.clone_from(known);
        }
    });
    has_changed
}

/// The end of a watch.
fn ended(context: &mut Context, mut board: Board, is_whole: bool) -> Result<Board, AppError> {
    context.reporter.end_class();
    if !is_whole {
        return Err(AppError::Interrupted);
    }
    for row in &mut board.rows {
        row.begun = None;
    }
    Ok(board)
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
