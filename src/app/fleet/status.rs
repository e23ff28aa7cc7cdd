//! `fleet status`: all labs of a class as they are, once or until Ctrl-C.

use std::pin::pin;
use std::time::Duration;

use futures::stream::LocalBoxStream;
use futures::{StreamExt, stream};
use jiff::Timestamp;

use super::class::{Class, ClassLab};
use super::end::{self, ClassEnd};
use super::lab_run::{context_of, unreadable};
use super::lessons;
use crate::app::context::Context;
use crate::app::error::AppError;
use crate::app::exit::Exit;
use crate::app::interrupt::pressed;
use crate::app::reach;
use crate::app::request::FleetChoice;
use crate::app::snapshot::{Purpose, Snapshot};
use crate::app::status::describe;
use crate::fleet::{Board, Found, LabRow, Progress};
use crate::lang::{Text, text};
use crate::model::Scope;
use crate::plan::Cost;
use crate::report::status::LabState;
use crate::report::{ClassScene, Reporter, class_view};

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

/// Looks at all labs again and again until Ctrl-C, which is how that is meant to end; as they were last. Before all were looked at once
/// it is an interruption.
async fn watched(context: &mut Context, class: &Class, parallel: usize) -> Result<Board, AppError> {
    let quiet = context_of(context);
    let mut pressed = pin!(pressed(context.host.interrupts.clone()));
    let Some(session) = class.session() else {
        return Ok(class.board());
    };
    let mut watching = Watching::begin(&mut context.reporter, class.board(), session.clock.now());
    loop {
        let mut looks = looks(&quiet, class, parallel);
        loop {
            let looked = tokio::select! {
                biased;
                () = &mut pressed => return watching.ended(),
                looked = looks.next() => looked,
            };
            let Some((place, row)) = looked else { break };
            watching.take(place, row, session.clock.now());
        }
        watching.tell();
        tokio::select! {
            biased;
            () = &mut pressed => return watching.ended(),
            () = session.clock.sleep(BETWEEN) => {}
        }
    }
}

/// A class that is looked at again and again.
struct Watching<'a> {
    reporter: &'a mut Reporter,
    board: Board,
    /// Whether all have been looked at once.
    is_whole: bool,
    /// Whether one is another than it was told to be.
    is_news: bool,
}

impl<'a> Watching<'a> {
    fn begin(reporter: &'a mut Reporter, board: Board, now: Timestamp) -> Self {
        let mut scene = ClassScene::new(board.clone(), None, now);
        scene.note = Some(text!("fleet-watching", seconds = BETWEEN.as_secs()));
        reporter.yield_terminal();
        reporter.show_class(scene, now);
        Self {
            reporter,
            board,
            is_whole: false,
            is_news: true,
        }
    }

    /// Takes in a lab as it is. When it began is since when it is so.
    fn take(&mut self, place: usize, row: LabRow, now: Timestamp) {
        let Some(known) = self.board.rows.get_mut(place) else {
            return;
        };
        let is_same = known.begun.is_some() && known.progress == row.progress && known.stage == row.stage;
        let has_changed = !is_same || known.cause != row.cause;
        let begun = known.begun.filter(|_| is_same).or(Some(now));
        *known = LabRow { begun, ..row };
        self.is_news |= has_changed;
        if has_changed && self.is_whole && !self.reporter.shows_class() {
            let line = class_view::changed(known, &self.reporter.settings().err);
            self.reporter.info(&line);
        }
        self.reporter.change_class(now, |scene| {
            if let Some(shown) = scene.board.rows.get_mut(place) {
                shown.clone_from(known);
            }
        });
    }

    /// Tells how far all are, if that is news and is not to be seen anyway.
    fn tell(&mut self) {
        self.is_whole = true;
        if std::mem::take(&mut self.is_news) && !self.reporter.shows_class() {
            let style = self.reporter.settings().err;
            self.reporter.info(&class_view::so_far(&self.board, None, &style));
        }
    }

    /// The end of it.
    fn ended(mut self) -> Result<Board, AppError> {
        self.reporter.end_scene();
        if !self.is_whole {
            return Err(AppError::Interrupted);
        }
        for row in &mut self.board.rows {
            row.begun = None;
        }
        Ok(self.board)
    }
}

/// One lab; what cannot be read is said in its row.
async fn look(context: &Context, lab: &ClassLab, mut row: LabRow) -> LabRow {
    row.lesson = lessons::of_lab(context, lab);
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
    row.stage = word_of(status.state);
    row.found = if status.state == LabState::Ready {
        Found::Ready
    } else {
        Found::Other
    };
    row.cause = status.reason.clone().filter(|_| row.progress == Progress::Failed);
    row.url = status.url.filter(|_| status.state == LabState::Ready);
    let cost = status.cost.as_ref();
    row.costs(cost.and_then(Cost::hourly), cost.and_then(Cost::balancer_hourly));
    row
}

/// How a lab is, in a word or two.
fn word_of(state: LabState) -> Text {
    match state {
        LabState::Ready => text!("fleet-ready"),
        LabState::Stopped => text!("fleet-stopped"),
        LabState::Progressing => text!("fleet-not-ready"),
        LabState::Deleting => text!("fleet-deleting"),
        LabState::Absent => text!("fleet-absent"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_read_the_word_that_status_has() {
        for state in [
            LabState::Ready,
            LabState::Stopped,
            LabState::Progressing,
            LabState::Deleting,
            LabState::Absent,
        ] {
            assert_eq!(word_of(state), state.word());
        }
    }
}
