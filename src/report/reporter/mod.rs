//! The one door to the user: data to standard output, everything else to standard error.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::door::passed;
use super::live::{ClassScene, LiveView, Screen, StatusScene};
use super::next_view::Commands;
use super::plain::{self, PlainView};
use super::style::Style;
use super::timeline::Timeline;
use super::{end_view, plan_view, step_view};
use crate::event::Record;
use crate::model::{RequestWatcher, WaitWatcher, visible};
use crate::plan::Plan;

/// How long an answer may take before that is told.
const LONG: Duration = Duration::from_secs(5);

/// The format of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// For people, lines only.
    Plain,
    /// One JSON document.
    Json,
    /// One YAML document.
    Yaml,
    /// For people, with more columns.
    Wide,
    /// For a pull request or a job's summary.
    Markdown,
    /// For a spreadsheet.
    Csv,
    /// For a CI server.
    Junit,
    /// A page for a browser.
    Html,
    /// For code scanning services.
    Sarif,
}

impl Format {
    /// Whether the answer is one document for a program.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Yaml)
    }

    /// Whether programs read the answer, and nobody else.
    pub fn is_for_programs(self) -> bool {
        match self {
            Self::Json | Self::Yaml | Self::Csv | Self::Junit | Self::Sarif => true,
            Self::Human | Self::Plain | Self::Wide | Self::Markdown | Self::Html => false,
        }
    }

    /// A document in this format: JSON unless it is YAML.
    pub fn text(self, document: &impl Serialize) -> io::Result<String> {
        match self {
            Self::Yaml => visible::yaml(document).map_err(io::Error::other),
            _ => Ok(visible::json(serde_json::to_string_pretty(document)?) + "\n"),
        }
    }
}

/// How to dress what is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct ReporterSettings {
    /// The format of answers.
    pub format: Format,
    /// Dress of standard output.
    pub out: Style,
    /// Dress of standard error.
    pub err: Style,
    /// Results and errors only.
    pub quiet: bool,
    /// More detail.
    pub verbose: u8,
}

/// Where it goes.
pub struct Streams {
    /// Data.
    pub stdout: Box<dyn Write + Send>,
    /// Everything else.
    pub stderr: Box<dyn Write + Send>,
    /// The terminal that a live view is drawn on, if there is one.
    pub screen: Option<Box<dyn Screen>>,
}

/// Who is told of the events of a run.
pub type Follower = Box<dyn FnMut(&Record) + Send>;

/// Writes what the user reads.
pub struct Reporter {
    settings: ReporterSettings,
    stdout: Box<dyn Write + Send>,
    /// Whether anything has been written there.
    has_data: bool,
    stderr: Arc<Mutex<Box<dyn Write + Send>>>,
    events: Option<Box<dyn Write + Send>>,
    /// Who else is told of every event.
    followers: Vec<Follower>,
    lines: PlainView,
    view: Option<LiveView>,
    /// The steps of the run.
    timeline: Timeline,
    fault: Option<io::Error>,
}

impl Reporter {
    /// A reporter that writes to these streams.
    pub fn new(settings: ReporterSettings, streams: Streams) -> Self {
        let Streams { stdout, stderr, screen } = streams;
        let view = screen.map(|screen| LiveView::new(screen, settings.err, settings.verbose));
        Self {
            settings,
            stdout,
            has_data: false,
            stderr: Arc::new(Mutex::new(stderr)),
            events: None,
            followers: Vec::new(),
            lines: PlainView::new(settings.verbose),
            view,
            timeline: Timeline::default(),
            fault: None,
        }
    }

    /// From now on every event goes to `events` too.
    pub fn record_events(&mut self, events: Box<dyn Write + Send>) {
        self.events = Some(events);
    }

    /// From now on `follower` is told of every event too.
    pub fn let_follow(&mut self, follower: Follower) {
        self.followers.push(follower);
    }

