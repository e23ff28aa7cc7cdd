//! A class as people read it: who has begun, who has ended how, and what many have in common.

mod access;
mod capacity;
mod certificate;
mod csv;
mod html;
mod job;
mod junit;
mod sweep;

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::event::{Counts, RunVerb};
use crate::fleet::{Board, Cause, LESSON_COLUMN, LabRow, Progress};
use crate::report::page::{Page, Span};
use crate::report::style::{Style, Tone};
use crate::report::table::{Overflow, Table};
use crate::report::{end_view, times, words};

pub use access::{AccessEntry, AwsRights, ClassAccess, ClusterManifests, LabAccess, access, access_notes};
pub use capacity::{ClusterQueue, Expected, capacity};
pub use certificate::{Certificate, LabLeftover, Unread, certificate};
pub use csv::csv;
pub use html::html;
pub use job::{JobHeading, JobReport, indexes, job_heading};
pub use junit::junit;
pub use sweep::{LabFound, SweepReport, sweep, sweep_csv, sweep_junit, to_remove};

/// Hours in a day.
const DAY: f64 = 24.0;
/// Names that are listed of labs that have something in common.
const NAMED: usize = 6;

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
}

/// What is about to be done.
pub fn heading(heading: &Heading<'_>, verb: RunVerb, style: &Style) -> String {
    let Heading {
        roster,
        labs,
        clusters,
        balancers,
        profiles,
        columns,
    } = heading;
    let mut page = Page::new(style);
    let on = words::count(*clusters, "cluster");
    page.entry(
        Tone::Strong.of(&format!("{} ", verb.word())),
        &format!("{} of {roster} on {on}", words::count(*labs, "lab")),
    );
    for (profile, labs) in profiles {
        let text = format!("profile {profile} for {}", words::count(*labs, "lab"));
        page.entry(Tone::Faint.of("shared    "), &text);
    }
    if *balancers > 0 {
        let text = words::count_of(
            *balancers,
            "load balancer, with a port for each lab",
            "load balancers, with a port for each lab",
        );
        page.entry(Tone::Faint.of("shared    "), &text);
    }
    if !columns.is_empty() {
        page.entry(
            Tone::Faint.of("your own  "),
            &format!("{}, carried along", columns.join(", ")),
        );
    }
    page.into_text()
}

/// By which plan in a file it is done.
pub fn by_plan(file: &str, made: Timestamp, now: Timestamp, style: &Style) -> String {
    let mut page = Page::new(style);
    let text = format!("{file}, made {}: what has moved since is let be", times::ago(made, now));
    page.entry(Tone::Faint.of("plan      "), &text);
    page.into_text()
}

/// Which labs the plan in a file does not have, as they could not be read.
pub fn not_in_plan(labs: &[String], style: &Style) -> String {
    let mut page = Page::new(style);
    let text = format!(
        "without {}, which could not be read: {}",
        words::count(labs.len(), "lab"),
        named(labs)
    );
    page.entry(Tone::Care.of("plan      "), &text);
    page.into_text()
}

/// The first of these labs, and how many more there are.
fn named(labs: &[String]) -> String {
    let first: Vec<&str> = labs.iter().take(NAMED).map(String::as_str).collect();
    let more = match labs.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!(" and {more} more"),
        _ => String::new(),
    };
    format!("{}{more}", first.join(", "))
}

/// What has become of a profile that labs share.
pub fn ground(profile: &str, labs: usize, what: &str, style: &Style) -> String {
    let mut page = Page::new(style);
    let labs = words::count(labs, "lab");
    page.entry(
        Tone::Faint.of("shared    "),
        &format!("profile {profile} of {labs} {what}"),
    );
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
        (Progress::Done, RunVerb::Destroy) => (format!("{} gone", row.lab), Tone::Good),
        (Progress::Done, _) => (format!("{} ready", row.lab), Tone::Good),
        _ => (format!("{} failed", row.lab), Tone::Bad),
    };
    let text = format!("{took}  {}", result(row));
    page.entry(tone.of(&format!("{label}  ")), text.trim());
    page.into_text()
}

/// A lab that is only looked at is another than it was.
pub fn changed(row: &LabRow, style: &Style) -> String {
    let mut page = Page::new(style);
    let state = state(row);
    let label = format!("{} {state}  ", row.lab);
    let label = Span {
        text: &label,
        tone: tone_of(state),
    };
    page.entry(label, &result(row));
    page.into_text()
}

/// How far the class is, as a line.
pub fn so_far(board: &Board, verb: Option<RunVerb>) -> String {
    let parts = words_of(verb)
        .into_iter()
        .filter_map(|(progress, word)| match board.count(progress) {
            0 => None,
            count => Some(format!("{count} {word}")),
        });
    let parts: Vec<String> = parts.collect();
    format!("{} of {}\n", parts.join(", "), words::count(board.rows.len(), "lab"))
}

