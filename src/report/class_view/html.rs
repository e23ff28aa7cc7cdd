//! A class as one page for a browser: it needs nothing from elsewhere, and can be read without colours and on paper.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use tera::Tera;

use super::capacity::{number, room};
use super::matrix::{labs, result, seconds, state, time, words_of};
use super::{ClassLabRow, ClassReport, matrix};
use crate::fleet::{Capacity, Cause, LabRow, Progress, Room};
use crate::lang::{Language, Text, text};
use crate::model::visible::visible_line;
use crate::report::style::Tone;
use crate::report::times;

const TEMPLATE: &str = include_str!("class.html");
const NAME: &str = "class.html";

/// What the template shows. Every text in it is escaped there.
#[derive(Serialize)]
struct Page {
    lang: &'static str,
    /// The labels.
    w: BTreeMap<&'static str, String>,
    title: String,
    subtitle: String,
    counts: Vec<Count>,
    columns: Vec<String>,
    labs: Vec<Lab>,
    causes: Vec<ShownCause>,
    chart: Option<Chart>,
    capacity: Vec<Limit>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Count {
    number: usize,
    word: String,
    tone: &'static str,
}

#[derive(Serialize)]
struct Lab {
    name: String,
    own: Vec<String>,
    cluster: String,
    state: String,
    tone: &'static str,
    /// The tone for who sees no colours.
    sign: &'static str,
    time: String,
    dollars: String,
    result: String,
    is_link: bool,
}

#[derive(Serialize)]
struct ShownCause {
    number: usize,
    cause: String,
    labs: String,
}

#[derive(Serialize)]
struct Limit {
    what: String,
    place: String,
    allowed: String,
    in_use: String,
    wanted: u64,
    room: String,
    tone: &'static str,
    remedy: Option<String>,
}

/// Bars from begin to end, a line a lab. All lengths are those of the drawing.
#[derive(Serialize)]
struct Chart {
    width: u32,
    height: u32,
    left: u32,
    ticks: Vec<Tick>,
    bars: Vec<Bar>,
}

#[derive(Serialize)]
struct Tick {
    x: f64,
    text: String,
}

#[derive(Serialize)]
struct Bar {
    lab: String,
    tone: &'static str,
    title: String,
    x: f64,
    y: u32,
    width: f64,
    after: f64,
    text_y: u32,
    time: String,
}

/// The page in a language.
pub fn html(report: &ClassReport<'_>, language: Language) -> Result<String, tera::Error> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    tera.add_raw_template(NAME, TEMPLATE)?;
    tera.render(NAME, &tera::Context::from_serialize(&page(report, language))?)
}

fn page(report: &ClassReport<'_>, language: Language) -> Page {
    let expected = report.expected;
    let limits = expected.map_or(&[][..], |expected| expected.capacity.as_slice());
    let said = |texts: Vec<Text>| texts.into_iter().map(|text| text.said(language)).collect();
    Page {
        lang: language.tag(),
        w: labels(language),
        title: format!(
            "{}: {}",
            labs(report.labs.len()).said(language),
            visible_line(report.roster)
        ),
        subtitle: subtitle(report).said(language),
        counts: counts(report, language),
        columns: report
            .columns
            .iter()
            .map(|column| visible_line(column).into_owned())
            .collect(),
        labs: report
            .labs
            .iter()
            .map(|lab| shown(lab, report.columns, language))
            .collect(),
        causes: report.causes.iter().map(|of_labs| cause(of_labs, language)).collect(),
        chart: chart(report, language),
        capacity: limits.iter().map(|row| limit(row, language)).collect(),
        notes: said(notes(report)),
    }
}

/// The labels in a language, by the template's names.
fn labels(language: Language) -> BTreeMap<&'static str, String> {
    let labels = [
        ("allowed", text!("fleet-page-allowed")),
        ("capacity", text!("fleet-page-capacity")),
        ("causes", text!("fleet-page-causes")),
        ("chart", text!("fleet-page-chart")),
        ("cluster", text!("fleet-page-cluster")),
        ("in_use", text!("fleet-page-in-use")),
        ("lab", text!("fleet-page-lab")),
        ("labs", text!("fleet-page-labs")),
        ("limit", text!("fleet-page-limit")),
        ("new", text!("fleet-page-new")),
        ("number", text!("fleet-page-number")),
        ("result", text!("fleet-page-result")),
        ("room", text!("fleet-page-room")),
        ("state", text!("fleet-page-state")),
        ("time", text!("fleet-page-time")),
        ("where", text!("fleet-page-where")),
        ("which", text!("fleet-page-which")),
        ("why", text!("fleet-page-why")),
    ];
    let said = labels.into_iter().map(|(name, label)| (name, label.said(language)));
    said.collect()
}

