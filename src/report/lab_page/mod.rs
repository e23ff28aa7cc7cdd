//! A lab as one page for a browser: a drawing of it, the run that made it, what was found, what it costs. It needs nothing
//! from elsewhere, and can be read without colours and on paper.

mod drawing;
mod found;
mod scene;
mod tables;
mod timeline;
mod words;

use std::collections::BTreeMap;
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
use super::next_view::NextStep;
use super::status::{LabState, StatusReport};
use super::timeline::Timeline;
use super::{cost_view, times};
use crate::event::{Failure, Place};
use crate::lang::{Language, Text, text};
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
    pub seen: Result<&'a StatusReport, &'a Text>,
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
    pub causes: &'a [Text],
    /// What to do about that.
    pub remedy: Option<Text>,
    /// How long it took the reader, where its clock is the sandbox's.
    pub real: Option<Duration>,
}

/// What the template shows. Every text in it is escaped there.
#[derive(Serialize)]
struct Shown {
    lang: &'static str,
    /// The labels.
    w: BTreeMap<&'static str, String>,
    title: String,
    facts: Vec<Fact>,
    note: Option<String>,
    verdict: Badge,
    run: Option<Badge>,
    reasons: Vec<String>,
    remedy: Option<String>,
    url: Option<String>,
    is_link: bool,
    url_notes: Vec<String>,
    drawing_of: String,
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
    name: String,
    value: String,
}

/// How something is, for the template.
#[derive(Debug, Serialize)]
struct Badge {
    tone: &'static str,
    sign: &'static str,
    word: String,
}

impl Badge {
    fn of(Mark { tone, sign, word }: Mark, language: Language) -> Self {
        Self {
            tone,
            sign,
            word: word.said(language),
        }
    }
}

#[derive(Serialize)]
struct Next {
    command: String,
    about: String,
}

impl Next {
    fn of((command, about): &NextStep, language: Language) -> Self {
        Self {
            command: command.clone(),
            about: about.said(language),
        }
    }
}

/// Whether what begins so is a page of ours.
pub fn is_page(begin: &[u8]) -> bool {
    begin.windows(MARK.len()).any(|part| part == MARK.as_bytes())
}

