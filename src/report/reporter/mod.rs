//! The one door to the user: data to standard output, everything else to standard error.

use std::collections::BTreeMap;
use std::io::{self, Write};

use indicatif::ProgressDrawTarget;
use jiff::Timestamp;
use serde::Serialize;

use super::live::LiveView;
use super::next_view::Commands;
use super::plain::PlainView;
use super::style::Style;
use super::{end_view, plan_view};
use crate::event::Record;
use crate::plan::Plan;

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
}

impl Format {
    /// Whether the answer is one document for a program.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Yaml)
    }

    /// A document in this format: JSON unless it is YAML.
    pub fn text(self, document: &impl Serialize) -> io::Result<String> {
        match self {
            Self::Yaml => serde_saphyr::to_string(document).map_err(io::Error::other),
            _ => Ok(serde_json::to_string_pretty(document)? + "\n"),
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
    pub screen: Option<ProgressDrawTarget>,
}

/// Writes what the user reads.
pub struct Reporter {
    settings: ReporterSettings,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    events: Option<Box<dyn Write + Send>>,
    lines: PlainView,
    view: Option<LiveView>,
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
            stderr,
            events: None,
            lines: PlainView::new(settings.verbose),
            view,
            fault: None,
        }
    }

    /// From now on every event goes to `events` too.
    pub fn record_events(&mut self, events: Box<dyn Write + Send>) {
        self.events = Some(events);
    }

    /// How it dresses what it writes.
    pub fn settings(&self) -> &ReporterSettings {
        &self.settings
    }

    /// Takes one event in.
    pub fn event(&mut self, record: &Record) {
        if let Some(events) = &mut self.events {
            let written = serde_json::to_writer(&mut *events, record).map_err(io::Error::from);
            let ended = written
                .and_then(|()| events.write_all(b"\n"))
                .and_then(|()| events.flush());
            self.remember(ended);
        }
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
    }

    /// Draws the live view, if there is one, as it is at time `now`.
    pub fn tick(&mut self, now: Timestamp) {
        if let Some(view) = &mut self.view {
            view.tick(now);
        }
    }

    /// Shows a plan, as data if `as_data`, else as part of the progress. Of a document it is a part that comes at the end.
    pub fn plan(&mut self, plan: &Plan, now: Timestamp, as_data: bool, commands: &Commands) {
        if self.settings.format.is_document() {
            return;
        }
        let style = if as_data { self.settings.out } else { self.settings.err };
        let text = plan_view::text(plan, now, self.settings.verbose, commands, &style);
        if as_data {
            self.data(&text);
        } else {
            self.info(&text);
        }
    }

    /// Says how many requests were made, where more detail was asked for.
    pub fn requests(&mut self, requests: &BTreeMap<String, u64>) {
        if self.settings.verbose > 0 {
            let text = end_view::requests(requests, &self.settings.err);
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

    /// Writes data to standard output.
    pub fn data(&mut self, text: &str) {
        let written = undisturbed(self.view.as_ref(), || {
            self.stdout
                .write_all(text.as_bytes())
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
        let written = undisturbed(self.view.as_ref(), || {
            self.stderr
                .write_all(text.as_bytes())
                .and_then(|()| self.stderr.flush())
        });
        self.remember(written);
    }

    /// Ends the report; returns what could not be written. A pipe that its reader has closed is not a fault.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(view) = &mut self.view {
            view.clear();
        }
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

/// Writes while the live view, if there is one, is off the screen.
fn undisturbed<T>(view: Option<&LiveView>, write: impl FnOnce() -> T) -> T {
    match view {
        Some(view) => view.suspend(write),
        None => write(),
    }
}

#[cfg(test)]
mod tests;