fn subtitle(report: &ClassReport<'_>) -> Text {
    let what = report.verb.map(|verb| Text::verbatim(verb.word()));
    let what = what.unwrap_or_else(|| text!("fleet-page-as-they-are"));
    match report.elapsed_ms {
        0 => text!("fleet-page-written", what = what),
        _ => text!(
            "fleet-page-written-in",
            what = what,
            took = times::duration(report.elapsed())
        ),
    }
}

fn counts(report: &ClassReport<'_>, language: Language) -> Vec<Count> {
    let count = |(progress, word): (Progress, Text)| Count {
        number: report.labs.iter().filter(|lab| lab.row.progress == progress).count(),
        word: word.said(language),
        tone: match progress {
            Progress::Done => "good",
            Progress::Failed => "bad",
            Progress::Running | Progress::Waiting | Progress::Held => "care",
        },
    };
    words_of(report.verb)
        .into_iter()
        .map(count)
        .filter(|count| count.number > 0)
        .collect()
}

/// The class of a style sheet, and a sign that says the same.
fn tone(row: &LabRow) -> (&'static str, &'static str) {
    match (row.progress, matrix::tone(row)) {
        (Progress::Done, _) | (_, Some(Tone::Good)) => ("good", "✓"),
        (Progress::Failed, _) | (_, Some(Tone::Bad)) => ("bad", "✗"),
        _ => ("care", "…"),
    }
}

fn shown(lab: &ClassLabRow<'_>, columns: &[String], language: Language) -> Lab {
    let ClassLabRow { row, own } = lab;
    let (tone, sign) = tone(row);
    let result = visible_line(&result(row).said(language)).into_owned();
    let value = |column: &String| visible_line(own.get(column).map_or("", String::as_str)).into_owned();
    Lab {
        name: row.lab.clone(),
        own: columns.iter().map(value).collect(),
        cluster: visible_line(&row.cluster).into_owned(),
        state: visible_line(&state(row).said(language)).into_owned(),
        tone,
        sign,
        time: time(row),
        dollars: row
            .dollars_per_hour
            .map_or_else(String::new, |dollars| format!("{dollars:.3}")),
        // What comes from elsewhere is followed only where it is an address of the web.
        is_link: row.cause.is_none() && (result.starts_with("http://") || result.starts_with("https://")),
        result,
    }
}

fn cause(cause: &Cause, language: Language) -> ShownCause {
    ShownCause {
        number: cause.labs.len(),
        cause: visible_line(&cause.said(language)).into_owned(),
        labs: cause.labs.join(", "),
    }
}

fn limit(row: &Capacity, language: Language) -> Limit {
    Limit {
        what: row.limit.said(language),
        place: row.place.said(language),
        allowed: number(row.allowed),
        in_use: number(row.in_use),
        wanted: row.wanted,
        room: room(row.room).said(language),
        tone: match row.room {
            Room::Enough => "good",
            Room::Short => "bad",
            Room::Unknown => "care",
        },
        remedy: row.remedy.as_ref().map(|remedy| remedy.said(language)),
    }
}

