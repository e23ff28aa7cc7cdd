//! What there is of labs, of the roster's and of others: who lives, who has expired, what is left over of whom.

use std::fmt::Write;

use jiff::Timestamp;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;

use super::certificate::{Certificate, DAILY, LabLeftover, head};
use super::csv::{harmless, line};
use super::sheet::{Sheet, says};
use super::{label, matrix};
use crate::event::LeftoverKind;
use crate::fleet::Standing;
use crate::lang::{Text, text};
use crate::model::visible::visible_line;
use crate::report::page::Page;
use crate::report::removal_view::kind_words;
use crate::report::style::{Style, Tone};
use crate::report::times;

/// What a sweep has found, as a document.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SweepReport {
    /// What is there of the roster's labs, and all things one by one.
    #[serde(flatten)]
    pub certificate: Certificate,
    /// Each lab of the roster, what they share, and labs that the roster does not have.
    pub found: Vec<LabFound>,
    /// How the call ends.
    pub exit_code: u8,
}

/// A lab as it was found.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabFound {
    /// The lab, by the roster or by its tags.
    pub lab: String,
    /// Its cluster, with its region.
    pub cluster: String,
    /// Whether the roster has it.
    pub in_roster: bool,
    /// How it stands; nothing, if nothing of it is there.
    pub standing: Option<Standing>,
    /// When the oldest of its things was made that tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<Timestamp>,
    /// When its time is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
    /// What it costs a day, in US dollars, as far as that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dollars_per_day: Option<f64>,
    /// Why it could not be looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<Text>,
    /// The command that removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl LabFound {
    /// A lab of the roster of which nothing is there.
    pub fn gone((lab, cluster): (String, String)) -> Self {
        Self {
            lab,
            cluster,
            in_roster: true,
            standing: None,
            created_at: None,
            expires: None,
            dollars_per_day: None,
            unread: None,
            command: None,
        }
    }

    /// One that could not be looked for.
    pub fn unread(lab: (String, String), reason: Text) -> Self {
        Self {
            unread: Some(reason),
            ..Self::gone(lab)
        }
    }

    fn state(&self) -> Text {
        match (self.standing, &self.unread) {
            (Some(standing), _) => standing.text(),
            (None, Some(_)) => text!("fleet-not-looked-for"),
            (None, None) => text!("fleet-gone"),
        }
    }

    fn has(&self, item: &LabLeftover) -> bool {
        (&item.lab, &item.cluster) == (&self.lab, &self.cluster)
    }
}

/// What was looked for, and a line for each lab of which something is there; for each thing, if `is_wide`.
pub fn sweep(report: &SweepReport, is_wide: bool, style: &Style) -> String {
    let sheet = if is_wide {
        things(report, style)
    } else {
        labs(report, style)
    };
    let head = head(&report.certificate, style);
    if sheet.rows.is_empty() {
        return head;
    }
    head + &sheet.text(style) + &next(report, style)
}

/// How what is to go goes.
fn next(report: &SweepReport, style: &Style) -> String {
    let mut page = Page::new(style);
    let has = |wanted: &[Standing]| {
        let mut standings = report.found.iter().filter_map(|lab| lab.standing);
        standings.any(|standing| wanted.contains(&standing))
    };
    let command = format!("lab2048 fleet sweep {} --remove", report.certificate.roster);
    let label = label(&text!("next-label"), style);
    if has(&[Standing::Expired, Standing::LeftOver]) {
        let text = text!("fleet-next-remove", command = &command);
        page.entry(Tone::Faint.of(&label), &style.say(&text));
    }
    if has(&[Standing::Stranger]) {
        let text = text!("fleet-next-strangers", command = format!("{command} --strangers"));
        page.entry(Tone::Faint.of(&label), &style.say(&text));
    }
    page.into_text()
}

/// What is about to be removed.
pub fn to_remove(names: &[Text], style: &Style) -> String {
    let mut page = Page::new(style);
    let labs = matrix::labs(names.len());
    let label = format!("{}: ", style.say(&text!("fleet-to-remove", labs = labs)));
    page.entry(Tone::Care.of(&label), &style.say(&Text::list(names, ", ")));
    page.into_text()
}

fn labs(report: &SweepReport, style: &Style) -> Sheet {
    let at = report.certificate.at;
    let there = report.found.iter().filter(|lab| lab.standing.is_some());
    let row = |lab: &LabFound| {
        vec![
            lab.lab.clone(),
            style.say(&lab.state()),
            age(lab.created_at, at),
            end(lab.expires, at, style),
            dollars(lab.dollars_per_day),
            style.say(&what(report, lab)),
        ]
    };
    Sheet {
        head: vec![
            text!("fleet-head-lab"),
            text!("fleet-head-state"),
            text!("fleet-head-age"),
            text!("fleet-head-expires"),
            DAILY.into(),
            text!("fleet-head-what"),
        ],
        rows: there.map(row).collect(),
        optional: vec![DAILY.into(), text!("fleet-head-age")],
        tone: Some((text!("fleet-head-state"), tone_of_cell)),
    }
}