/// The page in a language.
pub fn html(page: &LabPage<'_>, language: Language) -> Result<String, tera::Error> {
    let mut tera = Tera::new();
    tera.autoescape_on([".html"]);
    tera.add_raw_template(NAME, TEMPLATE)?;
    let mut shown = serde_json::to_value(shown(page, language)).map_err(tera::Error::message)?;
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

fn shown(page: &LabPage<'_>, language: Language) -> Shown {
    let said = |text: Text| text.said(language);
    let status = page.seen.ok();
    let there = status.filter(|status| status.state != LabState::Absent);
    let scene = there.map(|status| scene::scene(status, page.place));
    let run = page.run.as_ref();
    let timeline = run.and_then(|run| timeline::chart(run.timeline, language));
    let Found { open, fine } = found::found(page, language);
    // The address of a game that does not answer is no result; the drawing has the load balancer's name.
    let ready = status.filter(|status| status.state == LabState::Ready);
    let url = ready.and_then(|status| status.url.clone());
    Shown {
        lang: language.tag(),
        w: words::labels(language),
        title: page.lab.to_owned(),
        facts: facts(page, language),
        note: (page.place.target == TargetKind::Sandbox).then(|| said(text!("page-sandbox"))),
        verdict: Badge::of(verdict(page.seen), language),
        run: run.and_then(run_mark).map(|mark| Badge::of(mark, language)),
        reasons: reasons(page).into_iter().map(said).collect(),
        remedy: status.and_then(|status| status.remedy.clone()).map(said),
        // What comes from elsewhere is followed only where it is an address of the web.
        is_link: url
            .as_ref()
            .is_some_and(|url| url.starts_with("http://") || url.starts_with("https://")),
        url,
        url_notes: status.map_or_else(Vec::new, url_notes).into_iter().map(said).collect(),
        drawing_of: said(text!("page-drawing-of", lab = page.lab)),
        desc: scene
            .as_ref()
            .map_or_else(String::new, |scene| said(scene.desc.clone())),
        drawings: scene.map_or_else(Vec::new, |scene| {
            vec![drawing::wide(&scene, language), drawing::narrow(&scene, language)]
        }),
        real: run.and_then(real).filter(|_| timeline.is_some()).map(said),
        timeline,
        found: open,
        fine_head: said(text!("page-fine", count = fine.len())),
        fine,
        subnets: there.map_or_else(Vec::new, |status| tables::subnets(status, language)),
        pods: there.map_or_else(Vec::new, |status| tables::pods(status, language)),
        beside: there.map(|status| tables::beside(status, language)),
        cost: cost(page).into_iter().map(said).collect(),
        next: page.next.iter().map(|step| Next::of(step, language)).collect(),
        written: said(text!("page-written", version = env!("CARGO_PKG_VERSION"))),
    }
}

fn facts(page: &LabPage<'_>, language: Language) -> Vec<Fact> {
    let place = page.place;
    let account = page.seen.ok().and_then(|status| status.place.account.clone());
    let facts = [
        (text!("page-cluster"), Some(place.cluster.clone())),
        (text!("page-region"), Some(place.region.clone())),
        (text!("page-account"), account.or_else(|| place.account.clone())),
        (text!("page-as-of"), Some(page.now.strftime("%F %H:%M UTC").to_string())),
    ];
    let known = facts.into_iter().filter_map(|(name, value)| {
        Some(Fact {
            name: name.said(language),
            value: value?,
        })
    });
    known.collect()
}

fn verdict(seen: Result<&StatusReport, &Text>) -> Mark {
    let Ok(status) = seen else {
        return Mark::unknown(text!("page-not-known"));
    };
    match status.state {
        LabState::Ready if status.degraded.is_empty() => Mark::good(text!("state-ready")),
        LabState::Ready => Mark::care(text!("state-degraded")),
        LabState::Stopped => Mark::care(text!("state-stopped")),
        LabState::Progressing => Mark::care(text!("state-progressing")),
        LabState::Deleting => Mark::care(text!("state-deleting")),
        LabState::Absent => Mark::care(text!("page-absent")),
    }
}

/// Why the lab is not better.
fn reasons(page: &LabPage<'_>) -> Vec<Text> {
    let status = match page.seen {
        Ok(status) => status,
        Err(why) => return vec![text!("page-not-seen", why = why)],
    };
    let absent = (status.state == LabState::Absent).then(|| text!("page-nothing-there"));
    let reasons = status.reason.iter().chain(&status.degraded).cloned();
    absent.into_iter().chain(reasons).collect()
}

fn url_notes(status: &StatusReport) -> Vec<Text> {
    let dns = status.dns.as_ref();
    let dns = dns.map(|record| text!("page-in-dns", record = record.to_string()));
    let end = status.expires.as_ref();
    let end = end.map(|end| text!("page-expires", when = &end.words));
    let notes = status.url_notes.iter().cloned();
    dns.into_iter().chain(notes).chain(end).collect()
}

/// How the run ended.
fn run_mark(run: &RunPart<'_>) -> Option<Mark> {
    let summary = run.timeline.summary.as_ref()?;
    let verb = summary.verb.word();
    Some(if summary.ok {
        Mark::good(text!("page-run-done", verb = verb))
    } else {
        Mark::bad(text!("page-run-unfinished", verb = verb))
    })
}

fn real(run: &RunPart<'_>) -> Option<Text> {
    let real = times::duration(run.real?);
    Some(text!("page-sandbox-time", real = real))
}

/// What the lab costs, with the date of the prices.
fn cost(page: &LabPage<'_>) -> Vec<Text> {
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
