//! A lab as one page for a browser: a drawing of it, the run that made it, what was found, what it costs. It needs nothing
//! from elsewhere, and can be read without colours and on paper.

mod drawing;
mod found;
mod scene;
mod tables;
mod timeline;
mod words;

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use tera::Tera;

use self::drawing::Drawing;
use self::found::{Found, Item};
use self::scene::Mark;
use self::tables::{Beside, PodLine, SubnetLine};
use self::timeline::Chart;
use self::words::{ENGLISH, Words, fill};
use super::next_view::NextStep;
use super::status::{LabState, StatusReport};
use super::timeline::Timeline;
use super::{cost_view, times};
use crate::event::{Failure, Place};
use crate::model::visible::visible;
use crate::model::{Finding, NodeId, TargetKind};

const TEMPLATE: &str = include_str!("lab.html");
const NAME: &str = "lab.html";
/// By what a page is known for one of ours.
const MARK: &str = "<meta name=\"generator\" content=\"lab2048 page of a lab\">";

/// Bytes of the beginning of a file that tell whether it is a page of ours.
pub const BEGIN: u64 = 1024;

/// What a page shows.
#[derive(Debug)]
pub struct LabPage<'a> {
    /// The lab's name.
    pub lab: &'a str,
    /// Where it is.
    pub place: &'a Place,
    /// When this is so.
    pub now: Timestamp,
    /// The lab as it was seen, or why it was not.
    pub seen: Result<&'a StatusReport, &'a str>,
    /// The run that has just ended, if there was one.
    pub run: Option<RunPart<'a>>,
    /// The commands that come next.
    pub next: &'a [NextStep],
}

/// What a page shows of a run.
#[derive(Debug)]
pub struct RunPart<'a> {
    /// Its steps.
    pub timeline: &'a Timeline,
    /// What was found before it.
    pub findings: &'a [Finding],
    /// The steps that failed.
    pub failures: &'a [(NodeId, Failure)],
    /// Why else it did not come to its end, outermost first.
    pub causes: &'a [String],
    /// What to do about that.
    pub remedy: Option<String>,
    /// How long it took the reader, where its clock is the sandbox's.
    pub real: Option<Duration>,
}

/// What the template shows. Every text in it is escaped there.
#[derive(Serialize)]
struct Shown {
    w: &'static Words,
    title: String,
    facts: Vec<Fact>,
    note: Option<&'static str>,
    verdict: Badge,
    run: Option<Badge>,
    reasons: Vec<String>,
    remedy: Option<String>,
    url: Option<String>,
    is_link: bool,
    url_notes: Vec<String>,
    drawings: Vec<Drawing>,
    desc: String,
    timeline: Option<Chart>,
    real: Option<String>,
    found: Vec<Item>,
    fine: Vec<Item>,
    fine_head: String,
    subnets: Vec<SubnetLine>,
    pods: Vec<PodLine>,
    beside: Option<Beside>,
    cost: Vec<String>,
    next: Vec<Next>,
    written: String,
}

#[derive(Serialize)]
struct Fact {
    name: &'static str,
    value: String,
}

/// How something is, for the template.
#[derive(Debug, Serialize)]
struct Badge {
    tone: &'static str,
    sign: &'static str,
    word: String,
}

impl From<Mark> for Badge {
    fn from(Mark { tone, sign, word }: Mark) -> Self {
        Self { tone, sign, word }
    }
}

#[derive(Serialize)]
struct Next {
    command: String,
    about: String,
}

/// Whether what begins so is a page of ours.
pub fn is_page(begin: &[u8]) -> bool {
    begin.windows(MARK.len()).any(|part| part == MARK.as_bytes())
}

/// The page.
pub fn html(page: &LabPage<'_>) -> Result<String, tera::Error> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    tera.add_raw_template(NAME, TEMPLATE)?;
    let mut shown = serde_json::to_value(shown(page)).map_err(tera::Error::message)?;
    make_visible(&mut shown);
    tera.render(NAME, &tera::Context::from_serialize(&shown)?)
}