fn notes(report: &ClassReport<'_>) -> Vec<Text> {
    let mut notes = Vec::new();
    if let Some((hourly, daily)) = report.dollars() {
        notes.push(text!("fleet-page-cost", hourly = hourly, daily = daily));
    }
    if let Some(expected) = report.expected {
        notes.extend(expected.queues.iter().map(super::ClusterQueue::text));
        let total = times::duration(Duration::from_secs(expected.total_s));
        notes.extend((expected.total_s > 0).then(|| text!("fleet-page-until-ready", total = total)));
    }
    notes
}

/// Width of the drawing, where its bars begin and end, and how far apart its lines are.
const WIDTH: u32 = 1000;
const LEFT: u32 = 200;
const RIGHT: u32 = 930;
const LINE: u32 = 16;
const TOP: u32 = 22;
/// Ticks on the axis, at most.
const TICKS: u32 = 8;
/// Steps that an axis of time has, in seconds.
const STEPS: [u32; 9] = [10, 30, 60, 120, 300, 600, 1800, 3600, 14400];

/// The bars of all labs that have begun and ended; nothing if none has.
fn chart(report: &ClassReport<'_>, language: Language) -> Option<Chart> {
    let spans: Vec<(&LabRow, Timestamp, Timestamp)> = report
        .labs
        .iter()
        .filter_map(|lab| Some((lab.row, lab.row.begun?, lab.row.ended?)))
        .collect();
    let first = spans.iter().map(|(_, begun, _)| *begun).min()?;
    let last = spans.iter().map(|(_, _, ended)| *ended).max()?;
    let whole = last.duration_since(first).as_secs_f64().max(1.0);
    let x = |seconds: f64| f64::from(LEFT) + 10.0 + seconds / whole * f64::from(RIGHT - LEFT - 10);
    let at = |time: Timestamp| time.duration_since(first).as_secs_f64();
    let bar = |(number, (row, begun, ended)): (u32, &(&LabRow, Timestamp, Timestamp))| {
        let (from, to) = (x(at(*begun)), x(at(*ended)));
        let y = TOP + number * LINE;
        Bar {
            lab: row.lab.clone(),
            tone: tone(row).0,
            title: format!("{}: {}", row.lab, visible_line(&result(row).said(language))),
            x: rounded(from),
            y,
            width: rounded((to - from).max(1.0)),
            after: rounded(to + 5.0),
            text_y: y + 9,
            time: seconds(row).map_or_else(String::new, |seconds| times::duration(Duration::from_secs(seconds))),
        }
    };
    let bars: Vec<Bar> = (0..).zip(&spans).map(bar).collect();
    let step = STEPS
        .into_iter()
        .find(|step| whole / f64::from(*step) <= f64::from(TICKS));
    let step = step.unwrap_or(86_400);
    let ticks = (0..=TICKS)
        .map(|n| n * step)
        .take_while(|second| f64::from(*second) <= whole);
    Some(Chart {
        width: WIDTH,
        height: TOP + LINE * u32::try_from(bars.len()).ok()? + 4,
        left: LEFT,
        ticks: ticks
            .map(|second| Tick {
                x: rounded(x(f64::from(second))),
                text: times::duration(Duration::from_secs(u64::from(second))),
            })
            .collect(),
        bars,
    })
}

/// To a tenth: nobody sees more of a drawing.
fn rounded(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_has_no_label_without_a_message_and_no_message_is_without_its_label() {
        let name = |rest: &str| {
            let is_of_name = |c: &char| c.is_ascii_lowercase() || *c == '_';
            rest.chars().take_while(is_of_name).collect::<String>()
        };
        let named: std::collections::BTreeSet<String> = TEMPLATE.split("{{ w.").skip(1).map(name).collect();
        let labels: Vec<&str> = labels(Language::Korean).into_keys().collect();
        assert_eq!(named.iter().map(String::as_str).collect::<Vec<_>>(), labels);
    }
}