fn things(report: &SweepReport, style: &Style) -> Sheet {
    let at = report.certificate.at;
    let row = |item: &LabLeftover| {
        vec![
            item.lab.clone(),
            style.say(&item.standing.map(Standing::text).unwrap_or_default()),
            style.say(&kind_words(item.item.kind).0),
            item.item.name.clone(),
            age(item.created_at, at),
            end(item.expires, at, style),
            dollars(item.item.dollars_per_day),
            item.item.command.clone(),
        ]
    };
    Sheet {
        head: vec![
            text!("fleet-head-lab"),
            text!("fleet-head-state"),
            text!("fleet-head-what"),
            text!("fleet-head-name"),
            text!("fleet-head-age"),
            text!("fleet-head-expires"),
            DAILY.into(),
            text!("fleet-head-command"),
        ],
        rows: report.certificate.left.iter().map(row).collect(),
        optional: vec![DAILY.into(), text!("fleet-head-age")],
        tone: Some((text!("fleet-head-state"), tone_of_cell)),
    }
}

/// How a lab's standing is dressed, by the words of its cell.
fn tone_of_cell(cell: &str) -> Option<Tone> {
    let known = [
        Standing::Living,
        Standing::Expired,
        Standing::LeftOver,
        Standing::Stranger,
    ];
    let standing = known.into_iter().find(|standing| says(cell, &standing.text()))?;
    Some(match standing {
        Standing::Living => Tone::Good,
        Standing::Expired | Standing::LeftOver | Standing::Stranger => Tone::Care,
    })
}

fn age(since: Option<Timestamp>, at: Timestamp) -> String {
    since.map_or_else(String::new, |since| times::age(since, at))
}

fn end(expires: Option<Timestamp>, at: Timestamp, style: &Style) -> String {
    expires.map_or_else(String::new, |end| style.say(&times::end(end, at)))
}

fn dollars(dollars: Option<f64>) -> String {
    dollars.map_or_else(String::new, |dollars| format!("{dollars:.2}"))
}

/// What there is of a lab: of a whole one how much, else of which kinds.
fn what(report: &SweepReport, lab: &LabFound) -> Text {
    match lab.standing {
        Some(Standing::Living | Standing::Expired) => {
            let items = report.certificate.left.iter();
            text!("fleet-things", count = items.filter(|item| lab.has(item)).count())
        }
        _ => kinds(report, lab),
    }
}

/// The kinds of what is of a lab, each once, with how many there are.
fn kinds(report: &SweepReport, lab: &LabFound) -> Text {
    let mut kinds: Vec<(LeftoverKind, usize)> = Vec::new();
    for item in report.certificate.left.iter().filter(|item| lab.has(item)) {
        match kinds.iter_mut().find(|(kind, _)| *kind == item.item.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((item.item.kind, 1)),
        }
    }
    let words = kinds.into_iter().map(|(kind, count)| match (kind_words(kind), count) {
        ((one, _), 1) => one,
        ((_, many), count) => text!("fleet-counted", count = count, word = many),
    });
    Text::list(words, ", ")
}

/// All things as a table that a spreadsheet reads.
pub fn sweep_csv(report: &SweepReport) -> String {
    let head = [
        "lab",
        "state",
        "what",
        "name",
        "id",
        "cluster",
        "created",
        "expires",
        "dollarsPerDay",
        "command",
    ];
    let mut text = line(head.into_iter().map(str::to_owned));
    let time = |at: Option<Timestamp>| at.map_or_else(String::new, |at| format!("{at:.0}"));
    for item in &report.certificate.left {
        let cells = [
            harmless(&item.lab),
            item.standing.map_or("", Standing::words).to_owned(),
            kind_words(item.item.kind).0.to_string(),
            harmless(&item.item.name),
            harmless(&item.item.id),
            item.cluster.clone(),
            time(item.created_at),
            time(item.expires),
            dollars(item.item.dollars_per_day),
            item.item.command.clone(),
        ];
        text.push_str(&line(cells.into_iter()));
    }
    text
}

/// The report as `JUnit` XML: a suite for each cluster, a case for each lab. What is to go fails.
pub fn sweep_junit(report: &SweepReport) -> Result<String, quick_junit::SerializeError> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for lab in &report.found {
        let cluster = visible_line(&lab.cluster).into_owned();
        let known = suites.iter().position(|suite| suite.name.as_str() == cluster);
        let suite = match known.and_then(|known| suites.get_mut(known)) {
            Some(suite) => suite,
            None => suites.push_mut(TestSuite::new(cluster.clone())),
        };
        let mut case = TestCase::new(visible_line(&lab.lab).into_owned(), status(report, lab));
        case.set_classname(cluster);
        suite.add_test_case(case);
    }
    let mut whole = Report::new(visible_line(&report.certificate.roster).into_owned());
    whole.add_test_suites(suites);
    whole.to_string()
}

