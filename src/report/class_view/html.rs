//! A class as one page for a browser: it needs nothing from elsewhere, and can be read without colours and on paper.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use tera::Tera;

use super::capacity::{number, room};
use super::{ClassLabRow, ClassReport, DAY, result, seconds, state, time, tone_of, words_of};
use crate::fleet::{Capacity, Cause, LabRow, Progress, Room};
use crate::model::visible::visible_line;
use crate::report::style::Tone;
use crate::report::{times, words};

const TEMPLATE: &str = include_str!("class.html");
const NAME: &str = "class.html";

/// What the template shows. Every text in it is escaped there.
#[derive(Serialize)]
struct Page {
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
    word: &'static str,
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
    what: &'static str,
    place: String,
    allowed: String,
    in_use: String,
    wanted: u64,
    room: &'static str,
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

/// The page.
pub fn html(report: &ClassReport<'_>) -> Result<String, tera::Error> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    tera.add_raw_template(NAME, TEMPLATE)?;
    tera.render(NAME, &tera::Context::from_serialize(&page(report))?)
}

fn page(report: &ClassReport<'_>) -> Page {
    let expected = report.expected;
    Page {
        title: format!(
            "{}: {}",
            words::count(report.labs.len(), "lab"),
            visible_line(report.roster)
        ),
        subtitle: subtitle(report),
        counts: counts(report),
        columns: report
            .columns
            .iter()
            .map(|column| visible_line(column).into_owned())
            .collect(),
        labs: report.labs.iter().map(|lab| shown(lab, report.columns)).collect(),
        causes: report.causes.iter().map(cause).collect(),
        chart: chart(report),
        capacity: expected.map_or_else(Vec::new, |expected| expected.capacity.iter().map(limit).collect()),
        notes: notes(report),
    }
}

fn subtitle(report: &ClassReport<'_>) -> String {
    let what = report.verb.map_or("as they are", |verb| verb.word());
    let took = match report.elapsed_ms {
        0 => String::new(),
        _ => format!(", in {}", times::duration(report.elapsed())),
    };
    format!("{what}{took}; written by lab2048")
}

fn counts(report: &ClassReport<'_>) -> Vec<Count> {
    let count = |(progress, word)| Count {
        number: report.labs.iter().filter(|lab| lab.row.progress == progress).count(),
        word,
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
    match (row.progress, tone_of(state(row))) {
        (Progress::Done, _) | (_, Some(Tone::Good)) => ("good", "✓"),
        (Progress::Failed, _) | (_, Some(Tone::Bad)) => ("bad", "✗"),
        _ => ("care", "…"),
    }
}

fn shown(lab: &ClassLabRow<'_>, columns: &[String]) -> Lab {
    let ClassLabRow { row, own } = lab;
    let (tone, sign) = tone(row);
    let result = visible_line(&result(row)).into_owned();
    let value = |column: &String| visible_line(own.get(column).map_or("", String::as_str)).into_owned();
    Lab {
        name: row.lab.clone(),
        own: columns.iter().map(value).collect(),
        cluster: visible_line(&row.cluster).into_owned(),
        state: visible_line(state(row)).into_owned(),
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

fn cause(Cause { cause, labs }: &Cause) -> ShownCause {
    ShownCause {
        number: labs.len(),
        cause: visible_line(cause).into_owned(),
        labs: labs.join(", "),
    }
}

fn limit(row: &Capacity) -> Limit {
    Limit {
        what: row.limit,
        place: row.place.clone(),
        allowed: number(row.allowed),
        in_use: number(row.in_use),
        wanted: row.wanted,
        room: room(row),
        tone: match row.room {
            Room::Enough => "good",
            Room::Short => "bad",
            Room::Unknown => "care",
        },
        remedy: row.remedy.clone(),
    }
}

fn notes(report: &ClassReport<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(dollars) = report.dollars_per_hour {
        notes.push(format!(
            "About ${dollars:.2} an hour, ${:.2} a day, by AWS's prices; traffic is not in it.",
            dollars * DAY
        ));
    }
    if let Some(expected) = report.expected {
        notes.extend(expected.queues.iter().map(super::ClusterQueue::words));
        let total = times::duration(Duration::from_secs(expected.total_s));
        notes.extend((expected.total_s > 0).then(|| format!("About {total} until all are ready.")));
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
fn chart(report: &ClassReport<'_>) -> Option<Chart> {
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
            title: format!("{}: {}", row.lab, visible_line(&result(row))),
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
