//! All labs of a class, a line each; how far each is, and how many are so far.

use std::time::Duration;

use super::sheet::{Sheet, says};
use super::{ClassLabRow, ClassReport};
use crate::event::{Counts, RunVerb};
use crate::fleet::{Board, Found, LESSON_COLUMN, LabRow, Progress};
use crate::lang::{Text, text};
use crate::report::style::{Style, Tone};
use crate::report::times;

/// `1 lab`, `5 labs`.
pub(super) fn labs(count: usize) -> Text {
    text!("fleet-labs", count = count)
}

/// How far the class is, as a line.
pub fn so_far(board: &Board, verb: Option<RunVerb>, style: &Style) -> String {
    let (counts, labs) = (tally(board, verb), labs(board.rows.len()));
    style.say(&text!("fleet-so-far", counts = counts, labs = labs)) + "\n"
}

/// The same as a sentence, with how long that took.
pub(super) fn sum(board: &Board, verb: Option<RunVerb>, took: Option<String>) -> Text {
    let (counts, labs) = (tally(board, verb), labs(board.rows.len()));
    match took {
        Some(took) => text!("fleet-sum-in", counts = counts, labs = labs, took = took),
        None => text!("fleet-sum", counts = counts, labs = labs),
    }
}

/// How many labs are how far.
fn tally(board: &Board, verb: Option<RunVerb>) -> Text {
    let counted = words_of(verb)
        .into_iter()
        .map(|(progress, word)| (board.count(progress), word));
    let counted = counted.filter(|(count, _)| *count > 0);
    Text::list(
        counted.map(|(count, word)| text!("fleet-counted", count = count, word = word)),
        ", ",
    )
}

/// The words for how far labs are, in the order in which they are told: what has come about, or, of a plan, would; of labs
/// that are only looked at how they are.
pub(in crate::report) fn words_of(verb: Option<RunVerb>) -> [(Progress, Text); 5] {
    let (done, failed, waiting) = match verb {
        Some(RunVerb::Plan) => (
            text!("fleet-possible"),
            text!("fleet-not-possible"),
            text!("fleet-waiting"),
        ),
        Some(_) => (text!("fleet-done"), text!("fleet-failed"), text!("fleet-waiting")),
        None => (
            text!("fleet-as-wanted"),
            text!("fleet-not-as-wanted"),
            text!("fleet-absent"),
        ),
    };
    [
        (Progress::Done, done),
        (Progress::Failed, failed),
        (Progress::Running, text!("fleet-under-way")),
        (Progress::Waiting, waiting),
        (Progress::Held, text!("fleet-held")),
    ]
}

/// What a plan has to do, in a few words.
pub fn counts(counts: Counts) -> Text {
    if counts.is_empty() {
        return text!("fleet-as-wanted");
    }
    let parts = [
        (counts.create, text!("fleet-to-create")),
        (counts.update, text!("fleet-to-update")),
        (counts.replace, text!("fleet-to-replace")),
        (counts.delete, text!("fleet-to-delete")),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    Text::list(parts.map(|(count, counted)| counted.with("count", count)), ", ")
}

/// All labs, a line each.
pub fn matrix(report: &ClassReport<'_>, is_wide: bool, style: &Style) -> String {
    let own = report.columns.iter().map(|column| Text::from(column.to_uppercase()));
    let (cluster, state_head, time_head) = (
        text!("fleet-head-cluster"),
        text!("fleet-head-state"),
        text!("fleet-head-time"),
    );
    let mut head = vec![text!("fleet-head-lab")];
    head.extend(own);
    head.extend([cluster.clone(), state_head.clone(), time_head.clone()]);
    if is_wide {
        head.push(Text::verbatim("$/H"));
    }
    head.push(text!("fleet-head-result"));
    let row = |lab: &ClassLabRow<'_>| {
        let ClassLabRow { row, own } = lab;
        let mut cells = vec![row.lab.clone()];
        cells.extend(report.columns.iter().map(|column| {
            lesson_of(row, column)
                .map(|lesson| style.say(&lesson))
                .or_else(|| own.get(column).cloned())
                .unwrap_or_default()
        }));
        cells.extend([row.cluster.clone(), style.say(&state(row)), time(row)]);
        if is_wide {
            cells.push(
                row.dollars_per_hour
                    .map_or_else(String::new, |dollars| format!("{dollars:.3}")),
            );
        }
        cells.push(style.say(&result(row)));
        cells
    };
    let sheet = Sheet {
        head,
        rows: report.labs.iter().map(row).collect(),
        optional: vec![cluster, time_head],
        tone: Some((state_head, tone_of_cell)),
    };
    sheet.text(style)
}