/// The words for how far labs are, in the order in which they are told: what has come about, or, of a plan, would; of labs
/// that are only looked at how they are.
pub(in crate::report) fn words_of(verb: Option<RunVerb>) -> [(Progress, &'static str); 5] {
    let (done, failed, waiting) = match verb {
        Some(RunVerb::Plan) => ("possible", "not possible", "waiting"),
        Some(_) => ("done", "failed", "waiting"),
        None => ("as wanted", "not as wanted", "absent"),
    };
    [
        (Progress::Done, done),
        (Progress::Failed, failed),
        (Progress::Running, "under way"),
        (Progress::Waiting, waiting),
        (Progress::Held, "not begun"),
    ]
}

/// A lab for which there is nothing to be done.
pub const AS_WANTED: &str = "as wanted";

/// What a plan has to do, in a few words.
pub fn counts(counts: Counts) -> String {
    let count = |n: u32, word: &str| (n > 0).then(|| format!("{n} to {word}"));
    let parts = [
        count(counts.create, "create"),
        count(counts.update, "update"),
        count(counts.replace, "replace"),
        count(counts.delete, "delete"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        AS_WANTED.to_owned()
    } else {
        parts.join(", ")
    }
}

/// All labs, a line each.
pub fn matrix(report: &ClassReport<'_>, is_wide: bool, style: &Style) -> String {
    let mut head = vec!["LAB"];
    let own: Vec<String> = report.columns.iter().map(|column| column.to_uppercase()).collect();
    head.extend(own.iter().map(String::as_str));
    head.extend(["CLUSTER", "STATE", "TIME"]);
    if is_wide {
        head.push("$/H");
    }
    head.push("RESULT");
    let row = |lab: &ClassLabRow<'_>| {
        let ClassLabRow { row, own } = lab;
        let mut cells = vec![row.lab.clone()];
        cells.extend(report.columns.iter().map(|column| {
            lesson_of(row, column)
                .or_else(|| own.get(column).cloned())
                .unwrap_or_default()
        }));
        cells.extend([row.cluster.clone(), state(row).to_owned(), time(row)]);
        if is_wide {
            cells.push(
                row.dollars_per_hour
                    .map_or_else(String::new, |dollars| format!("{dollars:.3}")),
            );
        }
        cells.push(result(row));
        cells
    };
    Table {
        head: &head,
        rows: report.labs.iter().map(row).collect(),
        optional: &["CLUSTER", "TIME"],
        tone: Some(("STATE", tone_of)),
        overflow: Overflow::Push,
    }
    .text(style)
}

/// How the lab's lesson goes, in place of where that is on record: `closed-door: 80 points in 6m, 1 hint`.
fn lesson_of(row: &LabRow, column: &str) -> Option<String> {
    let lesson = row.lesson.as_ref().filter(|_| column == LESSON_COLUMN)?;
    let took = times::duration(Duration::from_secs(lesson.seconds));
    let hints = words::count(lesson.hints, "hint");
    Some(if lesson.is_solved {
        format!("{}: {} points in {took}, {hints}", lesson.lesson, lesson.points)
    } else {
        format!("{}: under way for {took}, {hints}", lesson.lesson)
    })
}

/// What labs that are not as wanted have in common, those of most labs first.
pub fn causes(report: &ClassReport<'_>, style: &Style) -> String {
    let mut page = Page::new(style);
    for Cause { cause, labs } in &report.causes {
        let label = format!("{}: ", words::count(labs.len(), "lab"));
        page.entry(Tone::Bad.of(&label), &format!("{cause} ({})", named(labs)));
    }
    page.into_text()
}

/// The numbers.
pub fn summary(report: &ClassReport<'_>, board: &Board, style: &Style) -> String {
    let mut page = Page::new(style);
    let took = match report.verb {
        Some(RunVerb::Plan) | None => String::new(),
        Some(_) => format!(" in {}", times::duration(report.elapsed())),
    };
    let so_far = format!("{}{took}.", so_far(board, report.verb).trim_end());
    page.entry("", &so_far);
    if let Some(dollars) = report
        .dollars_per_hour
        .filter(|_| report.verb != Some(RunVerb::Destroy))
    {
        let text = format!(
            "about ${dollars:.2} an hour, ${:.2} a day, by AWS's prices",
            dollars * DAY
        );
        page.entry(Tone::Faint.of("cost      "), &text);
    }
    page.into_text() + &end_view::requests(&report.requests, style)
}

/// How far a lab is, as a word.
pub(in crate::report) fn state(row: &LabRow) -> &str {
    match row.progress {
        Progress::Waiting | Progress::Done | Progress::Failed if !row.stage.is_empty() => &row.stage,
        Progress::Waiting => "waiting",
        Progress::Running => "under way",
        Progress::Done => "done",
        Progress::Failed => "failed",
        Progress::Held => "not begun",
    }
}

fn tone_of(state: &str) -> Option<Tone> {
    match state {
        "done" | "ready" => Some(Tone::Good),
        "failed" | "not readable" => Some(Tone::Bad),
        "waiting" | "under way" => None,
        _ => Some(Tone::Care),
    }
}

/// Where the game answers, or why it does not.
pub(in crate::report) fn result(row: &LabRow) -> String {
    row.cause.clone().or_else(|| row.url.clone()).unwrap_or_default()
}

fn seconds(row: &LabRow) -> Option<u64> {
    let took = row.ended?.duration_since(row.begun?);
    u64::try_from(took.as_secs()).ok()
}

fn time(row: &LabRow) -> String {
    seconds(row).map_or_else(String::new, |seconds| times::duration(Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            cause: Some(cause.to_owned()),
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
                ground("lab2048-shared", 4, "is made", &style),
                ended,
                so_far(board, report.verb),
                matrix(report, true, &style),
                causes(report, &style),
                summary(report, board, &style),
            ]
            .join("--\n")
        }));
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
