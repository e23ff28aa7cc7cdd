//! The one door to the user: data to standard output, everything else to standard error.

use std::io::{self, Write};

use indicatif::ProgressDrawTarget;
use jiff::Timestamp;
use serde::Serialize;

use super::live::LiveView;
use super::plain::PlainView;
use super::plan_view;
use super::style::Style;
use crate::event::Record;
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
    lines: PlainView,
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
            .then(|| LiveView::new(ProgressDrawTarget::stderr(), settings.err, settings.verbose));
        Self {
            settings,
            stdout,
            stderr,
            events,
            lines: PlainView::new(settings.verbose),
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

    /// Says that the run is busy with something that is no step.
    pub fn doing(&mut self, what: &str, now: Timestamp) {
        if self.settings.quiet {
            return;
        }
        match &mut self.view {
            Some(view) => view.doing(what, now),
            None => {
                if let Some(lines) = self.lines.doing(what, now, &self.settings.err) {
                    self.note(&lines);
                }
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
                let text = plan_view::text(plan, now, self.settings.verbose, &self.settings.out);
                self.data(&text);
            }
            (false, true) => {}
            (false, false) => {
                let text = plan_view::text(plan, now, self.settings.verbose, &self.settings.err);
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
        let written = undisturbed(self.view.as_ref(), || {
            self.stdout
                .write_all(text.as_bytes())
                .and_then(|()| self.stdout.flush())
        });
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
        let written = undisturbed(self.view.as_ref(), || {
            self.stderr
                .write_all(text.as_bytes())
                .and_then(|()| self.stderr.flush())
        });
        self.remember(written);
    }

    /// Ends the report; tells what could not be written. A pipe that its reader has closed is not a fault.
    pub fn finish(mut self) -> io::Result<()> {
        if let Some(view) = &mut self.view {
            view.clear();
        }
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

/// Writes while the live view, if there is one, is off the screen.
fn undisturbed<T>(view: Option<&LiveView>, write: impl FnOnce() -> T) -> T {
    match view {
        Some(view) => view.suspend(write),
        None => write(),
    }
}
