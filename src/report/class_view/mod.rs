//! A class as people read it: who has begun, who has ended how, and what many have in common.

mod access;
mod capacity;
mod certificate;
mod csv;
mod html;
mod job;
mod junit;
mod matrix;
mod sheet;
mod sweep;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::event::RunVerb;
use crate::fleet::{Board, Cause, LabRow, Progress};
use crate::lang::{Text, text};
use crate::report::page::{Page, Span};
use crate::report::style::{Style, Tone, pad};
use crate::report::{end_view, times};

pub use access::{AccessEntry, AwsRights, ClassAccess, ClusterManifests, LabAccess, access, access_notes};
pub use capacity::{ClusterQueue, Expected, capacity};
pub use certificate::{Certificate, LabLeftover, Unread, certificate};
pub use csv::csv;
pub use html::html;
pub use job::{JobHeading, JobReport, indexes, job_heading};
pub use junit::junit;
pub use matrix::{counts, matrix, so_far};
pub use sweep::{LabFound, SweepReport, sweep, sweep_csv, sweep_junit, to_remove};

use self::matrix::labs;
pub(in crate::report) use self::matrix::{result, state, words_of};

/// Hours in a day.
const DAY: f64 = 24.0;
/// Names that are listed of labs that have something in common.
const NAMED: usize = 6;
/// Columns of the label of an entry.
const COLUMNS: usize = 10;

/// What is carried out.
#[derive(Debug, Clone)]
pub struct Heading<'a> {
    /// The roster.
    pub roster: &'a str,
    /// Number of labs.
    pub labs: usize,
    /// Number of clusters that they are on.
    pub clusters: usize,
    /// Number of ALBs that labs share.
    pub balancers: usize,
    /// The profiles that labs share, each with how many.
    pub profiles: Vec<(&'a str, usize)>,
    /// The instructor's own columns.
    pub columns: &'a [String],
}

/// What comes of a class, as a document.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassReport<'a> {
    /// The roster.
    pub roster: &'a str,
    /// What was carried out; nothing, if the labs were only looked at.
    pub verb: Option<RunVerb>,
    /// The instructor's own columns.
    #[serde(skip)]
    pub columns: &'a [String],
    /// The labs, each with what the instructor's own columns have for it.
    pub labs: Vec<ClassLabRow<'a>>,
    /// What labs that are not as wanted have in common.
    pub causes: Vec<Cause>,
    /// How the call ends.
    pub exit_code: u8,
    /// Milliseconds from begin to end, by the clock of the runs.
    pub elapsed_ms: u64,
    /// Requests made, by API.
    pub requests: BTreeMap<String, u64>,
    /// What the labs cost that are known to: US dollars an hour.
    pub dollars_per_hour: Option<f64>,
    /// What a plan expects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<&'a Expected>,
    /// What a search after a removal has found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<&'a Certificate>,
    /// The Job that carries it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<&'a JobReport<'a>>,
}

/// One lab of it.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ClassLabRow<'a> {
    /// How far it is.
    #[serde(flatten)]
    pub row: &'a LabRow,
    /// What the instructor's own columns have for it.
    pub own: &'a BTreeMap<String, String>,
}

impl ClassReport<'_> {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed_ms)
    }

    /// What the labs cost an hour, and a day.
    fn dollars(&self) -> Option<(String, String)> {
        let dollars = self.dollars_per_hour?;
        Some((format!("${dollars:.2}"), format!("${:.2}", dollars * DAY)))
    }
}

/// The label of an entry, as wide as those of the others.
fn label(text: &Text, style: &Style) -> String {
    pad(&style.say(text), COLUMNS)
}

/// What is about to be done.
pub fn heading(heading: &Heading<'_>, verb: RunVerb, style: &Style) -> String {
    let mut page = Page::new(style);
    let whole = text!(
        "fleet-heading",
        labs = labs(heading.labs),
        roster = heading.roster,
        clusters = text!("fleet-clusters", count = heading.clusters)
    );
    page.entry(Tone::Strong.of(&format!("{} ", verb.word())), &style.say(&whole));
    let shared = label(&text!("fleet-label-shared"), style);
    for (profile, count) in &heading.profiles {
        let text = text!("fleet-shared-profile", profile = *profile, labs = labs(*count));
        page.entry(Tone::Faint.of(&shared), &style.say(&text));
    }
    if heading.balancers > 0 {
        let text = text!("fleet-shared-balancers", count = heading.balancers);
        page.entry(Tone::Faint.of(&shared), &style.say(&text));
    }
    if !heading.columns.is_empty() {
        let text = text!("fleet-own-columns", columns = heading.columns.join(", "));
        let label = label(&text!("fleet-label-own"), style);
        page.entry(Tone::Faint.of(&label), &style.say(&text));
    }
    page.into_text()
}