/// How the lab's lesson goes, in place of where that is on record: `closed-door: 80 points in 6m, 1 hint`.
fn lesson_of(row: &LabRow, column: &str) -> Option<Text> {
    let lesson = row.lesson.as_ref().filter(|_| column == LESSON_COLUMN)?;
    let told = if lesson.is_solved {
        text!("fleet-lesson-solved", points = lesson.points)
    } else {
        text!("fleet-lesson-under-way")
    };
    let took = times::duration(Duration::from_secs(lesson.seconds));
    let hints = text!("fleet-hints", count = lesson.hints);
    let told = told.with("lesson", &lesson.lesson).with("took", took);
    Some(told.with("hints", hints))
}

/// How far a lab is, as a word.
pub(in crate::report) fn state(row: &LabRow) -> Text {
    match row.progress {
        _ if is_looked_at(row) => row.stage.clone(),
        Progress::Waiting => text!("fleet-waiting"),
        Progress::Running => text!("fleet-under-way"),
        Progress::Done => text!("fleet-done"),
        Progress::Failed => text!("fleet-failed"),
        Progress::Held => text!("fleet-held"),
    }
}

/// Whether a lab is told as it was seen, or as a plan has it.
fn is_looked_at(row: &LabRow) -> bool {
    let has_word = matches!(row.progress, Progress::Waiting | Progress::Done | Progress::Failed);
    has_word && !row.stage.is_empty()
}

/// How that is dressed.
pub(super) fn tone(row: &LabRow) -> Option<Tone> {
    match (row.progress, row.found) {
        (_, Found::Ready) if is_looked_at(row) => Some(Tone::Good),
        (_, Found::Unreadable) if is_looked_at(row) => Some(Tone::Bad),
        _ if is_looked_at(row) => Some(Tone::Care),
        (Progress::Waiting | Progress::Running, _) => None,
        (Progress::Done, _) => Some(Tone::Good),
        (Progress::Failed, _) => Some(Tone::Bad),
        (Progress::Held, _) => Some(Tone::Care),
    }
}

/// The same of a cell of the table.
fn tone_of_cell(cell: &str) -> Option<Tone> {
    let good = [text!("fleet-done"), text!("fleet-ready")];
    let bad = [text!("fleet-failed"), text!("fleet-unreadable")];
    let plain = [text!("fleet-waiting"), text!("fleet-under-way")];
    let is_one = |texts: &[Text]| texts.iter().any(|text| says(cell, text));
    if is_one(&good) {
        Some(Tone::Good)
    } else if is_one(&bad) {
        Some(Tone::Bad)
    } else {
        Some(Tone::Care).filter(|_| !is_one(&plain))
    }
}

/// Where the game answers, or why it does not.
pub(in crate::report) fn result(row: &LabRow) -> Text {
    let url = row.url.as_ref().map(Text::from);
    row.cause.clone().or(url).unwrap_or_default()
}

/// How long a lab took.
pub(super) fn seconds(row: &LabRow) -> Option<u64> {
    let took = row.ended?.duration_since(row.begun?);
    u64::try_from(took.as_secs()).ok()
}

/// The same as people read it.
pub(super) fn time(row: &LabRow) -> String {
    seconds(row).map_or_else(String::new, |seconds| times::duration(Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    #[test]
    fn a_cell_is_dressed_as_its_lab_is() {
        let row = |progress, stage: Text, found| LabRow {
            progress,
            stage,
            found,
            ..LabRow::waiting("a", "c")
        };
        let nothing = Text::default;
        for row in [
            row(Progress::Waiting, nothing(), Found::Other),
            row(Progress::Waiting, text!("fleet-absent"), Found::Other),
            row(Progress::Running, Text::verbatim("CREATING"), Found::Other),
            row(Progress::Done, nothing(), Found::Other),
            row(Progress::Done, text!("fleet-ready"), Found::Ready),
            row(Progress::Done, text!("fleet-as-wanted"), Found::AsWanted),
            row(Progress::Failed, nothing(), Found::Other),
            row(Progress::Failed, text!("fleet-unreadable"), Found::Unreadable),
            row(Progress::Failed, text!("fleet-not-possible"), Found::Other),
            row(Progress::Held, nothing(), Found::Other),
        ] {
            for language in Language::ALL {
                let cell = state(&row).said(language);
                assert_eq!(tone_of_cell(&cell), tone(&row), "{cell}");
            }
        }
    }
}