    /// The steps of the run, as its events told of them.
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// How it dresses what it writes, at the width that the terminal has now.
    pub fn settings(&self) -> ReporterSettings {
        let mut settings = self.settings;
        if let Some(view) = &self.view {
            settings.err.width = view.width();
            if settings.out.width != usize::MAX {
                settings.out.width = settings.err.width;
            }
        }
        settings
    }

    /// Takes one event in.
    pub fn event(&mut self, record: &Record) {
        if let Some(events) = &mut self.events {
            let line = serde_json::to_string(record).map_err(io::Error::from);
            let ended = line
                .and_then(|line| events.write_all((visible::json(line) + "\n").as_bytes()))
                .and_then(|()| events.flush());
            self.remember(ended);
        }
        for follower in &mut self.followers {
            follower(record);
        }
        self.timeline.fold(record);
        if self.settings.quiet {
            return;
        }
        if let Some(view) = &mut self.view {
            view.event(record);
        } else if let Some(lines) = self.lines.fold(record, &self.settings.err) {
            self.note(&lines);
        }
    }

    /// Tells how fast the run's clock is: seconds in one of the reader's. Lines come at the reader's pace.
    pub fn set_speed(&mut self, speed: f64) {
        self.lines.set_speed(speed);
        if let Some(view) = &mut self.view {
            view.set_speed(speed);
        }
    }

    /// Leaves the terminal to whoever asks something there, until the next event.
    pub fn yield_terminal(&mut self) {
        if let Some(view) = &mut self.view {
            view.yield_terminal();
        }
    }

    /// Whether the terminal shows what is typed.
    pub fn shows_keys(&self) -> bool {
        self.view.as_ref().is_none_or(LiveView::is_yielded)
    }

    /// Shows a class from now on, where there is a terminal for that, and colours are wanted there.
    pub fn show_class(&mut self, class: ClassScene, at: Timestamp) {
        if let Some(view) = self.view.as_mut().filter(|_| self.settings.err.color) {
            view.show_class(class, at);
        }
    }

    /// Changes what is shown of it.
    pub fn change_class(&mut self, at: Timestamp, change: impl FnOnce(&mut ClassScene)) {
        if self.shows_class()
            && let Some(view) = &mut self.view
        {
            view.change_class(at, change);
        }
    }

    /// Whether a class is shown.
    pub fn shows_class(&self) -> bool {
        self.view.as_ref().is_some_and(LiveView::shows_class)
    }

    /// Shows a lab as it was seen, in place of how it was before; returns whether there is a live view for that.
    pub fn show_status(&mut self, scene: StatusScene, at: Timestamp) -> bool {
        let view = self.view.as_mut().filter(|_| self.settings.err.color);
        let is_live = view.is_some();
        if let Some(view) = view {
            view.show_status(scene, at);
        }
        is_live
    }

    /// Shows the class, or the lab, no longer.
    pub fn end_scene(&mut self) {
        if let Some(view) = &mut self.view {
            view.end_scene();
        }
    }

    /// Shows a plan, as data if `as_data`, else as part of the progress. Of a document it is a part that comes at the end.
    pub fn plan(&mut self, plan: &Plan, now: Timestamp, as_data: bool, commands: &Commands) {
        if self.settings.format.is_document() {
            return;
        }
        let settings = self.settings();
        let style = if as_data { settings.out } else { settings.err };
        let text = plan_view::text(plan, now, self.settings.verbose, commands, &style);
        if as_data {
            self.data(&text);
        } else {
            self.info(&text);
        }
    }

    /// Who writes a line of each request, where that much detail was asked for.
    pub fn request_log(&self) -> Option<RequestWatcher> {
        /// Times `-v` has to be given.
        const MUCH: u8 = 2;
        if self.settings.quiet || self.settings.verbose < MUCH {
            return None;
        }
        let (style, aside) = (self.settings.err, self.aside());
        Some(Arc::new(move |request| aside(&step_view::request(request, &style))))
    }