/// By which plan in a file it is done.
pub fn by_plan(file: &str, made: Timestamp, now: Timestamp, style: &Style) -> String {
    let mut page = Page::new(style);
    let text = text!("fleet-by-plan", file = file, ago = times::ago(made, now));
    let label = label(&text!("fleet-label-plan"), style);
    page.entry(Tone::Faint.of(&label), &style.say(&text));
    page.into_text()
}

/// Which labs the plan in a file does not have, as they could not be read.
pub fn not_in_plan(without: &[String], style: &Style) -> String {
    let mut page = Page::new(style);
    let text = text!("fleet-not-in-file", labs = labs(without.len()), names = named(without));
    let label = label(&text!("fleet-label-plan"), style);
    page.entry(Tone::Care.of(&label), &style.say(&text));
    page.into_text()
}

/// The first of these labs, and how many more there are.
fn named(labs: &[String]) -> Text {
    first_of(labs.iter().map(String::as_str), NAMED)
}

/// The first of these names, and how many more there are.
fn first_of<'a>(names: impl ExactSizeIterator<Item = &'a str>, most: usize) -> Text {
    let more = names.len().saturating_sub(most);
    let first = names.take(most).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text!("fleet-names-more", names = first, count = more)
    } else {
        first.into()
    }
}

/// What has become of a profile that labs share.
pub fn ground(profile: &str, count: usize, what: &Text, style: &Style) -> String {
    let mut page = Page::new(style);
    let text = text!("fleet-ground", profile = profile, labs = labs(count), what = what);
    let label = label(&text!("fleet-label-shared"), style);
    page.entry(Tone::Faint.of(&label), &style.say(&text));
    page.into_text()
}

/// A lab has ended.
pub fn ended(row: &LabRow, verb: RunVerb, style: &Style) -> String {
    let took = row
        .begun
        .zip(row.ended)
        .map(|(begun, ended)| ended.duration_since(begun));
    let took = took.map_or_else(String::new, |took| {
        times::duration(Duration::try_from(took).unwrap_or_default())
    });
    let mut page = Page::new(style);
    let (label, tone) = match (row.progress, verb) {
        (Progress::Done, RunVerb::Destroy) => (text!("fleet-lab-gone", lab = &row.lab), Tone::Good),
        (Progress::Done, _) => (text!("fleet-lab-ready", lab = &row.lab), Tone::Good),
        _ => (text!("fleet-lab-failed", lab = &row.lab), Tone::Bad),
    };
    let text = format!("{took}  {}", style.say(&result(row)));
    page.entry(tone.of(&format!("{}  ", style.say(&label))), text.trim());
    page.into_text()
}

/// A lab that is only looked at is another than it was.
pub fn changed(row: &LabRow, style: &Style) -> String {
    let mut page = Page::new(style);
    let label = format!("{} {}  ", row.lab, style.say(&state(row)));
    let label = Span {
        text: &label,
        tone: matrix::tone(row),
    };
    page.entry(label, &style.say(&result(row)));
    page.into_text()
}

/// What labs that are not as wanted have in common, those of most labs first.
pub fn causes(report: &ClassReport<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    for cause in &report.causes {
        let label = format!("{}: ", style.say(&labs(cause.labs.len())));
        let text = format!("{} ({})", cause.said(style.language), style.say(&named(&cause.labs)));
        page.entry(Tone::Bad.of(&label), &text);
    }
    page.into_text()
}