fn status(report: &SweepReport, lab: &LabFound) -> TestCaseStatus {
    let (kind, mut message) = match (lab.standing, &lab.unread) {
        (None, Some(reason)) => (NonSuccessKind::Error, format!("not looked for: {reason}")),
        (None | Some(Standing::Living), _) => return TestCaseStatus::success(),
        (Some(standing), _) => {
            let what = format!("{}: {}", standing.words(), kinds(report, lab));
            (NonSuccessKind::Failure, what)
        }
    };
    if let Some(end) = lab.expires {
        let _ = write!(message, "; its time ends {}", times::end(end, report.certificate.at));
    }
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(visible_line(&message).into_owned());
    status.set_type(lab.state().to_string());
    status
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Leftover, Searched};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn item(lab: &str, standing: Standing, kind: LeftoverKind) -> LabLeftover {
        LabLeftover {
            standing: Some(standing),
            created_at: Some(at("2026-11-24T07:00:00Z")),
            ..LabLeftover::new(
                (lab.to_owned(), "eu-west-1/c".to_owned()),
                standing != Standing::Stranger,
                Leftover {
                    kind,
                    name: format!("{lab}-1"),
                    id: format!("arn:{lab}"),
                    reason: "".into(),
                    dollars_per_day: (kind == LeftoverKind::LoadBalancer).then_some(0.54),
                    command: "remove it".to_owned(),
                },
            )
        }
    }

    fn report() -> SweepReport {
        let lab = |lab: &str, standing: Option<Standing>| LabFound {
            standing,
            created_at: standing.map(|_| at("2026-11-24T07:00:00Z")),
            ..LabFound::gone((lab.to_owned(), "eu-west-1/c".to_owned()))
        };
        let old = LabFound {
            expires: Some(at("2026-11-24T08:00:00Z")),
            dollars_per_day: Some(2.5),
            ..lab("old", Some(Standing::Expired))
        };
        SweepReport {
            certificate: Certificate {
                roster: "class.csv".to_owned(),
                at: at("2026-11-24T09:00:00Z"),
                places: vec!["eu-west-1/c of account 1".into()],
                labs: 4,
                searched: vec![Searched {
                    kind: LeftoverKind::Profile,
                    left: Some(2),
                    reason: None,
                }],
                there: vec!["all".to_owned(), "old".to_owned()],
                expired: vec!["old".to_owned()],
                left: vec![
                    item("all", Standing::Living, LeftoverKind::Profile),
                    item("all", Standing::Living, LeftoverKind::Role),
                    item("old", Standing::Expired, LeftoverKind::Profile),
                    item("=x", Standing::Stranger, LeftoverKind::LoadBalancer),
                    item("=x", Standing::Stranger, LeftoverKind::TargetGroup),
                    item("=x", Standing::Stranger, LeftoverKind::TargetGroup),
                ],
                unread: Vec::new(),
            },
            found: vec![
                lab("all", Some(Standing::Living)),
                old,
                lab("none", None),
                LabFound::unread(("far".to_owned(), "us-east-1/c".to_owned()), "denied".into()),
                lab("=x", Some(Standing::Stranger)),
            ],
            exit_code: 2,
        }
    }

    #[test]
    fn a_line_for_each_lab_of_which_something_is_there() {
        let style = Style {
            width: 120,
            ..Style::default()
        };
        insta::assert_snapshot!(sweep(&report(), false, &style), @r"
        searched  eu-west-1/c of account 1
        looked for Fargate profiles: 2 left
        looked for namespaces: 2 left (all, old)
        LAB   STATE               AGE   EXPIRES                            $/DAY   WHAT
        all   living              2h                                               2 things
        old   expired             2h    2026-11-24T08:00:00Z, 1 hour ago   2.50    1 thing
        =x    not in the roster   2h                                               load balancer, 2 target groups
        next      `lab2048 fleet sweep class.csv --remove` removes what has expired or is left over
        next      `lab2048 fleet sweep class.csv --remove --strangers` also removes what is not in the roster: see first whether
                  it is somebody else's
        ");
        let things = sweep(&report(), true, &style);
        assert_eq!(things.matches("remove it").count(), 6, "{things}");
    }

    #[test]
    fn a_spreadsheet_gets_every_thing_and_no_formula() {
        let table = sweep_csv(&report());
        assert_eq!(table.lines().count(), 7, "{table}");
        let line =
            "'=x,not in the roster,load balancer,'=x-1,arn:=x,eu-west-1/c,2026-11-24T07:00:00Z,,0.54,remove it\n";
        assert!(table.contains(line), "{table}");
    }

    #[test]
    fn a_server_gets_every_lab_and_fails_what_is_to_go() {
        let xml = sweep_junit(&report()).unwrap();
        for words in [
            "tests=\"5\" skipped=\"0\" failures=\"2\" errors=\"1\"",
            "<testcase name=\"all\" classname=\"eu-west-1/c\"/>",
            "<testcase name=\"none\" classname=\"eu-west-1/c\"/>",
            "expired: Fargate profile; its time ends 2026-11-24T08:00:00Z, 1 hour ago",
            "not in the roster: load balancer, 2 target groups",
            "not looked for: denied",
        ] {
            assert!(xml.contains(words), "{words} is missing in {xml}");
        }
    }
}
