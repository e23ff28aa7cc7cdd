//! How a call for a class ends: its exit, its matrix, its document.

use std::time::Duration;

use super::class::Class;
use crate::app::context::Context;
use crate::app::exit::Exit;
use crate::event::RunVerb;
use crate::fleet::{Board, Progress, causes};
use crate::report::Format;
use crate::report::class_view::{self, Certificate, ClassLabRow, ClassReport, Expected};

/// What there is to tell.
pub(super) struct ClassEnd<'a> {
    /// What was carried out; nothing, if the labs were only looked at.
    pub(super) verb: Option<RunVerb>,
    pub(super) class: &'a Class,
    pub(super) board: &'a Board,
    pub(super) exit: Exit,
    /// How long it took, by the clock of the runs.
    pub(super) elapsed: Duration,
    /// What a plan expects.
    pub(super) expected: Option<Expected>,
    /// What a search after a removal has found.
    pub(super) certificate: Option<Certificate>,
}

/// The exit of a class: well, the one that all have failed with, or in part.
pub(super) fn exit(board: &Board, grounds: &[Exit], is_interrupted: bool) -> Exit {
    let failed = |exit: &Exit| *exit != Exit::Done;
    let labs = board.rows.iter().filter(|row| row.progress != Progress::Done);
    let codes: Vec<u8> = labs.filter_map(|row| row.exit_code).collect();
    let is_well = board.rows.iter().all(|row| row.progress == Progress::Done) && !grounds.iter().any(failed);
    if is_well {
        return Exit::Done;
    }
    if is_interrupted {
        return Exit::Interrupted;
    }
    if board.count(Progress::Done) > 0 {
        return Exit::Partly;
    }
    let alike = |code: u8| codes.iter().all(|other| *other == code);
    let ground = grounds.iter().copied().find(failed);
    match (codes.first(), ground) {
        (Some(code), _) if alike(*code) => Exit::of_code(*code).unwrap_or(Exit::Failed),
        (Some(_), _) => Exit::Partly,
        (None, ground) => ground.unwrap_or(Exit::Failed),
    }
}

/// Shows all labs, what many have in common, and the numbers.
pub(super) fn show(context: &mut Context, end: &ClassEnd<'_>) {
    let ClassEnd {
        verb,
        class,
        board,
        exit,
        elapsed,
        expected,
        certificate,
    } = end;
    let own = class.labs.iter().map(|lab| &lab.row.own);
    let rows = board.rows.iter().zip(own).map(|(row, own)| ClassLabRow { row, own });
    let report = ClassReport {
        roster: &class.label,
        verb: *verb,
        columns: &class.columns,
        labs: rows.collect(),
        causes: causes(&board.rows),
        exit_code: exit.code(),
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
        requests: class
            .session()
            .map(|session| session.meter.snapshot())
            .unwrap_or_default(),
        dollars_per_hour: board.dollars_per_hour(),
        expected: expected.as_ref(),
        certificate: certificate.as_ref(),
        job: None,
    };
    show_report(context, &report, board);
}

/// Shows a report in the format that is asked for.
pub(super) fn show_report(context: &mut Context, report: &ClassReport<'_>, board: &Board) {
    let settings = context.reporter.settings();
    let reporter = &mut context.reporter;
    match settings.format {
        Format::Json | Format::Yaml => reporter.document(report),
        Format::Csv => reporter.data(&class_view::csv(report)),
        Format::Junit => reporter.made(class_view::junit(report)),
        Format::Html => reporter.made(class_view::html(report, settings.out.language)),
        // A pull request's summary is refused for these verbs.
        Format::Human | Format::Plain | Format::Wide | Format::Markdown | Format::Sarif => {
            let is_wide = settings.format == Format::Wide;
            if let Some(job) = report.job {
                reporter.data(&class_view::indexes(job, &settings.out));
            }
            reporter.data(&class_view::matrix(report, is_wide, &settings.out));
            if let Some(expected) = report.expected {
                reporter.data(&class_view::capacity(expected, &settings.out));
            }
            if let Some(certificate) = report.certificate {
                reporter.info(&class_view::certificate(certificate, &settings.err));
            }
            reporter.info(&class_view::causes(report, &settings.err));
            reporter.info(&class_view::summary(report, board, &settings.err));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::LabRow;

    fn board(ends: &[Option<u8>]) -> Board {
        let row = |code: &Option<u8>| LabRow {
            progress: match code {
                Some(0) => Progress::Done,
                Some(_) => Progress::Failed,
                None => Progress::Held,
            },
            exit_code: *code,
            ..LabRow::waiting("a", "c")
        };
        Board {
            rows: ends.iter().map(row).collect(),
        }
    }

    #[test]
    fn a_class_ends_well_or_in_part_or_as_all_have() {
        let ended = |ends: &[Option<u8>]| exit(&board(ends), &[Exit::Done], false);
        assert_eq!(ended(&[Some(0), Some(0)]), Exit::Done);
        assert_eq!(ended(&[Some(0), Some(5)]), Exit::Partly);
        assert_eq!(ended(&[Some(0), None]), Exit::Partly);
        assert_eq!(ended(&[Some(5), Some(5), None]), Exit::TimedOut);
        assert_eq!(ended(&[Some(5), Some(1)]), Exit::Partly);
        assert_eq!(
            exit(&board(&[None]), &[Exit::Check], false),
            Exit::Check,
            "the ground is why"
        );
        assert_eq!(exit(&board(&[Some(0)]), &[Exit::Refused], false), Exit::Partly);
        assert_eq!(exit(&board(&[Some(0), Some(130)]), &[], true), Exit::Interrupted);
        assert_eq!(
            exit(&board(&[Some(0)]), &[], true),
            Exit::Done,
            "all came about all the same"
        );
    }
}