/// The numbers.
pub fn summary(report: &ClassReport<'_>, board: &Board, style: &Style) -> String {
    let mut page = Page::new(style);
    let took = match report.verb {
        Some(RunVerb::Plan) | None => None,
        Some(_) => Some(times::duration(report.elapsed())),
    };
    page.entry("", &style.say(&matrix::sum(board, report.verb, took)));
    if let Some((hourly, daily)) = report.dollars().filter(|_| report.verb != Some(RunVerb::Destroy)) {
        let text = text!("fleet-cost", hourly = hourly, daily = daily);
        let label = label(&text!("fleet-label-cost"), style);
        page.entry(Tone::Faint.of(&label), &style.say(&text));
    }
    page.into_text() + &end_view::requests(&report.requests, style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Language;

    fn rows() -> Vec<LabRow> {
        let at = |text: &str| Some(text.parse().unwrap());
        let done = LabRow {
            progress: Progress::Done,
            url: Some("http://k8s-all-1.ap-northeast-2.elb.amazonaws.com:8001/".to_owned()),
            begun: at("2026-11-24T09:00:00Z"),
            ended: at("2026-11-24T09:03:41Z"),
            exit_code: Some(0),
            dollars_per_hour: Some(0.1),
            ..LabRow::waiting("p-01", "eksworkshop")
        };
        let failed = |lab: &str, cause: &str| LabRow {
            progress: Progress::Failed,
            cause: Some(cause.to_owned().into()),
            exit_code: Some(5),
            ..LabRow::waiting(lab, "eksworkshop")
        };
        let mut held = LabRow::waiting("p-04", "eksworkshop");
        held.hold("not begun: too many labs have failed");
        vec![
            done,
            failed("p-02", "subnets are full"),
            failed("p-03", "=HYPERLINK(\"x\"), full"),
            held,
        ]
    }

    fn shown<T>(show: impl Fn(&ClassReport<'_>, &Board) -> T) -> T {
        let board = Board { rows: rows() };
        let columns = ["who".to_owned()];
        let own = BTreeMap::from([("who".to_owned(), "김민수".to_owned())]);
        let report = ClassReport {
            roster: "class.csv",
            verb: Some(RunVerb::Apply),
            columns: &columns,
            labs: board.rows.iter().map(|row| ClassLabRow { row, own: &own }).collect(),
            causes: crate::fleet::causes(&board.rows),
            exit_code: 7,
            elapsed_ms: 401_000,
            requests: BTreeMap::from([("eks".to_owned(), 12)]),
            dollars_per_hour: board.dollars_per_hour(),
            expected: None,
            certificate: None,
            job: None,
        };
        show(&report, &board)
    }

    #[test]
    fn a_class_at_its_end() {
        let style = Style {
            width: 100,
            ..Style::default()
        };
        insta::assert_snapshot!(shown(|report, board| {
            let ended: String = board
                .rows
                .iter()
                .take(2)
                .map(|row| ended(row, RunVerb::Apply, &style))
                .collect();
            [
                heading(
                    &Heading {
                        roster: "class.csv",
                        labs: 4,
                        clusters: 1,
                        balancers: 1,
                        profiles: vec![("lab2048-shared", 4)],
                        columns: report.columns,
                    },
                    RunVerb::Apply,
                    &style,
                ),
                ground("lab2048-shared", 4, &"is made".into(), &style),
                ended,
                so_far(board, report.verb, &style),
                matrix(report, true, &style),
                causes(report, &style),
                summary(report, board, &style),
            ]
            .join("--\n")
        }));
    }

    #[test]
    fn people_read_a_class_in_their_language() {
        let style = Style {
            width: 100,
            language: Language::Korean,
            ..Style::default()
        };
        let counts = "랩 4개 중 완료 1개, 실패 2개, 시작 안 함 1개";
        shown(|report, board| {
            assert_eq!(so_far(board, report.verb, &style), format!("{counts}\n"));
            let summary = summary(report, board, &style);
            assert!(summary.starts_with(&format!("{counts}, 6m41s 소요.\n")), "{summary}");
            let matrix = matrix(report, true, &style);
            assert!(matrix.contains("p-01   김민수   완료 "), "{matrix}");
            let page = html(report, Language::Korean).unwrap();
            for words in ["<html lang=\"ko\">", "<h1>랩 4개: class.csv</h1>", "<h2>원인</h2>"] {
                assert!(page.contains(words), "{words} is missing in {page}");
            }
        });
    }

    #[test]
    fn a_table_for_a_spreadsheet_has_no_formulas() {
        insta::assert_snapshot!(shown(|report, _| csv(report)), @r#"
        lab,who,state,cluster,seconds,url,cause
        p-01,김민수,done,eksworkshop,221,http://k8s-all-1.ap-northeast-2.elb.amazonaws.com:8001/,
        p-02,김민수,failed,eksworkshop,,,subnets are full
        p-03,김민수,failed,eksworkshop,,,"'=HYPERLINK(""x""), full"
        p-04,김민수,not begun,eksworkshop,,,not begun: too many labs have failed
        "#);
    }
}
