//! The one door to the user: data to standard output, everything else to standard error.

use std::io::{self, Write};

use indicatif::ProgressDrawTarget;
use jiff::Timestamp;
use serde::Serialize;

use super::live::LiveView;
use super::style::Style;
use super::{plain, plan_view};
use crate::event::{Event, Record};
use crate::plan::Plan;

/// How answers look.
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
}

impl Format {
    /// Whether the answer is one document for a program.
    pub fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Yaml)
    }
}

/// How to dress what is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// How answers look.
    pub format: Format,
    /// Dress of standard output.
    pub out: Style,
    /// Dress of standard error.
    pub err: Style,
    /// Results and errors only.
    pub quiet: bool,
    /// More detail.
    pub verbose: u8,
    /// Whether standard error is a terminal that a live view can be drawn on.
    pub live: bool,
}

/// Writes what the user reads.
pub struct Reporter {
    settings: Settings,
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    events: Option<Box<dyn Write + Send>>,
    started: Option<Timestamp>,
    last: String,
    view: Option<LiveView>,
    fault: Option<io::Error>,
}

impl Reporter {
    /// A reporter that writes to these streams, and every event to `events`.
    pub fn new(
        settings: Settings,
        stdout: Box<dyn Write + Send>,
        stderr: Box<dyn Write + Send>,
        events: Option<Box<dyn Write + Send>>,
    ) -> Self {
        let view = settings
            .live
            .then(|| LiveView::new(ProgressDrawTarget::stderr(), settings.err));
        Self {
            settings,
            stdout,
            stderr,
            events,
            started: None,
            last: String::new(),
            view,
            fault: None,
        }
    }

    /// How it dresses what it writes.
    pub fn settings(&self) -> &Settings {
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
        let started = *self.started.get_or_insert(record.at);
        if self.settings.quiet || matches!(record.event, Event::RunStarted { .. }) {
            return;
        }
        if let Some(view) = &mut self.view {
            view.event(record);
            return;
        }
        let elapsed = u64::try_from(record.at.duration_since(started).as_millis()).unwrap_or_default();
        if let Some(line) = plain::lines(&record.event, elapsed, &self.settings.err) {
            // A reader of a log gains nothing from the same words twice in a row.
            let words = line.split_once(']').map_or("", |(_, words)| words).to_owned();
            if words != self.last {
                self.note(&line);
                self.last = words;
            }
        }
    }

    /// Draws the live view, if there is one, as it is at time `now`.
    pub fn tick(&mut self, now: Timestamp) {
        if let Some(view) = &mut self.view {
            view.tick(now);
        }
    }

    /// Shows a plan, as data if `as_data`, else as part of the progress.
    pub fn plan(&mut self, plan: &Plan, now: Timestamp, as_data: bool) {
        match (as_data, self.settings.format.is_document()) {
            (true, true) => self.document(plan),
            (true, false) => {
                let text = plan_view::text(plan, now, &self.settings.out);
                self.data(&text);
            }
            (false, true) => {}
            (false, false) => {
                let text = plan_view::text(plan, now, &self.settings.err);
                self.say(&text);
            }
        }
    }

    /// Writes one document in the format asked for (JSON unless YAML was).
    pub fn document(&mut self, document: &impl Serialize) {
        let text = if self.settings.format == Format::Yaml {
            serde_saphyr::to_string(document).map_err(io::Error::other)
        } else {
            serde_json::to_string_pretty(document)
                .map(|text| text + "\n")
                .map_err(io::Error::from)
        };
        match text {
            Ok(text) => self.data(&text),
            Err(error) => self.remember(Err(error)),
        }
    }

    /// Writes data to standard output.
    pub fn data(&mut self, text: &str) {
        let written = self
            .stdout
            .write_all(text.as_bytes())
            .and_then(|()| self.stdout.flush());
        self.remember(written);
    }

    /// Says something beside the data, unless quiet was asked for.
    pub fn say(&mut self, text: &str) {
        if !self.settings.quiet {
            self.note(text);
        }
    }

    /// Says something beside the data that must be seen, such as an error.
    pub fn note(&mut self, text: &str) {
        let written = self
            .stderr
            .write_all(text.as_bytes())
            .and_then(|()| self.stderr.flush());
        self.remember(written);
    }

    /// Ends the report; tells what could not be written. A pipe that its reader has closed is not a fault.
    pub fn finish(self) -> io::Result<()> {
        match self.fault {
            Some(fault) if fault.kind() != io::ErrorKind::BrokenPipe => Err(fault),
            _ => Ok(()),
        }
    }

    fn remember(&mut self, written: io::Result<()>) {
        if let Err(fault) = written {
            self.fault.get_or_insert(fault);
        }
    }
}