    /// Who writes a line when answers are waited for, unless results alone are wanted.
    pub fn wait_log(&self) -> Option<WaitWatcher> {
        if self.settings.quiet {
            return None;
        }
        let (style, aside) = (self.settings.err, self.aside());
        Some(Arc::new(move |cause| aside(&step_view::waiting(cause, &style))))
    }

    /// How long an answer may take before that is told, where the run's clock has so many seconds in one of the reader's.
    pub fn long_wait(&self, speed: f64) -> Duration {
        plain::word_after(LONG, speed, self.settings.verbose)
    }

    /// A way for whole lines to be written beside the data from elsewhere, while the run has the reporter.
    pub fn aside(&self) -> Box<dyn Fn(&str) + Send + Sync> {
        if let Some(view) = &self.view {
            let passer = view.passer();
            return Box::new(move |lines| passer.pass(lines));
        }
        let stderr = Arc::clone(&self.stderr);
        // What cannot be written shows at the next line of the run's own.
        Box::new(move |lines| drop(write_to(&stderr, lines)))
    }

    /// Says how many requests were made, where more detail was asked for.
    pub fn requests(&mut self, requests: &BTreeMap<String, u64>) {
        if self.settings.verbose > 0 {
            let text = end_view::requests(requests, &self.settings().err);
            self.info(&text);
        }
    }

    /// Writes one document in the format asked for (JSON unless YAML was).
    pub fn document(&mut self, document: &impl Serialize) {
        match self.settings.format.text(document) {
            Ok(text) => self.data(&text),
            Err(error) => self.remember(Err(error)),
        }
    }

    /// Writes data that was made for one format alone, or remembers why it could not be made.
    pub fn made<E: std::error::Error + Send + Sync + 'static>(&mut self, made: Result<String, E>) {
        match made {
            Ok(text) => self.data(&text),
            Err(error) => self.remember(Err(io::Error::other(error))),
        }
    }

    /// Whether data has been written.
    pub fn has_data(&self) -> bool {
        self.has_data
    }

    /// Writes data to standard output.
    pub fn data(&mut self, text: &str) {
        self.has_data = true;
        let written = undisturbed(self.view.as_ref(), || {
            self.stdout
                .write_all(passed(text).as_bytes())
                .and_then(|()| self.stdout.flush())
        });
        self.remember(written);
    }

    /// Prints something beside the data, unless quiet was asked for.
    pub fn info(&mut self, text: &str) {
        if !self.settings.quiet {
            self.note(text);
        }
    }

    /// Says something beside the data that must be seen, such as an error.
    pub fn note(&mut self, text: &str) {
        let written = undisturbed(self.view.as_ref(), || write_to(&self.stderr, text));
        self.remember(written);
    }

    /// Ends the report; returns what could not be written. A pipe that its reader has closed is not a fault.
    pub fn finish(mut self) -> io::Result<()> {
        drop(self.view.take());
        match self.fault {
            Some(fault) if fault.kind() != io::ErrorKind::BrokenPipe => Err(fault),
            _ => Ok(()),
        }
    }

    /// Keeps the first fault; a closed pipe gives way to one that matters.
    fn remember(&mut self, written: io::Result<()>) {
        let Err(fault) = written else { return };
        let replaces = self
            .fault
            .as_ref()
            .is_none_or(|first| first.kind() == io::ErrorKind::BrokenPipe);
        if replaces {
            self.fault = Some(fault);
        }
    }
}

fn write_to(stream: &Mutex<Box<dyn Write + Send>>, text: &str) -> io::Result<()> {
    let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
    stream.write_all(passed(text).as_bytes())?;
    stream.flush()
}

/// Writes while the live view, if there is one, is off the screen.
fn undisturbed<T>(view: Option<&LiveView>, write: impl FnOnce() -> T) -> T {
    match view {
        Some(view) => view.suspend(write),
        None => write(),
    }
}

#[cfg(test)]
mod tests;