/// Has everything seen that is in a text, whoever it is from.
fn make_visible(value: &mut Value) {
    match value {
        Value::String(text) => *text = visible(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(make_visible),
        Value::Object(fields) => fields.values_mut().for_each(make_visible),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn shown(page: &LabPage<'_>) -> Shown {
    let w = &ENGLISH;
    let status = page.seen.ok();
    let there = status.filter(|status| status.state != LabState::Absent);
    let scene = there.map(|status| scene::scene(status, page.place, w));
    let timeline = page.run.as_ref().and_then(|run| timeline::chart(run.timeline, w));
    let Found { open, fine } = found::found(page, w);
    // The address of a game that does not answer is no result; the drawing has the load balancer's name.
    let ready = status.filter(|status| status.state == LabState::Ready);
    let url = ready.and_then(|status| status.url.clone());
    Shown {
        w,
        title: page.lab.to_owned(),
        facts: facts(page, w),
        note: (page.place.target == TargetKind::Sandbox).then_some(w.sandbox),
        verdict: verdict(page.seen, w).into(),
        run: page.run.as_ref().and_then(|run| run_mark(run, w)).map(Badge::from),
        reasons: reasons(page, w),
        remedy: status.and_then(|status| status.remedy.as_ref().map(ToString::to_string)),
        // What comes from elsewhere is followed only where it is an address of the web.
        is_link: url
            .as_ref()
            .is_some_and(|url| url.starts_with("http://") || url.starts_with("https://")),
        url,
        url_notes: status.map_or_else(Vec::new, |status| url_notes(status, w)),
        desc: scene.as_ref().map_or_else(String::new, |scene| scene.desc.clone()),
        drawings: scene.map_or_else(Vec::new, |scene| vec![drawing::wide(&scene), drawing::narrow(&scene)]),
        real: real(page, w).filter(|_| timeline.is_some()),
        timeline,
        found: open,
        fine_head: fill(w.fine, &[("number", &fine.len().to_string())]),
        fine,
        subnets: there.map_or_else(Vec::new, |status| tables::subnets(status, w)),
        pods: there.map_or_else(Vec::new, |status| tables::pods(status, w)),
        beside: there.map(|status| tables::beside(status, w)),
        cost: cost(page),
        next: page
            .next
            .iter()
            .map(|(command, about)| Next {
                command: command.clone(),
                about: about.to_string(),
            })
            .collect(),
        written: fill(w.written, &[("version", env!("CARGO_PKG_VERSION"))]),
    }
}

fn facts(page: &LabPage<'_>, w: &Words) -> Vec<Fact> {
    let place = page.place;
    let account = page.seen.ok().and_then(|status| status.place.account.clone());
    let facts = [
        (w.cluster, Some(place.cluster.clone())),
        (w.region, Some(place.region.clone())),
        (w.account, account.or_else(|| place.account.clone())),
        (w.as_of, Some(page.now.strftime("%F %H:%M UTC").to_string())),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some(Fact { name, value: value? }))
        .collect()
}

fn verdict(seen: Result<&StatusReport, &str>, w: &Words) -> Mark {
    let Ok(status) = seen else {
        return Mark::unknown(w.not_known);
    };
    match status.state {
        LabState::Ready if status.degraded.is_empty() => Mark::good(status.state.word()),
        LabState::Ready => Mark::care(w.degraded),
        LabState::Stopped | LabState::Progressing | LabState::Deleting | LabState::Absent => {
            Mark::care(status.state.word())
        }
    }
}

/// Why the lab is not better.
fn reasons(page: &LabPage<'_>, w: &Words) -> Vec<String> {
    let status = match page.seen {
        Ok(status) => status,
        Err(why) => return vec![fill(w.not_seen, &[("why", why)])],
    };
    let absent = (status.state == LabState::Absent).then(|| w.absent.to_owned());
    let reasons = status.reason.iter().chain(&status.degraded).map(ToString::to_string);
    absent.into_iter().chain(reasons).collect()
}

fn url_notes(status: &StatusReport, w: &Words) -> Vec<String> {
    let dns = status.dns.as_ref().map(|record| format!("{} {record}", w.in_dns));
    let end = status
        .expires
        .as_ref()
        .map(|end| format!("{} {}", w.expires, end.words));
    dns.into_iter()
        .chain(status.url_notes.iter().cloned())
        .chain(end)
        .collect()
}

/// How the run ended.
fn run_mark(run: &RunPart<'_>, w: &Words) -> Option<Mark> {
    let summary = run.timeline.summary.as_ref()?;
    let verb = [("verb", summary.verb.word())];
    Some(if summary.ok {
        Mark::good(&fill(w.run_done, &verb))
    } else {
        Mark::bad(&fill(w.run_unfinished, &verb))
    })
}

fn real(page: &LabPage<'_>, w: &Words) -> Option<String> {
    let real = page.run.as_ref()?.real?;
    Some(fill(w.sandbox_time, &[("real", &times::duration(real))]))
}

/// What the lab costs, with the date of the prices.
fn cost(page: &LabPage<'_>) -> Vec<String> {
    let Some(cost) = page.seen.ok().and_then(|status| status.cost.as_ref()) else {
        return Vec::new();
    };
    let sentence = cost_view::sentence(cost, page.place.target == TargetKind::Sandbox);
    sentence.into_iter().chain(cost_view::detail(cost)).collect()
}

/// To a tenth: nobody sees more of a drawing.
fn rounded(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests;
